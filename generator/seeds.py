"""An article and its record become a Seed of passages, each found verbatim in the article."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from generator.articles import Article, locate, not_once
from generator.diagnostic import Diagnostic
from generator.folding import Folded, fold, lowered
from generator.nodes import Text
from generator.records import NamedPassage, SeedRecord, Voice, record_problems
from generator.source import Source, Span
from generator.spec import Flag, Manner, Selector, Speech


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
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """The parts of the article that are printed without a cut, as offsets into its text."""
        made: list[tuple[int, int]] = []
        for piece in self.pieces:
            if piece.kind == "source":
                end = piece.origin + len(piece.text)
                if made and made[-1][1] == piece.origin:
                    made[-1] = (made[-1][0], end)
                else:
                    made.append((piece.origin, end))
        return tuple(made)

    @cached_property
    def folded(self) -> tuple[tuple[int, Folded], ...]:
        """The stretches in small letters, folded for finding, each with its offset."""
        text = self.seed.article.source.text
        return tuple((start, fold(lowered(text[start:end]))) for start, end in self.stretches)

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


def read_seed(id: str, record: SeedRecord, source: Source | None, sha256: str) -> tuple[Seed, list[Diagnostic]]:
    """A record and its article as a Seed; a passage that is not proven is left out and reported."""
    if source is None:
        return Seed(id, record, Article(Source(Path("-"), ""), ()), sha256), []
    found = list(record_problems(record, source, sha256))
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
            found.append(not_once(article, note.words, len(article.find_all(note.words)), "body"))
    return seed, found


def cut_passage(
    seed: Seed, name: str, selector: Selector, spec: Speech, named: NamedPassage | None = None
) -> tuple[Passage | None, list[Diagnostic]]:
    """Find a selector's words in the article, exactly once, and check cuts, insertions and [sic] piece by piece.

    ``spec`` says who speaks; ``named`` is the record's passage that a lesson's citation changes, if any.
    """
    stretch, found = locate(seed.article, selector)
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
        notes=tuple(_footnotes(seed, pieces)),
        flags=record.flags if record else (),
        claim=str(record.claim or "") if record else "",
        stance=str(record.stance or "") if record else "",
        span=selector.span,
    )
    return (None if problems else passage), problems


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
    if "\n" not in text[start:end]:
        if start < end:
            yield Piece("source", text[start:end], start)
        return
    for n, part in enumerate(re.finditer(r"\S[^\n]*", text[start:end])):
        if n:
            yield Piece("paragraph", " ")
        yield Piece("source", part[0], start + part.start())


def _footnotes(seed: Seed, pieces: Sequence[Piece]) -> Iterator[str]:
    """The footnotes whose marks are printed."""
    source = seed.article.source
    for number, lines in seed.record.notes.items():
        if any(f"[{number}]" in piece.text for piece in pieces if piece.kind == "source"):
            yield " ".join(source.line(n).strip() for n in lines)


def hash_of(data: bytes) -> str:
    """SHA-256 of an article's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
