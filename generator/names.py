"""Names become type: each is set on a small page of its own, to be painted into the pages of a handout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import escape
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.ffi import ffi, pango

from generator.fonts import FACES, GO_HERE, HAN, OPEN_REGULAR, REGULAR, Face
from generator.looks import Profile
from generator.pdf import pressing

HEIGHT = 1.8  # of a page, in the size that was asked for: marks above and below the letters have room
SMALL = 0.65  # of that size: what two lines have room for, and what one line may shrink to
SIDE = 1.0  # points left and right: what hangs over would be cut off at the edge of a form
LONG = "14400pt"  # a page for all
POINT = 0.75  # of a pixel

Faces = tuple[Face, ...]

# What names are set in: the first faces that have all of their characters. One letter of another face in a name would
# look like a mistake.
_OURS: dict[Profile, tuple[Faces, ...]] = {
    "standard": ((REGULAR, HAN),),
    "large-print": ((REGULAR, HAN),),
    "dyslexia": ((OPEN_REGULAR,), (REGULAR, HAN)),
}


@dataclass(frozen=True)
class Type:
    """A name as it was set: its page, counted from 0, and in points that page’s edges, how far the foot of its last
    line stands above the lower edge, and the size of its letters."""

    page: int
    width: float
    height: float
    baseline: float
    size: float


@dataclass(frozen=True)
class Pressed:
    """Names as the pages of a PDF that says nothing else of them; and those that no font prints, with the characters
    that are missing. Without a name that can be printed there is no PDF."""

    pdf: bytes
    types: Mapping[str, Type]
    unprintable: Mapping[str, tuple[str, ...]]
    alone: Mapping[str, bytes] = field(default_factory=dict)  # each in a PDF that has no letter of another


def pressed(names: Iterable[str], profile: Profile, size: float, width: float, apart: bool = False) -> Pressed:
    """Each different name, as a roster gives it, on a page of this width: on one line of this size or smaller, or on
    two where one would be very small. Nothing of it is kept. ``apart``: each in a PDF of its own besides, for files
    that are one student’s alone; the fonts of the one for all have everybody’s letters. Raises ``PressProblem``."""
    with pressing() as lay_out:
        room = _Room(lay_out, size, width)
        settings, unprintable = room.chosen(tuple(dict.fromkeys(names)), profile)
        settings = room.fitted(settings)
        document, lines = room.laid(settings)
        pdf: bytes = document.write_pdf() if settings else b""
        own = document.pages if apart and settings else ()
        alone = {one.name: document.copy([page]).write_pdf() for one, page in zip(settings, own, strict=bool(own))}
    pages = zip(settings, lines, document.pages, strict=True) if settings else ()
    types = {one.name: room.type(number, one, on_it) for number, (one, on_it, _) in enumerate(pages)}
    return Pressed(pdf, types, unprintable, alone)


@dataclass(frozen=True)
class _Setting:
    """How a name is to be set."""

    name: str
    families: str
    size: float
    lines: int = 1
    natural: float = 1  # its width in points, on one line of the size that was asked for


@dataclass(frozen=True)
class _Room:
    """What there is for each name, and the press."""

    lay_out: Callable[[str], Any]
    size: float
    width: float

    @property
    def height(self) -> float:
        return self.size * HEIGHT

    @property
    def measure(self) -> float:
        return self.width - 2 * SIDE

    def laid(self, settings: Sequence[_Setting]) -> tuple[Any, list[list[Any]]]:
        """The names laid out, each on a page of its own, and the lines of each. (What stands there is not broken: it
        is one inline block.)"""
        document = self.lay_out(self._page(settings, f"{self.height}pt", "page"))
        return document, _lines(document)

    def tried(self, settings: Sequence[_Setting]) -> Iterator[tuple[_Setting, list[Any]]]:
        """How the names would stand there. One long page is laid out in half the time."""
        return zip(settings, _lines(self.lay_out(self._page(settings, LONG, "auto"))), strict=True)

    def _page(self, settings: Sequence[_Setting], height: str, then: str) -> str:
        """A page of HTML without a title, so that nothing but the letters tells a name."""
        styles = (
            f"@page {{ size: {self.width}pt {height}; margin: 0 }} html, body {{ margin: 0 }}"
            f" p {{ margin: 0; line-height: 0; break-after: {then} }}"
            f" span {{ display: inline-block; width: {self.measure}pt; height: {self.height}pt; padding: 0 {SIDE}pt }}"
            f" .on-1 {{ white-space: nowrap; line-height: {self.height}pt }}"
            f" .on-2 {{ overflow-wrap: anywhere; line-height: {self.height / 2}pt }}"
        )
        return f"<style>{GO_HERE} {styles}</style>" + "".join(
            f'<p><span class="on-{one.lines}" style="font-size: {one.size}pt; font-family: {one.families};'
            f' direction: {_way(one.name)}; text-align: left">{escape(one.name)}</span></p>'
            for one in settings
        )

    # What a name is set in.

    def chosen(self, names: Sequence[str], profile: Profile) -> tuple[list[_Setting], dict[str, tuple[str, ...]]]:
        """Each name in faces that have all of it, on one line of the size that was asked for; and what is missing."""
        first = [_Setting(name, _families(_faces(name, profile)), self.size) for name in names]
        found, missing = list[_Setting](), dict[str, tuple[str, ...]]()
        for one, (line,) in self.tried(first):
            families, lacking = _drawn(line)
            if lacking:
                missing[one.name] = lacking
            else:  # what stepped in for some characters goes before our Chinese: it has the others of its script, too
                found.append(replace(one, families=_families(_faces(one.name, profile), families)))
        return [replace(one, natural=_width(lines)) for one, lines in self.tried(found)], missing

    # How large.

    def fitted(self, settings: Sequence[_Setting]) -> list[_Setting]:
        """Each name as large as it can stand there."""
        shrunk = [replace(one, size=self.size * self.measure / max(one.natural, self.measure)) for one in settings]
        small = {one.name: one for one in self._on_two([one for one in shrunk if one.size < self.size * SMALL])}
        return [small.get(one.name, one) for one in shrunk]

    def _on_two(self, settings: Sequence[_Setting]) -> Iterator[_Setting]:
        """On two lines, wherever words allow them to break; smaller and smaller until there are no more than two."""
        left = [replace(one, size=min(self.size * SMALL, 2 * one.size), lines=2) for one in settings]
        while left:
            tall = []
            for one, lines in self.tried(left):
                if len(lines) <= 2 and _width(lines) <= self.measure:
                    yield one
                else:
                    tall.append(replace(one, size=one.size * 0.97))
            left = tall

    def type(self, page: int, one: _Setting, lines: Sequence[Any]) -> Type:
        foot = (lines[-1].position_y + lines[-1].baseline) * POINT
        return Type(page, self.width, self.height, self.height - foot, one.size)


def _lines(document: Any) -> list[list[Any]]:
    """The lines of each paragraph of a document."""
    lines = dict[Any, list[Any]]()
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, TextBox):
                lines.setdefault(box.element, []).append(box)
    return [*lines.values()]


def _faces(name: str, profile: Profile) -> Faces:
    """The faces of ours for a name; the last ones, where none have all of it."""
    *_, last = _OURS[profile]
    whole = (faces for faces in _OURS[profile] if all(any(c in face.widths for face in faces) for c in name))
    return next(whole, last)


def _families(faces: Faces, drawn: Iterable[str] = ()) -> str:
    """A list of families for CSS: ours, but before our Chinese others that were needed besides."""
    ours = {face.family for face in FACES}
    others = [family for family in drawn if family not in ours and re.fullmatch(r"[\w .-]+", family)]
    first, *rest = [face.family for face in faces]
    return ", ".join([*(f"'{family}'" for family in (first, *others, *rest)), "serif"])


def _way(name: str) -> str:
    """The way a name is written: that of its first letter."""
    ways = (unicodedata.bidirectional(char) for char in name)
    return "rtl" if next((way for way in ways if way in ("L", "R", "AL")), "L") != "L" else "ltr"


def _width(lines: Sequence[Any]) -> float:
    """The widest of some lines, in points."""
    return float(max(line.width for line in lines)) * POINT


def _drawn(line: Any) -> tuple[list[str], tuple[str, ...]]:
    """The families of the fonts that draw a laid-out line, and the characters that none has: Pango puts a number of its
    own in the place of a glyph."""
    families, missing = list[str](), list[str]()
    line.pango_layout.reactivate(line.style)
    first, _ = line.pango_layout.get_first_line()
    run = first.runs[0]
    while run != ffi.NULL:
        told = ffi.gc(
            pango.pango_font_describe_with_absolute_size(run.data.item.analysis.font), pango.pango_font_description_free
        )
        families.append(ffi.string(pango.pango_font_description_get_family(told)).decode())
        glyphs = run.data.glyphs
        numbers = [glyph.glyph for glyph in glyphs.glyphs[0 : glyphs.num_glyphs]]
        missing += [chr(n - pango.PANGO_GLYPH_UNKNOWN_FLAG) for n in numbers if n & pango.PANGO_GLYPH_UNKNOWN_FLAG]
        run = run.next
    line.pango_layout.deactivate()
    return list(dict.fromkeys(families)), tuple(dict.fromkeys(missing))
