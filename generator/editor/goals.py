"""Objectives, standards and points: what is aimed at is worked on, and what is worked on is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.activities.document_based_essay import DocumentBasedEssay
from generator.audience import walk
from generator.diagnostic import Diagnostic, counted, warning
from generator.house import House
from generator.lessons import Assessment, Lesson
from generator.spec import Activity, Criterion, Question
from generator.wording import wording


def objectives_observable(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Objectives begin with something a teacher can see, and some activity or the assessment serves each."""
    spec, table = lesson.spec, wording(lesson.spec.language)
    served = {o for a in spec.activities for o in a.objectives} | set(
        spec.assessment.objectives if spec.assessment else ()
    )
    for name, text in spec.objectives.items():
        first = text.split()[0].strip(",.:") if text.split() else ""
        if first.lower() in table.vague:
            yield warning(
                text.span.find(first),
                "objective-verb",
                f"Nobody can see a student “{first.lower()}”",
                "Begin with what the student does: identify, compare, explain, write …",
            )
        if name not in served:
            yield warning(
                name.span,
                "objective-unused",
                f"No activity serves the objective “{name}”",
                "Name it under “objectives” of an activity or of the assessment.",
            )


def standards_few(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """A few standards that are really taught, of the grades of the lesson."""
    spec, limits = lesson.spec, house.limits
    count = len(spec.standards)
    if count and not limits.standards_least <= count <= limits.standards_most:
        yield warning(
            spec.at("standards"),
            "standards-count",
            f"The lesson names {counted(count, 'standard')}",
            f"Name {limits.standards_least} to {limits.standards_most} that it really teaches.",
        )
    grades = _range(spec.grades)
    for code in spec.standards:
        standard = house.standards.standards.get(code)
        band = _range(standard.grades) if standard else None
        if grades and band and (band[1] < grades[0] or grades[1] < band[0]):
            assert standard is not None
            yield warning(
                code.span,
                "standard-grade",
                f"“{code}” is for grades {standard.grades}, the lesson for {spec.grades}",
                "Name the code of the same strand for these grades.",
            )


def _range(grades: str) -> tuple[int, int] | None:
    found = [int(n) for n in re.findall(r"\d+", grades)]
    return (found[0], found[-1]) if found else None


def points_add_up(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """The criteria's points make up the task's; an essay is judged by evidence and by its answer to another view."""
    tasks: list[tuple[Activity | Assessment, tuple[Criterion, ...], int | None]]
    tasks = [(a, _criteria(a), _points(a)) for a in lesson.spec.activities]
    if lesson.spec.assessment:
        tasks.append((lesson.spec.assessment, lesson.spec.assessment.criteria, lesson.spec.assessment.points))
    for task, criteria, points in tasks:
        total = sum(c.points for c in criteria)
        if criteria and points is not None and total != points:
            yield warning(
                task.question.at("points") if hasattr(task, "question") else task.at("criteria"),
                "points-sum",
                f"The criteria make {total} points, the task {points}",
                "Change one or the other.",
            )
        if isinstance(task, DocumentBasedEssay):
            for wanted in ("evidence", "counterclaim") if task.differing_view else ("evidence",):
                if wanted not in [c.shows for c in criteria]:
                    yield warning(
                        task.at("criteria"),
                        "rubric-row",
                        f"No criterion of the rubric shows “{wanted}”",
                        f"Write “shows: {wanted}” on the row that judges it, or add one.",
                    )


def _criteria(activity: Activity) -> tuple[Criterion, ...]:
    return getattr(activity, "criteria", ())


def _points(activity: Activity) -> int | None:
    if (question := getattr(activity, "question", None)) and isinstance(question, Question):
        return question.points
    points = [q.points for q in walk(activity, Question) if q.points is not None]
    return sum(points) if points else None
