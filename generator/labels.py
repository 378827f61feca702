"""The fixed words of a page (Name, Date, Directions …), one table for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from generator.places import TEMPLATES


@dataclass(frozen=True)
class Labels:
    """The words of one language; a word that its table lacks is an error of the program."""

    code: str
    words: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def language(self, code: str) -> str:
        """The name of a language, or its code where the table has no name for it."""
        return self.words.get(f"language_{code}", code)


def available() -> list[str]:
    return sorted(path.stem for path in (TEMPLATES / "labels").glob("*.yaml"))


@lru_cache
def labels(code: str) -> Labels:
    """The table for a language (BCP 47); where there is none, that of its first part, or English."""
    known = available()
    for name in (code, code.split("-")[0], "en"):
        path = TEMPLATES / "labels" / f"{name}.yaml"
        if name in known:
            return Labels(name, yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader))
    raise FileNotFoundError(TEMPLATES / "labels" / "en.yaml")
