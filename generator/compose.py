"""A lesson becomes a Handout for one edition, with every decision taken: order, numbers, lines, credits.

A student handout is composed from a lesson whose teacher's fields are gone (``audience.for_students``):
there is nothing left to hide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.exit_ticket import ExitTicket
from generator.audience import for_students, walk
from generator.box import mark, spoken
from generator.documents import PAIR_FITS, level, printed_documents
from generator.evidence import quotations
from generator.labels import Labels
from generator.lessons import Lesson, LessonSpec
from generator.printed import (
    Edition,
    Handout,
    Part,
    PrintedDocument,
    PrintedQuestion,
    SourceLine,
    TimingRow,
)
from generator.records import Fact
from generator.seeds import Seed
from generator.spec import Activity, Question, Response
from generator.standards import Table


def compose(lesson: Lesson, edition: Edition, labels: Labels, table: Table) -> Handout:
    """Everything that one edition prints. ``table`` has our gists of the standards."""
    spec = lesson.spec if edition == "teacher" else for_students(lesson.spec)
    pairs = [a.documents for a in spec.activities if isinstance(a, ContrastingViewpoints)]
    paired = {str(letter) for pair in pairs for letter in pair}
    documents = printed_documents(lesson, paired, labels)
    for pair in pairs:
        documents.update(level([documents[letter] for letter in pair]))
    parts = list(_parts(spec, documents))
    first_after = next((n for n, p in enumerate(parts) if _follows_reading(p.activity)), len(parts))
    handout = Handout(
        id=lesson.id,
        unit=lesson.unit,
        number=lesson.number,
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
        lesson=lesson,
        timing=tuple(_timing(spec)),
        checked=_checked(lesson),
        standards=tuple((str(code), str(table.standards[code].gist), _met_in(spec, code)) for code in spec.standards),
        official=tuple(_official(spec, table)),
    )


def _follows_reading(activity: Activity) -> bool:
    return activity.prints and not activity.before_reading


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


def _letters(lesson: Lesson, seed: Seed) -> list[str]:
    return [letter for letter, d in lesson.documents.items() if d.seed is seed]


def _credit(lesson: Lesson, labels: Labels) -> str:
    """All sources in one short line for the foot of every page."""
    credits = []
    for seed in lesson.seeds:
        date = seed.record.date
        when = f", {str(date.value)[:4]}{mark(date)}" if date else ""
        credits.append(f"{', '.join(_letters(lesson, seed))} {seed.record.short}{when}")
    return f"{labels['documents']}: {'; '.join(credits)}. {labels['excerpts']}"


def _when(date: Fact | None, labels: Labels) -> str:
    return f"{spoken(date, labels)}{mark(date)}" if date else labels["date_not_stated"]


def _titled(title: str) -> str:
    """A title in quotation marks as it begins a credit: with a full stop, unless it ends in a mark of its own."""
    return f"“{title}”" if title.endswith(("?", "!", "…")) else f"“{title}.”"


def _sources(lesson: Lesson, labels: Labels) -> Iterator[SourceLine]:
    for seed in lesson.seeds:
        record = seed.record
        author = f"{record.author.value}{mark(record.author)}" if record.author else labels["author_not_stated"]
        publisher = (
            f"{record.publisher.value}{mark(record.publisher)}" if record.publisher else labels["publisher_not_stated"]
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
            credit=f"{'. '.join(names)}. {_when(record.date, labels)}.",
            rights=str(record.rights),
            sha256=seed.sha256,
            quoted=quoted,
            share=round(100 * quoted / max(body, 1)),
        )
