"""A slip that is cut off and handed in at the door."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from generator.diagnostic import Diagnostic, warning
from generator.spec import Activity, Question

PAGE, HEAD, CHARACTERS = 680, 30, 88  # points of a page and of a slip’s head; characters of a line of a prompt


class ExitTicket(Activity):
    type: Literal["exit_ticket"]
    format: Literal["prompts", "3-2-1"] = Field(
        "prompts", description="prompts: questions. 3-2-1: three of one thing, two of another, one of a third."
    )
    questions: tuple[Question, ...] = Field(min_length=1, max_length=3, description="What the slip asks.")
    per_page: int = Field(
        1, ge=1, le=4, description="1: at the foot of the handout. 2 to 4: so many to a page of their own file, to cut."
    )

    def check(self) -> Iterator[Diagnostic]:
        if self.format == "3-2-1" and len(self.questions) != 3:
            yield Diagnostic(
                self.at("questions"),
                "wrong-count",
                f"A 3-2-1 slip has three prompts, this one {len(self.questions)}",
                "Write what three things, what two things and what one thing students put down.",
            )
        elif self.per_page > 1 and self._height * self.per_page > PAGE:
            yield warning(
                self.at("per_page"),
                "slip-tall",
                f"{self.per_page} slips of this size do not fit a page",
                "Ask less, set fewer “lines”, or put fewer slips on a page.",
            )

    @property
    def rooms(self) -> list[int]:
        """The ruled lines of its prompts."""
        return [3, 2, 1] if self.format == "3-2-1" else [q.ruled for q in self.questions]

    @property
    def _height(self) -> float:
        """About how high a slip stands, in points: its head, then prompts and ruled lines."""
        lines = [-(-len(q.prompt) // CHARACTERS) for q in self.questions]
        directions = -(-len(self.directions or "") // CHARACTERS)
        return HEAD + 15 * (sum(lines) + directions) + 24 * sum(self.rooms) + 12 * len(lines)
