"""The bytes of a picture become shades of gray, upright, and bytes again, with nothing else in them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from PIL import Image, ImageChops, ImageFile, ImageOps, UnidentifiedImageError

MAX_BYTES = 20_000_000
MAX_PIXELS = 25_000_000
_COLORED = 24  # steps of 255; a scan of a gray page strays by less between its channels


class Refused(Exception):
    """A file that cannot be printed: what is wrong with it, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def grays(data: bytes) -> tuple[Image.Image, Literal["png", "jpeg"], bool]:
    """A file’s bytes as shades of gray, accepted by what they are and not by a name; what they are; and whether there
    were colors. Raises ``Refused``."""
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1_000_000} megabytes"
        raise Refused(message, "Save it smaller: 2,000 pixels are enough for the width of a page.")
    with _strictly():
        try:
            opened = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            if opened.width * opened.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            upright = ImageOps.exif_transpose(opened)
            return _gray(upright), "png" if opened.format == "PNG" else "jpeg", _is_colored(upright)
        except UnidentifiedImageError:
            raise Refused(
                "is neither a PNG nor a JPEG picture, whatever its name says",
                "Open it in a program for pictures and save it as PNG or JPEG.",
            ) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Refused(
                f"has more than {MAX_PIXELS // 1_000_000} million pixels",
                "Save it smaller: 2,000 pixels are enough for the width of a page.",
            ) from None
        except Exception:  # a decoder fails in many ways over a file that is cut off or made to harm it
            raise Refused("is damaged or cut off", "Copy it again, or save it anew as PNG or JPEG.") from None


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


def encoded(image: Image.Image, format: str, width: int, height: int) -> bytes:
    """The bytes of a picture of this size; its pixels go onto an empty one, so that nothing else comes along."""
    fitted = image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)
    clean = Image.new("L", fitted.size)
    clean.paste(fitted)
    out = io.BytesIO()
    clean.save(out, "PNG") if format == "png" else clean.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def smaller(data: bytes, format: str, width: int, height: int) -> bytes:
    """The bytes of a picture that ``encoded`` made, in fewer pixels."""
    return encoded(Image.open(io.BytesIO(data), formats=("PNG", "JPEG")), format, width, height)
