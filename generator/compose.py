"""A lesson becomes a Handout for one edition, with every decision taken: order, numbers, lines, credits.

A student handout is composed from a lesson whose teacher's fields are gone (``audience.for_students``):
there is nothing left to hide.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from generator import dates, fonts
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.exit_ticket import ExitTicket
from generator.audience import for_students, walk
from generator.folding import fold
from generator.labels import Labels
from generator.lessons import Document, Lesson, LessonSpec
from generator.lines import Run, break_lines
from generator.seeds import Fact, Passage, Seed
from generator.spec import Activity, Evidence, Question, Response
from generator.standards import Table

Edition = Literal["student", "teacher"]
EDITIONS: tuple[Edition, ...] = ("student", "teacher")

READING = (330.0, 11.5)  # measure and size in points: alone, and in a pair (page.md)
PAIRED = (216.0, 11.5)
PAIR_FITS = 32  # lines; a longer document of a pair stands above the other instead of beside it
BOX_MEASURE, BOX_SIZE, BOX_LEADING, BOX_GAP = 152.0, 9.5, 12.0, 3.0
LEAD_LEADING = 12.5
KEEP_WHOLE = 6  # lines; a document of no more than these does not break over two pages


@dataclass(frozen=True)
class Line:
    number: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(r.text for r in self.runs)


@dataclass(frozen=True)
class Block:
    """What stands below the source box: a paragraph in lines, a cut, or words of ours before a passage."""

    kind: Literal["lines", "cut", "lead_in"]
    lines: tuple[Line, ...] = ()
    text: str = ""
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoxRow:
    label: str  # who, what, when, where, type
    text: str
    mark: str = ""  # † or ‡


@dataclass(frozen=True)
class PrintedDocument:
    letter: str
    seed: Seed = field(repr=False)
    rows: tuple[BoxRow, ...]
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    glosses: tuple[tuple[str, str], ...]
    footnotes: tuple[str, ...]
    marks: str
    paired: bool
    words: int
    box_height: float = 0.0  # of a pair: the least heights in points that make its boxes and texts level
    lead_height: float = 0.0
    text_height: float = 0.0

    @property
    def keeps_whole(self) -> bool:
        return len(self.lines) <= KEEP_WHOLE

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
    def room(self) -> int:
        return self.spec.room


@dataclass(frozen=True)
class Part:
    """One activity as it is printed."""

    activity: Activity
    questions: tuple[PrintedQuestion, ...] = ()
    pair: tuple[PrintedDocument, ...] = ()
    beside: bool = True
    documents: tuple[PrintedDocument, ...] = ()  # those it names, or all


@dataclass(frozen=True)
class TimingRow:
    minutes: int
    clock: str
    activity: Activity


@dataclass(frozen=True)
class SourceLine:
    """A source as it is credited, and for the teacher what was checked against it."""

    letters: str
    title: str
    credit: str
    rights: str
    sha256: str
    quoted: int
    share: int  # per cent of the body's words


@dataclass(frozen=True)
class Handout:
    lesson: Lesson = field(repr=False)
    spec: LessonSpec = field(repr=False)  # of a student handout: without the teacher's fields
    edition: Edition
    labels: Labels = field(repr=False)
    revision: str
    credit: str
    marks: str
    documents: Mapping[str, PrintedDocument]
    before: tuple[Part, ...]
    reading: tuple[PrintedDocument, ...]  # those that stand alone, in order
    after: tuple[Part, ...]
    sources: tuple[SourceLine, ...]
    timing: tuple[TimingRow, ...] = ()
    standards: tuple[tuple[str, str, str], ...] = ()  # code, gist, where it is met
    official: tuple[tuple[str, str], ...] = ()  # frameworks of those standards, and where their wording stands
    checked: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.before + self.after

    @property
    def is_teacher(self) -> bool:
        return self.edition == "teacher"

    @property
    def line_numbers(self) -> tuple[int, ...]:
        """The line numbers that stand in a margin: every fifth."""
        return tuple(range(5, max((len(d.lines) for d in self.documents.values()), default=0) + 1, 5))

    @property
    def words_quoted(self) -> tuple[tuple[str, int, int, int], ...]:
        """Letter, words, share of all in per cent, and length of the bar on a scale from zero."""
        words = {letter: d.words for letter, d in self.documents.items()}
        total, most = max(sum(words.values()), 1), max([1, *words.values()])
        return tuple((letter, n, round(100 * n / total), round(100 * n / most)) for letter, n in words.items())

    @cached_property
    def fact_notes(self) -> tuple[tuple[str, str, str], ...]:
        """Reference, words and note for every note on words that this lesson prints."""
        return tuple(self._fact_notes()) if self.is_teacher else ()

    def _fact_notes(self) -> Iterator[tuple[str, str, str]]:
        for document in self.documents.values():
            for note in document.seed.record.fact_notes:
                for start, end in document.seed.article.find_all(note.words):
                    if any(p.start <= start and end <= p.end for p in self.lesson.documents[document.letter].passages):
                        yield (
                            self._ref(document.letter, [document.between(start, end)]),
                            str(note.words),
                            str(note.note),
                        )

    def refs(self, response: Response) -> str:
        """Where a response stands: ``Doc A, l. 1, 4–5; Doc C, l. 2``. Empty when it rests on nothing.

        The lines are those of the words it quotes; where it quotes none from a passage, those of the words
        that its evidence names, or of the whole passage.
        """
        places: dict[str, list[tuple[int, int]]] = {}
        for evidence, start, end in evidence_stretches(self.lesson, response):
            letter = self.lesson.document_of(evidence.passage).letter
            places.setdefault(letter, []).append(self.documents[letter].between(start, end))
        return "; ".join(self._ref(letter, _merged(spans)) for letter, spans in sorted(places.items()))

    def _ref(self, letter: str, spans: Sequence[tuple[int, int]]) -> str:
        lines = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)
        return f"{self.labels['doc']}\u00a0{letter},\u00a0{self.labels['line']}\u00a0{lines}"


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made


# --- what responses quote ----------------------------------------------------------------------------

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


# --- composing ---------------------------------------------------------------------------------------


def compose(lesson: Lesson, edition: Edition, labels: Labels, table: Table) -> Handout:
    """Everything that one edition prints. ``table`` has our gists of the standards."""
    spec = lesson.spec if edition == "teacher" else for_students(lesson.spec)
    pairs = [a.documents for a in spec.activities if isinstance(a, ContrastingViewpoints)]
    paired = {str(letter) for pair in pairs for letter in pair}
    documents = _documents(lesson, paired, labels)
    for pair in pairs:
        documents.update(_level([documents[letter] for letter in pair]))
    parts = list(_parts(spec, documents))
    first_after = next((n for n, p in enumerate(parts) if not p.activity.before_reading), len(parts))
    handout = Handout(
        lesson=lesson,
        spec=spec,
        edition=edition,
        labels=labels,
        revision=revision(lesson),
        credit=_credit(lesson, labels),
        marks="".join(m for m in "†‡" if any(m in d.marks for d in documents.values())),
        documents=documents,
        before=tuple(parts[:first_after]),
        reading=tuple(d for d in documents.values() if not d.paired),
        after=tuple(parts[first_after:]),
        sources=tuple(_sources(lesson, labels)),
    )
    if edition == "student":
        return replace(handout, before=_printed(handout.before), after=_printed(handout.after))
    return replace(
        handout,
        timing=tuple(_timing(spec)),
        checked=_checked(lesson),
        standards=tuple((str(code), str(table.standards[code].gist), _met_in(spec, code)) for code in spec.standards),
        official=tuple(_official(spec, table)),
    )


def _printed(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(p for p in parts if p.activity.prints)


def revision(lesson: Lesson) -> str:
    """Eight figures that change with anything the lesson or its sources say: ``4f1c 9a07``."""
    told = [lesson.id, lesson.unit, str(lesson.number), lesson.spec.model_dump_json()]
    told += [s.sha256 + s.record.model_dump_json() for s in lesson.seeds]
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return f"{digest[:4]} {digest[4:8]}"


def _checked(lesson: Lesson) -> int:
    """How many quotations were proven: the passages, and what the responses quote."""
    return len(lesson.passages) + sum(len(quotations(r.text)) for r in walk(lesson.spec, Response) if r.rests_on)


def _parts(spec: LessonSpec, documents: Mapping[str, PrintedDocument]) -> Iterator[Part]:
    number = 0
    for activity in spec.activities:
        questions = []
        for question in walk(activity, Question):
            number += 0 if isinstance(activity, ExitTicket) else 1
            questions.append(PrintedQuestion(None if isinstance(activity, ExitTicket) else number, question))
        named = tuple(documents[letter] for letter in getattr(activity, "documents", ())) or tuple(documents.values())
        pair = named if isinstance(activity, ContrastingViewpoints) else ()
        beside = all(len(d.lines) <= PAIR_FITS for d in pair)
        yield Part(activity, tuple(questions), pair, beside, named)


def _timing(spec: LessonSpec) -> Iterator[TimingRow]:
    clock = 0
    for activity in spec.activities:
        yield TimingRow(activity.minutes, f"{clock}–{clock + activity.minutes}", activity)
        clock += activity.minutes


def _official(spec: LessonSpec, table: Table) -> Iterator[tuple[str, str]]:
    for framework in dict.fromkeys(table.standards[code].framework for code in spec.standards):
        yield str(table.frameworks[framework].name), str(table.frameworks[framework].official)


def _met_in(spec: LessonSpec, code: str) -> str:
    return ", ".join(a.title for a in spec.activities if code in a.standards)


# --- documents ---------------------------------------------------------------------------------------


def _documents(lesson: Lesson, paired: set[str], labels: Labels) -> dict[str, PrintedDocument]:
    made: dict[str, PrintedDocument] = {}
    explained: set[str] = set()
    introduced: dict[str, str] = {}  # seed → the document whose box has its head note
    for letter, document in lesson.documents.items():
        terms: dict[str, str] = {t: d for t, d in lesson.spec.vocabulary.items() if t not in explained}
        first = introduced.setdefault(document.seed.id, letter)
        printed = _document(document, terms, letter in paired, labels, first if first != letter else "")
        explained |= {t for t, _ in printed.glosses}
        made[letter] = printed
    return made


def _document(
    document: Document, terms: Mapping[str, str], paired: bool, labels: Labels, same_as: str
) -> PrintedDocument:
    """``same_as`` names the earlier document whose box has introduced the source, if there is one."""
    measure, size = PAIRED if paired else READING
    rows, notes = _box_rows(document, labels), _box_notes(document, labels, same_as)
    blocks, glossed = _blocks(document, terms, measure, size, labels)
    marks = "".join(sorted({c for row in rows for c in row.text + row.mark if c in "†‡"}))
    return PrintedDocument(
        letter=document.letter,
        seed=document.seed,
        rows=rows,
        notes=notes,
        blocks=blocks,
        glosses=tuple((t, terms[t]) for t in glossed),
        footnotes=tuple(dict.fromkeys(n for p in document.passages for n in p.notes)),
        marks=marks,
        paired=paired,
        words=document.words,
    )


def term_pattern(term: str) -> re.Pattern[str]:
    """A glossary term as a whole word, whatever its case."""
    return re.compile(rf"(?<!\w){re.escape(fold(term).text.lower())}(?!\w)")


def _blocks(
    document: Document, terms: Mapping[str, str], measure: float, size: float, labels: Labels
) -> tuple[tuple[Block, ...], list[str]]:
    """The document's paragraphs in numbered lines, with cuts and lead-ins between; and the terms found."""
    paragraphs = list(_paragraphs(document))
    bold, glossed = _first_uses(paragraphs, terms)
    prompts: list[str] = list(document.spec.margin) or [labels["margin_writer"], labels["margin_question"]]
    blocks: list[Block] = []
    number = 0
    for n, (kind, text, runs, fresh) in enumerate(paragraphs):
        if kind != "lines":
            blocks.append(Block(kind, text=text))
            continue
        lines = []
        for broken in break_lines(list(_styled(runs, bold.get(n, []))), measure, size):
            number += 1
            lines.append(Line(number, broken))
        blocks.append(Block("lines", tuple(lines), prompts=tuple(prompts.pop(0) for _ in range(fresh) if prompts)))
    if prompts:  # fewer passages than prompts: the rest stands beside the last
        last = max(n for n, b in enumerate(blocks) if b.kind == "lines")
        blocks[last] = replace(blocks[last], prompts=blocks[last].prompts + tuple(prompts))
    return tuple(blocks), glossed


