"""Two documents side by side on one question, and rows to compare them in."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Asked, Issue, Response


class Row(Spec):
    called: ClassVar[str] = "a row"

    label: Text = Field(description="What is compared, in a word or two.")
    ask: Text = Field(description="The question of the row.")
    split: bool = Field(False, description="Give each document its own space.")
    limits: bool = Field(False, description="It asks what each document cannot show, or whose view it lacks.")
    room: int = Field(2, ge=1, le=20, description="Ruled lines.")
    responses: Annotated[tuple[Response, ...], TEACHER] = Field((), description="Possible entries (teacher only).")


class ContrastingViewpoints(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")

    type: Literal["contrasting_viewpoints"]
    question: Text = Field(description="The issue question that both documents answer.")
    issue: Issue | None = Field(None, description="What kind of question that is: policy, empirical or interpretive.")
    documents: tuple[Text, ...] = Field(min_length=2, max_length=2, description="The two documents.")
    relation: Literal["contrast", "corroborate", "qualify"] = Field(
        "contrast", description="How the two stand to each other on the question."
    )
    rows: tuple[Row, ...] = Field((), description="What students compare.")

    def charts(self) -> Iterator[Asked]:
        for row in self.rows:
            yield Asked(row.ask, self.documents, row.limits)

    def check(self) -> Iterator[Diagnostic]:
        if len(set(self.documents)) < len(self.documents):
            yield Diagnostic(
                self.documents[1].span,
                "document-twice",
                f"Document {self.documents[1]} is set beside itself",
                "Name two different documents.",
            )
