"""What the tests share: the two lessons built once, a small project of their own, readers of pages and PDFs."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import NoReturn

import forked
import page as validator
import pypdfium2
import pytest
from filelock import FileLock
from hypothesis import settings
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from generator import projects
from generator.build import Options, build
from generator.cache import Cache
from generator.cache import folder as cache_folder
from generator.compose import compose
from generator.editions import FOR_TEACHERS, Edition, Version
from generator.house import House
from generator.labels import labels
from generator.lessons import Lesson
from generator.looks import PAPERS, PROFILES, USUAL, Look
from generator.printed import Handout
from generator.projects import Project
from generator.reader import Reading, read
from generator.selection import editions_of

HOME = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).with_name("golden")

# The same examples at every run; “--hypothesis-profile=search” looks for new ones, and for longer.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None, database=None, max_examples=5000)
settings.load_profile("same")

LESSONS = (
    "five-voices",
    "thirty-years-in-one-debate",
    "whose-words-are-these",
    "what-is-a-dialogue-for",
    "loaded-language",
    "four-corners",
    "corroboration-lab",
    "public-or-quiet",
    "morals-and-interests",
    "document-based-essay",
)


def _editions() -> dict[str, tuple[Edition, ...]]:
    project = projects.find(HOME)
    assert project
    lessons = read(project).lessons
    return {name: editions_of(lessons[name].spec) for name in LESSONS if name in lessons}


EDITIONS_OF = _editions()
HANDOUTS: list[tuple[str, Edition]] = [(name, edition) for name, of in EDITIONS_OF.items() for edition in of]
FOR_STUDENTS = [(name, edition) for name, edition in HANDOUTS if edition not in FOR_TEACHERS]


def _printed(looks: Sequence[Look], of: Sequence[tuple[str, Edition]]) -> pytest.MarkDecorator:
    """Tests of finished handouts: each edition of the lessons in each of some looks. To press all looks takes long."""
    cases = [
        pytest.param(
            *(name, edition, look),
            id=" ".join([name, edition, look.paper, *look.suffix.split(".")[1:]]),
            marks=() if look == USUAL else pytest.mark.slow,
        )
        for look in looks
        for name, edition in of
    ]
    return pytest.mark.parametrize(("name", "edition", "look"), cases)


IN_PRINT = tuple(Look(paper, profile) for profile in PROFILES for paper in PAPERS)
PRESSED = _printed([USUAL], HANDOUTS)
PRESSED_FOR_STUDENTS = _printed([USUAL, Look("a4")], FOR_STUDENTS)
IN_EVERY_LOOK = _printed(IN_PRINT, HANDOUTS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden", action="store_true", help="Write the pages in tests/golden anew instead of comparing them."
    )


def pytest_configure(config: pytest.Config) -> None:
    """What is pressed in the tests is kept with what pytest keeps: who runs them again presses what changed."""
    os.environ["COUNTERPOINT_CACHE"] = str(config.cache.mkdir("handouts") if config.cache else "")


# --- the lessons that come along ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def reading() -> Reading:
    """The seeds and lessons of the checkout, read once."""
    project = projects.find(HOME)
    assert project
    return read(project)


@dataclass(frozen=True)
class Shelf:
    """Finished handouts. Each is made when one of its files is first asked for, in a folder of its own, by whichever
    worker asks first; only who wants the same waits for it."""

    folder: Path
    reading: Reading

    def path(self, lesson: str, edition: Edition, format: str, look: Look = USUAL) -> Path:
        return self._built(lesson, edition, look) / f"{edition}{look.suffix}.{format}"

    def html(self, lesson: str, edition: Edition, look: Look = USUAL) -> str:
        return self.path(lesson, edition, "html", look).read_text("utf-8")

    def pdf(self, lesson: str, edition: Edition, look: Look = USUAL) -> bytes:
        return self.path(lesson, edition, "pdf", look).read_bytes()

    def files(self, pattern: str) -> list[Path]:
        """Files of all lessons by the end of their path, such as ``student.html``; there are some."""
        found = [path for handout in HANDOUTS for path in sorted(self._built(*handout, USUAL).glob(pattern))]
        assert found
        return found

    def _built(self, lesson: str, edition: Edition, look: Look) -> Path:
        output = self.folder / f"{lesson}.{edition}.{look.paper}{look.suffix}"
        done = self.folder / f"{output.name}.done"
        if not done.exists():
            with FileLock(self.folder / f"{output.name}.lock"):
                if not done.exists():
                    project = replace(self.reading.project, templates=None, output=output)
                    options = Options((edition,), looks=(look,), cache=Cache(cache_folder()))
                    built = build(replace(self.reading, project=project), (lesson,), options)
                    assert not built.diagnostics
                    done.touch()
        return output / lesson


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> Shelf:
    """The handouts of the lessons that come along, each built once, however many workers run the tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shelf"
    folder.mkdir(exist_ok=True)
    return Shelf(folder, reading)


def composed(lesson: Lesson, edition: Edition, version: Version | None = None) -> Handout:
    return compose(lesson, edition, labels(lesson.spec.language), House(), version)


# --- a small project ---------------------------------------------------------------------------------


