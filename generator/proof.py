"""The finished files are read back: nothing of the teacher's in a student's file, no font that is not ours."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pikepdf

from generator.fonts import FACES
from generator.places import common_styles
from generator.telling import Secrets

_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")  # fonts and pictures: long, and no words
_TAG = re.compile(r"<[^>]*>")
_METADATA = {"/Title", "/Subject", "/Producer"}  # title and sources; who made the file is the program


def leaks(name: str, data: bytes, secret: Secrets) -> list[str]:
    """What a finished student file tells that it must not: visible, hidden, or in its metadata."""
    if name.endswith(".html"):
        page = _DATA.sub("", data.decode()).replace(common_styles(), " ", 1)  # half of it, and nobody’s secret
        whole = html.unescape(page)
        return list(secret.told_by(*dict.fromkeys((html.unescape(_TAG.sub(" ", page)), whole, unquote(whole)))))
    if name.endswith(".docx"):
        return [*_unknown(data), *secret.told_by(*_parts(data))]
    return list(dict.fromkeys([*secret.told_by(page_text(data)), *_hidden(data, secret)]))


_PROPERTIES = {"identifier", "language", "subject", "title"}  # of a Word document: no names, no times


def _parts(docx: bytes) -> Iterator[str]:
    """What every part of a Word document says, and what stands in its attributes: words for pictures, addresses."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        yield archive.comment.decode("utf-8", "replace")
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                elements = list(ElementTree.fromstring(archive.read(name)).iter())
                yield "".join(e.text or ("" if _keeps_words_whole(e.tag) else " ") for e in elements)
                for text in dict.fromkeys(value for e in elements for value in e.attrib.values()):
                    yield from {text, unquote(text)}


def _keeps_words_whole(tag: str) -> bool:
    """Whether an element stands within a word, where its style changes."""
    return tag.rpartition("}")[2] in {"hyperlink", "r", "rPr", "rStyle", "rFonts", "lang", "t"}


def _unknown(docx: bytes) -> Iterator[str]:
    """Properties of a Word document that say more than they may, and parts in which nobody has looked."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        for name in archive.namelist():
            if name.startswith("docProps/"):
                told = (e.tag.rpartition("}")[2] for e in ElementTree.fromstring(archive.read(name)))
                yield from (f"metadata {key}" for key in told if key not in _PROPERTIES)
            elif not name.endswith((".xml", ".rels", ".png", ".jpeg")):
                yield f"attachment {name}"


@lru_cache(maxsize=1)  # a file is asked about several secrets, then about its fonts and pages
def page_text(pdf: bytes) -> str:
    """What stands on the pages of a PDF, as another program reads it."""
    import pypdfium2  # late: of what was read back before, nothing is asked

    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


@lru_cache(maxsize=1)
def _objects(pdf: bytes) -> tuple[pikepdf.Pdf, tuple[Any, ...]]:
    """A PDF, and all objects in it."""
    opened = pikepdf.open(io.BytesIO(pdf))
    return opened, tuple(opened.objects)


@lru_cache(maxsize=1)
def _behind(pdf: bytes) -> str:
    """What stands in outlines, alternative texts, metadata."""
    _, objects = _objects(pdf)
    streams = (o.read_bytes() for o in objects if isinstance(o, pikepdf.Stream) and o.get("/Type") == "/Metadata")
    texts = [text for o in objects for text in _strings(o)]
    return "\n".join([*texts, *(s.decode("utf-8", "replace") for s in streams)])


def _hidden(data: bytes, secret: Secrets) -> Iterator[str]:
    """Secrets in outlines, alternative texts, metadata or attachments, and metadata that says more than it may."""
    pdf, _ = _objects(data)
    yield from (f"metadata {key}" for key in pdf.docinfo if key not in _METADATA)
    yield from (f"attachment {name}" for name in pdf.attachments)
    yield from secret.told_by(_behind(data))


def _strings(value: object) -> Iterator[str]:
    """Every text inside an object; objects of their own are visited on their own."""
    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        yield from (text for _, child in value.items() if not _own(child) for text in _strings(child))
    elif isinstance(value, pikepdf.Array):
        yield from (text for child in value.as_list() if not _own(child) for text in _strings(child))


def _own(value: object) -> bool:
    return isinstance(value, pikepdf.Object) and value.is_indirect


def foreign_fonts(data: bytes) -> list[str]:
    """Fonts of a PDF that do not come with the program, or are not embedded: a character was missing in ours."""
    ours = {face.family.replace(" ", "-") for face in FACES}
    found = set()
    _, objects = _objects(data)
    for font in (o for o in objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"):
        name = str(font.get("/BaseFont", "/?"))[1:].partition("+")[2]
        if not any(name.startswith(family) for family in ours):
            found.add(name or "a font that is not embedded")
    return sorted(found)


def page_count(data: bytes) -> int:
    return len(_objects(data)[0].pages)
