"""Paragraphs and tables become XML elements of a Word document.

The order of elements within each other is that of the standard (ECMA-376), which Word insists on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from generator.manuscript import Block, Field, Image, Paragraph, Piece, Row, Run, Table

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_DECORATIVE = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"  # the extension that says so
_EMU = 12700  # of its units, pictures have so many to a point


# --- elements ----------------------------------------------------------------------------------------


def element(tag: str, *inside: etree._Element | None, **attributes: object) -> etree._Element:
    """An element such as ``w:p``; its attributes are of the same namespace where that is Word’s own."""
    prefix, _, name = tag.partition(":")
    made = etree.Element(f"{{{NAMES[prefix]}}}{name}", nsmap={prefix: NAMES[prefix]})
    for key, value in attributes.items():
        made.set(f"{{{NAMES['w']}}}{key}" if prefix == "w" else key, str(value))
    made.extend(child for child in inside if child is not None)
    return made


def when(wanted: object, tag: str, **attributes: object) -> etree._Element | None:
    """An element that is only there if it is wanted."""
    return element(tag, **attributes) if wanted else None


def twips(points: float) -> int:
    """Word counts in twentieths of a point."""
    return round(points * 20)


def style_id(name: str) -> str:
    """The name of a style as other elements use it: without its spaces, each word with a capital."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace(",", "").replace("-", " ").split())


# --- paragraphs and tables ---------------------------------------------------------------------------


class Part:
    """A part that is being written: it knows what it refers to."""

    def __init__(self, images: dict[bytes, str]) -> None:
        self.images = images  # of the whole package, by what is in them
        self.relations: dict[tuple[str, str], str] = {}
        self._drawn = 0

    def related(self, kind: str, target: str) -> str:
        return self.relations.setdefault((kind, target), f"rId{len(self.relations) + 1}")

    def blocks(self, blocks: Iterable[Block]) -> Iterator[etree._Element]:
        for block in blocks:
            yield self.paragraph(block) if isinstance(block, Paragraph) else self.table(block)

    def paragraph(self, p: Paragraph) -> etree._Element:
        properties = element(
            "w:pPr",
            element("w:pStyle", val=style_id(p.style)),
            element("w:keepNext", val=int(p.kept)) if p.kept is not None else None,
            when(p.on_new_page, "w:pageBreakBefore"),
            element("w:numPr", element("w:ilvl", val=0), element("w:numId", val=p.list)) if p.list else None,
            when(p.right is not None, "w:ind", right=twips(p.right or 0)),
        )
        return element("w:p", properties, *(made for piece in p.pieces for made in self._piece(piece)))

    def _piece(self, piece: Piece) -> Iterator[etree._Element]:
        if isinstance(piece, Field):
            for kind in ("begin", "separate", "end"):
                yield element("w:r", element("w:fldChar", fldCharType=kind))
                if kind == "begin":
                    yield element("w:r", _text("w:instrText", f" {piece.name} "))
                elif kind == "separate":
                    yield element("w:r", _text("w:t", "1"))
        elif isinstance(piece, Image):
            yield element("w:r", self._drawing(piece))
        elif piece.address:
            link = element("w:hyperlink", _run(piece))
            link.set(f"{{{NAMES['r']}}}id", self.related("hyperlink", piece.address))
            yield link
        else:
            yield _run(piece)

    def _drawing(self, image: Image) -> etree._Element:
        name = self.images.setdefault(image.data, f"media/image{len(self.images) + 1}.{image.format}")
        self._drawn += 1
        wide, high = round(image.width * _EMU), round(image.height * _EMU)
        described = {"id": self._drawn, "name": f"Picture {self._drawn}", "descr": image.alt}
        told = element("wp:docPr", None if image.alt else _decorative(), **described)
        blip = element("a:blip")
        blip.set(f"{{{NAMES['r']}}}embed", self.related("image", name))
        picture = element(
            "pic:pic",
            element("pic:nvPicPr", element("pic:cNvPr", **described), element("pic:cNvPicPr")),
            element("pic:blipFill", blip, element("a:stretch", element("a:fillRect"))),
            element(
                "pic:spPr",
                element("a:xfrm", element("a:off", x=0, y=0), element("a:ext", cx=wide, cy=high)),
                element("a:prstGeom", element("a:avLst"), prst="rect"),
            ),
        )
        return element(
            "w:drawing",
            element(
                "wp:inline",
                element("wp:extent", cx=wide, cy=high),
                told,
                element("wp:cNvGraphicFramePr", element("a:graphicFrameLocks", noChangeAspect=1)),
                element("a:graphic", element("a:graphicData", picture, uri=NAMES["pic"])),
                **dict.fromkeys(("distT", "distB", "distL", "distR"), 0),
            ),
        )

    def table(self, t: Table) -> etree._Element:
        head = any(row.is_head for row in t.rows)
        properties = element(
            "w:tblPr",
            element("w:tblStyle", val=style_id(t.style)),
            element("w:tblW", w=twips(sum(t.widths)), type="dxa"),
            when(t.indent, "w:tblInd", w=twips(t.indent), type="dxa"),
            element("w:tblLayout", type="fixed"),
            _look(head, t.heads_rows),
            when(t.described, "w:tblDescription", val=t.described),
        )
        grid = element("w:tblGrid", *(element("w:gridCol", w=twips(width)) for width in t.widths))
        return element("w:tbl", properties, grid, *(self._row(row, t.widths) for row in t.rows))

    def _row(self, row: Row, widths: Sequence[float]) -> etree._Element:
        made = element(
            "w:tr",
            element(
                "w:trPr",
                when(not row.splits, "w:cantSplit"),
                when(row.height, "w:trHeight", val=twips(row.height), hRule="atLeast"),
                when(row.is_head, "w:tblHeader"),
            ),
        )
        column = 0
        for cell in row.cells:
            width = twips(sum(widths[column : column + cell.columns]))
            column += cell.columns
            properties = element(
                "w:tcPr",
                element("w:tcW", w=width, type="dxa"),
                when(cell.columns > 1, "w:gridSpan", val=cell.columns),
                element("w:tcMar", element("w:left", w=twips(cell.gutter), type="dxa")) if cell.gutter else None,
            )
            made.append(element("w:tc", properties, *self.blocks(cell.blocks)))
        return made


