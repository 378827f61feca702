"""Kill builds at many moments and count what is damaged: ``python tests/stress/kill.py [--kills 200] [--seed 1]``.

Two small lessons are built in turn in two versions that differ in every file. A build is a process of its own that
is ended by SIGKILL at a random moment. Then every output must be, byte for byte, that of the one version or of the
other; and after a build that was left alone, all must be of one version and nothing else may lie there but the lock.
One build in three is killed while it writes, not at any moment: writing is short, and it is where damage can happen.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

from conftest import everything, small_project  # noqa: E402

from generator import write  # noqa: E402
from generator.build import Options, build  # noqa: E402
from generator.projects import Project  # noqa: E402
from generator.reader import read  # noqa: E402

LESSON = """\
format: 1
title: {title}
grades: 9-12
compelling_question: Where does version {version} lead?
kind: policy
objectives: {{}}
minutes: 10
documents: {{A: {{passages: [toll/price]}}}}
activities: [{{type: step, title: Read, minutes: 10, notes: Read version {version} aloud.}}]
"""
VERSIONS = ("one", "two")
LOCK = ".counterpoint.lock"


def prepared(folder: Path, version: str) -> Project:
    """A project with two small lessons in some version."""
    project = small_project(folder)
    for path in project.lessons.iterdir():
        path.unlink()
    for name in ("ride", "walk"):
        text = LESSON.format(title=f"A {name}", version=version)
        (project.lessons / f"{name}.yaml").write_text(text, "utf-8")
    return project


def child(work: Callable[[], object]) -> int:
    """A process that does some work and nothing else; its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


def left_over(output: Path) -> list[str]:
    return sorted(str(p.relative_to(output)) for p in output.rglob(".*") if p.name != LOCK)


def main() -> int:
    options = argparse.ArgumentParser(description="Kill builds at random moments and count damaged outputs.")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    dice = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as name:
        return rehearse(Path(name), chosen.kills, dice)


def rehearse(folder: Path, kills: int, dice: random.Random) -> int:
    output = folder / "output"
    readings, wanted = {}, {}
    for version in VERSIONS:
        project = prepared(folder / version, version)
        assert not build(read(project), (), Options()).diagnostics
        wanted[version] = everything(project.output)
        readings[version] = read(Project(project.root, project.seeds, project.lessons, project.templates, output))
    assert len(wanted["one"]) == 9 and not any(
        data == wanted["two"][name] for name, data in wanted["one"].items() if name != "index.html"
    )

    def whole(version: str) -> Callable[[], object]:
        return lambda: build(readings[version], (), Options())

    def writing(version: str) -> None:
        """A build that says, by a file, when it begins to write a lesson's files."""
        real = write.write_all

        def telling(files: dict[Path, bytes]) -> object:
            (folder / "writing").touch()
            return real(files)

        module: Any = sys.modules["generator.build"]

        module.write_all = telling
        build(readings[version], (), Options())

    began = time.monotonic()
    os.waitpid(child(whole("one")), 0)
    lasts = time.monotonic() - began
    damaged = lost = leftovers = unfinished = killed = swept = mixed = during = 0
    previous = "one"
    while killed < kills:
        version = VERSIONS[(killed + 1) % 2]
        (folder / "writing").unlink(missing_ok=True)
        if killed % 3 == 2:
            pid = child(lambda version=version: writing(version))  # type: ignore[misc]
            patience = time.monotonic() + 30
            while not (folder / "writing").exists() and time.monotonic() < patience:
                time.sleep(0.0005)
            time.sleep(dice.uniform(0, 0.02))
        else:
            pid = child(whole(version))
            time.sleep(dice.uniform(0, lasts))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            continue  # it had ended before
        killed += 1
        found = everything(output)
        names = {n for n in found if Path(n).name.startswith(".")}
        swept += len(names)
        during += bool(names)
        lost += len(wanted["one"].keys() - found.keys())
        damaged += sum(found[n] not in (wanted["one"].get(n), wanted["two"].get(n)) for n in found.keys() - names)
        mixed += len({v for v in VERSIONS for n in found if n != "index.html" and found[n] == wanted[v].get(n)}) > 1
        previous = version
        if killed % 10 == 0 or killed == kills:
            os.waitpid(child(whole(previous)), 0)
            leftovers += len(left_over(output))
            unfinished += everything(output) != wanted[previous]
    print(f"{killed} builds killed, at random moments of {lasts:.2f} s")
    print(f"{during} of them while files stood beside their places ({swept} such files)")
    print(f"{mixed} times, files of both versions stood there, each of them whole")
    print(f"{damaged} damaged outputs, {lost} lost outputs")
    print(f"{leftovers} leftovers and {unfinished} wrong outputs after a build that was left alone")
    return int(bool(damaged or lost or leftovers or unfinished))


if __name__ == "__main__":
    sys.exit(main())
