"""A sheet for the colleague who stands in: in front the plan of a lesson, on its back the class, if there is a list."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pikepdf

from generator import render
from generator.binding import Binding, bound, places
from generator.build import Built, Made, Options
from generator.cache import NOTHING_KEPT
from generator.compose import compose
from generator.diagnostic import Diagnostic
from generator.drawing import undrawable
from generator.failures import PageProblem
from generator.index import cannot_write
from generator.looks import Look
from generator.packet import PACKETS
from generator.printshop import Order, finished
from generator.reader import Reading
from generator.source import Span
from generator.stamps import NameLine, NoLine
from generator.write import alone, write_all

STUDENT = "/Student"  # and their number: what a sheet calls a student’s name
FOOT = 19.5  # points from the top of a line of the class list to its foot; in large print, twice that


def substitutes(reading: Reading, unit: str, lessons: Sequence[str], options: Options) -> Built:
    """Write the sheets of some lessons: those of a unit in one file, or that of one lesson.

    Raises ``NoPress``, where PDFs cannot be made.
    """
    output, look = reading.project.output, options.looks[0]
    path = (output / PACKETS / unit if unit else output / lessons[0]) / f"substitute{look.suffix}.pdf"
    try:
        with alone(output):
            pdf = sheets_of(reading, lessons, look, options)
            pages = len(pdf.pages)
            ((_, outcome),) = write_all({path: bound(pdf)})
    except PageProblem as problem:
        return Built((), tuple(problem.diagnostics))
    except OSError as error:
        return Built((), (cannot_write(path, error),))
    if isinstance(outcome, OSError):
        return Built((), (cannot_write(path, outcome),))
    return Built((Made(path, unit or lessons[0], "teacher", pages, outcome),), ())


def sheets_of(
    reading: Reading, lessons: Sequence[str], look: Look, options: Options, copies: Sequence[tuple[str, ...]] = ()
) -> pikepdf.Pdf:
    """The sheets of some lessons, bound. ``copies`` says of each student of a list what their copy is like; it is kept
    nowhere. Raises ``PageProblem`` and ``NoPress``."""
    binding = Binding()
    for name in lessons:
        entry = reading.entries[name]
        words = options.labels(entry.about.language)
        handout = compose(reading.lessons[name], "teacher", words, reading.house)
        page = render.page(
            replace(handout, sheet="substitute", class_list=tuple(copies)), look, reading.project.templates
        )
        if problems := list(undrawable(handout.spec.title.span, "substitute", page)):
            raise PageProblem(*problems)
        binding.add(
            pikepdf.open(io.BytesIO(_pressed(name, look, page, handout.spec.title.span, options, copies))),
            entry.about.title,
        )
    binding.label(each=True)
    return binding.done()


def _pressed(
    lesson: str, look: Look, page: str, span: Span, options: Options, copies: Sequence[tuple[str, ...]]
) -> bytes:
    """The PDF of a sheet; one that tells something of students is kept nowhere."""
    order = Order(lesson, "teacher", look, page, (("substitute.pdf", "pdf"),))
    done = finished(order, NOTHING_KEPT if copies else options.cache)
    if done.objections:
        raise PageProblem(*(Diagnostic(span, *objection) for objection in done.objections))
    return done.files[0][1]


def class_lines(pdf: pikepdf.Pdf, look: Look) -> list[NameLine]:
    """Where the name of each student goes on sheets with a class list, on all that are bound."""
    foot, length = (2 * FOOT, 280.0) if look.profile == "large-print" else (FOOT, 126.0)
    there = places(pdf)
    if not any(name.rpartition(".")[2].startswith("student-") for name in there):
        raise NoLine
    return [
        NameLine(page, left, top - foot, length, name.encode(), f"{STUDENT}{int(name.rpartition('-')[2])}")
        for name, (page, left, top) in there.items()
        if name.rpartition(".")[2].startswith("student-")
    ]
