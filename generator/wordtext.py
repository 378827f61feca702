"""What stands in an element of a page becomes the pieces of a Word paragraph; what classes and tags mean as styles."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image as Pictures
from PIL import UnidentifiedImageError

from generator.failures import PressProblem
from generator.manuscript import Field, Image, Paragraph, Piece, Run
from generator.wordstyles import PARAGRAPHS

_LEFT_OUT = {
    *("aloud", "answers", "rest", "notes-page", "teacher-bar", "foot"),  # spoken, on screens, or made by Word itself
    *("gap", "ring"),  # drawn only
}
_SILENT = {"script", "style", "template", "input", "textarea", "details"}

# The paragraph style that a class or a tag means, for all that is in it and has none of its own; the first counts.
_STYLES: Mapping[str, str] = {
    "eyebrow": "Eyebrow",
    "under": "Subtitle",
    "central": "Central question",
    "lead": "Central question",
    "ours": "Background",
    "care": "Care",
    "p.row": "Source box",
    "note": "Source box",
    "run-in": "Source box run in",
    "about": "Glossary",
    "lead-in": "Lead-in",
    "cut": "Cut",
    "prompts": "Margin question",
    "beside": "Margin note",
    "claim": "Margin note",
    "glossary": "Glossary",
    "footnotes": "Footnotes",
    "explains": "Footnotes",
    "hash": "Footnotes",
    "figcaption": "Caption",
    "caption": "Caption",
    "directions": "Directions",
    "position": "Statement",
    "ask": "Ask",
    "prompt": "Question",
    "hint": "Hint",
    "frames": "Sentence starter",
    "bank": "Sentence starter",
    "asked": "Asked",
    "div.row": "Asked",
    "sorting": "Asked",
    "card": "Card",
    "step": "Step",
    "codes": "Sign",
    "example": "Card",
    "positions": "Position",
    "private": "Reminder",
    "by-line": "Small print",
    "legend": "Small print",
    "documents-line": "Small print",
    "criteria": "Criteria",
    "sources": "Sources",
    "response": "Response",
    "aside": "Margin note",
    "th": "Table text",
    "td": "Table text",
    "blockquote": "Quotation",
}

# The character style that a class or a tag means.
_MARKS: Mapping[str, str] = {
    "term": "Term",
    "label": "Label",
    "dok": "Label",
    "by-us": "Added by us",
    "by": "Added by us",
    "verbs": "Added by us",
    "mark": "Mark",
    "worth": "Points",
    "time": "Points",
    "ref": "Reference",
    "letters": "Strong",
    "n": "Strong",
    "tag": "Strong",
    "b": "Strong",
    "strong": "Strong",
    "em": "Emphasis",
    "i": "Emphasis",
}

# In these, a tab stands behind the first piece of such a class or tag: what follows is indented as far.
_TABBED: Mapping[str, str] = {
    "p.step": "time",
    "p.row": "label",
    "sources": "letters",
    "response": "n",
    "codes": "b",
    "positions": "b",
}


@dataclass(frozen=True)
class Place:
    """Where on the page something stands: its style, how wide it may be, and what it is in."""

    style: str
    width: float
    language: str = ""
    tabbed: str = ""  # the class or tag behind which stands a tab
    is_small: bool = False  # where headings are no larger than the text

    def within(self, e: Any) -> Place:
        """The place inside an element."""
        names = _names(e)
        style = next((_STYLES[name] for name in _STYLES if name in names), self.style)
        tabbed = next((_TABBED[name] for name in names if name in _TABBED), self.tabbed)
        return replace(self, style=style, tabbed=tabbed, language=e.get("lang") or self.language)


def classes(e: Any) -> list[str]:
    return (e.get("class") or "").split() if isinstance(e.tag, str) else []


def _names(e: Any) -> list[str]:
    """What an element is known by: its classes, with its tag and without, and its tag."""
    return [*(f"{e.tag}.{name}" for name in classes(e)), *classes(e), e.tag]


def is_left_out(e: Any) -> bool:
    """Whether nothing of an element is printed: it is spoken only, or for screens, or a thing of the page’s layout."""
    kinds = not isinstance(e.tag, str) or e.tag in _SILENT or not _LEFT_OUT.isdisjoint(classes(e))
    return kinds or e.get("hidden") is not None


def points(e: Any, of: str) -> float:
    """A measure that an element gives itself in its style, in points."""
    found = re.search(rf"(?<![\w-]){of}:\s*([\d.]+)pt", e.get("style") or "")
    return float(found[1]) if found else 0.0


# --- pieces ------------------------------------------------------------------------------------------


def paragraph(pieces: Iterable[Piece], place: Place) -> Iterator[Paragraph]:
    """The paragraph that some pieces make; none, where they say nothing."""
    tidied = tidy(pieces)
    if tidied:
        shows = any(isinstance(piece, Image) for piece in tidied)
        yield Paragraph("Picture" if shows else place.style, tidied)


def inside(e: Any, place: Place) -> Iterator[Piece]:
    """All that is said in an element."""
    yield from text(e.text, place)
    for child in e:
        if not is_left_out(child):
            yield from inline(child, place)
        yield from text(child.tail, place)


def inline(e: Any, place: Place) -> Iterator[Piece]:
    """An element within a line, and what is in it."""
    place = replace(place, language=e.get("lang") or place.language)
    if e.tag == "br":
        yield Run("\n")
    elif e.tag == "img":
        yield image(e.get("src") or "", points(e, "width"), e.get("alt") or "", place)
    elif "pause" in classes(e):
        yield Run("| ", "Pause")
    else:
        yield from _marked(e, place)
    if place.tabbed in _names(e):
        yield Run("\t")


def _marked(e: Any, place: Place) -> Iterator[Piece]:
    mark = next((_MARKS[name] for name in _names(e) if name in _MARKS), "")
    if mark in ("Strong", "Term") and PARAGRAPHS[place.style].bold:
        mark = ""  # twice bold is not bold, in Word
    address = e.get("href") or ""
    for piece in inside(e, place):
        if isinstance(piece, Run):
            said = piece.text.replace(" ", "\u00a0") if "unbroken" in classes(e) else piece.text
            style = mark if mark and piece.style in ("", "Emphasis") else piece.style
            piece = Run(said, style or ("Hyperlink" if address else ""), piece.language, address or piece.address)
        yield piece


def text(said: str | None, place: Place) -> Iterator[Run]:
    """Loose text; spaces and line ends are one space, but for those that keep words together."""
    if said:
        yield Run(re.sub(r"[ \n\r\t\f]+", " ", said), "", place.language)


def tidy(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces without the spaces that a page does not print, and without those that say nothing."""
    told: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Run):
            before = told[-1] if told else None
            at_start = before is None or (isinstance(before, Run) and before.text[-1] in " \t\n")
            said = piece.text.lstrip(" ") if at_start else piece.text
            if said.startswith(("\t", "\n")) and isinstance(before, Run):
                told[-1] = replace(before, text=before.text.rstrip(" "))
            piece = replace(piece, text=said)
        if not isinstance(piece, Run) or piece.text:
            told.append(piece)
        told = [one for one in told if not isinstance(one, Run) or one.text]
    while told and isinstance(told[-1], Run) and not told[-1].text.rstrip(" \n"):
        told.pop()
    if told and isinstance(last := told[-1], Run):
        told[-1] = replace(last, text=last.text.rstrip(" \n"))
    return tuple(told) if any(not isinstance(one, Run) or one.text.strip() for one in told) else ()


def counted(pattern: str) -> Iterator[Piece]:
    """“Page {page} of {pages}”, with Word’s own counting."""
    for piece in re.split(r"(\{pages?\})", pattern):
        if piece in ("{page}", "{pages}"):
            yield Field("PAGE" if piece == "{page}" else "NUMPAGES")
        elif piece:
            yield Run(piece)


def image(address: str, width: float, alt: str, place: Place) -> Image:
    """A picture that the page carries, as wide as there. Raises ``PressProblem``, if Word cannot show its kind."""
    found = re.fullmatch(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=\s]+)", address.strip("'\""))
    try:
        data = base64.b64decode(found[2]) if found else b""
        wide, high = Pictures.open(io.BytesIO(data), formats=("PNG", "JPEG")).size
    except (binascii.Error, UnidentifiedImageError, OSError):
        raise PressProblem(f"Word cannot show {address[:60]}: put a PNG or JPEG picture into the page") from None
    printed = min(width or wide * 0.72, place.width)
    return Image("png" if found and found[1] == "png" else "jpeg", data, printed, printed * high / wide, alt)
