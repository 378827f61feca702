"""The source box: who, what, when, where and what kind, and what our copy asks to be said."""

from __future__ import annotations

import re

from generator import dates
from generator.figures import FigureSpec
from generator.labels import Labels
from generator.lessons import Excerpt, Exhibit
from generator.pictures import Picture
from generator.printed import (
    BoxRow,
)
from generator.records import Fact
from generator.seeds import Seed


def mark(fact: Fact | None) -> str:
    return {"external": "†", "inferred": "‡"}.get(fact.basis, "") if fact else ""


def figure_rows(document: Exhibit, labels: Labels) -> tuple[BoxRow, ...]:
    """The same rows for a figure; the lesson itself says what is known of it."""
    figure, unknown = document.figure, labels["not_stated"]
    return (
        BoxRow("who", str(figure.maker or unknown)),
        BoxRow("what", f"“{figure.title}”"),
        BoxRow("when", figure_date(figure, labels)),
        BoxRow("where", str(figure.where or unknown)),
        BoxRow("type", labels[f"figure_{figure.kind}"]),
    )


def figure_date(figure: FigureSpec, labels: Labels) -> str:
    return (dates.spoken(figure.date) or str(figure.date)) if figure.date else labels["not_stated"]


def figure_notes(document: Exhibit, labels: Labels) -> tuple[str, ...]:
    """What the copy of a picture asks to be said."""
    return (labels["gray_note"],) if isinstance(document.shows, Picture) and document.shows.colored else ()


def box_rows(document: Excerpt, labels: Labels) -> tuple[BoxRow, ...]:
    record = document.seed.record
    return (
        BoxRow("who", _who(document, labels)),
        BoxRow("what", f"“{record.title}”"),
        BoxRow("when", spoken(record.date, labels), mark(record.date)),
        BoxRow("where", _where(document.seed, labels)),
        BoxRow("type", _type(document.seed, labels)),
    )


def spoken(fact: Fact | None, labels: Labels) -> str:
    return (dates.spoken(fact.value) or str(fact.value)) if fact else labels["not_stated"]


def _where(seed: Seed, labels: Labels) -> str:
    """Who published it, and where; what is not known is said of every source alike."""
    publisher, place = seed.record.publisher, seed.record.place
    if not publisher and not place:
        return labels["not_stated"]
    published = f"{publisher.value}{mark(publisher)}" if publisher else labels["publisher_not_stated"]
    return f"{published}; {f'{place.value}{mark(place)}' if place else labels['place_not_stated']}"


def _type(seed: Seed, labels: Labels) -> str:
    genre, translated = seed.record.genre, seed.record.translated_from
    kind = labels[f"genre_{genre.value}"] + mark(genre)
    if translated:
        return f"{kind}, {labels['translated_from']} {translated.value}{mark(translated)}"
    return f"{kind}, {labels['in_language']} {labels.language(seed.record.language)}"


def _who(document: Excerpt, labels: Labels) -> str:
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


def box_notes(document: Excerpt, labels: Labels, same_as: str) -> tuple[str, ...]:
    """The head note, and what our copy, its translation and its marks ask to be said."""
    record = document.seed.record
    pieces = [p for passage in document.passages for p in passage.pieces]
    notes = [f"{labels['same_source']} {same_as}."] if same_as else [str(record.head_note)]
    if record.incomplete and not same_as:
        notes.append(str(record.incomplete))
    if record.translated_from and not same_as:
        notes.append(labels["translation_note"])
    theirs = any("[" in re.sub(r"\[\d+\]", "", p.text) for p in pieces if p.kind == "source")
    if any(passage.notes for passage in document.passages):
        notes.append(labels["notes_note"])
    if any(p.kind == "sic" for p in pieces):
        notes.append(labels["sic_note"])
    if theirs and not any(p.kind == "insertion" for p in pieces):
        notes.append(labels["brackets_note"])
    return tuple(notes)
