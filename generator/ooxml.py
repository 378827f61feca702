"""Paragraphs and tables become a Word document: a package of XML parts. The same ones give the same bytes.

The order of elements within each other is that of the standard (ECMA-376), which Word insists on.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from lxml import etree

_NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DECORATIVE = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"  # the extension that says so
_NEVER = (1980, 1, 1, 0, 0, 0)  # the time of every part: a ZIP file has to name one
_EMU = 12700  # of its units, pictures have so many to a point


# --- what a document is made of ----------------------------------------------------------------------


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


# --- elements ----------------------------------------------------------------------------------------


def element(tag: str, *inside: etree._Element | None, **attributes: object) -> etree._Element:
    """An element such as ``w:p``; its attributes are of the same namespace where that is Word’s own."""
    prefix, _, name = tag.partition(":")
    made = etree.Element(f"{{{_NAMES[prefix]}}}{name}", nsmap={prefix: _NAMES[prefix]})
    for key, value in attributes.items():
        made.set(f"{{{_NAMES['w']}}}{key}" if prefix == "w" else key, str(value))
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


class _Part:
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
            link.set(f"{{{_NAMES['r']}}}id", self.related("hyperlink", piece.address))
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
        blip.set(f"{{{_NAMES['r']}}}embed", self.related("image", name))
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
                element("a:graphic", element("a:graphicData", picture, uri=_NAMES["pic"])),
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


# --- the package -------------------------------------------------------------------------------------


def package(m: Manuscript, styles: etree._Element, fonts: etree._Element) -> bytes:
    """The document as a file."""
    images: dict[bytes, str] = {}
    body, head, first, foot = (_Part(images) for _ in range(4))
    kinds = ("styles", "numbering", "settings", "fontTable")
    margins = {side: twips(getattr(m.sheet, side)) for side in ("top", "right", "bottom", "left")}
    section = element(
        "w:sectPr",
        _margin("header", "default", body.related("header", "head.xml")),
        _margin("header", "first", body.related("header", "head-first.xml")),
        _margin("footer", "default", body.related("footer", "foot.xml")),
        _margin("footer", "first", body.related("footer", "foot.xml")),
        element(
            "w:pgSz",
            w=twips(m.sheet.width),
            h=twips(m.sheet.height),
            **({"orient": "landscape"} if m.sheet.width > m.sheet.height else {}),
        ),
        element("w:pgMar", **margins, header=twips(36), footer=twips(28), gutter=0),
        element("w:titlePg"),
    )
    document = element("w:document", element("w:body", *body.blocks(m.blocks), section))
    for kind in kinds:
        body.related(kind, f"{kind}.xml")
    parts = {
        "document": (document, body),
        "head": (element("w:hdr", *head.blocks(m.head)), head),
        "head-first": (element("w:hdr", *first.blocks(m.first_head)), first),
        "foot": (element("w:ftr", *foot.blocks(m.foot)), foot),
        "styles": (styles, None),
        "numbering": (_numbering(m.lists), None),
        "settings": (_settings(), None),
        "fontTable": (fonts, None),
    }
    files = {
        "[Content_Types].xml": _content_types(images.values()),
        "_rels/.rels": _relations({("officeDocument", "word/document.xml"): "rId1"}, _core="docProps/core.xml"),
        "docProps/core.xml": _core_properties(m.properties),
    }
    for name, (root, part) in parts.items():
        files[f"word/{name}.xml"] = root
        if part and part.relations:
            files[f"word/_rels/{name}.xml.rels"] = _relations(part.relations)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, root in files.items():
            etree.cleanup_namespaces(root)
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            _add(archive, name, data, packed=not name.startswith("docProps"))  # there the index looks for the revision
        for data, name in images.items():
            _add(archive, f"word/{name}", data, packed=False)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, packed: bool) -> None:
    info = zipfile.ZipInfo(name, _NEVER)
    info.create_system = 0  # whatever computer makes it
    archive.writestr(info, data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)


def _margin(kind: str, pages: str, id: str) -> etree._Element:
    made = element(f"w:{kind}Reference", type=pages)
    made.set(f"{{{_NAMES['r']}}}id", id)
    return made


def _numbering(lists: Sequence[Numbering]) -> etree._Element:
    kinds = list(dict.fromkeys((one.sign, one.indent, one.hanging, one.bold) for one in lists))
    made = element("w:numbering")
    for number, (sign, indent, hanging, bold) in enumerate(kinds):
        level = element(
            "w:lvl",
            element("w:start", val=1),
            element("w:numFmt", val="decimal" if "%1" in sign else "bullet"),
            element("w:lvlText", val=sign),
            element("w:lvlJc", val="left"),
            element("w:pPr", element("w:ind", left=twips(indent), hanging=twips(hanging))),
            element("w:rPr", element("w:b")) if bold else None,
            ilvl=0,
        )
        made.append(
            element("w:abstractNum", element("w:multiLevelType", val="singleLevel"), level, abstractNumId=number)
        )
    for number, one in enumerate(lists, 1):
        kind = kinds.index((one.sign, one.indent, one.hanging, one.bold))
        begin = element("w:lvlOverride", element("w:startOverride", val=one.start), ilvl=0)
        made.append(element("w:num", element("w:abstractNumId", val=kind), begin, numId=number))
    return made


def _settings() -> etree._Element:
    """Of this age: else Word would open it as a file of an old version."""
    age = {"name": "compatibilityMode", "uri": "http://schemas.microsoft.com/office/word", "val": 15}
    return element(
        "w:settings",
        element("w:defaultTabStop", val=twips(36)),
        element("w:compat", element("w:compatSetting", **age)),
    )


def _core_properties(p: Properties) -> etree._Element:
    made = element("cp:coreProperties")
    for name in ("identifier", "language", "subject", "title"):
        child = element(f"dc:{name}")
        child.text = getattr(p, name)
        made.append(child)
    return made


def _content_types(images: Iterable[str]) -> etree._Element:
    space = f"{_PACKAGE}/content-types"
    made = etree.Element(f"{{{space}}}Types", nsmap={None: space})
    kinds = {name.rpartition(".")[2] for name in images}
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    for extension, kind in {**defaults, **{kind: f"image/{kind}" for kind in sorted(kinds)}}.items():
        etree.SubElement(made, f"{{{space}}}Default", Extension=extension, ContentType=kind)
    own: Mapping[str, str] = {
        "document": "document.main",
        "head": "header",
        "head-first": "header",
        "foot": "footer",
        **{kind: kind for kind in ("styles", "numbering", "settings", "fontTable")},
    }
    for name, kind in own.items():
        _override(made, space, f"/word/{name}.xml", f"{_TYPES}.{kind}+xml")
    _override(made, space, "/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
    return made


def _override(types: etree._Element, space: str, part: str, kind: str) -> None:
    etree.SubElement(types, f"{{{space}}}Override", PartName=part, ContentType=kind)


def _relations(relations: Mapping[tuple[str, str], str], _core: str = "") -> etree._Element:
    space = f"{_PACKAGE}/relationships"
    made = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    for (kind, target), id in relations.items():
        attributes: dict[str, Any] = {"Id": id, "Type": f"{_NAMES['r']}/{kind}", "Target": target}
        if kind == "hyperlink":
            attributes["TargetMode"] = "External"
        etree.SubElement(made, f"{{{space}}}Relationship", **attributes)
    if _core:
        kind = f"{_PACKAGE}/relationships/metadata/core-properties"
        etree.SubElement(made, f"{{{space}}}Relationship", Id="rIdCore", Type=kind, Target=_core)
    return made
