"""A file of the folder ``figures`` becomes a picture as it is printed: gray, upright, with nothing else in it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops, ImageFile, ImageOps, UnidentifiedImageError

from generator.diagnostic import Diagnostic, did_you_mean
from generator.nodes import Text

FOLDER = "figures"
MAX_BYTES = 20_000_000
MAX_PIXELS = 25_000_000
FINEST, COARSEST = 300, 100  # dots to an inch: no printer shows more, and a small picture is not blown up beyond
_NAME = re.compile(rf"{FOLDER}(/[A-Za-z0-9][A-Za-z0-9 _.-]{{0,99}}){{1,4}}")
_COLORED = 24  # steps of 255; a scan of a gray page strays by less between its channels


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


class _Refused(Exception):
    """A file that cannot be printed: what is wrong with it, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


# --- from the disk ------------------------------------------------------------------------------------


def read_picture(root: Path, named: Text) -> Picture | Diagnostic:
    """The picture that a lesson names, below a project’s ``figures``; or why it is not printed, at its name."""
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
    except _Refused as refused:
        return Diagnostic(named.span, "picture-refused", f"“{named}” {refused.message}", refused.hint)


def _beside(root: Path, path: Path) -> list[str]:
    """The files of the folder that a picture is looked for in; none, where it lies elsewhere."""
    if not path.parent.is_dir() or not path.parent.resolve().is_relative_to(root.resolve()):
        return []
    return sorted(p.relative_to(root).as_posix() for p in path.parent.iterdir() if p.is_file())


# --- from bytes ---------------------------------------------------------------------------------------


def picture_of(data: bytes) -> Picture:
    """A file’s bytes as a picture, accepted by what they are and not by a name. Raises ``_Refused``."""
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1_000_000} megabytes"
        raise _Refused(message, "Save it smaller: 2,000 pixels are enough for the width of a page.")
    with _strictly():
        try:
            opened = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            if opened.width * opened.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            upright = ImageOps.exif_transpose(opened)
            gray, colored = _gray(upright), _is_colored(upright)
        except UnidentifiedImageError:
            raise _Refused(
                "is neither a PNG nor a JPEG picture, whatever its name says",
                "Open it in a program for pictures and save it as PNG or JPEG.",
            ) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _Refused(
                f"has more than {MAX_PIXELS // 1_000_000} million pixels",
                "Save it smaller: 2,000 pixels are enough for the width of a page.",
            ) from None
        except Exception:  # a decoder fails in many ways over a file that is cut off or made to harm it
            raise _Refused("is damaged or cut off", "Copy it again, or save it anew as PNG or JPEG.") from None
    format: Literal["png", "jpeg"] = "png" if opened.format == "PNG" else "jpeg"
    made = Picture(format, gray.width, gray.height, b"", colored, hashlib.sha256(data).hexdigest())
    width, height = _pixels(made, ALONE)
    return Picture(format, width, height, _encoded(gray, format, width, height), colored, made.sha256)


@contextmanager
def _strictly() -> Iterator[None]:
    """Pillow refuses what it would only warn of; WeasyPrint, once imported, lets it take pictures that are cut off."""
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _gray(image: Image.Image) -> Image.Image:
    """All pixels in shades of gray, on white where the picture is transparent."""
    if image.mode.startswith("I"):  # sixteen bits, of which eight are printed
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        return paper.convert("L")
    return image.convert("L")


def _is_colored(image: Image.Image) -> bool:
    if image.mode.startswith(("1", "L", "I", "F")):
        return False
    red, green, blue = image.convert("RGB").resize((96, 96)).split()
    apart = (ImageChops.difference(one, other).getextrema() for one, other in ((red, green), (green, blue)))
    return any(float(most) > _COLORED for _, most in apart)  # type: ignore[arg-type]


# --- to a page ----------------------------------------------------------------------------------------


def _pixels(picture: Picture, room: Room) -> tuple[int, int]:
    """As many pixels as a printer shows, and no more than there are."""
    wide, high = picture.size_in(room)
    width, height = round(wide * FINEST / 72), round(high * FINEST / 72)
    return max(1, min(picture.width, width)), max(1, min(picture.height, height))


def _encoded(image: Image.Image, format: str, width: int, height: int) -> bytes:
    """The bytes of a picture of this size; its pixels go onto an empty one, so that nothing else comes along."""
    fitted = image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)
    clean = Image.new("L", fitted.size)
    clean.paste(fitted)
    out = io.BytesIO()
    clean.save(out, "PNG") if format == "png" else clean.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


@lru_cache(maxsize=64)
def _address(picture: Picture, room: Room) -> str:
    size, data = _pixels(picture, room), picture.data
    if size != (picture.width, picture.height):
        data = _encoded(Image.open(io.BytesIO(data), formats=("PNG", "JPEG")), picture.format, *size)
    return f"data:image/{picture.format};base64,{base64.b64encode(data).decode()}"
