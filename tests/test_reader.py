"""What was read before is known again: as long as all that it was made of is the same, and never longer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import GOLDEN, replaced

from generator import intake, render
from generator.build import Options, build
from generator.cache import NOTHING_KEPT, Cache
from generator.diagnostic import Diagnostic, concise, full
from generator.house import House
from generator.lessons import Lesson
from generator.printshop import Order
from generator.projects import Project
from generator.reader import Reading, read

UNIT = "format: 1\ntitle: Boats\nlessons: [ferry, oars]\n"


@pytest.fixture
def town(small: Project) -> Project:
    """Two lessons in a unit; the house style says that a long question is one of more than five words."""
    shutil.copy(GOLDEN / "oars.yaml", small.lessons / "oars.yaml")
    (small.lessons / "boats.unit.yaml").write_text(UNIT, "utf-8")
    (small.root / "handouts.yaml").write_text("format: 1\nthresholds: {question_words: 5}\n", "utf-8")
    (small.root / "templates").mkdir()
    return Project(small.root, small.seeds, small.lessons, small.root / "templates", small.output)


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "kept")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the lessons and units that are read through, and of those that are checked as a whole."""
    names: list[str] = []
    lesson, unit = intake.taken_lesson, intake.unit_problems

    def taken_lesson(*arguments: object) -> tuple[Lesson | None, str]:
        names.append(str(arguments[1]))
        return lesson(*arguments)  # type: ignore[arg-type]

    def unit_problems(*arguments: object) -> object:
        names.append("unit")
        return unit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "taken_lesson", taken_lesson)
    monkeypatch.setattr(intake, "unit_problems", unit_problems)
    return names


def told(reading: Reading) -> list[str]:
    return list(map(full, reading.diagnostics))


# --- what is known ------------------------------------------------------------------------------------


def test_what_is_known_is_not_read_again(town: Project, kept: Cache, taken: list[str]) -> None:
    """Neither lessons nor the unit; and the same problems stand at the same places, with the same words."""
    first = read(town, cache=kept)
    problems = told(first)
    assert taken == ["ferry", "oars", "unit"]
    again = read(town, cache=kept)
    assert taken == ["ferry", "oars", "unit"]
    assert told(again) == problems == told(read(town)) and len(problems) > 10
    assert [*again.lessons] == ["ferry", "oars"] and [*again.units] == ["boats"]
    assert [e.about for e in again.entries.values()] == [e.about for e in first.entries.values()]


def test_what_a_lesson_holds_is_read_when_somebody_asks(town: Project, kept: Cache, taken: list[str]) -> None:
    """Once; a unit asks for all of its lessons."""
    told(read(town, cache=kept))
    taken.clear()
    again = read(town, cache=kept)
    assert again.lessons["oars"].spec.title == "Two Oars" and again.lessons["oars"].number == 2
    assert again.lessons["oars"].revision == read(town).lessons["oars"].revision == again.entries["oars"].about.revision
    assert taken == ["oars", "ferry", "oars", "unit"]  # the other three: by the reading that keeps nothing
    taken.clear()
    assert [lesson.id for lesson in again.units["boats"].lessons] == ["ferry", "oars"] and taken == ["ferry"]


