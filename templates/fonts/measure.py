"""Measure the faces: which characters each has, how wide they are, and what its figures look like.

    python templates/fonts/measure.py

Whoever reads lessons asks for these; to look into the faces themselves takes ten times as long.
"""

import json
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
KEPT = HERE / "measures.json"


def measured(file: Path) -> dict[str, Any]:
    """The units of an em; the characters by their width in these; the outlines of the figures as paths in SVG."""
    font = TTFont(file)
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    widths = dict[int, str]()
    for code, name in sorted(names.items()):
        widths[glyphs[name].width] = widths.get(glyphs[name].width, "") + chr(code)
    figures = list[str]()
    for figure in "0123456789":
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:g}")
        glyphs[names[ord(figure)]].draw(pen)
        figures.append(pen.getCommands())
    return {"units": font["head"].unitsPerEm, "widths": dict(sorted(widths.items())), "figures": figures}


def all_measured() -> str:
    """What is kept of all faces."""
    return json.dumps({file.name: measured(file) for file in sorted(HERE.glob("*.ttf"))}, indent=1) + "\n"


if __name__ == "__main__":
    KEPT.write_text(all_measured(), "ascii")
