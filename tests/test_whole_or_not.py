"""Every output is the old one or the new one, never half of one: by kill, full disk, locked files and second builds."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import counterpoint, environment, everything, small_project

from generator import write
from generator.build import Built, Options, build
from generator.looks import Look, Paper
from generator.projects import Project
from generator.reader import read

pytestmark = pytest.mark.slow

LESSON = """\
format: 1
title: A Walk
grades: 9-12
compelling_question: Where does it lead?
kind: policy
objectives: {}
minutes: 10
documents: {A: {passages: [toll/price]}}
activities: [{type: step, title: Read, minutes: 10, notes: Read the letter aloud.}]
"""
FILES = [f"{edition}.{format}" for edition in ("key", "student", "teacher") for format in ("html", "pdf")]
LOCK = ".counterpoint.lock"

Files = dict[str, bytes]


def built(project: Project, paper: Paper = "letter") -> Built:
    return build(read(project), (), Options(looks=(Look(paper),)))


def change(project: Project) -> None:
    """The new version: all four files differ from the old ones."""
    path = project.lessons / "walk.yaml"
    path.write_text(LESSON.replace("Where does it lead?", "Where does it end?").replace("aloud", "twice"), "utf-8")


@dataclass(frozen=True)
class Versions:
    """The files of the old lesson and of the new one, each from a build that nobody disturbed."""

    old: Files
    new: Files
    seconds: float  # that the command takes for one


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    project = walk(tmp_path_factory.mktemp("versions"))
    assert not built(project).diagnostics
    old = everything(project.output)
    change(project)
    began = time.monotonic()
    assert counterpoint("build", cwd=project.root).returncode == 0
    seconds = time.monotonic() - began
    new = everything(project.output)
    assert sorted(old) == sorted(new) == ["index.html", *(f"walk/{name}" for name in FILES)]
    assert all(old[name] != new[name] for name in old if name != "index.html")
    return Versions(old, new, seconds)


def walk(folder: Path) -> Project:
    """The small project with one short lesson."""
    project = small_project(folder)
    (project.lessons / "ferry.yaml").unlink()
    (project.lessons / "walk.yaml").write_text(LESSON, "utf-8")
    return project


@pytest.fixture
def changed(tmp_path: Path, versions: Versions) -> Project:
    """A project with the outputs of the old version, whose lesson has become the new one since."""
    project = walk(tmp_path / "project")
    for name, data in versions.old.items():
        (project.output / name).parent.mkdir(parents=True, exist_ok=True)
        (project.output / name).write_bytes(data)
    change(project)
    return project


def temporaries(output: Path) -> list[str]:
    return sorted(p.name for p in output.rglob(".*") if p.name != LOCK)


def rules_of(done: Built) -> list[str]:
    return [found.rule for found in done.diagnostics]


# --- kill -9 ------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL to send")
@pytest.mark.parametrize("part", [n / 10 for n in range(1, 11)])
def test_a_killed_build_leaves_whole_files(part: float, changed: Project, versions: Versions) -> None:
    """At ten moments of a build: each file is the old or the new one, and the next build leaves nothing else."""
    command = [sys.executable, "-m", "generator", "build"]
    with subprocess.Popen(
        command, cwd=changed.root, env=environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as running:
        time.sleep(versions.seconds * part)
        running.send_signal(signal.SIGKILL)
    for name in versions.old:
        assert (changed.output / name).read_bytes() in (versions.old[name], versions.new[name]), name
    assert not built(changed).diagnostics
    assert everything(changed.output) == versions.new
    assert not temporaries(changed.output)


STEPS = ("mkstemp", "fsync", "chmod", "replace")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("time_of", [1, 3])
def test_a_build_killed_at_a_step_of_writing_leaves_whole_files(
    step: str, time_of: int, changed: Project, versions: Versions
) -> None:
    """Directly before the first or third file gets a name, goes to the disk, gets its rights, or takes its place."""
    reading = read(changed)
    pid = os.fork()
    if not pid:
        try:
            home: Any = write.tempfile if step == "mkstemp" else os  # type: ignore[attr-defined]
            real, count = getattr(home, step), [0]

            def killed(*given: Any, **named: Any) -> Any:
                count[0] += 1
                if count[0] == time_of:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*given, **named)

            setattr(home, step, killed)
            build(reading, (), Options())
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert temporaries(changed.output) or (step, time_of) == ("mkstemp", 1)
    for name in versions.old:
        assert (changed.output / name).read_bytes() in (versions.old[name], versions.new[name]), name
    assert not built(changed).diagnostics
    assert everything(changed.output) == versions.new
    assert not temporaries(changed.output)


# --- a full disk, a disk without rights ---------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_disk_that_fills_up_leaves_the_lesson_as_it_was(
    number: int, changed: Project, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever file of a lesson finds no room: all of them stay those of the old build, which belong together."""
    real, count = os.fsync, [0]

    def full(handle: int) -> None:
        count[0] += 1
        if count[0] == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    done = built(changed)
    assert rules_of(done) == ["cannot-write"] and not done.made
    assert os.strerror(errno.ENOSPC) in done.diagnostics[0].message
    left = everything(changed.output)
    assert {name: left[name] for name in left if name != "index.html"} == {
        name: data for name, data in versions.old.items() if name != "index.html"
    }
    assert not temporaries(changed.output)


