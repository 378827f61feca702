"""What WeasyPrint 70 lays out wrongly, or does again and again, or in vain, is put right while a page is laid out and
written. How it sets lines is in ``typeset``, how it computes styles and sizes in ``styles`` and ``sizes``; what it tags
wrongly, in ``tags``.

Each mend can go when upstream has its own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import floor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pydyf
from tinyhtml5 import inputstream
from weasyprint import draw
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw import color
from weasyprint.layout import page
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text.fonts import FontConfiguration

_make_page = page.make_page
_draw_border, _show_text = draw.draw_border, pydyf.Stream.show_text


class _Sought(dict[tuple[Any, bool], re.Pattern[str]]):
    """What ends, or begins, where certain characters are: tinyhtml5 makes an expression for each two thousand times
    for a page, and keeps it where it does not look."""

    def __missing__(self, sought: tuple[Any, bool]) -> re.Pattern[str]:
        characters, only_these = sought
        listed = "".join(map(re.escape, characters))
        self[sought] = re.compile(f"[{'' if only_these else '^'}{listed}]+")
        return self[sought]


inputstream.characters_until_regex = _Sought()


@contextmanager
def layout() -> Iterator[None]:
    """Mends how pages are made, until it is left."""
    page.make_page = _nothing_left_behind
    try:
        yield
    finally:
        page.make_page = _make_page


@contextmanager
def writing() -> Iterator[None]:
    """Mends how a PDF is written, until it is left."""
    pydyf.PDF, pydyf.Stream.show_text, draw.draw_border = _MadeOnce, _without_zeros, _dots_in_one
    pydyf.zlib = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: zlib.compressobj())
    try:
        yield
    finally:
        pydyf.PDF, pydyf.Stream.show_text, draw.draw_border, pydyf.zlib = _PDF, _show_text, _draw_border, zlib


_PDF = pydyf.PDF


def _without_zeros(stream: Any, text: str) -> None:
    """Between most letters, WeasyPrint moves on by nothing: half of what there is to write and to read."""
    _show_text(stream, text.replace(">0<", ""))


class _MadeOnce(_PDF):  # type: ignore[misc,valid-type]
    """A PDF whose objects become bytes once. pydyf packs each once for the file and once more for the digest of all,
    and as small as it can, which takes four times as long as usual and saves two bytes in a hundred."""

    objects: list[Any]

    def write(self, *where: Any) -> None:
        self.objects = list(map(_Made, self.objects))
        super().write(*where)


class _Made(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF, and its bytes."""

    data = b""

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.number, self.generation, self.free = of.number, of.generation, of.free
        self.packs, self.data = of.compressible, b"" if of.free == "f" else of.data

    @property
    def compressible(self) -> bool:
        return bool(self.packs)


class InPlace(FontConfiguration):  # type: ignore[misc]
    """Fonts that are used where they are, by their addresses. WeasyPrint copies each into a folder, and a process that
    is ended leaves that behind."""

    _folder: Any  # WeasyPrint’s, for the copies

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__()
        self.files, self.known = files, set[str]()

    def add_font_face(self, rule: Any, fetcher: Any) -> None:
        """Make a face known under the name that a style has for it, once; a copy of it, where fontconfig might not
        understand its path."""
        (_, address), told = rule["src"][0], str(rule)
        if address not in self.files or not str(self.files[address]).isascii():
            super().add_font_face(rule, fetcher)
        elif told not in self.known:
            copies, self._folder = self._folder, _Standing(self.files[address])
            try:
                super().add_font_face(rule, fetcher)
            finally:
                self._folder = copies
            self.known.add(told)


class _Standing:
    """The place to which WeasyPrint is to copy a font: the font stands there."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __truediv__(self, name: str) -> _Standing:
        return self

    def exists(self) -> bool:
        return False  # so that it is made known

    def write_bytes(self, data: bytes) -> None:
        pass

    def as_posix(self) -> str:
        return self.file.as_posix()


def _nothing_left_behind(context: Any, *rest: Any) -> Any:
    """What is placed beside a text that does not fit, and moves to the next page as a whole, went on at the head of
    that page besides, where it was broken off in the attempt (a prompt beside a paragraph). Boxes are made anew in each
    attempt: what stands on the page is known by its element."""
    made = _make_page(context, *rest)
    standing = {box.element for box in made[0].descendants(placeholders=True)}
    for box in list(context.broken_out_of_flow):
        if isinstance(box, AbsolutePlaceholder) and box.element not in standing:
            del context.broken_out_of_flow[box]
    return made


_DOTS = {  # the style of a box that is drawn so
    "border_right_style": "dotted",
    "visibility": "visible",
    "border_image_source": ("none", None),
    "column_width": "auto",
    "column_count": "auto",
    **{name: INITIAL_VALUES[name] for name in ("border_top_right_radius", "border_bottom_right_radius")},
}


def _dots_in_one(stream: Any, box: Any) -> None:
    """A dotted line on the right of a box alone is drawn as one line, and not as a circle for each of its hundreds of
    dots: a quarter of the bytes of a handout. (WeasyPrint does so where all four sides have dots.)"""
    style, width, down = box.style, box.border_right_width, box.border_height()
    others = box.border_top_width or box.border_bottom_width or box.border_left_width
    if any(style[said] != meant for said, meant in _DOTS.items()) or others or not 0 < 3 * width < down:
        _draw_border(stream, box)
        return
    x, top, dots = box.border_box_x() + box.border_width() - width / 2, box.border_box_y(), floor(down / width / 2)
    with stream.artifact(), stream.stacked():
        stream.set_color(color.get_color(style, "border_right_color"), stroke=True)
        stream.set_line_width(width)
        stream.set_line_cap(1)  # with round ends, what is hardly long is round
        stream.set_dash([0.001, (down - width) / dots - 0.001], 0)  # of nothing at all, Chrome makes more
        stream.move_to(x, top + width / 2)
        stream.line_to(x, top + down - 0.49 * width)  # hardly further than the last dot, which it has to reach
        stream.stroke()


_ONE = r"(?:&[^\s;&<]+;|[^\s&<>])"
_ENDLESS = re.compile(rf"{_ONE}{{100}}(?={_ONE}{{100}})")


def breakable(page: str) -> str:
    """The page with places to break after every hundred letters of a word that has more than any: to find them itself
    in a word of 20,000, WeasyPrint lays out all that is left of it for each line, which takes minutes."""
    head, body, rest = page.partition("<body>")
    words = re.sub(r">[^<>]+<", lambda text: _ENDLESS.sub(r"\g<0><wbr>", text[0]), rest)
    return head + body + words
