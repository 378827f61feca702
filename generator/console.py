"""What is said on a terminal, and how a command ends: messages, progress, exit codes, an interruption."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from generator.diagnostic import counted

if TYPE_CHECKING:
    from generator.build import Built, Progress
    from generator.diagnostic import Diagnostic

OK, PROBLEMS, USAGE, NOT_READY, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass
class Door:
    """The choices that every command shares."""

    project: Path | None = None
    output: Path | None = None
    quiet: bool = False
    verbose: bool = False


def say(text: str) -> None:
    print(text, file=sys.stderr)


def usage(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(USAGE)


def not_ready(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(NOT_READY)


def fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(PROBLEMS)


def no_press(why: str = "") -> NoReturn:
    from generator.desk import weasyprint_finding

    advice = weasyprint_finding().advice or why
    not_ready(f"This machine cannot make PDFs yet. {advice}\n“--format html” makes the HTML pages without it.")


def tell(found: list[Diagnostic]) -> None:
    from generator.diagnostic import report

    if found:
        say("\n" + _coloured(report(found, "full")) + "\n")


def _coloured(text: str) -> str:
    if not sys.stderr.isatty() or os.environ.get("NO_COLOR"):
        return text
    return text.replace(": error: ", ": \033[1;31merror\033[0m: ").replace(
        ": warning: ", ": \033[1;33mwarning\033[0m: "
    )


def summed_up(found: list[Diagnostic]) -> str:
    errors = sum(d.is_error for d in found)
    warnings = len(found) - errors
    parts = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return " and ".join(parts) + "." if parts else "No problems."


def end_with(
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
    tell(found)
    summary(found)
    raise typer.Exit(PROBLEMS if has_errors(found) else OK)


@contextlib.contextmanager
def shown_progress(door: Door) -> Iterator[Progress]:
    """Tell on stderr what is being made: one changing line on a terminal, elsewhere a line each."""
    live, began = sys.stderr.isatty() and not door.quiet, time.monotonic()

    def show(what: str, done: int, of: int) -> None:
        if _interrupted:  # WeasyPrint may have swallowed it while it drew a picture
            raise Interrupted
        if live:
            shown = f"[{done + 1}/{of}] {what}{time_left(time.monotonic() - began, done, of)}" if what else ""
            print(f"\r\033[K{shown}", end="", file=sys.stderr, flush=True)
        elif what and not door.quiet:
            say(f"[{done + 1}/{of}] {what}")

    yield show


def time_left(seconds: float, done: int, of: int) -> str:
    """How long the rest will take, if it goes on like that: ``, about 2 minutes left``.

    Empty, as long as that cannot be told, and where it is not worth telling.
    """
    left = seconds / done * (of - done) if done > 2 else 0
    if left < 20:
        return ""
    return f", about {counted(round(left / 60), 'minute')} left" if left >= 90 else ", about a minute left"


@contextlib.contextmanager
def until_stopped() -> Iterator[None]:
    """For what goes on until somebody ends it: then it ends well."""
    try:
        yield
    except Interrupted:
        say("\nStopped. The files of the last build are whole.")


class Interrupted(BaseException):
    """Ctrl-C, in a form that no library takes for its own."""


_interrupted = False


def interrupt(number: int, frame: object) -> None:
    global _interrupted
    _interrupted = True
    raise Interrupted
