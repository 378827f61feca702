"""Finding words whatever the typewriter: quotes, dashes, spaces and Unicode forms are folded for
finding only. What is printed is always the article's own characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

_SAME = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_NOTHING = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")


def _fold_char(char: str) -> str:
    if char in _NOTHING:
        return ""
    folded = "".join(_SAME.get(c, c) for c in unicodedata.normalize("NFKD", _SAME.get(char, char)))
    return "".join(" " if c.isspace() else c for c in folded)


class _Folding(dict[int, str]):
    """What becomes of each character, as ``str.translate`` asks for it; worked out when it is first asked for."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


_FOLDING = _Folding()
_SPACES = re.compile(" {2,}")


@dataclass(frozen=True)
class Folded:
    """A text folded for finding: typographic variants alike, runs of white space one space, invisible characters
    gone."""

    original: str

    @cached_property
    def text(self) -> str:
        return _SPACES.sub(" ", self.original.translate(_FOLDING))

    @cached_property
    def origin(self) -> tuple[int, ...]:
        """The way back: where each folded character came from."""
        origin, last = list[int](), ""
        for at, char in enumerate(self.original):
            for folded in _FOLDING[ord(char)]:
                if not folded == " " == last:
                    origin.append(at)
                last = folded
        return tuple(origin)

    def __contains__(self, words: str) -> bool:
        """Whether the text reads as ``words`` somewhere, which are never a part of a longer word there."""
        return next(self._stretches(words), None) is not None

    def find_all(self, words: str) -> list[tuple[int, int]]:
        """Every stretch of the original text that reads as ``words``, never a part of a longer word."""
        return [(self.origin[start], self._end(end)) for start, end in self._stretches(words)]

    def _stretches(self, words: str) -> Iterator[tuple[int, int]]:
        wanted = fold(words).text.strip()
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not within_word(self.text, at) and not within_word(self.text, end):
                yield at, end
            at = self.text.find(wanted, at + 1)

    def _end(self, folded_end: int) -> int:
        last = self.origin[folded_end - 1]
        while folded_end < len(self.origin) and self.origin[folded_end] == last:
            folded_end += 1
        return last + 1


def within_word(text: str, at: int) -> bool:
    """Whether a place in a text has letters or figures on both sides; Chinese is written without spaces."""
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    return _in_words(before) and _in_words(after) and not (is_han(before) or is_han(after))


def _in_words(char: str) -> bool:
    return char.isalnum() or (char != "" and unicodedata.combining(char) > 0)


def is_han(char: str) -> bool:
    """Whether a character is Chinese writing (CJK ideographs)."""
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


_LOWERED_ALONE = re.compile("[\u0130\u03a3]")  # İ would become two; Σ is written otherwise at the end of a word


def lowered(text: str) -> str:
    """A text in small letters, character for character: one that would become two (İ) stays as it is."""
    if _LOWERED_ALONE.search(text):
        return "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return text.lower()


@lru_cache(maxsize=4096)  # a passage is searched for every quotation of every response
def fold(text: str) -> Folded:
    """A text to be searched, again and again."""
    return Folded(text)
