"""A slip that is cut off and handed in at the door."""

from typing import Literal

from pydantic import Field

from generator.spec import Activity, Question


class ExitTicket(Activity):
    type: Literal["exit_ticket"]
    questions: tuple[Question, ...] = Field(min_length=1, max_length=3, description="What the slip asks.")
