"""The teacher's door: arguments become one call, problems become text and an exit code."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from generator import __version__
from generator.diagnostic import counted

if TYPE_CHECKING:
    from generator.build import Built, Options
    from generator.cache import Cache
    from generator.diagnostic import Diagnostic
    from generator.looks import Make, Paper
    from generator.printshop import Staff
    from generator.projects import Project
    from generator.reader import Reading
    from generator.versions import Version

OK, PROBLEMS, USAGE, NOT_READY, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="counterpoint",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Turn lessons in YAML into handouts whose every quotation is proven.",
)


class Form(StrEnum):
    full = "full"
    concise = "concise"
    json = "json"
    github = "github"


class Ledger(StrEnum):
    table = "table"
    json = "json"


class PaperName(StrEnum):
    letter = "letter"
    a4 = "a4"


@dataclass
class Door:
    """The choices that every command shares."""

    project: Path | None = None
    output: Path | None = None
    quiet: bool = False
    verbose: bool = False


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


def _version(wanted: bool) -> None:
    if wanted:
        print(f"counterpoint {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the program’s version.")
    ] = False,
) -> None:
    """Turn lessons in YAML into handouts whose every quotation is proven."""


# --- commands ----------------------------------------------------------------------------------------


@app.command()
def build(
    lessons: Names = None,
    edition: EditionOption = None,
    format: FormatOption = "html,pdf",
    paper: PaperOption = None,
    language: LanguageOption = None,
    profile: ProfileOption = "standard",
    fillable: Annotated[
        bool, typer.Option("--fillable", help="PDFs whose ruled lines are fields to type into.")
    ] = False,
    booklet: Annotated[
        bool, typer.Option("--booklet", help="PDFs of half-size pages, two on a side, to fold and staple.")
    ] = False,
    one_sided: Annotated[
        bool, typer.Option("--one-sided", help="For copies on one side: no Notes page, the same margin on all pages.")
    ] = False,
    versions: Versions = None,
    seed: Seed = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", min=0, max=64, help="How many handouts are made at a time; 0: as many as processors."
        ),
    ] = 0,
    roster: RosterOption = None,
    each: Each = False,
    anonymous_files: Anonymous = False,
    substitute: Substitute = False,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Let a Dask cluster make the files: tcp://10.0.0.1:8786."),
    ] = None,
    project: ProjectDir = None,
    output: OutputDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make the handouts of some lessons, or of all."""
    from generator.build import build as build_all
    from generator.failures import NoPress

    door = Door(project, output, quiet, verbose)
    if fillable + booklet + one_sided > 1:
        _usage("Choose one of --fillable, --booklet and --one-sided: each makes another kind of page.")
    if (fillable or booklet) and "pdf" not in _formats(format):
        _usage("--fillable and --booklet make PDFs: take --format html away.")
    drawn = _drawn(versions, seed)
    make: Make = "booklet" if booklet else "fillable" if fillable else "plain"
    choose = _chosen(edition, format, profile, language, jobs, make, not one_sided)
    give_out = _class(roster, each, anonymous_files, substitute)
    if give_out and not lessons:
        _usage("--roster makes copies of the lessons that you name: counterpoint build LESSON --roster FILE.")
    if give_out and (fillable or booklet or edition or "," in profile):
        _usage("--roster makes students’ copies, plain ones, of one profile: leave the other choice away.")
    reading, names = _read(door, lessons)
    theirs, _ = reading.of(names)
    options = choose(paper.value if paper else reading.house.paper)
    options = replace(options, versions=drawn)
    if give_out:
        good = [name for name in names if name in reading.entries]
        give_out(reading, [("", (name,), "") for name in good], theirs, options, door)
    with _cluster(cluster) as others, _progress(door) as progress:
        try:
            built = build_all(reading, names, replace(options, others=others), progress)
            for name in (names or reading.entries) if substitute else ():
                built = _with_sheet(built, reading, "", (name,), options)
        except NoPress as error:  # asked when a page has to be pressed: WeasyPrint takes long to import
            _tell(theirs, door, "full")
            _no_press(str(error))
    _told(built, theirs, door, lambda found: _summary(reading, names, built, found, door))


