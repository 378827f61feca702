"""Our templates are compiled once, as Python compiles its modules; those of a project each time."""

from __future__ import annotations

import marshal
import pickle
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from conftest import composed, everything
from jinja2.bccache import bc_magic

from generator import compiled, engine, render
from generator.failures import PageProblem
from generator.places import TEMPLATES
from generator.printed import Handout
from generator.projects import Project
from generator.reader import read


class Compiler:
    """Counts which templates are compiled in a run that begins anew."""

    def __init__(self, folder: Path, handout: Handout) -> None:
        self.templates, self.modules, self.handout, self.names = folder / "ours", folder / "kept", handout, list[str]()

    def run(self, project: Path | None = None) -> str:
        """The page of a lesson; ``names``: what was compiled for it."""
        self.names.clear()
        render._environment.cache_clear()
        return render.page(self.handout, project=project)

    def kept(self, name: str) -> Path:
        (found,) = self.modules.glob(f"template.{name}.*")
        return found


@pytest.fixture
def compiler(small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiler]:
    """With templates of its own, of which nothing has been kept yet."""
    made = Compiler(tmp_path, composed(read(small).lessons["ferry"], "student"))
    shutil.copytree(TEMPLATES, made.templates, ignore=shutil.ignore_patterns("__pycache__"))
    compile = jinja2.Environment.compile

    def counting(self: jinja2.Environment, source: str, name: str, *rest: object) -> object:
        made.names.append(name)
        return compile(self, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(jinja2.Environment, "compile", counting)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    for module in (render, compiled):
        monkeypatch.setattr(module, "TEMPLATES", made.templates)
    monkeypatch.setattr(compiled, "KEPT", made.modules)
    yield made
    render._environment.cache_clear()


def test_a_template_is_compiled_once(compiler: Compiler) -> None:
    """The next run finds it, and draws the same page. Nothing comes to lie among the templates."""
    before = everything(compiler.templates)
    page = compiler.run()
    assert "handout.css" in compiler.names
    assert compiler.run() == page and compiler.names == []
    assert everything(compiler.templates) == before


def test_a_template_that_was_changed_is_compiled_again(compiler: Compiler) -> None:
    """And no other."""
    compiler.run()
    changed = compiler.templates / "handout.css"
    changed.write_text(changed.read_text("utf-8") + "\n/* another sign */\n", "utf-8")
    assert "another sign" in compiler.run() and compiler.names == ["handout.css"]


def test_what_compiles_templates_counts_too(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled by another Jinja, or with other filters, is not used."""
    compiler.run()
    monkeypatch.setattr(engine, "_version", lambda name: "99")
    engine.of_templates.cache_clear()
    compiler.run()
    engine.of_templates.cache_clear()
    assert "handout.css" in compiler.names
    for module in ("render.py", "together.py", "compiled.py"):
        assert engine._digest(str(Path(engine.__file__).parent / module)) in engine.of_templates()


@pytest.mark.parametrize("left", [0, 2, 20, 2000, -1])
def test_what_is_damaged_is_compiled_again(compiler: Compiler, left: int) -> None:
    """A file of which nothing is left, or the beginning, or all but the end."""
    page = compiler.run()
    kept = compiler.kept("handout.css")
    kept.write_bytes(kept.read_bytes()[:left])
    assert compiler.run() == page and compiler.names == ["handout.css"]


def test_what_is_no_code_is_compiled_again(compiler: Compiler) -> None:
    """However well it begins."""
    page = compiler.run()
    checksum = compiled.Compiled().get_source_checksum((compiler.templates / "handout.css").read_text("utf-8"))
    compiler.kept("handout.css").write_bytes(bc_magic + pickle.dumps(checksum, 2) + marshal.dumps(5))
    assert compiler.run() == page and compiler.names == ["handout.css"]


def test_where_nothing_can_be_kept_pages_are_drawn_all_the_same(compiler: Compiler) -> None:
    """A folder that cannot be written to, as where a program is installed for all."""
    compiler.modules.write_text("no folder", "utf-8")
    page = compiler.run()
    assert compiler.run() == page and "handout.css" in compiler.names


def test_nothing_is_kept_of_templates_of_a_project(compiler: Compiler, tmp_path: Path) -> None:
    """They are compiled each time, wherever they lie."""
    own = tmp_path / "own" / "templates"
    own.mkdir(parents=True)
    (own / "own.css").write_text("p { orphans: 4 }", "utf-8")
    before = everything(own)
    for _ in range(2):
        assert "orphans: 4" in compiler.run(own)
        assert "own.css" in compiler.names and everything(own) == before
    assert not list(compiler.modules.glob("*own.css*"))


@pytest.mark.parametrize("place", ["ours", "own"])
def test_nothing_compiled_elsewhere_is_run(compiler: Compiler, place: str, tmp_path: Path) -> None:
    """What lies among templates, as if it had been compiled of one, is nothing to us: somebody may have put it there
    who may not put code on this computer."""
    folder, text = tmp_path / place, "p { orphans: 4 }"
    folder.mkdir(exist_ok=True)
    for there in (compiler.templates, folder):
        (there / "own.css").write_text(text, "utf-8")
    compiler.run()
    checksum = compiled.Compiled().get_source_checksum(text)
    evil = compile(f"import os; os.mkdir({str(tmp_path / 'canary')!r})", "own.css", "exec")
    (folder / "__pycache__").mkdir()
    for name in ("own.css", "template.own.css"):
        planted = folder / "__pycache__" / f"{name}.{sys.implementation.cache_tag}.pyc"
        planted.write_bytes(bc_magic + pickle.dumps(checksum, 2) + marshal.dumps(evil))
    assert text in compiler.run(None if place == "ours" else folder)
    assert not (tmp_path / "canary").exists()
    shutil.copy(planted, compiler.kept("own.css"))  # where our modules are, it is
    with pytest.raises(PageProblem):
        compiler.run()
    assert (tmp_path / "canary").exists()


def test_where_python_keeps_nothing_neither_do_we(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with PYTHONDONTWRITEBYTECODE."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compiler.run()
    assert not compiler.modules.exists()


def test_what_is_kept_by_python_is_no_part_of_the_program(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or what is kept of lessons would change with it."""
    monkeypatch.setattr(engine, "TEMPLATES", compiler.templates)
    before = engine.of_pages.__wrapped__()
    (compiler.templates / "__pycache__").mkdir()
    (compiler.templates / "__pycache__" / ".left-behind").write_text("", "utf-8")
    assert engine.of_pages.__wrapped__() == before
    (compiler.templates / "another.css").write_text("", "utf-8")
    assert engine.of_pages.__wrapped__() != before
