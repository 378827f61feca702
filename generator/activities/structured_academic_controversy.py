"""Two pairs argue a policy question, restate each other's case, drop their roles and look for common ground.

The order of the phases is that of Johnson and Johnson's structured academic controversy; the steps and times that
the curriculum notes give follow it.
"""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from generator.diagnostic import Diagnostic, warning
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Protocol, Question, Step

Phase = Literal[
    "prepare",
    "first_presents",
    "second_restates",
    "second_presents",
    "first_restates",
    "prepare_reversal",
    "present_reversed",
    "drop_roles",
    "common_ground",
    "debrief",
    "other",
]
_ORDER: tuple[Phase, ...] = Phase.__args__[:-1]  # type: ignore[attr-defined]
_REVERSAL = ("prepare_reversal", "present_reversed")


class Turn(Step):
    called: ClassVar[str] = "a step"
    one_text: ClassVar[bool] = False

    phase: Phase = Field("other", description="Which phase of the controversy it is; “other” for a slip in between.")


class Side(Spec):
    called: ClassVar[str] = "a side"
    names_documents: ClassVar[tuple[str, ...]] = ("documents",)

    name: Text = Field(description="The side’s name, such as Yes or No.")
    position: Text = Field(description="What it argues, in its holders’ terms.")
    documents: tuple[Text, ...] = Field(min_length=1, description="The documents of its packet.")
    questions: tuple[Question, ...] = Field((), description="What the pair prepares, about its own documents.")


class StructuredAcademicControversy(Protocol):
    names_documents: ClassVar[tuple[str, ...]] = ("shared", "reads")

    type: Literal["structured_academic_controversy"]
    question: Text = Field(description="The policy question; it begins with “Should”.")
    variant: Literal["restate", "reverse"] = Field(
        "restate", description="restate: each side says the other’s case back. reverse: then they also change sides."
    )
    sides: tuple[Side, ...] = Field(min_length=2, max_length=2, description="The two sides.")
    shared: tuple[Text, ...] = Field((), description="The documents that all get when roles are dropped.")
    steps: tuple[Turn, ...] = Field(min_length=2, description="The phases in order; printed on a card.")
    questions: tuple[Question, ...] = Field((), description="What all four write once roles are dropped.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences for presenting and restating.")

    def check(self) -> Iterator[Diagnostic]:
        wanted = [p for p in _ORDER if self.variant == "reverse" or p not in _REVERSAL]
        phases = [s.phase for s in self.steps if s.phase != "other"]
        if phases != wanted:
            wrong = next((n for n, (a, b) in enumerate(zip(phases, wanted, strict=False)) if a != b), len(phases))
            expected = wanted[wrong] if wrong < len(wanted) else "no further phase"
            named = [s for s in self.steps if s.phase != "other"]
            yield warning(
                named[wrong].at("phase") if wrong < len(named) else self.at("steps"),
                "controversy-order",
                f"The phase “{expected}” is expected here",
                f"A controversy of the variant “{self.variant}” goes: {', '.join(wanted)}.",
            )
        first, second = ({str(letter) for letter in side.documents} for side in self.sides)
        for letter in (*self.sides[1].documents, *self.shared):
            if letter in first or (letter in self.shared and letter in second):
                yield Diagnostic(
                    letter.span,
                    "document-twice",
                    f"Document {letter} belongs to a side already",
                    "Give each document to one side, or to “shared”.",
                )
