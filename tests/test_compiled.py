"""Our templates are compiled once, as Python compiles its modules; those of a project each time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from conftest import composed, everything

from generator import compiled, engine, render
from generator.places import TEMPLATES
from generator.printed import Handout
from generator.projects import Project
from generator.reader import read


class Compiler:
    """Counts which templates are compiled in a run that begins anew."""

    def __init__(self, templates: Path, handout: Handout) -> None:
        self.templates, self.handout, self.names = templates, handout, list[str]()

    def run(self, project: Path | None = None) -> str:
        """The page of a lesson; ``names``: what was compiled for it."""
        self.names.clear()
        render._environment.cache_clear()
        return render.page(self.handout, project=project)


@pytest.fixture
def compiler(small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    """With templates of its own, beside which nothing has been kept yet."""
    templates = tmp_path / "ours"
    shutil.copytree(TEMPLATES, templates, ignore=shutil.ignore_patterns("__pycache__"))
    made = Compiler(templates, composed(read(small).lessons["ferry"], "student"))
    compile = jinja2.Environment.compile

    def counting(self: jinja2.Environment, source: str, name: str, *rest: object) -> object:
        made.names.append(name)
        return compile(self, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(jinja2.Environment, "compile", counting)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for module in (render, compiled):
        monkeypatch.setattr(module, "TEMPLATES", templates)
    yield made
    render._environment.cache_clear()


def test_a_template_is_compiled_once(compiler: Compiler) -> None:
    """The next run finds it, and draws the same page."""
    page = compiler.run()
    assert "handout.css" in compiler.names
    assert compiler.run() == page and compiler.names == []


def test_a_template_that_was_changed_is_compiled_again(compiler: Compiler) -> None:
    """And no other."""
    compiler.run()
    changed = compiler.templates / "handout.css"
    changed.write_text(changed.read_text("utf-8") + "\n/* another sign */\n", "utf-8")
    assert "another sign" in compiler.run() and compiler.names == ["handout.css"]


def test_what_compiles_templates_counts_too(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled by another Jinja, or with other settings, is not used."""
    compiler.run()
    monkeypatch.setattr(engine, "of_templates", lambda: "Jinja2 99")
    compiler.run()
    assert "handout.css" in compiler.names


@pytest.mark.parametrize("left", [0, 2, 20, 2000, -1])
def test_what_is_damaged_is_compiled_again(compiler: Compiler, left: int) -> None:
    """A file of which nothing is left, or the beginning, or all but the end."""
    page = compiler.run()
    (kept,) = (compiler.templates / "__pycache__").glob("handout.css.*")
    kept.write_bytes(kept.read_bytes()[:left])
    assert compiler.run() == page and compiler.names == ["handout.css"]


def test_where_nothing_can_be_kept_pages_are_drawn_all_the_same(compiler: Compiler) -> None:
    """A folder that cannot be written to, as where a program is installed for all."""
    (compiler.templates / "__pycache__").write_text("no folder", "utf-8")
    page = compiler.run()
    assert compiler.run() == page and "handout.css" in compiler.names


def test_nothing_is_kept_of_templates_of_a_project(compiler: Compiler, tmp_path: Path) -> None:
    """What is compiled can run: it has no place where a teacher keeps lessons, and none made elsewhere is used."""
    own = tmp_path / "own" / "templates"
    own.mkdir(parents=True)
    (own / "own.css").write_text("p { orphans: 4 }", "utf-8")
    before = everything(own)
    for _ in range(2):
        assert "orphans: 4" in compiler.run(own)
        assert "own.css" in compiler.names and everything(own) == before
    assert not list((compiler.templates / "__pycache__").glob("own.css.*"))


def test_where_python_keeps_nothing_neither_do_we(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with PYTHONDONTWRITEBYTECODE."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compiler.run()
    assert not (compiler.templates / "__pycache__").exists()
