"""The words that the editor looks for, by language: judging verbs, loaded words, questions that lead."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar

from pydantic import Field, RootModel

from generator.characters import decode
from generator.nodes import Text, read
from generator.schema import Spec


class Wording(Spec):
    called: ClassVar[str] = "a table of words"

    reporting: tuple[Text, ...] = Field(description="Verbs that report without judging.")
    judging: tuple[Text, ...] = Field(description="Verbs that judge what they report.")
    loaded: tuple[Text, ...] = Field(description="Words that carry a judgment.")
    presuming: tuple[Text, ...] = Field(description="Words that take the answer for granted.")
    leading: tuple[Text, ...] = Field(description="Patterns of questions that suggest their answer.")
    bare: tuple[Text, ...] = Field(description="Patterns of questions that a yes, a no or a name would answer.")
    asks_for_reasons: tuple[Text, ...] = Field(description="Patterns that ask for more than that.")
    speaks_as: tuple[Text, ...] = Field(description="Patterns that make a student speak as somebody else.")
    verdict: tuple[Text, ...] = Field(description="Patterns of sentence frames that hold a verdict.")
    boilerplate: tuple[Text, ...] = Field(description="Words of web pages around an article.")
    vague: tuple[Text, ...] = Field(description="Verbs that nobody can see a student do.")
    points_back: tuple[Text, ...] = Field(description="Words that point back when a passage opens with them.")
    order: tuple[Text, ...] = Field((), description="Patterns that name the order in which documents stand.")
    says_picture: tuple[Text, ...] = Field((), description="Patterns of descriptions that begin with what all know.")

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {
            name: re.compile(
                "|".join(map(str, words) if name in _PATTERNS else (rf"\b{re.escape(w)}\b" for w in words)),
                re.IGNORECASE,
            )
            for name, words in ((name, getattr(self, name)) for name in type(self).model_fields)
        }

    def first(self, table: str, text: str) -> str:
        """The first words of a text that a table holds, outside quotation marks; empty, where there are none."""
        hit = self._patterns[table].search(unquoted(text)) if getattr(self, table) else None
        return hit[0].strip(", ") if hit else ""


_PATTERNS = ("presuming", "leading", "bare", "asks_for_reasons", "speaks_as", "verdict", "says_picture", "order")


def unquoted(text: str) -> str:
    """A text with what it quotes blanked out, so that places stay the same."""
    return _unquoted(str(text))


@lru_cache(maxsize=4096)  # each rule asks anew; of the words alone, for a text knows the whole file it stands in
def _unquoted(text: str) -> str:
    return _QUOTED.sub(lambda m: " " * len(m[0]), text)


_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")


class _Tables(RootModel[dict[Text, Wording]]):
    pass


@lru_cache
def wording(language: str) -> Wording:
    """The table of a language (BCP 47); an empty one, where there is none: then no rule that reads words objects."""
    path = Path(__file__).with_name("words.yaml")
    source, problems = decode(path, path.read_bytes())
    root, more = read(source)
    assert root is not None, [*problems, *more]
    empty = Wording.model_validate(dict.fromkeys(Wording.model_fields, ()))
    return _Tables.model_validate(root).root.get(Text(language.split("-")[0]), empty)
