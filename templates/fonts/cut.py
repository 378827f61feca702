"""Cut the Chinese face: Noto Serif CJK SC, reduced to the characters in common use.

    python templates/fonts/cut.py NotoSerifCJK-Regular.ttc
    python templates/fonts/measure.py

The collection is in Debian's package fonts-noto-cjk. GB 2312 holds the 6 763 simplified characters
in common use (and those of the names in the seeds); the first level of Big5, the 5 401 traditional
ones, for names of students. The cut is a quarter of the whole face.
The outlines become TrueType: a CID-keyed CFF face comes out of WeasyPrint 70 with glyph numbers
where the character numbers belong, which other programs show as wrong characters.
"""

import contextlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

HERE = Path(__file__).parent


IN_NAMES = "喆堃彧暐橞煒熲燁珺瑀瑋翃芃諠鈺鋐靚"  # liked, and in neither


def encoded(encoding: str, rows: range) -> set[int]:
    """The code points of some rows of a set of characters in which each has two bytes."""
    points = set[int]()
    for row in rows:
        for cell in range(0x40, 0xFF):
            with contextlib.suppress(UnicodeDecodeError):
                points.add(ord(bytes((row, cell)).decode(encoding)))
    return points


def in_common_use() -> set[int]:
    """The code points of simplified and traditional characters, with the punctuation that goes with the former."""
    traditional = {point for point in encoded("big5", range(0xA4, 0xC7)) if point >= 0x4E00}
    return {*range(0x20, 0x7F), *encoded("gb2312", range(0xA1, 0xF8)), *traditional, *map(ord, IN_NAMES)}


def to_truetype(face: TTFont) -> None:
    """Replace the face's cubic outlines by quadratic ones, at most one unit in a thousand apart."""
    order, drawn = face.getGlyphOrder(), face.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(drawn)
        drawn[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    face["loca"], face["glyf"] = newTable("loca"), newTable("glyf")
    face["glyf"].glyphs, face["glyf"].glyphOrder = glyphs, order
    for name, (advance, _) in list(face["hmtx"].metrics.items()):
        glyphs[name].recalcBounds(face["glyf"])  # else the left side bearing would be 0, and characters stand off
        face["hmtx"].metrics[name] = (advance, glyphs[name].xMin)
    maxp = newTable("maxp")
    maxp.tableVersion, maxp.numGlyphs = 0x00010000, len(order)
    for field in (
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxComponentDepth",
    ):
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    face["maxp"] = maxp
    face["post"].formatType = 3.0
    for table in ("CFF ", "VORG"):
        if table in face:
            del face[table]
    face.sfntVersion = "\x00\x01\x00\x00"


def main(collection: str) -> None:
    face = next(f for f in TTCollection(collection).fonts if f["name"].getDebugName(1).endswith(" SC"))
    options = subset.Options(layout_features=["kern", "palt"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14])
    cut = subset.Subsetter(options)
    cut.populate(unicodes=in_common_use())
    cut.subset(face)
    to_truetype(face)
    face.save(HERE / "NotoSerifSC-Cut.ttf")


if __name__ == "__main__":
    main(sys.argv[1])
