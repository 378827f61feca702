"""What a text tells, word for word; and secrets, which it is not to tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from generator.folding import Folded

_WORD, _BETWEEN = re.compile(r"\w+"), re.compile(r"\W+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")  # of the others, folding changes none that words are made of
_SPACE = {code: " " for code in range(128) if _BETWEEN.match(chr(code))}

_folded = lru_cache(maxsize=4096)(lambda run: Folded(run).text)  # of marks, most are asked for again and again
_of_words = lru_cache(maxsize=4096)(lambda run: _BETWEEN.sub(" ", run))


def _words(text: str) -> str:
    """A text as its bare words, so that breaks, marks and case do not matter."""
    folded = _FOREIGN.sub(lambda found: _folded(found[0]), text).lower()
    plain = _FOREIGN.sub(lambda found: _of_words(found[0]), folded)
    return " ".join(plain.translate(_SPACE).split() if plain.isascii() else _WORD.findall(plain))


bare = lru_cache(maxsize=16384)(_words)  # of a sentence, which is looked for in every file of a lesson


def _neighbors(words: str) -> Iterator[int]:
    """A number for each two words that follow each other."""
    return map(hash, pairwise(words.split()))


_pairs = lru_cache(maxsize=16384)(lambda words: frozenset(_neighbors(words)))
_FEWEST = 4  # words of a sentence that is a secret: fewer may be anybody’s


class Telling:
    """What a text of some bare words tells. Most that is looked for in it has two words together that it has not."""

    def __init__(self, words: str) -> None:
        self.words = f" {words} "
        self.known = set(_neighbors(words))

    def tells(self, words: str) -> bool:
        """Whether it tells some bare words."""
        return self.known >= _pairs(words) and f" {words} " in self.words


@dataclass(frozen=True)
class Secrets:
    """What only the teacher may see: sentences of at least four words, and the codes of standards."""

    sentences: tuple[str, ...]
    codes: tuple[str, ...]

    def told_by(self, *texts: str) -> Iterator[str]:
        """The secrets that some texts tell."""
        told = [Telling(_words(text)) for text in texts]
        for sentence, words, needed in _sought(self.sentences):
            if any(one.known >= needed and f" {words} " in one.words for one in told):
                yield sentence
        yield from (c for c in self.codes if any(c in text for text in texts))


@lru_cache(maxsize=64)  # a lesson’s secrets are looked for in every file of it
def _sought(sentences: tuple[str, ...]) -> list[tuple[str, str, frozenset[int]]]:
    """Each sentence with its bare words, and which two of these follow each other."""
    return [(sentence, words := bare(sentence), _pairs(words)) for sentence in sentences]


def is_long(words: str) -> bool:
    """Whether bare words are enough to be a secret."""
    return len(words.split(None, _FEWEST)) >= _FEWEST
