"""Nothing that a lesson or a record says runs as a program: forty attacks stand in every text that prints."""

from __future__ import annotations

import io
import json
import re
import subprocess
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pikepdf
import pytest
import yaml
from conftest import CHROMIUM, GOLDEN, Node, counterpoint, parsed, program, squeezed

from generator import answers, fonts, render
from generator.activities import KINDS
from generator.compose import compose
from generator.editions import EDITIONS, Edition
from generator.house import House
from generator.index import Row
from generator.labels import labels
from generator.lessons import Lesson, LessonSpec, fill
from generator.nodes import Text
from generator.projects import Project
from generator.records import SeedRecord
from generator.schema import Spec, load
from generator.seeds import Seed, read_seed
from generator.source import Source

pytestmark = pytest.mark.slow

# --- the attacks --------------------------------------------------------------------------------------

RUN = "document.documentElement.dataset.pwned=1"  # what each of them wants to do

# Those that a browser runs by itself wherever they stand bare in a page.
BARE = [
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT\t>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror={RUN}//",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f'<iframe src="javascript:parent.{RUN}"></iframe>',
    f"<object data=x onerror={RUN}></object>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"<style>p{{animation:a 1s}}@keyframes a{{}}</style><p style=animation-name:a onanimationstart={RUN}>",
    f"</style><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea></xmp><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[><script>{RUN}</script>]]>",
    f"<?php ?><script>{RUN}</script>",
    f"&lt;b&gt;<script\n>{RUN}\n</script>",
    f"<p>*a*<script>{RUN}</script>\n\n- <script>{RUN}</script>",
]
# Those that need some help: an attribute or a style to break out of, a link to press, a template to fill.
HELPED = [
    f'" autofocus onfocus="{RUN}',
    f"' autofocus onfocus='{RUN}",
    f"` autofocus onfocus=`{RUN}",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f'\\"><script>{RUN}</script>',
    f"\\27 ;}}</style><script>{RUN}</script>",
    f'"}} body {{ background: url("javascript:{RUN}") }} a {{ content: "',
    f"expression({RUN}); -moz-binding: url(x); behavior: url(x)",
    f"[press](javascript:{RUN})",
    f"[press](<java\tscript:{RUN}>)",
    f"[press](JaVaScRiPt&colon;{RUN})",
    f'[press](&#106;avascript:{RUN} "title")',
    f"[press](vbscript:{RUN})",
    f"[press](data:text/html,<script>{RUN}</script>)",
    f'[press](https://a.example/"onmouseover="{RUN})',
    f"[press](https://a.example/ 'x\" onmouseover=\"{RUN}')",
    f"![see](javascript:{RUN})",
    f'![see](x" onerror="{RUN})',
    f"[press][it]\n\n[it]: javascript:{RUN}",
    f"<javascript:{RUN}>",
    f'<https://a.example/"onmouseover="{RUN}>',
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"\\<script\\>{RUN}\\</script\\>",
    f"`<script>{RUN}</script>`",
    f"    <script>{RUN}</script>",
    f"${{{RUN}}} {{{{ {RUN} }}}} {{% raw %}} #{{{RUN}}}",
    f"<scr\u200bipt>{RUN}</scr\u200bipt>",
    f"\ufeff\u00a0<\u00adscript>{RUN}</script>",
    f"\x02wzxhzdk:0\x03 \x02amp\x03<script>{RUN}</script>",  # the marks that Markdown keeps its own things under
    "/*fonts*/ /*<fonts>*/ */ </style>",
]
ATTACKS = BARE + HELPED
assert len(set(ATTACKS)) >= 40

# --- an attack in every text --------------------------------------------------------------------------

# Texts that are a name, a choice or words of the article: they cannot say anything else.
NAMES = {
    *("format", "type", "cite", "seed", "exact", "start", "end", "prefix", "suffix", "omit", "sic", "after"),
    *("viewpoint", "document", "documents", "passage", "passages", "words", "standards", "objectives"),
    *("shared", "reads", "mark"),
}  # fmt: skip
SHORT = {"a step": "do", "a response": "text", "a passage": "cite", "a piece of evidence": "passage"}


