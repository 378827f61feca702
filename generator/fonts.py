"""The faces that come with the project: which characters they have, how wide, and how a page gets them."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from generator.places import TEMPLATES

FOLDER = TEMPLATES / "fonts"
MEASURES = FOLDER / "measures.json"
GO_HERE = "/*<fonts>*/"  # in the stylesheet of a page; the page given out and the page pressed have their own


@dataclass(frozen=True)
class Face:
    """One complete face. Family names differ between the serif and the Chinese face, because WeasyPrint 70
    prints wrong glyphs where two files share family, weight and style."""

    family: str
    weight: int
    style: str
    file: str

    @cached_property
    def widths(self) -> dict[str, int]:
        """The characters that it has, each with its width in the face’s units."""
        return {char: int(width) for width, chars in _measured()[self.file]["widths"].items() for char in chars}

    @cached_property
    def units(self) -> int:
        """So many are an em."""
        return int(_measured()[self.file]["units"])

    @cached_property
    def figures(self) -> list[str]:
        """The outlines of 0 to 9, as paths in SVG."""
        return list(_measured()[self.file]["figures"])

    def cut(self, characters: Iterable[str]) -> bytes:
        """A WOFF2 with only these characters, for a self-contained page."""
        from fontTools import subset

        options = subset.Options(flavor="woff2", layout_features=["kern"], notdef_outline=True, hinting=False)
        font = subset.load_font(str(FOLDER / self.file), options)
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(characters)))
        cutter.subset(font)
        out = io.BytesIO()
        subset.save_font(font, out, options)
        font.close()
        return out.getvalue()


@lru_cache
def _measured() -> Any:
    """What ``measure.py`` found in the faces."""
    return json.loads(MEASURES.read_bytes())


SERIF = "Source Serif 4"
CHINESE = "Noto Serif SC Cut"
REGULAR = Face(SERIF, 400, "normal", "SourceSerif4-Regular.ttf")
BOLD = Face(SERIF, 700, "normal", "SourceSerif4-Bold.ttf")
ITALIC = Face(SERIF, 400, "italic", "SourceSerif4-It.ttf")
HAN = Face(CHINESE, 400, "normal", "NotoSerifSC-Cut.ttf")
OPEN = "Atkinson Hyperlegible"
OPEN_REGULAR = Face(OPEN, 400, "normal", "AtkinsonHyperlegible-Regular.ttf")
OPEN_BOLD = Face(OPEN, 700, "normal", "AtkinsonHyperlegible-Bold.ttf")
FACES = (REGULAR, BOLD, ITALIC, HAN, OPEN_REGULAR, OPEN_BOLD)


def advance(char: str, bold: bool = False) -> float:
    """The width of a character in ems, in the face that will draw it."""
    for face in (BOLD if bold else REGULAR, HAN):
        if (width := face.widths.get(char)) is not None:
            return width / face.units
    return 1.0


def points(text: str, size: float) -> float:
    """How wide a word of ours is in points, with some air behind it, before a line to write on begins."""
    return round(sum(map(advance, text)) * size + 3, 1)


@cache
def is_covered(char: str) -> bool:
    """Whether some face that comes along can draw a character; control characters are none of its business."""
    return unicodedata.category(char) == "Cc" or char in REGULAR.widths or char in HAN.widths


def _face_rule(face: Face, url: str) -> str:
    return f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};font-style:{face.style};src:url({url})}}"


def press_css() -> str:
    """``@font-face`` rules for the PDF: whole TrueType files, by their names."""
    return "\n".join(_face_rule(face, address) for face, address in zip(FACES, files(), strict=True))


def files() -> dict[str, Path]:
    """The files of all faces, each by what ``press_css`` calls it."""
    return {f"font:{face.file}": FOLDER / face.file for face in FACES}


_ESCAPED = re.compile(r"\\([0-9a-f]{4}) ")  # a character in a CSS string, as in the head and foot of paper


def page_css(text: str) -> str:
    """``@font-face`` rules for the HTML page: the serif whole as WOFF2, of the Chinese face what ``text`` uses."""
    whole = (REGULAR, BOLD, ITALIC, *((OPEN_REGULAR, OPEN_BOLD) if OPEN in text else ()))
    rules = [_face_rule(face, _woff2(face)) for face in whole]
    printed = {*text, *(chr(int(number, 16)) for number in _ESCAPED.findall(text))}
    chinese = frozenset(c for c in printed if c not in REGULAR.widths and c in HAN.widths)
    if chinese:
        rules.append(_face_rule(HAN, _cut_woff2(chinese)))
    return "\n".join(rules)


def _data(woff2: bytes) -> str:
    return f"data:font/woff2;base64,{base64.b64encode(woff2).decode()}"


@lru_cache
def _woff2(face: Face) -> str:
    return _data((FOLDER / Path(face.file).with_suffix(".woff2").name).read_bytes())


@lru_cache(maxsize=32)
def _cut_woff2(characters: frozenset[str]) -> str:
    return _data(HAN.cut(characters))


@lru_cache(maxsize=256)
def number_image(number: int, face: Face = REGULAR) -> str:
    """A line number as a picture (SVG outlines, right-aligned in 12 by 8 points), for a CSS background.

    As a background it stays outside the text: it is neither read out nor copied with the passage.
    """
    scale = 8 / face.units
    parts, x = [], 0
    for char in str(number):
        parts.append((x, face.figures[int(char)]))
        x += face.widths[char]
    left = 12 - x * scale
    paths = "".join(f"<path transform='translate({dx:g})' d='{d}'/>" for dx, d in parts)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 12 8' width='12pt' height='8pt'>"
        f"<g fill='#555' transform='translate({left:.2f} 7) scale({scale:g} -{scale:g})'>{paths}</g></svg>"
    )
    return "data:image/svg+xml," + quote(svg, safe="/:= '(),.-")


def uncovered(text: str) -> dict[str, int]:
    """Characters of a text that no face covers, with the offset of the first of each."""
    missing = {char: text.index(char) for char in set(text) if not is_covered(char)}
    return dict(sorted(missing.items(), key=lambda found: found[1]))
