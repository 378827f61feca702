"""A lesson's YAML and the library of seeds become a Lesson with every reference filled."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from generator.activities import AnyActivity
from generator.activities.contextualization import Given
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.loaded_language import Word
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.audience import TEACHER, walk
from generator.diagnostic import Diagnostic, counted, did_you_mean, has_errors, in_order, listing
from generator.figures import FigureSpec, TableSpec, figure_problems
from generator.nodes import Fields, Text
from generator.pictures import Picture
from generator.schema import Spec, Version1
from generator.seeds import Passage, Seed, cut_passage
from generator.source import Source, Span
from generator.spec import (
    Activity,
    Criterion,
    Evidence,
    Flag,
    Places,
    Question,
    Speech,
    TeacherText,
    TeacherTexts,
    UnitSpec,
    from_text,
)

# --- the words of a lesson ---------------------------------------------------------------------------


class Citation(Speech):
    """A passage of a record, by its name; or one of the lesson's own, by seed and selector."""

    called: ClassVar[str] = "a passage"
    one_text: ClassVar[bool] = True

    cite: Text | None = Field(None, description="A passage of a record, as “seed/passage”.")
    seed: Text | None = Field(None, description="With “start” and “end”, or “exact”: the seed they stand in.")
    viewpoint: Text | None = Field(None, description="Whose view it states, where not that of the whole document.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return from_text("cite", data)


class DocumentSpec(Spec):
    model_config = ConfigDict(
        json_schema_extra={
            "additionalProperties": False,
            "oneOf": [{"required": ["passages"]}, {"required": ["figure"]}],
        }
    )
    called: ClassVar[str] = "a document"

    passages: tuple[Citation, ...] = Field(
        (), min_length=1, description="Passages of one seed, in the article’s order."
    )
    figure: FigureSpec | None = Field(None, description="A picture or a table, instead of passages.")
    margin: tuple[Text, ...] = Field((), max_length=6, description="Prompts beside the text, one for each passage.")
    viewpoint: Text | None = Field(None, description="Whose view it states, of the lesson’s viewpoints.")


class Viewpoint(Spec):
    called: ClassVar[str] = "a viewpoint"

    position: Text = Field(description="One sentence in its holders’ own terms.")
    holders: Text = Field(description="Who holds it in the documents.")


class Supports(Spec):
    """A copy of the documents with help, from much to little; the text and its lines are those of the others."""

    called: ClassVar[str] = "supports"

    word_bank: tuple[Text, ...] = Field((), description="Words to write with, beside those of the vocabulary.")
    frames: tuple[Text, ...] = Field((), description="Whole sentences with gaps.")
    starters: tuple[Text, ...] = Field((), description="Beginnings of sentences, for those who need less.")
    chunk: int = Field(40, ge=0, le=300, description="About how many words stand between two marks; 0 for no marks.")


class Assessment(Spec):
    called: ClassVar[str] = "an assessment"

    task: Text = Field(description="What is looked at or marked.")
    points: int | None = Field(None, ge=0, le=1000, description="What it earns in all.")
    criteria: tuple[Criterion, ...] = Field((), description="How it is marked; the points add up to those above.")
    objectives: tuple[Text, ...] = Field((), description="The objectives it shows, by their names.")


class Misconception(Spec):
    called: ClassVar[str] = "a misconception"

    belief: Text = Field(description="What students may think.")
    answer: Text = Field(description="What helps.")


class LessonSpec(Spec):
    called: ClassVar[str] = "a lesson"

    format: Version1 = Field(description="The version of these words: 1.")
    title: Text = Field(description="The title of the lesson.")
    language: Text = Field(Text("en"), description="The language of the handout (BCP 47).")
    grades: Text = Field(description="For whom it is: 9-12.")
    compelling_question: Text = Field(description="The central question: open, and answerable from the documents.")
    kind: Literal["policy", "empirical", "interpretive"] = Field(description="What kind of question that is.")
    supporting_questions: TeacherTexts = Field((), description="Questions that lead to it (teacher only).")
    argument_stems: TeacherTexts = Field((), description="Possible answers from different viewpoints (teacher only).")
    objectives: Annotated[dict[Text, Text], TEACHER] = Field(description="By name: what students will do, verb first.")
    success: tuple[Text, ...] = Field(
        (), description="The objectives in students’ words; each goes on from the heading “I can”."
    )
    standards: TeacherTexts = Field((), description="Codes only; our gist of each is looked up.")
    reading_rate: int | None = Field(
        None, ge=40, le=400, description="Words a minute that this class reads; by default that of handouts.yaml."
    )
    minutes: int = Field(ge=1, le=600, description="Minutes of one period.")
    periods: int = Field(1, ge=1, le=20, description="How many periods it takes.")
    viewpoints: Annotated[dict[Text, Viewpoint], TEACHER] = Field(
        {}, description="The positions on the central question."
    )
    background: Text | None = Field(
        None, description="What students need to know first; Markdown, marked as the teacher’s words."
    )
    order: Places = None
    documents: dict[Text, DocumentSpec] = Field(min_length=1, description="The documents by their letters: A, B, C …")
    supports: Supports | None = Field(None, description="Help for reading and writing, in a file of its own.")
    vocabulary: dict[Text, Text] = Field(
        {}, description="Words of the passages, and what they mean here in at most 15 words."
    )
    activities: tuple[AnyActivity, ...] = Field(min_length=1, description="What happens in class, in order.")
    assessment: Annotated[Assessment | None, TEACHER] = Field(None, description="How learning is seen (teacher only).")
    materials: TeacherTexts = Field((), description="What to have ready (teacher only).")
    content_note: TeacherText = Field(
        None, description="What the passages touch on, and how to take care (teacher only)."
    )
    norms: tuple[Text, ...] = Field((), description="Rules for talking about it, printed for students.")
    misconceptions: Annotated[tuple[Misconception, ...], TEACHER] = Field(
        (), description="What students may get wrong (teacher only)."
    )
    shorter: TeacherText = Field(None, description="What to drop with ten minutes less (teacher only).")
    longer: TeacherText = Field(None, description="How to use a 90-minute block (teacher only).")
    teacher_notes: TeacherText = Field(None, description="Anything else; Markdown (teacher only).")
    exempt: Annotated[dict[Text, Text], TEACHER] = Field(
        {}, description="A warning’s name and why it does not apply here."
    )


# --- what a lesson becomes ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Excerpt:
    """Passages of one seed under one letter."""

    letter: str
    seed: Seed = field(repr=False)
    passages: tuple[Passage, ...]
    spec: DocumentSpec = field(repr=False)
    cited_at: tuple[Span, ...] = field(repr=False)  # where the lesson cites each passage

    @property
    def words(self) -> int:
        return sum(p.words for p in self.passages)

    @property
    def source(self) -> str:
        """What it is taken from: two documents of one source have the same."""
        return self.seed.id

    @property
    def short(self) -> str:
        return str(self.seed.record.short)

    @property
    def language(self) -> str:
        """That of what is said of it; empty, where that is the lesson’s own."""
        return str(self.seed.record.language)

    @property
    def flags(self) -> tuple[Flag, ...]:
        return tuple(flag for p in self.passages for flag in p.flags)

    @property
    def views(self) -> dict[str, str]:
        """By what questions name in it: the viewpoint that it states; empty, where there is none."""
        cited = zip(self.passages, self.spec.passages, strict=False)
        return {p.name: str(c.viewpoint or self.spec.viewpoint or "") for p, c in cited}


@dataclass(frozen=True)
class Exhibit:
    """A figure under one letter, by which questions and responses name it: nothing of it is quoted."""

    letter: str
    figure: FigureSpec = field(repr=False)
    shows: Picture | TableSpec
    spec: DocumentSpec = field(repr=False)
    passages: ClassVar[tuple[Passage, ...]] = ()
    words: ClassVar[int] = 0
    language: ClassVar[str] = ""

    @property
    def source(self) -> str:
        return str(self.figure.image or f"table/{self.figure.title}")

    @property
    def short(self) -> str:
        return str(self.figure.short or self.figure.title)

    @property
    def flags(self) -> tuple[Flag, ...]:
        return self.figure.flags

    @property
    def views(self) -> dict[str, str]:
        return {self.letter: str(self.spec.viewpoint or "")}


Document = Excerpt | Exhibit


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson whose every reference is filled."""

    id: str
    spec: LessonSpec = field(repr=False)
    source: Source = field(repr=False)
    documents: Mapping[str, Document]
    unit: str = ""
    number: int | None = None

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """Every printed passage by its name."""
        return {p.name: p for d in self.documents.values() for p in d.passages}

    @property
    def excerpts(self) -> tuple[Excerpt, ...]:
        """The documents that quote a seed."""
        return tuple(d for d in self.documents.values() if isinstance(d, Excerpt))

    @cached_property
    def exhibits(self) -> dict[str, Exhibit]:
        """The documents that are figures, by their letters."""
        return {letter: d for letter, d in self.documents.items() if isinstance(d, Exhibit)}

    @property
    def cited(self) -> Iterator[tuple[Passage, Span]]:
        """Every printed passage, with the place where the lesson cites it."""
        for document in self.excerpts:
            yield from zip(document.passages, document.cited_at, strict=True)

    @property
    def seeds(self) -> tuple[Seed, ...]:
        """The seeds it quotes, in the order of the documents, each once."""
        return tuple(dict.fromkeys(d.seed for d in self.excerpts))

    @cached_property
    def revision(self) -> str:
        """Eight figures that change with anything the lesson or its sources say: ``4f1c 9a07``."""
        told = [self.id, self.unit, str(self.number), self.spec.model_dump_json()]
        told += [s.sha256 + s.record.model_dump_json() for s in self.seeds]
        told += [x.shows.sha256 for x in self.exhibits.values() if isinstance(x.shows, Picture)]
        digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
        return f"{digest[:4]} {digest[4:8]}"

    def document_of(self, name: str) -> Document:
        """The document that holds a passage, or the figure of this letter."""
        return next(d for d in self.documents.values() if name in d.views)


@dataclass(frozen=True)
class Unit:
    """A unit with those of its lessons that are whole."""

    id: str
    spec: UnitSpec = field(repr=False)
    lessons: tuple[Lesson, ...] = field(repr=False)


# --- reading -----------------------------------------------------------------------------------------

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def fill(
    id: str,
    spec: LessonSpec,
    source: Source,
    library: Mapping[str, Seed | None],
    pictures: Mapping[str, Picture | None],
) -> tuple[Lesson, bool, list[Diagnostic]]:
    """Fill a lesson's references from the library and its pictures; and say whether all could be filled.

    A seed or picture that is there as ``None`` is broken: it was reported once, and causes no further error here.
    A lesson that is not whole is good for looking at, so that all its problems are found in one run.
    """
    found: list[Diagnostic] = []
    documents: dict[str, Document] = {}
    missing: set[str] = set()
    for letter, document in spec.documents.items():
        found += _contents(letter, document)
        if document.figure:
            exhibit, problems = _exhibit(letter, document, document.figure, pictures)
            found += problems
            if exhibit:
                documents[str(letter)] = exhibit
            else:
                missing.add(str(letter))
            continue
        passages, citations = [], []
        for citation in document.passages:
            passage, problems = _cited(citation, library)
            found += problems
            if passage:
                passages.append(passage)
                citations.append(citation)
            else:
                missing.add(_name(citation))
        if passages:
            found += _one_source(letter, citations, passages)
            spans = tuple(c.span for c in citations)
            documents[str(letter)] = Excerpt(str(letter), passages[0].seed, tuple(passages), document, spans)
    found += _letters(spec)
    lesson = Lesson(id, spec, source, documents)
    found += _told_once(_references(lesson, missing))
    return lesson, not missing and not has_errors(found), found


def _contents(letter: Text, document: DocumentSpec) -> Iterator[Diagnostic]:
    """A document holds passages or a figure."""
    if document.figure and document.passages:
        message = f"Document {letter} has passages and a figure"
        yield Diagnostic(document.at("figure"), "figure-mixed", message, "Make two documents of them.")
    elif not document.figure and not document.passages:
        message, hint = f"Document {letter} has neither passages nor a figure", "Add “passages: […]” or “figure:”."
        yield Diagnostic(document.span, "missing-key", message, hint)


def _exhibit(
    letter: Text, document: DocumentSpec, figure: FigureSpec, pictures: Mapping[str, Picture | None]
) -> tuple[Exhibit | None, list[Diagnostic]]:
    """A figure as a document, or what is wrong with it; neither, where that was reported with its picture."""
    found = list(figure_problems(figure))
    shows = figure.table or pictures.get(str(figure.image))
    return (Exhibit(str(letter), figure, shows, document) if shows and not found else None), found


def cited_alone(root: Fields, library: Mapping[str, Seed | None]) -> list[Diagnostic]:
    """What is wrong with the passages of a lesson that cannot be read as a whole: its documents, one by one."""
    documents = root.get("documents")
    found: list[Diagnostic] = []
    for value in documents.values() if isinstance(documents, Fields) else ():
        with contextlib.suppress(ValidationError):
            for citation in DocumentSpec.model_validate(value).passages:
                found += _cited(citation, library)[1]
    return found


def _cited(citation: Citation, library: Mapping[str, Seed | None]) -> tuple[Passage | None, list[Diagnostic]]:
    """The passage a citation means, or what is wrong with it; neither, where that was reported with the record."""

    def refused(span: Span, rule: str, message: str, hint: str) -> tuple[None, list[Diagnostic]]:
        return None, [Diagnostic(span, rule, message, hint)]

    name = citation.cite if citation.cite is not None else citation.seed
    if name is None:
        return refused(
            citation.span,
            "no-selector",
            "This passage names neither a record’s passage nor a seed",
            "Write “seed/passage”, or “seed: …” with “start: …” and “end: …”.",
        )
    seed_id, _, passage_id = name.partition("/")
    if seed_id not in library:
        hint = did_you_mean(seed_id, library) or "“counterpoint passages” lists what can be cited."
        return refused(name.span, "no-such-seed", f"There is no seed “{seed_id}”", hint)
    seed = library[seed_id]
    if seed is None:
        return None, []
    if citation.cite is None:
        return cut_passage(seed, _name(citation), citation, citation)
    named = seed.record.passages.get(Text(passage_id))
    if named is None:
        hint = did_you_mean(passage_id, seed.record.passages) or f"“counterpoint passages --seed {seed_id}” lists them."
        return refused(name.span, "no-such-passage", f"The seed “{seed_id}” has no passage “{passage_id}”", hint)
    if citation.selects or citation.seed is not None:
        return refused(
            citation.span,
            "no-selector",
            "“cite” stands beside a seed or a selector here",
            "Keep “cite”, or write “seed” and the selector.",
        )
    if passage_id not in seed.passages:
        return None, []
    given = {k: v for k in type(named).model_fields if (v := getattr(citation, k, None)) not in (None, (), "own")}
    changed = named.model_copy(update=given)
    return cut_passage(seed, str(name), changed, changed)


def _name(citation: Citation) -> str:
    """What a passage is called: as it is cited, or by its seed and its first words."""
    if citation.cite is not None:
        return str(citation.cite)
    words = re.findall(r"[a-z0-9]+", str(citation.exact or citation.start or "").lower())
    return f"{citation.seed}/{'-'.join(words[:5]) or 'passage'}"


def _one_source(letter: Text, citations: list[Citation], passages: list[Passage]) -> Iterator[Diagnostic]:
    for before, after, citation in zip(passages, passages[1:], citations[1:], strict=False):
        if after.seed is not before.seed:
            yield Diagnostic(
                citation.span,
                "two-sources",
                f"Document {letter} already quotes the seed “{before.seed.id}”",
                "Give each source a document of its own.",
            )
        elif after.start < before.end:
            yield Diagnostic(
                citation.span,
                "out-of-order",
                "This passage stands before the one above it in the article",
                "List the passages of a document in the article’s order, without overlap.",
            )


def _letters(spec: LessonSpec) -> Iterator[Diagnostic]:
    for letter, wanted in zip(spec.documents, LETTERS, strict=False):
        if letter != wanted:
            yield Diagnostic(
                letter.span,
                "document-letters",
                f"Document {wanted} is expected here, not {letter}",
                "Name the documents A, B, C … in their order.",
            )
            return


def _told_once(found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """A name that is wrong in many places is told at the first, with the lines of the others: a passage that was
    swapped would else fill the screen."""
    alike: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in in_order(found):
        alike.setdefault((one.rule, one.message), []).append(one)
    for first, *others in alike.values():
        if others:
            lines = ", ".join(dict.fromkeys(str(d.span.place[0]) for d in others))
            also = f"; so it is in {counted(len(others), 'other place')}, line{'s' * (',' in lines)} {lines}"
            yield replace(first, message=first.message + also)
        else:
            yield first


def _references(lesson: Lesson, missing: set[str]) -> Iterator[Diagnostic]:
    """Passages, documents, objectives and standards that activities name must be there."""
    spec = lesson.spec
    passages, seen = lesson.passages, set[str]()
    for passage, span in lesson.cited:
        if passage.name in seen:
            yield Diagnostic(
                span,
                "passage-twice",
                f"“{passage.name}” is already in a document of this lesson",
                "Print each passage once.",
            )
        seen.add(passage.name)
    cited = [t for q in walk(spec, Question) for t in q.passages] + [e.passage for e in walk(spec, Evidence)]
    for text in cited:
        if text not in passages and text not in lesson.exhibits and text not in missing:
            yield _not_printed(lesson, text)
    for activity in spec.activities:
        yield from _known(activity.objectives, spec.objectives, "no-such-objective", "objective")
        yield from _known(activity.standards, spec.standards, "standard-not-listed", "standard")
        yield from _known(_named_documents(activity), spec.documents, "no-such-document", "document")
    yield from _paired_once(spec)
    yield from _sides_apart(lesson)
    if spec.assessment:
        yield from _known(spec.assessment.objectives, spec.objectives, "no-such-objective", "objective")
    stated = [d.viewpoint for d in spec.documents.values()] + [c.viewpoint for c in walk(spec.documents, Citation)]
    yield from _known(filter(None, stated), spec.viewpoints, "no-such-viewpoint", "viewpoint")


def _not_printed(lesson: Lesson, text: Text) -> Diagnostic:
    if document := lesson.documents.get(str(text)):
        message = f"Document {text} holds passages, which are named one by one"
        hint = f"Write {listing((p.name for p in document.passages), 'or')}; only a figure goes by its letter."
    else:
        message = f"“{text}” is not printed in this lesson"
        hint = did_you_mean(text, lesson.passages) or "Add it to a document, or cite a passage that is there."
    return Diagnostic(text.span, "no-such-passage", message, hint)


def _paired_once(spec: LessonSpec) -> Iterator[Diagnostic]:
    """A document stands once in a handout, and so in one pair at most."""
    seen: set[str] = set()
    for letter in (
        t for a in spec.activities if isinstance(a, ContrastingViewpoints) for t in dict.fromkeys(a.documents)
    ):
        if letter in seen:
            yield Diagnostic(
                letter.span,
                "document-twice",
                f"Document {letter} stands in an earlier pair already",
                "Set each document beside one other only; cite its passages in questions as often as you like.",
            )
        seen.add(str(letter))


def _sides_apart(lesson: Lesson) -> Iterator[Diagnostic]:
    """What a side of a controversy reads stands in its own packet only: no other page can point at it."""
    controversies = [a for a in lesson.spec.activities if isinstance(a, StructuredAcademicControversy)]
    sides = [side for a in controversies for side in a.sides]
    held = {str(letter) for side in sides for letter in side.documents}
    inside = {name: letter for letter, d in lesson.documents.items() for name in d.views}
    pointed = [t for a in lesson.spec.activities if a not in controversies for t in _printed_letters(a)]
    for letter in pointed:
        if letter in held:
            yield _beyond(letter, f"Document {letter} stands in the packet of one side only")
    for word in [w for a in lesson.spec.activities for w in (*walk(a, Word), *walk(a, Given))]:
        if inside.get(str(word.passage)) in held:
            yield _beyond(word.passage, f"“{word.passage}” stands in the packet of one side only")
    for side in sides:
        for name in (t for q in side.questions for t in q.passages):
            if inside.get(str(name)) not in (None, *map(str, side.documents)):
                yield _beyond(name, f"“{name}” does not stand in the packet of the side “{side.name}”")


def _printed_letters(activity: Activity) -> Iterator[Text]:
    """The documents that an activity sets before students; those that it only reads may be a side's."""
    return (t for t in _named_documents(activity) if t not in activity.reads)


def _beyond(text: Text, message: str) -> Diagnostic:
    return Diagnostic(
        text.span, "other-side", message, "Name a document that all have, or move it out of the side’s packet."
    )


def _named_documents(value: Any) -> Iterator[Text]:
    """Every document letter that an activity names."""
    for spec in walk(value, Spec):
        for name in spec.names_documents:
            named = getattr(spec, name)
            yield from [named] if isinstance(named, Text) else named or ()


def _known(names: Any, known: Any, rule: str, what: str) -> Iterator[Diagnostic]:
    for name in names:
        if name not in known:
            yield Diagnostic(
                name.span,
                rule,
                f"This lesson has no {what} “{name}”",
                did_you_mean(name, known) or f"It has {', '.join(known) or 'none'}.",
            )
