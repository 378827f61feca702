"""Draw the pages that README.md and the guides show: ``python docs/pictures.py [FOLDER]``.

The lesson is built into a temporary folder, as a teacher would build it; three of its pages become PNG files
in FOLDER, or beside this file. Pillow, which draws them, comes with the extra “test”.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from PIL import ImageDraw

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.append(str(HERE.parent))  # so that it also runs in a checkout that is not installed

if TYPE_CHECKING:
    from generator.lessons import Lesson

LESSON = "what-is-a-dialogue-for"
WIDTH = 900  # pixels
MOST_BYTES = 250_000


def pictures(folder: Path) -> list[Path]:
    """Build the lesson, draw its pages into a folder, and say which files were made."""
    from generator.build import Options, build
    from generator.projects import read, shipped

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as output:
        reading = read(shipped(Path(output)))
        built = build(reading, [LESSON], Options(formats=("pdf",)))
        if len(built.made) < 2:
            raise SystemExit(f"{LESSON} cannot be built; “counterpoint check” says why.")
        made, open_pdf = Path(output) / LESSON, pypdfium2.PdfDocument
        with open_pdf(made / "student.pdf") as student, open_pdf(made / "teacher.pdf") as teacher:
            return [
                _draw(student[0], folder / "student-page.png"),
                _draw(_pair_page(student, reading.lessons[LESSON]), folder / "pair-page.png"),
                _draw(teacher[0], folder / "teacher-page.png"),
            ]


def _pair_page(document: pypdfium2.PdfDocument, lesson: Lesson) -> pypdfium2.PdfPage:
    """The page on which two documents stand side by side: the first that holds their question."""
    from generator.activities.contrasting_viewpoints import ContrastingViewpoints

    question = next(a.question for a in lesson.spec.activities if isinstance(a, ContrastingViewpoints))
    for page in document:
        if _bare(question) in _bare(page.get_textpage().get_text_bounded()):
            return page
    raise SystemExit(f"No page of {LESSON} holds the question “{question}”.")


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
