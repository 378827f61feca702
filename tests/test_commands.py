"""The command as teachers meet it: what it makes, what it says, where it says it, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import cast

import pytest
from conftest import (
    EDITIONS_OF,
    GOLDEN,
    HOME,
    LESSONS,
    Shelf,
    counterpoint,
    environment,
    everything,
    parsed,
    pdf_pages,
    replaced,
    squeezed,
)
from typer.testing import CliRunner

from generator import __version__, desk
from generator.cli import app
from generator.console import time_left
from generator.editions import Edition
from generator.lessons import Citation, LessonSpec
from generator.projects import Project
from generator.reader import Reading
from generator.rules import rules
from generator.schema import load
from generator.schemas import schemas
from generator.seeds import cut_passage
from generator.source import Source

FILES = [f"{edition}.{format}" for edition in ("key", "student", "teacher") for format in ("html", "pdf")]
PAGES_OF_WALK = ["walk/key.html", "walk/student.html", "walk/teacher.html"]
WALK = """\
format: 1
title: A Walk
grades: 9-12
compelling_question: Where does it lead?
kind: policy
objectives: {}
minutes: 10
documents: {A: {passages: [toll/price]}}
activities: [{type: step, title: Read, minutes: 10}]
"""


@pytest.fixture
def pair(small: Project) -> Project:
    """The small project with a second, shorter lesson."""
    (small.lessons / "walk.yaml").write_text(WALK, "utf-8")
    return small


def made(folder: Path) -> list[str]:
    return [name for name in everything(folder) if name != "index.html"]


def states(project: Project) -> dict[str, str]:
    """What the index says of each lesson."""
    root = parsed((project.output / "index.html").read_text("utf-8"))
    return {next(s.all("h2")).text: squeezed(next(s.all("p", "state")).text) for s in root.all("section")}


# --- build --------------------------------------------------------------------------------------------


def test_build_makes_everything(pair: Project) -> None:
    """Four files for each lesson and an index; their paths on stdout, all else on stderr."""
    ran = counterpoint("build", cwd=pair.root)
    assert ran.returncode == 0
    paths = [pair.output / lesson / name for lesson in ("ferry", "walk") for name in FILES]
    assert sorted(ran.stdout.split("\n")) == sorted(["", *map(str, paths)])
    assert made(pair.output) == [str(path.relative_to(pair.output)) for path in paths]
    said = ran.stderr.split("\n")
    assert "ferry, student edition: 6 pages on 3 sheets, two-sided" in said
    assert any(re.match(r"walk, student edition: 2 pages on 1 sheet\b", line) for line in said)
    assert said[-2] == f"2 lessons made. No problems. Open {pair.output / 'index.html'}"


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["walk", "--format", "html"], PAGES_OF_WALK),
        (["lessons/walk.yaml", "--format", "html"], PAGES_OF_WALK),
        (["walk.yaml", "walk", "--format", "html"], PAGES_OF_WALK),
        (["--edition", "student", "--format", "html"], ["ferry/student.html", "walk/student.html"]),
        (["walk", "--edition", "teacher,student", "--format", "html"], ["walk/student.html", "walk/teacher.html"]),
        (["walk", "--format", "pdf"], ["walk/key.pdf", "walk/student.pdf", "walk/teacher.pdf"]),
        (["walk", "--format", "pdf, html", "--edition", "teacher"], ["walk/teacher.html", "walk/teacher.pdf"]),
    ],
    ids=" ".join,
)
def test_build_makes_what_is_asked_for(arguments: list[str], files: list[str], pair: Project) -> None:
    """Lessons by name or by file, editions and formats by name."""
    ran = counterpoint("build", *arguments, cwd=pair.root)
    assert ran.returncode == 0, ran.stderr
    assert made(pair.output) == files


def test_build_lays_out_for_the_paper(pair: Project) -> None:
    """Letter unless the project's handouts.yaml or the command says otherwise; the command has the last word."""

    def width() -> str:
        counterpoint("build", "walk", "--format", "html", *more, cwd=pair.root)
        sizes = re.findall(r"size: ([\d.]+)pt ([\d.]+)pt", (pair.output / "walk" / "student.html").read_text("utf-8"))
        return " × ".join(sizes[0])

    more: list[str] = []
    assert width() == "612 × 792"
    (pair.root / "handouts.yaml").write_text("format: 1\npaper: a4\n", "utf-8")
    assert width() == "595.28 × 841.89"
    more = ["--paper", "letter"]
    assert width() == "612 × 792"


def test_build_finds_the_project_upwards(pair: Project) -> None:
    """From a folder inside it, or named from elsewhere; the output can go anywhere."""
    inside = pair.root / "notes" / "old"
    inside.mkdir(parents=True)
    assert counterpoint("build", "walk", "--format", "html", cwd=inside).returncode == 0
    assert made(pair.output) == PAGES_OF_WALK
    ran = counterpoint(
        "build", "walk", "--format", "html", "--project", pair.root, "--output", inside / "out", cwd=HOME.parent
    )
    assert ran.returncode == 0
    assert made(inside / "out") == PAGES_OF_WALK
    assert ran.stdout.split("\n")[0] == str(inside / "out" / "walk" / "student.html")