def test_a_disk_that_is_full_at_the_end_leaves_the_old_index(
    changed: Project, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handouts are the new ones, the index is whole."""
    (changed.output / "index.html").write_bytes(b"of another build")
    real = write._beside

    def full(path: Path, data: bytes) -> str:
        if path.name == "index.html":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        made: str = real(path, data)
        return made

    monkeypatch.setattr(write, "_beside", full)
    done = built(changed)
    assert rules_of(done) == ["cannot-write"] and len(done.made) == 6
    assert everything(changed.output) == {**versions.new, "index.html": b"of another build"}


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files is limited elsewhere only")
def test_no_room_for_a_page_is_told(changed: Project, versions: Versions) -> None:
    """The whole command, under a limit that pages and fonts exceed."""
    import resource

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    ran = subprocess.run(
        [sys.executable, "-m", "generator", "build"],
        cwd=changed.root,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        encoding="utf-8",
        preexec_fn=limited,
        timeout=60,
    )
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert "[cannot-write]" in ran.stderr, ran.stderr
    left = everything(changed.output)
    assert {name: left[name] for name in versions.old if name != "index.html"} == {
        name: data for name, data in versions.old.items() if name != "index.html"
    }
    assert not temporaries(changed.output)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small disk of its own, where that is allowed, and unmounts it afterwards."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")

    def mounted(choices: str) -> Path:
        asked = [str(mount), "-t", "tmpfs", "-o", choices, "counterpoint", str(place)]
        if not mount or subprocess.run(asked, capture_output=True).returncode:
            pytest.skip("no disk can be mounted here")
        return place

    yield mounted
    if os.path.ismount(place):
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full(disk: Callable[[str], Path], changed: Project, versions: Versions) -> None:
    """A disk that holds the old files and one of the new pages: exit code 1, all of them stay the old ones."""
    place = disk("size=1360k")
    shutil.copytree(changed.output, place / "output")
    ran = counterpoint("build", "--output", place / "output", cwd=changed.root)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert "[cannot-write]" in ran.stderr and os.strerror(errno.ENOSPC) in ran.stderr
    left = everything(place / "output")
    assert {name: left[name] for name in left if name != "index.html"} == {
        name: data for name, data in versions.old.items() if name != "index.html"
    }
    assert left["index.html"].endswith(b"</html>") and not temporaries(place / "output")


@pytest.mark.parametrize("held_before", [False, True], ids=["without a lock file", "with a lock file"])
def test_a_disk_that_only_gives(
    held_before: bool, disk: Callable[[str], Path], changed: Project, versions: Versions
) -> None:
    """Where nothing may be written, it is said once, and all stays."""
    place = disk("size=2000k")
    shutil.copytree(changed.output, place / "output")
    if held_before:
        (place / "output" / LOCK).touch()
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    ran = counterpoint("build", "--output", place / "output", cwd=changed.root)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert ran.stderr.count("[cannot-write]") == 1
    assert everything(place / "output") == versions.old


@pytest.mark.filterwarnings("ignore:flock not supported:UserWarning")
def test_a_disk_without_locks_is_told_or_used(
    changed: Project, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some drives of a network know no locks: the files are made, or it is said; no traceback, nothing half."""
    fcntl = pytest.importorskip("fcntl")

    def without(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", without)
    done = built(changed)
    monkeypatch.undo()
    if done.diagnostics:
        assert rules_of(done) == ["cannot-write"] and not done.made
        assert everything(changed.output) == versions.old
    else:
        assert everything(changed.output) == versions.new


# --- two builds at once -------------------------------------------------------------------------------


@pytest.mark.parametrize("head_start", [0.0, 0.3, 0.6])
def test_two_builds_for_two_papers_end_with_the_files_of_one(
    head_start: float, changed: Project, versions: Versions
) -> None:
    """Both end well, and the page and the PDF of a lesson are for the same paper, that of the last build."""
    elsewhere = replace(changed, output=changed.root / "a4")
    assert not built(elsewhere, "a4").diagnostics
    wanted = {"letter": versions.new, "a4": everything(elsewhere.output)}
    running = []
    for paper in wanted:
        command = [sys.executable, "-m", "generator", "build", "--paper", paper]
        quiet = subprocess.DEVNULL
        running.append(subprocess.Popen(command, cwd=changed.root, env=environment(), stderr=quiet, stdout=quiet))
        time.sleep(head_start)
    assert [one.wait(60) for one in running] == [0, 0]
    assert everything(changed.output) in wanted.values()
    assert not temporaries(changed.output)


# --- a PDF that is open (Windows) ---------------------------------------------------------------------


def held(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that no other can take the place of, as Windows has it while a program shows it."""
    real = os.replace

    def refusing(source: Any, target: Any, **more: Any) -> None:
        if Path(target) == path:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))
        real(source, target, **more)

    monkeypatch.setattr(os, "replace", refusing)


def test_a_pdf_that_is_open_keeps_its_old_text_and_the_new_one_lies_beside_it(
    changed: Project, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names it; all other files are new; the next build that can takes it away."""
    with monkeypatch.context() as patch:
        held(changed.output / "walk" / "student.pdf", patch)
        done = built(changed)
    assert rules_of(done) == ["cannot-write"]
    assert "student.pdf is open in another program; the new one is student.new.pdf" in done.diagnostics[0].message
    left = everything(changed.output)
    assert left.pop("walk/student.new.pdf") == versions.new["walk/student.pdf"]
    assert left.pop("walk/student.pdf") == versions.old["walk/student.pdf"]
    assert {n: d for n, d in left.items() if n != "index.html"} == {
        n: d for n, d in versions.new.items() if n in left and n != "index.html"
    }
    assert not temporaries(changed.output)
    assert not built(changed).diagnostics
    assert everything(changed.output) == versions.new


def test_a_file_beside_an_open_one_goes_when_the_old_one_is_right_again(
    changed: Project, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lesson was changed back: the PDF needs no touching, and the one beside it would tell of a lesson gone by."""
    with monkeypatch.context() as patch:
        held(changed.output / "walk" / "student.pdf", patch)
        built(changed)
    (changed.lessons / "walk.yaml").write_text(LESSON, "utf-8")
    assert not built(changed).diagnostics
    assert everything(changed.output) == versions.old


def test_an_open_pdf_whose_neighbour_is_open_too(
    changed: Project, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither can be written: it is said, the old ones stay, and nothing else lies about."""
    beside = changed.output / "walk" / "student.new.pdf"
    beside.write_bytes(b"of the build before")
    with monkeypatch.context() as patch:
        held(changed.output / "walk" / "student.pdf", patch)
        held(beside, patch)
        done = built(changed)
    assert rules_of(done) == ["cannot-write"]
    assert (changed.output / "walk" / "student.pdf").read_bytes() == versions.old["walk/student.pdf"]
    assert beside.read_bytes() == b"of the build before" and not temporaries(changed.output)


# --- the writer alone ---------------------------------------------------------------------------------


def test_a_file_that_holds_the_same_is_left_alone(tmp_path: Path) -> None:
    """It keeps its time, even when its neighbours get new ones."""
    same, other = tmp_path / "same", tmp_path / "other"
    same.write_bytes(b"text")
    os.utime(same, (1, 1))
    assert dict(write.write_all({same: b"text", other: b"new"})) == {same: False, other: True}
    assert same.stat().st_mtime == 1 and other.read_bytes() == b"new"


def test_a_folder_in_place_of_one_file(tmp_path: Path) -> None:
    """That one is told; the others are written, and nothing lies about."""
    (tmp_path / "b" / "inside").mkdir(parents=True)
    outcome = dict(write.write_all({tmp_path / name: b"new" for name in "abc"}))
    assert isinstance(outcome.pop(tmp_path / "b"), OSError)
    assert outcome == {tmp_path / "a": True, tmp_path / "c": True}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "c"]


def test_a_file_in_place_of_one_folder(tmp_path: Path) -> None:
    """A file that cannot even be put on the disk keeps the others of its lesson from being replaced."""
    (tmp_path / "lesson").write_bytes(b"a file")
    (tmp_path / "a").write_bytes(b"old")
    outcome = dict(write.write_all({tmp_path / "a": b"new", tmp_path / "lesson" / "b": b"new"}))
    assert list(outcome) == [tmp_path / "lesson" / "b"]
    assert everything(tmp_path) == {"a": b"old", "lesson": b"a file"}


def test_a_writing_that_is_broken_off_leaves_nothing_beside(tmp_path: Path) -> None:
    """Ctrl-C between two files."""
    writing = write.write_all({tmp_path / name: b"new" for name in "abc"})
    assert next(iter(writing)) == (tmp_path / "a", True)
    assert len(temporaries(tmp_path)) == 2
    writing.close()  # type: ignore[attr-defined]
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_written_file_has_the_rights_of_any_other(tmp_path: Path) -> None:
    """Others may read it as far as the teacher's own files."""
    (tmp_path / "plain").touch()
    write.write(tmp_path / "made", b"text")
    assert (tmp_path / "made").stat().st_mode == (tmp_path / "plain").stat().st_mode
