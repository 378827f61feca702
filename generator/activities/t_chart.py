"""A chart of two columns: one row for each voice."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Response


class Row(Spec):
    called: ClassVar[str] = "a row"
    names_documents: ClassVar[tuple[str, ...]] = ("document",)

    voice: Text = Field(description="Whose position the row holds.")
    document: Text | None = Field(None, description="The document it stands in.")
    responses: Annotated[tuple[Response, ...], TEACHER] = Field(
        (), description="Possible entries, one for each column (teacher only)."
    )


class TChart(Activity):
    free: ClassVar[str] = "rows"

    type: Literal["t_chart"]
    columns: tuple[Text, ...] = Field(min_length=2, max_length=2, description="The heads of the two columns.")
    rows: tuple[Row, ...] = Field(min_length=1, description="The voices.")
    room: int = Field(2, ge=1, le=20, description="Ruled lines’ height of a row.")

    def check(self) -> Iterator[Diagnostic]:
        for row in self.rows:
            if row.responses and len(row.responses) != len(self.columns):
                yield Diagnostic(
                    row.at("responses"),
                    "wrong-count",
                    f"The row has {len(row.responses)} responses for {len(self.columns)} columns",
                    "Write one for each column, in their order; “Not stated.” is one.",
                )