def test_build_without_a_project_uses_the_lessons_that_come_along(tmp_path: Path, shelf: Shelf) -> None:
    """And says so; the files go into the folder where one is."""
    ran = counterpoint("build", LESSONS[1], "--format", "html", cwd=tmp_path)
    assert ran.returncode == 0
    assert ran.stderr.startswith("No project here: using the lessons that come with Counterpoint. “counterpoint init")
    built = (tmp_path / "output" / LESSONS[1] / "student.html").read_text("utf-8")
    assert built == shelf.html(LESSONS[1], "student")


def test_build_says_little_when_asked_to(pair: Project) -> None:
    """--quiet: nothing but paths and problems; --verbose: also the files that did not change."""
    quiet = counterpoint("build", "--format", "html", "--quiet", cwd=pair.root)
    assert (quiet.returncode, quiet.stderr) == (0, "")
    again = counterpoint("build", "--format", "html", cwd=pair.root)
    assert again.stdout == ""
    loud = counterpoint("build", "--format", "html", "--verbose", cwd=pair.root)
    assert loud.stdout.split("\n")[0] == f"{pair.output / 'ferry' / 'student.html'}  (unchanged)"
    assert loud.stderr.split("\n")[:6] == [
        "[1/6] ferry student",
        "[2/6] ferry key",
        "[3/6] ferry teacher",
        "[4/6] walk student",
        "[5/6] walk key",
        "[6/6] walk teacher",
    ]


def test_what_did_not_change_is_left_alone(pair: Project) -> None:
    """No new time on a file that holds the same; a changed lesson touches its own files only."""
    counterpoint("build", cwd=pair.root)
    before = {name: (pair.output / name).stat().st_mtime_ns for name in everything(pair.output)}
    counterpoint("build", cwd=pair.root)
    assert {name: (pair.output / name).stat().st_mtime_ns for name in everything(pair.output)} == before
    replaced(pair.lessons / "walk.yaml", "title: A Walk", "title: A Ride")
    ran = counterpoint("build", cwd=pair.root)
    touched = [name for name in before if (pair.output / name).stat().st_mtime_ns != before[name]]
    assert touched == ["index.html", *(f"walk/{name}" for name in FILES)]
    assert sorted(ran.stdout.split()) == sorted(str(pair.output / "walk" / name) for name in FILES)


def test_the_old_pdf_is_not_taken_for_the_new_lesson(pair: Project) -> None:
    """A build of the pages alone leaves the PDFs as they were, and the index says so."""
    counterpoint("build", cwd=pair.root)
    assert states(pair) == {"A Street That Moves": "Current", "A Walk": "Current"}
    replaced(pair.lessons / "walk.yaml", "Where does it lead?", "Where does it end?")
    counterpoint("build", "--format", "html", cwd=pair.root)
    assert "Where does it lead?" in pdf_pages((pair.output / "walk" / "student.pdf").read_bytes())[0]
    assert states(pair)["A Walk"].startswith("Out of date")
    assert states(pair)["A Street That Moves"] == "Current"


@pytest.mark.parametrize("arguments", [["--edition", "student", "--format", "html"], ["--format", "pdf"]], ids=" ".join)
def test_what_was_built_just_now_is_current(arguments: list[str], pair: Project) -> None:
    """Even when not everything was asked for."""
    counterpoint("build", "walk", *arguments, cwd=pair.root)
    assert states(pair) == {"A Street That Moves": "Not built", "A Walk": "Current"}


def test_the_index_leads_to_every_file(pair: Project) -> None:
    """In the order of the unit, then of the names; links that are there, and no others."""
    (pair.lessons / "town.unit.yaml").write_text("format: 1\ntitle: A town\nlessons: [walk, ferry]\n", "utf-8")
    counterpoint("build", "--format", "html", cwd=pair.root)
    root = parsed((pair.output / "index.html").read_text("utf-8"))
    assert [heading.text for heading in root.all("h2")] == ["A Walk", "A Street That Moves"]
    links = [link.attributes["href"] for link in root.all("a")]
    assert links == [
        f"{name}/{edition}.html" for name in ("walk", "ferry") for edition in ("student", "key", "teacher")
    ]
    assert all((pair.output / link).is_file() for link in links)


# --- problems -----------------------------------------------------------------------------------------


def test_a_broken_lesson_keeps_its_old_files_and_the_others_are_made(pair: Project) -> None:
    """Exit code 1; the broken one's files stay byte for byte, and the index marks them."""
    counterpoint("build", "--format", "html", cwd=pair.root)
    before = everything(pair.output / "ferry")
    replaced(pair.lessons / "ferry.yaml", "kind: policy", "kind: political")
    replaced(pair.lessons / "walk.yaml", "title: A Walk", "title: A Ride")
    ran = counterpoint("build", "--format", "html", cwd=pair.root)
    assert ran.returncode == 1
    assert everything(pair.output / "ferry") == before
    assert "A Ride" in (pair.output / "walk" / "student.html").read_text("utf-8")
    assert "lessons/ferry.yaml:6:7: error: “kind” cannot be “political” [unknown-choice]" in ran.stderr
    assert "Not made because of errors: ferry. The files of their last build are still there." in ran.stderr
    assert states(pair) == {
        "A Ride": "Current",
        "ferry": "Out of date: ferry has problems; “counterpoint check” shows them",
    }


