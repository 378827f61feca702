"""Where sentences begin: behind a full stop or its like, but never behind an initial or a title."""

from __future__ import annotations

import itertools
import re

_INITIALS = re.compile(r"(?:^|[\s“‘\"'(\[—–-])(?:(?:[A-Z]\.)+|Mr\.|Mrs\.|Ms\.|Dr\.)$")
_NATIONS = re.compile(r"(?:^|[\s“‘\"'(\[—–-])U\.\s?[SKN]\.$")
_END = re.compile(r"[.!?…]['\"”’)]*(?:\[\d+\])?\s+(?=[“\"‘'(\[]*[A-Z])")


def starts(text: str) -> list[int]:
    """Where the sentences behind the first one begin, as offsets."""
    return [m.end() for m in _END.finditer(text) if not _INITIALS.search(text[max(0, m.end() - 16) : m.end()].rstrip())]


def before_name(text: str) -> bool:
    """Whether a text ends in initials, or in a title, that belong to a name: “P.J.”, but not “U.S.”."""
    return bool(_INITIALS.search(text[-16:])) and not _NATIONS.search(text[-6:])


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the space between them."""
    edges = [0, *starts(text), len(text)]
    return [text[a:b].rstrip() for a, b in itertools.pairwise(edges)]
