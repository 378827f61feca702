"""What an editor would object to: these are warnings, and a lesson can be exempt from one for a written reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.activities.cer import Cer
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.audience import walk
from generator.diagnostic import Diagnostic, warning
from generator.evidence import quotations, term_pattern
from generator.folding import fold, lowered
from generator.labels import labels
from generator.lessons import Lesson
from generator.spec import Question, Response


def quotations_known(lesson: Lesson) -> Iterator[Diagnostic]:
    """What the background, a lead-in or a response without evidence quotes at some length stands in an article."""
    articles = [fold(lowered(seed.article.source.text)) for seed in lesson.seeds]
    fixed = fold(" ".join(labels(lesson.spec.language).words.values())).text.lower()
    ours = [lesson.spec.background, *(c.lead_in for d in lesson.spec.documents.values() for c in d.passages)]
    ours += [r.text for r in walk(lesson.spec, Response) if not r.rests_on]
    for text in filter(None, ours):
        for words in quotations(text):
            known = fold(words).text.lower() in fixed or any(a.find_all(lowered(words)) for a in articles)
            if len(words.split()) >= 3 and not known:
                yield warning(
                    text.span.find(words),
                    "quotation-unknown",
                    f"“{words}” stands in no article of this lesson",
                    "Copy the words from an article, or take the quotation marks away.",
                )


def time_adds_up(lesson: Lesson) -> Iterator[Diagnostic]:
    """The activities' minutes make up the lesson's."""
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


_VAGUE = ("understand", "know", "learn", "appreciate", "grasp", "explore", "consider", "realize")


def objectives_observable(lesson: Lesson) -> Iterator[Diagnostic]:
    """Objectives begin with something a teacher can see, and some activity or the assessment serves each."""
    spec = lesson.spec
    served = {o for a in spec.activities for o in a.objectives} | set(
        spec.assessment.objectives if spec.assessment else ()
    )
    for name, text in spec.objectives.items():
        first = text.split()[0].lower().strip(",.:") if text.split() else ""
        if first in _VAGUE:
            yield warning(
                text.span.find(text.split()[0]),
                "objective-verb",
                f"Nobody can see a student “{first}”",
                "Begin with what the student does: identify, compare, explain, write …",
            )
        if name not in served:
            yield warning(
                name.span,
                "objective-unused",
                f"No activity serves the objective “{name}”",
                "Name it under “objectives” of an activity or of the assessment.",
            )


def vocabulary_printed(lesson: Lesson) -> Iterator[Diagnostic]:
    """Each term stands in a printed passage and is defined briefly, without itself."""
    printed = fold(" ".join(p.text for p in lesson.passages.values())).text.lower()
    for term, definition in lesson.spec.vocabulary.items():
        if not term_pattern(term).search(printed):
            yield warning(
                term.span,
                "term-not-printed",
                f"No printed passage holds “{term}”",
                "Write the term as it stands in the passage, or take it out; it is not printed.",
            )
        if len(definition.split()) > 15:
            yield warning(
                definition.span,
                "definition-long",
                f"The definition has {len(definition.split())} words",
                "Keep it to 15: it stands at the foot of a page.",
            )
        if term_pattern(term).search(fold(definition).text.lower()):
            yield warning(
                definition.span.find(term),
                "definition-circular",
                f"The definition uses “{term}” itself",
                "Say it in other words.",
            )


_DANGLING = re.compile(
    r"(This|That|These|Those|It|Its|Such|Second|Third|Finally|But|Yet|However|He|She|They|Their|His|Her|And|Also)\b"
)


def openings_introduced(lesson: Lesson) -> Iterator[Diagnostic]:
    """A passage that opens with a word that points back has a lead-in."""
    for document in lesson.documents.values():
        for passage, span in zip(document.passages, document.cited_at, strict=True):
            hit = _DANGLING.match(passage.text)
            if hit and not passage.lead_in:
                yield warning(
                    span,
                    "lead-in-missing",
                    f"“{passage.name}” opens with “{hit[1]}”, which points back",
                    "Add “lead_in: …” with what the reader needs to know.",
                )


def passages_sized(lesson: Lesson) -> Iterator[Diagnostic]:
    """Passages of 15 to 150 words, documents of at most 300 (Wineburg and Martin, “Tampering with History”)."""
    for document in lesson.documents.values():
        for passage, span in zip(document.passages, document.cited_at, strict=True):
            if not 15 <= passage.words <= 150:
                yield warning(
                    span,
                    "passage-length",
                    f"“{passage.name}” has {passage.words} words",
                    "Between 15 and 150 can be read closely.",
                )
        if document.words > 300:
            yield warning(
                document.spec.span,
                "document-long",
                f"Document {document.letter} has {document.words} words",
                "At most 300 fit a page with room to annotate.",
            )


def contrasts_balanced(lesson: Lesson) -> Iterator[Diagnostic]:
    """The two documents of a pair come from two seeds, and neither has more than 1.6 times the other's words."""
    for activity in lesson.spec.activities:
        if isinstance(activity, ContrastingViewpoints):
            first, second = (lesson.documents[str(letter)] for letter in activity.documents)
            few, many = sorted((first.words, second.words))
            if many > 1.6 * few:
                yield warning(
                    activity.at("documents"),
                    "contrast-unequal",
                    f"Document {first.letter} has {first.words} words, Document {second.letter} {second.words}",
                    "Cite a longer or a shorter passage: at most 1.6 times as many stand beside each other.",
                )
            if first.seed is second.seed:
                yield warning(
                    activity.at("documents"),
                    "contrast-one-source",
                    "Both documents are from one source",
                    "Set two sources beside each other.",
                )


def questions_answerable(lesson: Lesson) -> Iterator[Diagnostic]:
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
            if not response.rests_on:
                yield warning(
                    response.text.span,
                    "response-without-lines",
                    "This response rests on no passage",
                    "Add “rests_on: [seed/passage]”; the key then prints the lines.",
                )


def points_add_up(lesson: Lesson) -> Iterator[Diagnostic]:
    """The criteria's points make up the task's."""
    for activity in lesson.spec.activities:
        if isinstance(activity, Cer) and activity.criteria and activity.question.points is not None:
            total = sum(c.points for c in activity.criteria)
            if total != activity.question.points:
                yield warning(
                    activity.question.at("points"),
                    "points-sum",
                    f"The criteria make {total} points, the task {activity.question.points}",
                    "Change one or the other.",
                )


def activities_in_order(lesson: Lesson) -> Iterator[Diagnostic]:
    """What an activity's own kind objects to."""
    for activity in lesson.spec.activities:
        yield from activity.check()
