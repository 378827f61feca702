"""A lesson becomes several files: sides that do not know each other, supports with the same lines, stations, slips."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import (
    EDITIONS_OF,
    GOLDEN,
    LESSONS,
    Shelf,
    bare,
    composed,
    counterpoint,
    lines_on,
    parsed,
    pdf_pages,
    replaced,
    squeezed,
)

from generator.activities.exit_ticket import ExitTicket
from generator.activities.gallery_walk import GalleryWalk
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.editions import Edition
from generator.lessons import Lesson
from generator.looks import USUAL, Look
from generator.pauses import with_pauses
from generator.projects import Project
from generator.reader import Reading, read
from generator.selection import editions_of, letters_in

CONTROVERSY = "public-or-quiet"
SIDES: list[tuple[Edition, Edition]] = [("side-a", "side-b"), ("side-b", "side-a"), ("supports-a", "supports-b")]
SIDES += [("supports-b", "supports-a")]


@pytest.fixture
def oars(small: Project) -> Project:
    """The small project with its second lesson, which has two sides."""
    shutil.copy(GOLDEN / "oars.yaml", small.lessons)
    return small


# --- which files there are ----------------------------------------------------------------------------


def test_a_lesson_has_the_editions_that_its_activities_ask_for(reading: Reading, oars: Project) -> None:
    """Three for every lesson; supports, sides, stations and slips where there is something to put into them."""
    assert editions_of(read(oars).lessons["ferry"].spec) == ("student", "key", "teacher")
    assert editions_of(reading.lessons["five-voices"].spec) == ("student", "supports", "slips", "key", "teacher")
    assert editions_of(reading.lessons["corroboration-lab"].spec) == (
        "student", "supports", "stations", "slips", "key", "teacher",
    )  # fmt: skip
    assert editions_of(reading.lessons[CONTROVERSY].spec) == (
        "student", "side-a", "side-b", "supports", "supports-a", "supports-b", "slips", "key", "teacher",
    )  # fmt: skip


def test_an_edition_that_a_lesson_does_not_have_is_not_made(oars: Project) -> None:
    """And that is no problem: a teacher may ask for the side packets of all lessons."""
    ran = counterpoint("build", "ferry", "oars", "--edition", "side-a,side-b", "--format", "html", cwd=oars.root)
    assert ran.returncode == 0, ran.stderr
    assert sorted(p.name for p in (oars.output / "oars").iterdir()) == ["side-a.html", "side-b.html"]
    assert not (oars.output / "ferry").exists()


# --- sides ---------------------------------------------------------------------------------------------


def sentences(lesson: Lesson, letters: tuple[str, ...]) -> list[str]:
    """The sentences of some documents, as bare words; those of four words and more."""
    texts = [p.text for letter in letters for p in lesson.documents[letter].passages]
    found = [bare(s) for text in texts for s in re.split(r"(?<=[.!?])['\"”’]*\s+(?=[“\"‘'(]*[A-Z])", text)]
    return [s for s in found if len(s.split()) >= 4]


def rows(text: str, words: int = 7) -> set[str]:
    """All rows of some words in a row."""
    bared = bare(text).split()
    return {" ".join(bared[at : at + words]) for at in range(len(bared) - words + 1)}


def told(shelf: Shelf, edition: Edition) -> str:
    """All that a packet tells, its source and its PDF together."""
    source = shelf.html(CONTROVERSY, edition)
    return " ".join([source, parsed(source).text, *pdf_pages(shelf.pdf(CONTROVERSY, edition))])


@pytest.mark.parametrize(("own", "other"), SIDES)
def test_no_packet_of_a_side_holds_a_sentence_of_the_other_side(
    own: Edition, other: Edition, reading: Reading, shelf: Shelf
) -> None:
    """Not a sentence, and no seven words of one in a row; but all sentences of its own."""
    lesson = reading.lessons[CONTROVERSY]
    held = bare(told(shelf, own).replace("[sic]", ""))
    theirs = sentences(lesson, letters_in(lesson.spec, other))
    assert len(theirs) >= 5 and not [s for s in theirs if f" {s} " in f" {held} "]
    passages = " ".join(p.text for x in letters_in(lesson.spec, other) for p in lesson.documents[x].passages)
    assert not rows(told(shelf, own)) & rows(passages)
    assert not [s for s in sentences(lesson, letters_in(lesson.spec, own)) if s not in held]


def test_the_three_packets_share_out_the_documents(reading: Reading) -> None:
    """Each document stands in one of them, and the sides have equal numbers of passages, give or take one."""
    lesson = reading.lessons[CONTROVERSY]
    parts = [letters_in(lesson.spec, e) for e in ("side-a", "side-b", "student")]
    assert sorted(letter for part in parts for letter in part) == sorted(lesson.documents)
    first, second = (sum(len(lesson.documents[x].passages) for x in part) for part in parts[:2])
    assert abs(first - second) <= 1


def test_the_pages_that_all_have_tell_neither_case(reading: Reading, shelf: Shelf) -> None:
    """The shared file prints no passage of a side: it is handed out when roles are dropped."""
    lesson = reading.lessons[CONTROVERSY]
    held = bare(told(shelf, "student"))
    sides = letters_in(lesson.spec, "side-a") + letters_in(lesson.spec, "side-b")
    assert not [s for s in sentences(lesson, sides) if len(s.split()) > 6 and s in held]


def test_a_controversy_has_all_its_phases_in_order(reading: Reading) -> None:
    """Those of Johnson and Johnson, with the reversal: restating is never left out."""
    (activity,) = [
        a for a in reading.lessons[CONTROVERSY].spec.activities if isinstance(a, StructuredAcademicControversy)
    ]
    assert activity.variant == "reverse"
    assert [s.phase for s in activity.steps if s.phase != "other"] == [
        "prepare",
        "first_presents",
        "second_restates",
        "second_presents",
        "first_restates",
        "prepare_reversal",
        "present_reversed",
        "drop_roles",
        "common_ground",
        "debrief",
    ]


@pytest.mark.parametrize("format", ["html", "pdf"])
def test_a_whole_sentence_of_the_other_side_stops_the_build(format: str, oars: Project) -> None:
    """In the packet of the side that argues against it; the side that holds it prints it itself."""
    own = oars.root / "templates" / "side.html.j2"
    own.parent.mkdir()
    shutil.copy(GOLDEN.parent.parent / "templates" / "side.html.j2", own)
    tells = "<p>What is free for one is paid by another, and a fair price is better than a hidden one.</p>"
    replaced(own, "{{ ui.sources() }}", tells + "{{ ui.sources() }}")
    ran = counterpoint("build", "oars", "--format", format, cwd=oars.root)
    assert ran.returncode == 1
    assert f"side-b.{format} would hold a sentence of the other side’s: “What is free for one" in ran.stderr
    assert f"side-a.{format} would hold" not in ran.stderr
    assert not (oars.output / "oars").exists()


def test_a_question_of_a_side_that_asks_about_the_other_sides_text_is_refused(oars: Project) -> None:
    """At the passage, in the lesson."""
    replaced(oars.lessons / "oars.yaml", "dok: 2, passages: [toll/price]", "dok: 2, passages: [ferry/street]")
    found = [d for d in read(oars).diagnostics if d.is_error]
    assert [(d.rule, d.span.text) for d in found][:1] == [("other-side", "ferry/street")]


# --- the same lines everywhere -------------------------------------------------------------------------


@pytest.mark.parametrize("name", LESSONS)
def test_a_line_is_the_same_line_in_every_edition(name: str, shelf: Shelf) -> None:
    """In packets, at stations, with supports and for the teacher: the words and the number of every line."""
    whole = lines_on(parsed(shelf.html(name, "teacher")))
    for edition in EDITIONS_OF[name]:
        for letter, lines in lines_on(parsed(shelf.html(name, edition))).items():
            assert lines == whole[letter], f"{edition}, Document {letter}"


@pytest.mark.parametrize("name", LESSONS)
def test_supports_add_help_and_change_no_word(name: str, reading: Reading, shelf: Shelf) -> None:
    """A word bank, three frames at least, marks to pause at; and the text of the others."""
    lesson = reading.lessons[name]
    page = parsed(shelf.html(name, "supports"))
    shown = squeezed(page.text)
    assert lesson.spec.supports and len(lesson.spec.supports.frames) >= 3
    assert all(squeezed(frame) in shown for frame in lesson.spec.supports.frames)
    assert all(word in shown for word in lesson.spec.supports.word_bank)
    assert list(page.all("span", "pause"))


def test_a_pause_stands_where_a_sentence_begins(reading: Reading) -> None:
    """Never within one, and never behind an initial: a stretch has about as many words as the lesson asks for."""
    handout = composed(reading.lessons["what-is-a-dialogue-for"], "student")
    plain = handout.documents["A"]
    marked = with_pauses(plain, 20)
    text = "".join(line.text for line in marked.lines)
    assert text == "".join(line.text for line in plain.lines)
    at, pauses = 0, []
    for line in marked.lines:
        for run in line.runs:
            pauses += [at] if run.pause else []
            at += len(run.text)
    assert pauses
    for pause in pauses:
        assert re.search(r"[.!?]['\"”’)]* $", text[:pause]), text[:pause][-20:]
        assert not re.search(r"\b(P\.J|U\.S|Mr|Ms)\. $", text[:pause])
    assert with_pauses(plain, 0) == plain
    assert [line.text for line in marked.lines] == [line.text for line in plain.lines]
    assert not any(line.runs[0].pause for line in marked.lines)


# --- stations and slips --------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [USUAL, Look(profile="large-print")], ids=["usual", "large-print"])
def test_the_head_of_a_station_sheet_names_what_stands_below(look: Look, shelf: Shelf) -> None:
    """A document that goes on is named with its station; a page on which one begins does not name the one before."""
    name, going_on = "corroboration-lab", 0
    lines = lines_on(parsed(shelf.html(name, "stations", look)))
    for page in map(squeezed, pdf_pages(shelf.pdf(name, "stations", look))):
        if told := re.search(r"Station \d · Document ([A-K]), continued", page):
            going_on += 1
            assert any(squeezed(line) in page for line in lines[told[1]])
            assert f"Document {told[1]} Who" not in page
    assert bool(going_on) == look.narrow


def test_every_station_has_its_question_and_its_documents(reading: Reading, shelf: Shelf) -> None:
    """On pages of its own, each document with a whole source box: nobody has to walk back to read it."""
    page = parsed(shelf.html("corroboration-lab", "stations"))
    stations = list(page.all("section", "station"))
    (walk,) = [a for a in reading.lessons["corroboration-lab"].spec.activities if isinstance(a, GalleryWalk)]
    assert len(stations) == len(walk.stations)
    for drawn, station in zip(stations, walk.stations, strict=True):
        assert squeezed(station.ask) in squeezed(drawn.text)
        letters = [a.attributes["id"].removeprefix("document-").upper() for a in drawn.all("article")]
        assert letters == list(map(str, station.documents))
    assert "From the same source as" not in page.text


@pytest.mark.parametrize("name", [n for n, of in EDITIONS_OF.items() if "slips" in of])
def test_slips_stand_several_to_a_page(name: str, reading: Reading, shelf: Shelf) -> None:
    """All on one page, each with a line for a name; and not once more in the handout."""
    slips = [a for a in reading.lessons[name].spec.activities if isinstance(a, ExitTicket) and a.per_page > 1]
    page = parsed(shelf.html(name, "slips"))
    drawn = list(page.all("div", "slip"))
    assert len(drawn) == sum(slip.per_page for slip in slips)
    assert all(len(list(one.all("span", "own-name"))) == 1 for one in drawn)
    assert len(pdf_pages(shelf.pdf(name, "slips"))) == len(slips)
    prompts = [squeezed(q.prompt) for slip in slips for q in slip.questions]
    assert all(prompt not in squeezed(parsed(shelf.html(name, "student")).text) for prompt in prompts)
