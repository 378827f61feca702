"""What the documents say is tried: examples are read, commands are run, links lead somewhere, nothing is left out.

A remark in the line above a block says how to try it; readers do not see it.

``<!-- fragment: activities -->``        put the block into a small lesson or record, at this place
``<!-- from: lessons/x.yaml -->``        the block stands in this file, word for word
``<!-- file: seeds/x.yaml -->``          save the block under this name, for the commands that follow
``<!-- goes into: seeds/x.yaml -->``     put the block's keys into this file, for the commands that follow
``<!-- mistake: FILE | OLD | NEW -->``   run the block with a mistake in a file, and mend it afterwards
``<!-- exits: 1 -->``                    the last command of the block ends with this code

In what a command prints, “…” stands for any text, and a line of its own for any lines. ``/home/you`` is the
folder in which the commands are tried.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import jinja2
import pytest
import yaml
from conftest import put_pictures
from PIL import Image, ImageChops

from generator.activities import KINDS
from generator.cli import app
from generator.diagnostic import Diagnostic, full
from generator.editions import EDITIONS
from generator.house import USUAL, HandoutsSpec, Limits
from generator.lessons import LessonSpec
from generator.outputs import OUTPUTS
from generator.projects import Project
from generator.reader import read
from generator.records import SeedRecord
from generator.rules import rules
from generator.schema import Spec
from generator.spec import UnitSpec
from generator.standards import Table

HOME = Path(__file__).resolve().parent.parent
DOCS = HOME / "docs"
PAGES = {
    path.relative_to(HOME).as_posix(): path.read_text("utf-8")
    for path in (HOME / "README.md", HOME / "CHANGELOG.md", HOME / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")))
}

# Commands of other systems, and those that the set-up and the continuous tests run themselves.
NOT_RUN = {
    "brew install pango pipx": "macOS",
    "pipx install .": "macOS",
    "pacman -S mingw-w64-x86_64-pango": "Windows",
    "py -m pip install .": "Windows",
    "./run": "run by the continuous tests",
    "./run test": "run by the continuous tests",
    "pip install 'counterpoint-handouts[cluster]'": "several computers: see tests/test_cluster.py",
    "dask scheduler --host 10.0.0.1": "several computers",
    "dask worker tcp://10.0.0.1:8786 --nthreads 1": "several computers",
    "counterpoint build --cluster tcp://10.0.0.1:8786": "several computers",
}
YOU = "/home/you"


# --- the blocks of the documents ---------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A fenced block, where it stands, and the remarks above it."""

    page: str
    line: int
    kind: str
    text: str
    remarks: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


_REMARK = re.compile(r"<!-- ([a-z ]+)(?:: (.*))? -->")


def blocks_of(page: str, text: str) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    lines = iter(enumerate(text.splitlines(), 1))
    remarks: dict[str, str] = {}
    for number, line in lines:
        if line.startswith("```"):
            inside = []
            for _, line_inside in lines:
                if line_inside == "```":
                    break
                inside.append(line_inside + "\n")
            else:
                raise AssertionError(f"{page}:{number}: this block is never closed")
            yield Block(page, number, line[3:], "".join(inside), remarks)
        found = _REMARK.fullmatch(line)
        remarks = {**remarks, found[1]: found[2] or ""} if found else {}


BLOCKS = [block for page, text in PAGES.items() for block in blocks_of(page, text)]


def test_every_block_is_of_a_kind_that_is_tried() -> None:
    """A block without a kind, or of a kind that nobody tries, could say anything."""
    known = {"yaml", "console", "sh", "python", "jinja"}
    for block in BLOCKS:
        is_picture = block.kind == "text" and ("file" in block.remarks or "▼" in block.text)
        assert block.kind in known or is_picture, str(block)
        assert set(block.remarks) <= {"fragment", "from", "file", "goes into", "mistake", "exits"}, str(block)


# --- YAML --------------------------------------------------------------------------------------------

