"""Pictures: described in a few plain words, and none that questions ask about left without."""

from __future__ import annotations

from collections.abc import Iterator

from generator.balance import asked
from generator.diagnostic import Diagnostic, warning
from generator.house import House
from generator.lessons import Lesson
from generator.wording import wording

LONGEST = 250  # characters; a screen reader says an alternative text in one go, and nobody can stop within it


def pictures_described(lesson: Lesson, house: House) -> Iterator[Diagnostic]:
    """An alternative text is short and says at once what there is; what questions ask about has one."""
    table = wording(lesson.spec.language)
    about = {name for names, _ in asked(lesson) for name in names}
    for letter, exhibit in lesson.exhibits.items():
        figure = exhibit.figure
        if figure.alt and len(figure.alt) > LONGEST:
            yield warning(
                figure.alt.span,
                "alt-long",
                f"The “alt” of this picture has {len(figure.alt)} characters",
                f"Say in {LONGEST} what it shows, and the rest under “long”.",
            )
        if figure.alt and (words := table.first("says_picture", figure.alt)):
            yield warning(
                figure.alt.span.find(words),
                "alt-begins",
                f"“{words}” says what every reader is told already",
                "Begin with what there is to see.",
            )
        if figure.decorative and letter in about:
            yield warning(
                figure.at("decorative"),
                "decorative-asked",
                f"Document {letter} is said to tell nothing, but something asks about it",
                "Take “decorative” out and write “alt: …”; or name other documents there.",
            )
