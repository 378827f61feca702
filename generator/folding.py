"""Finding words whatever the typewriter: quotes, dashes, spaces and Unicode forms are folded for
finding only. What is printed is always the article's own characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

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
    return "".join(_SAME.get(c, c) for c in unicodedata.normalize("NFKD", _SAME.get(char, char)))


@dataclass(frozen=True)
class Folded:
    """A text folded for finding, with the way back: ``origin[i]`` is where folded character i came from."""

    text: str
    origin: tuple[int, ...]

    def find_all(self, words: str, start: int = 0) -> list[tuple[int, int]]:
        """Every stretch of the original text, from offset ``start`` on, that reads as ``words``."""
        wanted = fold(words).text.strip()
        found: list[tuple[int, int]] = []
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            begin = self.origin[at]
            if begin >= start:
                found.append((begin, self._end(at + len(wanted))))
            at = self.text.find(wanted, at + 1)
        return found

    def _end(self, folded_end: int) -> int:
        last = self.origin[folded_end - 1]
        while folded_end < len(self.origin) and self.origin[folded_end] == last:
            folded_end += 1
        return last + 1


def fold(text: str) -> Folded:
    """Fold a text: typographic variants alike, runs of white space one space, invisible characters gone."""
    out: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for folded in _fold_char(char):
            if folded.isspace():
                if out and out[-1] == " ":
                    continue
                folded = " "
            out.append(folded)
            origin.append(at)
    return Folded("".join(out), tuple(origin))
