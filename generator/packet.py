"""A packet: the handouts of a unit’s lessons, and what stands around them – a cover, contents, a glossary, sources."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from generator.editions import Edition, Version, Versioned
from generator.labels import Labels
from generator.phrases import joined, packed, unpacked

if TYPE_CHECKING:
    from generator.printed import Handout, SourceLine

PACKETS = "packets"  # a folder in the output, and in it one for each unit

Kind = Literal["student", "side-a", "side-b", "key", "teacher"]
KINDS: Mapping[Kind, tuple[Edition, ...]] = {  # whose packet it is, and what it holds of each lesson that has it
    "student": ("student",),
    "side-a": ("student", "side-a"),
    "side-b": ("student", "side-b"),
    "key": ("key",),
    "teacher": ("teacher",),
}
SIDES: tuple[Kind, ...] = ("side-a", "side-b")
TEACHERS: tuple[Kind, ...] = ("key", "teacher")


def mark_of(title: str, question: str, version: str, held: Iterable[tuple[str, Edition, str]]) -> str:
    """The revision mark of a packet: eight figures that change with its words and the handouts in it, each given by its
    lesson, its edition, and the mark of the lesson."""
    told = [title, question, version, *(" ".join(one) for one in held)]
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return f"{digest[:4]} {digest[4:8]}"


@dataclass(frozen=True)
class Told:
    """What a handout tells to the packet that it is in."""

    glosses: tuple[tuple[str, ...], ...] = ()  # term, meaning
    sources: tuple[tuple[str, ...], ...] = ()  # title, credit, rights
    standards: tuple[tuple[str, ...], ...] = ()  # code, gist, where it is met
    official: tuple[tuple[str, ...], ...] = ()  # framework, where its wording stands

    def packed(self) -> list[Any]:
        """As plain values."""
        return [[list(map(packed, row)) for row in rows] for rows in self._all]

    @classmethod
    def unpacked(cls, values: Sequence[Any]) -> Told:
        """What was packed."""
        return cls(*(tuple(tuple(map(unpacked, row)) for row in rows) for rows in values))

    @property
    def _all(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        return self.glosses, self.sources, self.standards, self.official


NOTHING = Told()


def kind_shown(kind: Kind, labels: Labels) -> str:
    """``Student packet``, ``Packet of side A``."""
    side = kind.partition("-")[2].upper()
    return labels.say("packet_of_side", side=side) if side else labels[f"packet_{kind}"]


def lessons_shown(numbers: Sequence[int], labels: Labels) -> str:
    """``Lesson 2``, ``Lessons 1, 3``."""
    if len(numbers) == 1:
        return labels.say("lesson_numbered", number=numbers[0])
    return labels.say("lessons_numbered", numbers=joined(labels["comma"], map(str, numbers)))


def _plain(term: str) -> str:
    """A word as it is sorted: “Ámbito” among those with an A."""
    apart = unicodedata.normalize("NFKD", term)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def told_to_packet(handout: Handout) -> Told:
    sources = tuple((s.title, s.credit, s.rights) for s in handout.sources)
    return Told(handout.glosses, sources, handout.standards, handout.official)


@dataclass(frozen=True)
class Bound:
    """A handout in a packet."""

    lesson: str
    number: int
    title: str
    language: str
    edition: Edition
    told: Told
    revision: str = ""
    first: int = 0  # its first page, counted in the packet
    body: str = ""  # of a packet that is one page of HTML
    drawn_as: str = ""  # there, the classes of the page that it was


@dataclass(frozen=True)
class Titled:
    """What a page wants to know of a spec."""

    title: str
    language: str


@dataclass(frozen=True)
class Frame(Versioned):
    """The pages of a packet before its lessons, or behind them; drawn like a handout that has no sources of its own."""

    shows: Literal["front", "back", "whole"]
    kind: Kind
    id: str
    spec: Titled
    question: str
    labels: Labels = field(repr=False)
    revision: str
    bound: tuple[Bound, ...]
    version: Version | None = None
    behind: Mapping[str, int] = field(default_factory=dict)  # on which page what stands behind the lessons is
    line_numbers: tuple[int, ...] = ()

    template: ClassVar[str] = "packet"
    edition: ClassVar[str] = "packet"
    number: ClassVar[None] = None
    unit: ClassVar[str] = ""
    credit: ClassVar[str] = ""
    marks: ClassVar[str] = ""
    is_key: ClassVar[bool] = False
    is_dense: ClassVar[bool] = False
    sources: ClassVar[tuple[SourceLine, ...]] = ()

    @property
    def is_teacher(self) -> bool:
        return self.kind in TEACHERS

    @property
    def has_back(self) -> bool:
        """Whether something stands behind its lessons: who marks by keys does not look for it."""
        return self.kind != "key"

    @property
    def short_title(self) -> str:
        return self.spec.title if len(self.spec.title) <= 70 else self.spec.title[:70] + "…"

    @property
    def shown(self) -> str:
        return kind_shown(self.kind, self.labels)

    @property
    def contents(self) -> Iterator[tuple[str, Bound, str]]:
        """Where each handout stands: a name for its place, the handout, and what its row says of it."""
        for number, bound in enumerate(self.bound, 1):
            title = self.labels.put(bound.title, bound.language)
            more = bound.edition in SIDES
            shown = self.labels.say("side_of_side", side=bound.edition[-1].upper()) if more else title
            yield f"part-{number}", bound, shown

    @property
    def glossary(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every word that some lesson explains: its meanings there, each with the numbers of those lessons."""
        meanings: dict[str, dict[str, list[int]]] = {}
        for bound in self.bound if self.has_back else ():
            for term, meaning in bound.told.glosses:
                numbers = meanings.setdefault(term, {}).setdefault(meaning, [])
                numbers += [bound.number] if bound.number not in numbers else []
        by_letter = sorted(meanings, key=lambda term: (_plain(term), term))
        return [
            (term, [(m, lessons_shown(numbers, self.labels)) for m, numbers in meanings[term].items()])
            for term in by_letter
        ]

    @property
    def credits(self) -> list[tuple[tuple[str, ...], str]]:
        """Every source, with the numbers of the lessons that quote it."""
        return self._by_lesson("sources")

    @property
    def standards(self) -> list[tuple[str, str, list[tuple[int, str]]]]:
        """Every standard by its code, and in which lessons it is met, with what; in a teacher’s packet only."""
        gists: dict[str, str] = {}
        met: dict[str, list[tuple[int, str]]] = {}
        for bound in self.bound if self.kind == "teacher" else ():
            for code, gist, where in bound.told.standards:
                gists.setdefault(code, gist)
                met.setdefault(code, []).append((bound.number, where))
        return [(code, gists[code], met[code]) for code in sorted(gists)]

    @property
    def official(self) -> list[tuple[str, ...]]:
        return list(dict.fromkeys(row for bound in self.bound for row in bound.told.official))

    def _by_lesson(self, what: str) -> list[tuple[tuple[str, ...], str]]:
        numbers: dict[tuple[str, ...], list[int]] = {}
        for bound in self.bound if self.has_back else ():
            for row in getattr(bound.told, what):
                said = numbers.setdefault(row, [])
                said += [bound.number] if bound.number not in said else []
        return [(row, lessons_shown(said, self.labels)) for row, said in numbers.items()]
