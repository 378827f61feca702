"""The editor's rules: what a filled lesson is objected to for. Small generators in one visible tuple."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generator import fonts
from generator.activities.cer import Cer
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.audience import texts, walk
from generator.characters import character_name
from generator.diagnostic import Diagnostic, Severity, did_you_mean, in_order, listing
from generator.evidence import find_in, quotations, term_pattern
from generator.folding import fold
from generator.lessons import Lesson
from generator.nodes import Text
from generator.rules import rules
from generator.source import Span
from generator.spec import Question, Response
from generator.standards import table

Rule = Callable[[Lesson], Iterator[Diagnostic]]


def _warning(span: Span, rule: str, message: str, hint: str = "") -> Diagnostic:
    return Diagnostic(span, rule, message, hint, Severity.WARNING)


def quotations_proven(lesson: Lesson) -> Iterator[Diagnostic]:
    """What a response quotes stands in a passage that it rests on."""
    for response in walk(lesson.spec, Response):
        passages = [lesson.passages[e.passage] for e in response.rests_on]
        for words in quotations(response.text) if passages else []:
            if not any(find_in(p, words) for p in passages):
                yield Diagnostic(
                    response.text.span.find(words),
                    "quotation-unproven",
                    f"“{words}” does not stand in {listing(p.name for p in passages)}",
                    "Copy the words from the passage, or take the quotation marks away.",
                )
        for evidence in response.rests_on:
            if evidence.words and not find_in(lesson.passages[evidence.passage], evidence.words):
                yield Diagnostic(
                    evidence.words.span,
                    "quotation-unproven",
                    f"These words do not stand in “{evidence.passage}”",
                    "Copy them from the passage; “first words … last words” means from there to there.",
                )


def standards_known(lesson: Lesson) -> Iterator[Diagnostic]:
    """Only codes of the table, and none that it refuses."""
    known = table().standards
    for code in lesson.spec.standards:
        if code not in known:
            yield Diagnostic(
                code.span,
                "standard-unknown",
                f"“{code}” is not in the table of standards",
                did_you_mean(code, known) or "“counterpoint explain standard-unknown” says where the table is.",
            )
        elif refused := known[code].refused:
            yield Diagnostic(code.span, "standard-refused", f"“{code}” does not fit here: {refused}", "Take it out.")
        elif not any(code in a.standards for a in lesson.spec.activities):
            yield _warning(
                code.span,
                "standard-unused",
                f"No activity says that it meets “{code}”",
                "Name it under “standards” of the activity that does.",
            )


def care_taken(lesson: Lesson) -> Iterator[Diagnostic]:
    """Passages that mention torture, detention, deaths or racism need a content note."""
    flagged = {f: p for p in reversed(lesson.passages.values()) for f in p.flags}
    if flagged and not lesson.spec.content_note:
        flag, passage = next(iter(flagged.items()))
        yield Diagnostic(
            lesson.spec.at("documents"),
            "content-note-missing",
            f"“{passage.name}” mentions {flag}, but the lesson has no content note",
            "Add “content_note: …” that tells the teacher what comes and how to take care.",
        )


_CONTACT = re.compile(r"(?<!\w)\+\d[\d ().-]{7,}\d|[\w.+-]+@[\w-]+\.[\w.]+")


def no_contacts(lesson: Lesson) -> Iterator[Diagnostic]:
    """No telephone numbers or e-mail addresses on a handout."""
    for text in [*texts(lesson.spec, False), *texts(lesson.spec, True)]:
        if hit := _CONTACT.search(text):
            yield Diagnostic(
                text.span.find(hit[0]),
                "contact-details",
                "A telephone number or e-mail address stands here",
                "Take it out: handouts are copied and passed on.",
            )


def characters_covered(lesson: Lesson) -> Iterator[Diagnostic]:
    """Every character has a glyph in the faces that come along; an empty box is never printed."""
    for text in [*texts(lesson.spec, False), *texts(lesson.spec, True)]:
        for char in fonts.uncovered(text):
            yield Diagnostic(
                text.span.find(char),
                "character-not-covered",
                f"No font that comes with Counterpoint has {character_name(char)}",
                "Use another character or word.",
            )
    for document in lesson.documents.values():
        for passage, citation in zip(document.passages, document.spec.passages, strict=True):
            for char in fonts.uncovered(passage.text):
                yield Diagnostic(
                    citation.span,
                    "character-not-covered",
                    f"“{passage.name}” holds {character_name(char)}, which no font here has",
                    "Cite other words, or cut them out with “omit”.",
                )


def time_adds_up(lesson: Lesson) -> Iterator[Diagnostic]:
    """The activities' minutes make up the lesson's."""
    spec = lesson.spec
    planned, given = sum(a.minutes for a in spec.activities), spec.minutes * spec.periods
    if planned != given:
        more = "more" if planned > given else "less"
        yield _warning(
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
            yield _warning(
                text.span.find(text.split()[0]),
                "objective-verb",
                f"Nobody can see a student “{first}”",
                "Begin with what the student does: identify, compare, explain, write …",
            )
        if name not in served:
            yield _warning(
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
            yield _warning(
                term.span,
                "term-not-printed",
                f"No printed passage holds “{term}”",
                "Write the term as it stands in the passage, or take it out; it is not printed.",
            )
        if len(definition.split()) > 15:
            yield _warning(
                definition.span,
                "definition-long",
                f"The definition has {len(definition.split())} words",
                "Keep it to 15: it stands at the foot of a page.",
            )
        if term_pattern(term).search(fold(definition).text.lower()):
            yield _warning(
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
        for passage, citation in zip(document.passages, document.spec.passages, strict=True):
            hit = _DANGLING.match(passage.text)
            if hit and not passage.lead_in:
                yield _warning(
                    citation.span,
                    "lead-in-missing",
                    f"“{passage.name}” opens with “{hit[1]}”, which points back",
                    "Add “lead_in: …” with what the reader needs to know.",
                )


def passages_sized(lesson: Lesson) -> Iterator[Diagnostic]:
    """Passages of 15 to 150 words, documents of at most 300 (Wineburg and Martin, “Tampering with History”)."""
    for document in lesson.documents.values():
        for passage, citation in zip(document.passages, document.spec.passages, strict=True):
            if not 15 <= passage.words <= 150:
                yield _warning(
                    citation.span,
                    "passage-length",
                    f"“{passage.name}” has {passage.words} words",
                    "Between 15 and 150 can be read closely.",
                )
        if document.words > 300:
            yield _warning(
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
                yield _warning(
                    activity.at("documents"),
                    "contrast-unequal",
                    f"Document {first.letter} has {first.words} words, Document {second.letter} {second.words}",
                    "Cite a longer or a shorter passage: at most 1.6 times as many stand beside each other.",
                )
            if first.seed is second.seed:
                yield _warning(
                    activity.at("documents"),
                    "contrast-one-source",
                    "Both documents are from one source",
                    "Set two sources beside each other.",
                )


def questions_answerable(lesson: Lesson) -> Iterator[Diagnostic]:
    """Questions about the text say which; each has a response with its lines, an open one two."""
    for question in walk(lesson.spec, Question):
        if question.kind == "text_dependent" and not question.passages:
            yield _warning(
                question.prompt.span,
                "question-without-passage",
                "This question does not say which passage it asks about",
                "Add “passages: [seed/passage]”, or “kind: discussion”.",
            )
        wanted = 2 if question.dok >= 3 else 1
        if len(question.responses) < wanted:
            count = "no possible response" if not question.responses else "one possible response"
            yield _warning(
                question.prompt.span,
                "response-missing",
                f"This question of depth {question.dok} has {count}",
                "Write two that can be defended." if wanted == 2 else "Write one, for the key.",
            )
        for response in question.responses:
            if not response.rests_on:
                yield _warning(
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
                yield _warning(
                    activity.question.at("points"),
                    "points-sum",
                    f"The criteria make {total} points, the task {activity.question.points}",
                    "Change one or the other.",
                )


def exemptions_known(lesson: Lesson) -> Iterator[Diagnostic]:
    """An exemption names a rule that warns."""
    for name in lesson.spec.exempt:
        warn = [n for n, entry in rules().items() if entry.severity == "warning"]
        if name not in warn:
            yield Diagnostic(
                name.span,
                "exempt-unknown",
                f"There is no warning “{name}” to be exempt from",
                did_you_mean(name, warn) or "“counterpoint explain” lists the rules; errors have no exemption.",
            )


def activities_in_order(lesson: Lesson) -> Iterator[Diagnostic]:
    """What an activity's own kind objects to."""
    for activity in lesson.spec.activities:
        yield from activity.check()


EDITORS: tuple[Rule, ...] = (
    quotations_proven,
    standards_known,
    care_taken,
    no_contacts,
    characters_covered,
    time_adds_up,
    objectives_observable,
    vocabulary_printed,
    openings_introduced,
    passages_sized,
    contrasts_balanced,
    questions_answerable,
    points_add_up,
    exemptions_known,
    activities_in_order,
)


def check(lesson: Lesson) -> list[Diagnostic]:
    """Every objection to a lesson, in order of place, without the warnings that it is exempt from."""
    exempt = {Text(name) for name in lesson.spec.exempt}
    found = in_order(d for rule in EDITORS for d in rule(lesson))
    return [d for d in found if d.is_error or d.rule not in exempt]