def test_what_editors_say_is_found_out_when_somebody_asks(
    town: Project, kept: Cache, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once: its pages are drawn before. In a strict unit, where it may stop a lesson, when the lesson is read."""
    asked, remarks = list[str](), intake.remarks

    def noted(lesson: Lesson, house: House) -> list[Diagnostic]:
        asked.append(lesson.id)
        return remarks(lesson, house)

    monkeypatch.setattr(intake, "remarks", noted)
    first = read(town, cache=kept)
    assert {*first.lessons} == {"ferry", "oars"} and not asked
    problems = told(first)
    assert told(first) == problems == told(read(town, first, kept)) and asked == ["ferry", "oars"]
    assert {d.rule for d in first.diagnostics} - {d.rule for d in first.found} >= {"question-long"}
    (town.lessons / "boats.unit.yaml").write_text(UNIT + "strict: true\n", "utf-8")
    asked.clear()
    read(town, cache=kept)
    assert asked == ["ferry", "oars"]


def test_an_error_is_known_as_well(town: Project, kept: Cache, taken: list[str]) -> None:
    """The lesson stays broken, with its title, until it is mended."""
    replaced(
        town.lessons / "ferry.yaml", "passages: [ferry/street]\n        points", "passages: [toll/no]\n        points"
    )
    first = read(town, cache=kept)
    problems = told(first)
    again = read(town, cache=kept)
    assert taken == ["ferry", "oars"]
    assert again.broken == first.broken == {"ferry": "A Street That Moves"} and told(again) == problems
    replaced(town.lessons / "ferry.yaml", "passages: [toll/no]", "passages: [ferry/street]")
    assert "ferry" in read(town, cache=kept).lessons


def test_a_lesson_that_its_unit_stops_stays_stopped(town: Project, kept: Cache) -> None:
    """What is wrong in a lesson of a strict unit is as wrong the second time."""
    (town.lessons / "boats.unit.yaml").write_text(UNIT + "strict: true\n", "utf-8")
    first, again = read(town, cache=kept), read(town, cache=kept)
    assert {*again.broken} == {*first.broken} == {*read(town).broken} == {"oars"}
    assert told(again) == told(first)


# --- and no longer than it is true --------------------------------------------------------------------

CHANGES: dict[str, Callable[[Project], object]] = {
    "lesson": lambda p: replaced(p.lessons / "oars.yaml", "title: Two Oars", "title: Three Oars"),
    "comment": lambda p: (p.lessons / "oars.yaml").write_text(
        "\n# a line\n" + (p.lessons / "oars.yaml").read_text("utf-8"), "utf-8"
    ),
    "record": lambda p: replaced(p.seeds / "ferry.yaml", "short: Ferry report", "short: Report"),
    "article": lambda p: replaced(p.seeds / "ferry.txt", "since 1903", "since 1904"),
    "seed": lambda p: shutil.copy(p.seeds / "toll.yaml", p.seeds / "third.yaml"),
    "no seed": lambda p: (p.seeds / "toll.yaml").unlink(),
    "no article": lambda p: (p.seeds / "toll.txt").unlink(),
    "thresholds": lambda p: (p.root / "handouts.yaml").write_text("format: 1\n", "utf-8"),
    "standards": lambda p: (p.root / "standards.yaml").write_text(
        "frameworks: {}\nstandards: {RH.9-10.1: {framework: CCSS, grades: 11-12, gist: Quote.}}\n", "utf-8"
    ),
    "strict": lambda p: (p.lessons / "boats.unit.yaml").write_text(UNIT + "strict: true\n", "utf-8"),
    "order": lambda p: (p.lessons / "boats.unit.yaml").write_text(UNIT.replace("ferry, oars", "oars, ferry"), "utf-8"),
    "unit": lambda p: (p.lessons / "boats.unit.yaml").write_text(UNIT.replace("Boats", "Ships"), "utf-8"),
    "exempt": lambda p: (p.lessons / "boats.unit.yaml").write_text(UNIT + "exempt: {unit-first: few}\n", "utf-8"),
    "no unit": lambda p: (p.lessons / "boats.unit.yaml").unlink(),
    "name": lambda p: (p.lessons / "oars.yaml").rename(p.lessons / "boat.yaml"),
    "twin": lambda p: shutil.copy(p.lessons / "oars.yaml", p.lessons / "oars.yml"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_is_seen(change: Callable[[Project], object], town: Project, kept: Cache) -> None:
    """With what is kept from before, and with a reading from before, there is nothing else to see than without."""
    before = read(town, cache=kept)
    state = (told(before), [*before.seeds], {name: e.about for name, e in before.entries.items()})
    change(town)
    plain = read(town)
    for again in (read(town, cache=kept), read(town, before, kept), read(town, before)):
        assert told(again) == told(plain)
        assert again.broken == plain.broken and [*again.lessons] == [*plain.lessons]
        assert {n: e.about for n, e in again.entries.items()} == {n: e.about for n, e in plain.entries.items()}
        assert {n: x.revision for n, x in again.lessons.items()} == {n: x.revision for n, x in plain.lessons.items()}
    assert (told(plain), [*plain.seeds], {name: e.about for name, e in plain.entries.items()}) != state


@pytest.mark.parametrize("spelled", ["ferry.article", '"ferry\\x2earticle"'])
def test_an_article_is_seen_whatever_it_is_called(spelled: str, town: Project, kept: Cache) -> None:
    """And however its name is written in the record: what is quoted is proven against the article of today."""
    (town.seeds / "ferry.txt").rename(town.seeds / "ferry.article")
    replaced(town.seeds / "ferry.yaml", "text: ferry.txt", f"text: {spelled}")
    assert "ferry" in read(town, cache=kept).lessons
    replaced(town.seeds / "ferry.article", "since 1903", "since 1904")
    again = read(town, cache=kept)
    assert "seed-changed" in {d.rule for d in again.diagnostics} and "ferry" not in again.lessons


@pytest.mark.parametrize("word", ["image", "im\\x61ge"])
def test_a_lesson_with_a_picture_is_read_each_time(word: str, town: Project, kept: Cache, taken: list[str]) -> None:
    """The picture may change while the lesson does not; so nothing of it is kept."""
    text = (town.lessons / "ferry.yaml").read_text("utf-8")
    (town.lessons / "ferry.yaml").write_text(f"# {word}: see below\n{text}", "utf-8")
    for _ in range(2):
        taken.clear()
        reading = read(town, cache=kept)
        assert taken[0] == "ferry" and not reading.entries["ferry"].recipe and reading.entries["oars"].recipe


# --- pages --------------------------------------------------------------------------------------------


def files(project: Project, cache: Cache, options: Options) -> dict[str, bytes]:
    reading = read(project, cache=cache)
    built = build(reading, (), Options(options.editions, ("html",), options.looks, options.language, cache=cache))
    assert not [d for d in (*reading.diagnostics, *built.diagnostics) if d.is_error], list(
        map(concise, built.diagnostics)
    )
    return {f"{made.lesson}/{made.path.name}": made.path.read_bytes() for made in built.made}


def test_a_page_that_is_known_is_not_drawn_again(
    town: Project, kept: Cache, monkeypatch: pytest.MonkeyPatch, taken: list[str]
) -> None:
    """Nor is its lesson read; a page of another look, or with other labels, is drawn."""
    plain = files(town, NOTHING_KEPT, Options())
    assert files(town, kept, Options()) == plain and len(plain) == 13
    taken.clear()
    drawn: list[str] = []
    draw = render.page

    def page(handout: object, *arguments: object) -> str:
        drawn.append(handout.edition)  # type: ignore[attr-defined]
        return draw(handout, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(render, "page", page)
    assert files(town, kept, Options()) == plain and not drawn and not taken
    spanish = files(town, kept, Options(editions=("student",), language="es"))
    assert drawn == ["student", "student"] and spanish == files(
        town, NOTHING_KEPT, Options(editions=("student",), language="es")
    )


@pytest.mark.parametrize("name", ["student.html.j2", "more/words.txt"])
def test_a_template_of_the_project_draws_anew(name: str, town: Project, kept: Cache) -> None:
    """Whatever file of the folder it is that changes: it may be one that another takes in."""
    assert town.templates
    (town.templates / "more").mkdir()
    (town.templates / "more" / "words.txt").write_text("first", "utf-8")
    page = '<html lang="en"><title>{{ spec.title }}</title><body>{% include "more/words.txt" %}</body></html>'
    (town.templates / "student.html.j2").write_text(page, "utf-8")
    options = Options(editions=("student",))
    first = files(town, kept, options)
    with (town.templates / name).open("a", encoding="utf-8") as file:
        file.write("second")
    assert first != files(town, kept, options) == files(town, NOTHING_KEPT, options)


def test_what_cannot_be_drawn_is_told_each_time(town: Project, kept: Cache) -> None:
    """A mistake in a template is nothing to keep."""
    assert town.templates
    (town.templates / "student.html.j2").write_text("{{ nothing }}", "utf-8")
    for _ in range(2):
        built = build(read(town, cache=kept), (), Options(formats=("html",), cache=kept))
        assert {d.rule for d in built.diagnostics} == {"template-error"} and not built.made


def test_secrets_are_looked_for_on_pages_that_are_known(
    town: Project, kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order for a page that was drawn before carries the same secrets as one that was drawn now."""
    orders: list[Order] = []

    def nothing(of: Iterable[Order], *arguments: object) -> list[object]:
        orders.extend(of)
        return []

    monkeypatch.setattr("generator.build.all_finished", nothing)
    for _ in range(2):
        build(read(town, cache=kept), (), Options(formats=("html",), cache=kept))
    first, again = orders[: len(orders) // 2], orders[len(orders) // 2 :]
    assert first == again and len(first) == 13
    found = {(o.lesson, o.edition): [len(secret.sentences) for _, secret in o.secrets] for o in again}
    assert found["ferry", "teacher"] == [] and found["ferry", "student"][0] > 10 and found["oars", "side-a"][1] > 0
