"""Other computers make the same files: a scheduler and two workers on this one, and what happens when one is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import counterpoint, environment, everything, replaced, small_project
from distributed import Client

from generator import cluster
from generator.build import Options, build
from generator.diagnostic import concise
from generator.looks import PROFILES, Look
from generator.projects import Project
from generator.reader import read

pytestmark = pytest.mark.slow

LOOKS = tuple(Look(profile=profile) for profile in PROFILES)
SECONDS = 60.0  # that a scheduler or a worker may take to start

DEADLY = """
import os
from generator import outputs
press = outputs.press
outputs.OUTPUTS["pdf"] = lambda page: os._exit(9) if "belladonna" in page else press(page)
"""
UNLIKE = """
from generator import engine
engine.of_press = lambda: "another Pango"
"""


class Computers:
    """A scheduler, and workers that can be added and lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0", "--scheduler-file", folder / "address", "--no-dashboard")
        self.address = ""
        self._until(lambda: (folder / "address").exists())
        with Client(scheduler_file=str(folder / "address"), set_as_default=False) as client:
            self.address = client.scheduler.address

    def add(self, code: str = "", *more: str) -> None:
        """One more worker, which runs some code before it begins."""
        (self.folder / f"begin{len(self.workers)}.py").write_text(code, "utf-8")
        preload = ("--preload", self.folder / f"begin{len(self.workers)}.py")
        place = ("--local-directory", self.folder, "--nthreads", "1", "--no-dashboard")
        self.workers.append(self._start("worker", self.address, *place, *preload, *more))
        with Client(self.address, set_as_default=False) as client:
            self._until(lambda: len(client.nthreads()) >= len(self.workers))

    def _start(self, what: str, *arguments: object) -> subprocess.Popen[bytes]:
        kept = environment(COUNTERPOINT_CACHE="", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1", *map(str, arguments)]
        with (self.folder / f"{what}.log").open("ab") as log:
            process = subprocess.Popen(command, env=kept, cwd=self.folder, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def _until(self, there: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not there():
            assert time.monotonic() < end, [path.read_text() for path in self.folder.glob("*.log")]
            time.sleep(0.05)

    def close(self) -> None:
        for process in reversed(self.running):
            process.kill()
            process.wait()


@pytest.fixture
def computers(tmp_path: Path) -> Iterator[Computers]:
    (tmp_path / "computers").mkdir()
    made = Computers(tmp_path / "computers")
    yield made
    made.close()


def here(project: Project, options: Options = Options(looks=LOOKS)) -> tuple[dict[str, bytes], list[str]]:  # noqa: B008
    """The files of a build on this computer alone, which are taken away, and what was objected to."""
    built = build(read(project), (), options)
    files = {str(path): data for path, data in everything(project.output).items()}
    for path in sorted(project.output.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    return files, list(map(concise, built.diagnostics))


def test_two_workers_make_what_one_computer_makes(small: Project, computers: Computers) -> None:
    """The same files, byte for byte, by the same command; a lesson that cannot be made is told in the same words."""
    computers.add("", "--no-nanny")
    computers.add("", "--no-nanny")
    profiles = ("--profile", ",".join(PROFILES))
    command = ("build", *profiles, "--output")
    assert counterpoint(*command, "output", cwd=small.root, COUNTERPOINT_CACHE="").returncode == 0
    alone, there = everything(small.output), ("other", "--cluster", computers.address)
    assert counterpoint(*command, *there, cwd=small.root, COUNTERPOINT_CACHE="").returncode == 0
    assert everything(small.root / "other") == alone and len(alone) == 19


def test_what_a_lost_worker_had_is_made_by_another(small: Project, computers: Computers) -> None:
    """One of two is killed when the first handout is there: the files are the same, and nobody has to do anything."""
    wanted, _ = here(small)
    computers.add("", "--no-nanny")
    computers.add("", "--no-nanny")
    lost: list[int] = []

    def lose(what: str, done: int, of: int) -> None:
        if done == 1 and not lost:
            computers.workers[0].kill()
            lost.append(computers.workers[0].wait())

    with cluster.at(computers.address) as staff:
        built = build(read(small), (), Options(looks=LOOKS, others=staff), lose)
    assert lost == [-9] and not built.diagnostics
    assert {str(path): data for path, data in everything(small.output).items()} == wanted


def test_what_kills_its_worker_is_told(small: Project, computers: Computers) -> None:
    """As on one computer: that handout is not made; the lessons without it are."""
    (small.lessons / "second.yaml").write_text((small.lessons / "ferry.yaml").read_text("utf-8"), "utf-8")
    replaced(small.lessons / "second.yaml", "title: A Street That Moves", "title: The belladonna")
    computers.add(DEADLY)
    computers.add(DEADLY)
    with cluster.at(computers.address) as staff:
        built = build(read(small), (), Options(formats=("pdf",), others=staff))
    assert {made.lesson for made in built.made} == {"ferry"}
    assert sorted(d.message for d in built.diagnostics) == [
        "The process that made key.pdf ended before it was done",
        "The process that made student.pdf ended before it was done",
        "The process that made teacher.pdf ended before it was done",
    ]


def test_a_page_that_cannot_be_pressed_is_told_in_the_same_words(small: Project, computers: Computers) -> None:
    """An error travels as a value."""
    templates = small.root / "templates"
    templates.mkdir()
    page = '<html lang="en"><title>T</title><img alt="" src="https://other.example/x.png"></html>'
    (templates / "student.html.j2").write_text(page, "utf-8")
    project = Project(small.root, small.seeds, small.lessons, templates, small.output)
    _, wanted = here(project, Options(formats=("pdf",)))
    computers.add("", "--no-nanny")
    with cluster.at(computers.address) as staff:
        built = build(read(project), (), Options(formats=("pdf",), others=staff))
    assert list(map(concise, built.diagnostics)) == wanted and len(wanted) == 1


def test_a_worker_with_another_version_makes_nothing(small: Project, computers: Computers) -> None:
    """Its pages might break elsewhere; so the build ends with what to do, and the old files stay."""
    computers.add(UNLIKE, "--no-nanny")
    ran = counterpoint("build", "--cluster", computers.address, cwd=small.root, COUNTERPOINT_CACHE="")
    assert ran.returncode == 3 and "another version" in ran.stderr and "Traceback" not in ran.stderr
    assert not list(small.output.rglob("*.pdf"))


def test_a_cluster_without_workers_is_not_waited_for(small: Project, computers: Computers) -> None:
    """And it is said how to start some."""
    ran = counterpoint("build", "--cluster", computers.address, cwd=small.root)
    assert ran.returncode == 3 and f"Start some with “dask worker {computers.address}”." in ran.stderr


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "ftp://127.0.0.1:9"])
def test_an_address_at_which_nobody_answers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what to do, without a traceback."""
    monkeypatch.setattr(cluster, "TO_ANSWER", 0.5)
    with pytest.raises(cluster.ClusterProblem, match="No cluster answers"), cluster.at(address):
        pytest.fail("connected")


def test_without_dask_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    """Whoever has one computer needs none of it."""
    project = small_project(tmp_path)
    (tmp_path / "distributed.py").write_text("raise ImportError", "utf-8")
    ran = counterpoint("build", "--cluster", "tcp://127.0.0.1:9", cwd=project.root, PYTHONPATH=str(tmp_path))
    assert ran.returncode == 3 and "pip install 'counterpoint-handouts[cluster]'" in ran.stderr
