"""Standards by their codes: our gist of each, where the official wording stands, and what never to cite."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from generator.characters import decode
from generator.diagnostic import Diagnostic, did_you_mean, listing
from generator.nodes import Text
from generator.schema import Spec, load


class Framework(Spec):
    called: ClassVar[str] = "a framework"

    name: Text = Field(description="Its full name.")
    official: Text = Field(description="Where the official wording stands.")


class Standard(Spec):
    called: ClassVar[str] = "a standard"

    framework: Text = Field(description="The framework it belongs to.")
    grades: Text = Field(description="The grade band.")
    gist: Text = Field(description="Our own words for it.")
    checked: Text = Field(Text("not yet"), description="Who has checked the gist against the official wording.")
    refused: Text | None = Field(None, description="Why it must not be cited.")


class Table(Spec):
    called: ClassVar[str] = "a table of standards"

    frameworks: dict[Text, Framework] = Field({}, description="The frameworks by a short name.")
    standards: dict[Text, Standard] = Field(description="The standards by their codes.")


def joined(ours: Table, own: Table) -> Table:
    """Two tables as one; where both have a code, that of the project counts. One without a framework is left out."""
    frameworks = {**ours.frameworks, **own.frameworks}
    sound = {code: s for code, s in own.standards.items() if s.framework in frameworks}
    return Table(frameworks=frameworks, standards={**ours.standards, **sound})


def table_problems(own: Table, ours: Table) -> Iterator[Diagnostic]:
    """Each standard of a project's table belongs to a framework of it, or of ours."""
    known = [*ours.frameworks, *own.frameworks]
    for standard in own.standards.values():
        if standard.framework not in known:
            yield Diagnostic(
                standard.framework.span,
                "no-such-framework",
                f"There is no framework “{standard.framework}”",
                did_you_mean(standard.framework, known) or f"Write it under “frameworks”; there are {listing(known)}.",
            )


@lru_cache
def table() -> Table:
    """The table that ships with the program."""
    path = Path(__file__).with_name("standards.yaml")
    source, problems = decode(path, path.read_bytes())
    made, more = load(Table, source)
    assert made is not None, [*problems, *more]
    return made
