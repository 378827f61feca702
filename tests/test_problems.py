"""Problems as data: every file in ``tests/problems`` says in its own remarks what is wrong with it, and where.

``# expect: 4:3 unknown-key`` means line 4, column 3, both counted from 1; ``# expect: nothing`` means that the file
is accepted. In a list of students, where there are no remarks, such lines are blanked before it is read. What cannot
stand in such a file (bytes, file names, links) is built below, with its place in sight.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import put_pictures

from generator.diagnostic import Diagnostic, Severity, full
from generator.lessons import Lesson
from generator.projects import Project
from generator.reader import Reading, read
from generator.roster import read_roster
from generator.rules import rules

PROBLEMS = Path(__file__).with_name("problems")
CASES = sorted(PROBLEMS.glob("*.yaml"))
ROSTERS = sorted(PROBLEMS.glob("*.roster.csv"))
SHORTEST = PROBLEMS / "accepted--shortest-lesson.yaml"
RECORD = PROBLEMS / "accepted--shortest-record.record.yaml"

Places = list[tuple[int, int, str]]  # line, column, rule

_EXPECT = re.compile(r"^# expect: (?:nothing|(\d+):(\d+) ([a-z0-9-]+))$", re.M)


def expected(case: Path) -> Places:
    """What a case says of itself."""
    said = _EXPECT.findall(case.read_text("utf-8"))
    assert said, f"{case.name} does not say what to expect"
    return sorted((int(line), int(column), rule) for line, column, rule in said if rule)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with two invented seeds and no lesson."""
    made = Project(tmp_path, tmp_path / "seeds", tmp_path / "lessons", None, tmp_path / "output")
    shutil.copytree(PROBLEMS / "seeds", made.seeds)
    made.lessons.mkdir()
    put_pictures(tmp_path)
    return made


def put(project: Project, case: Path) -> None:
    """Put a case where it belongs: a record among the seeds, all else among the lessons."""
    shutil.copy(case, project.seeds if case.stem.endswith(".record") else project.lessons)


def lesson(**changes: str) -> bytes:
    """The shortest lesson with some lines changed or added, as the bytes of a file."""
    text = SHORTEST.read_text("utf-8")
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key}: .*\n", "", text) + f"{key}: {value}\n"
    return text.encode()


def of(reading: Reading, name: str) -> list[Diagnostic]:
    return [d for d in reading.diagnostics if d.span.source.path.name == name]


def places(found: Iterable[Diagnostic]) -> Places:
    return sorted((*d.span.place, d.rule) for d in found)


# --- the files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_objected_to_exactly_where_it_says(case: Path, project: Project) -> None:
    """Neither more nor less is found in a file than its remarks say, and nothing in any other file."""
    put(project, SHORTEST)
    put(project, case)
    reading = read(project)
    assert places(of(reading, case.name)) == expected(case)
    assert {d.span.source.path.name for d in reading.diagnostics} <= {case.name}


@pytest.mark.parametrize("case", ROSTERS, ids=lambda case: case.name)
def test_a_list_of_students_is_objected_to_exactly_where_it_says(case: Path, tmp_path: Path) -> None:
    """Neither more nor less, each with the severity of the catalogue."""
    text = re.sub(r"(?m)^# expect: .*$", "", case.read_text("utf-8"))
    (tmp_path / case.name).write_text(text, "utf-8")
    roster, found = read_roster(tmp_path / case.name, Path(case.name))
    assert places(found) == expected(case)
    assert {(d.rule, d.severity.value) for d in found} == {(d.rule, rules()[d.rule].severity) for d in found}
    assert roster.students or any(d.is_error for d in found)


@pytest.mark.parametrize("case", [*CASES, *ROSTERS], ids=lambda case: case.name)
def test_a_case_is_named_after_a_rule_that_it_breaks(case: Path) -> None:
    """``unknown-key--mistyped.yaml`` holds an unknown key; ``accepted--….yaml`` holds no problem."""
    named = case.name.partition("--")[0]
    broken = {rule for _, _, rule in expected(case)}
    assert named in broken if broken else named == "accepted"


