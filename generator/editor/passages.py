"""Passages and the words explained in them: long enough, short enough, introduced, glossed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostic import Diagnostic, warning
from generator.evidence import term_pattern
from generator.folding import fold
from generator.house import House
from generator.lessons import Lesson
from generator.reading import band_top, grade_level
from generator.wording import wording

SHORT = 150  # words; what is shorter can be explained aloud


def openings_introduced(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """A passage that opens with a word that points back has a lead-in."""
    for passage, span in lesson.cited:
        first = re.match(r"\w+", passage.text)
        points_back = wording(passage.seed.record.language).points_back
        if first and first[0] in points_back and not passage.lead_in:
            yield warning(
                span,
                "lead-in-missing",
                f"“{passage.name}” opens with “{first[0]}”, which points back",
                "Add “lead_in: …” with what the reader needs to know.",
            )


def passages_sized(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Passages and documents that can be read closely (Wineburg and Martin, “Tampering with History”)."""
    limits = house.limits
    for passage, span in lesson.cited:
        if not limits.passage_least <= passage.words <= limits.passage_most:
            yield warning(
                span,
                "passage-length",
                f"“{passage.name}” has {passage.words} words",
                f"Between {limits.passage_least} and {limits.passage_most} can be read closely.",
            )
    for document in lesson.documents.values():
        if document.words > limits.document_most:
            yield warning(
                document.spec.span,
                "document-long",
                f"Document {document.letter} has {document.words} words",
                f"At most {limits.document_most} fit a page with room to annotate.",
            )


def quotations_whole(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """A passage that opens a quotation closes it."""
    for passage, span in lesson.cited:
        text = passage.text
        if text.count("“") != text.count("”") or text.count('"') % 2:
            yield warning(
                span,
                "quotation-unbalanced",
                f"“{passage.name}” opens a quotation that it does not close, or the other way round",
                "Begin or end it elsewhere, so that readers see whose words they read.",
            )


def vocabulary_printed(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Each term stands in a printed passage or figure and is defined briefly, without itself."""
    told = [p.text for p in lesson.passages.values()] + [t for x in lesson.exhibits.values() for t in x.figure.told]
    printed = fold(" ".join(told)).text.lower()
    for term, definition in lesson.spec.vocabulary.items():
        if not term_pattern(term).search(printed):
            yield warning(
                term.span,
                "term-not-printed",
                f"No printed passage holds “{term}”",
                "Write the term as it stands in the passage, or take it out; it is not printed.",
            )
        if len(definition.split()) > 15:
            yield warning(
                definition.span,
                "definition-long",
                f"The definition has {len(definition.split())} words",
                "Keep it to 15: it stands at the foot of a page.",
            )
        if term_pattern(term).search(fold(definition).text.lower()):
            yield warning(
                definition.span.find(term),
                "definition-circular",
                f"The definition uses “{term}” itself",
                "Say it in other words.",
            )


def hard_words_explained(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Where the text is above the grades of the lesson, four words in a hundred are explained."""
    text = " ".join(p.text for p in lesson.passages.values())
    words, grade, top = len(text.split()), grade_level(text), band_top(lesson.spec.grades)
    wanted = int(house.limits.glosses * words / 100)
    if words >= SHORT and grade > top and len(lesson.spec.vocabulary) < wanted:
        yield warning(
            lesson.spec.at("vocabulary" if lesson.spec.vocabulary else "documents"),
            "glosses-few",
            f"{len(lesson.spec.vocabulary)} words are explained in {words} words of grade {grade:.0f} (an estimate)",
            f"Explain about {wanted} under “vocabulary”: {house.limits.glosses:g} in a hundred help readers of "
            f"grades {lesson.spec.grades}.",
        )


def supports_given(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """A supports page has words to write with and three sentences with gaps, from much help to little."""
    supports = lesson.spec.supports
    if supports and (len(supports.frames) < 3 or not (supports.word_bank or lesson.spec.vocabulary)):
        yield warning(
            lesson.spec.at("supports"),
            "supports-few",
            "The supports page has fewer than three frames, or no words",
            "Write three sentences with gaps under “frames”, and words under “word_bank”.",
        )
