"""Every objection to a seed or a lesson, in order of place. The rules stand in visible tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator import editor, guard
from generator.diagnostic import Diagnostic, in_order
from generator.lessons import Lesson
from generator.seeds import Seed

OF_SEEDS: tuple[Callable[[Seed], Iterator[Diagnostic]], ...] = (
    guard.record_quotes_proven,
    guard.record_without_contacts,
    guard.record_covered,
    guard.record_bounded,
)

GUARDS: tuple[Callable[[Lesson], Iterator[Diagnostic]], ...] = (
    guard.quotations_proven,
    guard.standards_known,
    guard.care_taken,
    guard.no_contacts,
    guard.characters_covered,
    guard.markup_bounded,
    guard.exemptions_known,
)

EDITORS: tuple[Callable[[Lesson], Iterator[Diagnostic]], ...] = (
    editor.quotations_known,
    editor.time_adds_up,
    editor.objectives_observable,
    editor.vocabulary_printed,
    editor.openings_introduced,
    editor.passages_sized,
    editor.contrasts_balanced,
    editor.questions_answerable,
    editor.points_add_up,
    editor.activities_in_order,
)


def check_seed(seed: Seed) -> list[Diagnostic]:
    return in_order(d for rule in OF_SEEDS for d in rule(seed))


def check_lesson(lesson: Lesson, whole: bool = True) -> list[Diagnostic]:
    """Without the warnings that the lesson is exempt from; of one that is not whole, only what guards object to."""
    exempt = {str(name) for name in lesson.spec.exempt}
    found = in_order(d for rule in (*GUARDS, *(EDITORS if whole else ())) for d in rule(lesson))
    return [d for d in found if d.is_error or d.rule not in exempt]
