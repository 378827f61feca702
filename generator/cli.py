"""The teacher's door: arguments become one call, problems become text and an exit code."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import textwrap
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from generator import __version__, making
from generator.choices import Names, ProjectDir, Quiet, found_project, lesson_file, read, the_project
from generator.console import (
    INTERRUPTED,
    NOT_READY,
    OK,
    PROBLEMS,
    Door,
    Interrupted,
    fail,
    interrupt,
    say,
    summed_up,
    usage,
)
from generator.diagnostic import counted, did_you_mean

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


for command in (making.build, making.packet, making.watch, making.serve):
    app.command()(command)


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
    reading, names = read(door, lessons)
    found = reading.of(names)
    good = [name for name in names or reading.lessons if name in reading.lessons]
    if found or format is Form.json:
        print(report(found, format.value))
    if format is Form.full and not door.quiet:
        say(summed_up(found) if found else f"{counted(len(good), 'lesson')}: nothing to object to.")
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

    home = the_project(Door(project))
    if not is_lesson_id(name):
        usage(f"“{name}” cannot be the name of a lesson: use small letters, figures and hyphens, as in my-lesson.")
    source = lesson_file(home, like) if like else None
    try:
        path = desk.new_lesson(home, name, source)
    except FileExistsError as error:
        usage(f"{home.shown(Path(str(error)))} is there already; choose another name.")
    except OSError as error:
        fail(f"The lesson cannot be written: {error.strerror}")
    print(path)
    say(f"Change it in your editor, then run: counterpoint build {name}")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
) -> None:
    """Make a project of your own, with the seeds and lessons to change."""
    from generator import desk

    try:
        made = desk.new_project(folder)
    except FileExistsError:
        usage(f"{folder} holds a project already; choose another folder.")
    except OSError as error:
        fail(f"The project cannot be written: {error.strerror}")
    print(folder)
    say(f"{len(made)} files written. Next: open {folder}, change a lesson, and run “counterpoint build” there.")


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

    reading, _ = read(Door(project), None)
    if seed and seed not in reading.seeds:
        usage(f"There is no seed “{seed}”. {did_you_mean(seed, list(reading.seeds))}")
    found = list(desk.passages(reading, " ".join(words or ()), seed))
    for one in found:
        print(f"# {one.who}")
        print(textwrap.fill(one.text, desk.terminal_width() - 2, initial_indent="# ", subsequent_indent="# "))
        print(one.yaml, end="\n\n")
    say(f"{counted(len(found), 'place')} found.")
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

    reading, names = read(Door(project), lessons)
    wanted = [reading.lessons[name] for name in names or reading.lessons if name in reading.lessons]
    sheets = [lesson_sheet(lesson) for lesson in sorted(wanted, key=lambda x: (x.number or 1000, x.id))]
    if not names:
        sheets += [unit_sheet(str(unit.spec.title), unit.lessons) for unit in reading.units.values() if unit.lessons]
    print(ledger.as_json(sheets) if format is Ledger.json else ledger.as_table(sheets))
    broken = [name for name in names or reading.broken if name in reading.broken]
    if broken:
        fail(f"Not measured because of errors: {', '.join(broken)}. “counterpoint check” shows them.")


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
        usage(f"There is no rule “{rule}”. {did_you_mean(rule, list(known)) or '“counterpoint explain” lists them.'}")
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
    for finding in desk.doctor(found_project(Door(project))):
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
        usage(f"There is no schema “{kind}”: it can be {', '.join(known)}.")
    print(known[kind], end="")


# --- around them -------------------------------------------------------------------------------------


def run() -> NoReturn:
    """The command ``counterpoint``: like ``app``, with an interruption told quietly."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, interrupt)
    gc.set_threshold(100_000, 10, 10)  # of what is read and drawn, little is garbage, and it is looked for often
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # or it looks through all packages for some
    called = [c for c in app.registered_commands if [getattr(c.callback, "__name__", "")] == sys.argv[1:2]]
    app.registered_commands = called or app.registered_commands  # of all that are there, Typer reads the signatures
    code = _code()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # one may be closed
            stream.flush()
    os._exit(code)  # all is written and told; to take apart what was read takes a while


def _code() -> int:
    """What the command ends with."""
    try:
        try:
            app(standalone_mode=True)
        finally:
            if sys.stdout:
                sys.stdout.flush()  # so that a reader who went away is noticed here
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else OK if end.code is None else PROBLEMS
    except Interrupted:
        say("\nInterrupted. The files of the last build are whole.")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except Exception as error:  # a bug of ours: told in a line, whole on request
        if os.environ.get("COUNTERPOINT_DEBUG"):
            raise
        say(f"Counterpoint has made a mistake of its own ({type(error).__name__}: {error}). No file is half-made.")
        say("Please report it, with what COUNTERPOINT_DEBUG=1 counterpoint … prints.")
        return PROBLEMS
    return OK


if __name__ == "__main__":
    run()
