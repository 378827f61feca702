"""A matrix: for each statement, whether each document agrees, disagrees or is silent, and where."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic, listing
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Asked, Response


class Statement(Spec):
    called: ClassVar[str] = "a statement"
    names_documents: ClassVar[tuple[str, ...]] = ("responses",)

    text: Text = Field(description="What the documents are compared on.")
    responses: Annotated[dict[Text, Response], TEACHER] = Field(
        {}, description="By document: agrees, disagrees or silent, with its reason (teacher only)."
    )


class Corroboration(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")
    free: ClassVar[str] = "statements"

    type: Literal["corroboration"]
    documents: tuple[Text, ...] = Field(min_length=2, max_length=5, description="The documents to compare.")
    statements: tuple[Statement, ...] = Field(min_length=1, description="The rows of the matrix.")

    def charts(self) -> Iterator[Asked]:
        for statement in self.statements:
            yield Asked(statement.text, self.documents)

    def check(self) -> Iterator[Diagnostic]:
        for statement in self.statements:
            for letter in statement.responses:
                if letter not in self.documents:
                    yield Diagnostic(
                        letter.span,
                        "no-such-document",
                        f"The matrix has no Document {letter}",
                        f"It compares {listing(self.documents)}.",
                    )
