"""What a handout holds, with every decision taken: the nouns that templates and other outputs read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from generator import fonts
from generator.balance import Sheet
from generator.editions import FOR_TEACHERS, Edition, Version, Versioned
from generator.evidence import evidence_stretches
from generator.labels import Labels
from generator.lessons import Lesson, LessonSpec
from generator.lines import Run, break_lines
from generator.phrases import joined
from generator.pictures import Picture, Room
from generator.reading import Load
from generator.spec import Activity, Flag, Question, Response, Step

KEEP_WHOLE = 10  # lines; a document of no more than these does not break over two pages


@dataclass(frozen=True)
class Line:
    number: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(r.text for r in self.runs)

    def closer(self, size: float, room: float) -> float:
        """By how many points its letters have to move together to stand on one line of a page, as they do on others:
        0, where they fit; at most three hundredths of their size, where they would be hard to read."""
        letters = [(char, run.bold) for run in self.runs for char in run.text]
        while letters and letters[-1][0].isspace():
            letters.pop()
        beyond = size * sum(fonts.advance(char, bold) for char, bold in letters) - room
        return min(beyond / len(letters) + 0.02, 0.03 * size) if beyond > 0 else 0


@dataclass(frozen=True)
class PrintedPicture:
    """A picture with the room that it has, and the words beside it."""

    picture: Picture
    room: Room
    alt: str  # empty, where it only decorates
    caption: str
    long: str

    @property
    def address(self) -> str:
        return self.picture.address_in(self.room)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.picture.size_in(self.room)


@dataclass(frozen=True)
class PrintedTable:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]  # which of its columns hold numbers
    caption: str
    long: str


@dataclass(frozen=True)
class Block:
    """What stands below the source box: a paragraph in lines, a cut, words of ours before a passage, or a figure."""

    kind: Literal["lines", "cut", "lead_in", "picture", "table"]
    lines: tuple[Line, ...] = ()
    text: str = ""
    figure: PrintedPicture | PrintedTable | None = None
    prompts: tuple[str, ...] = ()
    language: str = ""  # of lines and words of ours, where it is not the page’s
    begins: int = 0  # how many passages begin in it
    notes: tuple[str, ...] = ()  # of the teacher edition: what stands beside it

    def height_beside(self, width: float, room_for_last: bool = True) -> float:
        """How high its prompts stand in a margin so wide, each with two lines to write on, all in points; the last
        needs none where it is answered elsewhere."""
        words = [12 * len(break_lines([Run(prompt)], width, 9)) for prompt in self.prompts]
        return sum(words) + 46 * (len(words) if room_for_last else len(words) - 1) if words else 0


@dataclass(frozen=True)
class BoxRow:
    label: str  # who, what, where, when, type
    text: str
    mark: str = ""  # † or ‡


@dataclass(frozen=True)
class PrintedDocument:
    letter: str
    title: str
    short: str
    rows: tuple[BoxRow, ...]
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    glosses: tuple[tuple[str, str], ...]
    footnotes: tuple[str, ...]
    marks: str
    paired: bool
    words: int
    repeats: bool = False  # its source was introduced by an earlier document: a run-in box says so
    box_height: float = 0.0  # of a pair: the least heights in points that make its boxes and texts level
    lead_height: float = 0.0
    text_height: float = 0.0

    @property
    def keeps_whole(self) -> bool:
        return len(self.lines) <= KEEP_WHOLE and not isinstance(self.figure, PrintedTable)

    @property
    def figure(self) -> PrintedPicture | PrintedTable | None:
        """What it shows instead of lines."""
        return next((block.figure for block in self.blocks if block.figure), None)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for block in self.blocks for line in block.lines)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the first and last line that hold some of the article's characters start–end."""
        numbers = [
            line.number
            for line in self.lines
            for run in line.runs
            if run.origin >= 0 and run.origin < end and run.origin + len(run.text.rstrip()) > start
        ]
        return min(numbers), max(numbers)


@dataclass(frozen=True)
class PrintedQuestion:
    number: int | None
    spec: Question

    @property
    def room(self) -> int | Literal["fill"]:
        return self.spec.room