def test_a_broken_record_stops_its_lessons_only(pair: Project) -> None:
    """The fault is told once, at the record."""
    replaced(pair.seeds / "ferry.yaml", "rights:", "right:")
    ran = counterpoint("build", "--format", "html", cwd=pair.root)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr, ran.stderr
    assert made(pair.output) == PAGES_OF_WALK
    assert set(re.findall(r"^\S+(?=:\d+:\d+: )", ran.stderr, re.M)) == {"seeds/ferry.yaml"}


def test_a_warning_changes_nothing(pair: Project) -> None:
    """It is told, and the files are those of a lesson without it; exit code 0."""
    counterpoint("build", "walk", "--format", "html", cwd=pair.root)
    before = (pair.output / "walk" / "student.html").read_text("utf-8")
    replaced(pair.lessons / "walk.yaml", "minutes: 10\n", "minutes: 20\n")
    ran = counterpoint("build", "walk", "--format", "html", cwd=pair.root)
    assert (
        ran.returncode == 0
        and "warning: " in ran.stderr
        and "[minutes-sum]" in ran.stderr
        and "1 warning." in ran.stderr
    )
    after = (pair.output / "walk" / "student.html").read_text("utf-8")
    without = [re.sub(r"Revision \w{4} \w{4}|[0-9a-f]{4}\\20 [0-9a-f]{4}", "", text) for text in (before, after)]
    assert squeezed(re.sub(r"[0-9a-f]{4}.{0,6}[0-9a-f]{4}", "", without[0])) == squeezed(
        re.sub(r"[0-9a-f]{4}.{0,6}[0-9a-f]{4}", "", without[1])
    )


def test_problems_of_other_lessons_do_not_concern_the_one_that_is_asked_for(pair: Project) -> None:
    """A teacher who builds one lesson is not stopped by a colleague's."""
    replaced(pair.lessons / "ferry.yaml", "kind: policy", "kind: political")
    ran = counterpoint("build", "walk", "--format", "html", cwd=pair.root)
    assert ran.returncode == 0 and "ferry" not in ran.stderr


@pytest.mark.parametrize("where", ["the folder of the output", "the folder of a lesson"])
def test_where_nothing_can_be_written_it_is_said(where: str, pair: Project) -> None:
    """Exit code 1 and a message; a file in place of the folder stands for every reason."""
    if where == "the folder of the output":
        pair.output.write_bytes(b"a file")
    else:
        pair.output.mkdir()
        (pair.output / "walk").write_bytes(b"a file")
    ran = counterpoint("build", "--format", "html", cwd=pair.root)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert re.search(r"/output(/walk/\S+)?:1:1: error: The file cannot be written: .+ \[cannot-write\]", ran.stderr)
    if where == "the folder of a lesson":
        assert (pair.output / "walk").read_bytes() == b"a file"
        assert made(pair.output / "ferry") == ["key.html", "student.html", "teacher.html"]


@pytest.mark.parametrize(
    ("template", "old", "new", "line"),
    [
        ("student.html.j2", "{{ ui.head() }}", "{% if %}{{ ui.head() }}", 4),
        ("student.html.j2", "{{ ui.head() }}", "{{ spec.titel }}{{ ui.head() }}", 4),
        ("student.html.j2", "{{ ui.head() }}", "{{ nobody.knows }}{{ ui.head() }}", 4),
        ("student.html.j2", "{{ ui.head() }}", "{{ spec.title|upside_down }}{{ ui.head() }}", 4),
        ("student.html.j2", "{{ ui.head() }}", "{{ 1 / 0 }}{{ ui.head() }}", 4),
        ("ui.html.j2", "{% macro rules(lines, what) %}", "{% macro rules(lines, what) %}{{ nobody }}", 3),
        (
            "activities/guided_questions.html.j2",
            "{% macro student(part) %}",
            "{% macro student(part) %}{{ nobody }}",
            2,
        ),
        ("handout.css", "html {", "{{ nobody }} html {", 0),
        ("index.html.j2", "<h1>", "{{ nobody }}<h1>", 0),
    ],
    ids=lambda value: str(value),
)
def test_a_mistake_in_a_template_is_told_in_the_template(
    template: str, old: str, new: str, line: int, pair: Project
) -> None:
    """With its line, not as a crash; and the handouts stay as they were."""
    counterpoint("build", "--format", "html", cwd=pair.root)
    before = {name: data for name, data in everything(pair.output).items() if name != "index.html"}
    own = pair.root / "templates" / template
    own.parent.mkdir(parents=True)
    text = (HOME / "templates" / template).read_text("utf-8")
    assert old in text
    own.write_text(text.replace(old, new, 1), "utf-8")
    line = text[: text.index(old)].count("\n") + 1
    ran = counterpoint("build", "--format", "html", cwd=pair.root)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert re.search(
        rf"templates/{template}:{line}:\d+: error: The template cannot be used: .+ \[template-error\]", ran.stderr
    )
    assert {name: data for name, data in everything(pair.output).items() if name != "index.html"} == before


