"""Versions: what may change places does, by the seed; letters, lines, numbers and answers go with what they name."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
from pathlib import Path

import page as validator
import pytest
from conftest import (
    HOME,
    LESSONS,
    Node,
    composed,
    counterpoint,
    lines_on,
    parsed,
    pdf_pages,
    program,
    replaced,
    squeezed,
)

from generator.activities import KINDS
from generator.build import Options, orders_for
from generator.compose import compose
from generator.editions import Version
from generator.house import House
from generator.labels import labels
from generator.lessons import Lesson
from generator.looks import Look
from generator.nodes import Text
from generator.projects import Project
from generator.reader import Reading, read
from generator.versions import _orders, in_version, told_of_versions

SECOND = Version(2, 7)
OF_EACH = [*(Version(n, 7) for n in range(1, 9)), *(Version(2, seed) for seed in range(20))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of three lessons as pages, of one also as PDFs."""
    folder = tmp_path_factory.mktemp("versions")
    for lessons, format in ((("five-voices", "loaded-language", "four-corners"), "html"), (("four-corners",), "pdf")):
        editions = "student,key,slips,teacher" if format == "html" else "student,key"
        ran = counterpoint(
            "build", *lessons, "--versions", "2", "--seed", "7", "--edition", editions, "--format", format,
            "--output", folder, cwd=HOME,
        )  # fmt: skip
        assert ran.returncode == 0 and "warning" not in ran.stderr, ran.stderr
    return folder


def page(made: Path, lesson: str, edition: str, version: int) -> Node:
    return parsed((made / lesson / f"{edition}.version-{version}.html").read_text("utf-8"))


def letters(root: Node) -> str:
    """The documents of a page, as they stand."""
    return "".join(a.attributes["id"].removeprefix("document-").upper() for a in root.all("article", "document"))


def heads(root: Node, of: str) -> list[str]:
    """What begins the rows of a chart."""
    (chart,) = root.all("table", of)
    return [squeezed(next(row.all("th")).text) for row in list(chart.all("tr"))[1:]]


def prompts(root: Node) -> list[tuple[str, str]]:
    """Numbers and words of the questions of a page, in their order."""
    asked = list(root.all("li", "question"))
    return [("".join(n.text for n in q.all("span", "number")), next(q.all("p", "prompt")).text) for q in asked]


# --- drawing ------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes(made: Path, tmp_path: Path, reading: Reading) -> None:
    """In another process with other chances, and in one order for all editions; another seed gives another order."""
    counterpoint(
        "build", "five-voices", "--versions", "2", "--seed", "7", "--edition", "student,key", "--format", "html",
        "--output", tmp_path, cwd=HOME, PYTHONHASHSEED="11", COUNTERPOINT_CACHE="",
    )  # fmt: skip
    for file in ("student.version-1.html", "student.version-2.html", "key.version-2.html"):
        assert (tmp_path / "five-voices" / file).read_bytes() == (made / "five-voices" / file).read_bytes()
    assert letters(page(made, "five-voices", "student", 2)) == "CDAEB"
    assert documents_of(reading.lessons["five-voices"], Version(2, 8)) == "ECBAD"


@pytest.mark.parametrize("sizes", [(2,), (3,), (4,), (5,), (9,), (2, 2), (2, 3), (3, 6), (2, 2, 2)])
def test_no_two_versions_are_the_same_where_they_can_differ(sizes: tuple[int, ...]) -> None:
    """Each list holds each thing once; and as long as it has another order, it does not stand in one twice."""
    drawn = _orders("a-lesson", sizes, Version(8, 7))
    assert drawn[0] == tuple(tuple(range(size)) for size in sizes)
    assert all(sorted(order) == list(range(len(order))) for version in drawn for order in version)
    assert len(set(drawn)) == min(8, math.prod(map(math.factorial, sizes)))
    for at, size in enumerate(sizes):
        assert len({version[at] for version in drawn}) == min(8, math.factorial(size))
        assert not any(a == b for a, b in zip(drawn[0][at], drawn[1][at], strict=True)), "nothing is where it was"
    assert _orders("a-lesson", sizes, Version(3, 7)) == drawn[:3], "whoever asks for more changes nothing"


def test_what_each_kind_of_activity_reorders_is_decided() -> None:
    """A new kind has nothing that changes places until somebody says so, here too."""
    assert {name: kind.free for name, kind in KINDS.items() if kind.free} == {
        "sourcing": "documents",
        "bucketing": "documents",
        "corroboration": "statements",
        "t_chart": "rows",
        "loaded_language": "words",
        "four_corners": "corners",
    }


