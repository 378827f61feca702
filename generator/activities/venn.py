"""Two overlapping spaces: what only one document says, and what both do."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic, listing
from generator.nodes import Text
from generator.spec import Activity, Asked, Response


class Venn(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")

    type: Literal["venn"]
    ask: Text = Field(description="What is compared.")
    documents: tuple[Text, ...] = Field(min_length=2, max_length=2, description="The two documents.")
    responses: Annotated[dict[Text, tuple[Response, ...]], TEACHER] = Field(
        {}, description="By document, and under “both”: possible entries (teacher only)."
    )

    def charts(self) -> Iterator[Asked]:
        yield Asked(self.ask, self.documents)

    def check(self) -> Iterator[Diagnostic]:
        known = [*map(str, self.documents), "both"]
        for where in self.responses:
            if where not in known:
                yield Diagnostic(
                    where.span, "no-such-column", f"The diagram has no part “{where}”", f"It has {listing(known)}."
                )
