"""Stations with a document or two each; students walk from one to the next and keep a record."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Asked, Issue, Protocol, Question, Response


class Station(Spec):
    called: ClassVar[str] = "a station"
    names_documents: ClassVar[tuple[str, ...]] = ("documents",)

    name: Text = Field(description="The station’s number or name.")
    documents: tuple[Text, ...] = Field(min_length=1, description="The documents that hang there.")
    ask: Text = Field(description="What students find out there.")
    issue: Issue | None = Field(None, description="What kind of question that is: policy, empirical or interpretive.")
    limits: bool = Field(False, description="It asks what the documents cannot show.")
    responses: Annotated[tuple[Response, ...], TEACHER] = Field((), description="Possible entries (teacher only).")


class GalleryWalk(Protocol):
    type: Literal["gallery_walk"]
    stations: tuple[Station, ...] = Field(min_length=2, max_length=8, description="The stations, in order.")
    columns: tuple[Text, ...] = Field(
        min_length=1, max_length=4, description="The columns of the record: what is noted at every station."
    )
    room: int = Field(3, ge=1, le=20, description="Ruled lines’ height of a row.")
    questions: tuple[Question, ...] = Field((), description="What is asked after the walk.")

    def charts(self) -> Iterator[Asked]:
        for station in self.stations:
            yield Asked(station.ask, station.documents, station.limits)
