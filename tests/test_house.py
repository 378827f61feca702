"""The house is as it is described: imports go down, nobody shouts, and what can be forgotten is not."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import HOME, LESSONS, small_project
from PIL import ImageFont

from generator import fonts
from generator.activities import KINDS
from generator.reader import Reading
from generator.schemas import schemas

GENERATOR = HOME / "generator"
TEMPLATES = HOME / "templates"

# --- imports ------------------------------------------------------------------------------------------

# Each module imports from the rows above its own, never from its own row. Bottom first.
LAYERS = """
    binding cache places chinese dates looks mends phrases sentences sizes source styles
    folding tags typeset write
    answers diagnostic fonts halftones importing labels manuscript telling
    characters editions engine failures lines ooxml
    docx nodes projects roster together wordstyles
    schema wordtext
    audience pictures wordflow rules standards wording
    house spec word
    figures
    articles prose records activities.*
    activities seeds
    lessons
    evidence reading selection
    balance guard versions withheld
    editor.* ledger printed
    box check editor pauses
    booklet compiled documents editors
    intake
    packet pdf reader
    compose names outputs proof render schemas workbench
    desk drawing printshop
    cluster index staff stamps
    build
    packets serve substitutes
    classes console
    choices
    making
    cli
    __main__
"""


def rows() -> dict[str, int]:
    return {name: row for row, line in enumerate(LAYERS.strip().split("\n")) for name in line.split()}


def modules() -> dict[str, Path]:
    """Every module by its name in the package, such as “spec” or “activities.cer”."""
    found = {}
    for path in sorted(GENERATOR.rglob("*.py")):
        name = ".".join(path.relative_to(GENERATOR).with_suffix("").parts).removesuffix(".__init__")
        if name != "__init__":
            found[name] = path
    return found


def imports(path: Path, name: str) -> Iterator[str]:
    """The modules of this package that a module imports, wherever in its text."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            base = node.module or ""
            for alias in node.names if base == "generator" or base.startswith("generator.") else ():
                whole = f"{base}.{alias.name}".removeprefix("generator.")
                yield whole if whole in modules() else base.removeprefix("generator.")
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("generator.") for a in node.names if a.name.startswith("generator."))


def row(name: str) -> int:
    """The row of a module; the kinds of activity share one, and so do the rooms of the editor."""
    return rows()[name if name in rows() else re.sub(r"\..*", ".*", name)]


def test_every_module_has_its_row() -> None:
    """And every name in the rows is a module."""
    named = {name for name in rows() if not name.endswith(".*")}
    assert named == {name for name in modules() if "." not in name}


@pytest.mark.parametrize("name", modules())
def test_imports_only_go_down(name: str) -> None:
    """Whoever reads a module needs to know only those below it."""
    above = [other for other in imports(modules()[name], name) if other != "generator" and row(other) >= row(name)]
    assert not above, f"{name} imports {above}"


def test_kinds_of_activity_do_not_know_each_other() -> None:
    """One file a kind; the table of kinds is the only place that knows them all."""
    for name, path in modules().items():
        if name.startswith("activities."):
            assert not [other for other in imports(path, name) if other.startswith("activities")]


def test_heavy_things_are_imported_late() -> None:
    """“counterpoint check” reads all lessons without loading what presses PDFs."""
    heavy = {"weasyprint", "pikepdf", "jinja2", "fontTools", "lxml"}
    script = f"import generator.cli, sys; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_where_nothing_changed_nothing_is_imported_that_reads_or_draws(tmp_path: Path) -> None:
    """The second build of a lesson, and the second packet, take over what the first made."""
    project = small_project(tmp_path)
    (project.lessons / "all.unit.yaml").write_text("format: 1\ntitle: All\nlessons: [ferry]\n", "utf-8")
    heavy = {"weasyprint", "jinja2", "fontTools", "generator.lessons", "generator.compose", "generator.render"}
    for command in ("build", "packet"):
        script = (
            "import sys; from generator.cli import app\n"
            f"app({[command, *['--quiet', '--edition', 'student', '--format', 'pdf']]}, standalone_mode=False)\n"
            f"print('', sorted({heavy} & set(sys.modules)), sep='\\n', file=sys.stderr)"
        )
        told = {"COUNTERPOINT_CACHE": str(tmp_path / "kept"), "PYTHONPATH": str(HOME)}
        first, again = (
            subprocess.run(
                [sys.executable, "-c", script],
                cwd=project.root,
                env={**os.environ, **told},
                capture_output=True,
                text=True,
                check=True,
            )
            for _ in range(2)
        )
        assert again.stderr.endswith("\n[]\n")
        assert "jinja2" in first.stderr, "what was drawn first"