# --- what stays and what changes ----------------------------------------------------------------------


@pytest.mark.parametrize("name", LESSONS)
def test_lines_and_questions_are_the_same_in_every_version(name: str, reading: Reading) -> None:
    """The words of each line under each letter, and the number of each question, in a dozen orders."""
    lesson = reading.lessons[name]
    plain = composed(lesson, "teacher")
    for version in OF_EACH[1::2]:
        handout = composed(lesson, "teacher", version)
        assert {x: [(n.number, n.text) for n in d.lines] for x, d in handout.documents.items()} == {
            x: [(n.number, n.text) for n in d.lines] for x, d in plain.documents.items()
        }
        asked = [[(q.number, q.spec.prompt) for part in h.parts for q in part.questions] for h in (plain, handout)]
        assert asked[0] == asked[1]
        assert handout.revision == plain.revision and handout.credit == plain.credit
        assert [s.letters for s in handout.sources] == [s.letters for s in plain.sources]


@pytest.mark.parametrize("name", ["five-voices", "loaded-language", "four-corners"])
def test_a_page_says_the_same_in_another_order(name: str, made: Path) -> None:
    """Read back from the pages: every document once, in other places, with its own lines; every question as it was."""
    first, second = (page(made, name, "student", version) for version in (1, 2))
    assert letters(first) == "".join(sorted(letters(second))) != letters(second)
    assert lines_on(first) == lines_on(second)
    assert prompts(first) == prompts(second) and prompts(first)
    terms = [sorted(b.text for g in root.all("div", "glossary") for b in g.all("b")) for root in (first, second)]
    assert terms[0] == terms[1] and len(set(terms[0])) == len(terms[0]) > 5


def test_corners_and_words_change_places_and_each_is_there_once(made: Path) -> None:
    """The second word of a document stays behind its first: “the first word of each document” is the same word."""
    for name, chart in (("four-corners", "corners"), ("loaded-language", "words")):
        first, second = (heads(page(made, name, "student", version), chart) for version in (1, 2))
        assert sorted(first) == sorted(second) and first != second
    of = [re.findall(r"Doc\s([A-E]), l", word)[0] for word in second]
    assert "".join(key for key, _ in itertools.groupby(of)) != "ABCDE" and len(list(itertools.groupby(of))) == 5
    for letter in "ABCDE":
        both = [[w for w in words if f"Doc {letter}," in w.replace("\u00a0", " ")] for words in (first, second)]
        assert both[0] == both[1] and len(both[0]) == 2


def test_rows_of_documents_follow_the_documents(made: Path) -> None:
    """In a chart that has one for each."""
    second = page(made, "five-voices", "student", 2)
    charts = list(second.all("table", "sources-chart"))
    for chart in charts:
        assert "".join(next(row.all("th")).text.strip()[0] for row in list(chart.all("tr"))[1:]) == letters(second)
    assert len(charts) == 2


def test_the_key_follows_its_version(made: Path) -> None:
    """The key of version 2 has the words in the order of version 2, and so has the teacher edition."""
    for version in (1, 2):
        words = [word.partition("”")[0] for word in heads(page(made, "loaded-language", "student", version), "words")]
        for edition in ("key", "teacher"):
            keys = page(made, "loaded-language", edition, version).all("section", "key")
            (chart,) = (squeezed(key.text) for key in keys if key.text.strip().startswith("Language chart"))
            at = [chart.index(f"{word}”") for word in words]
            assert at == sorted(at)


def documents_of(lesson: Lesson, version: Version) -> str:
    return "".join(in_version(lesson, version).documents)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("corroboration-lab", r"ABCDEFGHIJK"),  # A and B are read first, the others hang at stations
        ("public-or-quiet", r"ABCDE[FGH]{3}"),  # the packets of the sides
        ("what-is-a-dialogue-for", r"ABCDE"),  # two pairs, and what is read before them
        ("thirty-years-in-one-debate", r"[ABCD]{4}E"),  # E is read before the others
        ("four-corners", r"[ABCDE]{5}F"),  # F is read after them
        ("whose-words-are-these", r"[AB]{2}C"),
        ("five-voices", r"[ABCDE]{5}"),
    ],
)
def test_a_document_that_has_its_place_stays_there(name: str, kept: str, reading: Reading) -> None:
    """In a pair, with a side, at a station, or read in another step."""
    orders = [documents_of(reading.lessons[name], version) for version in OF_EACH]
    assert all(re.fullmatch(kept, order) for order in orders)
    assert len(set(orders)) > 1 or "[" not in kept


