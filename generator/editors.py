"""Every objection of an editor to a lesson or a unit, in order of place. The rules stand in visible tuples.

They are warnings, but in a strict unit. Those of a lesson are asked for when its pages are drawn, if it is in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator import guard
from generator.balance import Sheet, unit_sheet
from generator.check import OfLessons, unless_exempt
from generator.diagnostic import Diagnostic
from generator.editor import figures, goals, pace, passages, questions, shares, units, wordings
from generator.house import House
from generator.lessons import Lesson, Unit

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


def edited(lesson: Lesson, house: House) -> list[Diagnostic]:
    """Without the warnings that the lesson is exempt from."""
    return unless_exempt((d for rule in EDITORS for d in rule(lesson, house)), lesson.spec.exempt)


def check_unit(unit: Unit, house: House) -> list[Diagnostic]:
    """Without the warnings that the unit is exempt from."""
    if not unit.lessons:
        return []
    sheet = unit_sheet(str(unit.spec.title), unit.lessons)
    found = (d for rule in OF_UNITS for d in rule(unit, sheet, house))
    return unless_exempt([*guard.unit_exemptions_known(unit), *found], unit.spec.exempt)