# --- manners ------------------------------------------------------------------------------------------

MAY_SPEAK = {"cli", "making", "console", "__main__"}
MAY_USE = {  # to say how long it takes; to wait; for a number that no other page can guess
    "console": {"time"},
    "workbench": {"time"},
    "serve": {"secrets"},
}
MAY_LOG = {"cluster", "pdf", "halftones"}  # they listen to what others only log or warn of, or bid them be silent


@pytest.mark.parametrize("name", modules())
def test_only_the_door_speaks(name: str) -> None:
    """No print and no logging below the command; problems are values."""
    tree = ast.parse(modules()[name].read_text("utf-8"))
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert name in MAY_SPEAK or not calls & {"print", "input"}
    assert name in MAY_LOG or not named & {"logging", "warnings"}
    assert not calls & {"eval", "exec", "breakpoint"}


@pytest.mark.parametrize("name", modules())
def test_the_clock_is_not_read(name: str) -> None:
    """The same lesson gives the same bytes, today and next year; nor does anything come about by chance."""
    tree = ast.parse(modules()[name].read_text("utf-8"))
    named = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert named & {"time", "datetime", "random", "uuid", "secrets"} == MAY_USE.get(name, set())


@pytest.mark.parametrize("name", modules())
def test_a_module_says_what_it_does(name: str) -> None:
    """In its first line; that of a command is the command itself."""
    said = ast.get_docstring(ast.parse(modules()[name].read_text("utf-8")))
    assert name == "__main__" or (said and said[0].isupper() and "." in said)


def test_no_module_is_called_after_nothing() -> None:
    """Names like these say that something has no place."""
    assert not {part for name in modules() for part in name.split(".")} & {
        "utils",
        "helpers",
        "common",
        "misc",
        "manager",
        "context",
    }


# --- schemas ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", schemas())
def test_the_schema_for_editors_is_current(kind: str) -> None:
    """To renew it: counterpoint schema KIND > templates/schema/KIND.json"""
    assert (TEMPLATES / "schema" / f"{kind}.json").read_text("utf-8") == schemas()[kind]


def test_there_is_no_other_schema() -> None:
    """A file for each kind."""
    assert sorted(p.stem for p in (TEMPLATES / "schema").iterdir()) == sorted(schemas())


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every property of a schema, however deep, with where it stands."""
    if isinstance(schema, dict):
        for name, inside in schema.get("properties", {}).items():
            yield f"{path}.{name}", inside
        for key, inside in schema.items():
            yield from properties(inside, f"{path}.{key}")
    elif isinstance(schema, list):
        for n, inside in enumerate(schema):
            yield from properties(inside, f"{path}[{n}]")


@pytest.mark.parametrize("kind", schemas())
def test_every_key_is_explained_to_editors(kind: str) -> None:
    """A sentence for each, which editors show beside it; but for the word that names an activity's kind."""
    silent = [
        path
        for path, inside in properties(json.loads(schemas()[kind]))
        if not inside.get("description") and "const" not in inside
    ]
    assert not silent
    told = [inside["description"] for _, inside in properties(json.loads(schemas()[kind])) if "description" in inside]
    assert told and not [words for words in told if not re.search(r"[.…?!”]$", words) or words[0] == " "]


def test_editors_know_unknown_keys() -> None:
    """As the program does: a group has only the keys it knows."""
    for kind in schemas():
        schema = json.loads(schemas()[kind])
        groups = [schema, *schema.get("$defs", {}).values()]
        assert all(group["additionalProperties"] is False for group in groups if "properties" in group)