@pytest.mark.parametrize("name", LESSONS)
def test_all_else_of_a_lesson_stays_as_it_is_written(name: str, reading: Reading) -> None:
    """But for documents and free lists, an activity in version 2 is the activity that was written."""
    lesson = reading.lessons[name]
    for before, after in zip(lesson.spec.activities, in_version(lesson, SECOND).activities, strict=True):
        changed = {key for key in type(before).model_fields if getattr(before, key) != getattr(after, key)}
        assert changed <= {before.free}
        if changed and before.free != "documents":
            lists = (getattr(one, before.free) for one in (before, after))
            assert len({tuple(sorted(item.model_dump_json() for item in items)) for items in lists}) == 1


def test_a_source_is_introduced_where_it_stands_first(reading: Reading) -> None:
    """C and D are of one source: whichever stands first has its note, and the other one points at it."""
    lesson = reading.lessons["document-based-essay"]
    seen = set()
    for version in OF_EACH:
        handout = composed(lesson, "student", version)
        first, second = sorted("CD", key=list(handout.documents).index)
        assert not handout.documents[first].repeats and handout.documents[second].repeats
        assert f"From the same source as Document {first}." in handout.documents[second].notes
        seen.add(first)
    assert seen == {"C", "D"}


def test_a_teacher_can_say_that_an_order_is_meant(small: Project, reading: Reading) -> None:
    """At the top for the documents, in an activity for its items; what is not said changes no revision mark."""
    lesson = reading.lessons["four-corners"]
    fixed = lesson.spec.model_copy(update={"order": "fixed"})
    assert "".join(in_version(_with(lesson, fixed), SECOND).documents) == "ABCDEF"
    activities = tuple(a.model_copy(update={"order": "fixed"}) for a in lesson.spec.activities)
    kept = in_version(_with(lesson, lesson.spec.model_copy(update={"activities": activities})), SECOND)
    assert kept.activities == activities and "".join(kept.documents) == documents_of(lesson, SECOND) != "ABCDEF"
    before = read(small).lessons["ferry"].revision
    replaced(small.lessons / "ferry.yaml", "kind: policy\n", "kind: policy\norder: fixed\n")
    after = read(small)
    assert not after.diagnostics and after.lessons["ferry"].revision != before


def _with(lesson: Lesson, spec: object) -> Lesson:
    return Lesson(lesson.id, spec, lesson.source, lesson.documents)  # type: ignore[arg-type]


# --- marks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["student", "key"])
def test_every_page_says_which_version_it_is(edition: str, made: Path) -> None:
    """At its foot with the seed, by another program; and beside the title, so that a stack can be sorted."""
    for version in (1, 2):
        file = made / "four-corners" / f"{edition}.version-{version}.pdf"
        command = [program("pdftotext"), "-raw", "-enc", "UTF-8", str(file), "-"]
        text = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
        pages = [squeezed(one) for one in text.split("\f") if one.strip()]
        assert len(pages) == len(pdf_pages(file.read_bytes())) == {"student": 8, "key": 1}[edition]
        assert all(f"Version {version}, seed 7" in one for one in pages)
        assert not any(f"Version {3 - version}" in one for one in pages)
        assert re.search(rf"Version {version}(?!,)", pages[0])


@pytest.mark.parametrize("edition", ["student", "key"])
def test_a_version_is_open_to_everybody(edition: str, made: Path) -> None:
    """PDF/UA-1, by a program that checks nothing else."""
    file = made / "four-corners" / f"{edition}.version-2.pdf"
    assert [failure.rule_id for failure in validator.validate_pdf(str(file), profile="ua1").failures] == []


def test_a_page_on_a_screen_says_it_too(made: Path) -> None:
    """Before the title, at the end, in the title of its window; on a slip beside the name, since it is cut off."""
    root = page(made, "five-voices", "student", 2)
    (mark,) = root.all("p", "version")
    assert mark.text == "Version\u00a02"
    assert " · Version 2, seed 7 · Revision" in next(root.all("footer", "foot")).text
    assert next(root.all("title")).text.endswith(" – Version 2")
    slips = list(page(made, "five-voices", "slips", 2).all("div", "slip"))
    assert slips and all("Version 2" in next(slip.all("h2")).text for slip in slips)
    (kept,) = root.all("div", "answers")
    assert kept.attributes["data-key"].endswith("/five-voices/student.version-2"), "answers are kept for each"


