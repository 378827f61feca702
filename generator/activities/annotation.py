"""Codes to write beside the lines: who speaks, what is claimed, what is asked."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic, did_you_mean, listing
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Question, Response


class Code(Spec):
    called: ClassVar[str] = "a code"

    mark: Text = Field(max_length=3, description="What students write in the margin: one to three letters or signs.")
    means: Text = Field(description="What it stands for.")


class Annotation(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")

    type: Literal["annotation"]
    documents: tuple[Text, ...] = Field((), description="The documents that are marked; all, where none is named.")
    codes: tuple[Code, ...] = Field(min_length=1, max_length=8, description="The codes and what they stand for.")
    example: Text | None = Field(None, description="One line marked as a model, in words.")
    questions: tuple[Question, ...] = Field((), description="What is asked of the marked text.")
    responses: Annotated[dict[Text, tuple[Response, ...]], TEACHER] = Field(
        {}, description="By code: the words that bear it (teacher only)."
    )

    def check(self) -> Iterator[Diagnostic]:
        known = [str(code.mark) for code in self.codes]
        for mark in self.responses:
            if mark not in known:
                yield Diagnostic(
                    mark.span,
                    "no-such-column",
                    f"The activity has no code “{mark}”",
                    did_you_mean(mark, known) or f"It has {listing(known)}.",
                )
