"""Everything in a project, read once: the house style, the seeds, lessons against them, units; all problems in one run.

Of a file that is as it was, and so is all that it is read with, it is known from before what is wrong with it and what
has to be said of it; what it holds is then read when somebody asks for it. What editors say of a lesson and does not
stop it is found out when somebody asks for that: its pages are drawn before.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from generator import engine
from generator.cache import NOTHING_KEPT, Cache, digest_of
from generator.diagnostic import Diagnostic, did_you_mean, has_errors, in_order, packed, unpacked
from generator.house import HandoutsSpec, House
from generator.projects import Beside, Place, Project, bytes_of, is_lesson_id, named_files, source_of
from generator.schema import load_unless
from generator.source import Source
from generator.spec import UnitSpec
from generator.standards import Table, joined, table, table_problems

if TYPE_CHECKING:
    from generator.editions import Edition
    from generator.lessons import Lesson, Unit
    from generator.seeds import Seed

T = TypeVar("T")
Problems = list[Diagnostic]


class Later(Mapping[str, T]):
    """Values by their names, each made when somebody asks for it."""

    def __init__(self, makers: Mapping[str, Callable[[], T]]) -> None:
        self._makers = dict(makers)

    def __getitem__(self, name: str) -> T:
        return self._makers[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(frozen=True)
class About:
    """What has to be known of a file even where nobody asks what it holds."""

    whole: bool = False  # nothing is wrong that keeps it from being used
    title: str = ""
    language: str = ""
    editions: tuple[Edition, ...] = ()
    number: int | None = None
    revision: str = ""


@dataclass(frozen=True)
class Entry(Generic[T]):
    """A file of the project: what is said of it, what is wrong with it, and what it holds."""

    recipe: str  # a digest of all that it was made of; empty, where that cannot be told beforehand
    source: Source
    about: About
    problems: tuple[Diagnostic, ...]
    make: Callable[[], T | None]
    remarks: Callable[[], tuple[Diagnostic, ...]]  # what editors say of it, where they cannot stop it


@dataclass(frozen=True)
class Reading:
    """What a project holds: the lessons that can be built, those that cannot, and all that is objected to."""

    project: Project
    seeds: Mapping[str, Seed | None]
    lessons: Mapping[str, Lesson]
    broken: dict[str, str] = field(default_factory=dict)  # id → title, as far as it can be read
    found: tuple[Diagnostic, ...] = ()  # what was objected to when it was read
    house: House = field(default_factory=House)
    units: Mapping[str, Unit] = field(default_factory=dict)
    plans: Mapping[str, UnitSpec] = field(default_factory=dict)  # what the units’ files say
    entries: Mapping[str, Entry[Lesson]] = field(default_factory=dict)  # of the lessons that can be built
    files: Mapping[Path, Entry[Any]] = field(default_factory=dict)  # of all, for the next reading

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was objected to, and what editors say."""
        return tuple(in_order([*self.found, *(said for entry in self.files.values() for said in entry.remarks())]))

    def of(self, names: Sequence[str]) -> list[Diagnostic]:
        """The problems that concern some lessons (all, when none is named): theirs and those of seeds and units."""
        if not names:
            return list(self.diagnostics)
        files = {f"{n}{e}" for n in names for e in (".yaml", ".yml")}

        def concerns(path: Path) -> bool:
            is_lesson = path.parent.name == self.project.lessons.name and not path.stem.endswith(".unit")
            return path.name in files or not is_lesson

        theirs = [d for d in self.found if concerns(d.span.source.path)]
        theirs += (said for path, entry in self.files.items() if concerns(path) for said in entry.remarks())
        return in_order(theirs)


def read(project: Project, before: Reading | None = None, cache: Cache = NOTHING_KEPT) -> Reading:
    """Read the house style and the seeds, then lessons against them, then units: all problems in one run.

    What is as it was ``before`` is taken over from there: the same seeds, the same lessons.
    """
    return _Reader(project, before.files if before else {}, cache).all()


