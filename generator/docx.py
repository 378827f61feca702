"""A manuscript becomes a Word document: a package of XML parts. The same one gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from generator.manuscript import Manuscript, Numbering, Properties
from generator.ooxml import NAMES, Part, element, twips

_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NEVER = (1980, 1, 1, 0, 0, 0)  # the time of every part: a ZIP file has to name one


def package(m: Manuscript, styles: etree._Element, fonts: etree._Element) -> bytes:
    """The document as a file."""
    images: dict[bytes, str] = {}
    body, head, first, foot = (Part(images) for _ in range(4))
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
    made.set(f"{{{NAMES['r']}}}id", id)
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
        attributes: dict[str, Any] = {"Id": id, "Type": f"{NAMES['r']}/{kind}", "Target": target}
        if kind == "hyperlink":
            attributes["TargetMode"] = "External"
        etree.SubElement(made, f"{{{space}}}Relationship", **attributes)
    if _core:
        kind = f"{_PACKAGE}/relationships/metadata/core-properties"
        etree.SubElement(made, f"{{{space}}}Relationship", Id="rIdCore", Type=kind, Target=_core)
    return made
