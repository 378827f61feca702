"""The commands that make something: handouts, packets, class sets; once, or whenever a file is saved."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from generator import choices
from generator.choices import (
    Anonymous,
    Each,
    EditionOption,
    FormatOption,
    Jobs,
    LanguageOption,
    Names,
    OneSided,
    OutputDir,
    PaperOption,
    ProfileOption,
    ProjectDir,
    Quiet,
    RosterOption,
    Seed,
    Substitute,
    Verbose,
    Versions,
)
from generator.console import (
    Door,
    end_with,
    fail,
    no_press,
    not_ready,
    say,
    shown_progress,
    summed_up,
    tell,
    until_stopped,
    usage,
)
from generator.diagnostic import counted
from generator.failures import NoPress

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

    from generator.build import Built, Options, Progress
    from generator.diagnostic import Diagnostic
    from generator.looks import Make
    from generator.printshop import Staff
    from generator.projects import Project
    from generator.reader import Reading
    from generator.serve import Shown
    from generator.staff import Ahead


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
    one_sided: OneSided = False,
    versions: Versions = None,
    seed: Seed = None,
    jobs: Jobs = 0,
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
    door = Door(project, output, quiet, verbose)
    if fillable + booklet + one_sided > 1:
        usage("Choose one of --fillable, --booklet and --one-sided: each makes another kind of page.")
    if (fillable or booklet) and "pdf" not in choices.formats_of(format):
        usage("--fillable and --booklet make PDFs: take --format html away.")
    drawn = choices.versions_of(versions, seed)
    make: Make = "booklet" if booklet else "fillable" if fillable else "plain"
    choose = choices.print_run(edition, format, profile, language, jobs, make, not one_sided)
    class_set = _class_set(roster, each, anonymous_files, substitute, format, profile)
    if class_set and not lessons:
        usage("--roster makes copies of the lessons that you name: counterpoint build LESSON --roster FILE.")
    if class_set and (fillable or booklet or edition):
        usage("--roster makes students’ copies, plain ones: leave the other choice away.")
    if class_set and cluster:
        usage("--roster makes its copies on this computer: leave --cluster away.")
    with _ahead(format, 1 if cluster else jobs) as ahead:
        reading, names = choices.read(door, lessons, ahead)

        from generator.build import build as build_all  # later than a process that gets ready

        theirs = partial(reading.of, names)
        options = choose(paper.value if paper else reading.house.paper)
        options = replace(options, versions=drawn, ahead=ahead)
        if class_set:
            good = [name for name in names if name in reading.entries]
            class_set.give_out(reading, [("", (name,), "") for name in good], theirs, options, door)
        with _cluster(cluster) as others, _pressing(theirs, door) as progress:
            built = build_all(reading, names, replace(options, others=others), progress, meanwhile=theirs)
            for name in (names or reading.entries) if substitute else ():
                built = _with_sheet(built, reading, "", (name,), options)
    end_with(built, theirs(), door, lambda found: _summary(reading, names, built, found, door))


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
    one_sided: OneSided = False,
    jobs: Jobs = 0,
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
    from generator.packet import KINDS, TEACHERS

    door = Door(project, output, quiet, verbose)
    if "docx" in choices.formats_of(format):
        usage("A packet is a PDF or a page: take docx out of --format, and make Word documents of its lessons.")
    choose = choices.print_run(None, format, profile, language, jobs, "plain", not one_sided)
    some = choices.some_of(only or "", ("readings", "questions"), "--only")
    asked = choices.some_of(edition or "", tuple(KINDS), "--edition")
    if len(some) == 1 and edition and set(TEACHERS) & set(asked):
        usage("--only chooses among students’ pages: leave key and teacher out of --edition.")
    drawn = choices.versions_of(versions, seed)
    class_set = _class_set(roster, each, anonymous_files, substitute, format, profile)
    if class_set and edition:
        usage("With --roster, the list says who gets which packet: leave --edition away.")
    with _ahead(format, jobs) as ahead:
        reading, _ = choices.read(door, None, ahead, lambda home: not _was_bound(home, unit))

        from generator import packets  # later than a process that gets ready

        plan = choices.unit_named(reading, unit)
        names = [str(name) for name in reading.plans[plan].lessons]
        chosen = choices.lessons_of(names, lessons)
        kinds = packets.kinds_of(reading, chosen)
        kinds = tuple(k for k in kinds if k in asked and (len(some) == 2 or k not in TEACHERS))
        if not kinds:
            usage(f"No lesson of “{plan}” has sides: there is no packet for one.")
        wanted = packets.Wanted(plan, kinds, tuple(chosen), _called(names, chosen, some))
        theirs = partial(reading.of, chosen)
        options = choose(paper.value if paper else reading.house.paper)
        options = replace(
            options, versions=drawn, readings="readings" in some, questions="questions" in some, ahead=ahead
        )
        if class_set:
            class_set.give_out(reading, [(plan, wanted.lessons, wanted.chosen)], theirs, options, door)
        with _pressing(theirs, door) as progress:
            built = packets.packets(reading, wanted, options, progress)
            if substitute:
                built = _with_sheet(built, reading, plan, wanted.lessons, options)
    end_with(built, theirs(), door)


def _was_bound(home: Project, unit: str | None) -> bool:
    """Whether a packet of a unit, or of any, lies in the output: then most of what stands around is kept."""
    from generator.packet import PACKETS

    packets = home.output / PACKETS
    return any(packets.glob("*/*.pdf") if unit is None else (packets / choices.unit_id(unit)).glob("*.pdf"))


def _called(names: list[str], chosen: list[str], some: tuple[str, ...]) -> str:
    """What the names of files say of a choice of lessons or pages: ``lessons-2-5.readings``; of all, nothing."""
    numbers = "-".join(["lessons", *(str(names.index(name) + 1) for name in chosen)])
    return ".".join([*([numbers] if len(chosen) < len(names) else []), *(some if len(some) == 1 else ())])


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
    choose = choices.print_run(edition, format, profile, language)
    home = choices.the_project(door)
    if "pdf" in choices.formats_of(format):
        _require_press()
    with until_stopped():
        for turn in workbench.turns(home, choices.the_cache()):
            options = choose(paper.value if paper else turn.reading.house.paper)
            found = list(turn.reading.diagnostics)
            if turn.lessons:
                with shown_progress(door) as progress:
                    built = build_all(turn.reading, turn.lessons, options, progress)
                found += built.diagnostics
                for path in (made.path for made in built.made if made.changed and not quiet):
                    print(path, flush=True)
            tell(found)
            if not quiet:
                say(f"{summed_up(found)} Waiting for a change; Ctrl-C ends this.")


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
    import sys
    import threading
    import webbrowser

    from generator import serve as serving
    from generator import workbench

    door = Door(project, output, quiet)
    choose = choices.print_run(edition, "html,pdf", profile, language, 1)
    home = choices.the_project(door)
    _require_press()
    shown = serving.Shown()
    follower = serving.Follower(shown)
    sys.setswitchinterval(0.001)  # seconds: where this process presses, a browser waits no longer to be told of a page
    with until_stopped(), _ahead("pdf", 0) as ahead:
        if ahead:
            ahead.begin()  # before there is another thread, or a port that it would hold open
        with _server(shown, port) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://{serving.HOST}:{server.server_port}/"
            for number, turn in enumerate(workbench.turns(home, choices.the_cache())):
                options = replace(choose(paper.value if paper else turn.reading.house.paper), ahead=ahead)
                if number == 0:
                    shown.show(turn.reading, options)
                    print(address, flush=True)
                    say("Open this address in your browser. Ctrl-C ends this.")
                    if open_it:
                        webbrowser.open(address)
                follower.follow(turn, options)
                if not quiet:
                    say(summed_up(shown.problems()))


def _server(shown: Shown, port: int) -> ThreadingHTTPServer:
    from generator.serve import server

    try:
        return server(shown, port)
    except OSError as error:
        fail(f"The page cannot be shown at port {port}: {error.strerror}. Choose another with --port.")


# --- class sets and sheets ---------------------------------------------------------------------------


Problems = Callable[[], list["Diagnostic"]]  # those of a reading, found out when somebody asks
Sets = list[tuple[str, tuple[str, ...], str]]  # a unit or none, lessons, and what file names say of the choice


@dataclass(frozen=True)
class _ClassSet:
    """What is wanted of the list of a class."""

    path: Path
    each: bool
    anonymous: bool
    substitute: bool

    def give_out(self, reading: Reading, sets: Sets, theirs: Problems, options: Options, door: Door) -> NoReturn:
        """Make the copies and end. A list with a mistake makes none."""
        from generator import classes, packets
        from generator.build import Built
        from generator.diagnostic import has_errors
        from generator.packet import TEACHERS
        from generator.roster import read_roster

        roster, found = read_roster(self.path, self.path)
        built = Built((), tuple(found))
        called = re.sub(r"[^\w. -]", "-", self.path.stem).strip(". ") or "class"
        wishes = classes.Wishes(called, self.each or self.anonymous, self.anonymous, self.substitute)
        for unit, lessons, chosen in [] if has_errors(found) else sets:
            kinds = packets.kinds_of(reading, lessons)
            wanted = packets.Wanted(unit, tuple(k for k in kinds if k not in TEACHERS), lessons, chosen)
            with _pressing(lambda: [*theirs(), *found], door) as progress:
                made = classes.class_set(reading, wanted, roster, wishes, options, progress)
            built = Built((*built.made, *made.made), (*built.diagnostics, *made.diagnostics))
        most, drawn_by = classes.versions_given(roster, options)

        def about_keys(problems: list[Diagnostic]) -> None:
            if most and built.made and not door.quiet:
                given = f"--edition key --versions {max(2, most)} --seed {drawn_by}"
                say(f"For the keys, type the same with “{given}” in the place of --roster and what goes with it.")

        end_with(_without_names(built, door) if wishes.each else built, theirs(), door, about_keys)


def _class_set(
    path: Path | None, each: bool, anonymous: bool, substitute: bool, format: str, profile: str
) -> _ClassSet | None:
    """What is wanted of a list, if there is one."""
    if path is None:
        if each or anonymous:
            usage("--each and --anonymous-files go with --roster, which says who the students are.")
        return None
    if not path.is_file():
        usage(f"There is no file {path}.")
    formats = choices.formats_of(format)
    if "docx" in formats or "pdf" not in formats:
        usage("--roster makes PDFs: leave --format away.")
    if "," in profile:
        usage("--roster takes one --profile, for those of whom the list says nothing.")
    return _ClassSet(path, each, anonymous, substitute)


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


# --- around them -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _cluster(address: str | None) -> Iterator[Staff | None]:
    """The cluster at an address; nobody, where none is given."""
    if address is None:
        yield None
        return
    try:
        from generator import cluster
    except ImportError:
        not_ready("--cluster needs Dask. Install it: pip install 'counterpoint-handouts[cluster]'")
    try:
        with cluster.at(address) as staff:
            yield staff
    except cluster.ClusterProblem as problem:
        not_ready(str(problem))


@contextlib.contextmanager
def _ahead(format: str, jobs: int) -> Iterator[Ahead | None]:
    """A process that may get ready to press; nobody, where no PDF is wanted, or no more than one process."""
    from generator.staff import Ahead

    if "pdf" not in choices.formats_of(format) or jobs == 1:
        yield None
        return
    ahead = Ahead(cache := choices.the_cache())
    try:
        if cache.is_empty:  # then all there is to do is new
            ahead.begin()
        yield ahead
    finally:
        ahead.close()


@contextlib.contextmanager
def _pressing(found: Problems, door: Door) -> Iterator[Progress]:
    """Show the progress of what is made. Where PDFs cannot be made at all, say so after what was ``found``, and end:
    that is asked when a page has to be pressed, as WeasyPrint takes long to import."""
    try:
        with shown_progress(door) as progress:
            yield progress
    except NoPress as error:
        tell(found())
        no_press(str(error))


def _require_press() -> None:
    """For what goes on for long: to be told at once, and not at the first page."""
    from generator.desk import weasyprint_finding

    if not weasyprint_finding().ok:
        no_press()


def _summary(reading: Reading, names: list[str], built: Built, found: list[Diagnostic], door: Door) -> None:
    if door.quiet:
        return
    for made in built.made:
        if made.pages:
            say(
                f"{made.lesson}, {made.edition} edition: {counted(made.pages, 'page')} on "
                f"{counted(made.sheets, 'sheet')}, two-sided"
            )
    broken = [id for id in reading.broken if not names or id in names]
    if broken:
        old = any((reading.project.output / id).is_dir() for id in broken)
        kept = " The files of their last build are still there." if old else ""
        say(f"Not made because of errors: {', '.join(broken)}.{kept}")
    say(
        f"{counted(len({m.lesson for m in built.made}), 'lesson')} made. {summed_up(found)} "
        f"Open {reading.project.output / 'index.html'}"
    )
