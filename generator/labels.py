"""The fixed words of a page (Name, Date, Directions …), one table for each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from generator import dates
from generator.phrases import filled, foreign, joined, put
from generator.places import TEMPLATES


@dataclass(frozen=True)
class Labels:
    """The words of one language; a word that its table lacks is an error of the program.

    On a page of another language they are marked with theirs (``phrases.Phrase``).
    """

    code: str
    words: Mapping[str, str]
    page_language: str = ""

    def on(self, language: str) -> Labels:
        """These words for a page of some language."""
        return replace(self, page_language=language)

    def __getitem__(self, key: str) -> str:
        return self.put(self.words[key], self.code)

    def say(self, key: str, /, **slots: object) -> str:
        """A sentence with its places filled: ``say("asked_in", places="1, 4")``."""
        return filled(self.words[key], self.mark(self.code), slots)

    def count(self, key: str, n: int, /, **slots: object) -> str:
        """A sentence about a number of things, which has a form for one and a form for others."""
        return self.say(f"{key}_{'one' if n == 1 else 'other'}", n=n, **slots)

    def series(self, parts: Sequence[str]) -> str:
        """``a, b and c``."""
        firsts = joined(self["comma"], parts[:-1])
        return joined(self["and"], [*([firsts] if firsts else []), *parts[-1:]])

    def put(self, text: str, code: str) -> str:
        """A text of some language, for this page."""
        return put(text, self.mark(code))

    def mark(self, code: str) -> str:
        """How words of a language are marked on this page; empty, where it is the page’s own."""
        return foreign(code, self.page_language)

    def day(self, edtf: str) -> str | None:
        """A date in words; ``None`` when it is no date."""
        words = dates.spoken(edtf, self.words)
        return words and self.put(words, self.code)

    def language(self, code: str) -> str:
        """The name of a language, or its code where the table has no name for it."""
        key = f"language_{code.partition('-')[0].lower()}"
        return self[key] if key in self.words else code

    def language_named(self, name: str, code: str) -> str:
        """A language that words of some language name, in these; as it is named there, where the tables have it not."""
        theirs = labels(code).words
        key = next((k for k, word in theirs.items() if k.startswith("language_") and word == name), "")
        return self[key] if key else self.put(name, code)


def available() -> list[str]:
    return sorted(path.stem for path in (TEMPLATES / "labels").glob("*.yaml"))


def table_of(code: str) -> str | None:
    """The table for a language (BCP 47): its own, or that of another with the same first part, as of “zh” for “zh-CN”;
    ``None`` where there is none."""
    known = {name.lower(): name for name in available()}
    near = [name for name in available() if not foreign(name, code)]
    return known.get(code.lower()) or next(iter(near), None)


@lru_cache
def labels(code: str) -> Labels:
    """The words for a language; those of English, where it has no table."""
    import yaml  # late: who presses needs no words

    name = table_of(code) or "en"
    path = TEMPLATES / "labels" / f"{name}.yaml"
    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    return Labels(name, yaml.load(path.read_text("utf-8"), Loader=loader))
