"""Every objection to a seed, and those that may stop a lesson, in order of place. The rules stand in visible tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from generator import guard
from generator.diagnostic import Diagnostic, Severity, in_order
from generator.editor import wordings
from generator.house import House
from generator.lessons import Lesson
from generator.nodes import Text
from generator.rules import rules
from generator.seeds import Seed

OF_SEEDS: tuple[Callable[[Seed], Iterator[Diagnostic]], ...] = (
    guard.record_quotes_proven,
    guard.record_without_contacts,
    guard.record_covered,
    guard.record_bounded,
    wordings.head_note_plain,
)

OfLessons = tuple[Callable[[Lesson, House], Iterator[Diagnostic]], ...]

GUARDS: OfLessons = (
    guard.quotations_proven,
    guard.activities_in_order,
    guard.passages_clean,
    guard.standards_known,
    guard.care_taken,
    guard.nobody_played,
    guard.stances_prepared,
    guard.no_contacts,
    guard.characters_covered,
    guard.markup_bounded,
    guard.exemptions_known,
)


def check_seed(seed: Seed) -> list[Diagnostic]:
    return in_order(d for rule in OF_SEEDS for d in rule(seed))


def guarded(lesson: Lesson, house: House) -> list[Diagnostic]:
    """What guards object to, without the warnings that the lesson is exempt from."""
    return unless_exempt((d for rule in GUARDS for d in rule(lesson, house)), lesson.spec.exempt)


def unless_exempt(found: Iterable[Diagnostic], exempt: Iterable[Text]) -> list[Diagnostic]:
    """In order of place, without the warnings of rules that are named as exempt."""
    names = {str(name) for name in exempt}
    return [d for d in in_order(found) if d.is_error or d.rule not in names]


def strictly(found: list[Diagnostic]) -> list[Diagnostic]:
    """The same objections as a strict unit takes them: what the catalogue calls strict is an error."""
    return [replace(d, severity=Severity.ERROR) if rules()[d.rule].strict else d for d in found]