def test_all_problems_of_all_files_are_found_in_one_run(project: Project) -> None:
    """No file's problems hide those of another."""
    for case in CASES:
        put(project, case)
    reading = read(project)
    found = {case.name: places(of(reading, case.name)) for case in CASES}
    assert found == {case.name: expected(case) for case in CASES}
    assert [*reading.diagnostics] == sorted(reading.diagnostics, key=lambda d: d.order)


def test_the_severity_that_the_catalogue_names_is_the_one_observed(project: Project) -> None:
    """``counterpoint explain`` says of a rule what the rule does."""
    for case in CASES:
        put(project, case)
    reading = read(project)
    for found in reading.diagnostics:
        assert (found.rule, found.severity.value) == (found.rule, rules()[found.rule].severity)
    errors = {found for found in reading.diagnostics if found.is_error}
    assert len(errors) > 50 and errors <= {*reading.found}  # whatever stops a lesson is found when it is read


# --- bytes -------------------------------------------------------------------------------------------

BYTES: dict[str, tuple[bytes, Places]] = {
    "a byte-order mark is accepted": (b"\xef\xbb\xbf" + lesson(), []),
    "line ends of Windows are accepted": (lesson().replace(b"\n", b"\r\n"), []),
    "columns behind line ends of Windows": (b"format: 1\r\n\r\ntitle: @x\r\n", [(3, 8, "yaml-character")]),
    "columns behind a byte-order mark": (b"\xef\xbb\xbftitel: x\n" + lesson(), [(1, 1, "unknown-key")]),
    "an empty file": (b"", [(1, 1, "empty-file")]),
    "a file of blank lines": (b"\n\n  \n", [(1, 1, "empty-file")]),
    "Windows-1252": ("format: 1\ntitle: The bell – a story\n".encode("cp1252"), [(2, 17, "not-utf8")]),
    "a sequence that is cut off": (b"format: 1\ntitle: \xe7\x8e", [(2, 8, "not-utf8")]),
    "Windows-1252 behind Chinese": ("title: 王一 ".encode() + b"\x96\n", [(1, 11, "not-utf8")]),
    "UTF-16": ("format: 1\n".encode("utf-16"), [(1, 1, "not-utf8")]),
    "a picture": (b"\x89PNG\r\n\x1a\n", [(1, 1, "not-utf8")]),
    "a null": (b"title: The\0 bell\n", [(1, 11, "control-character")]),
    "a text that runs backwards": ("title: The \u202ebell\n".encode(), [(1, 12, "control-character")]),
    "a line separator": ("format: 1\ntitle: The\u2028bell\n".encode(), [(2, 11, "control-character")]),
    "a byte-order mark in the middle": ("title: The \ufeffbell\n".encode(), [(1, 12, "control-character")]),
    "a tab before a key": (b"assessment:\n\ttask: One sentence\n" + lesson(), [(2, 1, "tab")]),
    "too many bytes": (b"#" * 1_000_001, [(1, 1, "too-large")]),
    "too long a text": (b"title: " + b"x" * 20_001 + b"\n", [(1, 8, "too-large")]),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_are_read_or_refused_at_their_place(name: str, project: Project) -> None:
    """What comes from other computers is read, and what is no text is refused where it begins."""
    data, wanted = BYTES[name]
    (project.lessons / "case.yaml").write_bytes(data)
    reading = read(project)
    assert places(reading.diagnostics) == wanted
    assert ("case" in reading.lessons) == (not wanted)


# --- values ------------------------------------------------------------------------------------------


def only_lesson(project: Project, data: bytes) -> Lesson:
    (project.lessons / "case.yaml").write_bytes(data)
    reading = read(project)
    assert not reading.diagnostics
    return reading.lessons["case"]


@pytest.mark.parametrize(
    "typed",
    [
        "no",
        "Yes",
        "on",
        "null",
        "~",
        "12:30",
        "1e3",
        "010",
        "1_000",
        ".5",
        "0x1F",
        "2011-01-17",
    ],
)
def test_a_text_stays_what_was_typed(typed: str, project: Project) -> None:
    """What YAML would take for a truth value, a number, a time or a date is a text where a text is meant."""
    assert only_lesson(project, lesson(title=typed)).spec.title == typed


def test_numbers_and_truth_values_are_read_where_they_are_meant(project: Project) -> None:
    """The model says what a value is, not YAML."""
    spec = only_lesson(project, lesson(activities="[{type: step, title: Read, minutes: 10, new_page: true}]")).spec
    assert (spec.minutes, spec.activities[0].minutes, spec.activities[0].new_page) == (10, 10, True)


def test_a_remark_behind_a_value_does_not_belong_to_it(project: Project) -> None:
    """With a space behind the “#” it is a remark; without one it is refused (``cut-short``)."""
    assert only_lesson(project, lesson(title="The bell  # a comment")).spec.title == "The bell"


# --- seeds -------------------------------------------------------------------------------------------


def read_with_article(project: Project, data: bytes) -> Reading:
    """The shortest lesson, read with other bytes in the place of its article."""
    put(project, SHORTEST)
    (project.seeds / "bell.txt").write_bytes(data)
    return read(project)


def test_an_article_with_other_line_ends_is_another_file(project: Project) -> None:
    """The hash is that of the bytes: an editor that turns line ends around is noticed."""
    article = (project.seeds / "bell.txt").read_bytes()
    reading = read_with_article(project, article.replace(b"\n", b"\r\n"))
    assert places(reading.diagnostics) == [(4, 9, "seed-changed")]


def test_a_changed_article_is_reported_once_and_not_by_its_lessons(project: Project) -> None:
    """One letter is enough; the lesson cannot be built, but the fault is the seed's."""
    article = (project.seeds / "bell.txt").read_bytes()
    reading = read_with_article(project, article.replace(b"ninety", b"eighty"))
    assert (4, 9, "seed-changed") in places(of(reading, "bell.yaml"))
    assert not of(reading, SHORTEST.name)
    assert SHORTEST.stem in reading.broken and not reading.lessons


def test_an_empty_article_is_reported_at_its_name(project: Project) -> None:
    """Its hash differs, too."""
    reading = read_with_article(project, b"")
    assert places(reading.diagnostics) == [(3, 7, "seed-empty"), (4, 9, "seed-changed")]


def test_a_missing_article_is_reported_once_and_not_by_its_lessons(project: Project) -> None:
    """The record says which file it misses."""
    put(project, SHORTEST)
    (project.seeds / "bell.txt").unlink()
    reading = read(project)
    assert places(reading.diagnostics) == [(3, 7, "seed-missing")]
    assert places(of(reading, "bell.yaml")) == places(reading.diagnostics)


def test_an_article_that_is_no_text_is_refused_in_the_article(project: Project) -> None:
    """The place is that of the byte in the article itself."""
    reading = read_with_article(project, b"The Bell\nA fox\xff\n")
    assert places(of(reading, "bell.txt")) == [(2, 6, "not-utf8")] == places(reading.diagnostics)


def test_the_words_of_a_web_page_do_not_pass_for_an_article(project: Project) -> None:
    """A record that lists a line of the page among the body is found out by the lesson that prints it."""
    article = "The Square\n\nThe square is open. Be the first to comment on what should stand in its middle one day.\n"
    (project.seeds / "square.txt").write_text(article, "utf-8")
    record = RECORD.read_text("utf-8").replace("bell.txt", "square.txt")
    record = record.replace("The Bell of Example Town", "The Square")
    record = re.sub(r"(?<=sha256: )\w+", hashlib.sha256(article.encode()).hexdigest(), record)
    (project.seeds / "square.yaml").write_text(record.replace("[4, 6, 8, 12]", "[3]"), "utf-8")
    whole = "{A: {passages: [{seed: square, start: The square, end: one day.}]}}"
    (project.lessons / "case.yaml").write_bytes(lesson(documents=whole))
    reading = read(project)
    assert places(reading.diagnostics) == [(10, 29, "boilerplate")]
    assert "“Be the first to comment”" in reading.diagnostics[0].message
    assert "case" in reading.broken


# --- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "my lesson",
        "..",
        "a..b",
        "Bells",
        "钟",
        "über",
        "-bell",
        "bell_1",
        "con",
        "lpt1",
        "b" * 61,
    ],
)
def test_a_file_name_that_not_every_computer_takes_is_refused(name: str, project: Project) -> None:
    """Handouts carry the names of their lessons."""
    (project.lessons / f"{name}.yaml").write_bytes(lesson())
    reading = read(project)
    assert places(reading.diagnostics) == [(1, 1, "bad-name")]
    assert not reading.lessons


