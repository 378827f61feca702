"""The words of a figure, which is a document without passages: a picture with its words, or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from generator.diagnostic import Diagnostic, counted
from generator.labels import labels
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Flag

FigureKind = Literal["photograph", "map", "chart", "cartoon", "poster", "painting", "table", "other"]

_FILE = re.compile(r"[\w .()/-]+\.(png|jpe?g|gif|webp|tiff?|bmp|svg)", re.IGNORECASE)
_NUMBER = re.compile(r"[+–−-]?[$€£¥]? ?\d[\d.,’ \u00a0]*( ?%)?|[–—-]|")


class TableSpec(Spec):
    called: ClassVar[str] = "a table"

    head: tuple[Text, ...] = Field(min_length=1, max_length=10, description="The heads of the columns.")
    rows: tuple[tuple[Text, ...], ...] = Field(
        min_length=1, max_length=300, description="The rows, each with a cell for every column; the first names it."
    )

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Of each column, whether it holds numbers only; the first one names its rows."""
        columns = zip(*self.rows, strict=True)
        return tuple(n > 0 and all(_NUMBER.fullmatch(cell) for cell in column) for n, column in enumerate(columns))


class FigureSpec(Spec):
    called: ClassVar[str] = "a figure"

    image: Text | None = Field(None, description="A PNG or JPEG file in the project’s folder “figures”.")
    table: TableSpec | None = Field(None, description="A table instead of a picture.")
    kind: FigureKind = Field(description="What it is: photograph, map, chart, cartoon, poster, painting, table …")
    alt: Text | None = Field(
        None, description="What the picture shows, for those who cannot see it, in at most 250 characters."
    )
    decorative: bool = Field(False, description="The picture tells nothing, and nothing is said in its place.")
    long: Text | None = Field(None, description="A longer description: a screen folds it, a screen reader reads it.")
    caption: Text | None = Field(None, description="What stands below the picture, or above the table.")
    title: Text = Field(description="Its title, or a name for it, as the source box has it.")
    short: Text | None = Field(None, description="A short neutral name for tables and footers; else the title.")
    maker: Text | None = Field(None, description="Who made it.")
    date: Text | None = Field(None, description="When: 1901-01-17, 1901-06, 1901~ (EDTF).")
    where: Text | None = Field(None, description="Where it was published or made.")
    credit: Text = Field(description="Where the copy comes from, and who holds the rights, as far as known.")
    flags: tuple[Flag, ...] = Field((), description="What asks for a content note: torture, detention, deaths, racism.")

    @property
    def told(self) -> tuple[str, ...]:
        """What it says in words: those that describe it, and the rows of its table."""
        rows = [" ".join(row) for row in (self.table.head, *self.table.rows)] if self.table else []
        return tuple(filter(None, (self.caption, self.alt, self.long, *rows)))


def figure_problems(figure: FigureSpec) -> Iterator[Diagnostic]:
    """What is wrong with a figure in itself; its file is another matter."""
    yield from _mixed(figure)
    yield from _described(figure)
    if figure.table:
        yield from _uneven(figure.table)
    if figure.date is not None and not labels("en").day(figure.date):
        yield Diagnostic(
            figure.date.span,
            "bad-date",
            f"“{figure.date}” is not a date",
            "Write 1901-01-17, 1901-01 or 1901; “~” behind it for about, “a/b” for from a to b.",
        )


def _mixed(figure: FigureSpec) -> Iterator[Diagnostic]:
    if figure.image is None and figure.table is None:
        hint = "Add “image: figures/…”, or “table:” with “head” and “rows”."
        yield Diagnostic(figure.span, "figure-mixed", "This figure has neither a picture nor a table", hint)
    elif figure.image is not None and figure.table is not None:
        message, hint = "A table stands beside a picture here", "Make two documents of them."
        yield Diagnostic(figure.at("table"), "figure-mixed", message, hint)
    elif figure.table and (figure.alt is not None or figure.decorative):
        key = "alt" if figure.alt is not None else "decorative"
        hint = "Take it out; a longer description can stand under “long”."
        yield Diagnostic(figure.at(key), "figure-mixed", "A table is read out cell by cell; this is for pictures", hint)
    elif figure.decorative and (figure.alt is not None or figure.long is not None):
        key = "alt" if figure.alt is not None else "long"
        hint = "Take “decorative” out if the picture tells something, and else this."
        yield Diagnostic(figure.at(key), "figure-mixed", "A picture that only decorates is described here", hint)


def _described(figure: FigureSpec) -> Iterator[Diagnostic]:
    if figure.image is None or figure.decorative:
        return
    hint = "Write what a student should know who cannot see it; or “decorative: true” if it tells nothing."
    if figure.alt is None or not figure.alt.strip():
        at = figure.at("image") if figure.alt is None else figure.at("alt")
        yield Diagnostic(at, "alt-missing", "Nothing says what this picture shows", "Add “alt: …”. " + hint)
    elif _FILE.fullmatch(figure.alt.strip()):
        message = f"“{figure.alt}” is the name of a file and says nothing of the picture"
        yield Diagnostic(figure.alt.span, "alt-missing", message, hint)


def _uneven(table: TableSpec) -> Iterator[Diagnostic]:
    for number, row in enumerate(table.rows, 1):
        if len(row) != len(table.head):
            yield Diagnostic(
                row[0].span if row else table.at("rows"),
                "wrong-count",
                f"Row {number} of the table has {counted(len(row), 'cell')}, its head {len(table.head)}",
                'Write one cell for each column; "" leaves one empty.',
            )
