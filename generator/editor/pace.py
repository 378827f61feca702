"""Time: the minutes add up, and reading and writing fit into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.activities.annotation import Annotation
from generator.activities.close_reading import CloseReading
from generator.activities.exit_ticket import ExitTicket
from generator.activities.gallery_walk import GalleryWalk
from generator.activities.jigsaw import Jigsaw
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.audience import walk
from generator.diagnostic import Diagnostic, warning
from generator.house import House
from generator.lessons import Lesson
from generator.nodes import Text
from generator.spec import Activity, Protocol, Question


def time_adds_up(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """The activities' minutes make up the lesson's, and the steps' those of their activity."""
    spec = lesson.spec
    planned, given = sum(a.minutes for a in spec.activities), spec.minutes * spec.periods
    if planned != given:
        more = "more" if planned > given else "less"
        yield warning(
            spec.at("minutes"),
            "minutes-sum",
            f"The activities take {planned} minutes, {abs(planned - given)} {more} than the lesson’s {given}",
            "Change the minutes of an activity, or “minutes” or “periods” of the lesson.",
        )
    for activity in spec.activities:
        steps = [s.minutes for s in activity.steps] if isinstance(activity, Protocol) else []
        times = len(activity.stations) if isinstance(activity, GalleryWalk) and None not in steps else 1
        told = sum(m for m in steps if m is not None)
        told = told * times if told * times == activity.minutes else told  # the steps of each station
        if steps and (told > activity.minutes or (None not in steps and told < activity.minutes)):
            yield warning(
                activity.at("steps"),
                "steps-sum",
                f"The steps take {told} minutes, the activity {activity.minutes}",
                "Change the minutes of a step, or those of the activity.",
            )


def closing_kept(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No activity is shorter than two minutes, and the last one gathers what was learned."""
    for activity in lesson.spec.activities:
        if activity.minutes < 2:
            yield warning(
                activity.at("minutes"),
                "activity-short",
                "Nothing that a class does takes one minute",
                "Join it with its neighbor, or give it two.",
            )
    last = lesson.spec.activities[-1]
    if any(walk(lesson.spec, Question)) and not any(walk(last, Question)) and not list(last.charts()):
        yield warning(
            last.at("type"),
            "closing-missing",
            "The lesson ends without a question to its students",
            "End with an exit ticket, or with a question of another kind.",
        )


def _words(lesson: Lesson, letters: Sequence[Text]) -> int:
    return sum(lesson.documents[str(x)].words for x in letters if str(x) in lesson.documents)


def _read_in(lesson: Lesson, activity: Activity) -> int:
    """The words that one student reads in an activity: of a jigsaw or a controversy, the longest share."""
    if isinstance(activity, Jigsaw):
        return max(_words(lesson, g.documents) for g in activity.groups) + _words(lesson, activity.reads)
    if isinstance(activity, StructuredAcademicControversy):
        theirs = {str(x) for s in activity.sides for x in s.documents}
        common = [x for x in activity.reads if str(x) not in theirs]
        return max(_words(lesson, s.documents) for s in activity.sides) + _words(lesson, common)
    return _words(lesson, activity.reads)


def reading_fits(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Each activity has the minutes that its reading takes, and the lesson not more words than can be read well."""
    spec, limits = lesson.spec, house.limits
    for activity in spec.activities:
        close = isinstance(activity, (CloseReading, Annotation))
        rate = limits.close_reading_rate if close else spec.reading_rate or limits.reading_rate
        words = _read_in(lesson, activity)
        if words > rate * activity.minutes:
            yield warning(
                activity.at("minutes"),
                "reading-time",
                f"{words} words are read here in {activity.minutes} minutes: at {rate} a minute they take "
                f"{-(-words // rate)}",
                "Give it more minutes, or let students read fewer documents here.",
            )
    words = _student_words(lesson)
    if words * 50 > limits.source_words * spec.minutes * spec.periods:
        most = words * 50 > limits.source_words_most * spec.minutes * spec.periods
        yield warning(
            spec.at("documents"),
            "reading-load-heavy" if most else "reading-load",
            f"A student reads {words} words of sources in {spec.minutes * spec.periods} minutes",
            f"At most {limits.source_words} in fifty minutes can be read with care; cite less.",
        )


def _student_words(lesson: Lesson) -> int:
    """The words that one student reads: of a jigsaw or a controversy, the longest share and what all read."""
    shared = [a for a in lesson.spec.activities if isinstance(a, (Jigsaw, StructuredAcademicControversy))]
    parted = {str(x) for a in shared for part in _shares(a) for x in part}
    common = sum(d.words for letter, d in lesson.documents.items() if letter not in parted)
    return common + sum(max(_words(lesson, part) for part in _shares(a)) for a in shared)


def _shares(activity: Jigsaw | StructuredAcademicControversy) -> list[Sequence[Text]]:
    parts = activity.groups if isinstance(activity, Jigsaw) else activity.sides
    return [part.documents for part in parts]


def writing_fits(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """The ruled lines of an activity can be filled in its minutes."""
    limits = house.limits
    for activity in lesson.spec.activities:
        lines = sum(activity.rooms if isinstance(activity, ExitTicket) else (q.ruled for q in walk(activity, Question)))
        if isinstance(activity, StructuredAcademicControversy):
            sides = [sum(q.ruled for q in s.questions) for s in activity.sides]
            lines -= min(sides)
        minutes = -(-lines * limits.line_words // limits.writing_rate)
        if minutes > activity.minutes:
            yield warning(
                activity.at("minutes"),
                "writing-time",
                f"{lines} ruled lines take {minutes} minutes to fill, the activity has {activity.minutes}",
                "Set fewer “lines” on its questions, or give it more minutes.",
            )
