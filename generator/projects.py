"""A project on the disk: its folders, and everything in them read once."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator import nodes, places
from generator.audience import walk
from generator.characters import MAX_BYTES, decode
from generator.check import check_lesson, check_seed, check_unit, strictly
from generator.diagnostic import Diagnostic, did_you_mean, has_errors, in_order
from generator.figures import FigureSpec
from generator.house import HandoutsSpec, House
from generator.lessons import Lesson, LessonSpec, Unit, UnitSpec, cited_alone, fill
from generator.pictures import Picture, read_picture
from generator.records import SeedRecord
from generator.schema import S, load
from generator.seeds import Seed, hash_of, read_seed
from generator.source import Source
from generator.standards import Table, joined, table, table_problems

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


@dataclass(frozen=True)
class FileRead:
    """What was made of a file, and of what: as long as that is the same, it can be used again."""

    of: tuple[object, ...]
    what: Any
    title: str = ""
    problems: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a project holds: the lessons that can be built, those that cannot, and all that was objected to."""

    project: Project
    seeds: dict[str, Seed | None]
    lessons: dict[str, Lesson]
    broken: dict[str, str] = field(default_factory=dict)  # id → title, as far as it can be read
    diagnostics: tuple[Diagnostic, ...] = ()
    house: House = field(default_factory=House)
    units: dict[str, Unit] = field(default_factory=dict)
    made: Mapping[Path, FileRead] = field(default_factory=dict)  # of seeds and lessons, for the next reading

    def of(self, names: Sequence[str]) -> tuple[list[Diagnostic], list[str]]:
        """The problems that concern some lessons (all, when none is named): theirs and those of seeds and units."""
        if not names:
            return list(self.diagnostics), [*self.lessons]
        files = {f"{n}{e}" for n in names for e in (".yaml", ".yml")}
        theirs = [
            d
            for d in self.diagnostics
            if d.span.source.path.name in files
            or d.span.source.path.stem.endswith(".unit")
            or d.span.source.path.parent.name != self.project.lessons.name
        ]
        return theirs, [n for n in names if n in self.lessons]


def read(project: Project, before: Reading | None = None) -> Reading:
    """Read the house style and the seeds, then lessons against them, then units: all problems in one run.

    What is as it was ``before`` is taken over from there: the same seeds, the same lessons.
    """
    found: list[Diagnostic] = []
    known, made = before.made if before else {}, dict[Path, FileRead]()
    house = _house(project, found)
    if before and before.house == house:
        house = before.house
    library = dict(_library(project, found, known, made))
    units = dict(_units(project, found))
    strict = {str(name) for unit in units.values() if unit.strict for name in unit.lessons}
    numbered = {str(name): (str(u.title), n) for u in units.values() for n, name in enumerate(u.lessons, 1)}
    lessons: dict[str, Lesson] = {}
    broken: dict[str, str] = {}
    for path, twin in _named_files(project.lessons):
        if path.stem.endswith(".unit"):
            continue
        source, problems = _source(project, path)
        problems += _name_problems(source, path, twin)
        of = (source.text, numbered.get(path.stem), house, *library, *map(id, library.values()))
        if not problems and path in known and known[path].of == of:
            made[path] = known[path]
        else:
            lesson, title = _lesson(project, path.stem, numbered.get(path.stem), source, library, house, problems)
            again = of if lesson and not lesson.exhibits else ()  # a picture, or what was missing, may have changed
            made[path] = FileRead(again, lesson, title, tuple(problems))
        lesson, title, problems = made[path].what, made[path].title, list(made[path].problems)
        problems = strictly(problems) if path.stem in strict else problems
        if lesson and not has_errors(problems):
            lessons[path.stem] = lesson
        elif is_lesson_id(path.stem) and not twin:
            broken[path.stem] = title
        found += problems
    filled = {id: _unit(id, spec, lessons, broken, house, found) for id, spec in units.items()}
    return Reading(project, library, lessons, broken, tuple(in_order(found)), house, filled, made)


def _name_problems(source: Source, path: Path, twin: Path | None) -> Iterator[Diagnostic]:
    if not is_lesson_id(path.stem):
        yield Diagnostic(
            source.span(),
            "bad-name",
            f"“{path.name}” cannot be the name of a lesson",
            "Name the file with small letters, figures and hyphens only: my-lesson.yaml.",
        )
    if twin:
        yield _same_name(source, path, twin)


def _same_name(source: Source, path: Path, twin: Path) -> Diagnostic:
    return Diagnostic(
        source.span(), "same-name", f"“{path.name}” has the same name as “{twin.name}”", "Rename one of them."
    )


def _house(project: Project, found: list[Diagnostic]) -> House:
    """``handouts.yaml`` and ``standards.yaml``, where a project has them."""
    house = House()
    for path in (project.root / "handouts.yaml", project.root / "standards.yaml"):
        if path.is_file():
            source, problems = _source(project, path)
            if path.name == "handouts.yaml":
                choices = _load(HandoutsSpec, source, problems)
                house = replace(house, paper=choices.paper, limits=choices.thresholds) if choices else house
            elif own := _load(Table, source, problems):
                problems += table_problems(own, table())
                house = replace(house, standards=joined(table(), own))
            found += problems
    return house


def _named_files(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """The YAML files of a folder, each with an earlier one of the same name, if there is one."""
    seen: dict[str, Path] = {}
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".yaml", ".yml") and p.is_file()):
        yield path, seen.get(path.stem)
        seen.setdefault(path.stem, path)