# --- activities, fonts ---------------------------------------------------------------------------------


def test_every_kind_of_activity_has_its_file_and_its_template() -> None:
    """A file in activities/, a line in KINDS, a template of its name; and no more of either."""
    assert sorted(KINDS) == sorted(p.stem for p in (GENERATOR / "activities").glob("*.py") if p.stem != "__init__")
    assert sorted(KINDS) == sorted(p.name.removesuffix(".html.j2") for p in (TEMPLATES / "activities").iterdir())
    for name in KINDS:
        drawn = (TEMPLATES / "activities" / f"{name}.html.j2").read_text("utf-8")
        assert re.search(r"\{%-? macro student\(part\)", drawn) and re.search(r"\{%-? macro key\(part\)", drawn)


def test_every_kind_of_activity_stands_in_a_lesson(reading: Reading) -> None:
    """A teacher finds an example of each."""
    used = {activity.type for name in LESSONS for activity in reading.lessons[name].spec.activities}
    assert used == set(KINDS)


@pytest.mark.parametrize(
    "file", sorted(p.name for p in (TEMPLATES / "fonts").iterdir() if p.suffix in (".ttf", ".woff2", ".otf"))
)
def test_every_font_has_its_licence_beside_it(file: str) -> None:
    """Under the first part of its name; and it is one that the program uses."""
    family = re.split(r"[-.]", file)[0]
    licences = [p for p in (TEMPLATES / "fonts").iterdir() if p.name.startswith(f"{family}-LICENSE")]
    assert len(licences) == 1
    assert "Open Font License" in re.sub(r"\s+", " ", licences[0].read_text("utf-8")) or "OFL" in licences[0].read_text(
        "utf-8"
    )
    assert Path(file).stem in {Path(face.file).stem for face in fonts.FACES}


def test_the_faces_have_names_of_their_own() -> None:
    """Where two files share family, weight and style, WeasyPrint 70 prints wrong characters."""
    names = [(face.family, face.weight, face.style) for face in fonts.FACES]
    assert len(set(names)) == len(names)
    assert all((TEMPLATES / "fonts" / face.file).is_file() for face in fonts.FACES)


def test_what_is_kept_of_the_faces_is_what_stands_in_them() -> None:
    """A new face is measured: python templates/fonts/measure.py. Their advances are asked of another library, too."""
    told = runpy.run_path(str(TEMPLATES / "fonts" / "measure.py"))
    assert told["KEPT"].read_text("ascii") == told["all_measured"]()
    for face in fonts.FACES:
        drawn = ImageFont.truetype(
            str(TEMPLATES / "fonts" / face.file), face.units, layout_engine=ImageFont.Layout.BASIC
        )
        for char in ("a", "W", "8", " ", *(["中", "橞"] if face is fonts.HAN else ["é"])):
            assert drawn.getlength(char) == face.widths[char], char


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    sorted([*HOME.glob("lessons/*.yaml"), *HOME.glob("seeds/*.yaml"), TEMPLATES / "new-lesson.yaml"]),
    ids=lambda p: p.name,
)
def test_every_reader_of_yaml_reads_the_same(path: Path) -> None:
    """PyYAML without libyaml, which is stricter, and with it."""
    text = path.read_text("utf-8")
    assert yaml.load(text, Loader=yaml.BaseLoader) == yaml.load(text, Loader=yaml.CBaseLoader)


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_the_scripts_can_be_run(name: str) -> None:
    """They are executable, and Bash can read them."""
    script = HOME / name
    if not script.exists() and name.startswith("."):
        pytest.skip(f"{name} is not part of this copy")
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").startswith("#!/usr/bin/env bash\n")
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("there is no bash")
    ran = subprocess.run([bash, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("*.py")), ids=lambda p: p.name)
def test_a_test_tells_what_should_be(path: Path) -> None:
    """Under its name stands a sentence."""
    tree = ast.parse(path.read_text("utf-8"))
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    assert not [test.name for test in tests if not ast.get_docstring(test)]
