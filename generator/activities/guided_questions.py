"""Numbered questions with lines to answer on, from easy to hard."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from generator.diagnostic import Diagnostic, Severity
from generator.spec import Activity, Criterion, Question


class GuidedQuestions(Activity):
    type: Literal["guided_questions"]
    questions: tuple[Question, ...] = Field(min_length=1, description="The questions, in order.")
    criteria: tuple[Criterion, ...] = Field((), description="How the answers are marked, printed below them.")

    def check(self) -> Iterator[Diagnostic]:
        for before, after in zip(self.questions, self.questions[1:], strict=False):
            if after.dok < before.dok - 1:
                yield Diagnostic(
                    after.at("dok"),
                    "depth-drops",
                    f"The depth falls from {before.dok} to {after.dok} here",
                    "Ask the easier questions first.",
                    Severity.WARNING,
                )