# A lesson and a record that the fragments are put into. Keys of a fragment take the place of those here, but for
# the first activity: every source is asked what it cannot show, and stances are taken after something was read.
FIRST = "{label: Not told, ask: Say what the source does not tell., limits: true}"
FIRST = f"  - {{type: sourcing, title: The sources, minutes: 20, columns: [{FIRST}]}}\n"
LESSON = {
    "format": "1",
    "title": "An example",
    "grades": "11-12",
    "compelling_question": "On what conditions should talks go on?",
    "kind": "policy",
    "objectives": "{compare: Compare two passages.}",
    "assessment": "{task: What students write., objectives: [compare]}",
    "content_note": "Some passages speak of prisoners.",
    "norms": "[Let others finish.]",
    "minutes": "20",
    "documents": """
  A: {passages: [chrd/conditions-for-dialogue]}
  B: {passages: [negotiation/dialogue-not-negotiation]}
  C: {passages: [chinafile/equal-accountability]}""",
    "activities": f"\n{FIRST.rstrip()}",
}
PLACES = {  # of a fragment that is not a group of a lesson's or record's own keys
    "activities": "activities:\n",
    "documents": "documents:\n",
    "passages": "documents:\n  A:\n    passages:\n",
    "questions": "activities:\n  - type: guided_questions\n    title: Questions\n    minutes: 10\n    questions:\n",
}


def indented(text: str, like: str) -> str:
    """A fragment, two spaces further in than the last line that it stands below."""
    last = like.splitlines()[-1]
    by = " " * (len(last) - len(last.lstrip()) + 2)
    return like + "".join(by + line if line.strip() else line for line in text.splitlines(keepends=True))


def keys_of(text: str) -> dict[str, Any]:
    """The keys of a group, with every value as it was typed."""
    keys = yaml.load(text, Loader=yaml.BaseLoader)
    return keys if isinstance(keys, dict) else {}


def with_keys(text: str, fragment: str) -> str:
    """A file whose keys give way to those of a fragment."""
    for key in keys_of(fragment):
        text = re.sub(rf"(?m)^{key}:.*\n(?:[ -].*\n|\n)*", "", text)
    return text + fragment


def lesson_with(fragment: str) -> str:
    """The small lesson with a fragment in it, and as many minutes as its activities take."""
    given = keys_of(fragment)
    text = with_keys("".join(f"{key}: {value}\n" for key, value in LESSON.items()), fragment)
    if "activities" in given and "minutes" not in given:
        text = text.replace("\nactivities:\n", f"\nactivities:\n{FIRST}", 1)
        text = with_keys(text, f"minutes: {sum(int(a['minutes']) for a in keys_of(text)['activities'])}\n")
    if "objectives" in given and "assessment" not in given:
        named = ", ".join(given["objectives"])
        text = with_keys(text, f"assessment: {{task: What students write., objectives: [{named}]}}\n")
    return text


def kind_of_file(block: Block) -> str:
    """Where a whole file belongs, by its keys."""
    keys = keys_of(block.text)
    if "activities" in keys:
        return "lessons/example.yaml"
    if "lessons" in keys:
        return "lessons/example.unit.yaml"
    if "frameworks" in keys:
        return "standards.yaml"
    return "seeds/example.yaml" if "body" in keys else "handouts.yaml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with copies of the seeds and lessons, for the examples in YAML."""
    root = tmp_path_factory.mktemp("examples")
    (root / "no-lessons").mkdir()
    for folder in ("seeds", "lessons"):
        shutil.copytree(HOME / folder, root / folder)
    put_pictures(root)
    return Project(root, root / "seeds", root / "lessons", None, root / "output")


def problems_of(project: Project, name: str, text: str) -> list[Diagnostic]:
    """What the program objects to when a file of the project reads like this; afterwards all is as before."""
    path = project.root / name
    before = path.read_bytes() if path.exists() else None
    path.write_text(text, "utf-8")
    try:
        return [d for d in read(project).diagnostics if d.span.source.path.name == path.name]
    finally:
        path.unlink() if before is None else path.write_bytes(before)


YAML = [b for b in BLOCKS if b.kind == "yaml" and not {"file", "goes into"} & set(b.remarks)]


