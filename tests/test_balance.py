"""Space and scrutiny are counted, and the numbers are right: by hand for a small lesson, by program for the unit."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from conftest import GOLDEN, HOME, LESSONS, Shelf, counterpoint, parsed, squeezed

from generator.balance import lesson_sheet, unit_sheet
from generator.projects import Project
from generator.reader import Reading, read
from generator.reading import band_top, grade_level, load

# --- a small lesson, counted by hand -------------------------------------------------------------------


def test_the_sources_of_a_lesson_are_counted(small: Project) -> None:
    """Three passages of the report, one of the letter; one row of a pair asks both for their limits."""
    sheet = lesson_sheet(read(small).lessons["ferry"])
    report, letter = sheet.sources
    assert (report.shown, letter.shown) == ("Ferry report", "Pupil’s letter")
    assert (report.passages, report.documents, report.first) == (3, 2, 1)
    assert (letter.words, letter.passages, letter.documents, letter.first) == (37, 1, 1, 0)
    assert (report.limits, letter.limits) == (1, 1)
    street, books, bank = 34, 20, 29  # the second without the words that the lesson leaves out
    assert report.words == street + books + bank


def test_a_view_is_counted_by_question_and_not_by_source(small: Project) -> None:
    """One report may hold two views; a pair is an issue of its own."""
    shutil.copy(GOLDEN / "oars.yaml", small.lessons)
    lessons = read(small).lessons
    central, walk_one, *_ = lesson_sheet(lessons["oars"]).issues
    assert [(s.name, s.passages) for s in central.shares] == [("free", 2), ("paid", 1)]
    assert central.question == "Should a ferry cost something?" and central.kind == "policy"
    pair = lesson_sheet(lessons["ferry"]).issues[1]
    assert (pair.question, [s.name for s in pair.shares]) == ("Is a fare a wall or a fair price?", ["B", "C"])
    assert walk_one.question


def test_a_unit_adds_up_its_lessons(small: Project) -> None:
    """Words, passages, questions; and in how many lessons each source stands."""
    shutil.copy(GOLDEN / "oars.yaml", small.lessons)
    lessons = list(read(small).lessons.values())
    whole = unit_sheet("Both", lessons)
    for share in whole.sources:
        parts = [s for x in lessons for s in lesson_sheet(x).sources if s.name == share.name]
        assert (share.words, share.limits, share.evidence) == tuple(
            sum(getattr(p, key) for p in parts) for key in ("words", "limits", "evidence")
        )
        assert share.lessons == len(parts) == 2


# --- the command ---------------------------------------------------------------------------------------


def test_balance_prints_a_table(small: Project) -> None:
    """Bars from zero, numbers as text, and that it is a measure and no verdict."""
    ran = counterpoint("balance", "ferry", cwd=small.root)
    assert ran.returncode == 0 and ran.stderr == ""
    assert ran.stdout.startswith("A Street That Moves\n  source")
    assert re.search(r"Pupil’s letter +█+ +37 +\d+% +1 +1 +– +\d+ +1\n", ran.stdout)
    assert "A measure of space and scrutiny, never a verdict." in squeezed(ran.stdout)


def test_balance_prints_json_for_programs(small: Project) -> None:
    """The same numbers, by name."""
    ran = counterpoint("balance", "--format", "json", cwd=small.root)
    (sheet,) = json.loads(ran.stdout)
    assert sheet["title"] == "A Street That Moves"
    assert {share["name"]: share["words"] for share in sheet["sources"]}["toll"] == 37


def test_balance_measures_the_unit(reading: Reading) -> None:
    """Every lesson in its order, and then all of them together."""
    ran = counterpoint("balance", cwd=HOME)
    assert ran.returncode == 0
    titles = [str(reading.lessons[name].spec.title) for name in LESSONS]
    titles.append(str(reading.units["should-human-rights-shape-diplomacy"].spec.title))
    places = [f"\n{ran.stdout}".index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)


# --- the unit ------------------------------------------------------------------------------------------


def test_the_unit_keeps_its_own_measures(reading: Reading) -> None:
    """The numbers that the curriculum notes ask for, counted here from the sheets and not by the editor’s rules."""
    unit = reading.units["should-human-rights-shape-diplomacy"]
    assert [lesson.id for lesson in unit.lessons] == list(LESSONS)
    sheet = unit_sheet("", unit.lessons)
    words = {s.name: s.words for s in sheet.sources}
    assert len(words) == 5
    groups = [words["chinafile"] + words["chrd"], words["negotiation"] + words["should-stop"]]
    assert max(groups) / min(groups) <= 1.25
    assert all(12 <= 100 * n / sum(words.values()) <= 30 for n in words.values())
    assert all(s.lessons >= 4 and s.first <= 3 for s in sheet.sources)
    assert max(s.limits for s in sheet.sources) <= 2 * min(s.limits for s in sheet.sources)


@pytest.mark.parametrize("name", LESSONS)
def test_every_source_of_a_lesson_is_asked_about_its_limits(name: str, reading: Reading) -> None:
    """And none much more often than another."""
    shares = lesson_sheet(reading.lessons[name]).sources
    assert all(share.limits for share in shares)
    assert max(s.limits for s in shares) <= 2 * min(s.limits for s in shares)


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.slow
def test_the_teacher_edition_prints_the_sheet(name: str, reading: Reading, shelf: Shelf) -> None:
    """A bar for each source, and its numbers as text beside it."""
    page = parsed(shelf.html(name, "teacher"))
    first = next(page.all("table", "balance"))
    shares = lesson_sheet(reading.lessons[name]).sources
    told = [[squeezed(cell.text) for cell in row.all("td")][1:2] for row in first.all("tr")][1:]
    assert told == [[str(share.words)] for share in shares]
    assert len(list(first.all("div", "bar"))) == len(shares)
    assert "Counted, not judged" in page.text


# --- load ----------------------------------------------------------------------------------------------


def test_minutes_are_words_by_the_rate() -> None:
    """Rounded up: half a minute is a minute of class."""
    assert (load("word " * 401, 200).words, load("word " * 401, 200).minutes) == (401, 3)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", 0.0),  # 0.39 · 6 + 11.8 · 6/6 − 15.59 is below zero
        ("The administration emphasized international responsibilities.", 37.0),
        ("We went to the old river. The water was cold and we did not swim.", 0.0),
    ],
)
def test_the_level_is_that_of_the_formula(text: str, grade: float) -> None:
    """Flesch–Kincaid, with syllables counted by rule: an estimate that tells short words from long ones."""
    assert grade_level(text) == pytest.approx(grade, abs=6.0)
    assert grade_level("") == 0.0


def test_initials_end_no_sentence() -> None:
    """“P.J. Crowley of the U.S. State Department” is one sentence."""
    assert grade_level("P.J. Crowley spoke.") == pytest.approx(grade_level("PJ Crowley spoke."), abs=2)


def test_the_band_is_that_of_the_youngest() -> None:
    """Of “9-12” that of grades 9 and 10."""
    assert (band_top("9-12"), band_top("11-12"), band_top("college")) == (12.12, 14.2, 14.2)


@pytest.mark.parametrize("name", LESSONS)
def test_bars_can_be_compared_across_the_tables_of_a_lesson(name: str, reading: Reading) -> None:
    """As many words have as long a bar in every table, and the longest of all is the whole length."""
    sheet = lesson_sheet(reading.lessons[name])
    tables = [sheet.bars(shares) for shares in (sheet.sources, *(issue.shares for issue in sheet.issues))]
    lengths = {(share.words, length) for bars in tables for share, _, length in bars}
    assert len({words for words, _ in lengths}) == len(lengths) and max(length for _, length in lengths) == 100
    assert [length for _, length in sorted(lengths)] == sorted(length for _, length in lengths)
