"""What is put on finished pages: the number of a page in its packet, and the name of the student whose copy it is.

In the head or at the foot of a page, it is an artifact, which is not read aloud; on the line for the name, a text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from generator import fonts
from generator.binding import leaves, places
from generator.cache import Cache
from generator.drawing import drawn
from generator.labels import Labels
from generator.looks import Grid, Look

STRIP = (180.0, 24.0)  # the page on which a piece of type is pressed: width and height in points
DIGITS = "0123456789"


# --- numbers -----------------------------------------------------------------------------------------


class _Type:
    """Pieces of type, to be put beside each other on the pages of a PDF."""

    def __init__(self, pdf: pikepdf.Pdf, pieces: Sequence[str], pressed: bytes) -> None:
        self.pdf, self.before = pdf, pdf.make_stream(b"q\n")
        self.opened = pikepdf.open(io.BytesIO(pressed))  # open as long as something is copied
        ends = places(self.opened)
        self.widths = {piece: ends[f"end-{n}"][1] for n, piece in enumerate(pieces)}
        self.forms = dict(zip(pieces, map(self._form, self.opened.pages), strict=True))
        self.names = {piece: f"/Type{n}" for n, piece in enumerate(pieces)}

    def _form(self, page: pikepdf.Page) -> Any:
        return self.pdf.copy_foreign(page.as_form_xobject())

    def put(self, page: pikepdf.Page, line: Sequence[str], right: float, bottom: float) -> None:
        """Put a line of pieces on a page, so many points from its left edge to the line’s end."""
        left, drawn, draws = right - sum(self.widths[piece] for piece in line), [], _draws(page)
        for piece in line:
            draws.XObject[self.names[piece]] = self.forms[piece]
            drawn.append(_drawn(self.names[piece], left, bottom))
            left += self.widths[piece]
        _add(self.pdf, page, self.before, f"{_ARTIFACT} {' '.join(drawn)} EMC")


_ARTIFACT = "/Artifact <</Type /Pagination>> BDC"


def _drawn(name: str, left: float, bottom: float) -> str:
    return f"q 1 0 0 1 {left:.2f} {bottom:.2f} cm {name} Do Q"


def _draws(page: pikepdf.Page) -> Any:
    """What a page draws with, pictures and forms included; pages share it."""
    resources = page.obj.Resources
    if "/XObject" not in resources:
        resources.XObject = Dictionary()
    return resources


def _add(pdf: pikepdf.Pdf, page: pikepdf.Page, before: Any, more: str) -> None:
    """Let a page draw more, as if it had drawn nothing yet. ``before`` is a stream that keeps what is set there."""
    page.obj.Contents = Array([before, *_streams(page), pdf.make_stream(f"Q {more}\n".encode())])


def _streams(page: pikepdf.Page) -> list[Any]:
    contents = page.obj.Contents
    return list(contents) if isinstance(contents, Array) else [contents]


def numbers_page(look: Look, labels: Labels, cache: Cache) -> str:
    """The page whose type the numbers of pages are put together from."""
    pieces = _pieces(labels)

    def draw() -> str:
        from generator import render  # late: where all is as it was, nothing is drawn

        return render.type_page(pieces, look, STRIP)

    return drawn(cache, None, "type", repr(pieces), repr(look), draw=draw)


def _around(labels: Labels) -> list[str]:
    """What stands before and behind the number of a page."""
    return labels.words["packet_page"].split("{page}")


def _pieces(labels: Labels) -> list[str]:
    return list(dict.fromkeys([*filter(None, _around(labels)), *DIGITS]))


def number_pages(
    pdf: pikepdf.Pdf, feet: list[float | None], look: Look, labels: Labels, numbers: bytes, between: int = 0
) -> None:
    """Put on each page its number in the packet, below its own and the lines ``between``: right-aligned at so many
    points from the left edge; on a page without such a place, none. ``numbers``: ``numbers_page`` as it was pressed."""
    letters, around = _Type(pdf, _pieces(labels), numbers), _around(labels)
    for number, (page, right) in enumerate(zip(pdf.pages, feet, strict=True), 1):
        if right is not None:
            line = [*around[:1], *str(number), *around[1:]]
            letters.put(page, [piece for piece in line if piece], right, _height(look, between))


def _height(look: Look, between: int) -> float:
    """How far above the edge of a page the strip with its number lies: its line follows that of the page’s own."""
    line, own = (22.0, 22.0) if look.profile == "large-print" else (10.5, 11.0)
    return look.grid().bottom - 7 - line * (1 + between) - own / 2 - STRIP[1] / 2


def right_of(grid: Grid, turned: bool) -> float:
    """Where the text of a page ends, from its left edge; on the back of a sheet, whose margins are turned, or not."""
    return grid.width - (grid.binding if turned else grid.outer)


# --- names -------------------------------------------------------------------------------------------

OWN = "/Own"  # what pages call the name that is theirs


class NoLine(Exception):
    """A handout that has no line for a name."""


@dataclass(frozen=True)
class NameLine:
    """Where a name goes, on which page of a PDF, and in points from its left lower corner: the line’s beginning, its
    foot, its length; the structure element that the name is then the content of, if it is read aloud; and what the page
    calls the name."""

    page: int
    left: float
    foot: float
    length: float
    element: bytes = b""
    called: str = OWN


def name_lines(pdf: pikepdf.Pdf, look: Look, labels: Iterable[str]) -> list[NameLine]:
    """Where the name goes on every page of some handouts that are bound: on the line where a handout begins, and in the
    head of all others, where most have a line behind one of the ``labels`` (page.css).

    Raises ``NoLine``, where a handout begins without one: a template of the project’s own may leave it out.
    """
    large = look.profile == "large-print"
    least, size, foot = (60, 18, 17.4) if large else (36, 10, 10.5)
    start = max(least, *(fonts.points(label, size) for label in labels))
    grid, there = look.grid(), places(pdf)
    begins = {page: (name, left, top) for name, (page, left, top) in there.items() if name.endswith("for-name")}
    if 0 not in begins or any(name.replace("for-name", "date") not in there for name, _, _ in begins.values()):
        raise NoLine
    lines = []
    for number, page in enumerate(pdf.pages):
        if number in begins:
            name, left, top = begins[number]
            right = there[name.replace("for-name", "date")][1]
            lines.append(NameLine(number, left, top - foot, right - left, name.encode()))
        else:
            right = right_of(grid, look.two_sided and number % 2 == 1)
            left = right - grid.text * 0.4 + start
            lines.append(NameLine(number, left, float(page.mediabox[3]) - 36 - foot, right - left))
    return lines


def open_to_names(pdf: pikepdf.Pdf, lines: Sequence[NameLine]) -> None:
    """Let pages draw names on their lines. There are none yet: ``name_on`` gives them."""
    before, nobody = pdf.make_stream(b"q\n"), pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
    nobody.BBox = Array([0, 0, 0, 0])
    marked = dict(leaves(pdf.Root.StructTreeRoot.ParentTree, "/Nums"))
    named = {bytes(name): element for name, element in leaves(pdf.Root.StructTreeRoot.IDTree, "/Names")}
    pages = list(pdf.pages)
    for line in lines:
        page, tag = pages[line.page], _ARTIFACT
        if line.element:
            marks, element = marked[page.obj.StructParents], named[line.element]
            _set_aside(page, set(_marks_in(element)), marks)  # that there is room to write
            tag = f"/Span <</MCID {len(marks)}>> BDC"
            element.K = len(marks)
            marks.append(element)
        _draws(page).XObject[line.called] = nobody
        _add(pdf, page, before, f"{tag} {_drawn(line.called, line.left, line.foot)} EMC")


def name_on(pages: Iterable[pikepdf.Page], form: Any, called: str = OWN) -> None:
    """Put a name on all of some pages: a page of type, drawn from the foot of its line."""
    for page in pages:
        page.obj.Resources.XObject[called] = form


def form_of(pdf: pikepdf.Pdf, page: pikepdf.Page, baseline: float) -> Any:
    """A page of type as a form in another PDF, so many points above whose edge its letters stand."""
    form = pdf.copy_foreign(page.as_form_xobject())
    form.Matrix = Array([1, 0, 0, 1, 0, -baseline])
    return form


def _marks_in(element: Any) -> Iterator[int]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary):
            yield from _marks_in(kid)
        else:
            yield int(kid)


def _set_aside(page: pikepdf.Page, marks: set[int], marked: Any) -> None:
    """Let some marked content of a page be an artifact."""
    for mark in marks:
        marked[mark] = None
    for stream in _streams(page):
        was = stream.read_bytes()
        for mark in marks:
            now = re.sub(rb"/\w+\s*<<\s*/MCID %d\s*>>\s*BDC" % mark, b"/Artifact BMC", was)
            if now != was:
                stream.write(now)
                was = now