def parts_of(kind: Any) -> list[Any]:
    """The types that a field may hold, without ``None`` and without notes about them."""
    if typing.get_origin(kind) is Annotated:
        return parts_of(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return [part for one in typing.get_args(kind) for part in parts_of(one)]
    return [] if kind is type(None) else [kind]


def attacked(kind: Any, value: Any, attack: str, count: list[int]) -> Any:
    """A value of a lesson in which every text says the attack, the texts that were left out too."""
    found = parts_of(kind)
    one = KINDS[value["type"]] if len(found) > 1 and isinstance(value, dict) else found[0]
    origin, inner = typing.get_origin(one), typing.get_args(one)
    if one is Text:
        count[0] += 1
        return attack
    if origin is tuple:
        given = value if value is not None else [attack] if inner[0] is Text else []
        return [attacked(inner[0], item, attack, count) for item in given]
    if origin is dict:
        return {key: attacked(inner[1], item, attack, count) for key, item in (value or {}).items()}
    if isinstance(one, type) and issubclass(one, Spec) and value is not None:
        group = value if isinstance(value, dict) else {SHORT[one.called]: value}
        for name, field in one.model_fields.items():
            unnamed = name not in NAMES and not (name == "text" and one is SeedRecord) and name != "sha256"
            if (unnamed and text_like(field.annotation)) or isinstance(group.get(name), (dict, list)):
                made = attacked(field.annotation, group.get(name), attack, count)
                group = {**group, name: made} if unnamed or not text_like(field.annotation) else group
        return group
    return value


def text_like(kind: Any) -> bool:
    """Whether a field holds a text or a list of texts."""
    found = parts_of(kind)
    return found == [Text] or (len(found) == 1 and typing.get_args(found[0])[:1] == (Text,) and not_group(found[0]))


def not_group(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple


def loaded(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)


def dumped(data: Any) -> str:
    """YAML with every text in double quotation marks."""
    return yaml.dump(data, default_style='"', allow_unicode=True, width=10**9, sort_keys=False)


def made_of(kind: type[Spec], data: Any, name: str) -> Any:
    made, found = load(kind, Source(Path(name), dumped(data)))
    assert made is not None, [d.message for d in found]
    return made


def lesson_with(attack: str, name: str = "ferry") -> tuple[Lesson, int]:
    """A small lesson with an attack in every text of its own, of its records and of an article, and their number.

    It passes by what checks a lesson: its texts must be harmless on a page even where no rule refuses them.
    """
    count = [0]
    library: dict[str, Seed | None] = {}
    for id in ("ferry", "toll"):
        article = (GOLDEN / "seeds" / f"{id}.txt").read_text("utf-8")
        article = article.replace("nobody in Example Town", f"nobody {' '.join(attack.split())} in Example Town")
        data = loaded(GOLDEN / "seeds" / f"{id}.yaml")
        for key in ("author", "place", "translated_from", "publisher", "date"):
            data[key] = {"value": "x", "basis": "inferred"}
        data = {**attacked(SeedRecord, data, attack, count), "genre": data["genre"]}
        record = made_of(SeedRecord, data, id)
        library[id], _ = read_seed(id, record, Source(Path(f"{id}.txt"), article), "0" * 64)
    spec = made_of(LessonSpec, with_attack(attack, count, name), name)
    lesson, whole, found = fill(name, spec, Source(Path(f"{name}.yaml"), ""), library, {})
    assert whole, [d.message for d in found]
    return Lesson(name, spec, lesson.source, lesson.documents, unit=attack, number=1), count[0]


def with_attack(attack: str, count: list[int], name: str = "ferry") -> Any:
    data = loaded(GOLDEN / "lessons" / "ferry.yaml" if name == "ferry" else GOLDEN / "oars.yaml")
    if name == "ferry":
        data["activities"][0]["responses"] = {}  # they are named after the columns
        data["exempt"] = {"response-without-lines": "x"}
    return attacked(LessonSpec, data, attack, count)


PAGES: list[tuple[str, Edition]] = [("ferry", "student"), ("ferry", "teacher"), *(("oars", e) for e in EDITIONS)]


def page_with(attack: str, edition: Edition, name: str = "ferry") -> str:
    lesson, _ = lesson_with(attack, name)
    return render.page(compose(lesson, edition, labels("en"), House()))


# --- what a page is made of ---------------------------------------------------------------------------

OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "div", "p"),
    *("span", "b", "strong", "em", "a", "br", "ul", "ol", "li", "h1", "h2", "h3", "h4", "table", "thead", "tbody"),
    *("tr", "th", "td", "blockquote", "footer", "script", "label", "input", "button"),
}  # fmt: skip
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "style", "scope", "colspan", "rowspan"),
    *("href", "role", "tabindex", "aria-label", "aria-describedby", "type", "hidden"),
    *(f"data-{what}" for what in ("key", "kept", "forgotten", "cleared", "refused", "found", "ask", "does")),
    *("data-revision", "data-write", "data-head", "data-running", "data-pages", "data-profile"),
}  # fmt: skip