def small_project(folder: Path) -> Project:
    """A copy of the small project in ``tests/golden``: two invented seeds and one lesson."""
    for name in ("seeds", "lessons"):
        shutil.copytree(GOLDEN / name, folder / name)
    return Project(folder, folder / "seeds", folder / "lessons", None, folder / "output")


@pytest.fixture
def small(tmp_path: Path) -> Project:
    return small_project(tmp_path)


def replaced(path: Path, old: str, new: str) -> None:
    """Change some words of a file; they stand in it once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"“{old}” stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'


def put_pictures(folder: Path) -> None:
    """The folder “figures” of a project: a small map, and a drawing in SVG that was given another name."""
    (folder / "figures").mkdir()
    harbor = Image.new("RGB", (80, 50), (200, 220, 240))
    ImageDraw.Draw(harbor).line([(0, 40), (30, 20), (80, 35)], fill=(120, 60, 30), width=3)
    harbor.save(folder / "figures" / "harbor.png")
    (folder / "figures" / "drawing.png").write_text(DRAWING, "utf-8")


# --- what a test needs and a machine may lack ---------------------------------------------------------

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def program(*names: str) -> str:
    """Where a program is that a test needs, by the first of its names that this machine knows."""
    return next(filter(None, map(shutil.which, names)), None) or lacking(f"{names[0]} is not installed")


def lacking(what: str) -> NoReturn:
    """A test cannot run here: it is skipped on a person's machine, and fails where every test has to run."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and under CI every test has to run")
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all the tests of a worker: Debian’s, or what else this machine has."""
    path = program(*CHROMIUM)
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


# --- the command -------------------------------------------------------------------------------------

Ran = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    """The environment of a command that reads this checkout, wherever it runs."""
    return {**os.environ, "PYTHONPATH": str(HOME), "COLUMNS": "100", **more}


def counterpoint(*arguments: object, cwd: Path, **more: str) -> Ran:
    """Run the command as a teacher would, from some folder."""
    if not any(name.startswith("PYTHON") for name in more):
        return forked.run(tuple(map(str, arguments)), cwd, environment(**more))
    command = [sys.executable, "-m", "generator", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment(**more), capture_output=True, encoding="utf-8", timeout=120)


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes; but for the lock that holds it while something is built."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != ".counterpoint.lock")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


# --- reading pages -----------------------------------------------------------------------------------

VOID = {"meta", "br", "img", "link", "hr", "input"}


@dataclass
class Node:
    """An element of a page, with what is in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, tag: str = "", of: str = "") -> Iterator[Node]:
        """The elements in it with a tag and a class, in their order."""
        for part in self.inside:
            if isinstance(part, Node):
                if tag in ("", part.tag) and (not of or of in part.classes):
                    yield part
                yield from part.all(tag, of)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed.tag == tag, f"<{closed.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def parsed(page: str) -> Node:
    """A page as a tree. Its elements are closed in order, and it has no comments."""
    reader = _Reader()
    reader.feed(page)
    assert len(reader.open) == 1 and not reader.comments
    return reader.root


def squeezed(text: str) -> str:
    """A text with single spaces, so that line breaks do not matter."""
    return " ".join(text.split())


def bare(text: str) -> str:
    """A text as its words only, in small letters: marks, breaks and small capitals do not matter."""
    return " ".join(re.findall(r"\w+", html.unescape(text).lower()))


def lines_on(page: Node) -> dict[str, list[str]]:
    """The printed lines of every document of a page, by its letter."""
    return {
        article.attributes["id"].removeprefix("document-").upper(): [line.text for line in article.all("span", "line")]
        for article in page.all("article", "document")
    }


# --- reading PDFs ------------------------------------------------------------------------------------


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page, as a program reads it that had no part in making it."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def text_of(path: Path) -> str:
    """What can be read in a finished file: a page’s source, or the text of a PDF."""
    if path.suffix == ".html":
        return html.unescape(path.read_text("utf-8"))
    return "\n".join(pdf_pages(path.read_bytes()))


# --- what programs say of a PDF that had no part in making it -----------------------------------------


def assert_sound(path: Path) -> None:
    """qpdf finds nothing wrong in a PDF, nor does a validator of PDF/UA-1."""
    ran = subprocess.run([program("qpdf"), "--check", str(path)], capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [failure.rule_id for failure in validator.validate_pdf(str(path), profile="ua1").failures] == []


def heard(path: Path) -> list[str]:
    """What of a PDF is read aloud, in its order, as Poppler goes down the tree."""
    command = [program("pdfinfo"), "-struct-text", "-enc", "UTF-8", str(path)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=True)
    return re.findall(r'^ *"(.*)"$', ran.stdout, re.MULTILINE)


def objects_of(path: Path) -> dict[str, dict[str, object]]:
    """The objects of a PDF, as qpdf takes them apart; those that are dictionaries, by their numbers."""
    command = [program("qpdf"), "--json=2", "--json-key=qpdf", "--json-stream-data=none", str(path)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    told = re.sub(r"(?m)(\d)\.(?=,?$)", r"\1.0", ran.stdout)  # a PDF may write “82.”, JSON may not
    things = {
        name.removeprefix("obj:"): thing.get("value", thing.get("stream", {}).get("dict"))
        for name, thing in json.loads(told)["qpdf"][1].items()
    }
    return {name: thing for name, thing in things.items() if isinstance(thing, dict)}
