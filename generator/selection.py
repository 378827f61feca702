"""Which editions a lesson has, and which of its activities and documents each of them holds."""

from __future__ import annotations

from collections.abc import Iterator

from generator.activities.exit_ticket import ExitTicket
from generator.activities.gallery_walk import GalleryWalk
from generator.activities.structured_academic_controversy import Side, StructuredAcademicControversy
from generator.audience import for_students
from generator.editions import EDITIONS, FOR_TEACHERS, Edition, side_of
from generator.lessons import LessonSpec
from generator.spec import Activity


def editions_of(spec: LessonSpec) -> tuple[Edition, ...]:
    """The editions that a lesson has, in the order of ``EDITIONS``."""
    has: set[Edition] = {"student", *FOR_TEACHERS}
    if spec.supports:
        has.add("supports")
    if any(isinstance(a, StructuredAcademicControversy) for a in spec.activities):
        has |= {"side-a", "side-b"}
        if spec.supports:
            has |= {"supports-a", "supports-b"}
    if any(isinstance(a, GalleryWalk) for a in spec.activities):
        has.add("stations")
    if any(_apart(a) for a in spec.activities):
        has.add("slips")
    return tuple(e for e in EDITIONS if e in has)


def groups(spec: LessonSpec) -> dict[str, int | None]:
    """By document: the side of a controversy that has it, or none. What a side has, the others do not print."""
    made: dict[str, int | None] = dict.fromkeys(map(str, spec.documents))
    for activity in spec.activities:
        if isinstance(activity, StructuredAcademicControversy):
            for number, side in enumerate(activity.sides):
                made.update(dict.fromkeys(map(str, side.documents), number))
    return made


def letters_in(spec: LessonSpec, edition: Edition) -> tuple[str, ...]:
    """The documents that an edition prints."""
    if edition in ("slips", "key"):
        return ()
    if edition == "stations":
        hung = {str(x) for a in spec.activities if isinstance(a, GalleryWalk) for s in a.stations for x in s.documents}
        return tuple(letter for letter in map(str, spec.documents) if letter in hung)
    side = side_of(edition)
    return tuple(letter for letter, of in groups(spec).items() if edition == "teacher" or of == side)


def shown_in(spec: LessonSpec, edition: Edition) -> LessonSpec:
    """The spec that an edition is composed from: without what the other editions hold."""
    if edition in FOR_TEACHERS:
        return spec
    spec = for_students(spec)
    return spec.model_copy(update={"activities": tuple(_activities(spec, edition))})


def _activities(spec: LessonSpec, edition: Edition) -> Iterator[Activity]:
    side = side_of(edition)
    for activity in spec.activities:
        if edition == "student" and isinstance(activity, StructuredAcademicControversy):
            yield activity.model_copy(update={"sides": tuple(map(_closed, activity.sides))})
        elif edition == "student" and not _apart(activity):
            yield activity
        elif edition in ("side-a", "side-b") and isinstance(activity, StructuredAcademicControversy):
            assert side is not None
            yield activity.model_copy(update={"sides": (activity.sides[side],), "shared": (), "questions": ()})
        elif (edition == "stations" and isinstance(activity, GalleryWalk)) or (edition == "slips" and _apart(activity)):
            yield activity


def _closed(side: Side) -> Side:
    """A side as the shared pages name it: its name and position only."""
    return side.model_copy(update={"documents": (), "questions": ()})


def _apart(activity: Activity) -> bool:
    """Whether it is a slip that stands on pages of its own, several to a page."""
    return isinstance(activity, ExitTicket) and activity.per_page > 1
