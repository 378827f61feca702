"""Where sentences begin: behind a full stop or its like, but never behind an initial or a title."""

from __future__ import annotations

import itertools
import re

INITIALS = re.compile(r"(?:^|[\s“‘\"'(\[—–-])(?:(?:[A-Z]\.)+|Mr\.|Mrs\.|Ms\.|Dr\.)$")
_END = re.compile(r"[.!?…]['\"”’)]*(?:\[\d+\])?\s+(?=[“\"‘'(\[]*[A-Z])")


def starts(text: str) -> list[int]:
    """Where the sentences behind the first one begin, as offsets."""
    return [m.end() for m in _END.finditer(text) if not INITIALS.search(text[max(0, m.end() - 16) : m.end()].rstrip())]


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the space between them."""
    edges = [0, *starts(text), len(text)]
    return [text[a:b].rstrip() for a, b in itertools.pairwise(edges)]