@dataclass(frozen=True)
class Place:
    """Words that an activity looks at, as the article has them, and where they stand."""

    words: str
    ref: str
    translated: bool
    reported: bool  # whether a writer tells what somebody else said, so that the word may be either’s


@dataclass(frozen=True)
class Part:
    """One activity as it is printed."""

    activity: Activity
    questions: tuple[PrintedQuestion, ...] = ()
    pair: tuple[PrintedDocument, ...] = ()
    beside: bool = True
    documents: tuple[PrintedDocument, ...] = ()  # those it names, or all
    places: tuple[Place, ...] = ()  # of its words or given events, in their order

    def of(self, *asked: Question | tuple[Question, ...]) -> tuple[PrintedQuestion, ...]:
        """Some of its questions, as they are numbered."""
        specs = [q for one in asked for q in (one if isinstance(one, tuple) else (one,))]
        return tuple(q for spec in specs for q in self.questions if q.spec is spec)


@dataclass(frozen=True)
class TimingRow:
    minutes: int
    clock: str
    activity: Activity
    steps: tuple[Step, ...] = ()  # of a protocol that says how long each takes


@dataclass(frozen=True)
class Proof:
    """What was checked against an article."""

    sha256: str
    quoted: int
    share: int  # per cent of the body's words


@dataclass(frozen=True)
class SourceLine:
    """A source as it is credited, and for the teacher what was checked against it; nothing, of a figure."""

    letters: str
    title: str
    credit: str
    rights: str
    proof: Proof | None