@pytest.mark.parametrize("name", ["bell", "bell-2", "2-bells", "b", "b" * 60])
def test_a_plain_file_name_is_accepted(name: str, project: Project) -> None:
    """Small letters, figures and hyphens."""
    (project.lessons / f"{name}.yaml").write_bytes(lesson())
    assert [*read(project).lessons] == [name]


def test_two_lessons_that_would_write_the_same_file_are_refused(project: Project) -> None:
    """The second of them is not built; the first is."""
    for name in ("bell.yaml", "bell.yml"):
        (project.lessons / name).write_bytes(lesson())
    reading = read(project)
    assert places(of(reading, "bell.yml")) == [(1, 1, "same-name")] == places(reading.diagnostics)
    assert "bell.yaml" in reading.diagnostics[0].message


def test_a_link_out_of_the_project_is_not_followed(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file from elsewhere does not get into a handout."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "private.yaml"
    elsewhere.write_bytes(lesson())
    (project.lessons / "case.yaml").symlink_to(elsewhere)
    reading = read(project)
    assert places(reading.diagnostics) == [(1, 1, "outside-project")]
    assert not reading.lessons


def test_a_file_that_cannot_be_opened_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other files are read all the same. (The tests may run as a user whom no file refuses.)"""
    put(project, SHORTEST)
    (project.lessons / "locked.yaml").write_bytes(lesson())
    opened = Path.open

    def refuse(path: Path, mode: str = "r") -> object:
        if path.name == "locked.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refuse)
    reading = read(project)
    assert places(reading.diagnostics) == [(1, 1, "unreadable")]
    assert [*reading.lessons] == [SHORTEST.stem]


# --- units -------------------------------------------------------------------------------------------

BANKS = ("east", "west", "north", "south")
UNIT = "bells.unit.yaml"


@pytest.fixture
def banks(project: Project) -> Project:
    """The same project with four more seeds: one article under four names, so that all are of the same length."""
    for bank in BANKS:
        shutil.copy(project.seeds / "bridge.yaml", project.seeds / f"{bank}.yaml")
    return project


def banked(turn: int, *changes: tuple[str, str]) -> bytes:
    """A lesson to which nothing is objected: four sources, three views; each turn has another source in front."""
    order = zip("ABCD", [*BANKS[turn:], *BANKS[:turn]], ("one", "two", "three", "three"), strict=True)
    pages = ", ".join(f"{x}: {{passages: [{bank}/halfway], viewpoint: {view}}}" for x, bank, view in order)
    views = ", ".join(f"{view}: {{position: Meet somebody., holders: A writer}}" for view in ("one", "two", "three"))
    chart = "{type: sourcing, title: Chart, minutes: 5, columns: [{label: Gaps, limits: true}]}"
    answers = ", ".join(f"{{text: A side., rests_on: [{bank}/halfway]}}" for bank in ("east", "west"))
    asked = "prompt: What is a bank?, dok: 4, lines: 1, passages: [east/halfway, west/halfway]"
    ticket = f"{{type: exit_ticket, title: Exit, minutes: 5, questions: [{{{asked}, responses: [{answers}]}}]}}"
    text = lesson(
        viewpoints=f"{{{views}}}",
        documents=f"{{{pages}}}",
        activities=f"[{chart}, {ticket}]",
        supports="{word_bank: [bank], frames: [The bank ____., The child ____., The bridge ____.]}",
    ).decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text.encode()


def put_unit(project: Project, lessons: Iterable[bytes], *lines: str) -> None:
    """Lessons called one, two, three, and the unit that they are of; its further lines begin at the fourth."""
    names = dict(zip(("one", "two", "three"), lessons, strict=False))
    for name, data in names.items():
        (project.lessons / f"{name}.yaml").write_bytes(data)
    text = f"format: 1\ntitle: Bells\nlessons: [{', '.join(names)}]\n" + "".join(f"{line}\n" for line in lines)
    (project.lessons / UNIT).write_text(text, "utf-8")


EACH = (banked(0), banked(1), banked(2))
# What a unit’s lessons are, its further lines, and what is objected to in its file.
UNITS: dict[str, tuple[tuple[bytes, ...], tuple[str, ...], Places]] = {
    "a source at length": (
        (banked(0, ("[east/halfway], view", "[east/halfway, east/first-steps], view")), *EACH[1:]),
        (),
        [(3, 1, "unit-share")],
    ),
    "a source left out once": (
        (banked(0, (", D: {passages: [south/halfway], viewpoint: three}", "")), *EACH[1:]),
        (),
        [(3, 1, "unit-share")],
    ),
    "groups that are not equal": (EACH, ("compare: [[east, west], [north]]",), [(4, 1, "unit-uneven")]),
    "groups that are equal": (EACH, ("compare: [[east, west], [north, south]]",), []),
    "one source asked for its limits": (
        tuple(banked(turn, ("5, columns", "5, documents: [A], columns")) for turn in range(3)),
        (),
        [(3, 1, "unit-scrutiny")],
    ),
    "the same source in front": ((banked(0), banked(0), banked(0)), (), [(3, 1, "unit-first")]),
    "two views in two of three lessons": (
        (banked(0, ("viewpoint: three", "viewpoint: two")), banked(1, ("viewpoint: three", "viewpoint: two")), EACH[2]),
        (),
        [(3, 1, "unit-views")],
    ),
    "two views in one of two lessons": ((banked(0, ("viewpoint: three", "viewpoint: two")), EACH[1]), (), []),
    "one extended question in three lessons": (
        (EACH[0], banked(1, ("dok: 4", "dok: 3")), banked(2, ("dok: 4", "dok: 3"))),
        (),
        [(3, 1, "unit-depth")],
    ),
    "no extended question in two lessons": (
        (banked(0, ("dok: 4", "dok: 3")), banked(1, ("dok: 4", "dok: 3"))),
        (),
        [],
    ),
    "an objection that is excepted": (
        (banked(0), banked(0), banked(0)),
        ("exempt: {unit-first: It is the longest article.}",),
        [],
    ),
}


def test_a_unit_that_is_balanced_is_accepted(banks: Project) -> None:
    """Nothing is objected to in it, nor in its lessons."""
    put_unit(banks, EACH)
    reading = read(banks)
    assert not reading.diagnostics
    assert [x.number for x in reading.units["bells"].lessons] == [1, 2, 3]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_objected_to_in_its_own_file(name: str, banks: Project) -> None:
    """Balance over several lessons is nothing that one of them could mend."""
    lessons, lines, wanted = UNITS[name]
    put_unit(banks, lessons, *lines)
    reading = read(banks)
    assert places(of(reading, UNIT)) == wanted
    assert [*reading.lessons] == sorted(("one", "two", "three")[: len(lessons)])


def test_each_lesson_of_a_unit_has_supports(banks: Project) -> None:
    """The lesson that lacks them is named; one that belongs to no unit may do without."""
    bare = banked(1, ("supports:", "# supports:"))
    put_unit(banks, (EACH[0], bare, EACH[2]))
    (banks.lessons / "alone.yaml").write_bytes(bare)
    reading = read(banks)
    assert places(reading.diagnostics) == [(2, 8, "supports-missing")] == places(of(reading, "two.yaml"))
    put_unit(banks, (EACH[0], bare, EACH[2]), "exempt: {supports-missing: They are handed out apart.}")
    assert not read(banks).diagnostics


def test_a_unit_is_looked_at_when_all_of_it_can_be_read(banks: Project) -> None:
    """A lesson that is broken would tip the scales; its own problems are told first."""
    put_unit(banks, (banked(0), banked(0), banked(0, ("kind: policy", "kind: political"))))
    assert places(read(banks).diagnostics) == [(5, 7, "unknown-choice")]


# --- strict units ------------------------------------------------------------------------------------

LAX = "exempt: {supports-missing: They are handed out apart., unit-views: It is one lesson.}"


def severities(reading: Reading) -> dict[str, Severity]:
    return {d.rule: d.severity for d in reading.diagnostics}


def test_a_strict_unit_makes_errors_of_strict_warnings(project: Project) -> None:
    """The lesson is not built; the same lesson in a unit that is not strict is."""
    put_unit(project, [lesson(minutes="20")], "strict: true", LAX)
    (project.lessons / "alone.yaml").write_bytes(lesson(minutes="20"))
    reading = read(project)
    assert places(of(reading, "one.yaml")) == [(10, 1, "minutes-sum")] == places(of(reading, "alone.yaml"))
    assert [d.severity for d in of(reading, "one.yaml")] == [Severity.ERROR]
    assert [d.severity for d in of(reading, "alone.yaml")] == [Severity.WARNING]
    assert (reading.broken, [*reading.lessons]) == ({"one": "The bell"}, ["alone"])
    put_unit(project, [lesson(minutes="20")], "strict: false", LAX)
    reading = read(project)
    assert (severities(reading), reading.broken) == ({"minutes-sum": Severity.WARNING}, {})


def test_a_written_reason_lets_a_lesson_of_a_strict_unit_pass(project: Project) -> None:
    """An exemption counts as much there as elsewhere."""
    put_unit(project, [lesson(minutes="20", exempt="{minutes-sum: The rest is homework.}")], "strict: true", LAX)
    reading = read(project)
    assert not reading.diagnostics
    assert (reading.broken, [*reading.lessons]) == ({}, ["one"])


def test_a_warning_that_is_not_strict_stays_one_in_a_strict_unit(project: Project) -> None:
    """A loaded word is for the teacher to judge, there as elsewhere."""
    put_unit(project, [lesson(title="Brutal bells")], "strict: true", LAX)
    reading = read(project)
    assert severities(reading) == {"loaded-word": Severity.WARNING}
    assert (reading.broken, [*reading.lessons]) == ({}, ["one"])


def test_a_strict_unit_is_strict_with_itself(project: Project) -> None:
    """What is objected to in the unit’s own file is an error, too."""
    put_unit(project, [lesson()] * 3, "strict: true", "exempt: {supports-missing: They are handed out apart.}")
    assert severities(read(project)) == {"unit-views": Severity.ERROR, "unit-depth": Severity.ERROR}


def test_a_unit_is_exempt_from_what_is_said_of_units_only(project: Project) -> None:
    """A mistyped name, or that of a warning about lessons, is objected to at its place."""
    put_unit(project, [lesson()], "exempt: {unit-view: Few., minutes-sum: Short., supports-missing: Apart.}")
    found = [(d.span.text, d.rule) for d in read(project).diagnostics]
    assert found == [("unit-view", "exempt-unknown"), ("minutes-sum", "exempt-unknown")]


def test_a_lesson_without_supports_is_no_part_of_a_strict_unit(project: Project) -> None:
    """It is not built; the others are."""
    put_unit(
        project, [lesson(), lesson(supports="{frames: [a ____, b ____, c ____], word_bank: [bell]}")], "strict: true"
    )
    reading = read(project)
    assert (list(reading.broken), list(reading.lessons)) == (["one"], ["two"])


# --- the house style ---------------------------------------------------------------------------------


def set_thresholds(project: Project, thresholds: str) -> None:
    (project.root / "handouts.yaml").write_text(f"format: 1\nthresholds: {{{thresholds}}}\n", "utf-8")


@pytest.mark.parametrize(
    ("thresholds", "case", "wanted"),
    [
        ("question_words: 5", "accepted--question-that-asks-for-reasons.yaml", [(14, 17, "question-long")]),
        ("side_ratio: 1.05", "accepted--controversy.yaml", [(26, 9, "sides-uneven")]),
        ("standards_least: 0", "standards-count--two.yaml", []),
        ("side_ratio: 2.5", "sides-uneven--twice-as-long.yaml", []),
        ("scrutiny_ratio: 3", "limits-uneven--three-to-one.yaml", []),
        ("document_most: 400", "document-long--316-words.yaml", []),
        ("line_words: 4", "writing-time--twenty-lines.yaml", []),
        ("text_free: 40", "text-free--two-of-five.yaml", []),
        ("glosses: 0", "glosses-few--none-in-169-words.yaml", []),
        ("source_words: 800", "reading-load--148-in-ten-minutes.yaml", []),
        ("source_words_most: 2000", "reading-load-heavy--317-in-ten-minutes.yaml", [(8, 1, "reading-load")]),
    ],
)
def test_a_threshold_changes_what_is_objected_to(thresholds: str, case: str, wanted: Places, project: Project) -> None:
    """A department that measures otherwise writes so into “handouts.yaml”."""
    set_thresholds(project, thresholds)
    put(project, PROBLEMS / case)
    assert places(read(project).diagnostics) == wanted


@pytest.mark.parametrize(
    ("thresholds", "wanted"),
    [
        ("question_word: 5", (2, 14, "unknown-key")),
        ("question_words: 4", (2, 30, "out-of-range")),
        ("side_ratio: even", (2, 26, "wrong-type")),
        ("question_words: 9.5", (2, 30, "wrong-type")),
    ],
)
def test_a_mistyped_threshold_is_objected_to_at_its_place(
    thresholds: str, wanted: tuple[int, int, str], project: Project
) -> None:
    """It is not passed over; lessons are read by the others meanwhile."""
    set_thresholds(project, thresholds)
    put(project, SHORTEST)
    reading = read(project)
    assert places(reading.diagnostics) == [wanted] == places(of(reading, "handouts.yaml"))
    assert [*reading.lessons] == [SHORTEST.stem]


def test_a_mistyped_threshold_brings_up_the_one_that_was_meant(project: Project) -> None:
    """As every other key does."""
    set_thresholds(project, "question_word: 5")
    (found,) = read(project).diagnostics
    assert "“question_words”" in found.hint


OWN = """\
frameworks:
  town: {name: Standards of Example Town, official: "https://town.example/standards"}
standards:
  TOWN.1: {framework: town, grades: 9-12, gist: Tell what a bell is for}
  TOWN.2: {framework: town, grades: 6-8, gist: Ring a bell}
  TOWN.3: {framework: c3, grades: 9-12, gist: Say who owns a bell}
"""


def with_standards(*codes: str) -> bytes:
    listed = f"[{', '.join(codes)}]"
    activity = f"{{type: step, title: Read, minutes: 10, standards: {listed}}}"
    return lesson(activities=f"[{activity}]", standards=listed)


def test_the_standards_of_a_project_are_known_beside_ours(project: Project) -> None:
    """They may be of a framework of its own or of ours, and their grades count."""
    (project.root / "standards.yaml").write_text(OWN, "utf-8")
    (project.lessons / "case.yaml").write_bytes(with_standards("TOWN.1", "TOWN.3", "RH.9-10.1"))
    reading = read(project)
    assert not reading.diagnostics
    (project.lessons / "case.yaml").write_bytes(with_standards("TOWN.1", "TOWN.2", "RH.9-10.1"))
    assert places(read(project).diagnostics) == [(11, 21, "standard-grade")]


def test_an_unknown_code_brings_up_the_nearest_of_the_projects_own(project: Project) -> None:
    """A mistyped code of the town’s is not taken for one of ours."""
    (project.root / "standards.yaml").write_text(OWN, "utf-8")
    (project.lessons / "case.yaml").write_bytes(with_standards("TOWN.1", "TOWN.33", "RH.9-10.1"))
    (found,) = read(project).diagnostics
    assert (*found.span.place, found.rule) == (11, 21, "standard-unknown")
    assert found.hint.startswith("Did you mean “TOWN.3”")


@pytest.mark.parametrize(("name", "near"), [("towns", "“town”"), ("village", "“frameworks”")])
def test_a_standard_of_an_unknown_framework_is_objected_to(name: str, near: str, project: Project) -> None:
    """Nobody could say where its official wording stands."""
    (project.root / "standards.yaml").write_text(OWN.replace("framework: town,", f"framework: {name},", 1), "utf-8")
    reading = read(project)
    assert places(reading.diagnostics) == [(4, 23, "no-such-framework")] == places(of(reading, "standards.yaml"))
    assert near in reading.diagnostics[0].hint


# --- languages ---------------------------------------------------------------------------------------

WORDED = {
    "title": "Brutal bells",
    "background": "The mayor insists that it is metal.",
    "objectives": "{bell: Understand bells}",
    "assessment": "{task: A sentence, objectives: [bell]}",
    "supports": "{word_bank: [bell], frames: [The mayor was wrong because ____., The bell ____., The town ____.]}",
    "activities": "[{type: step, title: Read, minutes: 5, directions: Imagine you are a prisoner.}, "
    "{type: exit_ticket, title: Exit, minutes: 5, questions: [{prompt: Was it clearly wrong?, "
    "dok: 1, lines: 1, passages: [bell/evening], "
    "responses: [{text: At six., rests_on: [bell/evening]}]}, {prompt: Did it ring?, dok: 1, lines: 1, passages: "
    "[bell/evening], responses: [{text: At six., rests_on: [bell/evening]}]}]}]",
}
OF_WORDS = {
    "loaded-word", "reporting-verb", "objective-verb", "frame-verdict", "leading-question", "bare-question",
    "speaks-as",
}  # fmt: skip


@pytest.mark.parametrize(("language", "wanted"), [("en", OF_WORDS), ("en-GB", OF_WORDS), ("es", set[str]())])
def test_a_rule_that_reads_words_keeps_to_its_language(language: str, wanted: set[str], project: Project) -> None:
    """What is a verdict in one language may be nothing in another."""
    (project.lessons / "case.yaml").write_bytes(lesson(language=language, **WORDED))
    assert {d.rule for d in read(project).diagnostics} == wanted


def test_a_rule_that_counts_holds_in_every_language(project: Project) -> None:
    """Two question marks are two questions in Spanish, too."""
    text = (PROBLEMS / "question-long--two-marks.yaml").read_text("utf-8")
    (project.lessons / "case.yaml").write_text(text.replace("title: The", "language: es\ntitle: The"), "utf-8")
    assert places(read(project).diagnostics) == [(15, 17, "question-long")]


def test_the_question_of_a_controversy_begins_with_should_in_english_only(project: Project) -> None:
    """In another language, another word asks what should be done."""
    text = (PROBLEMS / "not-a-policy--is-it.yaml").read_text("utf-8")
    (project.lessons / "case.yaml").write_text(text.replace("title: The", "language: es\ntitle: The"), "utf-8")
    assert not read(project).diagnostics


# --- words -------------------------------------------------------------------------------------------


def one_problem(project: Project, name: str) -> Diagnostic:
    """The problem that a case is named after."""
    put(project, PROBLEMS / name)
    (found,) = (d for d in of(read(project), name) if d.rule == name.partition("--")[0])
    return found


def test_words_that_are_not_there_bring_up_the_nearest_sentence(project: Project) -> None:
    """The hint holds what the teacher probably meant, to be copied."""
    hint = one_problem(project, "quote-not-found--start.yaml").hint
    assert "“For ninety years the bell of Example Town rang every evening at six, and shops closed" in hint


@pytest.mark.parametrize(
    ("case", "near"),
    [
        ("unknown-key--mistyped.yaml", "“background”"),
        ("unknown-choice--kind.yaml", "“policy”"),
        ("unknown-choice--activity.yaml", "“step”"),
        ("no-such-seed--mistyped.yaml", "“bell”"),
        ("no-such-passage--cited.yaml", "“evening”"),
        ("standard-unknown--mistyped.yaml", "“SL.9-10.1”"),
        ("exempt-unknown--mistyped.yaml", "“minutes-sum”"),
        ("seed-missing--no-such-file.record.yaml", "“bell.txt”"),
    ],
)
def test_a_mistyped_word_brings_up_the_one_that_was_meant(case: str, near: str, project: Project) -> None:
    """The program knows its own words better than a teacher can."""
    hint = one_problem(project, case).hint
    assert hint.startswith("Did you mean") and near in hint


def test_an_exception_to_an_error_is_not_to_be_had(project: Project) -> None:
    """No warning is named like it, so nothing is offered."""
    assert "errors have no exemption" in one_problem(project, "exempt-unknown--error.yaml").hint


def test_a_look_alike_letter_is_called_by_its_name(project: Project) -> None:
    """Nobody can see that the a of a key is a Russian one."""
    hint = one_problem(project, "unknown-key--look-alike-letter.yaml").hint
    assert "CYRILLIC SMALL LETTER A" in hint and "“background”" in hint


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.mark.parametrize(
    ("case", "word"),
    [
        ("unknown-key--behind-chinese.yaml", "rooms"),
        ("quotation-unproven--behind-chinese.yaml", "every morning"),
        ("bad-name--passage-in-chinese.record.yaml", "狐狸"),
        ("cut-short--number-sign.yaml", "#"),
    ],
)
def test_the_caret_stands_under_the_very_word(case: str, word: str, project: Project) -> None:
    """A Chinese character is two columns wide on the screen and one column in the count."""
    found = one_problem(project, case)
    _, _, shown, carets, *_ = full(found).split("\n")
    assert found.span.text == word
    assert carets.index("^") == _columns(shown[: shown.index(word)])
    assert carets.count("^") == _columns(word)
