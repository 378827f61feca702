"""Several answers to a policy question, each with its price, and a private way to take and revise a stance."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Criterion, Protocol, Question


class Corner(Spec):
    called: ClassVar[str] = "a corner"
    names_documents: ClassVar[tuple[str, ...]] = ("documents",)

    name: Text = Field(description="The corner’s name, in a few words.")
    position: Text = Field(description="What somebody who stands there holds.")
    trade_off: Text = Field(description="What that position costs or risks; each corner has one.")
    documents: tuple[Text, ...] = Field((), description="The documents that speak for it, if any.")


class FourCorners(Protocol):
    free: ClassVar[str] = "corners"

    type: Literal["four_corners"]
    question: Text = Field(description="The policy question; it begins with “Should”.")
    corners: tuple[Corner, ...] = Field(min_length=3, max_length=5, description="The positions.")
    before: Question = Field(description="What each student writes in private before anybody moves.")
    questions: tuple[Question, ...] = Field((), description="What is asked between the rounds.")
    after: Question = Field(description="What each student writes in private at the end.")
    criteria: tuple[Criterion, ...] = Field((), description="How the writing is marked: never by the corner.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences that students may use.")
