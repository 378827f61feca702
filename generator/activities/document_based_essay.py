"""An essay from several documents, with room to plan it and an analytic rubric."""

from typing import Literal

from pydantic import Field

from generator.nodes import Text
from generator.spec import Activity, Criterion, Question, Responses


class DocumentBasedEssay(Activity):
    type: Literal["document_based_essay"]
    question: Question = Field(description="The prompt; its “lines” are the room to write the essay on.")
    documents_least: int = Field(4, ge=1, le=20, description="How many documents it must use.")
    sources_least: int = Field(2, ge=1, le=20, description="From how many sources they must come.")
    differing_view: bool = Field(True, description="Whether it must answer a differing view.")
    frames: tuple[Text, ...] = Field((), description="Beginnings of sentences that students may use.")
    criteria: tuple[Criterion, ...] = Field(
        min_length=3, description="The rubric, which students see; the points add up to the question’s."
    )
    model: Responses = Field((), description="Outlines of essays that could be defended (teacher only).")
