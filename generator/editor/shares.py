"""Balance within a lesson: space, scrutiny, and voices that differ."""

from __future__ import annotations

from collections.abc import Iterator

from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.four_corners import FourCorners
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.balance import asked, lesson_sheet, views_in
from generator.diagnostic import Diagnostic, counted, warning
from generator.house import House
from generator.lessons import Document, Lesson
from generator.source import Span


def contrasts_balanced(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """The two documents of a pair come from two seeds, state two views, and take about as much space."""
    for activity in lesson.spec.activities:
        if not isinstance(activity, ContrastingViewpoints):
            continue
        first, second = (lesson.documents[str(letter)] for letter in activity.documents)
        few, many = sorted((first.words, second.words))
        if first.passages and second.passages and many > house.limits.pair_ratio * few:
            yield warning(
                activity.at("documents"),
                "contrast-unequal",
                f"Document {first.letter} has {first.words} words, Document {second.letter} {second.words}",
                f"Cite a longer or a shorter passage: at most {house.limits.pair_ratio:g} times as many stand beside "
                "each other.",
            )
        if first.source == second.source:
            yield warning(
                activity.at("documents"),
                "contrast-one-source",
                "Both documents are from one source",
                "Set two sources beside each other.",
            )
        views = [views_in(d) for d in (first, second)]
        if activity.relation == "contrast" and views[0] and views[0] == views[1]:
            yield warning(
                activity.at("documents"),
                "contrast-one-view",
                "Both documents state the same viewpoint",
                "Set two viewpoints beside each other, or write “relation: corroborate”.",
            )


def sides_even(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """The sides of a controversy, and the corners that have two documents or more, get about the same space."""
    for activity in lesson.spec.activities:
        if isinstance(activity, StructuredAcademicControversy):
            sides = [(str(s.name), s.at("documents"), s.documents) for s in activity.sides]
        elif isinstance(activity, FourCorners):
            sides = [(str(c.name), c.at("documents"), c.documents) for c in activity.corners if len(c.documents) > 1]
        else:
            continue
        held = [(name, at, [lesson.documents[str(x)] for x in letters]) for name, at, letters in sides]
        yield from _uneven(held, house)


def _uneven(held: list[tuple[str, Span, list[Document]]], house: House) -> Iterator[Diagnostic]:
    if len(held) < 2:
        return
    by_words = sorted(held, key=lambda side: sum(d.words for d in side[2]))
    few, many = (sum(d.words for d in by_words[n][2]) for n in (0, -1))
    counts = [sum(len(d.passages) for d in documents) for _, _, documents in held]
    if many > house.limits.side_ratio * few or max(counts) - min(counts) > 1:
        told = ", ".join(
            f"“{name}” {sum(d.words for d in documents)} words in {counted(passages, 'passage')}"
            for (name, _, documents), passages in zip(held, counts, strict=True)
        )
        yield warning(
            by_words[-1][1],
            "sides-uneven",
            f"The sides are uneven: {told}",
            f"At most {house.limits.side_ratio:g} times as many words, and one passage more.",
        )
    for name, at, documents in held:
        if len({d.source for d in documents}) < 2:
            yield warning(
                at,
                "side-one-source",
                f"“{name}” rests on one source",
                "Give each side two sources, where there are two.",
            )


def sources_questioned(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Every source of a lesson that compares sources is asked what it cannot show, all about as often."""
    sheet = lesson_sheet(lesson)
    if len(sheet.sources) < 2 or not list(asked(lesson)):
        return
    for share in sheet.sources:
        if share.limits == 0:
            at = next(d.spec.span for d in lesson.documents.values() if d.source == share.name)
            yield warning(
                at,
                "limits-unasked",
                f"No question asks what the {share.shown} cannot show",
                "Ask the same of every source, and write “limits: true” beside the question, row or column.",
            )
    counts = [share.limits for share in sheet.sources if share.limits]
    if counts and max(counts) > house.limits.scrutiny_ratio * min(counts):
        most = max(sheet.sources, key=lambda s: s.limits)
        yield warning(
            lesson.spec.at("activities"),
            "limits-uneven",
            f"The {most.shown} gets {most.limits} questions on its limits, another source {min(counts)}",
            f"At most {house.limits.scrutiny_ratio:g} times as many: ask the same of every source.",
        )


def viewpoints_heard(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Every viewpoint that a lesson names is stated by a passage."""
    stated = views_in(*lesson.documents.values())
    for name in lesson.spec.viewpoints:
        if name not in stated:
            yield warning(
                name.span,
                "viewpoint-unheard",
                f"No passage states the viewpoint “{name}”",
                "Write “viewpoint: …” on the document or passage that does, or take it out.",
            )
