"""Claim, evidence, reasoning: a paragraph with its parts laid out."""

from typing import Literal

from pydantic import Field

from generator.nodes import Text
from generator.spec import Activity, Criterion, Question, Responses


class Cer(Activity):
    type: Literal["cer"]
    question: Question = Field(description="What the paragraph answers.")
    evidence: int = Field(2, ge=1, le=6, description="How many pieces of evidence are asked for.")
    rebuttal: bool = Field(False, description="Leave room to answer a differing view.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences that students may use.")
    criteria: tuple[Criterion, ...] = Field((), description="How it is marked; the points add up to the question’s.")
    model: Responses = Field((), description="Model paragraphs (teacher only); quotations in them are checked.")
