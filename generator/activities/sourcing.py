"""Who made each document, when, for whom and why: a chart with a row for each document."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic, did_you_mean, listing
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Asked, Response


class Column(Spec):
    called: ClassVar[str] = "a column"

    label: Text = Field(description="The column’s head, one or two words.")
    ask: Text | None = Field(None, description="The question below the head.")
    limits: bool = Field(False, description="It asks what the sources do not tell, or cannot show.")


class Sourcing(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "responses", "reads")
    free: ClassVar[str] = "documents"

    type: Literal["sourcing"]
    documents: tuple[Text, ...] = Field((), description="The documents to ask about; all, where none is named.")
    show: Literal["letter", "title"] = Field("letter", description="What names a row: the letter, or letter and title.")
    columns: tuple[Column, ...] = Field(min_length=1, max_length=5, description="What is asked of every document.")
    room: int = Field(2, ge=1, le=20, description="Ruled lines’ height of a row.")
    responses: Annotated[dict[Text, dict[Text, Response]], TEACHER] = Field(
        {}, description="Possible entries: document, then column (teacher only)."
    )

    def charts(self) -> Iterator[Asked]:
        for column in self.columns:
            yield Asked(column.ask or column.label, self.documents, column.limits)

    def check(self) -> Iterator[Diagnostic]:
        known = [str(column.label) for column in self.columns]
        for entries in self.responses.values():
            for label in entries:
                if label not in known:
                    yield Diagnostic(
                        label.span,
                        "no-such-column",
                        f"The chart has no column “{label}”",
                        did_you_mean(label, known) or f"It has {listing(known)}.",
                    )
