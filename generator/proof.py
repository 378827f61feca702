"""The finished files are read back: nothing of the teacher's in a student's file, no font that is not ours."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote
from xml.etree import ElementTree

import pikepdf

from generator.audience import texts
from generator.editions import Edition, groups, side_of
from generator.folding import folded_text
from generator.fonts import FACES
from generator.lessons import Document, Exhibit, Lesson
from generator.sentences import sentences

_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")  # fonts and pictures: long, and no words
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")
_METADATA = {"/Title", "/Subject", "/Producer"}  # title and sources; who made the file is the program


def _words(text: str) -> str:
    """A text as its bare words, so that breaks, marks and case do not matter."""
    return " ".join(_WORD.findall(folded_text(text).lower()))


_bare = lru_cache(maxsize=4096)(_words)  # of a sentence, which is looked for in every file of a lesson
_FEWEST = 4  # words of a sentence that is a secret: fewer may be anybody’s


class _Told:
    """What a text tells, word for word. Most that is looked for in it is ruled out by its first words."""

    def __init__(self, text: str) -> None:
        self.words = f" {_words(text)} "
        each = self.words.split()
        self.beginnings = set(zip(each, *(each[n:] for n in range(1, _FEWEST)), strict=False))

    def tells(self, bare: str) -> bool:
        """Whether it tells some words."""
        first = tuple(bare.split(None, _FEWEST)[:_FEWEST])
        return (len(first) < _FEWEST or first in self.beginnings) and f" {bare} " in self.words


@dataclass(frozen=True)
class Secrets:
    """What only the teacher may see: sentences of at least four words, and the codes of standards."""

    sentences: tuple[str, ...]
    codes: tuple[str, ...]

    def told_by(self, *texts: str) -> Iterator[str]:
        """The secrets that some texts tell."""
        told = [_Told(text) for text in texts]
        yield from (s for s in self.sentences if any(one.tells(_bare(s)) for one in told))
        yield from (c for c in self.codes if any(c in text for text in texts))


def _is_long(bare: str) -> bool:
    return len(bare.split(None, _FEWEST)) >= _FEWEST


def secrets(lesson: Lesson) -> Secrets:
    """The teacher's texts, less what students are given anyway (a response may quote its passage)."""
    records = [seed.record for seed in lesson.seeds]
    given: list[str] = [*texts(lesson.spec, False), *(t for r in records for t in texts(r, False))]
    given += [passage.text for passage in lesson.passages.values()]
    public = _Told(" . ".join(given))
    sentences = []
    for text in [*texts(lesson.spec, True), *(t for r in records for t in texts(r, True))]:
        for sentence in re.split(r"(?<=[.!?;:])\s+", text):
            bare = _bare(sentence)
            if _is_long(bare) and not public.tells(bare):
                sentences.append(sentence)
    return Secrets(tuple(dict.fromkeys(sentences)), tuple(map(str, lesson.spec.standards)))


def other_side(lesson: Lesson, edition: Edition) -> Secrets:
    """For the packet of one side of a controversy: every sentence of what the other side reads."""
    side = side_of(edition)
    if side is None:
        return Secrets((), ())
    own, theirs = (
        [s for letter, of in groups(lesson.spec).items() if of == one for s in _sentences(lesson.documents[letter])]
        for one in (side, 1 - side)
    )
    return Secrets(tuple(s for s in theirs if s not in own and _is_long(_bare(s))), ())


def _sentences(document: Document) -> Iterator[str]:
    """What a document says: its passages, or the words beside a picture and the rows of a table."""
    if isinstance(document, Exhibit):
        yield from (s for text in document.figure.told for s in sentences(text))
    else:
        yield from (s for p in document.passages for s in sentences(p.text))


def leaks(name: str, data: bytes, secret: Secrets) -> list[str]:
    """What a finished student file tells that it must not: visible, hidden, or in its metadata."""
    if name.endswith(".html"):
        page = _DATA.sub("", data.decode())
        whole = html.unescape(page)
        return list(secret.told_by(html.unescape(_TAG.sub(" ", page)), whole, unquote(whole)))
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


def page_text(pdf: bytes) -> str:
    """What stands on the pages of a PDF, as another program reads it."""
    import pypdfium2  # late: of what was read back before, nothing is asked

    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def _hidden(data: bytes, secret: Secrets) -> Iterator[str]:
    """Secrets in outlines, alternative texts, metadata or attachments, and metadata that says more than it may."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        yield from (f"metadata {key}" for key in pdf.docinfo if key not in _METADATA)
        yield from (f"attachment {name}" for name in pdf.attachments)
        strings = [text for o in pdf.objects for text in _strings(o)]
        streams = [
            o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Type") == "/Metadata"
        ]
        yield from secret.told_by("\n".join([*strings, *(s.decode("utf-8", "replace") for s in streams)]))


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
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for font in (o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"):
            name = str(font.get("/BaseFont", "/?"))[1:].partition("+")[2]
            if not any(name.startswith(family) for family in ours):
                found.add(name or "a font that is not embedded")
    return sorted(found)


def page_count(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)
