"""What our own words say: quotations that are none, verbs that judge, words that weigh, questions that lead."""

from __future__ import annotations

from collections.abc import Iterator

from generator.audience import walk
from generator.diagnostic import Diagnostic, warning
from generator.evidence import quotations
from generator.folding import fold, lowered
from generator.house import House
from generator.labels import labels
from generator.lessons import Lesson
from generator.prose import prose
from generator.seeds import Seed
from generator.spec import Question, Response
from generator.wording import wording


def quotations_known(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """What the background, a lead-in or a response without evidence quotes at some length stands in an article."""
    articles = [fold(lowered(seed.article.source.text)) for seed in lesson.seeds]
    fixed = fold(" ".join(labels(lesson.spec.language).words.values())).text.lower()
    ours = [lesson.spec.background, *(c.lead_in for d in lesson.spec.documents.values() for c in d.passages)]
    ours += [r.text for r in walk(lesson.spec, Response) if not r.rests_on]
    for text in filter(None, ours):
        for words in quotations(text):
            known = fold(words).text.lower() in fixed or any(lowered(words) in article for article in articles)
            if len(words.split()) >= 3 and not known:
                yield warning(
                    text.span.find(words),
                    "quotation-unknown",
                    f"“{words}” stands in no article of this lesson",
                    "Copy the words from an article, or take the quotation marks away.",
                )


def verbs_neutral(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Our prose reports without judging: it says “argues”, not “admits”."""
    table = wording(lesson.spec.language)
    for text in prose(lesson.spec):
        if word := table.first("judging", text):
            yield warning(
                text.span.find(word),
                "reporting-verb",
                f"“{word}” judges what it reports",
                "Write says, writes, argues, states, reports, contends, describes or proposes.",
            )


def words_unloaded(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """What students read in our words carries no judgment of its own; words of the sources stand in quotation marks."""
    table = wording(lesson.spec.language)
    for text in prose(lesson.spec, teachers=False):
        if word := table.first("loaded", text):
            yield warning(
                text.span.find(word),
                "loaded-word",
                f"“{word}” carries a judgment",
                "Use a plainer word, or put a source’s word into quotation marks.",
            )


def questions_open(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No question presumes its answer, and none can be answered by a bare yes."""
    table = wording(lesson.spec.language)
    for question in walk(lesson.spec, Question):
        prompt = question.prompt
        if leading := table.first("leading", prompt) or table.first("presuming", prompt):
            yield warning(
                prompt.span.find(leading),
                "leading-question",
                "This question suggests its answer",
                "Ask so that two different answers can be defended from the text.",
            )
        elif table.first("bare", prompt) and not table.first("asks_for_reasons", prompt):
            yield warning(
                prompt.span,
                "bare-question",
                "A yes or a no would answer this question",
                "Ask what evidence there is, which lines, or why.",
            )


def head_note_plain(seed: Seed) -> Iterator[Diagnostic]:
    """What introduces a source carries no judgment."""
    table, note = wording("en"), seed.record.head_note
    if word := table.first("loaded", note) or table.first("judging", note):
        yield warning(
            note.span.find(word),
            "head-note-loaded",
            f"“{word}” carries a judgment",
            "Introduce every source in the same plain words.",
        )


def frames_open(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No beginning of a sentence holds a verdict."""
    table = wording(lesson.spec.language)
    given = [getattr(a, "frames", ()) for a in lesson.spec.activities]
    if lesson.spec.supports:
        given += [lesson.spec.supports.frames, lesson.spec.supports.starters]
    for frame in (f for frames in given for f in frames):
        if verdict := table.first("verdict", frame):
            yield warning(
                frame.span.find(verdict),
                "frame-verdict",
                "This beginning of a sentence holds a verdict",
                "Leave the judgment to the gap.",
            )
