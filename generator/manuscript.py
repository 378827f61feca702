"""What a Word document is made of, before it is one: paragraphs and tables, lists, a head and a foot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Run:
    """Characters of one kind; a tab and a line break among them are those of Word."""

    text: str
    style: str = ""
    language: str = ""
    address: str = ""  # where a link leads


@dataclass(frozen=True)
class Field:
    """What Word counts: PAGE or NUMPAGES."""

    name: Literal["PAGE", "NUMPAGES"]


@dataclass(frozen=True)
class Image:
    """A picture, in points; without words it is decoration."""

    format: Literal["png", "jpeg"]
    data: bytes = field(repr=False)
    width: float
    height: float
    alt: str = ""


Piece: TypeAlias = Run | Field | Image


@dataclass(frozen=True)
class Paragraph:
    style: str
    pieces: tuple[Piece, ...] = ()
    list: int = 0  # which of the document’s lists it is an item of
    kept: bool | None = None  # on the page of what follows; or as its style says
    on_new_page: bool = False
    right: float | None = None  # how far from the right edge it ends, where its style does not say


@dataclass(frozen=True)
class Cell:
    blocks: tuple[Block, ...]
    columns: int = 1  # that it spans
    gutter: float = 0.0  # on its left, where the numbers of lines stand


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    height: float = 0.0  # at least, in points
    is_head: bool = False
    splits: bool = False  # whether a page may end within it


@dataclass(frozen=True)
class Table:
    style: str
    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    indent: float = 0.0
    described: str = ""  # for those who do not see it
    heads_rows: bool = False  # whether its first column does


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True)
class Numbering:
    """A list: what stands before its items (“%1” is the number), where it begins, how far its text is indented."""

    sign: str
    start: int
    indent: float
    hanging: float
    bold: bool = False  # the sign


@dataclass(frozen=True)
class Sheet:
    """The paper and its margins, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Properties:
    """What is known of a document besides its text. Nobody’s name and no time are among it."""

    title: str
    subject: str
    language: str
    identifier: str


@dataclass(frozen=True)
class Manuscript:
    """A whole document, in the order of its text; ``lists`` are numbered from 1."""

    blocks: tuple[Block, ...]
    lists: tuple[Numbering, ...]
    head: tuple[Paragraph, ...]  # of every page but the first
    first_head: tuple[Paragraph, ...]
    foot: tuple[Paragraph, ...]
    sheet: Sheet
    properties: Properties