class _Reader:
    """One reading of a project."""

    def __init__(self, project: Project, before: Mapping[Path, Entry[Any]], cache: Cache) -> None:
        self.project, self.before, self.cache = project, before, cache
        self.files: dict[Path, Entry[Any]] = {}
        self.found: Problems = []
        self.house, self.rules = House(), ""  # the text of the house style: lessons are read by it

    def all(self) -> Reading:
        self._house()
        seeds = dict(self._seeds())
        library = Later({name: entry.make for name, entry in seeds.items()})
        units = list(self._units())
        lessons: dict[str, Entry[Lesson]] = {}
        broken: dict[str, str] = {}
        for id, usable, entry in self._lessons(seeds, library, units):
            if entry.about.whole:
                lessons[id] = entry
            elif usable:
                broken[id] = entry.about.title
            self.found += entry.problems
        filled = {path.stem.removesuffix(".unit"): self._unit(path, s, u, lessons, broken) for path, s, u in units}
        plans = {path.stem.removesuffix(".unit"): spec for path, _, spec in units}
        self.before = {}  # or each reading would hold the one before it
        made = Later({id: cast("Callable[[], Lesson]", entry.make) for id, entry in lessons.items()})
        found = tuple(self.found)
        return Reading(
            self.project, library, made, broken, found, self.house, Later(filled), plans, lessons, self.files
        )

    # --- one file -------------------------------------------------------------------------------------

    def _entry(
        self,
        path: Path,
        source: Source,
        before: Problems,
        of: tuple[str, ...] | None,
        take: Callable[[Problems], tuple[T | None, About]],
        others: tuple[Source, ...] = (),
        remark: Callable[[T], Problems] | None = None,
    ) -> Entry[T]:
        """What a file holds and what is said of it: as it was before, if it is made ``of`` the same.

        ``before``: what was wrong with it before it was read. ``of``: all that has a part in it besides its own text;
        ``None`` where more may have. ``others``: further sources at which a problem may be found. ``remark``: says what
        else there is to say of what it holds.
        """
        recipe = "" if before or of is None else digest_of(engine.of_pages(), str(source.path), source.text, *of)
        if recipe and path in self.before and self.before[path].recipe == recipe:
            self.files[path] = self.before[path]
            return self.files[path]

        @cache
        def taken() -> tuple[T | None, About, Problems]:
            found = list(before)
            return *take(found), found

        sources = (source, *others)

        def keep(about: About, problems: Problems, said: Problems | None) -> None:
            with contextlib.suppress(ValueError):  # a problem at another source is told by reading again
                parts = asdict(about), packed(problems, sources), None if said is None else packed(said, sources)
                if recipe:
                    self.cache.keep(json.dumps(parts).encode(), "read", recipe)

        @cache
        def remarks() -> tuple[Diagnostic, ...]:
            made, about, problems = taken()
            said = remark(made) if remark and made is not None else []
            keep(about, problems, said)
            return tuple(said)

        kept = self.cache.found("read", recipe) if recipe else None
        if kept is None:
            made, about, problems = taken()
            later = remark is not None and made is not None
            keep(about, problems, None if later else [])
            known: Callable[[], tuple[Diagnostic, ...]] = remarks if later else tuple
        else:
            told, wrong, said = json.loads(kept)
            about = About(**{**told, "editions": tuple(told["editions"])})
            problems = list(unpacked(wrong, sources))
            known = remarks if said is None else partial(tuple, [*unpacked(said, sources)])
        self.files[path] = Entry(recipe, source, about, tuple(problems), lambda: taken()[0], known)
        return self.files[path]

    # --- kinds of files -------------------------------------------------------------------------------

    def _house(self) -> None:
        """``handouts.yaml`` and ``standards.yaml``, where a project has them."""
        for path in (self.project.root / "handouts.yaml", self.project.root / "standards.yaml"):
            if path.is_file():
                source, problems = source_of(self.project, path)
                self.rules = digest_of(self.rules, path.name, source.text)
                if path.name == "handouts.yaml":
                    choices = load_unless(problems, HandoutsSpec, source)
                    if choices:
                        self.house = replace(self.house, paper=choices.paper, limits=choices.thresholds)
                elif own := load_unless(problems, Table, source):
                    problems += table_problems(own, table())
                    self.house = replace(self.house, standards=joined(table(), own))
                self.found += problems

    def _seeds(self) -> Iterator[tuple[str, Entry[Seed]]]:
        # Whatever lies beside a record may be its article.
        files = (path for path in sorted(self.project.seeds.iterdir()) if path.is_file())
        there = {path.name: bytes_of(self.project, path) for path in files}
        beside = tuple(digest_of(name, data, no.message if no else "") for name, (data, no) in there.items())
        for path, twin in named_files(self.project.seeds):
            source, problems = source_of(self.project, path)
            if twin:
                self.found.append(_same_name(source, path, twin))
                continue
            entry = self._entry(path, source, problems, beside, partial(self._seed, path, source, there))
            self.found += entry.problems
            yield path.stem, entry

    def _seed(self, path: Path, source: Source, beside: Beside, found: Problems) -> tuple[Seed | None, About]:
        from generator.intake import taken_seed

        seed = taken_seed(self.project, path, source, beside, found)
        return seed, About(whole=seed is not None)

    def _lessons(
        self,
        seeds: Mapping[str, Entry[Seed]],
        library: Mapping[str, Seed | None],
        units: list[tuple[Path, Source, UnitSpec]],
    ) -> Iterator[tuple[str, bool, Entry[Lesson]]]:
        """Each lesson by its name; and whether that can be the name of one."""
        strict = {str(name) for _, _, unit in units if unit.strict for name in unit.lessons}
        places = {
            str(name): Place(str(unit.title), number, str(name) in strict)
            for _, _, unit in units
            for number, name in enumerate(unit.lessons, 1)
        }
        by = [self.rules, *(f"{name} {entry.recipe}" for name, entry in seeds.items())]
        for path, twin in named_files(self.project.lessons):
            if path.stem.endswith(".unit"):
                continue
            id, place = path.stem, places.get(path.stem, Place())
            source, problems = source_of(self.project, path)
            problems += _name_problems(source, path, twin)
            # A picture may change while its lesson does not; and with a backslash one can spell “image”.
            known = not re.search(r"image|\\", source.text) and all(entry.recipe for entry in seeds.values())
            take = partial(self._lesson, id, place, source, library)
            of = (repr(place), *by) if known else None
            entry = self._entry(path, source, problems, of, take, remark=None if place.strict else self._remark)
            yield id, is_lesson_id(id) and not twin, entry

    def _lesson(
        self,
        id: str,
        place: Place,
        source: Source,
        library: Mapping[str, Seed | None],
        found: Problems,
    ) -> tuple[Lesson | None, About]:
        from generator.intake import taken_lesson
        from generator.selection import editions_of

        lesson, title = taken_lesson(self.project, id, place, source, library, self.house, found)
        if lesson is None or has_errors(found):
            return lesson, About(title=title)
        spec = lesson.spec
        return lesson, About(True, title, str(spec.language), editions_of(spec), lesson.number, lesson.revision)

    def _remark(self, lesson: Lesson) -> Problems:
        from generator.intake import remarks

        return remarks(lesson, self.house)

    def _units(self) -> Iterator[tuple[Path, Source, UnitSpec]]:
        for path, _ in named_files(self.project.lessons):
            if path.stem.endswith(".unit"):
                source, problems = source_of(self.project, path)
                unit = load_unless(problems, UnitSpec, source)
                self.found += problems
                if unit:
                    yield path, source, unit

    def _unit(
        self,
        path: Path,
        source: Source,
        spec: UnitSpec,
        lessons: dict[str, Entry[Lesson]],
        broken: dict[str, str],
    ) -> Callable[[], Unit]:
        """Put the lessons of a unit together; and check it, when all of them are whole."""
        for name in spec.lessons:
            if str(name) not in lessons and str(name) not in broken:
                hint = did_you_mean(name, lessons) or "Write the lesson’s file name without “.yaml”."
                self.found.append(Diagnostic(name.span, "no-such-lesson", f"There is no lesson “{name}”", hint))
        there = {str(name): lessons[str(name)] for name in spec.lessons if str(name) in lessons}

        @cache
        def unit() -> Unit:
            from generator.lessons import Lesson, Unit

            return Unit(path.stem.removesuffix(".unit"), spec, tuple(cast(Lesson, e.make()) for e in there.values()))

        def take(found: Problems) -> tuple[Unit, About]:
            from generator.intake import unit_problems

            found += unit_problems(unit(), self.house)
            return unit(), About(whole=True)

        if len(there) == len(spec.lessons):
            recipes = [entry.recipe for entry in there.values()]
            sources = tuple(entry.source for entry in there.values())
            of = (self.rules, *recipes) if all(recipes) else None
            problems = self._entry(path, source, [], of, take, sources).problems
            for id, entry in there.items():
                if has_errors(d for d in problems if d.span.source is entry.source):
                    broken[id] = lessons.pop(id).about.title
            self.found += problems
        return unit


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
