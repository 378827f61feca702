"""A handout has every decision taken: who sees what, which lines a response points at, which number a question has."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import (
    EDITIONS_OF,
    GOLDEN,
    LESSONS,
    PRESSED,
    Node,
    Shelf,
    composed,
    lines_on,
    parsed,
    pdf_pages,
    replaced,
    squeezed,
)

from generator.audience import TEACHER, walk
from generator.editions import EDITIONS, Edition
from generator.folding import fold
from generator.lessons import Lesson
from generator.looks import Look
from generator.printed import Handout
from generator.projects import Project
from generator.reader import Reading, read
from generator.render import page
from generator.schema import Spec
from generator.spec import Response

# --- who may see what --------------------------------------------------------------------------------


def teachers_fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a spec that is marked as the teacher's: where it is, and what is in it."""
    if isinstance(value, Spec):
        for name, field in type(value).model_fields.items():
            inside = getattr(value, name)
            if TEACHER in field.metadata:
                yield f"{path}.{name}", inside
            else:
                yield from teachers_fields(inside, f"{path}.{name}")
    elif isinstance(value, (tuple, dict)):
        for key, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield from teachers_fields(inside, f"{path}[{key}]")


@pytest.mark.parametrize("name", LESSONS)
def test_a_student_handout_is_composed_without_the_teachers_fields(name: str, reading: Reading) -> None:
    """Each of them, however deep, is empty; there is nothing left to hide."""
    handout = composed(reading.lessons[name], "student")
    fields = list(teachers_fields(handout.spec))
    fields += [field for part in handout.parts for field in teachers_fields(part.activity)]
    fields += [field for part in handout.parts for q in part.questions for field in teachers_fields(q.spec)]
    assert len(fields) > 50
    assert not [path for path, inside in fields if inside not in (None, "", (), {})]
    assert not (handout.timing or handout.standards or handout.official or handout.checked or handout.fact_notes)


@pytest.mark.parametrize("name", LESSONS)
def test_a_teacher_handout_keeps_them(name: str, reading: Reading) -> None:
    """Else the test above would prove nothing."""
    handout = composed(reading.lessons[name], "teacher")
    kept = {path.rpartition(".")[2] for path, inside in teachers_fields(handout.spec) if inside}
    assert kept >= {
        "responses",
        "watch_for",
        "objectives",
        "notes",
        "content_note",
        "misconceptions",
        "viewpoints",
        "standards",
    }
    assert handout.timing and handout.standards and handout.official and handout.checked


# --- what the key points at --------------------------------------------------------------------------


def named_lines(reference: str) -> set[tuple[str, int]]:
    """The lines that a reference such as “Doc A, l. 1, 4–5; Doc C, l. 2” names."""
    found = set()
    for letter, numbers in re.findall(r"Doc\s([A-Z]),\sl\.\s([\d–, ]+)", reference):
        for first, last in re.findall(r"(\d+)(?:–(\d+))?", numbers):
            found |= {(letter, n) for n in range(int(first), int(last or first) + 1)}
    return found


def plainly(text: str) -> str:
    """A text as it is compared here: straight quotes, small letters, single spaces."""
    return squeezed(fold(text).text.lower())


def printed_words(handout: Handout, lines: set[tuple[str, int]]) -> str:
    """What is printed in some lines, in their order; a gap between them is marked."""
    words, before = [], ("", 0)
    for letter, number in sorted(lines):
        words.append("" if before == (letter, number - 1) else " // ")
        words.append(handout.documents[letter].lines[number - 1].text)
        before = letter, number
    return plainly("".join(words))


@pytest.mark.parametrize("name", LESSONS)
def test_the_key_points_at_the_words_it_quotes(name: str, reading: Reading) -> None:
    """Whatever a response quotes stands in the very lines that the key names beside it."""
    handout = composed(reading.lessons[name], "teacher")
    seen = 0
    for response in walk(handout.spec, Response):
        lines = named_lines("; ".join(handout.refs(response)))
        words = printed_words(handout, lines)
        for quoted in re.findall("“([^”]+)”", response.text) if response.rests_on else []:
            assert plainly(quoted.rstrip(".,;:!? ")) in words, f"{handout.refs(response)}: {quoted}"
            seen += 1
    assert seen > 40


def test_the_key_points_at_the_evidence_it_names(reading: Reading) -> None:
    """“first … last” names the lines from the first words to the last; some lessons quote everything instead."""
    seen = 0
    for name in LESSONS:
        handout = composed(reading.lessons[name], "teacher")
        for response in walk(handout.spec, Response):
            words = printed_words(handout, named_lines("; ".join(handout.refs(response))))
            for evidence in response.rests_on:
                for part in evidence.words.split("…") if evidence.words else []:
                    assert plainly(part) in words
                    seen += 1
    assert seen > 20


