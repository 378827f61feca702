"""Every objection to a seed, a lesson or a unit, in order of place. The rules stand in visible tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from generator import guard
from generator.balance import Sheet, unit_sheet
from generator.diagnostic import Diagnostic, Severity, in_order
from generator.editor import figures, goals, pace, passages, questions, shares, units, wordings
from generator.house import House
from generator.lessons import Lesson, Unit
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

EDITORS: OfLessons = (
    wordings.quotations_known,
    wordings.verbs_neutral,
    wordings.words_unloaded,
    wordings.questions_open,
    wordings.frames_open,
    passages.openings_introduced,
    passages.passages_sized,
    passages.quotations_whole,
    passages.vocabulary_printed,
    passages.hard_words_explained,
    passages.supports_given,
    figures.pictures_described,
    questions.questions_answerable,
    questions.questions_short,
    questions.questions_bound,
    questions.depths_spread,
    questions.policies_argued,
    shares.contrasts_balanced,
    shares.sides_even,
    shares.sources_questioned,
    shares.viewpoints_heard,
    pace.time_adds_up,
    pace.closing_kept,
    pace.reading_fits,
    pace.writing_fits,
    goals.objectives_observable,
    goals.standards_few,
    goals.points_add_up,
)

OF_UNITS: tuple[Callable[[Unit, Sheet, House], Iterator[Diagnostic]], ...] = (
    units.space_even,
    units.scrutiny_even,
    units.first_rotates,
    units.supports_given,
    units.views_many,
)


def check_seed(seed: Seed) -> list[Diagnostic]:
    return in_order(d for rule in OF_SEEDS for d in rule(seed))


def guarded(lesson: Lesson, house: House) -> list[Diagnostic]:
    """What guards object to, without the warnings that the lesson is exempt from."""
    return _of_lesson(GUARDS, lesson, house)


def edited(lesson: Lesson, house: House) -> list[Diagnostic]:
    """What editors object to: warnings, without those that the lesson is exempt from."""
    return _of_lesson(EDITORS, lesson, house)


def _of_lesson(rules: OfLessons, lesson: Lesson, house: House) -> list[Diagnostic]:
    return _unless_exempt((d for rule in rules for d in rule(lesson, house)), lesson.spec.exempt)


def check_unit(unit: Unit, house: House) -> list[Diagnostic]:
    """Without the warnings that the unit is exempt from."""
    if not unit.lessons:
        return []
    sheet = unit_sheet(str(unit.spec.title), unit.lessons)
    found = (d for rule in OF_UNITS for d in rule(unit, sheet, house))
    return _unless_exempt([*guard.unit_exemptions_known(unit), *found], unit.spec.exempt)


def _unless_exempt(found: Iterable[Diagnostic], exempt: Iterable[Text]) -> list[Diagnostic]:
    names = {str(name) for name in exempt}
    return [d for d in in_order(found) if d.is_error or d.rule not in names]


def strictly(found: list[Diagnostic]) -> list[Diagnostic]:
    """The same objections as a strict unit takes them: what the catalogue calls strict is an error."""
    return [replace(d, severity=Severity.ERROR) if rules()[d.rule].strict else d for d in found]