@pytest.mark.parametrize("block", YAML, ids=str)
@pytest.mark.slow
def test_an_example_is_read_without_problems(block: Block, project: Project) -> None:
    """Neither errors nor warnings: an example shows how it is done."""
    place = block.remarks.get("fragment", "")
    if not place:
        name, text = kind_of_file(block), block.text
    elif place == "record":  # without the lessons, which cite other passages than the example has
        project = replace(project, lessons=project.root / "no-lessons")
        name, text = "seeds/chrd.yaml", with_keys((project.seeds / "chrd.yaml").read_text("utf-8"), block.text)
    else:
        fragment = block.text if place == "lesson" else indented(block.text, PLACES[place])
        name, text = "lessons/example.yaml", lesson_with(fragment)
    assert "\n\n".join(map(full, problems_of(project, name, text))) == ""


@pytest.mark.parametrize("block", [b for b in BLOCKS if "from" in b.remarks], ids=str)
def test_what_is_said_to_stand_in_a_file_stands_there(block: Block) -> None:
    """The lines that a reader is sent to are found."""
    assert block.text in (HOME / block.remarks["from"]).read_text("utf-8")


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.kind in ("python", "jinja")], ids=str)
def test_an_example_of_code_can_be_used(block: Block) -> None:
    """Python is carried out, a template is parsed."""
    if block.kind == "python":
        exec(compile(block.text, str(block), "exec", dont_inherit=True), {"__name__": "example"})
    else:
        jinja2.Environment(autoescape=True).parse(block.text)


# --- commands ----------------------------------------------------------------------------------------


@dataclass
class Desk:
    """A reader's computer: a folder with a copy of the program's files, and the folder the terminal is in."""

    root: Path
    folder: Path

    def file(self, name: str) -> Path:
        return self.folder / name

    def type(self, command: str) -> tuple[str, int]:
        """Carry out a command; what it prints, and the code it ends with."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return "", 0
        assert words[0] in ("counterpoint", "./run"), f"Is this to be tried? If not, it belongs into NOT_RUN: {command}"
        assert words[0] == "counterpoint" or self.folder == self.root / "counterpoint", "./run stands elsewhere"
        environment = {
            **os.environ,
            "PYTHONPATH": str(HOME),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "96",
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            [sys.executable, "-m", "generator", *words[1:]],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        return done.stdout.decode().replace(str(self.root), YOU), done.returncode


def shows(expected: str, printed: str) -> bool:
    """Whether a block shows what was printed; “…” stands for what it leaves out."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*")
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, printed) is not None


def steps(block: Block) -> Iterator[tuple[str, str | None]]:
    """The commands of a block, with what it shows of their output; ``None`` where it is not meant to show any."""
    if block.kind == "sh":
        yield from ((line, None) for line in block.text.splitlines())
        return
    for part in re.split(r"(?m)^\$ ", block.text)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def carry_out(block: Block, desk: Desk) -> None:
    commands = list(steps(block))
    for n, (command, shown) in enumerate(commands, 1):
        if command in NOT_RUN:
            assert shown is None, f"{block}: {command} is not run, so nothing can be shown"
            continue
        printed, code = desk.type(command)
        # A blank line before the next command is for the reader's eye.
        exact = (
            shown is None or shows(shown, printed) or (n < len(commands) and shows(shown.removesuffix("\n"), printed))
        )
        assert exact, f"{block}: “{command}” prints\n\n{printed}"
        wanted = int(block.remarks.get("exits", "0")) if n == len(commands) else 0
        assert code == wanted, f"{block}: “{command}” ends with {code}\n\n{printed}"


def follow(block: Block, desk: Desk) -> None:
    """Do what a reader does at a block: save a file, change one, or type commands."""
    if name := block.remarks.get("file"):
        desk.file(name).write_text(block.text, "utf-8")
    elif name := block.remarks.get("goes into"):
        desk.file(name).write_text(with_keys(desk.file(name).read_text("utf-8"), block.text), "utf-8")
    elif block.kind in ("console", "sh"):
        if mistake := block.remarks.get("mistake"):
            name, old, new = mistake.split(" | ")
            text = desk.file(name).read_text("utf-8")
            assert text.count(old) == 1, f"{block}: “{old}” stands {text.count(old)} times in {name}"
            desk.file(name).write_text(text.replace(old, new), "utf-8")
            carry_out(block, desk)
            desk.file(name).write_text(text, "utf-8")
        else:
            carry_out(block, desk)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.slow
