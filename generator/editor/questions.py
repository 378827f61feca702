"""Questions: answerable, from easy to hard, open where they are meant to be, and no vote on facts."""

from __future__ import annotations

from collections.abc import Iterator

from generator.activities.four_corners import FourCorners
from generator.activities.jigsaw import Jigsaw
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.audience import walk
from generator.diagnostic import Diagnostic, counted, warning
from generator.house import House
from generator.lessons import Lesson
from generator.spec import Question
from generator.wording import unquoted

FEW = 5  # questions; of fewer, nobody expects a range


def questions_answerable(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Questions about the text say which; each has a response with its lines, an open one two."""
    for question in walk(lesson.spec, Question):
        if question.kind == "text_dependent" and not question.passages:
            yield warning(
                question.prompt.span,
                "question-without-passage",
                "This question does not say which passage it asks about",
                "Add “passages: [seed/passage]”, or “kind: discussion”.",
            )
        wanted = 2 if question.dok >= 3 else 1
        if len(question.responses) < wanted:
            count = "no possible response" if not question.responses else "one possible response"
            yield warning(
                question.prompt.span,
                "response-missing",
                f"This question of depth {question.dok} has {count}",
                "Write two that can be defended." if wanted == 2 else "Write one, for the key.",
            )
        for response in question.responses:
            if question.passages and not response.rests_on:
                yield warning(
                    response.text.span,
                    "response-without-lines",
                    "This response rests on no passage",
                    "Add “rests_on: [seed/passage]”; the key then prints the lines.",
                )


def questions_short(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """One question at a time, in a sentence or two."""
    for question in walk(lesson.spec, Question):
        words, marks = len(question.prompt.split()), unquoted(question.prompt).count("?")
        if words > house.limits.question_words or marks > 1:
            yield warning(
                question.prompt.span,
                "question-long",
                f"This question has {words} words and {counted(marks, 'question mark')}",
                f"Ask one thing in at most {house.limits.question_words} words; ask the rest in a question of its own.",
            )


def questions_bound(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Most questions name the passage they ask about."""
    questions = list(walk(lesson.spec, Question))
    free = [q for q in questions if not q.passages]
    if len(questions) >= FEW and 100 * len(free) > house.limits.text_free * len(questions):
        yield warning(
            free[0].prompt.span,
            "text-free",
            f"{len(free)} of {len(questions)} questions name no passage; this is the first of them",
            f"At most {house.limits.text_free} in a hundred; name the “passages” that a student would turn to.",
        )


def depths_spread(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Recall, skill and reasoning all come up, and reasoning twice (Webb; Hess)."""
    questions = list(walk(lesson.spec, Question))
    depths = [q.dok for q in questions]
    missing = [d for d in (1, 2, 3) if d not in depths and not (d == 3 and 4 in depths)]
    deep = sum(d >= 3 for d in depths)
    if len(questions) >= FEW and (missing or deep < 2):
        what = f"no question of depth {missing[0]}" if missing else f"{deep} of depth 3 or more"
        yield warning(
            lesson.spec.at("activities"),
            "depth-range",
            f"The lesson has {what}",
            "Ask at least one question each of depth 1, 2 and 3, and two of depth 3 or more.",
        )
    shared = {id(q) for a in lesson.spec.activities if isinstance(a, Jigsaw) for q in a.questions}
    for question in questions:
        seeds = {p.partition("/")[0] for p in question.passages}
        if question.dok == 4 and len(seeds) == 1:
            yield warning(
                question.at("dok"),
                "depth-sources",
                "A question of depth 4 rests on one source",
                "Name passages of at least two sources, or give it depth 3.",
            )
        if question.dok == 1 and len(question.passages) > 1 and id(question) not in shared:
            yield warning(
                question.at("dok"),
                "depth-sources",
                f"A question of depth 1 names {len(question.passages)} passages",
                "Recall asks about one passage; give it depth 2, or name one.",
            )


def policies_argued(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """What a class takes sides on is a policy question; facts are not put to the vote (Hess and McAvoy)."""
    for activity in lesson.spec.activities:
        if not isinstance(activity, (StructuredAcademicControversy, FourCorners)):
            continue
        if lesson.spec.language.startswith("en") and not activity.question.startswith("Should"):
            yield warning(
                activity.question.span,
                "not-a-policy",
                "Students take sides on this question, but it does not begin with “Should”",
                "Ask what should be done; what is so is a matter of evidence.",
            )
        for question in walk(activity, Question):
            if question.issue == "empirical":
                yield warning(
                    question.at("issue"),
                    "fact-to-vote",
                    "A question of fact stands in an activity in which students take sides",
                    "Ask it elsewhere: with evidence, not with feet.",
                )
