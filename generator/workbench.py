"""A project is read again whenever one of its files is saved, and it is said what has to be built anew."""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from generator.audience import walk
from generator.cache import NOTHING_KEPT, Cache
from generator.figures import FigureSpec
from generator.projects import Project, template_files
from generator.reader import Reading, read

Files = Mapping[str, tuple[int, int]]  # the time of the last change, and the size

LOOK, MOST = 0.005, 0.5  # seconds between two looks at the files, at least and at most
CARE = 30  # times as long is waited as a look takes: where there are many files, it takes milliseconds
STEP = 0.02  # after a change: most programs save in steps that take less


@dataclass(frozen=True)
class Turn:
    """What a project holds now, the lessons to build for that, and whether a file has changed again since."""

    reading: Reading
    lessons: tuple[str, ...]
    is_old: Callable[[], bool]


def with_care(is_old: Callable[[], bool]) -> Callable[[], bool]:
    """The same question, for who asks it again and again: whoever comes too soon is told no."""
    not_before = 0.0

    def asked() -> bool:
        nonlocal not_before
        if (began := time.perf_counter()) < not_before:
            return False
        told = is_old()
        not_before = began + CARE * (time.perf_counter() - began)
        return told

    return asked


def turns(project: Project, cache: Cache = NOTHING_KEPT) -> Iterator[Turn]:
    """The first reading at once; another whenever a file has changed, as soon as it is whole."""
    files = _files(project)  # looked at before they are read: what is saved in between is seen the next time
    reading = read(project, cache=cache)
    lessons = _all(reading)
    while True:
        yield Turn(reading, lessons, partial(_differ, reading, files))
        gc.collect()  # now, when nobody waits for anything
        seen, before = _changed(reading, files), reading
        reading, seen = _settled(reading, seen, cache)
        lessons = _all(reading) if _drawn(project, seen) != _drawn(project, files) else tuple(_others(before, reading))
        files = seen


def _differ(reading: Reading, files: Files) -> bool:
    return _files(reading.project, reading) != files


def _changed(reading: Reading, files: Files) -> Files:
    """Wait until some files are not as they were."""
    began = time.perf_counter()
    while (seen := _files(reading.project, reading)) == files:
        time.sleep(min(MOST, max(LOOK, CARE * (time.perf_counter() - began))))
        began = time.perf_counter()
    return seen


def _settled(before: Reading, seen: Files, cache: Cache) -> tuple[Reading, Files]:
    """Read what was saved. A save may come in steps: what was read in the middle of one is read again; so is a project
    of which a folder was away for a moment."""
    while True:
        began, reading = time.perf_counter(), None
        with contextlib.suppress(FileNotFoundError):
            reading = read(before.project, before, cache)
        time.sleep(max(0, STEP - (time.perf_counter() - began)))
        again = _files(before.project, before)
        if reading and again == seen:
            return reading, seen
        seen = again


def _all(reading: Reading) -> tuple[str, ...]:
    return (*reading.lessons, *reading.broken)


def _others(before: Reading, now: Reading) -> Iterator[str]:
    """The lessons that are not what they were."""
    for name in dict.fromkeys([*now.lessons, *now.broken, *before.lessons]):
        if now.entries.get(name) is not before.entries.get(name):
            yield name


def _drawn(project: Project, files: Files) -> Files:
    """Of some files, those that every page is drawn with."""
    folder = project.templates and os.path.join(project.templates, "")
    return {name: state for name, state in files.items() if folder and name.startswith(folder)}


def _files(project: Project, reading: Reading | None = None) -> Files:
    """Everything that a project is read and drawn from; pictures too, where it is known which."""
    found, made = dict[str, tuple[int, int]](), os.path.join(project.output, "")
    for name in _names(project, reading):
        with contextlib.suppress(OSError):
            state = os.stat(name)
            if not name.startswith(made):
                found[name] = (state.st_mtime_ns, state.st_size)
    return found


def _names(project: Project, reading: Reading | None) -> Iterator[str]:
    yield from (os.path.join(project.root, name) for name in ("handouts.yaml", "standards.yaml"))
    for folder in (project.lessons, project.seeds):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            yield from (entry.path for entry in entries)
    yield from (str(path) for path in template_files(project) if path.suffix in (".j2", ".css", ".js"))
    for name, entry in reading.entries.items() if reading else ():
        for figure in walk(reading.lessons[name].spec.documents, FigureSpec) if reading and not entry.recipe else ():
            if figure.image is not None:
                yield os.path.join(project.root, str(figure.image))
