"""A letter, in the student's own voice, that puts an opposing argument at its strongest."""

from typing import Literal

from pydantic import Field

from generator.nodes import Text
from generator.spec import Activity, Criterion, Question, Responses


class SteelmanLetter(Activity):
    type: Literal["steelman_letter"]
    question: Question = Field(description="The task. The plan, and the words “write as yourself”, print with it.")
    words: int = Field(250, ge=50, le=2000, description="About how many words the letter has.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences that students may use.")
    criteria: tuple[Criterion, ...] = Field((), description="How it is marked; the points add up to the question’s.")
    model: Responses = Field((), description="Model letters, or their outlines (teacher only).")