def test_commands_do_what_a_page_shows(page: str, tmp_path: Path) -> None:
    """A reader who follows a page from its top to its end sees what the page says."""
    folder = tmp_path / "counterpoint"
    for name in ("seeds", "lessons", "templates"):
        shutil.copytree(HOME / name, folder / name)
    desk = Desk(tmp_path, folder)
    for block in BLOCKS:
        if block.page == page:
            follow(block, desk)


def test_the_script_has_the_two_commands_that_are_not_tried_here() -> None:
    """``./run`` alone builds, ``./run test`` runs the tests, and all else goes to the program."""
    script = (HOME / "run").read_text("utf-8")
    assert re.search(r'case "\$\{1:-\}" in\n\s*test\)', script)
    assert "-m pytest" in script
    assert "set -- build" in script and 'counterpoint "$@"' in script
    assert os.access(HOME / "run", os.X_OK) or sys.platform == "win32"


def test_nothing_is_excused_from_being_run_that_no_page_names() -> None:
    """The list of commands that are not run stays as short as it can be."""
    typed = {command for block in BLOCKS if block.kind in ("sh", "console") for command, _ in steps(block)}
    assert set(NOT_RUN) <= typed


# --- links and pictures ------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The addresses of a document's headings, as GitHub makes them."""
    outside = re.sub(r"(?ms)^```.*?^```$", "", text)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in re.findall(r"(?m)^#+ (.+)$", outside)}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """Files and pictures are there, and so are the headings that links point to."""
    for address in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if re.match(r"https?:", address):
            continue
        name, _, anchor = address.partition("#")
        target = ((HOME / page).parent / name).resolve() if name else HOME / page
        assert target.exists() and target.is_relative_to(HOME), f"{page}: {address}"
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), f"{page}: {address}"


def test_every_document_is_reached_from_the_first_one() -> None:
    """README.md leads to all others."""
    assert not [page for page in PAGES if page != "README.md" and f"]({page})" not in PAGES["README.md"]]