@dataclass(frozen=True)
class Handout(Versioned):
    """One edition of a lesson. That of students holds nothing of the teacher's, neither spec nor lesson nor record."""

    id: str
    unit: str
    number: int | None
    spec: LessonSpec = field(repr=False)  # of a student handout: without the teacher's fields
    edition: Edition
    version: Version | None  # none, where it is the only one
    labels: Labels = field(repr=False)
    revision: str
    credit: str
    marks: str
    documents: Mapping[str, PrintedDocument]
    flags: tuple[Flag, ...]
    before: tuple[Part, ...]
    reading: tuple[PrintedDocument, ...]  # those that stand alone, in order
    after: tuple[Part, ...]
    sources: tuple[SourceLine, ...]
    glosses: tuple[tuple[str, str], ...] = ()  # the words that its documents explain, in the teacher edition as well
    timing: tuple[TimingRow, ...] = ()
    standards: tuple[tuple[str, str, str], ...] = ()  # code, gist, where it is met
    official: tuple[tuple[str, str], ...] = ()  # frameworks of those standards, and where their wording stands
    checked: int = 0
    balance: Sheet | None = None
    load: Load | None = None  # of all its documents together
    sheet: str = ""  # the template of a page that is drawn of this edition instead of itself
    class_list: tuple[tuple[str, ...], ...] = ()  # on the sheet of a substitute: what each student’s copy is like
    lesson: Lesson | None = field(default=None, repr=False)  # of what is for teachers only
    cited: Mapping[str, PrintedDocument] = field(default_factory=dict, repr=False)  # whose lines responses name

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.before + self.after

    @property
    def is_teacher(self) -> bool:
        """Whether it is for the teacher: a bar says so, and nothing is written on it."""
        return self.edition in FOR_TEACHERS

    @property
    def is_key(self) -> bool:
        """Whether it is the key alone, in short."""
        return self.edition == "key"

    @property
    def is_dense(self) -> bool:
        """Whether it takes as much of a page as a copier leaves: it is to have one, if that can be."""
        return self.is_key or bool(self.sheet)

    @property
    def template(self) -> str:
        """The page it is drawn with: the two sides share one, and so do all pages with supports."""
        return self.sheet or self.edition.partition("-")[0]

    @property
    def side(self) -> str:
        """A or B, in the packets of a controversy."""
        return self.edition.partition("-")[2].upper()

    @property
    def shown(self) -> str:
        """What the foot of a page calls it."""
        if self.side:
            return self.labels.say(f"{self.template}_of_side", side=self.side)
        return self.labels["teacher_edition" if self.template == "teacher" else self.template]

    @property
    def care(self) -> str:
        """What is said before texts that ask for care; empty, where none does."""
        things = [self.labels[f"flag_{flag}"] for flag in self.flags]
        return self.labels.say("care", things=self.labels.series(things)) if things else ""

    @property
    def word_bank(self) -> tuple[str, ...]:
        """The words to write with; where the lesson gives none, those explained in its documents."""
        given = self.spec.supports.word_bank if self.spec.supports else ()
        return tuple(map(str, given)) or tuple(term for d in self.documents.values() for term, _ in d.glosses)

    @property
    def short_title(self) -> str:
        """The title without what stands behind its colon or question mark: it fits the head of a page."""
        short = re.split(r"(?<=\?) |: ", str(self.spec.title))[0]
        return short if len(short) <= 200 else short[:200] + "…"

    @property
    def line_numbers(self) -> tuple[int, ...]:
        """The line numbers that stand in a margin: every fifth."""
        return tuple(range(5, max((len(d.lines) for d in self.documents.values()), default=0) + 1, 5))

    @cached_property
    def fact_notes(self) -> tuple[tuple[str, str, str], ...]:
        """Reference, words and note for every note on words that this lesson prints."""
        return tuple(self._fact_notes(self.lesson)) if self.lesson else ()

    def _fact_notes(self, lesson: Lesson) -> Iterator[tuple[str, str, str]]:
        for document in lesson.excerpts:
            letter, language = document.letter, document.language
            for note in document.seed.record.fact_notes:
                for start, end in document.seed.article.find_all(note.words):
                    if any(a <= start and end <= b for p in document.passages for a, b in p.stretches):
                        lines = self.cited[letter].between(start, end)
                        words, told = (self.labels.put(t, language) for t in (note.words, note.note))
                        yield line_ref(self.labels, letter, [lines]), words, told

    def going_on(self, letter: str, station: str = "") -> str:
        """The head of a page on which a document goes on: ``Lesson 5 · Document B, continued``; where the pages are
        laid out by stations, ``Station 1 · Document B, continued``."""
        lesson = self.labels.say("lesson_numbered", number=self.number) if self.number else ""
        within = joined(" ", [self.labels["station"], station]) if station else lesson
        return joined(" · ", filter(None, [within, self.labels.say("document_continued", letter=letter)]))

    def refs(self, response: Response) -> tuple[str, ...]:
        """Where a response stands: ``Doc A, l. 1, 4–5`` and ``Doc C, l. 2``. Empty when it rests on nothing.

        The lines are those of the words it quotes; where it quotes none from a passage, those of the words
        that its evidence names, or of the whole passage.
        """
        if self.lesson is None:
            return ()
        places: dict[str, list[tuple[int, int]]] = {}
        for evidence in response.rests_on:
            if str(evidence.passage) in self.lesson.exhibits:
                places[str(evidence.passage)] = []
        for evidence, start, end in evidence_stretches(self.lesson, response):
            letter = self.lesson.document_of(evidence.passage).letter
            places.setdefault(letter, []).append(self.cited[letter].between(start, end))
        named = ((letter, _merged(spans)) for letter, spans in sorted(places.items()))
        return tuple(line_ref(self.labels, letter, spans, self.is_key) for letter, spans in named)


def line_ref(labels: Labels, letter: str, spans: Sequence[tuple[int, int]], short: bool = False) -> str:
    """A document's letter and some of its lines: ``Doc A, l. 1, 4–5``; a figure has none: ``Doc C``. In short, as the
    key alone has it: ``A 1, 4–5`` and ``C``."""
    if not spans:
        return letter if short else labels.say("figure_ref", letter=letter)
    lines = joined(labels["comma"], (str(first) if first == last else f"{first}–{last}" for first, last in spans))
    slots = {"letter": letter, "lines": lines}
    return labels.say("line_ref_short", **slots) if short else labels.say("line_ref", **slots)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made
