"""A lesson becomes a Handout for one edition, with every decision taken: order, numbers, lines, credits.

A student handout is composed from a lesson whose teacher's fields are gone (``audience.for_students``):
there is nothing left to hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.activities.contextualization import Given
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.exit_ticket import ExitTicket
from generator.activities.loaded_language import Word
from generator.audience import walk
from generator.balance import lesson_sheet
from generator.box import figure_date, mark, spoken, stated
from generator.documents import apart, fits_beside, in_room, level, printed_documents
from generator.editions import Edition, Version
from generator.evidence import find_in, quotations
from generator.figures import FigureSpec
from generator.house import House
from generator.labels import Labels
from generator.lessons import Document, Excerpt, Exhibit, Lesson, LessonSpec
from generator.pauses import with_pauses
from generator.phrases import joined
from generator.pictures import BESIDE_NOTES
from generator.printed import (
    Handout,
    Part,
    Place,
    PrintedDocument,
    PrintedQuestion,
    Proof,
    SourceLine,
    TimingRow,
    line_ref,
)
from generator.reading import load
from generator.records import Fact
from generator.selection import letters_in, shown_in
from generator.source import Span
from generator.spec import Activity, Flag, Protocol, Question, Response
from generator.standards import Table, table
from generator.versions import in_version

LONG = 6  # steps; a protocol with more of them has a row for each in the timing table


def compose(lesson: Lesson, edition: Edition, labels: Labels, house: House, version: Version | None = None) -> Handout:
    """Everything that one edition prints, in the order of a version, if one is chosen."""
    labels = labels.on(lesson.spec.language)
    whole = in_version(lesson, version)
    spec = shown_in(whole, edition)
    documents = _documents(lesson, whole, edition, labels)
    parts = list(_parts(lesson, spec, documents, labels, edition == "key"))
    first_after = next((n for n, p in enumerate(parts) if _follows_reading(p.activity)), len(parts))
    handout = Handout(
        id=lesson.id,
        unit=lesson.unit,
        number=lesson.number,
        spec=spec,
        edition=edition,
        version=version,
        labels=labels,
        revision=lesson.revision,
        credit=_credit(lesson, labels, documents),
        marks="".join(m for m in "†‡" if any(m in d.marks for d in documents.values())),
        documents=documents,
        flags=_flags(lesson, documents),
        before=tuple(parts[:first_after]),
        reading=tuple(d for d in documents.values() if not d.paired),
        after=tuple(parts[first_after:]),
        sources=tuple(_sources(lesson, labels, documents)),
        glosses=tuple(dict.fromkeys(gloss for d in documents.values() for gloss in d.glosses)),
    )
    if edition != "teacher":
        handout = replace(handout, before=_printed(handout.before), after=_printed(handout.after))
        return replace(handout, lesson=lesson, documents={}, reading=(), cited=documents) if handout.is_key else handout
    annotated = {k: _annotated(lesson, d, parts, labels) for k, d in documents.items()}
    paired = [replace(part, pair=tuple(annotated[d.letter] for d in part.pair)) for part in parts]
    return replace(
        handout,
        lesson=lesson,
        cited=documents,
        documents=annotated,
        before=tuple(paired[:first_after]),
        reading=tuple(annotated[d.letter] for d in handout.reading),
        after=tuple(paired[first_after:]),
        balance=lesson_sheet(lesson),
        load=load(" ".join(p.text for p in lesson.passages.values()), spec.reading_rate or house.limits.reading_rate),
        timing=tuple(_timing(spec)),
        checked=_checked(lesson),
        standards=tuple(_standards(spec, house.standards, labels)),
        official=tuple(_official(spec, house.standards, labels)),
    )


def only(handout: Handout, readings: bool, questions: bool) -> Handout:
    """A handout with its documents alone, or with all but its documents."""
    if readings and questions:
        return handout
    if readings:
        documents = tuple(apart(d) for d in handout.documents.values())
        return replace(handout, before=(), reading=documents, after=(), documents={d.letter: d for d in documents})
    before, after = (tuple(replace(part, pair=()) for part in parts) for parts in (handout.before, handout.after))
    return replace(handout, before=before, reading=(), after=after, documents={})


def _documents(lesson: Lesson, spec: LessonSpec, edition: Edition, labels: Labels) -> dict[str, PrintedDocument]:
    """The documents that an edition prints, or names the lines of; their lines do not depend on the edition."""
    pairs = [a.documents for a in spec.activities if isinstance(a, ContrastingViewpoints)]
    paired = {str(letter) for pair in pairs for letter in pair}
    documents = printed_documents(lesson, tuple(map(str, spec.documents)), paired, labels, edition == "stations")
    for pair in pairs:
        documents.update(level([documents[letter] for letter in pair]))
    held = {letter: documents[letter] for letter in letters_in(spec, "teacher" if edition == "key" else edition)}
    if edition == "stations" or edition.startswith("supports"):  # there, no document stands beside another
        held = {letter: apart(d) for letter, d in held.items()}
    if edition.startswith("supports") and spec.supports:
        return {letter: with_pauses(d, spec.supports.chunk) for letter, d in held.items()}
    return held


def _annotated(lesson: Lesson, document: PrintedDocument, parts: Sequence[Part], labels: Labels) -> PrintedDocument:
    """A document as the teacher has it: who and when, and beside each passage its gist and what asks about it."""
    rows = tuple(row for row in document.rows if row.label in ("who", "when"))
    marks = "".join(m for m in "†‡" if any(m in row.text + row.mark for row in rows))
    document = replace(document, rows=rows, marks=marks, glosses=(), repeats=False, box_height=0)
    if document.figure:
        asked = tuple(filter(None, [_asked_in(document.letter, parts, labels)]))
        smaller = document if document.paired else in_room(document, BESIDE_NOTES)
        return replace(smaller, blocks=tuple(replace(block, notes=asked) for block in smaller.blocks))
    waiting = list(lesson.documents[document.letter].passages)
    language = lesson.documents[document.letter].language
    blocks = []
    for block in document.blocks:
        begun = [waiting.pop(0) for _ in range(block.begins) if waiting]
        told = ((labels.put(p.claim, language), _asked_in(p.name, parts, labels)) for p in begun)
        notes = tuple(note for both in told for note in both if note)
        blocks.append(replace(block, notes=notes))
    return replace(document, blocks=tuple(blocks))


def _asked_in(name: str, parts: Sequence[Part], labels: Labels) -> str:
    """``Asked about in 1, 4, Exit ticket``: questions by their numbers, slips by their titles."""
    asked = [str(q.number or part.activity.title) for part in parts for q in part.questions if name in q.spec.passages]
    return labels.say("asked_in", places=joined(labels["comma"], dict.fromkeys(asked))) if asked else ""


def _follows_reading(activity: Activity) -> bool:
    return activity.prints and not activity.before_reading


def _printed(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(p for p in parts if p.activity.prints)


def _checked(lesson: Lesson) -> int:
    """How many quotations were proven: the passages, and what the responses quote."""
    return len(lesson.passages) + sum(len(quotations(r.text)) for r in walk(lesson.spec, Response) if r.rests_on)


def _parts(
    lesson: Lesson, spec: LessonSpec, documents: Mapping[str, PrintedDocument], labels: Labels, short: bool
) -> Iterator[Part]:
    numbers = _numbers(lesson.spec)
    for activity in spec.activities:
        questions = tuple(PrintedQuestion(numbers[q.prompt.span], q) for q in walk(activity, Question))
        named = tuple(documents[letter] for letter in getattr(activity, "documents", ()) if letter in documents)
        pair = named if isinstance(activity, ContrastingViewpoints) else ()
        beside = all(map(fits_beside, pair))
        places = tuple(_places(lesson, activity, documents, labels, short))
        yield Part(activity, questions, pair, beside, named or tuple(documents.values()), places)


def _numbers(spec: LessonSpec) -> dict[Span, int | None]:
    """Question 4 is question 4 in every edition; the questions of a slip have no number."""
    numbers: dict[Span, int | None] = {}
    for activity in spec.activities:
        for question in walk(activity, Question):
            slip = isinstance(activity, ExitTicket)
            numbers[question.prompt.span] = None if slip else 1 + sum(n is not None for n in numbers.values())
    return numbers


def _places(
    lesson: Lesson, activity: Activity, documents: Mapping[str, PrintedDocument], labels: Labels, short: bool
) -> Iterator[Place]:
    """Where the words stand that an activity puts into its chart."""
    for word in [*walk(activity, Word), *walk(activity, Given)]:
        if str(word.passage) in lesson.exhibits:
            yield Place(str(word.words or ""), line_ref(labels, str(word.passage), [], short), False, False)
            continue
        passage = lesson.passages[word.passage]
        letter = lesson.document_of(word.passage).letter
        (start, end), *_ = find_in(passage, word.words) if word.words else [(passage.start, passage.end)]
        record = passage.seed.record
        words = labels.put(passage.seed.article.source.text[start:end] if word.words else "", record.language)
        lines = documents[letter].between(start, end)
        translated = bool(record.translated_from)
        yield Place(words, line_ref(labels, letter, [lines], short), translated, passage.manner == "paraphrased")


def _timing(spec: LessonSpec) -> Iterator[TimingRow]:
    clock = 0
    for activity in spec.activities:
        steps = activity.steps if isinstance(activity, Protocol) else ()
        timed = steps if len(steps) > LONG and all(s.minutes for s in steps) else ()
        yield TimingRow(activity.minutes, f"{clock}–{clock + activity.minutes}", activity, timed)
        clock += activity.minutes


def _standards(spec: LessonSpec, known: Table, labels: Labels) -> Iterator[tuple[str, str, str]]:
    for code in spec.standards:
        standard = known.standards[code]
        gist = labels.put(standard.gist, "en" if standard == table().standards.get(code) else spec.language)
        met = joined(labels["semicolon"], (a.title for a in spec.activities if code in a.standards))
        yield str(code), gist, met


def _official(spec: LessonSpec, known: Table, labels: Labels) -> Iterator[tuple[str, str]]:
    for code in dict.fromkeys(known.standards[code].framework for code in spec.standards):
        framework = known.frameworks[code]
        name = labels.put(framework.name, "en" if framework == table().frameworks.get(code) else spec.language)
        yield name, str(framework.official)


def _flags(lesson: Lesson, documents: Mapping[str, PrintedDocument]) -> tuple[Flag, ...]:
    """What the documents of an edition mention that asks for care, each once."""
    return tuple(dict.fromkeys(flag for letter in documents for flag in lesson.documents[letter].flags))


def _by_source(lesson: Lesson, documents: Mapping[str, PrintedDocument]) -> Iterator[list[Document]]:
    """The documents that an edition prints, those of one source together."""
    printed = [d for letter, d in lesson.documents.items() if letter in documents]
    for source in dict.fromkeys(d.source for d in printed):
        yield [d for d in printed if d.source == source]


def _credit(lesson: Lesson, labels: Labels, documents: Mapping[str, PrintedDocument]) -> str:
    """All sources in one short line for the foot of every page; empty, where no document is printed."""
    credits = []
    for group in _by_source(lesson, documents):
        letters, first = joined(labels["comma"], (d.letter for d in group)), group[0]
        year = str(first.figure.date or "")[:4] if isinstance(first, Exhibit) else _year(first.seed.record.date)
        key, short = "credit_dated" if year else "credit_undated", labels.put(first.short, first.language)
        credits.append(labels.say(key, letters=letters, short=short, year=year))
    return labels.say("credit", sources=joined(labels["semicolon"], credits)) if credits else ""


def _year(date: Fact | None) -> str:
    return f"{str(date.value)[:4]}{mark(date)}" if date else ""


def _when(date: Fact | None, labels: Labels) -> str:
    return joined("", [spoken(date, labels), mark(date)]) if date else labels["date_not_stated"]


def _titled(title: str, labels: Labels) -> str:
    """A title as it begins a credit: with a full stop, unless it ends in a mark of its own."""
    key = "credit_title_marked" if title.endswith(("?", "!", "…")) else "credit_title"
    return labels.say(key, title=title)


def _sources(lesson: Lesson, labels: Labels, documents: Mapping[str, PrintedDocument]) -> Iterator[SourceLine]:
    for group in _by_source(lesson, documents):
        letters, first = joined(labels["comma"], (d.letter for d in group)), group[0]
        if isinstance(first, Exhibit):
            yield _figure_line(letters, first.figure, labels)
        else:
            yield _source_line(letters, first, sum(d.words for d in group), labels)


def _figure_line(letters: str, figure: FigureSpec, labels: Labels) -> SourceLine:
    when = figure_date(figure, labels) if figure.date else labels["date_not_stated"]
    credit = labels.say("source_of_one", author=str(figure.maker or labels["author_not_stated"]), date=when)
    return SourceLine(letters, _titled(figure.title, labels), credit, figure.credit.rstrip(". "), None)


def _source_line(letters: str, document: Excerpt, quoted: int, labels: Labels) -> SourceLine:
    seed, record = document.seed, document.seed.record
    author = stated(record.author, record.language, labels, "author_not_stated")
    names = {"author": author, "date": _when(record.date, labels)}
    if record.publisher and record.author and record.author.value == record.publisher.value:
        credit = labels.say("source_of_one", **names)
    else:
        publisher = stated(record.publisher, record.language, labels, "publisher_not_stated")
        credit = labels.say("source_of_two", **names, publisher=publisher)
    body = sum(len(seed.article.source.line(n).split()) for n in seed.article.body)
    return SourceLine(
        letters=letters,
        title=_titled(labels.put(record.title, record.language), labels),
        credit=credit,
        rights=labels.put(record.rights, record.language),
        proof=Proof(seed.sha256, quoted, round(100 * quoted / max(body, 1))),
    )
