"""Documents sorted into groups in more than one way, before an essay is planned."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Responses


class Sorting(Spec):
    called: ClassVar[str] = "a sorting"

    by: Text | None = Field(None, description="What it goes by; students name it, where it is left out.")
    buckets: tuple[Text, ...] = Field((), max_length=4, description="The names of its groups, where they are given.")
    count: int = Field(3, ge=2, le=4, description="How many groups there is room for, where no names are given.")

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the groups; an empty one is the student’s to fill in."""
        return tuple(map(str, self.buckets)) or ("",) * self.count


class Bucketing(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")
    free: ClassVar[str] = "documents"

    type: Literal["bucketing"]
    documents: tuple[Text, ...] = Field((), description="The documents to sort; all, where none is named.")
    sortings: tuple[Sorting, ...] = Field(min_length=1, max_length=3, description="The ways to sort them.")
    responses: Responses = Field((), description="Possible sortings (teacher only).")