PICTURES = sorted(path.name for path in (DOCS / "pictures").glob("*.png"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_gray(name: str) -> None:
    """About 900 pixels wide, less than 250 kB, as a copier would show it."""
    path = DOCS / "pictures" / name
    with Image.open(path) as picture:
        assert 890 <= picture.width <= 910
        assert picture.mode == "L"
    assert path.stat().st_size < 250_000


@pytest.mark.slow
def test_the_pictures_are_those_of_today(tmp_path: Path) -> None:
    """``python docs/pictures.py FOLDER`` draws them from the lessons as they are; none of ours is older."""
    command = [sys.executable, str(DOCS / "pictures.py"), str(tmp_path / "pictures")]
    subprocess.run(
        command, check=True, capture_output=True, timeout=240, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == PICTURES
    for name in PICTURES:
        with Image.open(DOCS / "pictures" / name) as ours, Image.open(tmp_path / "pictures" / name) as drawn:
            assert ours.size == drawn.size, name
            histogram = ImageChops.difference(ours, drawn).histogram()
            assert sum(histogram[64:]) < 0.002 * ours.width * ours.height, f"{name} is not of today: docs/pictures.py"


# --- nothing is left out -----------------------------------------------------------------------------


def specs_in(annotation: Any) -> Iterator[type[Spec]]:
    """The models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        yield annotation
    for part in get_args(annotation):
        yield from specs_in(part)


def models(*roots: type[Spec]) -> set[type[Spec]]:
    """Some models, and all that are found inside them."""
    found: set[type[Spec]] = set()
    left = list(roots)
    while left:
        model = left.pop()
        if model not in found:
            found.add(model)
            left += [inner for field in model.model_fields.values() for inner in specs_in(field.annotation)]
    return found


def missing(page: str, roots: tuple[type[Spec], ...]) -> list[str]:
    """The keys of some models that a page does not name."""
    named = set(re.findall(r"`([a-z0-9_]+)(?::[^`]*)?`", re.sub(r"(?ms)^```.*?^```$", "", PAGES[page])))
    return [f"{m.__name__}.{key}" for m in models(*roots) for key in m.model_fields if key not in named]


def test_the_lesson_guide_names_every_key() -> None:
    """Of lessons, units, handouts.yaml, standards.yaml, and every kind of activity."""
    assert not missing("docs/lesson-guide.md", (LessonSpec, UnitSpec, HandoutsSpec, Table, *KINDS.values()))


def test_the_seed_guide_names_every_key() -> None:
    """What it leaves to the lesson guide, it links to."""
    assert not missing("docs/seed-guide.md", (SeedRecord,))


def test_the_lesson_guide_shows_every_kind_of_activity() -> None:
    """Each has a heading, and an example below it."""
    sections = dict(part.split("\n", 1) for part in PAGES["docs/lesson-guide.md"].split("\n### ")[1:])
    assert {kind for kind in KINDS if re.search(rf"\n *- type: {kind}\n", sections.get(kind, ""))} == set(KINDS)


def section(page: str, heading: str) -> str:
    """What stands below a heading of a page, down to the next of its rank."""
    return PAGES[page].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_lesson_guide_names_every_edition() -> None:
    """With what each is for."""
    assert set(re.findall(r"`([a-z-]+)`", section("docs/lesson-guide.md", "Editions"))) >= set(EDITIONS)


def test_the_lesson_guide_has_the_usual_thresholds_and_rules_that_measure_by_them() -> None:
    """The table says of each what it is without a handouts.yaml."""
    rows = re.findall(
        r"(?m)^\| `(\w+)` \| ([\d.]+) \| .* \| (.*) \|$", section("docs/lesson-guide.md", "handouts.yaml")
    )
    assert {name: float(usual) for name, usual, _ in rows} == {n: getattr(USUAL, n) for n in Limits.model_fields}
    assert {rule.strip("`") for _, _, named in rows for rule in named.split(", ")} <= set(rules())


def test_the_lesson_guide_names_the_warnings_that_stop_a_strict_unit() -> None:
    """These and no others."""
    table = re.findall(r"(?m)^\| [a-z ]+ \| (`.*`) \|$", section("docs/lesson-guide.md", "Units"))
    named = re.findall(r"`([a-z-]+)`", " ".join(table))
    assert sorted(named) == sorted(name for name, rule in rules().items() if rule.strict)


def test_the_first_page_names_every_command() -> None:
    """A command that nobody knows of is not there."""
    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    assert commands and not [c for c in commands if not re.search(rf"\b{c}\b", PAGES["README.md"])]


def test_the_page_on_the_inside_names_every_module() -> None:
    """Someone new finds each file in the table, and no file that is gone."""
    named = set(re.findall(r"`(\w+\.py)`", PAGES["docs/how-it-works.md"]))
    there = {path.name for room in (".", "editor") for path in (HOME / "generator" / room).glob("*.py")}
    assert there - {"__init__.py"} <= named
    assert named - there == {"opinion_line.py"} and "opinion_line" not in KINDS
    tables = ("KINDS", "OUTPUTS", "OF_SEEDS", "GUARDS", "EDITORS", "OF_UNITS")
    assert all(f"`{name}`" in PAGES["docs/how-it-works.md"] for name in tables)
    assert set(OUTPUTS) == {"html", "pdf", "docx"}, "the flow on that page shows these three"


# --- manners -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_page_tells_nothing_private(page: str) -> None:
    """No contacts from the articles, no folders of the computer it was written on."""
    article = (HOME / "seeds" / "001_835317c33ff37531.txt").read_text("utf-8")
    contacts = article.partition("Media Contacts")[2].partition("[1]")[0]
    private = [line.partition(",")[0] for line in contacts.splitlines() if "," in line]
    private += re.findall(r"\+\d[\d ]+\d", contacts)
    assert len(private) > 3
    told = [text for text in private if text in PAGES[page]]
    assert not told
    assert not re.search(r"(?<![\w./-])/(?:work|tmp|root|opt|mnt|srv|var)/", PAGES[page])
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w", PAGES[page])


def test_the_first_page_is_short_and_names_the_versions_that_are_needed() -> None:
    """About 200 lines; and the Python that pyproject.toml asks for."""
    python = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert f"Python {python.removeprefix('>=')} or newer" in PAGES["README.md"]
    assert len(PAGES["README.md"].splitlines()) <= 210
