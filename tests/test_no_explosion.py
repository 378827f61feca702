"""Whatever stands in a file, it is refused or made in bounded time and memory, with a message and no traceback."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import forked
import pytest
import yaml
from conftest import Ran, environment

from generator.projects import Project

pytestmark = pytest.mark.slow

SECONDS, BYTES = 30, 2 << 30
HTML = ("build", "--format", "html", "--edition", "student")
PDF = ("build", "--edition", "student")


def bounded(project: Project, *arguments: str) -> Ran:
    """Run the command with 2 GB of addresses and 30 seconds, and see that it has not fallen over."""
    ran = forked.run(arguments or HTML, project.root, environment(COUNTERPOINT_CACHE=""), timeout=SECONDS, most=BYTES)
    assert ran.returncode in (0, 1), ran.stderr[-2000:]
    assert "Traceback" not in ran.stderr and "mistake of its own" not in ran.stderr, ran.stderr[-2000:]
    assert len(ran.stderr) < 3_000_000
    return ran


def refused(ran: Ran, *rules: str) -> None:
    """Stopped by one of some rules, at a place of a file."""
    assert ran.returncode == 1 and any(f"[{rule}]" in ran.stderr + ran.stdout for rule in rules), ran


def made(ran: Ran, project: Project) -> None:
    assert ran.returncode == 0 and (project.output / "ferry" / "student.html").is_file(), ran.stderr[-2000:]


class _Plain(yaml.SafeDumper):
    """Writes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def changed(project: Project, file: str, change: Callable[[Any], None]) -> None:
    """Change a YAML file of the small project as data."""
    path = project.root / file
    data = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
    change(data)
    text = yaml.dump(data, Dumper=_Plain, allow_unicode=True, width=10**9, sort_keys=False, default_style='"')
    path.write_text(text, "utf-8")


def said(project: Project, key: str, value: Any) -> None:
    changed(project, "lessons/ferry.yaml", lambda data: data.__setitem__(key, value))


def hostile(project: Project, text: str) -> Ran:
    """A lesson of some text beside the small one, which is made all the same."""
    (project.lessons / "hostile.yaml").write_text(text, "utf-8")
    ran = bounded(project)
    assert (project.output / "ferry" / "student.html").is_file() and not (project.output / "hostile").exists()
    assert "lessons/hostile.yaml:" in ran.stderr
    return ran


# --- YAML ---------------------------------------------------------------------------------------------

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: y}\n" + "".join(
    f"{b}: &{b} {{<<: [*{a}, *{a}], {b}{b}: z}}\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (LAUGHS, ("alias", "anchor")),
        (MERGES, ("alias", "anchor")),
        ("a: {<<: {<<: {<<: {b: c}}}}\n", ("alias",)),
        ("a: " + "[" * 10_000 + "]" * 10_000, ("too-deep",)),
        ("a: " + "[" * 10_000, ("too-deep", "yaml-bracket")),
        ("a: " + "{a: " * 10_000 + "}" * 10_000, ("too-deep",)),
        ("".join(" " * n + "a:\n" for n in range(1000)), ("too-deep",)),
        ("- " * 10_000 + "a", ("too-deep",)),
        ("a: !!python/object/apply:os.system [echo]\n", ("tag",)),
        ("".join(f"key{n}: x\n" for n in range(5000)), ("unknown-key", "missing-key")),
        ("a: " + '"' + "x" * 25_000 + '"', ("too-large",)),
        ("x" * 10_000_000, ("too-large",)),
        ("title: x\n" * 1_200_000, ("too-large",)),
        ("\x00" * 1000, ("control-character",)),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bomb_of_yaml_is_refused_and_the_others_are_made(text: str, rules: tuple[str, ...], small: Project) -> None:
    """Aliases, merges, depth, size: each is a message at its place, and the other lesson is made."""
    refused(hostile(small, text), *rules)


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e400", "-" + "9" * 5000, "0x" + "f" * 5000, "1__000", "nan", "٣" * 5000]
)
@pytest.mark.parametrize("key", ["minutes", "periods"])
def test_a_number_of_5000_figures_is_refused(key: str, number: str, small: Project) -> None:
    """And every other number that is none; the message shows its beginning only."""
    said(small, key, number)
    ran = bounded(small, "check", "--format", "concise")
    refused(ran, "wrong-type", "out-of-range")
    assert len(ran.stdout + ran.stderr) < 1000


def test_a_depth_and_lines_of_5000_figures_are_refused(small: Project) -> None:
    """The numbers of a question are bounded as those of the lesson are."""

    def change(data: Any) -> None:
        data["activities"][-1]["questions"][0].update(dok="9" * 5000, lines="9" * 5000, points="9" * 5000)

    changed(small, "lessons/ferry.yaml", change)
    refused(bounded(small), "wrong-type", "out-of-range")


