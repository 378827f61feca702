"""The teacher's door: arguments become one call, problems become text and an exit code."""

from __future__ import annotations

import contextlib
import os
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
        "stations, slips, teacher. By default, all that the lesson has.",
    ),
]
FormatOption = Annotated[str, typer.Option("--format", help="html, pdf, or both with a comma.")]
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
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", min=0, max=64, help="How many handouts are made at a time; 0: as many as processors."
        ),
    ] = 0,
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
    from generator.diagnostic import has_errors
    from generator.failures import NoPress

    door = Door(project, output, quiet, verbose)
    if fillable + booklet + one_sided > 1:
        _usage("Choose one of --fillable, --booklet and --one-sided: each makes another kind of page.")
    if (fillable or booklet) and "pdf" not in _formats(format):
        _usage("--fillable and --booklet make PDFs: take --format html away.")
    make: Make = "booklet" if booklet else "fillable" if fillable else "plain"
    choose = _chosen(edition, format, profile, language, jobs, make, not one_sided)
    reading, names = _read(door, lessons)
    theirs, _ = reading.of(names)
    options = choose(paper.value if paper else reading.house.paper)
    with _cluster(cluster) as others, _progress(door) as progress:
        try:
            built = build_all(reading, names, replace(options, others=others), progress)
        except NoPress as error:  # asked when a page has to be pressed: WeasyPrint takes long to import
            _tell(theirs, door, "full")
            _no_press(str(error))
    for made in built.made:
        if not door.quiet and (made.changed or door.verbose):
            print(made.path, "" if made.changed else "(unchanged)", sep="  " if not made.changed else "")
    _tell([*theirs, *built.diagnostics], door, "full")
    _summary(reading, names, built, [*theirs, *built.diagnostics], door)
    raise typer.Exit(PROBLEMS if has_errors([*theirs, *built.diagnostics]) else OK)


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
    return _choices(given, ("html", "pdf"), "--format")


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