Paragraph = tuple[Literal["lines", "cut", "lead_in"], str, list[Run], int]


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """What stands in a document, in order: runs of a paragraph, a cut, a lead-in.

    Passages that follow each other in the article within one paragraph stay one paragraph.
    """
    text = document.seed.article.source.text
    runs: list[Run] = []
    fresh = 0
    before: Passage | None = None
    for passage in document.passages:
        gap = text[before.end : passage.start] if before else ""
        joined = before is not None and not gap.strip() and "\n" not in gap and not passage.lead_in
        if before and not joined:
            yield "lines", "", runs, fresh
            runs, fresh = [], 0
            if gap.strip():
                yield "cut", "[. . .]", [], 0
        elif joined and gap:
            runs.append(Run(gap, origin=before.end if before else -1))
        if passage.lead_in:
            yield "lead_in", passage.lead_in, [], 0
        fresh += 1
        if not joined and not _opens_sentence(text, passage.start):
            runs.append(Run("[. . .] ", "cut"))
        for piece in passage.pieces:
            if piece.kind == "paragraph":
                yield "lines", "", runs, fresh
                runs, fresh = [], 0
            elif piece.kind == "source":
                runs.append(Run(piece.text, origin=piece.origin))
            else:
                space = "" if runs and runs[-1].text.endswith(" ") else " "
                runs.append(Run(space + piece.text, piece.kind))
        if not _closes_sentence(text, passage.end):
            runs.append(Run(" [. . .]", "cut"))
        before = passage
    yield "lines", "", runs, fresh


