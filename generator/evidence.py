"""What responses quote, and where it stands in the passages that they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.folding import fold
from generator.lessons import Lesson
from generator.seeds import Passage
from generator.spec import Evidence, Response

_QUOTED = re.compile(r"“([^”]+)”|(?<![\w])\"([^\"]+)\"")


def quotations(text: str) -> list[str]:
    """What a text sets in double quotation marks, without the comma or full stop that belongs to its own sentence."""
    return [(a or b).strip().rstrip(".,;:?!… ") for a, b in _QUOTED.findall(text)]


def evidence_stretches(lesson: Lesson, response: Response) -> Iterator[tuple[Evidence, int, int]]:
    """The stretches of the articles that a response rests on, each inside the passage it names."""
    quoted = quotations(response.text)
    for evidence in response.rests_on:
        passage = lesson.passages[evidence.passage]
        wanted = [evidence.words] if evidence.words else quoted
        hits = [hit for words in wanted for hit in find_in(passage, words)]
        for start, end in hits or [(passage.start, passage.end)]:
            yield evidence, start, end


def find_in(passage: Passage, words: str) -> list[tuple[int, int]]:
    """Where a passage holds some words; ``a … b`` means from a to b. At most one stretch."""
    first, _, last = (w.strip() for w in words.partition("…"))
    text = passage.seed.article.source.text
    words_of = text[passage.start : passage.end].lower()
    starts = _whole_words(words_of, first)
    if not starts:
        return []
    if not last:
        return [(passage.start + starts[0][0], passage.start + starts[0][1])]
    ends = [e for e in _whole_words(words_of, last) if e[0] >= starts[0][1]]
    return [(passage.start + starts[0][0], passage.start + ends[0][1])] if ends else []


def _whole_words(text: str, words: str) -> list[tuple[int, int]]:
    """Where words stand in a text, not as parts of longer words."""
    return [
        (a, b)
        for a, b in fold(text).find_all(words.lower())
        if not (text[a - 1 : a].isalnum() and text[a].isalnum())
        and not (text[b : b + 1].isalnum() and text[b - 1].isalnum())
    ]


def term_pattern(term: str) -> re.Pattern[str]:
    """A glossary term as a whole word, whatever its case."""
    return re.compile(rf"(?<!\w){re.escape(fold(term).text.lower())}(?!\w)")
