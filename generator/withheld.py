"""What none of a file’s readers may learn from it: what a lesson holds for the teacher alone, or for the other side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.audience import texts
from generator.editions import Edition, side_of
from generator.lessons import Document, Exhibit, Lesson
from generator.selection import groups
from generator.sentences import sentences
from generator.telling import Secrets, Telling, bare, is_long


def secrets(lesson: Lesson) -> Secrets:
    """The teacher's texts, less what students are given anyway (a response may quote its passage)."""
    records = [seed.record for seed in lesson.seeds]
    given: list[str] = [*texts(lesson.spec, False), *(t for r in records for t in texts(r, False))]
    given += [passage.text for passage in lesson.passages.values()]
    public = Telling(" ".join(map(bare, given)))  # each by itself: most are as they were when last asked for
    sentences = []
    for text in [*texts(lesson.spec, True), *(t for r in records for t in texts(r, True))]:
        for sentence in _divided(text):
            words = bare(sentence)
            if is_long(words) and not public.tells(words):
                sentences.append(sentence)
    return Secrets(tuple(dict.fromkeys(sentences)), tuple(map(str, lesson.spec.standards)))


@lru_cache(maxsize=4096)  # with “serve”, most texts are as they were
def _divided(text: str) -> list[str]:
    return re.split(r"(?<=[.!?;:])\s+", text)


def other_side(lesson: Lesson, edition: Edition) -> Secrets:
    """For the packet of one side of a controversy: every sentence of what the other side reads."""
    side = side_of(edition)
    if side is None:
        return Secrets((), ())
    own, theirs = (
        [s for letter, of in groups(lesson.spec).items() if of == one for s in _sentences(lesson.documents[letter])]
        for one in (side, 1 - side)
    )
    return Secrets(tuple(s for s in theirs if s not in own and is_long(bare(s))), ())


def _sentences(document: Document) -> Iterator[str]:
    """What a document says: its passages, or the words beside a picture and the rows of a table."""
    if isinstance(document, Exhibit):
        yield from (s for text in document.figure.told for s in sentences(text))
    else:
        yield from (s for p in document.passages for s in sentences(p.text))