@pytest.mark.parametrize(
    ("code", "beside", "foot"),
    [("es", "Versión 2", "Versión 2, semilla 7"), ("zh-Hans", "第2版", "第2版，种子7")],
)
def test_the_marks_are_in_the_language_of_the_labels(code: str, beside: str, foot: str, reading: Reading) -> None:
    """As all fixed words are."""
    handout = compose(reading.lessons["five-voices"], "student", labels(code), House(), SECOND)
    assert (re.sub("<[^>]*>", "", handout.which), re.sub("<[^>]*>", "", handout.drawn_by)) == (beside, foot)


def test_files_are_named_after_their_version_and_the_index_leads_to_them(made: Path) -> None:
    """And both versions are of the lesson as it stands: its revision mark does not change."""
    names = {path.name for path in (made / "five-voices").iterdir()}
    assert names == {f"{e}.version-{n}.html" for e in ("student", "key", "slips", "teacher") for n in (1, 2)}
    root = parsed((made / "index.html").read_text("utf-8"))
    section = next(s for s in root.all("section") if s.text.strip().startswith("Five Voices"))
    shown = {link.attributes["href"].removeprefix("five-voices/"): link.text for link in section.all("a")}
    assert set(shown) == names and next(section.all("p", "state")).text == "Current"
    assert shown["student.version-2.html"] == "Student, version 2 HTML"
    assert shown["key.version-1.html"] == "Answer key, version 1 HTML"


def test_one_version_of_one_edition_can_be_asked_for(reading: Reading) -> None:
    """In a look of one’s choice: for a list that says which student has which."""
    options = Options(("student",), ("html",), (Look(profile="large-print"),), versions=(SECOND,))
    wanted = {"five-voices": reading.entries["five-voices"]}
    (order,) = orders_for(reading, wanted, options, {})
    assert order.files == (("student.version-2.large-print.html", "html"),) and order.version == SECOND
    assert letters(parsed(order.page)) == "CDAEB"


# --- what is told --------------------------------------------------------------------------------------


def test_a_lesson_with_nothing_to_reorder_says_so(small: Project) -> None:
    """With its name and what to do; the files are made all the same, each with its mark."""
    (small.lessons / "walk.yaml").write_text(
        "format: 1\ntitle: A Walk\ngrades: 9-12\ncompelling_question: Where?\nkind: policy\nobjectives: {}\n"
        "minutes: 10\ndocuments: {A: {passages: [toll/price]}}\n"
        "activities: [{type: step, title: Read, minutes: 10}]\n",
        "utf-8",
    )
    ran = counterpoint("build", "walk", "--versions", "2", "--edition", "student", "--format", "html", cwd=small.root)
    assert ran.returncode == 0
    assert "walk.yaml:2:8: warning: “A Walk” has nothing that may change places: of 2 versions" in ran.stderr
    assert "[versions-alike]" in ran.stderr and "Build it without --versions" in ran.stderr
    assert sorted(p.name for p in (small.output / "walk").iterdir()) == [
        "student.version-1.html", "student.version-2.html",
    ]  # fmt: skip


def test_words_that_name_an_order_keep_it(reading: Reading) -> None:
    """“The first document” would be another one; whoever says a letter has the documents reordered."""
    lesson = reading.lessons["five-voices"]
    said = lesson.spec.model_copy(update={"norms": (Text("Begin with the first document."),)})
    assert documents_of(_with(lesson, said), SECOND) == "ABCDE"
    found = {d.rule: d.message for d in told_of_versions(_with(lesson, said), 2)}
    assert "“first document” names it" in found["version-order"] and "nothing that may" in found["versions-alike"]
    exempt = said.model_copy(update={"exempt": {"version-order": "It is so.", "versions-alike": "It is so."}})
    assert not list(told_of_versions(_with(lesson, exempt), 2))
    said = lesson.spec.model_copy(update={"norms": (Text("Begin with Document A."),)})
    assert documents_of(_with(lesson, said), SECOND) == "CDAEB" and not list(told_of_versions(_with(lesson, said), 8))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "7"], "--seed draws the orders of --versions: say how many, as in --versions 2."),
        (["--versions", "1"], "Invalid value for '--versions'"),
        (["--versions", "9"], "Invalid value for '--versions'"),
        (["--versions", "2", "--seed", "-1"], "Invalid value for '--seed'"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_told(arguments: list[str], said: str, small: Project) -> None:
    """Exit code 2, and nothing is made."""
    ran = counterpoint("build", *arguments, cwd=small.root)
    assert ran.returncode == 2 and said in ran.stderr and not small.output.exists()
