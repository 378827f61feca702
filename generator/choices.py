"""What can be chosen on the command line, and what it means: names, files, lists with commas become values."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.console import Door, say, usage
from generator.diagnostic import did_you_mean

if TYPE_CHECKING:
    from generator.build import Options
    from generator.cache import Cache
    from generator.editions import Version
    from generator.looks import Make, Paper
    from generator.projects import Project
    from generator.reader import Reading
    from generator.staff import Ahead


class PaperName(StrEnum):
    letter = "letter"
    a4 = "a4"


ProjectDir = Annotated[
    Path | None,
    typer.Option(
        "--project", metavar="DIR", help="The project’s folder; by default the nearest one upwards from here."
    ),
]
OutputDir = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="Where handouts go; by default “output” in the project.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but problems.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name every file, also those that did not change.")]
EditionOption = Annotated[
    str | None,
    typer.Option(
        "--edition",
        help="Some of the editions, with commas: student, side-a, side-b, supports, supports-a, supports-b, "
        "stations, slips, key, teacher. By default, all that the lesson has.",
    ),
]
FormatOption = Annotated[str, typer.Option("--format", help="html, pdf, docx (for Word), or several with commas.")]
PaperOption = Annotated[
    PaperName | None, typer.Option("--paper", help="letter or a4; by default what handouts.yaml says.")
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="CODE",
        help="The language of the labels (“Name”, “Date” …): en, es or zh-Hans; by default that of each lesson.",
    ),
]
ProfileOption = Annotated[
    str,
    typer.Option("--profile", help="standard, large-print, dyslexia, or several with commas: other type, same lines."),
]
OneSided = Annotated[
    bool, typer.Option("--one-sided", help="For copies on one side: no Notes pages, the same margin on all pages.")
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=0, max=64, help="How many handouts are made at a time; 0: as many as processors."),
]
RosterOption = Annotated[
    Path | None,
    typer.Option("--roster", metavar="FILE", help="A list of the class (CSV): a PDF with each student’s name on it."),
]
Each = Annotated[bool, typer.Option("--each", help="With --roster: a file for each student, not one for the printer.")]
Anonymous = Annotated[
    bool, typer.Option("--anonymous-files", help="With --roster: a file for each, called by number and not by name.")
]
Substitute = Annotated[
    bool,
    typer.Option(
        "--substitute", help="Also a sheet for the colleague who stands in, with the class if there is a list."
    ),
]
Versions = Annotated[
    int | None,
    typer.Option("--versions", min=2, max=8, help="So many orders of a lesson, for neighbors; a key for each."),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=9999, help="What the orders are drawn by: the same seed, the same orders. It is 1."
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LESSON]...", help="Lessons by name or file; all, where none is given.", show_default=False
    ),
]


# --- what it means -----------------------------------------------------------------------------------


def found_project(door: Door) -> Project | None:
    from generator import projects

    if not gc.get_freeze_count():
        gc.freeze()  # what was imported until now is no garbage
    if door.project and not door.project.is_dir():
        usage(f"There is no folder {door.project}.")
    return projects.find((door.project or Path.cwd()).resolve(), door.output, climb=door.project is None)


def the_project(door: Door) -> Project:
    found = found_project(door)
    if not found:
        usage("There is no project here. “counterpoint init FOLDER” makes one.")
    return found


def read(
    door: Door,
    lessons: list[str] | None,
    ahead: Ahead | None = None,
    is_new: Callable[[Project], bool] = lambda project: False,
) -> tuple[Reading, list[str]]:
    """What the project holds, and the names of the lessons asked for. Who presses gets ready ``ahead``, where something
    is new, or all that is to be made of it."""
    from generator import projects

    project, cache = found_project(door), the_cache()
    if project is None:
        if door.project:
            usage(f"{door.project} holds no project: it lacks “lessons” and “seeds”.")
        project = projects.shipped(door.output or Path.cwd() / "output")
        if not door.quiet:
            say("No project here: using the lessons that come with Counterpoint. “counterpoint init FOLDER” makes one.")
    if ahead:
        cache = replace(cache, missed=ahead.begin)
        if is_new(project):
            ahead.begin()

    from generator import reader  # later than a process that gets ready, which needs none of it

    reading = reader.read(project, cache=cache)
    known = [*reading.lessons, *reading.broken]
    names = [_named(name, known, project) for name in lessons or ()]
    return reading, list(dict.fromkeys(names))


def _named(name: str, known: list[str], project: Project) -> str:
    """A lesson's name from what was typed: its name, or its file."""
    path = Path(name)
    id = path.stem if path.suffix in (".yaml", ".yml") else name
    if path.suffix and path.is_file() and path.resolve().parent != project.lessons.resolve():
        usage(f"{name} lies outside {project.shown(project.lessons)}; put it there first.")
    if id not in known:
        usage(f"There is no lesson “{name}”. {did_you_mean(id, known) or 'There are ' + ', '.join(known) + '.'}")
    return id


