"""How long a text takes to read, and an estimate of how hard it is: an estimate, and called one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.sentences import sentences

_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")


@dataclass(frozen=True)
class Load:
    """Words, minutes at some rate, and the estimate of the grade level."""

    words: int
    minutes: int
    grade: float


def load(text: str, rate: int) -> Load:
    """What reading a text takes at ``rate`` words a minute; minutes are rounded up."""
    words = len(text.split())
    return Load(words, math.ceil(words / rate), grade_level(text))


def grade_level(text: str) -> float:
    """An estimate of the school grade that a text asks for: the Flesch–Kincaid formula (Kincaid and others, 1975),
    0.39 words per sentence + 11.8 syllables per word − 15.59, with syllables counted by groups of vowels."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    syllables = sum(map(_syllables, words))
    return max(0.0, 0.39 * len(words) / len(sentences(text)) + 11.8 * syllables / len(words) - 15.59)


def _syllables(word: str) -> int:
    bare = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", bare))
    silent = re.search(r"[^aeiouy](?:e|es|ed)$", bare) and not re.search(r"([^aeiouy]le|[td]ed|[sxzcg]es)$", bare)
    return max(1, groups - bool(silent))


# The upper ends of the bands that the Common Core's supplement to Appendix A gives for Flesch–Kincaid.
BANDS: Sequence[tuple[int, float]] = ((10, 12.12), (13, 14.2))


def band_top(grades: str) -> float:
    """The top of the band of the youngest grade that a lesson names: of “9-12” that of grades 9 and 10."""
    first = re.search(r"\d+", grades)
    youngest = int(first[0]) if first else 13
    return next((top for last, top in BANDS if youngest <= last), BANDS[-1][1])