def foreign(page: str) -> Iterator[str]:
    """Everything on a page that is not ours."""
    tree = parsed(page)
    for node in tree.all():
        if node.tag not in OURS:
            yield f"<{node.tag}>"
        ours = ATTRIBUTES | ({"media"} if node.tag == "style" else set())
        yield from (f"{node.tag} {name}" for name in node.attributes if name not in ours)
        if "href" in node.attributes and not re.match(r"(https?://|mailto:)", node.attributes["href"]):
            yield node.attributes["href"]
        if "pwned" in node.attributes.get("style", ""):
            yield node.attributes["style"]
    yield from (s.text for s in tree.all("script") if s.text not in (answers.GOES_HERE, answers.script()))
    styles, metas = list(tree.all("style")), list(tree.all("meta"))
    media = [style.attributes.get("media") for style in styles]
    told = "the type, the page, what all have, what some have, what browsers have, its own"
    assert media == [None, None, None, None, "screen, print", None], told
    for style in styles:
        yield from re.findall(r"@import|expression\(|javascript:|</", unquoted(style))
    if [m.attributes.get("name") or m.attributes.get("http-equiv") or "charset" for m in metas] != [
        "charset",
        "Content-Security-Policy",
        "viewport",
        "description",
    ]:
        yield "meta"


def unquoted(style: Node) -> str:
    return re.sub(r'"[^"]*"', "", style.text)


def test_the_attacks_stand_in_every_text() -> None:
    """Fewer fields would be a hole in this net; the mark is seen on both pages, and often."""
    lesson, count = lesson_with("MARK")
    assert count > 120
    of: tuple[Edition, ...] = ("student", "teacher")
    told = {edition: render.page(compose(lesson, edition, labels("en"), House())) for edition in of}
    assert told["student"].count("MARK") > 60 and told["teacher"].count("MARK") > 100


@pytest.mark.parametrize(("name", "edition"), PAGES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_page_holds_only_what_is_ours(attack: str, name: str, edition: Edition) -> None:
    """No element, no attribute and no address comes out of a text; the heading prints as it was typed."""
    page = page_with(attack, edition, name)
    assert list(foreign(page)) == []
    heading = next(parsed(page).all("h1")).text
    assert squeezed(heading) == squeezed(f"Lesson 1: {attack}" if edition in ("slips", "key", "teacher") else attack)
    assert page.count(fonts.GO_HERE) == 1, "the fonts go into the style sheet and nowhere else"
    assert page.count(answers.GOES_HERE) == len(list(parsed(page).all("script"))) <= 1
    assert page.count("/*<press>*/") == 2


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_index_holds_only_what_is_ours(attack: str) -> None:
    """Titles of lessons that cannot be read stand there, too."""
    page = render.index([Row("ferry", attack, (("ferry/student.html", "Student HTML"),), "out of date", True)])
    tree = parsed(page)
    assert {node.tag for node in tree.all()} <= OURS
    assert [a.attributes for a in tree.all("a")] == [{"href": "ferry/student.html"}]
    assert squeezed(next(tree.all("h2")).text) == squeezed(attack)


# --- in a browser -------------------------------------------------------------------------------------

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
    "--virtual-time-budget=2000",
    "--dump-dom",
]


@pytest.fixture(scope="module")
def browser() -> str:
    return program(*CHROMIUM)


def dom(browser: str, page: Path, folder: Path) -> str:
    """What a page is after two seconds in Chromium."""
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", page.as_uri()]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True).stdout


def ran(browser: str, pages: dict[str, str], folder: Path) -> set[str]:
    """The names of the pages on which something ran: all are opened in frames, and the frames looked into."""
    names = dict(enumerate(pages))
    for n, name in names.items():
        (folder / f"{n}.html").write_text(pages[name].replace(fonts.GO_HERE, ""), "utf-8")
    frames = "".join(f'<iframe src="{n}.html"></iframe>' for n in names)
    look = "[...document.querySelectorAll('iframe')].map(f => f.contentDocument.documentElement.dataset.pwned || '0')"
    script = f"onload = () => setTimeout(() => {{ document.title = JSON.stringify({look}) }}, 1000)"
    (folder / "all.html").write_text(f"<!DOCTYPE html><title></title><script>{script}</script>{frames}", "utf-8")
    title = re.search(r"<title>(.*?)</title>", dom(browser, folder / "all.html", folder))
    assert title and title[1], "the frames were not looked into"
    seen = json.loads(title[1])
    assert len(seen) == len(pages)
    return {names[n] for n, mark in enumerate(seen) if mark != "0"}