def _opens_sentence(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return re.search(r"(^\s*(\d+\.|•)?\s*$)|([.!?]['\"”’)\] ]*(\[\d+\])?\s+$)", line) is not None


def _closes_sentence(text: str, end: int) -> bool:
    tail = text[max(0, end - 12) : end]
    return re.search(r"[.!?…:]['\"”’)\] ]*(\[\d+\])?$", tail) is not None or text[end : end + 1] in ("", "\n")


def _first_uses(
    paragraphs: Sequence[Paragraph], terms: Mapping[str, str]
) -> tuple[dict[int, list[tuple[int, int]]], list[str]]:
    """By paragraph: the stretches of the first uses of the terms; and the terms, as they come."""
    bold: dict[int, list[tuple[int, int]]] = {}
    order: list[tuple[int, int, str]] = []
    for term in terms:
        pattern = term_pattern(term)
        for n, (_, _, runs, _) in enumerate(paragraphs):
            folded = fold("".join(r.text for r in runs))
            if hit := pattern.search(folded.text.lower()):
                bold.setdefault(n, []).append((folded.origin[hit.start()], folded.origin[hit.end() - 1] + 1))
                order.append((n, hit.start(), term))
                break
    return bold, [term for _, _, term in sorted(order)]


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


def _styled(runs: Sequence[Run], bold: Sequence[tuple[int, int]]) -> Iterator[Run]:
    """Runs cut up where a bold stretch or Chinese begins or ends."""
    at = 0
    for run in runs:
        cuts = {0, len(run.text)}
        cuts |= {min(max(edge - at, 0), len(run.text)) for stretch in bold for edge in stretch}
        cuts |= {edge for m in _HAN.finditer(run.text) for edge in m.span()}
        edges = sorted(cuts)
        for a, b in zip(edges, edges[1:], strict=False):
            text = run.text[a:b]
            yield replace(
                run,
                text=text,
                origin=run.origin + a if run.origin >= 0 else -1,
                bold=any(s <= at + a and at + b <= e for s, e in bold),
                lang="zh" if _HAN.fullmatch(text) else "",
            )
        at += len(run.text)


# --- the source box ----------------------------------------------------------------------------------


def _mark(fact: Fact | None) -> str:
    return {"external": "†", "inferred": "‡"}.get(fact.basis, "") if fact else ""


def _box_rows(document: Document, labels: Labels) -> tuple[BoxRow, ...]:
    record = document.seed.record
    where = [f"{fact.value}{_mark(fact)}" for fact in (record.publisher, record.place) if fact]
    return (
        BoxRow("who", _who(document, labels)),
        BoxRow("what", f"“{record.title}”"),
        BoxRow("when", _date(record.date, labels), _mark(record.date)),
        BoxRow("where", ", ".join(where) or labels["not_stated"]),
        BoxRow("type", _type(document.seed, labels)),
    )


def _date(fact: Fact | None, labels: Labels) -> str:
    return (dates.spoken(fact.value) or str(fact.value)) if fact else labels["not_stated"]


def _type(seed: Seed, labels: Labels) -> str:
    genre, translated = seed.record.genre, seed.record.translated_from
    kind = labels[f"genre_{genre.value}"] + _mark(genre)
    if translated:
        return f"{kind}, {labels['translated_from']} {translated.value}{_mark(translated)}"
    return f"{kind}, {labels['in_language']} {labels.language(seed.record.language)}"


def _who(document: Document, labels: Labels) -> str:
    """The voices of the printed lines, then whom they quote or paraphrase."""
    voices, told = [], dict[str, list[str]]()
    for passage in document.passages:
        line = document.seed.article.source.place(passage.start)[0]
        if voice := document.seed.voice(line):
            name = f"{voice.speaker}{'†' if voice.basis == 'external' else ''}"
            voices.append(f"{name}, {voice.about}" if voice.about else name)
        if passage.manner != "own":
            named = f"{passage.speaker}, {passage.about}" if passage.about else passage.speaker
            told.setdefault(passage.manner, []).append(named)
    sentences = ["; ".join(dict.fromkeys(voices)) or labels["not_stated"]]
    for manner in ("quoted", "paraphrased"):
        if manner in told:
            sentences.append(f"{labels[manner]} {'; '.join(dict.fromkeys(told[manner]))}")
    return ". ".join(sentences) + ("." if len(sentences) > 1 else "")


def _box_notes(document: Document, labels: Labels, same_as: str) -> tuple[str, ...]:
    """The head note, and what our copy, its translation and its marks ask to be said."""
    record = document.seed.record
    pieces = [p for passage in document.passages for p in passage.pieces]
    notes = [f"{labels['same_source']} {same_as}."] if same_as else [str(record.head_note)]
    if record.incomplete and not same_as:
        notes.append(str(record.incomplete))
    if record.translated_from and not same_as:
        notes.append(labels["translation_note"])
    theirs = any("[" in re.sub(r"\[\d+\]", "", p.text) for p in pieces if p.kind == "source")
    if any(p.kind == "sic" for p in pieces):
        notes.append(labels["sic_note"])
    if theirs and not any(p.kind == "insertion" for p in pieces):
        notes.append(labels["brackets_note"])
    return tuple(notes)


def _level(pair: Sequence[PrintedDocument]) -> dict[str, PrintedDocument]:
    """The documents of a pair with equal heights of box and text, so that texts and glosses begin level."""

    def box(document: PrintedDocument) -> float:
        rows = [len(break_lines([Run(r.text + r.mark)], BOX_MEASURE, BOX_SIZE)) for r in document.rows]
        return BOX_LEADING * sum(rows) + BOX_GAP * len(rows)

    def lead(document: PrintedDocument) -> float:
        leads = [b.text for b in document.blocks if b.kind == "lead_in"]
        return sum(LEAD_LEADING * len(break_lines([Run(f"[{text}]")], PAIRED[0] - 9, BOX_SIZE)) + 7 for text in leads)

    boxes, leads = max(map(box, pair)), max(map(lead, pair))
    lines = max(len(d.lines) for d in pair)
    return {d.letter: replace(d, box_height=boxes, lead_height=leads, text_height=leads + lines * 16.5) for d in pair}


# --- credits -----------------------------------------------------------------------------------------


def _letters(lesson: Lesson, seed: Seed) -> list[str]:
    return [letter for letter, d in lesson.documents.items() if d.seed is seed]


def _credit(lesson: Lesson, labels: Labels) -> str:
    """All sources in one short line for the foot of every page."""
    credits = []
    for seed in lesson.seeds:
        date = seed.record.date
        when = f", {str(date.value)[:4]}{_mark(date)}" if date else ""
        credits.append(f"{', '.join(_letters(lesson, seed))} {seed.record.short}{when}")
    return f"{labels['documents']}: {'; '.join(credits)}. {labels['excerpts']}"


def _titled(title: str) -> str:
    """A title in quotation marks as it begins a credit: with a full stop, unless it ends in a mark of its own."""
    return f"“{title}”" if title.endswith(("?", "!", "…")) else f"“{title}.”"


def _sources(lesson: Lesson, labels: Labels) -> Iterator[SourceLine]:
    for seed in lesson.seeds:
        record = seed.record
        author = f"{record.author.value}{_mark(record.author)}" if record.author else labels["author_not_stated"]
        publisher = (
            f"{record.publisher.value}{_mark(record.publisher)}" if record.publisher else labels["publisher_not_stated"]
        )
        names = (
            [author]
            if record.publisher and record.author and record.author.value == record.publisher.value
            else [author, publisher]
        )
        body = sum(len(seed.article.source.line(n).split()) for n in seed.article.body)
        quoted = sum(d.words for d in lesson.documents.values() if d.seed is seed)
        yield SourceLine(
            letters=", ".join(_letters(lesson, seed)),
            title=_titled(record.title),
            credit=f"{'. '.join(names)}. {_date(record.date, labels)}{_mark(record.date)}.",
            rights=str(record.rights),
            sha256=seed.sha256,
            quoted=quoted,
            share=round(100 * quoted / max(body, 1)),
        )


def uncovered(handout: Handout) -> dict[str, int]:
    """Characters of the printed lines that no face has."""
    return fonts.uncovered("".join(line.text for d in handout.documents.values() for line in d.lines))
