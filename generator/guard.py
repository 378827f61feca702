"""What protects the text, the people in it and the people who read it: these objections stop a lesson."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator import fonts
from generator.audience import texts, walk
from generator.characters import character_name
from generator.diagnostic import Diagnostic, did_you_mean, listing, warning
from generator.evidence import quotations, stands_in
from generator.folding import fold, lowered
from generator.house import House
from generator.lessons import Lesson, Unit
from generator.nodes import Text
from generator.prose import prose
from generator.rules import rules
from generator.seeds import Seed
from generator.spec import Evidence, Response
from generator.wording import wording


def quotations_proven(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """What a response quotes stands in a passage that it rests on."""
    printed = {name for document in lesson.documents.values() for name in document.views}
    for response in walk(lesson.spec, Response):
        names = [str(e.passage) for e in response.rests_on]
        if not printed.issuperset(names):
            continue  # reported already
        for words in quotations(response.text) if names else []:
            if not any(stands_in(lesson, name, words) for name in names):
                yield Diagnostic(
                    response.text.span.find(words),
                    "quotation-unproven",
                    f"“{words}” does not stand in {listing(names)}",
                    _PICTURED
                    if lesson.exhibits.keys() & set(names)
                    else "Copy the words from the passage, or take the quotation marks away.",
                )
    for evidence in walk(lesson.spec, Evidence):
        name = str(evidence.passage)
        if evidence.words and name in printed and not stands_in(lesson, name, evidence.words):
            yield Diagnostic(
                evidence.words.span,
                "quotation-unproven",
                f"These words do not stand in “{evidence.passage}”",
                _PICTURED
                if name in lesson.exhibits
                else "Copy them from the passage; “first words … last words” means from there to there.",
            )


_PICTURED = (
    "Take the quotation marks away; or, where a picture shows the words, write them into its “alt” or “long” too."
)


def standards_known(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Only codes of the table, and none that it refuses."""
    known = house.standards.standards
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
            yield warning(
                code.span,
                "standard-unused",
                f"No activity says that it meets “{code}”",
                "Name it under “standards” of the activity that does.",
            )


