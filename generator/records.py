"""The words of a seed's record, and what is wrong with a record that does not fit its article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, WithJsonSchema, field_validator

from generator import dates
from generator.audience import TEACHER
from generator.diagnostic import Diagnostic, Severity, did_you_mean
from generator.folding import fold
from generator.labels import labels
from generator.nodes import Items, Text
from generator.schema import Spec, Version1, objection
from generator.source import Source
from generator.spec import Flag, Speech, TeacherText, TeacherTexts

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


MAX_LINES = 100_000


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
        if len(numbers) > MAX_LINES:
            raise objection(
                "wrong-lines", f"These are more than {MAX_LINES:,} lines", "Name each line once.", words=str(item)
            )
    return tuple(numbers)


LineNumbers = Annotated[
    tuple[int, ...],
    WithJsonSchema({"type": "array", "items": {"type": ["integer", "string"], "pattern": "^[0-9]+(-[0-9]+)?$"}}),
]


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

    format: Version1 = Field(description="The version of these words: 1.")
    text: Text = Field(description="The article's file, beside this record.")
    sha256: Text = Field(description="The hash of the article's bytes; checked at every build.")
    title: Text = Field(description="The article's title, as it stands in our copy.")
    short: Text = Field(description="A short neutral name for tables and footers.")
    also_called: tuple[Text, ...] = Field((), description="What else our own words call it, so that verbs are counted.")
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


def record_problems(record: SeedRecord, source: Source, sha256: str) -> Iterator[Diagnostic]:
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
    if record.title not in fold(source.text):
        yield Diagnostic(
            record.title.span,
            "fact-not-in-text",
            "The title does not stand in the article",
            "Copy it from the article, letter by letter.",
        )
    yield from _fact_problems(record, source)
    yield from _voice_problems(record)
    words = len(f"{record.head_note} {record.incomplete or ''}".split())
    if words > 60:
        yield Diagnostic(
            record.head_note.span,
            "head-note-long",
            f"The head note has {words} words, with what it says of a copy that is not complete",
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
            shown = dates.spoken(fact.value, labels(record.language).words) or ""
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
        if fact.basis == "text" and key != "genre" and shown not in fold(source.text):
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
