"""What responses quote, and where it stands in the passages that they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.folding import fold, lowered
from generator.lessons import Lesson
from generator.seeds import Passage
from generator.spec import Evidence, Response

_QUOTED = re.compile(r"“([^”]+)”|(?<![\w])\"([^\"]+)\"")


def quotations(text: str) -> list[str]:
    """What a text sets in double quotation marks, without the comma or full stop that belongs to its own sentence."""
    return [(a or b).strip().rstrip(".,;:?!… ") for a, b in _QUOTED.findall(text)]


def stands_in(lesson: Lesson, name: str, words: str) -> bool:
    """Whether a passage prints some words; or whether a figure has them in its table or description."""
    if exhibit := lesson.exhibits.get(name):
        told = fold(lowered(" . ".join((exhibit.figure.title, *exhibit.figure.told))))
        return all(lowered(part) in told for part in words.split("…") if part.strip())
    return bool(find_in(lesson.passages[name], words))


def evidence_stretches(lesson: Lesson, response: Response) -> Iterator[tuple[Evidence, int, int]]:
    """The stretches of the articles that a response rests on, each inside the passage it names."""
    quoted = quotations(response.text)
    for evidence in response.rests_on:
        if str(evidence.passage) in lesson.exhibits:
            continue
        passage = lesson.passages[evidence.passage]
        wanted = [evidence.words] if evidence.words else quoted
        hits = [hit for words in wanted for hit in find_in(passage, words)]
        for start, end in hits or [(passage.start, passage.end)]:
            yield evidence, start, end


def find_in(passage: Passage, words: str) -> list[tuple[int, int]]:
    """Where a passage prints some words; ``a … b`` means from a to b. At most one stretch, and none over a cut."""
    first, _, last = (w.strip() for w in words.partition("…"))
    starts = _printed(passage, first)
    if not starts or not last:
        return starts[:1]
    ends = [e for e in _printed(passage, last) if e[0] >= starts[0][1]]
    return [(starts[0][0], ends[0][1])] if ends else []


def _printed(passage: Passage, words: str) -> list[tuple[int, int]]:
    wanted = lowered(words)
    return [(start + a, start + b) for start, folded in passage.folded for a, b in folded.find_all(wanted)]


def term_pattern(term: str) -> re.Pattern[str]:
    """A glossary term as a whole word, whatever its case."""
    return re.compile(rf"(?<!\w){re.escape(fold(term).text.lower())}(?!\w)")