@pytest.mark.parametrize("name", LESSONS)
def test_the_key_names_no_line_too_many(name: str, reading: Reading) -> None:
    """Where a response quotes one stretch of one passage, the first and the last line are needed to hold it."""
    handout = composed(reading.lessons[name], "teacher")
    seen = 0
    for response in walk(handout.spec, Response):
        quoted = re.findall("“([^”]+)”", response.text)
        if len(quoted) != 1 or len(response.rests_on) != 1 or response.rests_on[0].words:
            continue
        lines = sorted(named_lines("; ".join(handout.refs(response))))
        words = plainly(quoted[0].rstrip(".,;:!? "))
        assert words in printed_words(handout, set(lines))
        assert words not in printed_words(handout, set(lines[1:]))
        assert words not in printed_words(handout, set(lines[:-1]))
        seen += 1
    assert seen >= 2


@pytest.mark.parametrize("name", LESSONS)
def test_a_response_that_rests_on_something_has_lines_and_another_has_none(name: str, reading: Reading) -> None:
    """Empty references would look like a mistake."""
    handout = composed(reading.lessons[name], "teacher")
    for response in walk(handout.spec, Response):
        assert bool(named_lines("; ".join(handout.refs(response)))) == bool(response.rests_on)


def test_a_response_without_quotation_points_at_the_whole_passage(small: Project) -> None:
    """And one that quotes, at its words; a reference merges what follows one another."""
    handout = composed(read(small).lessons["ferry"], "teacher")
    shown = {
        str(r.text): "; ".join(handout.refs(r)).replace("\u00a0", " ")
        for r in walk(handout.spec, Response)
        if r.rests_on
    }
    assert shown["Nothing is said for it."] == "Doc B, l. 1–4"
    assert shown["They “cross four times a day.”"] == "Doc B, l. 2–3"
    assert shown["No, because a fare would be “a wall” for those who cross most."] == "Doc B, l. 3"


def test_words_that_are_left_out_cannot_be_quoted(small: Project) -> None:
    """A lesson cuts some words of a passage; a key that quotes them points at nothing, and is refused."""
    lesson = small.lessons / "ferry.yaml"
    replaced(lesson, "One coin, “if nobody turnes back at the gate.”", "She “keeps the council's books.”")
    assert [d.rule for d in read(small).diagnostics] == ["quotation-unproven"]


def test_a_note_on_words_that_are_left_out_is_left_out(small: Project) -> None:
    """A note on a fact belongs to words that are printed."""
    replaced(small.seeds / "ferry.yaml", "- words: since 1903", "- words: keeps the council's books")
    reading = read(small)
    assert not reading.diagnostics
    assert composed(reading.lessons["ferry"], "teacher").fact_notes == ()


def test_a_note_on_a_fact_names_its_line(small: Project) -> None:
    """In the teacher edition only."""
    lesson = read(small).lessons["ferry"]
    ((reference, words, note),) = composed(lesson, "teacher").fact_notes
    assert (reference.replace("\u00a0", " "), words) == ("Doc A, l. 1", "since 1903")
    assert note == "Another paper of the town gives the year as 1904, so ask how one could find out."
    assert composed(lesson, "student").fact_notes == ()


# --- the same lines everywhere -----------------------------------------------------------------------


@PRESSED
def test_a_page_has_the_lines_that_were_composed(
    name: str, edition: Edition, look: Look, reading: Reading, shelf: Shelf
) -> None:
    """The same text in the same line, numbered at every fifth, whichever the edition and the paper."""
    handout = composed(reading.lessons[name], edition)
    root = parsed(shelf.html(name, edition, look))
    assert lines_on(root) == {letter: [line.text for line in d.lines] for letter, d in handout.documents.items()}
    for article in root.all("article", "document"):
        numbers = [[c for c in line.classes if re.fullmatch(r"n\d+", c)] for line in article.all("span", "line")]
        assert numbers == [[f"n{n}"] if n % 5 == 0 else [] for n in range(1, len(numbers) + 1)]