@app.command()
def packet(
    unit: Annotated[
        str | None, typer.Argument(metavar="[UNIT]", help="The unit’s name; needed where there are several.")
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option(
            "--edition", help="Some packets, with commas: student, side-a, side-b, key, teacher. By default all."
        ),
    ] = None,
    lessons: Annotated[
        str | None,
        typer.Option("--lessons", help="Some of its lessons, by number or name, with commas: 1-3,public-or-quiet."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option("--only", help="Of students’ pages: readings (the documents), or questions (all else)."),
    ] = None,
    format: FormatOption = "html,pdf",
    paper: PaperOption = None,
    language: LanguageOption = None,
    profile: ProfileOption = "standard",
    one_sided: Annotated[
        bool, typer.Option("--one-sided", help="For copies on one side: no Notes pages, the same margin on all pages.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", min=0, max=64, help="How many handouts are made at a time; 0: as many as processors."
        ),
    ] = 0,
    versions: Versions = None,
    seed: Seed = None,
    roster: RosterOption = None,
    each: Each = False,
    anonymous_files: Anonymous = False,
    substitute: Substitute = False,
    project: ProjectDir = None,
    output: OutputDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Bind the handouts of a unit into one file, with a cover, contents, glossary and sources."""
    from generator import packets
    from generator.failures import NoPress
    from generator.packet import KINDS, TEACHERS

    door = Door(project, output, quiet, verbose)
    if "docx" in _formats(format):
        _usage("A packet is a PDF or a page: take docx out of --format, and make Word documents of its lessons.")
    choose = _chosen(None, format, profile, language, jobs, "plain", not one_sided)
    some = _choices(only or "", ("readings", "questions"), "--only")
    asked = _choices(edition or "", tuple(KINDS), "--edition")
    if len(some) == 1 and edition and set(TEACHERS) & set(asked):
        _usage("--only chooses among students’ pages: leave key and teacher out of --edition.")
    drawn = _drawn(versions, seed)
    give_out = _class(roster, each, anonymous_files, substitute)
    if give_out and edition:
        _usage("With --roster, the list says who gets which packet: leave --edition away.")
    reading, _ = _read(door, None)
    plan = _unit(reading, unit)
    names = [str(name) for name in reading.plans[plan].lessons]
    chosen = _lessons_of(names, lessons)
    kinds = packets.kinds_of(reading, chosen)
    kinds = tuple(k for k in kinds if k in asked and (len(some) == 2 or k not in TEACHERS))
    if not kinds:
        _usage(f"No lesson of “{plan}” has sides: there is no packet for one.")
    parts = (
        ["-".join(["lessons", *(str(names.index(name) + 1) for name in chosen)])] if len(chosen) < len(names) else []
    )
    wanted = packets.Wanted(plan, kinds, tuple(chosen), ".".join([*parts, *(some if len(some) == 1 else ())]))
    theirs, _ = reading.of(chosen)
    options = choose(paper.value if paper else reading.house.paper)
    options = replace(options, versions=drawn, readings="readings" in some, questions="questions" in some)
    if give_out:
        give_out(reading, [(plan, tuple(chosen), wanted.chosen)], theirs, options, door)
    with _progress(door) as progress:
        try:
            built = packets.packets(reading, wanted, options, progress)
            if substitute:
                built = _with_sheet(built, reading, plan, tuple(chosen), options)
        except NoPress as error:
            _tell(theirs, door, "full")
            _no_press(str(error))
    _told(built, theirs, door)


@app.command()
def watch(
    edition: EditionOption = None,
    format: FormatOption = "html,pdf",
    paper: PaperOption = None,
    profile: ProfileOption = "standard",
    language: LanguageOption = None,
    project: ProjectDir = None,
    output: OutputDir = None,
    quiet: Quiet = False,
) -> None:
    """Make the handouts again whenever a file is saved. Ctrl-C ends it."""
    from generator import workbench
    from generator.build import build as build_all

    door = Door(project, output, quiet)
    choose = _chosen(edition, format, profile, language)
    home = _project(door)
    if "pdf" in _formats(format):
        _require_weasyprint()
    with _until_stopped():
        for turn in workbench.turns(home, _cache()):
            options = choose(paper.value if paper else turn.reading.house.paper)
            found = list(turn.reading.diagnostics)
            if turn.lessons:
                with _progress(door) as progress:
                    built = build_all(turn.reading, turn.lessons, options, progress)
                found += built.diagnostics
                for path in (made.path for made in built.made if made.changed and not quiet):
                    print(path, flush=True)
            _tell(found, door, "full")
            if not quiet:
                _say(f"{_counted(found)} Waiting for a change; Ctrl-C ends this.")


@app.command()
def serve(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where the page is on this computer; 0: any that is free.")
    ] = 8765,
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    edition: EditionOption = None,
    paper: PaperOption = None,
    profile: ProfileOption = "standard",
    language: LanguageOption = None,
    project: ProjectDir = None,
    output: OutputDir = None,
    quiet: Quiet = False,
) -> None:
    """Show the handouts in your browser, and follow what you save. For this computer only; Ctrl-C ends it."""
    import threading
    import webbrowser

    from generator import serve as serving
    from generator import workbench

    door = Door(project, output, quiet)
    choose = _chosen(edition, "html,pdf", profile, language, 1)
    home = _project(door)
    _require_weasyprint()
    shown = serving.Shown()
    follower = serving.Follower(shown)
    try:
        server = serving.server(shown, port)
    except OSError as error:
        _fail(f"The page cannot be shown at port {port}: {error.strerror}. Choose another with --port.")
    with _until_stopped(), server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{serving.HOST}:{server.server_port}/"
        for number, turn in enumerate(workbench.turns(home, _cache())):
            options = choose(paper.value if paper else turn.reading.house.paper)
            if number == 0:
                shown.show(turn.reading, options)
                print(address, flush=True)
                _say("Open this address in your browser. Ctrl-C ends this.")
                if open_it:
                    webbrowser.open(address)
            follower.follow(turn, options)
            if not quiet:
                _say(_counted(shown.problems()))


@app.command()
def check(
    lessons: Names = None,
    format: Annotated[Form, typer.Option("--format", help="How problems are printed.")] = Form.full,
    project: ProjectDir = None,
    quiet: Quiet = False,
) -> None:
    """Read everything and say what is wrong, without making handouts."""
    from generator.diagnostic import has_errors, report

    door = Door(project, quiet=quiet)
    reading, names = _read(door, lessons)
    found, good = reading.of(names)
    if found or format is Form.json:
        print(report(found, format.value))
    if format is Form.full and not door.quiet:
        _say(_counted(found) if found else f"{counted(len(good), 'lesson')}: nothing to object to.")
    raise typer.Exit(PROBLEMS if has_errors(found) else OK)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The lesson’s name: small letters, figures, hyphens.")],
    like: Annotated[
        str | None, typer.Option("--like", metavar="LESSON", help="Begin with a copy of this lesson.")
    ] = None,
    project: ProjectDir = None,
) -> None:
    """Begin a lesson: a short one with comments, which can be built at once."""
    from generator import desk
    from generator.projects import is_lesson_id

    home = _project(Door(project))
    if not is_lesson_id(name):
        _usage(f"“{name}” cannot be the name of a lesson: use small letters, figures and hyphens, as in my-lesson.")
    source = _lesson_file(home, like) if like else None
    try:
        path = desk.new_lesson(home, name, source)
    except FileExistsError as error:
        _usage(f"{home.shown(Path(str(error)))} is there already; choose another name.")
    except OSError as error:
        _fail(f"The lesson cannot be written: {error.strerror}")
    print(path)
    _say(f"Change it in your editor, then run: counterpoint build {name}")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
) -> None:
    """Make a project of your own, with the seeds and lessons to change."""
    from generator import desk

    try:
        made = desk.new_project(folder)
    except FileExistsError:
        _usage(f"{folder} holds a project already; choose another folder.")
    except OSError as error:
        _fail(f"The project cannot be written: {error.strerror}")
    print(folder)
    _say(f"{len(made)} files written. Next: open {folder}, change a lesson, and run “counterpoint build” there.")


@app.command()
def passages(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS]...", help="Words that the passage holds.")
    ] = None,
    seed: Annotated[str | None, typer.Option("--seed", help="Only passages of this seed.")] = None,
    project: ProjectDir = None,
) -> None:
    """Find a passage in the seeds, and print the YAML that cites it."""
    from generator import desk

    reading, _ = _read(Door(project), None)
    if seed and seed not in reading.seeds:
        _usage(f"There is no seed “{seed}”. {_near(seed, list(reading.seeds))}")
    found = list(desk.passages(reading, " ".join(words or ()), seed))
    for one in found:
        print(f"# {one.who}")
        print(textwrap.fill(one.text, desk.terminal_width() - 2, initial_indent="# ", subsequent_indent="# "))
        print(one.yaml, end="\n\n")
    _say(f"{counted(len(found), 'place')} found.")
    raise typer.Exit(OK if found else PROBLEMS)


@app.command()
def balance(
    lessons: Names = None,
    format: Annotated[Ledger, typer.Option("--format", help="How the numbers are printed.")] = Ledger.table,
    project: ProjectDir = None,
) -> None:
    """Measure the space and the scrutiny that sources and viewpoints get, in lessons and units."""
    from generator import ledger
    from generator.balance import lesson_sheet, unit_sheet

    reading, names = _read(Door(project), lessons)
    wanted = [reading.lessons[name] for name in names or reading.lessons if name in reading.lessons]
    sheets = [lesson_sheet(lesson) for lesson in sorted(wanted, key=lambda x: (x.number or 1000, x.id))]
    if not names:
        sheets += [unit_sheet(str(unit.spec.title), unit.lessons) for unit in reading.units.values() if unit.lessons]
    print(ledger.as_json(sheets) if format is Ledger.json else ledger.as_table(sheets))
    broken = [name for name in names or reading.broken if name in reading.broken]
    if broken:
        _fail(f"Not measured because of errors: {', '.join(broken)}. “counterpoint check” shows them.")


@app.command()
def explain(
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="The name in square brackets behind a problem.")
    ] = None,
) -> None:
    """Say what a rule means and what to do; without a name, list all rules."""
    from generator.rules import rules

    known = rules()
    if rule is None:
        width = max(map(len, known))
        for name, entry in known.items():
            print(f"{name:{width}}  {entry.severity + (', strict' if entry.strict else ''):15}  {entry.says}")
        return
    if rule not in known:
        _usage(f"There is no rule “{rule}”. {_near(rule, list(known)) or '“counterpoint explain” lists them.'}")
    entry = known[rule]
    severity = f"{entry.severity}{', an error in a strict unit' if entry.strict else ''}"
    print(f"{rule} ({severity})\n\n{textwrap.fill(entry.says, 88)}\n\n{textwrap.fill(entry.why, 88)}\n")
    print("Objected to:\n" + textwrap.indent(entry.fails.rstrip(), "    "))
    print("Mended:\n" + textwrap.indent(entry.passes.rstrip(), "    "))


@app.command()
def doctor(project: ProjectDir = None) -> None:
    """Say what this machine has, what it lacks, and what to do about it."""
    from generator import desk

    print(f"counterpoint {__version__}")
    ready = True
    for finding in desk.doctor(_find(Door(project))):
        print(f"  {'ok     ' if finding.ok else 'MISSING' if finding.needed else 'without'}  {finding.what}")
        if not finding.ok:
            print(textwrap.indent(textwrap.fill(finding.advice, 80), " " * 11))
            ready &= not finding.needed
    raise typer.Exit(OK if ready else NOT_READY)


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="lesson, seed, unit, handouts or standards.")] = "lesson",
) -> None:
    """Print the schema that lets an editor complete keys and explain them."""
    from generator.schemas import schemas

    known = schemas()
    if kind not in known:
        _usage(f"There is no schema “{kind}”: it can be {', '.join(known)}.")
    print(known[kind], end="")


# --- what the commands share -------------------------------------------------------------------------


def _find(door: Door) -> Project | None:
    from generator import projects

    if door.project and not door.project.is_dir():
        _usage(f"There is no folder {door.project}.")
    return projects.find((door.project or Path.cwd()).resolve(), door.output, climb=door.project is None)


def _project(door: Door) -> Project:
    found = _find(door)
    if not found:
        _usage("There is no project here. “counterpoint init FOLDER” makes one.")
    return found


def _read(door: Door, lessons: list[str] | None) -> tuple[Reading, list[str]]:
    """What the project holds, and the names of the lessons asked for."""
    from generator import projects, reader

    project = _find(door)
    if project is None:
        if door.project:
            _usage(f"{door.project} holds no project: it lacks “lessons” and “seeds”.")
        project = projects.shipped(door.output or Path.cwd() / "output")
        if not door.quiet:
            _say(
                "No project here: using the lessons that come with Counterpoint. “counterpoint init FOLDER” makes one."
            )
    reading = reader.read(project, cache=_cache())
    known = [*reading.lessons, *reading.broken]
    names = [_named(name, known, project) for name in lessons or ()]
    return reading, list(dict.fromkeys(names))


def _drawn(versions: int | None, seed: int | None) -> tuple[Version | None, ...]:
    """The versions that were asked for; the lesson as it is written, where none were."""
    from generator.versions import Version

    if versions is None and seed is not None:
        _usage("--seed draws the orders of --versions: say how many, as in --versions 2.")
    return (
        tuple(Version(number, 1 if seed is None else seed) for number in range(1, versions + 1))
        if versions
        else (None,)
    )


Sets = list[tuple[str, tuple[str, ...], str]]  # a unit or none, lessons, and what file names say of the choice


def _class(
    path: Path | None, each: bool, anonymous: bool, substitute: bool
) -> Callable[[Reading, Sets, list[Diagnostic], Options, Door], NoReturn] | None:
    """How to make class sets for a list, if there is one. A list with a mistake makes none."""
    if path is None:
        if each or anonymous:
            _usage("--each and --anonymous-files go with --roster, which says who the students are.")
        return None
    if not path.is_file():
        _usage(f"There is no file {path}.")

    def give_out(reading: Reading, sets: Sets, theirs: list[Diagnostic], options: Options, door: Door) -> NoReturn:
        from generator import classes, packets
        from generator.build import Built
        from generator.diagnostic import has_errors
        from generator.failures import NoPress
        from generator.packet import TEACHERS
        from generator.roster import read_roster

        roster, found = read_roster(path, path)
        built = Built((), tuple(found))
        called = re.sub(r"[^\w. -]", "-", path.stem).strip(". ") or "class"
        wishes = classes.Wishes(called, each or anonymous, anonymous, substitute)
        for unit, lessons, chosen in [] if has_errors(found) else sets:
            kinds = packets.kinds_of(reading, lessons)
            wanted = packets.Wanted(unit, tuple(k for k in kinds if k not in TEACHERS), lessons, chosen)
            with _progress(door) as progress:
                try:
                    made = classes.class_set(reading, wanted, roster, wishes, options, progress)
                except NoPress as error:
                    _tell([*theirs, *found], door, "full")
                    _no_press(str(error))
            built = Built((*built.made, *made.made), (*built.diagnostics, *made.diagnostics))
        _told(_without_names(built, door) if wishes.each else built, theirs, door)

    return give_out


def _without_names(built: Built, door: Door) -> Built:
    """Tell the files that have names in theirs as a folder and their number; what is left to be told."""
    named = [made for made in built.made if not made.path.name.endswith(".substitute.pdf")]
    for folder in dict.fromkeys(made.path.parent for made in named) if not door.quiet else ():
        print(f"{folder}: {counted(sum(made.path.parent == folder for made in named), 'file')}")
    return replace(built, made=tuple(made for made in built.made if made not in named))


def _with_sheet(built: Built, reading: Reading, unit: str, lessons: tuple[str, ...], options: Options) -> Built:
    """What was built, and the sheet for a colleague who stands in."""
    from generator.build import Built
    from generator.substitutes import substitutes

    if any(name not in reading.entries for name in lessons):
        return built
    sheet = substitutes(reading, unit, lessons, options)
    return Built((*built.made, *sheet.made), (*built.diagnostics, *sheet.diagnostics))


def _told(
    built: Built,
    before: list[Diagnostic],
    door: Door,
    summary: Callable[[list[Diagnostic]], None] = lambda found: None,
) -> NoReturn:
    """Say which files there are now and what is wrong, and end."""
    from generator.diagnostic import has_errors

    found = [*before, *built.diagnostics]
    for made in built.made:
        if not door.quiet and (made.changed or door.verbose):
            print(made.path, "" if made.changed else "(unchanged)", sep="  " if not made.changed else "")
    _tell(found, door, "full")
    summary(found)
    raise typer.Exit(PROBLEMS if has_errors(found) else OK)


def _unit(reading: Reading, name: str | None) -> str:
    """The unit that was asked for; without a name, the only one."""
    known = list(reading.plans)
    if name is None and len(known) == 1:
        return known[0]
    if not known:
        _usage("There is no unit here: a file such as lessons/my-unit.unit.yaml names its lessons in order.")
    id = Path(name or "").name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".unit")
    if id not in known:
        _usage(
            f"There is no unit “{name}”. {_near(id, known) or 'There are ' + ', '.join(known) + '.'}"
            if name
            else f"Which unit? There are {', '.join(known)}."
        )
    return id


def _lessons_of(names: list[str], given: str | None) -> list[str]:
    """Some lessons of a unit in its order, from numbers, ranges of them, and names."""
    wanted = set[str]()
    for part in filter(None, (part.strip() for part in (given or "").split(","))):
        first, dash, last = part.partition("-")
        if part in names:
            wanted.add(part)
        elif first.isdecimal() and (last or (first if not dash else "")).isdecimal():
            numbers = range(int(first), int(last or first) + 1)
            if not numbers or numbers[0] < 1 or numbers[-1] > len(names):
                _usage(f"--lessons cannot be “{part}”: the unit has lessons 1 to {len(names)}.")
            wanted |= {names[number - 1] for number in numbers}
        else:
            _usage(f"The unit has no lesson “{part}”. {_near(part, names) or 'It has ' + ', '.join(names) + '.'}")
    return [name for name in names if name in wanted] or names


def _named(name: str, known: list[str], project: Project) -> str:
    """A lesson's name from what was typed: its name, or its file."""
    path = Path(name)
    id = path.stem if path.suffix in (".yaml", ".yml") else name
    if path.suffix and path.is_file() and path.resolve().parent != project.lessons.resolve():
        _usage(f"{name} lies outside {project.shown(project.lessons)}; put it there first.")
    if id not in known:
        _usage(f"There is no lesson “{name}”. {_near(id, known) or 'There are ' + ', '.join(known) + '.'}")
    return id


def _lesson_file(project: Project, name: str) -> Path:
    path = project.lessons / f"{Path(name).stem}.yaml"
    if not path.is_file():
        _usage(f"There is no lesson “{name}”. {_near(name, [p.stem for p in project.lessons.glob('*.yaml')])}")
    return path


def _near(word: str, known: list[str]) -> str:
    from generator.diagnostic import did_you_mean

    return did_you_mean(word, known)


def _choices(given: str, allowed: tuple[str, ...], option: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in given.split(",") if part.strip())
    for part in chosen:
        if part not in allowed:
            _usage(f"{option} cannot be “{part}”: it takes {', '.join(allowed)}, or several with commas.")
    return chosen or allowed


def _formats(given: str) -> tuple[str, ...]:
    return _choices(given, ("html", "pdf", "docx"), "--format")


def _chosen(
    edition: str | None,
    format: str,
    profile: str,
    language: str | None,
    jobs: int = 0,
    make: Make = "plain",
    two_sided: bool = True,
) -> Callable[[Paper], Options]:
    """The choices of a print run as they were typed; the paper may be known only when the project has been read."""
    from generator import printshop
    from generator.build import Options
    from generator.editions import EDITIONS
    from generator.looks import PROFILES, Look

    editions = tuple(e for e in EDITIONS if e in _choices(edition or "", EDITIONS, "--edition"))
    formats, profiles = _formats(format), _choices(profile, PROFILES, "--profile")
    _known_language(language)

    def on(paper: Paper) -> Options:
        looks = tuple(Look(paper, p, make, two_sided) for p in PROFILES if p in profiles)
        return Options(editions, formats, looks, language or "", jobs or printshop.cores(), _cache())

    return on


def _cache() -> Cache:
    from generator import cache

    return cache.Cache(cache.folder())


def _known_language(code: str | None) -> None:
    from generator.labels import available, table_of

    if code is not None and table_of(code) is None:
        _usage(f"--language cannot be “{code}”: there are labels in {', '.join(available())}.")


def _require_weasyprint() -> None:
    """For what goes on for long: to be told at once, and not at the first page."""
    from generator.desk import weasyprint_finding

    if not weasyprint_finding().ok:
        _no_press()


def _no_press(why: str = "") -> NoReturn:
    from generator.desk import weasyprint_finding

    advice = weasyprint_finding().advice or why
    _not_ready(f"This machine cannot make PDFs yet. {advice}\n“--format html” makes the HTML pages without it.")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _usage(message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(USAGE)


def _not_ready(message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(NOT_READY)


def _fail(message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(PROBLEMS)


def _tell(found: list[Diagnostic], door: Door, form: str) -> None:
    from generator.diagnostic import report

    if found:
        _say("\n" + _coloured(report(found, form)) + "\n")


def _coloured(text: str) -> str:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return text
    return text.replace(": error: ", ": \033[1;31merror\033[0m: ").replace(
        ": warning: ", ": \033[1;33mwarning\033[0m: "
    )


@contextlib.contextmanager
def _cluster(address: str | None) -> Iterator[Staff | None]:
    """The cluster at an address; nobody, where none is given."""
    if address is None:
        yield None
        return
    try:
        from generator import cluster
    except ImportError:
        _not_ready("--cluster needs Dask. Install it: pip install 'counterpoint-handouts[cluster]'")
    try:
        with cluster.at(address) as staff:
            yield staff
    except cluster.ClusterProblem as problem:
        _not_ready(str(problem))


@contextlib.contextmanager
def _progress(door: Door) -> Iterator[Callable[[str, int, int], None]]:
    """Tell on stderr what is being made: one changing line on a terminal, a line each elsewhere with ``--verbose``."""
    live, began = sys.stderr.isatty() and not door.quiet, time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        if _interrupted:  # WeasyPrint may have swallowed it while it drew a picture
            raise _Interrupted
        if live:
            shown = f"[{done + 1}/{of}] {what}{time_left(time.monotonic() - began, done, of)}" if what else ""
            print(f"\r\033[K{shown}", end="", file=sys.stderr, flush=True)
        elif what and not door.quiet:
            _say(f"[{done + 1}/{of}] {what}")

    yield tell


@contextlib.contextmanager
def _until_stopped() -> Iterator[None]:
    """For what goes on until somebody ends it: then it ends well."""
    try:
        yield
    except _Interrupted:
        _say("\nStopped. The files of the last build are whole.")


def time_left(seconds: float, done: int, of: int) -> str:
    """How long the rest will take, if it goes on like that: ``, about 2 minutes left``.

    Empty, as long as that cannot be told, and where it is not worth telling.
    """
    left = seconds / done * (of - done) if done > 2 else 0
    if left < 20:
        return ""
    return f", about {counted(round(left / 60), 'minute')} left" if left >= 90 else ", about a minute left"


def _counted(found: list[Diagnostic]) -> str:
    errors = sum(d.is_error for d in found)
    warnings = len(found) - errors
    parts = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return " and ".join(parts) + "." if parts else "No problems."


def _summary(reading: Reading, names: list[str], built: Built, found: list[Diagnostic], door: Door) -> None:
    if door.quiet:
        return
    for made in built.made:
        if made.pages:
            _say(
                f"{made.lesson}, {made.edition} edition: {counted(made.pages, 'page')} on "
                f"{counted(made.sheets, 'sheet')}, two-sided"
            )
    broken = [id for id in reading.broken if not names or id in names]
    if broken:
        old = any((reading.project.output / id).is_dir() for id in broken)
        kept = " The files of their last build are still there." if old else ""
        _say(f"Not made because of errors: {', '.join(broken)}.{kept}")
    _say(
        f"{counted(len({m.lesson for m in built.made}), 'lesson')} made. {_counted(found)} "
        f"Open {reading.project.output / 'index.html'}"
    )


class _Interrupted(BaseException):
    """Ctrl-C, in a form that no library takes for its own."""


_interrupted = False


def _interrupt(number: int, frame: object) -> None:
    global _interrupted
    _interrupted = True
    raise _Interrupted


def run() -> None:
    """The command ``counterpoint``: like ``app``, with an interruption told quietly."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, _interrupt)
    try:
        try:
            app(standalone_mode=True)
        finally:
            sys.stdout.flush()  # so that a reader who went away is noticed here
    except _Interrupted:
        _say("\nInterrupted. The files of the last build are whole.")
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(PROBLEMS) from None
    except Exception as error:  # a bug of ours: told in a line, whole on request
        if os.environ.get("COUNTERPOINT_DEBUG"):
            raise
        _say(f"Counterpoint has made a mistake of its own ({type(error).__name__}: {error}). No file is half-made.")
        _say("Please report it, with what COUNTERPOINT_DEBUG=1 counterpoint … prints.")
        raise SystemExit(PROBLEMS) from None


if __name__ == "__main__":
    run()