def _source(project: Project, path: Path) -> tuple[Source, list[Diagnostic]]:
    """A file of the project as a text; one that lies elsewhere, is too large or cannot be read is refused."""
    data, problem = _bytes(project, path)
    return (Source(project.shown(path), ""), [problem]) if problem else decode(project.shown(path), data)


def _bytes(project: Project, path: Path) -> tuple[bytes, Diagnostic | None]:
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


def _load(model: type[S], source: Source, problems: list[Diagnostic]) -> S | None:
    if has_errors(problems):
        return None
    made, more = load(model, source)
    problems += more
    return made


def _library(
    project: Project, found: list[Diagnostic], known: Mapping[Path, FileRead], made: dict[Path, FileRead]
) -> Iterator[tuple[str, Seed | None]]:
    for path, twin in _named_files(project.seeds):
        source, problems = _source(project, path)
        if twin:
            found.append(_same_name(source, path, twin))
            continue
        of = (source.text, *_articles(path))
        if not problems and path in known and known[path].of == of:
            made[path] = known[path]
        else:
            record = _load(SeedRecord, source, problems)
            seed = _seed(project, path, record, problems) if record else None
            if seed:
                problems += check_seed(seed)
                if has_errors(problems):
                    seed = None  # what is not proven is not printed
            made[path] = FileRead(of, seed if seed and seed.article.body else None, problems=tuple(problems))
        found += made[path].problems
        yield path.stem, made[path].what


def _articles(record: Path) -> Iterator[tuple[str, int, int]]:
    """The files beside a record, each with the time of its last change and its size: one of them is its article."""
    for path in sorted(record.parent.glob("*.txt")):
        with contextlib.suppress(OSError):
            yield path.name, path.stat().st_mtime_ns, path.stat().st_size


def _seed(project: Project, path: Path, record: SeedRecord, problems: list[Diagnostic]) -> Seed | None:
    if not re.fullmatch(r"[\w][\w.-]{0,100}", record.text):
        problems.append(
            Diagnostic(
                record.text.span,
                "outside-project",
                f"“{record.text}” is not the name of a file beside the record",
                "Put the article into the same folder and write its file name only.",
            )
        )
        return None
    article = path.parent / record.text
    if not article.is_file():
        near = did_you_mean(record.text, [p.name for p in path.parent.glob("*.txt")])
        problems.append(
            Diagnostic(
                record.text.span,
                "seed-missing",
                f"There is no file “{record.text}” beside the record",
                near or "Put the article there, byte for byte as it came.",
            )
        )
        return None
    data, problem = _bytes(project, article)
    text, more = decode(project.shown(article), data) if problem is None else (None, [problem])
    if text is None or has_errors(more):
        problems += more
        return None
    seed, more = read_seed(path.stem, record, text, hash_of(data))
    problems += more
    return None if any(d.rule in ("seed-changed", "seed-empty") for d in more) else seed


def _lesson(
    project: Project,
    id: str,
    place: tuple[str, int] | None,
    source: Source,
    library: dict[str, Seed | None],
    house: House,
    problems: list[Diagnostic],
) -> tuple[Lesson | None, str]:
    """The lesson, if it can be built, and its title; every problem goes into ``problems``.

    ``place``: the title of its unit and its number there, if it is in one.
    """
    if has_errors(problems):
        return None, id
    spec = _load(LessonSpec, source, problems)
    if spec is None:
        root, _ = nodes.read(source)
        problems += cited_alone(root, library) if root is not None else []
        return None, id
    pictures = dict(_pictures(project, spec, problems))
    lesson, whole, more = fill(id, spec, source, library, pictures)
    if place:
        lesson = replace(lesson, unit=place[0], number=place[1])
    problems += more
    problems += check_lesson(lesson, house, whole)
    return lesson if whole else None, str(spec.title)


def _pictures(project: Project, spec: LessonSpec, found: list[Diagnostic]) -> Iterator[tuple[str, Picture | None]]:
    """The pictures that a lesson names; one that cannot be printed is reported at its name."""
    for figure in walk(spec.documents, FigureSpec):
        if figure.image is not None:
            made = read_picture(project.root, figure.image)
            found += [made] if isinstance(made, Diagnostic) else []
            yield str(figure.image), made if isinstance(made, Picture) else None


def _units(project: Project, found: list[Diagnostic]) -> Iterator[tuple[str, UnitSpec]]:
    for path, _ in _named_files(project.lessons):
        if path.stem.endswith(".unit"):
            source, problems = _source(project, path)
            unit = _load(UnitSpec, source, problems)
            found += problems
            if unit:
                yield path.stem.removesuffix(".unit"), unit


def _unit(
    id: str,
    spec: UnitSpec,
    lessons: dict[str, Lesson],
    broken: dict[str, str],
    house: House,
    found: list[Diagnostic],
) -> Unit:
    """Put the lessons of a unit together; and check it, when all of them are whole."""
    for name in spec.lessons:
        if str(name) not in lessons and str(name) not in broken:
            found.append(
                Diagnostic(
                    name.span,
                    "no-such-lesson",
                    f"There is no lesson “{name}”",
                    did_you_mean(name, lessons) or "Write the lesson’s file name without “.yaml”.",
                )
            )
    unit = Unit(id, spec, tuple(lessons[str(n)] for n in spec.lessons if str(n) in lessons))
    if len(unit.lessons) == len(spec.lessons):
        objections = check_unit(unit, house)
        objections = strictly(objections) if spec.strict else objections
        for lesson in unit.lessons:
            if has_errors(d for d in objections if d.span.source is lesson.source):
                broken[lesson.id] = str(lessons.pop(lesson.id).spec.title)
        found += objections
    return unit