# --- interruptions ------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize("step", [1, 6])
def test_an_interruption_leaves_everything_whole(step: int, tmp_path: Path, shelf: Shelf) -> None:
    """Ctrl-C in the middle: exit code 130, every file is either the old one or the new one, and nothing lies about."""
    lessons = ("five-voices", "what-is-a-dialogue-for")  # the first has five editions
    of = sum(len(EDITIONS_OF[lesson]) for lesson in lessons)
    for lesson in lessons:
        (tmp_path / lesson).mkdir()
        for name in FILES:
            (tmp_path / lesson / name).write_bytes(b"of the last build")
    command = [sys.executable, "-m", "generator", "build", *lessons, "--output", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=HOME, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr
        for line in running.stderr:
            if line.startswith(f"[{step}/{of}]"):
                running.send_signal(signal.SIGINT)
                break
        said = running.stderr.read()
    assert running.returncode == 130
    assert said.endswith("Interrupted. The files of the last build are whole.\n") and "Traceback" not in said
    for name, data in everything(tmp_path).items():
        lesson, _, file = name.partition("/")
        edition, _, format = file.partition(".")
        assert name == "index.html" or data in (
            b"of the last build",
            shelf.path(lesson, cast(Edition, edition), format).read_bytes(),
        )
    done = {lesson for lesson in lessons if (tmp_path / lesson / "student.pdf").read_bytes() != b"of the last build"}
    assert done == set(lessons[: step // 5])


def test_what_a_killed_build_left_behind_is_taken_away(pair: Project) -> None:
    """A computer that was switched off leaves half a file beside its place; the next build takes it away."""
    (pair.output / "walk").mkdir(parents=True)
    for left in (pair.output / ".counterpoint-1x2y", pair.output / "walk" / ".counterpoint-abcd"):
        left.write_bytes(b"half a fi")
    (pair.output / "walk" / "notes.txt").write_bytes(b"of the teacher's own")
    counterpoint("build", "walk", "--format", "html", cwd=pair.root)
    assert list(everything(pair.output)) == ["index.html", "walk/key.html", "walk/notes.txt", *PAGES_OF_WALK[1:]]


def test_two_builds_at_once_end_well(pair: Project) -> None:
    """One waits for the other; both end with exit code 0, and the files are whole."""
    command = [sys.executable, "-m", "generator", "build", "--format", "html"]
    both = [
        subprocess.Popen(
            command, cwd=pair.root, env=environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        for _ in "ab"
    ]
    assert [running.wait(60) for running in both] == [0, 0]
    assert states(pair) == {"A Street That Moves": "Current", "A Walk": "Current"}
    assert made(pair.output) == [*(page.replace("walk", "ferry") for page in PAGES_OF_WALK), *PAGES_OF_WALK]


# --- terminals ----------------------------------------------------------------------------------------


def on_a_terminal(*arguments: str, cwd: Path, **more: str) -> str:
    """What a command says on stderr when that is a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "generator", *arguments]
    without = {key: value for key, value in environment(**more).items() if key != "NO_COLOR" or "NO_COLOR" in more}
    with subprocess.Popen(command, cwd=cwd, env=without, stderr=theirs, stdout=subprocess.DEVNULL) as running:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the end, on Linux
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    assert running.returncode in (0, 1)
    return said.decode()


def test_colours_are_for_terminals_that_want_them(pair: Project) -> None:
    """On a terminal “error” is red, unless NO_COLOR is set; in a file there is no colour."""
    replaced(pair.lessons / "walk.yaml", "kind: policy", "kind: political")
    colour = "\x1b[1;31merror\x1b[0m"
    assert colour in on_a_terminal("build", "walk", "--format", "html", cwd=pair.root)
    plain = on_a_terminal("build", "walk", "--format", "html", cwd=pair.root, NO_COLOR="1")
    assert ": error: " in plain and not re.search(r"\x1b\[[\d;]*m", plain)
    assert "\x1b" not in counterpoint("build", "walk", "--format", "html", cwd=pair.root).stderr


@pytest.mark.parametrize(
    ("seconds", "done", "of", "told"),
    [
        (100, 0, 44, ""),  # nothing is known yet
        (9, 2, 44, ""),
        (30, 10, 15, ""),  # a quarter of a minute is no news
        (30, 10, 20, ", about a minute left"),
        (60, 10, 26, ", about 2 minutes left"),
        (600, 10, 200, ", about 190 minutes left"),
    ],
)
def test_how_long_it_will_take_is_said_when_it_is_long(seconds: float, done: int, of: int, told: str) -> None:
    """From what was done so far, and not from the first two."""
    assert time_left(seconds, done, of) == told


def test_progress_is_one_line_on_a_terminal(pair: Project) -> None:
    """It is written over and wiped away at the end."""
    said = on_a_terminal("build", "walk", "--format", "html", cwd=pair.root)
    assert "\r\x1b[K[1/3] walk student" in said and "\r\x1b[K[3/3] walk teacher" in said
    assert said.rindex("\r\x1b[K") > said.index("[3/3]")
    assert said.split("\n")[-2].rstrip().endswith("index.html")


# --- check --------------------------------------------------------------------------------------------


def test_check_has_nothing_to_say_of_sound_lessons(pair: Project) -> None:
    """Exit code 0, nothing on stdout, nothing written."""
    before = everything(pair.root)
    ran = counterpoint("check", cwd=pair.root)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "2 lessons: nothing to object to.\n")
    assert everything(pair.root) == before


@pytest.fixture
def faulty(pair: Project) -> Project:
    """A lesson with an error in line 5, behind two wide characters, and another with a warning."""
    replaced(pair.lessons / "walk.yaml", "kind: policy", "kind: 政策")
    replaced(pair.lessons / "ferry.yaml", "minutes: 50", "minutes: 60")
    return pair


def test_check_prints_problems_in_full(faulty: Project) -> None:
    """Place, message, the line with carets, a hint; sorted by file."""
    ran = counterpoint("check", cwd=faulty.root)
    assert ran.returncode == 1
    assert ran.stderr == "1 error and 1 warning.\n"
    assert ran.stdout == textwrap.dedent("""\
        lessons/ferry.yaml:12:1: warning: The activities take 50 minutes, 10 less than the lesson’s 60 [minutes-sum]
           |
        12 | minutes: 60
           | ^^^^^^^
          → Change the minutes of an activity, or “minutes” or “periods” of the lesson.

        lessons/walk.yaml:5:7: error: “kind” cannot be “政策” [unknown-choice]
          |
        5 | kind: 政策
          |       ^^^^
          → It can be “policy”, “empirical” or “interpretive”.
        """)


def test_check_prints_problems_on_a_line_each(faulty: Project) -> None:
    """As editors and other tools read them."""
    ran = counterpoint("check", "--format", "concise", cwd=faulty.root)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.split("\n") == [
        "lessons/ferry.yaml:12:1: warning: The activities take 50 minutes, 10 less than the lesson’s 60 [minutes-sum]",
        "lessons/walk.yaml:5:7: error: “kind” cannot be “政策” [unknown-choice]",
        "",
    ]


def test_check_prints_problems_for_programs(faulty: Project) -> None:
    """As a list of objects; an empty one where there is nothing."""
    ran = counterpoint("check", "walk", "--format", "json", cwd=faulty.root)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert json.loads(ran.stdout) == [
        {
            "file": "lessons/walk.yaml",
            "line": 5,
            "column": 7,
            "end_line": 5,
            "end_column": 9,
            "severity": "error",
            "rule": "unknown-choice",
            "message": "“kind” cannot be “政策”",
            "hint": "It can be “policy”, “empirical” or “interpretive”.",
        }
    ]
    assert json.loads(counterpoint("check", "--format", "json", cwd=HOME).stdout) == []


def test_check_prints_problems_for_github(faulty: Project) -> None:
    """As workflow commands that show them beside the lines of a change."""
    ran = counterpoint("check", "walk", "--format", "github", cwd=faulty.root)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout == (
        "::error file=lessons/walk.yaml,line=5,col=7,title=unknown-choice::“kind” cannot be “政策” "
        "It can be “policy”, “empirical” or “interpretive”.\n"
    )


def test_a_warning_is_no_error(faulty: Project) -> None:
    """Exit code 0 where only warnings were found."""
    assert counterpoint("check", "ferry", cwd=faulty.root).returncode == 0
    assert counterpoint("check", "walk", cwd=faulty.root).returncode == 1


# --- usage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "fery"], "There is no lesson “fery”. Did you mean “ferry”?"),
        (["build", "ghost"], "There is no lesson “ghost”. There are ferry, walk."),
        (
            ["build", "--edition", "parents"],
            "--edition cannot be “parents”: it takes student, side-a, side-b, supports, supports-a, supports-b, "
            "stations, slips, key, teacher, or several with commas.",
        ),
        (["build", "--format", "odt"], "--format cannot be “odt”: it takes html, pdf, docx, or several with commas."),
        (["build", "--paper", "a3"], "a3"),
        (["build", "--project", "nowhere"], "There is no folder nowhere."),
        (["build", "--project", "seeds"], "seeds holds no project: it lacks “lessons” and “seeds”."),
        (["check", "ghost"], "There is no lesson “ghost”."),
        (["check", "--format", "xml"], "xml"),
        (["explain", "minute-sum"], "There is no rule “minute-sum”. Did you mean “minutes-sum”"),
        (["explain", "qqq"], "There is no rule “qqq”. “counterpoint explain” lists them."),
        (["passages", "--seed", "fery"], "There is no seed “fery”. Did you mean “ferry”?"),
        (["schema", "lessons"], "There is no schema “lessons”: it can be lesson, seed, unit, handouts, standards."),
        (["new", "ferry"], "lessons/ferry.yaml is there already; choose another name."),
        (["new", "my-walk", "--like", "wlk"], "There is no lesson “wlk”. Did you mean “walk”?"),
        (["new"], "Missing argument"),
        (["init", "."], "holds a project already; choose another folder."),
        (["build", "--fillable", "--booklet"], "Choose one of --fillable, --booklet and --one-sided"),
        (["build", "--fillable", "--format", "html"], "--fillable and --booklet make PDFs: take --format html away."),
        (["build", "--seed", "3"], "--seed draws the orders of --versions: say how many, as in --versions 2."),
        (["build", "ferry", "--each"], "--each and --anonymous-files go with --roster"),
        (["build", "ferry", "--roster", "class.csv"], "There is no file class.csv."),
        (["build", "--roster", "lessons/walk.yaml"], "--roster makes copies of the lessons that you name"),
        (["build", "walk", "--roster", "lessons/walk.yaml", "--edition", "key"], "leave the other choice away."),
        (["build", "walk", "--roster", "lessons/walk.yaml", "--format", "html"], "--roster makes PDFs: leave --format"),
        (["packet", "--roster", "lessons/walk.yaml", "--format", "pdf,docx"], "take docx out of --format"),
        (["build", "walk", "--roster", "lessons/walk.yaml", "--format", "pdf,docx"], "--roster makes PDFs: leave"),
        (["packet", "--roster", "lessons/walk.yaml", "--profile", "standard,dyslexia"], "--roster takes one --profile"),
        (["build", "walk", "--roster", "lessons/walk.yaml", "--cluster", "tcp://127.0.0.1:1"], "leave --cluster away."),
        (["packet", "--format", "docx"], "A packet is a PDF or a page: take docx out of --format"),
        (["packet", "--only", "readings", "--edition", "key"], "leave key and teacher out of --edition."),
        (["packet", "--edition", "key", "--roster", "lessons/walk.yaml"], "leave --edition away."),
        (["packet"], "There is no unit here"),
        (["fly"], "No such command"),
        ([], "Usage: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_told_and_nothing_is_done(arguments: list[str], said: str, pair: Project) -> None:
    """Exit code 2, with what could be meant; stdout stays empty."""
    before = everything(pair.root)
    ran = counterpoint(*arguments, cwd=pair.root)
    assert ran.returncode == 2
    assert said in ran.stderr + (ran.stdout if not arguments else "") and "Traceback" not in ran.stderr
    assert everything(pair.root) == before


def test_a_lesson_from_elsewhere_is_not_built_by_mistake(pair: Project, tmp_path: Path) -> None:
    """A file of the same name in another folder is another lesson."""
    elsewhere = tmp_path / "elsewhere" / "walk.yaml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(WALK, "utf-8")
    ran = counterpoint("build", elsewhere, cwd=pair.root)
    assert ran.returncode == 2 and "lies outside lessons; put it there first." in ran.stderr


@pytest.mark.parametrize(
    "command", ["build", "packet", "watch", "serve", "check", "new", "init", "passages", "explain", "doctor", "schema"]
)
def test_every_command_helps(command: str) -> None:
    """With one sentence on what it does."""
    ran = CliRunner().invoke(app, [command, "--help"])
    assert ran.exit_code == 0 and f"Usage: counterpoint {command}" in ran.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    """Of the package."""
    ran = counterpoint("--version", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, f"counterpoint {__version__}\n")


# --- new and init -------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A project as “init” makes it."""
    ran = counterpoint("init", "my-handouts", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "my-handouts\n")
    return tmp_path / "my-handouts"


def test_init_makes_a_project_that_can_be_built(own: Path, shelf: Shelf) -> None:
    """Seeds and lessons byte for byte, the schemas for editors, the choice of paper; then it builds as it stands."""
    for folder in ("seeds", "lessons"):
        assert everything(own / folder) == everything(HOME / folder)
    assert sorted(everything(own / "templates")) == [
        f"schema/{kind}.json" for kind in ("handouts", "lesson", "seed", "standards", "unit")
    ]
    assert (own / ".gitignore").read_text("utf-8") == "output/\n*.csv\n"
    ran = counterpoint("build", LESSONS[1], "--format", "html", cwd=own)
    assert ran.returncode == 0 and "No problems." in ran.stderr
    assert (own / "output" / LESSONS[1] / "student.html").read_text("utf-8") == shelf.html(LESSONS[1], "student")


def test_init_does_not_touch_a_folder_that_is_in_use(own: Path) -> None:
    """Neither a project nor a folder that has lessons or seeds."""
    before = everything(own)
    ran = counterpoint("init", own, cwd=own.parent)
    assert ran.returncode == 2 and everything(own) == before


def test_new_begins_a_lesson_that_can_be_built_at_once(own: Path) -> None:
    """With remarks that explain it, its name as a title, and nothing to object to."""
    ran = counterpoint("new", "my-first-lesson", cwd=own)
    assert ran.returncode == 0
    assert Path(ran.stdout.strip()) == own / "lessons" / "my-first-lesson.yaml"
    assert "counterpoint build my-first-lesson" in ran.stderr
    text = (own / "lessons" / "my-first-lesson.yaml").read_text("utf-8")
    assert "title: My first lesson\n" in text and text.count("#") > 5
    built = counterpoint("build", "my-first-lesson", cwd=own)
    assert built.returncode == 0 and "1 lesson made. No problems." in built.stderr
    assert made(own / "output") == [f"my-first-lesson/{name}" for name in FILES]


def test_new_copies_another_lesson(own: Path) -> None:
    """All of it but the title."""
    ran = counterpoint("new", "again", "--like", "five-voices", cwd=own)
    assert ran.returncode == 0
    one, other = (
        (own / "lessons" / f"{name}.yaml").read_text("utf-8").split("\n") for name in ("five-voices", "again")
    )
    assert [(a, b) for a, b in zip(one, other, strict=True) if a != b] == [
        ('title: "Five Voices: Who Is Speaking, and When?"', "title: Again"),
    ]
    assert counterpoint("build", "again", "--format", "html", cwd=own).returncode == 0


@pytest.mark.parametrize(
    "name", ["My Lesson", "../walk", "walk/again", "con", "über", "-walk", "walk.yaml", "b" * 61, ""]
)
def test_new_refuses_names_that_not_every_computer_takes(name: str, pair: Project) -> None:
    """Exit code 2, and nothing is written, here or elsewhere."""
    before = everything(pair.root.parent)
    ran = counterpoint("new", "--", name, cwd=pair.root)
    assert ran.returncode == 2 and "cannot be the name of a lesson" in ran.stderr
    assert everything(pair.root.parent) == before


def test_new_needs_a_project(tmp_path: Path) -> None:
    """The lessons of the program itself are not written to."""
    ran = counterpoint("new", "walk", cwd=tmp_path)
    assert ran.returncode == 2 and "There is no project here. “counterpoint init FOLDER” makes one." in ran.stderr
    assert not everything(tmp_path)


# --- passages -----------------------------------------------------------------------------------------


def test_passages_finds_a_named_passage(tmp_path: Path) -> None:
    """By its words, whatever their order and quotes; what cites it is one line."""
    ran = counterpoint("passages", "government’s", "clear", "public", cwd=HOME)
    assert ran.returncode == 0
    assert ran.stdout.split("\n")[0] == "# Chinese Human Rights Defenders, CHRD statement"
    assert [line for line in ran.stdout.split("\n") if line and not line.startswith("#")] == ["- chrd/press-publicly"]
    assert ran.stderr == "1 place found.\n"


def test_passages_gives_a_selector_that_can_be_pasted(pair: Project) -> None:
    """For a sentence that no passage holds; pasted into a lesson, it builds and prints the sentence."""
    ran = counterpoint("passages", "vote", "spring", cwd=pair.root)
    assert ran.returncode == 0 and ran.stderr == "1 place found.\n"
    pasted = "".join(line for line in ran.stdout.splitlines(True) if line.strip() and not line.startswith("#"))
    assert pasted == textwrap.dedent("""\
        - seed: ferry
          start: "The council will vote in the"
          end: "the ferry will cross until then."
        """)
    replaced(
        pair.lessons / "walk.yaml",
        "documents: {A: {passages: [toll/price]}}",
        "documents:\n  A:\n    passages:\n" + textwrap.indent(pasted, "      ").rstrip(),
    )
    built = counterpoint("build", "walk", "--format", "html", cwd=pair.root)
    assert built.returncode == 0, built.stderr
    lines = [
        line.text for line in parsed((pair.output / "walk" / "student.html").read_text("utf-8")).all("span", "line")
    ]
    assert "".join(lines) == "The council will vote in the spring, and the ferry will cross until then."


def test_every_selector_that_passages_gives_is_good(reading: Reading) -> None:
    """Tried on every sentence of every article that no passage holds."""
    tried = 0
    for found in (one for letter in "aist" for one in desk.passages(reading, letter, None)):
        if not found.yaml.startswith("- seed:"):
            continue
        seed = reading.seeds[found.name]
        spec, problems = load(
            LessonSpec,
            Source(
                Path("x.yaml"),
                WALK.replace(
                    "documents: {A: {passages: [toll/price]}}",
                    "documents:\n  A:\n    passages:\n" + textwrap.indent(found.yaml, "    "),
                ),
            ),
        )
        assert seed and spec, problems
        citation = next(iter(spec.documents.values())).passages[0]
        assert isinstance(citation, Citation)
        passage, wrong = cut_passage(seed, "x/y", citation, citation)
        assert passage and not wrong, found.yaml
        assert squeezed(passage.text) == squeezed(found.text)
        tried += 1
    assert tried > 50


def test_passages_looks_in_one_seed_only(tmp_path: Path) -> None:
    """When one is named."""
    ran = counterpoint("passages", "dialogue", "--seed", "monitor", cwd=tmp_path)
    cited = [line for line in ran.stdout.split("\n") if line.startswith("- ")]
    assert cited and all(re.match(r"- (seed: )?monitor\b", line) for line in cited)


def test_passages_says_when_there_is_nothing(tmp_path: Path) -> None:
    """Exit code 1; and nothing from outside the articles' bodies is ever found."""
    for words in (["sandwich"], ["comments"], ["subscribe"], ["media", "contacts"]):
        ran = counterpoint("passages", *words, cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (1, "") and "0 places found." in ran.stderr


# --- explain, schema, doctor --------------------------------------------------------------------------


@pytest.mark.parametrize("rule", rules())
def test_explain_explains_every_rule(rule: str) -> None:
    """What it says, why, and an example of each kind."""
    ran = CliRunner().invoke(app, ["explain", rule])
    assert ran.exit_code == 0
    severity = rules()[rule].severity + (", an error in a strict unit" if rules()[rule].strict else "")
    assert ran.stdout.startswith(f"{rule} ({severity})\n")
    told = squeezed(ran.stdout)
    for part in (rules()[rule].says, rules()[rule].why, rules()[rule].fails, rules()[rule].passes):
        assert squeezed(part) in told


def test_explain_lists_the_rules() -> None:
    """A line each."""
    ran = CliRunner().invoke(app, ["explain"])
    assert ran.exit_code == 0
    assert [line.split()[0] for line in ran.stdout.splitlines()] == list(rules())


@pytest.mark.parametrize("kind", ["lesson", "seed", "unit", "handouts"])
def test_schema_prints_what_editors_read(kind: str) -> None:
    """As JSON."""
    ran = CliRunner().invoke(app, ["schema", kind])
    assert ran.exit_code == 0 and ran.stdout == schemas()[kind]
    assert json.loads(ran.stdout)["title"]


def test_doctor_finds_this_machine_ready(pair: Project) -> None:
    """A line for each thing; the tests could not run without them."""
    ran = counterpoint("doctor", cwd=pair.root)
    assert ran.returncode == 0
    assert ran.stdout.startswith(f"counterpoint {__version__}\n") and "MISSING" not in ran.stdout
    assert re.search(r"^  ok       WeasyPrint 70\.0 and Pango \(for PDF\)$", ran.stdout, re.M)
    assert f"a place to write: {pair.output}" in ran.stdout


@pytest.fixture
def no_pango(tmp_path: Path) -> str:
    """A place for modules where WeasyPrint fails as it does without Pango."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")\n", "utf-8")
    return os.pathsep.join([str(folder), str(HOME)])


def test_without_pango_it_is_said_what_to_install(no_pango: str, pair: Project) -> None:
    """Exit code 3, whether handouts are made here or by other processes; the pages can be made all the same."""
    nothing_kept = str(pair.root / "kept")
    ran = counterpoint("build", cwd=pair.root, PYTHONPATH=no_pango, COUNTERPOINT_CACHE=nothing_kept)
    several = ("build", "--profile", "standard,large-print,dyslexia", "--jobs", "2")
    by_others = counterpoint(*several, cwd=pair.root, PYTHONPATH=no_pango, COUNTERPOINT_CACHE=nothing_kept)
    assert (by_others.returncode, by_others.stderr.splitlines()[-2:]) == (3, ran.stderr.splitlines()[-2:])
    assert ran.returncode == 3 and "Traceback" not in ran.stderr
    assert "This machine cannot make PDFs yet. Install Pango" in ran.stderr
    assert "“--format html” makes the HTML pages without it." in ran.stderr
    assert counterpoint("build", "--format", "html", cwd=pair.root, PYTHONPATH=no_pango).returncode == 0
    sick = counterpoint("doctor", cwd=pair.root, PYTHONPATH=no_pango)
    assert sick.returncode == 3 and re.search(
        r"^  MISSING  WeasyPrint and Pango \(for PDF\)\n +Install Pango", sick.stdout, re.M
    )


def test_what_is_kept_is_not_pressed_again(no_pango: str, pair: Project) -> None:
    """WeasyPrint, which takes long to import, is asked for when a page has to be pressed, and not before."""
    kept = str(pair.root / "kept")
    assert counterpoint("build", cwd=pair.root, COUNTERPOINT_CACHE=kept).returncode == 0
    files = sorted(pair.output.rglob("*.pdf"))
    pressed = [path.read_bytes() for path in files]
    shutil.rmtree(pair.output)
    ran = counterpoint("build", cwd=pair.root, PYTHONPATH=no_pango, COUNTERPOINT_CACHE=kept)
    assert ran.returncode == 0 and pressed and [path.read_bytes() for path in files] == pressed


def test_a_reader_that_goes_away_is_no_crash(pair: Project) -> None:
    """“counterpoint explain | head -1” ends quietly."""
    command = f"{sys.executable} -m generator explain | head -1"
    shell = shutil.which("bash")
    if not shell:
        pytest.skip("there is no bash")
    ran = subprocess.run(
        [shell, "-c", command], cwd=pair.root, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0 and ran.stderr == "" and ran.stdout.count("\n") == 1


def test_the_golden_project_is_not_written_to() -> None:
    """The tests work on copies."""
    assert sorted(p.name for p in GOLDEN.iterdir()) == ["lessons", "oars.yaml", "pages", "seeds"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such streams")
@pytest.mark.parametrize("closed", ["2>&-", ">&-"])
def test_a_closed_stream_is_no_mistake(closed: str, tmp_path: Path) -> None:
    """As where a scheduler runs the command: what can be told is told, and the end says how it went."""
    command = f"{sys.executable} -m generator explain leak {closed}"
    ran = subprocess.run(command, shell=True, cwd=HOME, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "") and ran.stdout.startswith("leak" if closed != ">&-" else "")
