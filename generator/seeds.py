"""An article and its record become a Seed of passages, each found verbatim in the article."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from generator import dates
from generator.audience import TEACHER
from generator.diagnostic import Diagnostic, Severity, did_you_mean
from generator.folding import Folded, fold
from generator.schema import Items, Spec, Text, objection
from generator.source import Source, Span
from generator.spec import Flag, Manner, Selector, Speech, TeacherText, TeacherTexts

# --- the words of a record ---------------------------------------------------------------------------

Basis = Literal["text", "inferred", "external"]
Genre = Literal[
    "news_report", "opinion", "statement", "discussion", "speech", "report", "law", "letter", "interview", "other"
]


class Fact(Spec):
    called: ClassVar[str] = "a fact"

    value: Text = Field(description="What is known; leave the whole fact out where it is not.")
    basis: Basis = Field(description="text: our copy says so; inferred: we conclude it; external: found elsewhere.")
    found: Text | None = Field(None, description="Where an external fact was found.")
    reviewed: Text | None = Field(None, description="Who has checked an external fact: initials, or “not yet”.")


def _line_numbers(value: Any) -> Any:
    """``[6, 8, 16-22]`` as single numbers; what is not a list is left to the model's own complaint."""
    if not isinstance(value, Items):
        return value
    numbers: list[int] = []
    for item in value:
        match = re.fullmatch(r"\s*(\d{1,6})\s*(?:[-–]\s*(\d{1,6})\s*)?", str(item))
        if not match or int(match[2] or match[1]) < int(match[1]) or int(match[2] or 0) > 100_000:
            raise objection(
                "wrong-lines",
                f"“{item}” is not a line number or a range of them",
                "Write numbers and ranges: [6, 8, 16-22].",
                words=str(item),
            )
        numbers.extend(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(numbers)


LineNumbers = tuple[int, ...]


class Voice(Spec):
    called: ClassVar[str] = "a voice"

    lines: LineNumbers = Field(description="The article's lines in which this voice speaks.")
    speaker: Text = Field(description="Who speaks, as far as our copy says.")
    about: Text | None = Field(None, description="A few words on who that is.")
    basis: Basis = Field("text", description="How we know.")

    _numbers = field_validator("lines", mode="before")(_line_numbers)


class NamedPassage(Speech):
    called: ClassVar[str] = "a passage"

    stance: TeacherText = Field(
        None, description="Where the passage stands on the question it speaks to (teacher only)."
    )
    claim: TeacherText = Field(None, description="A neutral gist with attribution (teacher only).")
    themes: TeacherTexts = Field((), description="Words to find it by (teacher only).")
    flags: tuple[Flag, ...] = Field((), description="What asks for a content note: torture, detention, deaths, racism.")


class FactNote(Spec):
    called: ClassVar[str] = "a note on a fact"

    words: Text = Field(description="Words of the article, found once in its body.")
    note: Annotated[Text, TEACHER] = Field(description="What a teacher should know about them (teacher only).")


class SeedRecord(Spec):
    called: ClassVar[str] = "a record"

    format: Literal["1"] = Field(description="The version of these words: 1.")
    text: Text = Field(description="The article's file, beside this record.")
    sha256: Text = Field(description="The hash of the article's bytes; checked at every build.")
    title: Text = Field(description="The article's title, as it stands in our copy.")
    short: Text = Field(description="A short neutral name for tables and footers.")
    author: Fact | None = Field(None, description="Who wrote or issued it.")
    publisher: Fact | None = Field(None, description="Who published it.")
    date: Fact | None = Field(None, description="When: 2011-01-17, 2013-06, 2010~ (EDTF).")
    place: Fact | None = Field(None, description="Where.")
    genre: Fact = Field(description="What it is: news_report, opinion, statement, discussion …")
    language: Text = Field(Text("en"), description="The language of our copy (BCP 47).")
    translated_from: Fact | None = Field(None, description="The language it was translated from.")
    incomplete: Text | None = Field(None, description="For students: what our copy lacks.")
    head_note: Text = Field(description="At most 60 neutral words that set the scene.")
    rights: Text = Field(description="Who holds the rights, as far as known.")
    body: LineNumbers = Field(description="The lines that may be printed; nothing else of the article ever is.")
    notes: dict[Text, LineNumbers] = Field({}, description="Footnotes by their number, and the lines they stand in.")
    voices: tuple[Voice, ...] = Field((), description="Who speaks in which lines of the body.")
    passages: dict[Text, NamedPassage] = Field({}, description="The passages that lessons can cite, by name.")
    fact_notes: tuple[FactNote, ...] = Field((), description="Notes on claims, for the teacher edition.")

    _body = field_validator("body", mode="before")(_line_numbers)

    @field_validator("notes", mode="before")
    @classmethod
    def _note_lines(cls, value: Any) -> Any:
        return {k: _line_numbers(v) for k, v in value.items()} if isinstance(value, dict) else value


# --- what a record and its article become ------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage: the article's own words, or one of the marks that we put between them."""

    kind: Literal["source", "cut", "insertion", "sic", "paragraph"]
    text: str
    origin: int = -1  # where the article's words stand in it; -1 for marks of ours


@dataclass(frozen=True)
class Passage:
    """Words of one article, proven to stand there, with who speaks them."""

    name: str  # “chrd/press-publicly”; a selector of a lesson's own has a name made from its first words
    seed: Seed = field(repr=False)
    start: int  # offsets into the article's text
    end: int
    pieces: tuple[Piece, ...]
    speaker: str
    about: str
    manner: Manner
    lead_in: str
    notes: tuple[str, ...]
    flags: tuple[Flag, ...]
    claim: str
    stance: str
    span: Span = field(repr=False, compare=False)

    @property
    def words(self) -> int:
        """Words quoted: those of the source only."""
        return sum(len(p.text.split()) for p in self.pieces if p.kind == "source")

    @property
    def text(self) -> str:
        """The source's words, cuts closed up by a space."""
        return " ".join(" ".join(p.text for p in self.pieces if p.kind in ("source", "paragraph")).split())


@dataclass(frozen=True, eq=False)
class Seed:
    """An article with its record and its named passages."""

    id: str
    record: SeedRecord = field(repr=False)
    article: Article = field(repr=False)
    sha256: str
    passages: dict[str, Passage] = field(default_factory=dict, repr=False)

    def voice(self, line: int) -> Voice | None:
        return next((v for v in self.record.voices if line in v.lines), None)


@dataclass(frozen=True, eq=False)
class Article:
    """The text of a seed and the part of it that may be printed."""

    source: Source
    body: tuple[int, ...]

    @cached_property
    def _paragraphs(self) -> list[tuple[int, int]]:
        """Offsets of the body's lines, without the white space at their ends."""
        made = []
        for number in self.body:
            line, start = self.source.line(number), self.source.start_of(number)
            made.append((start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
        return made

    @cached_property
    def _folded(self) -> list[tuple[int, Folded]]:
        return [(start, fold(self.source.text[start:end])) for start, end in self._paragraphs]

    def find_all(self, words: str) -> list[tuple[int, int]]:
        """Every stretch of the body that reads as ``words``; none reaches over a paragraph's end."""
        return [(base + a, base + b) for base, folded in self._folded for a, b in folded.find_all(words)]

    def sentences(self) -> Iterator[str]:
        for start, end in self._paragraphs:
            yield from re.split(r"(?<=[.!?]['\"”’)])\s+|(?<=[.!?])\s+(?=[“\"‘'(]?[A-Z])", self.source.text[start:end])

    def nearest(self, words: str, count: int = 2) -> list[str]:
        """The sentences of the body that come nearest to ``words``."""
        wanted = fold(words).text.lower()

        def likeness(sentence: str) -> float:
            text = fold(sentence).text.lower()
            window = text[: len(wanted) + 20] if len(text) > len(wanted) else text
            matcher = difflib.SequenceMatcher(None, wanted, text, autojunk=False)
            share = sum(m.size for m in matcher.get_matching_blocks() if m.size > 2) / max(len(wanted), 1)
            return max(share, difflib.SequenceMatcher(None, wanted, window, autojunk=False).ratio())

        ranked = sorted(self.sentences(), key=likeness, reverse=True)
        return [s if len(s) <= 160 else s[:157] + "…" for s in ranked[:count] if likeness(s) > 0.4]

    def contiguous(self, start: int, end: int) -> bool:
        """Whether only body lines and blank lines stand between two offsets."""
        first, last = self.source.place(start)[0], self.source.place(end)[0]
        return all(n in self.body or not self.source.line(n).strip() for n in range(first, last + 1))


# --- reading -----------------------------------------------------------------------------------------


def read_seed(id: str, record: SeedRecord, source: Source | None, sha256: str) -> tuple[Seed, list[Diagnostic]]:
    """A record and its article as a Seed; a passage that is not proven is left out and reported."""
    if source is None:
        return Seed(id, record, Article(Source(Path("-"), ""), ()), sha256), []
    found = list(_record_problems(record, source, sha256))
    if not source.text.strip():
        return Seed(id, record, Article(source, ()), sha256), found
    lines = tuple(n for n in record.body if n <= source.line_count and source.line(n).strip())
    article = Article(source, lines)
    seed = Seed(id, record, article, sha256)
    for name, spec in record.passages.items():
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name):
            found.append(
                Diagnostic(
                    name.span,
                    "bad-name",
                    f"“{name}” cannot be the name of a passage",
                    "Use small letters, figures and hyphens: “press-publicly”.",
                )
            )
            continue
        passage, problems = cut_passage(seed, f"{id}/{name}", spec, spec)
        found += problems
        if passage:
            seed.passages[name] = passage
    for note in record.fact_notes:
        if len(article.find_all(note.words)) != 1:
            found.append(_not_once(article, note.words, len(article.find_all(note.words)), "body"))
    return seed, found


def cut_passage(
    seed: Seed, name: str, selector: Selector, spec: Speech, named: NamedPassage | None = None
) -> tuple[Passage | None, list[Diagnostic]]:
    """Find a selector's words in the article, exactly once, and check cuts, insertions and [sic] piece by piece.

    ``spec`` says who speaks; ``named`` is the record's passage that a lesson's citation changes, if any.
    """
    stretch, found = _locate(seed.article, selector)
    if stretch is None:
        return None, found
    start, end = stretch
    voice = seed.voice(seed.article.source.place(start)[0])
    base = named if named is not None else spec
    pieces, problems = _pieces(seed, start, end, selector)
    about = spec.about or (voice.about if voice and not spec.speaker else None)
    record = base if isinstance(base, NamedPassage) else None
    passage = Passage(
        name,
        seed,
        start,
        end,
        tuple(pieces),
        speaker=str(spec.speaker or (voice.speaker if voice else "")),
        about=str(about or ""),
        manner=spec.manner,
        lead_in=str(spec.lead_in or ""),
        notes=tuple(_footnotes(seed, start, end)),
        flags=record.flags if record else (),
        claim=str(record.claim or "") if record else "",
        stance=str(record.stance or "") if record else "",
        span=selector.span,
    )
    return (None if problems else passage), problems


def _locate(article: Article, selector: Selector) -> tuple[tuple[int, int] | None, list[Diagnostic]]:
    """The one stretch of the body that a selector means."""
    given = selector.exact if selector.exact is not None else selector.start
    if given is None or (selector.exact is None and selector.end is None):
        return None, [
            Diagnostic(
                selector.span,
                "no-selector",
                "This passage does not say which words it takes",
                "Give “exact: …”, or “start: …” and “end: …”.",
            )
        ]
    if selector.exact is not None and (selector.start is not None or selector.end is not None):
        return None, [
            Diagnostic(
                selector.at("exact"),
                "no-selector",
                "“exact” stands beside “start” or “end” here",
                "Keep “exact” alone, or “start” and “end”.",
            )
        ]
    starts = [s for s in article.find_all(given) if _preceded(article, s[0], selector.prefix)]
    if selector.exact is not None:
        starts = [s for s in starts if _followed(article, s[1], selector.suffix)]
    if len(starts) != 1:
        return None, [_not_once(article, given, len(starts), "body")]
    if selector.exact is not None:
        return starts[0], []
    assert selector.end is not None
    begin = starts[0][0]
    ends = [
        e for e in article.find_all(selector.end) if e[1] >= starts[0][1] and _followed(article, e[1], selector.suffix)
    ]
    if len(ends) != 1:
        return None, [_not_once(article, selector.end, len(ends), "body behind the passage's start")]
    end = ends[0][1]
    if not article.contiguous(begin, end):
        return None, [
            Diagnostic(
                selector.end.span,
                "outside-body",
                "Between its start and its end, the passage runs over lines that may not be printed",
                "Cite the two parts as two passages.",
            )
        ]
    return (begin, end), []


def _preceded(article: Article, at: int, prefix: Text | None) -> bool:
    return prefix is None or fold(article.source.text[:at]).text.rstrip().endswith(fold(prefix).text.strip())


def _followed(article: Article, at: int, suffix: Text | None) -> bool:
    return suffix is None or fold(article.source.text[at:]).text.lstrip().startswith(fold(suffix).text.strip())


def _not_once(article: Article, words: Text, count: int, where: str) -> Diagnostic:
    if count:
        return Diagnostic(
            words.span,
            "quote-twice",
            f"These words stand {count} times in the {where} of {article.source.path.name}",
            "Add words until only one place fits, or “prefix:” or “suffix:” with the words around it.",
        )
    outside = [] if article.find_all(words) else fold(article.source.text).find_all(words)
    if outside:
        line = article.source.place(outside[0][0])[0]
        return Diagnostic(
            words.span,
            "outside-body",
            f"These words stand in line {line} of {article.source.path.name}, outside its body",
            "Only the lines that the record's “body” lists can be printed.",
        )
    near = article.nearest(words)
    hint = (
        "Nearest in the article:\n" + "\n".join(f"“{s}”" for s in near) if near else "Copy the words from the article."
    )
    return Diagnostic(
        words.span, "quote-not-found", f"These words are not in the {where} of {article.source.path.name}", hint
    )


def _pieces(seed: Seed, start: int, end: int, selector: Selector) -> tuple[list[Piece], list[Diagnostic]]:
    """The passage cut up at its declared changes, each of which must be found once and within it."""
    article, text = seed.article, seed.article.source.text
    marks: list[tuple[int, int, Piece]] = []
    found: list[Diagnostic] = []

    def place(words: Text, what: str) -> tuple[int, int] | None:
        hits = [(a, b) for a, b in article.find_all(words) if a >= start and b <= end]
        if len(hits) == 1:
            return hits[0]
        count = "not" if not hits else f"{len(hits)} times"
        found.append(
            Diagnostic(
                words.span,
                "change-not-found",
                f"The words of this {what} stand {count} in the passage",
                "Copy them from the passage; add words until only one place fits.",
            )
        )
        return None

    for words in selector.omit:
        if hit := place(words, "cut"):
            marks.append((*hit, Piece("cut", "[. . .]")))
    for insertion in selector.insert:
        if hit := place(insertion.after, "insertion"):
            marks.append((hit[1], hit[1], Piece("insertion", f"[{insertion.text}]")))
    for words in selector.sic:
        if hit := place(words, "[sic]"):
            marks.append((hit[1], hit[1], Piece("sic", "[sic]")))
    pieces: list[Piece] = []
    at = start
    for begin, finish, mark in sorted(marks, key=lambda m: m[:2]):
        if begin < at:
            found.append(Diagnostic(selector.span, "change-not-found", "Two changes of this passage overlap"))
            continue
        pieces += [*_source_pieces(text, at, begin), mark]
        at = finish
    return pieces + list(_source_pieces(text, at, end)), found


def _source_pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    for n, part in enumerate(re.finditer(r"[^\n]+", text[start:end])):
        if n:
            yield Piece("paragraph", " ")
        lead = len(part[0]) - len(part[0].lstrip()) if n else 0
        yield Piece("source", part[0][lead:], start + part.start() + lead)


def _footnotes(seed: Seed, start: int, end: int) -> Iterator[str]:
    """The footnotes whose marks stand in a stretch of the article."""
    source = seed.article.source
    for number, lines in seed.record.notes.items():
        if f"[{number}]" in source.text[start:end]:
            yield " ".join(source.line(n).strip() for n in lines)


def _record_problems(record: SeedRecord, source: Source, sha256: str) -> Iterator[Diagnostic]:
    if record.sha256 != sha256:
        yield Diagnostic(
            record.sha256.span,
            "seed-changed",
            f"{source.path.name} is not the file that this record describes",
            f"Its hash is now {sha256}.\nPut the old file back; or check every fact of the record "
            "against the new one and write the new hash here.",
        )
    if not source.text.strip():
        yield Diagnostic(record.text.span, "seed-empty", f"{source.path.name} is empty", "Put the article back.")
        return
    missing = [n for n in record.body if n > source.line_count or not source.line(n).strip()]
    if missing:
        yield Diagnostic(
            record.at("body"),
            "wrong-lines",
            f"Line {missing[0]} of {source.path.name} is empty or not there",
            "Count the article's lines from 1; each paragraph is one line.",
        )
    if not fold(source.text).find_all(record.title):
        yield Diagnostic(
            record.title.span,
            "fact-not-in-text",
            "The title does not stand in the article",
            "Copy it from the article, letter by letter.",
        )
    yield from _fact_problems(record, source)
    yield from _voice_problems(record)
    if len(record.head_note.split()) > 60:
        yield Diagnostic(
            record.head_note.span,
            "head-note-long",
            f"The head note has {len(record.head_note.split())} words",
            "Keep it to 60.",
            Severity.WARNING,
        )


def _fact_problems(record: SeedRecord, source: Source) -> Iterator[Diagnostic]:
    for key in ("author", "publisher", "date", "place", "genre", "translated_from"):
        fact: Fact | None = getattr(record, key)
        if fact is None:
            continue
        shown = str(fact.value)
        if key == "date":
            shown = dates.spoken(fact.value) or ""
            if not shown:
                yield Diagnostic(
                    fact.value.span,
                    "bad-date",
                    f"“{fact.value}” is not a date",
                    "Write 2011-01-17, 2011-01 or 2011; “~” behind it for about, “a/b” for from a to b.",
                )
                continue
        if key == "genre" and fact.value not in Genre.__args__:  # type: ignore[attr-defined]
            genres = Genre.__args__  # type: ignore[attr-defined]
            yield Diagnostic(
                fact.value.span,
                "unknown-choice",
                f"“genre” cannot be “{fact.value}”",
                did_you_mean(fact.value, genres) or "It can be " + ", ".join(genres) + ".",
            )
        if fact.basis == "text" and key != "genre" and not fold(source.text).find_all(shown):
            yield Diagnostic(
                fact.value.span,
                "fact-not-in-text",
                f"“{shown}” does not stand in the article",
                "If we conclude it, write “basis: inferred”; if it comes from elsewhere, “basis: external”.",
            )
        if fact.basis == "external" and not (fact.found and fact.reviewed):
            yield Diagnostic(
                fact.at("basis"),
                "fact-without-source",
                "A fact from outside our copy needs “found” and “reviewed”",
                "Say where it was found, and who has checked it (or “not yet”).",
            )


def _voice_problems(record: SeedRecord) -> Iterator[Diagnostic]:
    seen: dict[int, Voice] = {}
    for voice in record.voices:
        for number in voice.lines:
            if number in seen:
                yield Diagnostic(
                    voice.at("lines"),
                    "wrong-lines",
                    f"Line {number} has two voices",
                    f"The other is “{seen[number].speaker}”.",
                )
            seen[number] = voice
    silent = [n for n in record.body if n not in seen]
    if silent:
        yield Diagnostic(
            record.at("voices"),
            "no-voice",
            f"Line {silent[0]} of the body has no voice",
            "Say under “voices” who speaks there, or “Author” with “about: not named in our copy”.",
        )


def hash_of(data: bytes) -> str:
    """SHA-256 of an article's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
