"""One text read several times, each time for something else."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.nodes import Text
from generator.spec import Activity, Question, Responses, Step


class CloseReading(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")

    type: Literal["close_reading"]
    documents: tuple[Text, ...] = Field((), description="The documents that are read; all, where none is named.")
    readings: tuple[Step, ...] = Field(min_length=1, description="What each reading is for, in order.")
    questions: tuple[Question, ...] = Field((), description="What is answered on the way.")
    organizer: Literal["none", "claim_support_question"] = Field(
        "none", description="A chart to end with: a claim, its support, a question that stays open."
    )
    responses: Responses = Field((), description="Possible entries of that chart (teacher only).")
