"""What a teacher does besides building: begin a lesson or a project, find a passage, see what is missing."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator import fonts, outputs, places
from generator.failures import NoPress
from generator.folding import fold
from generator.nodes import Text
from generator.projects import Project
from generator.reader import Reading
from generator.seeds import Seed
from generator.write import write

NEW_LESSON = places.TEMPLATES / "new-lesson.yaml"


def new_lesson(project: Project, name: str, like: Path | None) -> Path:
    """Write ``lessons/NAME.yaml``: a short one with comments, or a copy of another with its title changed.

    Raises ``FileExistsError`` when there is one already, and ``OSError`` when it cannot be written.
    """
    path = project.lessons / f"{name}.yaml"
    if path.exists():
        raise FileExistsError(path)
    title = name.replace("-", " ").capitalize()
    text = (like or NEW_LESSON).read_text("utf-8")
    write(path, re.sub(r"(?m)^title:.*(\n[ \t]+.*)*", f"title: {title}", text, count=1).encode())
    return path


def new_project(folder: Path) -> list[Path]:
    """A folder of the teacher's own, with seeds and lessons to change. Raises ``FileExistsError`` or ``OSError``."""
    if (folder / "lessons").exists() or (folder / "seeds").exists() or (folder / "handouts.yaml").exists():
        raise FileExistsError(folder)
    made = []
    for source, target in (
        (places.SEEDS, "seeds"),
        (places.LESSONS, "lessons"),
        (places.TEMPLATES / "schema", "templates/schema"),
    ):
        for path in sorted(p for p in source.iterdir() if p.is_file()):
            (folder / target).mkdir(parents=True, exist_ok=True)
            made.append(folder / target / path.name)
            write(made[-1], path.read_bytes())
    for name, text in (("handouts.yaml", _HANDOUTS), (".gitignore", "output/\n*.csv\n")):
        made.append(folder / name)
        write(made[-1], text.encode())
    return made


_HANDOUTS = """\
# yaml-language-server: $schema=templates/schema/handouts.json
# This folder is a project of Counterpoint: lessons/ and seeds/ are yours to change.
format: 1
paper: letter   # or a4
"""


# --- finding passages --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A place that can be cited: its name and words, and the YAML that cites it."""

    name: str
    who: str
    text: str
    yaml: str


def passages(reading: Reading, words: str, only: str | None) -> Iterator[Found]:
    """Named passages that hold all the words, in their text, name or themes; then sentences that no passage holds."""
    wanted = fold(words).text.lower().split()
    for seed in reading.seeds.values():
        if seed is None or (only and seed.id != only):
            continue
        yield from _named(seed, wanted)
        if wanted:
            yield from _sentences(seed, wanted)


def _holds(text: str, wanted: list[str]) -> bool:
    folded = fold(text).text.lower()
    return all(re.search(rf"(?<!\w){re.escape(word)}", folded) for word in wanted)


def _named(seed: Seed, wanted: list[str]) -> Iterator[Found]:
    for name, passage in seed.passages.items():
        themes = " ".join(seed.record.passages[Text(name)].themes)
        if _holds(f"{passage.text} {passage.name} {themes}", wanted):
            who = f"{passage.speaker}, {seed.record.short}"
            yield Found(passage.name, who, passage.text, f"- {passage.name}")


def _sentences(seed: Seed, wanted: list[str]) -> Iterator[Found]:
    for sentence in seed.article.sentences():
        inside = any(sentence in passage.text for passage in seed.passages.values())
        if not inside and _holds(sentence, wanted):
            yield Found(seed.id, seed.record.short, sentence, f"- seed: {seed.id}\n{_selector(seed, sentence)}")


def _selector(seed: Seed, sentence: str) -> str:
    """A selector that means this sentence and no other: its first and last six words, or all of them."""
    words = sentence.split()
    first, last = " ".join(words[:6]), " ".join(words[-6:])
    starts = seed.article.find_all(first)
    ends = [e for e in seed.article.find_all(last) if starts and e[0] >= starts[0][1]]
    if len(words) > 12 and len(starts) == len(ends) == 1:
        return f"  start: {_quoted(first)}\n  end: {_quoted(last)}"
    return f"  exact: {_quoted(sentence)}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- what the machine has ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing the program needs or would like: whether it is there, and what to do."""

    what: str
    ok: bool
    needed: bool
    advice: str = ""


def doctor(project: Project | None) -> Iterator[Finding]:
    """What this machine has and lacks, most basic first."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(f"Python {version}", sys.version_info >= (3, 11), True, "Install Python 3.11 or newer.")
    for package in ("pydantic", "yaml", "jinja2", "markdown", "nh3", "pikepdf", "pypdfium2", "PIL"):
        yield _package(package)
    yield weasyprint_finding()
    missing = [file.name for file in (*fonts.files().values(), fonts.MEASURES) if not file.is_file()]
    yield Finding("fonts", not missing, True, f"Missing: {', '.join(missing)}. Install Counterpoint again.")
    yield _subsetter()
    if project:
        where = project.output if project.output.exists() else project.output.parent
        yield Finding(
            f"a place to write: {project.output}",
            os.access(where, os.W_OK),
            True,
            "Choose another with --output FOLDER, or ask for the right to write there.",
        )


def _package(name: str) -> Finding:
    try:
        importlib.import_module(name)
    except ImportError as error:
        return Finding(name, False, True, f"Install Counterpoint again: {error}")
    return Finding(name, True, True)


_PANGO = {
    "linux": "Install Pango: sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or the like.",
    "darwin": "Install Pango: brew install pango.",
    "win32": "Install Pango with MSYS2: run “pacman -S mingw-w64-x86_64-pango” there, then open a new window.",
}


def weasyprint_finding() -> Finding:
    try:
        outputs.the_press()
    except NoPress:
        return Finding("WeasyPrint and Pango (for PDF)", False, True, _PANGO.get(sys.platform, _PANGO["linux"]))
    return Finding(f"WeasyPrint {importlib.metadata.version('weasyprint')} and Pango (for PDF)", True, True)


def _subsetter() -> Finding:
    try:
        ffi = importlib.import_module("weasyprint.text.ffi")
    except (ImportError, OSError):
        return Finding("HarfBuzz subsetter (PDF made faster)", False, False)
    return Finding(
        "HarfBuzz subsetter (PDF made faster)",
        bool(getattr(ffi, "harfbuzz_subset", None)),
        False,
        "Install libharfbuzz-subset0 (Linux); without it PDFs take a few times longer.",
    )


def terminal_width() -> int:
    return shutil.get_terminal_size((96, 24)).columns
