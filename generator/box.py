"""The source box: who, what, where, when and what kind, and what our copy asks to be said."""

from __future__ import annotations

import re

from generator.figures import FigureSpec
from generator.labels import Labels
from generator.lessons import Excerpt, Exhibit
from generator.phrases import joined
from generator.pictures import Picture
from generator.printed import BoxRow
from generator.records import Fact
from generator.seeds import Seed


def mark(fact: Fact | None) -> str:
    return {"external": "†", "inferred": "‡"}.get(fact.basis, "") if fact else ""


def figure_rows(document: Exhibit, labels: Labels) -> tuple[BoxRow, ...]:
    """The same rows for a figure; the lesson itself says what is known of it."""
    figure, unknown = document.figure, labels["not_stated"]
    return (
        BoxRow("who", str(figure.maker or unknown)),
        BoxRow("what", labels.say("title_quoted", title=figure.title)),
        BoxRow("where", str(figure.where or unknown)),
        BoxRow("when", figure_date(figure, labels)),
        BoxRow("type", labels[f"figure_{figure.kind}"]),
    )


def figure_date(figure: FigureSpec, labels: Labels) -> str:
    return (labels.day(figure.date) or str(figure.date)) if figure.date else labels["not_stated"]


def figure_notes(document: Exhibit, labels: Labels) -> tuple[str, ...]:
    """What the copy of a picture asks to be said."""
    return (labels["gray_note"],) if isinstance(document.shows, Picture) and document.shows.colored else ()


def box_rows(document: Excerpt, labels: Labels) -> tuple[BoxRow, ...]:
    record = document.seed.record
    return (
        BoxRow("who", _who(document, labels)),
        BoxRow("what", labels.say("title_quoted", title=labels.put(record.title, record.language))),
        BoxRow("where", _where(document.seed, labels)),
        BoxRow("when", spoken(record.date, labels), mark(record.date)),
        BoxRow("type", _type(document.seed, labels)),
    )


def spoken(fact: Fact | None, labels: Labels) -> str:
    return (labels.day(fact.value) or str(fact.value)) if fact else labels["not_stated"]


def stated(fact: Fact | None, language: str, labels: Labels, missing: str) -> str:
    """A fact in the language of its record, with its mark; or that our copy does not state it."""
    return labels.put(f"{fact.value}{mark(fact)}", language) if fact else labels[missing]


def _where(seed: Seed, labels: Labels) -> str:
    """Who published it, and where; what is not known is said of every source alike."""
    publisher, place = seed.record.publisher, seed.record.place
    if not publisher and not place:
        return labels["not_stated"]
    language = seed.record.language
    published = stated(publisher, language, labels, "publisher_not_stated")
    return joined(labels["semicolon"], [published, stated(place, language, labels, "place_not_stated")])


def _type(seed: Seed, labels: Labels) -> str:
    language, genre, translated = seed.record.language, seed.record.genre, seed.record.translated_from
    kind = joined("", [labels[f"genre_{genre.value}"], mark(genre)])
    if translated:
        first = joined("", [labels.language_named(translated.value, language), mark(translated)])
        return labels.say("type_translated", kind=kind, language=first)
    return labels.say("type_in", kind=kind, language=labels.language(language))


def _who(document: Excerpt, labels: Labels) -> str:
    """The voices of the printed lines, then whom they quote or paraphrase."""
    language = document.seed.record.language
    voices, told = [], dict[str, list[str]]()
    for passage, spec in zip(document.passages, document.spec.passages, strict=True):
        line = document.seed.article.source.place(passage.start)[0]
        if voice := document.seed.voice(line):
            name = labels.put(f"{voice.speaker}{'†' if voice.basis == 'external' else ''}", language)
            voices.append(_introduced(name, labels.put(voice.about or "", language), labels))
        if passage.manner != "own":
            speaker = passage.speaker if spec.speaker else labels.put(passage.speaker, language)
            about = passage.about if spec.about else labels.put(passage.about, language)
            told.setdefault(passage.manner, []).append(_introduced(speaker, about, labels))
    sentences = [_listed(voices, labels) or labels["not_stated"]]
    sentences += [labels.say(m, speakers=_listed(told[m], labels)) for m in ("quoted", "paraphrased") if m in told]
    stop = labels["stop"]
    return joined("", [joined(stop, sentences), stop.rstrip() if len(sentences) > 1 else ""])


def _introduced(speaker: str, about: str, labels: Labels) -> str:
    return labels.say("speaker_about", speaker=speaker, about=about) if about else speaker


def _listed(names: list[str], labels: Labels) -> str:
    """Each of some names once, with semicolons, since what is said of a speaker may hold commas."""
    return joined(labels["semicolon"], dict.fromkeys(names))


def box_notes(document: Excerpt, labels: Labels, same_as: str) -> tuple[str, ...]:
    """The head note, and what our copy, its translation and its marks ask to be said."""
    record = document.seed.record
    pieces = [p for passage in document.passages for p in passage.pieces]
    notes = [labels.say("same_source", letter=same_as) if same_as else labels.put(record.head_note, record.language)]
    if record.incomplete and not same_as:
        notes.append(labels.put(record.incomplete, record.language))
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
