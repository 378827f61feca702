"""A project on the disk: where things lie, and what its files hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from generator import places
from generator.characters import MAX_BYTES, decode
from generator.diagnostic import Diagnostic
from generator.source import Source

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def is_lesson_id(name: str) -> bool:
    """Whether a name can be a lesson's, and so a folder's on every system."""
    return _ID.fullmatch(name) is not None and name not in _DEVICES


@dataclass(frozen=True)
class Project:
    """Where things lie. Without a project of the teacher's, the seeds and lessons that come along are used."""

    root: Path
    seeds: Path
    lessons: Path
    templates: Path | None
    output: Path

    def shown(self, path: Path) -> Path:
        """A path as a teacher reads it: from the project's folder, where it lies there."""
        try:
            return path.resolve().relative_to(self.root.resolve())
        except ValueError:
            return path


class Place(NamedTuple):
    """Where a lesson stands: the title of its unit, its number there, and whether the unit is strict."""

    unit: str = ""
    number: int | None = None
    strict: bool = False


def find(folder: Path, output: Path | None = None, climb: bool = True) -> Project | None:
    """The project that a folder belongs to: the nearest one, here or above, with ``lessons`` and ``seeds``."""
    for root in (folder, *folder.parents) if climb else (folder,):
        if (root / "lessons").is_dir() and (root / "seeds").is_dir():
            templates = root / "templates"
            return Project(
                root,
                root / "seeds",
                root / "lessons",
                templates if templates.is_dir() else None,
                output or root / "output",
            )
    return None


def shipped(output: Path) -> Project:
    """The seeds and lessons that come with the program, with another place for the output."""
    return Project(places.HOME, places.SEEDS, places.LESSONS, None, output)


# --- its files ---------------------------------------------------------------------------------------

Beside = Mapping[str, tuple[bytes, Diagnostic | None]]  # files by their names: what they hold, or why it is not read


def named_files(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """The YAML files of a folder, each with an earlier one of the same name, if there is one."""
    seen: dict[str, Path] = {}
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".yaml", ".yml") and p.is_file()):
        yield path, seen.get(path.stem)
        seen.setdefault(path.stem, path)


def template_files(project: Project) -> Iterator[Path]:
    """The project’s own templates, those too that lie in a linked folder; of one that leads out only the link."""
    seen, root = set[Path](), project.root.resolve()
    for name, folders, files in os.walk(project.templates, followlinks=True) if project.templates else ():
        folder = Path(name).resolve()
        if folder in seen or not folder.is_relative_to(root):
            folders.clear()
            if folder not in seen:
                yield Path(name)
            continue
        seen.add(folder)
        folders.sort()
        yield from (path for path in (Path(name, file) for file in sorted(files)) if path.is_file())


def source_of(project: Project, path: Path) -> tuple[Source, list[Diagnostic]]:
    """A file of the project as a text; one that lies elsewhere, is too large or cannot be read is refused."""
    data, problem = bytes_of(project, path)
    return (Source(project.shown(path), ""), [problem]) if problem else decode(project.shown(path), data)


def bytes_of(project: Project, path: Path) -> tuple[bytes, Diagnostic | None]:
    """At most one byte more than may be read of an ordinary file below the project, or why it is not read."""
    empty = Source(project.shown(path), "").span()
    if not path.resolve().is_relative_to(project.root.resolve()):
        message = f"“{path.name}” leads out of the project"
        return b"", Diagnostic(
            empty, "outside-project", message, "Copy the file into the project instead of linking to it."
        )
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1), None
    except OSError as error:
        return b"", Diagnostic(empty, "unreadable", f"The file cannot be read: {error.strerror}")
