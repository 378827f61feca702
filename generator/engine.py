"""What pages and finished files depend on besides their texts: our code and fonts, the engine, the libraries under it.

As one text each, so that work kept from before is used only where nothing of this has changed.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, version
from pathlib import Path

from generator.fonts import FACES, FOLDER
from generator.places import TEMPLATES

# Our modules that have a part in a PDF.
PRESSES = ("booklet", "fonts", "importing", "mends", "pdf", "sizes", "styles", "tags", "typeset")
READS_BACK = ("folding", "fonts", "proof", "telling")  # and in what is said of a finished file
_DRAWS = ("pydantic", "PyYAML", "Jinja2", "MarkupSafe", "Markdown", "nh3")
_PACKAGES = ("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "Pillow", "pikepdf")


@cache
def of_pages() -> str:
    """For what is read and drawn: all our code, words, styles and what was measured of fonts, and the libraries with a
    part in it."""
    return "\n".join((*_files(Path(__file__).parent), *_files(TEMPLATES), _versions(_DRAWS)))


@cache
def of_templates() -> str:
    """For templates as they are compiled: what compiles them, and all our code, whose filters it may ask."""
    return "\n".join((*_files(Path(__file__).parent), _versions(("Jinja2", "MarkupSafe"))))


@cache
def of_press() -> str:
    """For PDFs."""
    return "\n".join((_code(PRESSES), _versions(_PACKAGES), _libraries(), _fonts(), zlib.ZLIB_RUNTIME_VERSION))


@cache
def of_proof() -> str:
    """For the reading back."""
    return "\n".join((_code(READS_BACK), _versions(("pikepdf", "pypdfium2"))))


def _files(folder: Path) -> Iterator[str]:
    """Each file of ours in a folder. Not what Python keeps there; not the faces: what is asked of them before a page is
    pressed was measured, and stands in a file of its own."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted({*folders} - {"__pycache__"})
        for name in sorted(names):
            file = os.path.join(place, name)
            if os.path.isfile(file) and not name.endswith((".ttf", ".woff2")):  # an editor may leave a link to nothing
                yield f"{name} {_digest(file)}"


def _code(modules: tuple[str, ...]) -> str:
    folder = Path(__file__).parent
    return " ".join(_digest(str(folder / f"{module}.py")) for module in modules)


def _fonts() -> str:
    return " ".join(_digest(str(FOLDER / face.file)) for face in FACES)


@cache
def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _versions(packages: tuple[str, ...]) -> str:
    return " ".join([f"python {sys.version_info[:2]}", *(f"{name} {_version(name)}" for name in packages)])


def _version(package: str) -> str:
    """The version of a package, looked for as ``importlib.metadata.version`` does in three times as long."""
    told = distribution(package).read_text("METADATA") or ""
    found = re.search(r"(?m)^Version: (\S+)$", told.partition("\n\n")[0])
    return found[1] if found else version(package)


def _libraries() -> str:
    """Pango and HarfBuzz, which lay out lines and cut fonts. Asked directly: WeasyPrint takes long to import."""
    pango, harfbuzz = _library("pango-1.0", 0), _library("harfbuzz", 0)
    if pango is None or harfbuzz is None:
        return os.urandom(16).hex()  # unknown: then nothing from before counts
    harfbuzz.hb_version_string.restype = ctypes.c_char_p
    cuts = _library("harfbuzz-subset", 0) is not None
    return f"pango {pango.pango_version()} harfbuzz {harfbuzz.hb_version_string().decode()} subset {cuts}"


def _library(name: str, number: int) -> ctypes.CDLL | None:
    for file in (f"lib{name}.so.{number}", f"lib{name}.{number}.dylib", f"lib{name}-{number}.dll"):
        try:
            return ctypes.CDLL(file)
        except OSError:
            continue
    return None
