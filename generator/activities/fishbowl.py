"""An inner circle talks, an outer circle listens and keeps a record; then they change places."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Protocol, Question


class Round(Spec):
    called: ClassVar[str] = "a round"

    name: Text = Field(description="The round’s name.")
    questions: tuple[Question, ...] = Field(min_length=1, description="What the inner circle talks about.")


class Fishbowl(Protocol):
    type: Literal["fishbowl"]
    ticket: Question | None = Field(None, description="What each student writes beforehand, to be let in.")
    rounds: tuple[Round, ...] = Field(min_length=1, max_length=4, description="The rounds, in order.")
    observe: tuple[Text, ...] = Field(min_length=1, max_length=5, description="What the outer circle counts and notes.")
    in_writing: Text = Field(description="How a student takes part in writing instead of speaking.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences that students may use.")
