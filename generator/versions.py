"""A lesson becomes the same lesson in another order: what may change places does, and all else stays.

What may is decided here for documents, and by each kind of activity for its items (``Activity.free``). Letters, lines
and numbers go with what they name: Document B is Document B in every version, wherever it stands.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, permutations
from math import factorial, prod
from typing import Any

from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.gallery_walk import GalleryWalk
from generator.diagnostic import Diagnostic, counted, warning
from generator.editions import Version
from generator.lessons import Lesson, LessonSpec
from generator.nodes import Text
from generator.prose import prose
from generator.selection import groups
from generator.spec import Activity
from generator.wording import wording

FEW = 4  # so many things have few orders: all are looked at
TRIES = 64  # of more things, so many

Order = tuple[int, ...]


@dataclass(frozen=True)
class _Movable:
    """What may change places with each other, in blocks: what is in one stays together."""

    blocks: tuple[tuple[Any, ...], ...]
    activity: int | None = None  # whose items they are, by its place; none, where they are documents

    @property
    def items(self) -> tuple[Any, ...]:
        return self.placed(tuple(range(len(self.blocks))))

    def placed(self, order: Order) -> tuple[Any, ...]:
        return tuple(item for at in order for item in self.blocks[at])


def in_version(lesson: Lesson, version: Version | None) -> LessonSpec:
    """The words of a lesson in the order of a version; as they are written, in the first, and where none is chosen."""
    spec = lesson.spec
    if version is None or version.number == 1:
        return spec
    movable = list(_movable(lesson))
    orders = _orders(lesson.id, [len(one.blocks) for one in movable], version)[-1]
    stands: dict[Text, Text] = {}
    items: dict[int | None, tuple[Any, ...]] = {}
    for one, order in zip(movable, orders, strict=True):
        items[one.activity] = placed = one.placed(order)
        if one.activity is None:
            stands.update(zip(one.items, placed, strict=True))
    letters = [stands.get(letter, letter) for letter in spec.documents]
    activities = tuple(_activity(a, items.get(n), letters, spec) for n, a in enumerate(spec.activities))
    documents = {letter: spec.documents[letter] for letter in letters}
    return spec.model_copy(update={"documents": documents, "activities": activities})


def _activity(activity: Activity, items: tuple[Any, ...] | None, letters: list[Text], spec: LessonSpec) -> Activity:
    """An activity with its items as they are placed; a row for each document follows the documents."""
    if items is not None:
        return activity.model_copy(update={activity.free: items})
    if activity.free == "documents":
        rows = tuple(activity.documents or spec.documents)  # type: ignore[attr-defined]
        return activity.model_copy(
            update={"documents": rows if activity.order == "fixed" else tuple(sorted(rows, key=letters.index))}
        )
    return activity


# --- what may change places ---------------------------------------------------------------------------


def _movable(lesson: Lesson) -> Iterator[_Movable]:
    """The documents that may, and the items of each activity; where there are two blocks at least."""
    if lesson.spec.order != "fixed" and not _named_order(lesson.spec):
        for letters in _alike(lesson.spec):
            yield _Movable(tuple((letter,) for letter in letters))
    for number, activity in enumerate(lesson.spec.activities):
        if activity.free not in ("", "documents") and activity.order != "fixed":
            blocks = _blocks(lesson, getattr(activity, activity.free))
            if len(blocks) > 1:
                yield _Movable(blocks, number)


def _alike(spec: LessonSpec) -> Iterator[list[Text]]:
    """Documents that stand alone before all students, those together that are read in one step.

    One of a pair, a side or a station has its place; and what is read later stands later.
    """
    kept = {str(x) for a in spec.activities if isinstance(a, ContrastingViewpoints) for x in a.documents}
    kept |= {str(x) for a in spec.activities if isinstance(a, GalleryWalk) for s in a.stations for x in s.documents}
    kept |= {letter for letter, side in groups(spec).items() if side is not None}
    read = {letter: number for number, a in reversed(list(enumerate(spec.activities))) for letter in a.reads}
    steps = defaultdict[int | None, list[Text]](list)
    for letter in spec.documents:
        if letter not in kept:
            steps[read.get(letter)].append(letter)
    yield from (letters for letters in steps.values() if len(letters) > 1)


def _blocks(lesson: Lesson, items: Sequence[Any]) -> tuple[tuple[Any, ...], ...]:
    """Items by the document they are of, in the order of each first: its second word stays behind its first."""
    made = defaultdict[Hashable, list[Any]](list)
    for number, item in enumerate(items):
        name = getattr(item, "passage", None) or getattr(item, "document", None)
        made[_letter(lesson, str(name)) if name else number].append(item)
    return tuple(map(tuple, made.values()))


def _letter(lesson: Lesson, name: str) -> str:
    return name if name in lesson.documents else lesson.document_of(name).letter


def _named_order(spec: LessonSpec) -> tuple[Text, str] | None:
    """Where students read of the order of documents, as in “the first document”; English only, as the table has it."""
    table = wording(spec.language)
    told = ((text, table.first("order", text)) for text in prose(spec, teachers=False))
    return next(((text, words) for text, words in told if words), None)


# --- drawing ------------------------------------------------------------------------------------------


def _orders(lesson: str, sizes: Sequence[int], version: Version) -> list[tuple[Order, ...]]:
    """For each version up to this one, the order of each list. No list stands twice in the same order, as long as it
    has another; and no two versions are the same, as long as they can differ."""
    made = [tuple(tuple(range(size)) for size in sizes)]
    possible = prod(map(factorial, sizes))
    while len(made) < version.number:
        for attempt in count():
            drawn = tuple(
                _order((lesson, version.seed, len(made) + 1, at, attempt), size, {before[at] for before in made})
                for at, size in enumerate(sizes)
            )
            if drawn not in made or len(made) >= possible:
                made.append(drawn)
                break
    return made


def _order(of: tuple[Hashable, ...], size: int, taken: set[Order]) -> Order:
    """An order that is not taken, if one is left, in which as little as possible has the place that it has in those;
    among equals the digest decides, which is the same on every computer."""
    drawn = (tuple(sorted(range(size), key=lambda at: _digest((*of, n, at)))) for n in range(TRIES))
    orders = permutations(range(size)) if size <= FEW else drawn
    return min(orders, key=lambda order: (order in taken, _in_place(order, taken), _digest((*of, order))))


def _in_place(order: Order, others: set[Order]) -> int:
    """How often something has the same place in another order."""
    return sum(a == b for other in others for a, b in zip(order, other, strict=True))


def _digest(of: tuple[Hashable, ...]) -> bytes:
    return hashlib.sha256(repr(of).encode()).digest()


# --- what a teacher has to be told --------------------------------------------------------------------


def told_of_versions(lesson: Lesson, versions: int) -> Iterator[Diagnostic]:
    """Why so many versions of a lesson would not differ as a teacher may expect; but for what it is exempt from."""
    yield from (one for one in _told(lesson, versions) if one.rule not in lesson.spec.exempt)


def _told(lesson: Lesson, versions: int) -> Iterator[Diagnostic]:
    spec = lesson.spec
    possible = prod(factorial(len(one.blocks)) for one in _movable(lesson))
    named = _named_order(spec)
    if named and spec.order != "fixed" and any(_alike(spec)):
        text, words = named
        yield warning(
            text.span.find(words),
            "version-order",
            f"The documents keep their order in all versions, since “{words}” names it",
            "Name a document by its letter, and they may change places; or keep it so with “order: fixed”.",
        )
    if possible < versions:
        says = "has nothing that may change places" if possible == 1 else f"has {counted(possible, 'order')} only"
        yield warning(
            spec.title.span,
            "versions-alike",
            f"“{spec.title}” {says}: of {versions} versions, {versions - possible} would be like another",
            "Build it without --versions, or with fewer; the lesson guide says what may change places.",
        )
