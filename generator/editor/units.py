"""Balance over a whole unit: which source opens, how much space each gets, how often each is questioned."""

from __future__ import annotations

import math
from collections.abc import Iterator

from generator.audience import walk
from generator.balance import Sheet, views_in
from generator.diagnostic import Diagnostic, counted, warning
from generator.house import House
from generator.lessons import Unit
from generator.spec import Question


def space_even(unit: Unit, sheet: Sheet, house: House) -> Iterator[Diagnostic]:
    """Each source has its share of the words and stands in enough lessons; the groups compared have equal space."""
    limits = house.limits
    total = max(1, sum(s.words for s in sheet.sources))
    for share in sheet.quoted if len(sheet.quoted) > 3 else ():
        percent = round(100 * share.words / total)
        if not limits.source_share_least <= percent <= limits.source_share_most:
            yield warning(
                unit.spec.at("lessons"),
                "unit-share",
                f"The {share.shown} has {percent} percent of the words quoted in the unit",
                f"Cite more or less of it: {limits.source_share_least} to {limits.source_share_most} percent.",
            )
        if share.lessons < min(limits.source_lessons, len(unit.lessons)):
            yield warning(
                unit.spec.at("lessons"),
                "unit-share",
                f"The {share.shown} stands in {counted(share.lessons, 'lesson')} of the unit",
                f"Use each source in at least {min(limits.source_lessons, len(unit.lessons))}.",
            )
    words = [sum(s.words for s in sheet.sources if s.name in group) for group in unit.spec.compare]
    if words and max(words) > limits.unit_ratio * max(1, min(words)):
        yield warning(
            unit.spec.at("compare"),
            "unit-uneven",
            f"The groups that the unit compares have {' and '.join(map(str, words))} words",
            f"At most {limits.unit_ratio:g} times as many: cite more of the one or less of the other.",
        )


def scrutiny_even(unit: Unit, sheet: Sheet, house: House) -> Iterator[Diagnostic]:
    """Over the unit, no source gets twice the questions on limits of another."""
    if len(sheet.quoted) < 2:
        return
    most = max(sheet.quoted, key=lambda s: s.limits)
    least = min(sheet.quoted, key=lambda s: s.limits)
    if most.limits > house.limits.scrutiny_ratio * least.limits:
        yield warning(
            unit.spec.at("lessons"),
            "unit-scrutiny",
            f"The {most.shown} gets {most.limits} questions on its limits, the {least.shown} {least.limits}",
            f"At most {house.limits.scrutiny_ratio:g} times as many: ask the same of every source.",
        )


def first_rotates(unit: Unit, sheet: Sheet, house: House) -> Iterator[Diagnostic]:
    """No source is Document A too often."""
    most = max(house.limits.first_share, 100 / max(1, len(sheet.sources)))
    for share in sheet.sources:
        if share.first > max(1, math.ceil(most * len(unit.lessons) / 100)):
            yield warning(
                unit.spec.at("lessons"),
                "unit-first",
                f"The {share.shown} is Document A in {share.first} of {len(unit.lessons)} lessons",
                f"At most {house.limits.first_share} in a hundred: let another source come first.",
            )


def supports_given(unit: Unit, sheet: Sheet, house: House) -> Iterator[Diagnostic]:
    """Every lesson of a unit has a supports page, so that a student who needs one never goes without."""
    for lesson in unit.lessons:
        if lesson.spec.supports is None:
            yield warning(
                lesson.spec.title.span,
                "supports-missing",
                "This lesson of a unit has no supports page",
                "Add “supports:” with a “word_bank” and three “frames”.",
            )


def views_many(unit: Unit, sheet: Sheet, house: House) -> Iterator[Diagnostic]:
    """On half of the central questions at least, three viewpoints are heard; and the unit has two extended tasks."""
    heard = [views_in(*x.documents.values()) for x in unit.lessons]
    many = sum(len(views) >= 3 for views in heard)
    if len(unit.lessons) > 2 and 2 * many < len(unit.lessons):
        yield warning(
            unit.spec.at("lessons"),
            "unit-views",
            f"{many} of {len(unit.lessons)} lessons let three viewpoints be heard",
            "Name a third viewpoint in others, and give it a passage: few questions have two answers only.",
        )
    extended = sum(q.dok == 4 for x in unit.lessons for q in walk(x.spec, Question))
    if len(unit.lessons) > 2 and extended < 2:
        yield warning(
            unit.spec.at("lessons"),
            "unit-depth",
            f"The unit has {counted(extended, 'question')} of depth 4",
            "Ask at least two that take several sources and more than one step.",
        )