def lesson_file(project: Project, name: str) -> Path:
    path = project.lessons / f"{Path(name).stem}.yaml"
    if not path.is_file():
        usage(f"There is no lesson “{name}”. {did_you_mean(name, [p.stem for p in project.lessons.glob('*.yaml')])}")
    return path


def unit_id(name: str) -> str:
    """A unit’s name from what was typed: its name, or its file."""
    return Path(name).name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".unit")


def unit_named(reading: Reading, name: str | None) -> str:
    """The unit that was asked for; without a name, the only one."""
    known = list(reading.plans)
    if name is None and len(known) == 1:
        return known[0]
    if not known:
        usage("There is no unit here: a file such as lessons/my-unit.unit.yaml names its lessons in order.")
    id = unit_id(name or "")
    if id not in known:
        usage(
            f"There is no unit “{name}”. {did_you_mean(id, known) or 'There are ' + ', '.join(known) + '.'}"
            if name
            else f"Which unit? There are {', '.join(known)}."
        )
    return id


def lessons_of(names: list[str], given: str | None) -> list[str]:
    """Some lessons of a unit in its order, from numbers, ranges of them, and names."""
    wanted = set[str]()
    for part in filter(None, (part.strip() for part in (given or "").split(","))):
        first, dash, last = part.partition("-")
        if part in names:
            wanted.add(part)
        elif first.isdecimal() and (last or (first if not dash else "")).isdecimal():
            numbers = range(int(first), int(last or first) + 1)
            if not numbers or numbers[0] < 1 or numbers[-1] > len(names):
                usage(f"--lessons cannot be “{part}”: the unit has lessons 1 to {len(names)}.")
            wanted |= {names[number - 1] for number in numbers}
        else:
            usage(f"The unit has no lesson “{part}”. {did_you_mean(part, names) or 'It has ' + ', '.join(names) + '.'}")
    return [name for name in names if name in wanted] or names


def versions_of(versions: int | None, seed: int | None) -> tuple[Version | None, ...]:
    """The versions that were asked for; the lesson as it is written, where none were."""
    from generator.editions import Version

    if versions is None and seed is not None:
        usage("--seed draws the orders of --versions: say how many, as in --versions 2.")
    return (
        tuple(Version(number, 1 if seed is None else seed) for number in range(1, versions + 1))
        if versions
        else (None,)
    )


def some_of(given: str, allowed: tuple[str, ...], option: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in given.split(",") if part.strip())
    for part in chosen:
        if part not in allowed:
            usage(f"{option} cannot be “{part}”: it takes {', '.join(allowed)}, or several with commas.")
    return tuple(dict.fromkeys(chosen)) or allowed


def formats_of(given: str) -> tuple[str, ...]:
    return some_of(given, ("html", "pdf", "docx"), "--format")


def _known_language(code: str | None) -> None:
    if code is None:
        return
    from generator.labels import available, table_of

    if table_of(code) is None:
        usage(f"--language cannot be “{code}”: there are labels in {', '.join(available())}.")


def print_run(
    edition: str | None,
    format: str,
    profile: str,
    language: str | None,
    jobs: int = 0,
    make: Make = "plain",
    two_sided: bool = True,
) -> Callable[[Paper], Options]:
    """The choices of a print run as they were typed; the paper may be known only when the project has been read."""
    from generator.editions import EDITIONS
    from generator.looks import PROFILES, Look

    editions = tuple(e for e in EDITIONS if e in some_of(edition or "", EDITIONS, "--edition"))
    formats, profiles = formats_of(format), some_of(profile, PROFILES, "--profile")
    _known_language(language)

    def on(paper: Paper) -> Options:
        from generator.build import Options
        from generator.staff import cores

        looks = tuple(Look(paper, p, make, two_sided) for p in PROFILES if p in profiles)
        return Options(editions, formats, looks, language or "", jobs or cores(), the_cache())

    return on


def the_cache() -> Cache:
    from generator import cache

    return cache.Cache(cache.folder())
