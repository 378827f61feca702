"""The answer key alone: every possible answer with its lines, and nothing else, on as few pages as can be read."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from conftest import LESSONS, Shelf, bare, composed, parsed, squeezed

from generator.audience import walk
from generator.lessons import Lesson
from generator.reader import Reading
from generator.spec import Question, Response

SMALLEST = 9  # points


def expected(lesson: Lesson) -> list[Response]:
    """Every possible answer of a lesson's activities, in the order of the file."""
    return [response for activity in lesson.spec.activities for response in walk(activity, Response)]


@pytest.mark.parametrize("name", LESSONS)
def test_the_key_holds_every_answer_with_its_lines(name: str, reading: Reading, shelf: Shelf) -> None:
    """In the teacher edition they stand as “Doc A, l. 3–5”; here, as “A 3–5”."""
    lesson = reading.lessons[name]
    teacher = composed(lesson, "teacher")
    page = parsed(shelf.html(name, "key"))
    shown = squeezed(page.text.replace("\u00a0", " "))
    for response in expected(lesson):
        refs = [re.sub(r"Doc\s(\w), l\. ", r"\1 ", ref.replace("\u00a0", " ")) for ref in teacher.refs(response)]
        assert bare(response.text) in bare(shown)
        assert all(re.fullmatch(r"[A-Z] [\d–, ]+", ref) and ref in shown for ref in refs)
    assert len(expected(lesson)) > 25


@pytest.mark.parametrize("name", LESSONS)
def test_the_key_has_every_question_by_its_number(name: str, reading: Reading, shelf: Shelf) -> None:
    """One that has none, on a slip, stands there in its words; the words of the others stand with the students."""
    page = parsed(shelf.html(name, "key"))
    (main,) = page.all("main")
    numbers = [int(n.text) for n in main.all("span", "number")]
    handout = composed(reading.lessons[name], "teacher")
    asked = [q for part in handout.parts for q in part.questions]
    assert numbers == [q.number for q in asked if q.number] == list(range(1, len(numbers) + 1))
    for question in asked:
        assert (bare(question.spec.prompt) in bare(main.text)) == (question.number is None)


@pytest.mark.parametrize("name", LESSONS)
def test_the_key_holds_nothing_else(name: str, reading: Reading, shelf: Shelf) -> None:
    """No plan, no advice, no documents, no room to write, no page for notes."""
    spec = reading.lessons[name].spec
    (body,) = parsed(shelf.html(name, "key")).all("body")
    told = bare(body.text)
    notes = [str(m.belief) for m in spec.misconceptions]
    notes += [str(q.watch_for) for q in walk(spec, Question) if q.watch_for]
    notes += [str(text) for a in spec.activities for text in (a.notes, a.teacher, a.students) if text]
    assert notes and not [note for note in notes if bare(note) in told]
    assert not [*body.all("article"), *body.all("div", "rule"), *body.all("section", "notes-page")]


@pytest.mark.parametrize("name", ["five-voices", "four-corners", "loaded-language"])
def test_nothing_in_the_key_is_too_small_to_read(name: str, shelf: Shelf) -> None:
    """The text between the head and the foot, as it is drawn."""
    document = pypdfium2.PdfDocument(shelf.pdf(name, "key"))
    try:
        sizes = {
            round(thing.get_font_size() * thing.get_matrix().d, 2)
            for sheet in document
            for thing in sheet.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
            if 72 < thing.get_bounds()[1] < 792 - 62
        }
    finally:
        document.close()
    assert min(sizes) == SMALLEST