@PRESSED
def test_a_pdf_has_the_lines_of_the_page(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """Every printed line is one line of the PDF's text, and they follow one another."""
    root = parsed(shelf.html(name, edition, look))
    read_back = [squeezed(line) for text in pdf_pages(shelf.pdf(name, edition, look)) for line in text.split("\n")]
    for prompt in {prompt.text for prompts in root.all("div", "prompts") for prompt in prompts.all("p")}:
        read_back = [line.removeprefix(f"{prompt} ") for line in read_back]  # beside a line, at the same height
    for lines in lines_on(root).values():
        at = [read_back.index(squeezed(line)) for line in lines]
        assert at == sorted(at)


@pytest.mark.parametrize("name", LESSONS)
def test_every_number_has_its_picture(name: str, shelf: Shelf) -> None:
    """The classes n5, n10 … that lines use are drawn by the stylesheet, with outlines and not with letters."""
    for edition in EDITIONS_OF[name]:
        source = shelf.html(name, edition)
        used = set(re.findall(r'class="line (n\d+)', source))
        drawn = dict(re.findall(r"\.(n\d+) \{ background-image: url\(\"data:image/svg\+xml,([^\"]*)\"\)", source))
        assert used <= set(drawn)
        assert all("path" in picture and "text" not in picture for picture in drawn.values())


def numbered(root: Node, of: str) -> list[tuple[str, str]]:
    """Numbers and prompts of the questions of a page."""
    found = []
    for question in root.all("li", of):
        number = "".join(n.text for n in question.all("span", "number"))
        prompt = next(question.all("p", "prompt"))
        words = "".join(
            p if isinstance(p, str) else "" if p.classes in (["dok"], ["worth"]) else p.text for p in prompt.inside
        )
        found.append((number, squeezed(words)))
    return found


@pytest.mark.parametrize("name", LESSONS)
def test_a_question_has_the_same_number_in_every_edition(name: str, shelf: Shelf) -> None:
    """They run through the whole lesson, the packets of both sides included; the slip at the end has none."""
    held: list[Edition] = [e for e in EDITIONS_OF[name] if e in ("student", "side-a", "side-b")]
    students = [one for e in held for one in numbered(parsed(shelf.html(name, e)), "question") if one[0]]
    teachers = [one for one in numbered(parsed(shelf.html(name, "teacher")), "item") if one[0]]
    assert sorted(students) == sorted(teachers)
    numbers = sorted(int(number) for number, _ in students)
    assert numbers == list(range(1, len(numbers) + 1)) and numbers


def test_a_document_stands_once_in_a_handout(small: Project) -> None:
    """In two pairs it would be printed twice, with two sets of line numbers."""
    replaced(
        small.lessons / "ferry.yaml",
        "  - type: t_chart",
        """\
  - {type: contrasting_viewpoints, title: Again, minutes: 5, question: Again?, documents: [A, B]}
  - type: t_chart""",
    )
    assert "document-twice" in [d.rule for d in read(small).diagnostics]


# --- the revision mark -------------------------------------------------------------------------------


def mark_of(project: Project) -> str:
    reading = read(project)
    assert not [d for d in reading.diagnostics if d.is_error]
    return reading.lessons["ferry"].revision


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("lessons/ferry.yaml", "Should a ferry cost something?\nkind", "Should a ferry cost anything?\nkind"),
        ("lessons/ferry.yaml", "who take the comparison", "who take a comparison"),
        ("lessons/ferry.yaml", "minutes: 50", "minutes: 51"),
        ("seeds/ferry.yaml", "An invented report on", "An invented article on"),
        ("seeds/ferry.yaml", "gives the year as 1904", "gives the year as 1905"),
        ("seeds/toll.yaml", "rights: Invented for the tests", "rights: Invented"),
    ],
)
def test_the_mark_changes_with_a_word(file: str, old: str, new: str, small: Project) -> None:
    """Of the lesson or of a record that it quotes, the teacher's words included."""
    before = mark_of(small)
    replaced(small.root / file, old, new)
    after = mark_of(small)
    assert re.fullmatch(r"[0-9a-f]{4} [0-9a-f]{4}", before)
    assert before != after


@pytest.mark.parametrize("file", ["lessons/ferry.yaml", "seeds/ferry.yaml", "seeds/toll.yaml"])
def test_the_mark_does_not_change_with_a_comment(file: str, small: Project) -> None:
    """Nor with a blank line or another way of writing the same."""
    before = mark_of(small)
    path = small.root / file
    path.write_text(
        "# A remark.\n\n" + path.read_text("utf-8").replace("\nformat: 1\n", "\nformat: '1'   # one\n\n"), "utf-8"
    )
    assert mark_of(small) == before


def test_the_mark_changes_with_the_place_in_a_unit(small: Project) -> None:
    """The number of the lesson is printed."""
    before = mark_of(small)
    (small.lessons / "town.unit.yaml").write_text("format: 1\ntitle: A town\nlessons: [ferry]\n", "utf-8")
    assert mark_of(small) != before


# --- golden pages ------------------------------------------------------------------------------------


def body_of(lesson: Lesson, edition: Edition) -> str:
    """The page between <body> and </body>: what is printed, without styles and fonts, and without the revision mark."""
    handout = composed(lesson, edition)
    drawn = page(handout).replace(handout.revision, "1234 5678")
    body = drawn[drawn.index("<body>") : drawn.index("</body>") + len("</body>")]
    return re.sub(r"\n\s*\n", "\n", body) + "\n"


OF_FERRY: tuple[Edition, ...] = ("student", "key", "teacher")
OF_OARS: tuple[Edition, ...] = EDITIONS


@pytest.mark.parametrize(
    ("name", "edition"), [*(("ferry", e) for e in OF_FERRY), *(("oars", e) for e in OF_OARS)], ids="-".join
)
def test_the_small_lessons_are_drawn_as_they_were(
    name: str, edition: Edition, small: Project, request: pytest.FixtureRequest
) -> None:
    """Every kind of activity once. When a change is meant: pytest --renew-golden, and read the difference."""
    shutil.copy(GOLDEN / "oars.yaml", small.lessons)
    golden: Path = GOLDEN / "pages" / f"{name}-{edition}.html"
    drawn = body_of(read(small).lessons[name], edition)
    if request.config.getoption("--renew-golden"):
        golden.write_text(drawn, "utf-8")
    assert drawn.split("\n") == golden.read_text("utf-8").split("\n")
