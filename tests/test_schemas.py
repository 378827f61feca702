"""An editor that reads our schemas is content with what we ship, and finds what we would object to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from generator.places import HOME, LESSONS, SEEDS, TEMPLATES


class EditorLoader(yaml.SafeLoader):
    """YAML as the editors' language server reads it: version 1.2, in which a date is a text."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

FILES = [*LESSONS.glob("*.yaml"), *SEEDS.glob("*.yaml"), TEMPLATES / "new-lesson.yaml"]


def schema_of(path: Path) -> Any:
    """The schema that the file's first line names."""
    first = path.read_text("utf-8").splitlines()[0]
    named = (HOME / "lessons" / first.partition("$schema=")[2]).resolve()
    return json.loads(named.read_text("utf-8"))


def problems(schema: Any, value: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_editor_has_nothing_against_a_file_that_we_ship(path: Path) -> None:
    """Each file names its schema in its first line, and keeps to it."""
    assert problems(schema_of(path), yaml.load(path.read_text("utf-8"), EditorLoader)) == []


def test_an_editor_marks_a_key_that_does_not_exist() -> None:
    """The schema refuses what the program refuses."""
    path = TEMPLATES / "new-lesson.yaml"
    lesson = yaml.load(path.read_text("utf-8"), EditorLoader)
    lesson["titel"] = lesson.pop("title")
    found = " ".join(problems(schema_of(path), lesson))
    assert "'titel' was unexpected" in found and "'title' is a required property" in found


@pytest.mark.parametrize("kind", ["lesson", "seed", "unit", "handouts"])
def test_every_schema_is_itself_valid(kind: str) -> None:
    """JSON Schema, draft 2020-12."""
    Draft202012Validator.check_schema(json.loads((TEMPLATES / "schema" / f"{kind}.json").read_text("utf-8")))
