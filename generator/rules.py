"""What each rule means, why it is there and what to do: the entries that ``counterpoint explain`` prints."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from generator.characters import decode
from generator.nodes import Text
from generator.schema import Spec, load


class RuleEntry(Spec):
    called: ClassVar[str] = "a rule"

    severity: Literal["error", "warning"] = Field(description="An error keeps the lesson from being built.")
    strict: bool = Field(False, description="Whether the warning is an error in a unit that says “strict: true”.")
    says: Text = Field(description="The rule in one sentence.")
    why: Text = Field(description="What goes wrong without it.")
    fails: Text = Field(description="An example that it objects to.")
    passes: Text = Field(description="The example mended.")


class Catalogue(Spec):
    called: ClassVar[str] = "a catalogue of rules"

    rules: dict[Text, RuleEntry] = Field(description="The rules by their names.")


@lru_cache
def rules() -> dict[str, RuleEntry]:
    """All rules by name."""
    path = Path(__file__).with_name("rules.yaml")
    source, problems = decode(path, path.read_bytes())
    made, more = load(Catalogue, source)
    assert made is not None, [*problems, *more]
    return {str(name): entry for name, entry in made.rules.items()}
