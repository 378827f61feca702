"""Finding words whatever the typewriter: quotes, dashes, spaces and Unicode forms are folded for
finding only. What is printed is always the article's own characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True)
class Folded:
    """A text folded for finding, with the way back: ``origin[i]`` is where folded character i came from."""

    text: str
    origin: tuple[int, ...]

    def find_all(self, words: str) -> list[tuple[int, int]]:
        """Every stretch of the original text that reads as ``words``, never a part of a longer word."""
        wanted = fold(words).text.strip()
        found: list[tuple[int, int]] = []
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not within_word(self.text, at) and not within_word(self.text, end):
                found.append((self.origin[at], self._end(end)))
            at = self.text.find(wanted, at + 1)
        return found

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


def folded_text(text: str) -> str:
    """The text alone of ``fold``, for a long one that is searched once."""
    return _SPACES.sub(" ", text.translate(_FOLDING))


_SPACES = re.compile(" {2,}")


@lru_cache(maxsize=4096)  # a passage is searched for every quotation of every response
def fold(text: str) -> Folded:
    """Fold a text: typographic variants alike, runs of white space one space, invisible characters gone."""
    out: list[str] = []
    origin: list[int] = []
    last = ""
    for at, char in enumerate(text):
        for folded in _FOLDING[ord(char)]:
            if folded == " " == last:
                continue
            out.append(folded)
            origin.append(at)
            last = folded
    return Folded("".join(out), tuple(origin))
