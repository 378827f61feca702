"""A file of the folder ``figures`` becomes a picture as it is printed: gray, upright, with nothing else in it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from generator.diagnostic import Diagnostic, did_you_mean
from generator.nodes import Text

FOLDER = "figures"
FINEST, COARSEST = 300, 100  # dots to an inch: no printer shows more, and a small picture is not blown up beyond
_NAME = re.compile(rf"{FOLDER}(/[A-Za-z0-9][A-Za-z0-9 _.-]{{0,99}}){{1,4}}")


@dataclass(frozen=True)
class Room:
    """The most that a picture may take of a page, in points."""

    width: float
    height: float


ALONE, IN_PAIR, BESIDE_NOTES = Room(474, 400), Room(216, 300), Room(330, 240)  # the last in the teacher edition


@dataclass(frozen=True)
class Picture:
    """A picture without color, and without what a camera or a program writes beside it (places, names, dates)."""

    format: Literal["png", "jpeg"]
    width: int  # pixels
    height: int
    data: bytes = field(repr=False)
    colored: bool  # whether it had colors before
    sha256: str  # of the file as it came

    def size_in(self, room: Room) -> tuple[float, float]:
        """How large it is printed, in points: as large as fits, unless it would be coarse."""
        wide, high = self.width * 72 / COARSEST, self.height * 72 / COARSEST
        scale = min(1.0, room.width / wide, room.height / high)
        return max(1.0, round(wide * scale, 1)), max(1.0, round(high * scale, 1))

    def address_in(self, room: Room) -> str:
        """A ``data:`` address of it, no finer than a printer shows where there is so much room."""
        return _address(self, room)


# --- from the disk ------------------------------------------------------------------------------------


def read_picture(root: Path, named: Text) -> Picture | Diagnostic:
    """The picture that a lesson names, below a project’s ``figures``; or why it is not printed, at its name."""
    from generator.halftones import MAX_BYTES, Refused  # late: Pillow is for those who have pictures

    path = root / named
    if not _NAME.fullmatch(named):
        message = f"“{named}” is not the name of a file in the project’s folder “{FOLDER}”"
        hint = f"Put the picture there and write “{FOLDER}/harbor.png”: plain letters, figures, hyphens and points."
        return Diagnostic(named.span, "outside-project", message, hint)
    try:
        if not path.is_file():
            hint = did_you_mean(named, _beside(root, path)) or f"Put the picture into the folder “{FOLDER}”."
            return Diagnostic(named.span, "picture-missing", f"There is no file “{named}” in the project", hint)
        if not path.resolve().is_relative_to(root.resolve()):
            message, hint = f"“{named}” leads out of the project", "Copy the file into the project instead of linking."
            return Diagnostic(named.span, "outside-project", message, hint)
        with path.open("rb") as file:
            return picture_of(file.read(MAX_BYTES + 1))
    except OSError as error:
        return Diagnostic(named.span, "unreadable", f"“{named}” cannot be read: {error.strerror or error}")
    except Refused as refused:
        return Diagnostic(named.span, "picture-refused", f"“{named}” {refused.message}", refused.hint)


def _beside(root: Path, path: Path) -> list[str]:
    """The files of the folder that a picture is looked for in; none, where it lies elsewhere."""
    if not path.parent.is_dir() or not path.parent.resolve().is_relative_to(root.resolve()):
        return []
    return sorted(p.relative_to(root).as_posix() for p in path.parent.iterdir() if p.is_file())


def picture_of(data: bytes) -> Picture:
    """A file’s bytes as a picture. Raises ``halftones.Refused``."""
    from generator import halftones

    gray, format, colored = halftones.grays(data)
    made = Picture(format, gray.width, gray.height, b"", colored, hashlib.sha256(data).hexdigest())
    width, height = _pixels(made, ALONE)
    return replace(made, width=width, height=height, data=halftones.encoded(gray, format, width, height))


# --- to a page ----------------------------------------------------------------------------------------


def _pixels(picture: Picture, room: Room) -> tuple[int, int]:
    """As many pixels as a printer shows, and no more than there are."""
    wide, high = picture.size_in(room)
    width, height = round(wide * FINEST / 72), round(high * FINEST / 72)
    return max(1, min(picture.width, width)), max(1, min(picture.height, height))


@lru_cache(maxsize=64)
def _address(picture: Picture, room: Room) -> str:
    size, data = _pixels(picture, room), picture.data
    if size != (picture.width, picture.height):
        from generator import halftones

        data = halftones.smaller(data, picture.format, *size)
    return f"data:image/{picture.format};base64,{base64.b64encode(data).decode()}"