def test_nothing_runs_in_a_browser(browser: str, tmp_path: Path) -> None:
    """Every attack in both editions, with our policy in the page, and without it: the cleaning alone holds."""
    pages = {f"{name} {e} {attack}": page_with(attack, e, name) for attack in ATTACKS for name, e in PAGES[:3]}
    bared = {f"bare {name}": POLICY.sub("", page, count=1) for name, page in pages.items()}
    assert all(POLICY.search(page) for page in pages.values()) and not any(map(POLICY.search, bared.values()))
    assert ran(browser, {**pages, **bared}, tmp_path) == set()


def test_the_policy_alone_holds(browser: str, tmp_path: Path) -> None:
    """Attacks written into a page by hand: without our policy most of them run, behind it none."""
    plain = page_with("A plain text", "student")
    behind = {attack: plain.replace("<main", f"{attack}<main", 1) for attack in BARE}
    without = {attack: POLICY.sub("", page, count=1) for attack, page in behind.items()}
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    assert ran(browser, behind, tmp_path / "with") == set()
    assert len(ran(browser, without, tmp_path / "without")) > len(BARE) * 2 // 3, "the attacks are none"


# --- as a teacher would -------------------------------------------------------------------------------

ACCEPTED = [a for a in ATTACKS if not re.search(r"\]\(|<\w+:|[\u200b\u00ad\ufeff\x02]|^\[", a)]


def without_evidence(data: Any) -> Any:
    """The same data, with responses that rest on nothing: their quotation marks are not looked into."""
    if isinstance(data, list):
        return [without_evidence(item) for item in data]
    return {k: without_evidence(v) for k, v in data.items() if k != "rests_on"} if isinstance(data, dict) else data


def test_a_finished_handout_runs_nothing(browser: str, small: Project) -> None:
    """The files of a whole build, fonts and all: every text holds one of the attacks, and each attack is in some."""
    turn = iter(range(10**6))
    data = without_evidence(with_attack("MARK", [0]))
    text = re.sub("MARK", lambda _: json.dumps(ACCEPTED[next(turn) % len(ACCEPTED)])[1:-1], dumped(data))
    (small.lessons / "ferry.yaml").write_text(text, "utf-8")
    made = counterpoint("build", "--format", "html", cwd=small.root)
    assert made.returncode == 0, made.stderr
    assert next(turn) > len(ACCEPTED)
    for edition in ("student", "teacher"):
        page = small.output / "ferry" / f"{edition}.html"
        assert list(foreign(page.read_text("utf-8"))) == []
        assert "<html" in (shown := dom(browser, page, small.root)) and "data-pwned" not in shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "vbscript:a", "data:text/html,a", "//a.example", "file:///a"]
)
def test_a_link_to_a_program_is_refused(address: str, small: Project) -> None:
    """With the rule “link-refused”, at the lesson; nothing is written for it."""
    data = {**loaded(small.lessons / "ferry.yaml"), "background": f"See [this]({address})."}
    (small.lessons / "ferry.yaml").write_text(dumped(data), "utf-8")
    made = counterpoint("build", cwd=small.root)
    assert made.returncode == 1 and "[link-refused]" in made.stderr
    assert not (small.output / "ferry").exists()


@pytest.mark.parametrize(
    "title",
    [
        "</title><script>a</script> and after",
        "She said \"no\" & 'yes' \\ (or) [not] <b>",
        "&lt;b&gt; &amp; &#34; %28 \\050 {{ 7*7 }}",
        "/*fonts*/ — 王波 – “é”",
    ],
)
def test_a_title_arrives_in_the_pdf_as_typed(title: str, small: Project) -> None:
    """In the window’s title, in the outline and on the page."""
    data = {**loaded(small.lessons / "ferry.yaml"), "title": title}
    (small.lessons / "ferry.yaml").write_text(dumped(data), "utf-8")
    made = counterpoint("build", "--edition", "student", cwd=small.root)
    assert made.returncode == 0, made.stderr
    with pikepdf.open(io.BytesIO((small.output / "ferry" / "student.pdf").read_bytes())) as pdf:
        assert str(pdf.docinfo.Title) == title
        with pdf.open_outline() as outline:
            assert outline.root[0].title == title
    tree = parsed((small.output / "ferry" / "student.html").read_text("utf-8"))
    assert next(tree.all("title")).text == title == next(tree.all("h1")).text