# --- size ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["lessons/ferry.yaml", "seeds/ferry.yaml", "seeds/ferry.txt", "handouts.yaml"])
def test_a_file_of_ten_megabytes_is_refused(file: str, small: Project) -> None:
    """It is not even read to its end."""
    with (small.root / file).open("ab") as file_:
        file_.write(b"# " + b"x" * 10_000_000)
    refused(bounded(small), "too-large")


def test_an_endless_file_is_not_read_to_its_end(small: Project) -> None:
    """A file with a hole of 50 GB takes no room on the disk, and would take it all in memory."""
    with (small.seeds / "ferry.txt").open("r+b") as file:
        file.truncate(50 << 30)
    refused(bounded(small), "too-large")


@pytest.mark.parametrize("key", ["body", "notes", "voices"])
@pytest.mark.parametrize(
    "lines", [["1-999999999"], ["1-999999"], ["1-100000"] * 5000, ["9" * 5000], ["9-1"]], ids=lambda v: str(v)[:16]
)
def test_a_range_of_lines_is_not_counted_to_its_end(key: str, lines: list[str], small: Project) -> None:
    """Neither a range up to a billion, nor a great many ranges of a hundred thousand."""
    value = {"body": lines, "notes": {"1": lines}, "voices": [{"lines": lines, "speaker": "x"}]}[key]
    changed(small, "seeds/ferry.yaml", lambda data: data.__setitem__(key, value))
    refused(bounded(small, "check"), "wrong-lines")


def with_article(project: Project, words: str, cited: dict[str, str]) -> None:
    """The first article with a very long paragraph more, and a passage in the lesson that cites it."""
    article = project.seeds / "ferry.txt"
    article.write_text(article.read_text("utf-8").rstrip("\n") + f"\n\nBeginning {words} ending.\n", "utf-8")

    def change(data: Any) -> None:
        data["sha256"] = hashlib.sha256(article.read_bytes()).hexdigest()
        data["body"] = [*data["body"], "15"]
        data["voices"][0]["lines"] = list(data["body"])

    changed(project, "seeds/ferry.yaml", change)
    changed(
        project,
        "lessons/ferry.yaml",
        lambda data: data["documents"].update(D={"passages": [{"seed": "ferry", **cited}]}),
    )


WHOLE = {"start": "Beginning", "end": "ending."}


@pytest.mark.parametrize("words", ["x" * 900_000, "a b " * 200_000, ". " * 400_000], ids=lambda v: v[:4])
def test_a_passage_of_900_kilobytes_is_looked_at_in_bounded_time(words: str, small: Project) -> None:
    """It would be a book, which nobody prints; but a look at it ends."""
    with_article(small, words, WHOLE)
    ran = bounded(small, "check")
    assert (ran.returncode == 0 and "[passage-length]" in ran.stderr + ran.stdout) or "x" in words


def test_words_that_are_not_in_a_long_article_are_refused_in_bounded_time(small: Project) -> None:
    """The nearest sentence is looked for, however long the words and the sentences are."""
    with_article(small, "a b " * 200_000, {"exact": "a b " * 4000 + "c"})
    refused(bounded(small, "check"), "quote-not-found")


# --- Markdown -----------------------------------------------------------------------------------------

LONG = 19_000
NESTED = "\n".join("    " * n + "- a" for n in range(100))
MARKUP = ["[", "![", "<a ", "[a](", "[a][", ">", "> ", "*", "_", "**a ", "***a", "_*", "`", "\\", "- ", "1. ", "* "]
MARKUP += ["&#", "<!--", "a\n\n", "\n- a", "(", "a@", "+1 (", "http://", "a.", "“", "<http://a", "[a]: b\n"]


def test_markdown_that_would_take_minutes_is_refused_or_made(small: Project) -> None:
    """19 kB of each mark, in a lesson of its own: a mark takes seconds at most, and none breaks the build."""
    text = (small.lessons / "ferry.yaml").read_text("utf-8")
    for n, mark in enumerate([*MARKUP, NESTED]):
        lesson = small.lessons / f"mark-{n}.yaml"
        lesson.write_text(text, "utf-8")
        changed(small, f"lessons/{lesson.name}", lambda data: data.update(background=(mark * LONG)[:LONG]))  # noqa: B023
    ran = bounded(small, "check", "--format", "concise")
    heavy = {int(line.split("mark-")[1].split(".")[0]) for line in ran.stdout.splitlines() if "[markup-heavy]" in line}
    assert heavy >= {
        n for n, mark in enumerate([*MARKUP, NESTED]) if mark[0] in "[<>" or mark in ("![", "- ", "1. ", "* ")
    }
    for n in heavy:
        (small.lessons / f"mark-{n}.yaml").unlink()
    ran = bounded(small)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert len(list(small.output.glob("mark-*/student.html"))) == len(MARKUP) + 1 - len(heavy)