def care_taken(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Passages that mention torture, detention, deaths or racism need a content note."""
    flagged = [(p.name, f) for p in lesson.passages.values() for f in p.flags]
    flagged += [(x.short, f) for x in lesson.exhibits.values() for f in x.flags]
    if flagged and not lesson.spec.content_note:
        name, flag = flagged[0]
        yield Diagnostic(
            lesson.spec.at("documents"),
            "content-note-missing",
            f"“{name}” mentions {flag}, but the lesson has no content note",
            "Add “content_note: …” that tells the teacher what comes and how to take care.",
        )


def nobody_played(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No task lets a student speak as a nationality, a prisoner, an official or a victim."""
    table = wording(lesson.spec.language)
    for text in prose(lesson.spec, teachers=False):
        if words := table.first("speaks_as", text):
            yield Diagnostic(
                text.span.find(words),
                "speaks-as",
                f"“{words}” asks a student to speak as somebody else",
                "Let students restate a written argument and name its author; nobody stands for a people or a victim.",
            )


def stances_prepared(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Before a class takes stances, it has rules for talking and has read the evidence."""
    for n, activity in enumerate(lesson.spec.activities):
        if activity.type in ("four_corners", "fishbowl", "structured_academic_controversy"):
            if lesson.spec.norms and (n > 0 or activity.type == "structured_academic_controversy"):
                continue
            lacking = "reading first" if lesson.spec.norms else "rules to talk by"
            yield Diagnostic(
                activity.at("type"),
                "stance-unprepared",
                f"Students take a stance here without {lacking}",
                "Write “norms” at the top of the lesson, and let an activity with the evidence come first.",
            )


def activities_in_order(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """What an activity's own kind objects to."""
    for activity in lesson.spec.activities:
        yield from activity.check()


def passages_clean(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No passage holds the words of the web page around an article."""
    for passage, span in lesson.cited:
        boilerplate = wording(passage.seed.record.language).boilerplate
        if words := next((w for w in boilerplate if re.search(rf"{w}(?!\w)", passage.text)), ""):
            yield Diagnostic(
                span,
                "boilerplate",
                f"“{passage.name}” holds “{words}”, which belongs to a web page and not to the article",
                "Take that line out of the record’s “body”, or cite other words.",
            )


# An address begins where no letter of it stands before: else a long word takes the square of its letters.
_CONTACT = re.compile(r"(?<!\w)\+\d[\d ().-]{7,}\d|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.]+")
OF_RECORDS = ("head-note-long", "head-note-loaded")  # warnings about records, from which no lesson can be exempt
OF_UNITS = ("unit-", "supports-missing")  # how those about units begin, from which a unit can be exempt


def _contact(text: str) -> re.Match[str] | None:
    return _CONTACT.search(text) if "@" in text or "+" in text else None


def _contacts(found: Iterable[Text]) -> Iterator[Diagnostic]:
    for text in found:
        if hit := _contact(text):
            yield Diagnostic(
                text.span.find(hit[0]),
                "contact-details",
                "A telephone number or e-mail address stands here",
                "Take it out: handouts are copied and passed on.",
            )


def no_contacts(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No telephone numbers or e-mail addresses on a handout, of the lesson's or of a passage's."""
    yield from _contacts([*texts(lesson.spec, False), *texts(lesson.spec, True)])
    for passage, span in lesson.cited:
        if _contact(passage.text):
            yield Diagnostic(
                span,
                "contact-details",
                f"“{passage.name}” holds a telephone number or e-mail address",
                "Cite other words, or cut it out with “omit”.",
            )


def record_without_contacts(seed: Seed) -> Iterator[Diagnostic]:
    """No telephone numbers or e-mail addresses in what a record prints."""
    yield from _contacts(texts(seed.record, False))


def _uncovered(found: Iterable[Text]) -> Iterator[Diagnostic]:
    for text in found:
        for char in fonts.uncovered(text):
            yield Diagnostic(
                text.span.find(char),
                "character-not-covered",
                f"No font that comes with Counterpoint has {character_name(char)}",
                "Use another character or word.",
            )


def characters_covered(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """Every character has a glyph in the faces that come along; an empty box is never printed."""
    yield from _uncovered([*texts(lesson.spec, False), *texts(lesson.spec, True)])
    for passage, span in lesson.cited:
        for char in fonts.uncovered(passage.text):
            yield Diagnostic(
                span,
                "character-not-covered",
                f"“{passage.name}” holds {character_name(char)}, which no font here has",
                "Cite other words, or cut them out with “omit”.",
            )


def record_covered(seed: Seed) -> Iterator[Diagnostic]:
    """Every character that a record can print has a glyph; its selectors print nothing."""
    record = seed.record
    facts = [record.author, record.publisher, record.place, record.translated_from]
    ours = [record.title, record.short, record.head_note, record.incomplete, record.rights]
    ours += [fact.value for fact in facts if fact]
    ours += [t for v in record.voices for t in (v.speaker, v.about)]
    ours += [t for p in record.passages.values() for t in (p.speaker, p.about, p.lead_in, p.claim)]
    yield from _uncovered([*filter(None, ours), *(n.note for n in record.fact_notes)])


def record_quotes_proven(seed: Seed) -> Iterator[Diagnostic]:
    """What a record's own words quote stands in the article, wherever."""
    record = seed.record
    ours = [record.head_note, record.incomplete, *(p.lead_in for p in record.passages.values())]
    ours += [p.claim for p in record.passages.values()]
    article = fold(lowered(seed.article.source.text))
    for text in filter(None, ours):
        for words in quotations(text):
            if lowered(words) not in article:
                yield Diagnostic(
                    text.span.find(words),
                    "quotation-unproven",
                    f"“{words}” does not stand in {seed.article.source.path.name}",
                    "Copy the words from the article, or take the quotation marks away.",
                )


_HEAVY = 200  # “[” in one text, and twice as many “<”: python-markdown takes the square of their number (row 20)
_DEEP = re.compile(r"(?m)^(?:[ \t>]|[-+*][ \t]|\d{1,9}\.[ \t]){41,}")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)|<([a-zA-Z][a-zA-Z0-9+.-]*:[^>\s]*)>")


def markup_bounded(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """No text is so made that Markdown or the page takes minutes over it; links lead to the web or to mail only."""
    yield from _bounded([*texts(lesson.spec, False), *texts(lesson.spec, True)])


def record_bounded(seed: Seed) -> Iterator[Diagnostic]:
    """The same of a record: its lead-ins are Markdown, too."""
    yield from _bounded(filter(None, (p.lead_in for p in seed.record.passages.values())))


def _bounded(found: Iterable[Text]) -> Iterator[Diagnostic]:
    for text in found:
        if text.count("[") > _HEAVY or text.count("<") > 2 * _HEAVY or _DEEP.search(text):
            yield Diagnostic(
                text.span,
                "markup-heavy",
                "This text holds too many brackets, or lists and quotations too deep within each other",
                "Make it simpler, or split it into several texts.",
            )
            continue
        for hit in _LINK.finditer(text):
            address = next(a for a in hit.groups() if a is not None)
            if not re.match(r"(https?://|mailto:)", address, re.IGNORECASE):
                yield Diagnostic(
                    text.span.find(address),
                    "link-refused",
                    f"The link to “{address}” does not lead to the web or to mail",
                    "Write the whole address, with https:// before it; or take the link out.",
                )


def exemptions_known(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """An exemption names a rule that warns about lessons."""
    yield from _exemptions(lesson.spec.exempt, of_units=False)


def unit_exemptions_known(unit: Unit) -> Iterator[Diagnostic]:
    """That of a unit names a rule that warns about units."""
    yield from _exemptions(unit.spec.exempt, of_units=True)


def _exemptions(exempt: Iterable[Text], of_units: bool) -> Iterator[Diagnostic]:
    for name in exempt:
        warnings = [n for n, entry in rules().items() if entry.severity == "warning" and n not in OF_RECORDS]
        known = [n for n in warnings if n.startswith(OF_UNITS) == of_units]
        if name not in known:
            yield Diagnostic(
                name.span,
                "exempt-unknown",
                f"There is no warning “{name}” to be exempt from here",
                did_you_mean(name, known) or "“counterpoint explain” lists the rules; errors have no exemption.",
            )
