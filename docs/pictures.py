"""Draw the pages that README.md and the gallery show: ``python docs/pictures.py [FOLDER]``.

The lessons are built into a temporary folder, as a teacher would build them; the pages in ``SHOWN`` become PNG files
in FOLDER, or beside this file. Pillow, which draws them, comes with the extra “test”.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import ImageDraw

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.append(str(HERE.parent))  # so that it also runs in a checkout that is not installed

from generator.build import Options, build  # noqa: E402
from generator.editions import Edition  # noqa: E402
from generator.looks import USUAL, Look  # noqa: E402
from generator.projects import shipped  # noqa: E402
from generator.reader import read  # noqa: E402

WIDTH = 900  # pixels
MOST_BYTES = 250_000


class Shown(NamedTuple):
    """A page, found by words that stand on it."""

    lesson: str
    edition: Edition
    words: str
    look: Look = USUAL


SHOWN = {
    "student-page": Shown("what-is-a-dialogue-for", "student", "Central question"),
    "pair-page": Shown("what-is-a-dialogue-for", "student", "On what conditions should the dialogue go on?"),
    "teacher-page": Shown("what-is-a-dialogue-for", "teacher", "Objectives"),
    "two-documents": Shown("five-voices", "student", "What would I want to know?"),
    "chart": Shown("thirty-years-in-one-debate", "student", "What happened"),
    "questions": Shown("corroboration-lab", "student", "Only one states it"),
    "balance": Shown("what-is-a-dialogue-for", "teacher", "Counted, not judged"),
    "large-print": Shown("five-voices", "student", "What would I want to know?", Look(profile="large-print")),
    "dyslexia": Shown("five-voices", "student", "What would I want to know?", Look(profile="dyslexia")),
    "booklet": Shown("five-voices", "student", "What would I want to know?", Look(make="booklet")),
}


def pictures(folder: Path) -> Iterator[Path]:
    """Build what is shown, draw its pages into a folder, and say which files were made."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as output:
        reading = read(shipped(Path(output)))
        for name, page in SHOWN.items():
            file = Path(output) / page.lesson / f"{page.edition}{page.look.suffix}.pdf"
            if not file.exists():
                build(reading, [page.lesson], Options((page.edition,), ("pdf",), (page.look,)))
            if not file.exists():
                raise SystemExit(f"{page.lesson} cannot be built; “counterpoint check” says why.")
            with pypdfium2.PdfDocument(file) as document:
                yield _draw(_page(document, page.words), folder / f"{name}.png")


def _page(document: pypdfium2.PdfDocument, words: str) -> pypdfium2.PdfPage:
    """The first page on which some words stand."""
    for page in document:
        if _bare(words) in _bare(page.get_textpage().get_text_bounded()):
            return page
    raise SystemExit(f"No page holds “{words}”.")


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _draw(page: pypdfium2.PdfPage, path: Path) -> Path:
    """A page in shades of gray, with a thin frame that shows where the paper ends."""
    image = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil().convert("L")
    ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=0xBB)
    image.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are wanted.")
    return path


if __name__ == "__main__":
    for drawn in pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures"):
        print(f"{drawn}  {drawn.stat().st_size // 1000} kB")