@pytest.mark.parametrize("mark", ["[", "<a ", "> ", "- "])
def test_markdown_of_a_record_is_refused_or_made(mark: str, small: Project) -> None:
    """The lead-in of a record’s passage is Markdown as well."""

    def change(data: Any) -> None:
        data["passages"]["bank"]["lead_in"] = (mark * LONG)[:LONG]

    changed(small, "seeds/ferry.yaml", change)
    refused(bounded(small), "markup-heavy")


# --- a great many -------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["x" * 19_999, "x" * 20_001, "two words " * 500])
def test_a_title_of_20_000_characters(title: str, small: Project) -> None:
    """Up to 20,000 characters a text is read. (Of one in 10,000 words the PDF takes 20 s: 1,000 words must do here.)"""
    said(small, "title", title)
    ran = bounded(small, *PDF)
    if len(title) > 20_000:
        refused(ran, "too-large")
    else:
        made(ran, small)


def test_a_word_of_10_000_letters(small: Project) -> None:
    """It runs out of its line, and does no more harm."""
    said(small, "compelling_question", "w" * 10_000)
    made(bounded(small, *PDF), small)


def test_5000_terms(small: Project) -> None:
    """Each is looked for in the passages; those that are not there are warned of."""
    said(small, "vocabulary", {f"word{n}": "a meaning" for n in range(5000)})
    made(bounded(small), small)


def discussed(count: int, lines: int) -> Callable[[Any], None]:
    question = {"prompt": "Why?", "dok": "1", "kind": "discussion", "lines": str(lines), "responses": ["None."]}

    def change(data: Any) -> None:
        talk = next(a for a in data["activities"] if a["type"] == "discussion")
        talk["questions"] = [dict(question) for _ in range(count)]

    return change


def test_2000_questions_on_a_page(small: Project) -> None:
    """The page is made; its PDF would have some 150 sheets, so see below."""
    changed(small, "lessons/ferry.yaml", discussed(2000, 1))
    made(bounded(small), small)


@pytest.mark.parametrize(("count", "lines"), [(500, 1), (60, 60)])
def test_many_questions_in_a_pdf(count: int, lines: int, small: Project) -> None:
    """500 questions, and 60 with 60 lines each, are what 30 seconds allow with room to spare."""
    changed(small, "lessons/ferry.yaml", discussed(count, lines))
    made(bounded(small, *PDF), small)
    assert (small.output / "ferry" / "student.pdf").is_file()


def test_61_lines_are_refused(small: Project) -> None:
    """A question has 60 lines at most."""
    changed(small, "lessons/ferry.yaml", discussed(1, 61))
    refused(bounded(small), "out-of-range")


def test_1000_documents(small: Project) -> None:
    """There are no more letters than 26, and each passage is printed once."""
    said(small, "documents", {f"D{n}": {"passages": ["ferry/street"]} for n in range(1000)})
    refused(bounded(small), "document-letters", "passage-twice")


def test_1000_broken_lessons(small: Project) -> None:
    """Each has its message; the good one is made."""
    for n in range(1000):
        (small.lessons / f"broken-{n}.yaml").write_text("title: [\n" if n % 2 else "a: *b\n", "utf-8")
    ran = bounded(small)
    assert ran.returncode == 1 and ran.stderr.count("lessons/broken-") >= 1000
    assert (small.output / "ferry" / "student.html").is_file()


@pytest.mark.parametrize("language", ["a" * 300, "a" * 19_000, "a-" * 5000, "/" * 5000, ".", "..", "*"])
def test_a_language_of_any_length_is_looked_up(language: str, small: Project) -> None:
    """Where there is no table of its words, those of English print; a file name too long is no mistake of ours."""
    said(small, "language", language)
    made(bounded(small), small)


# --- templates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "addition",
    [
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ range(10**9)|list }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% include 'student.html.j2' %}",
        "{{ 'x' * 10**10 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ 1 // 0 }}",
        "{{ nothing.at.all }}",
        "{% for",
    ],
)
def test_an_endless_template_is_reported(addition: str, small: Project) -> None:
    """With the rule “template-error”; nothing is written for the lesson."""
    own = small.root / "templates" / "student.html.j2"
    own.parent.mkdir()
    own.write_text(f"<!DOCTYPE html><html><body>{addition}</body></html>", "utf-8")
    refused(bounded(small), "template-error")
    assert not (small.output / "ferry").exists()


def test_a_template_of_a_megabyte_is_refused(small: Project) -> None:
    """Templates have the bound of every other file: the problem stands in the template."""
    own = small.root / "templates" / "student.html.j2"
    own.parent.mkdir(exist_ok=True)
    own.write_text("x" * 1_000_001, "utf-8")
    ran = bounded(small, "build", "--format", "html")
    assert ran.returncode == 1 and "[template-error]" in ran.stderr and "longer than 1,000,000" in ran.stderr
