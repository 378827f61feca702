"""Questions to talk about, with rules for the talk and a little room for notes."""

from typing import Literal

from pydantic import Field

from generator.nodes import Text
from generator.spec import Activity, Question


class Discussion(Activity):
    type: Literal["discussion"]
    questions: tuple[Question, ...] = Field(min_length=1, description="What is talked about.")
    norms: tuple[Text, ...] = Field((), description="Rules for the talk, printed with the questions.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences that students may use.")