def _look(head: bool, heads_rows: bool) -> etree._Element:
    number = (0x20 if head else 0) + (0x80 if heads_rows else 0) + 0x600
    return element(
        "w:tblLook",
        val=f"{number:04X}",
        firstRow=int(head),
        lastRow=0,
        firstColumn=int(heads_rows),
        lastColumn=0,
        noHBand=1,
        noVBand=1,
    )


def _decorative() -> etree._Element:
    said = element("adec:decorative", val=1)
    return element("a:extLst", element("a:ext", said, uri=_DECORATIVE))


def _run(run: Run) -> etree._Element:
    chinese = run.language.startswith("zh")
    properties = (
        when(run.style, "w:rStyle", val=style_id(run.style)),
        when(chinese, "w:rFonts", hint="eastAsia"),
        when(run.language, "w:lang", **language_of(run.language)),
    )
    made = element("w:r", element("w:rPr", *properties) if any(p is not None for p in properties) else None)
    text = ""
    for char in run.text:
        if char in "\t\n":
            made.extend([_text("w:t", text)] if text else [])
            made.append(element("w:tab" if char == "\t" else "w:br"))
            text = ""
        else:
            text += char
    made.extend([_text("w:t", text)] if text else [])
    return made


def language_of(code: str) -> dict[str, str]:
    """A language as Word names it: with the country whose dictionary it is to use."""
    kind = code.partition("-")[0]
    whole = {"en": "en-US", "es": "es-US", "zh": "zh-CN", "fr": "fr-FR", "de": "de-DE"}.get(kind, code)
    return {"eastAsia": whole} if kind == "zh" else {"val": whole}


def _text(tag: str, text: str) -> etree._Element:
    made = element(tag)
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made
