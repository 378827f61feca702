"""A timeline: dated events with their lines, and what each may have meant for those who wrote."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Evidence, Question, Response


class Given(Evidence):
    """An event that stands in the timeline already, with the words that tell it."""

    called: ClassVar[str] = "a given event"
    one_text: ClassVar[bool] = False

    when: Text = Field(description="The date, as students read it.")
    what: Text = Field(description="What happened, in our words.")
    also: tuple[Text, ...] = Field((), max_length=2, description="What stands in the further columns.")


class Event(Spec):
    called: ClassVar[str] = "an event"

    when: Text = Field(description="The date that students should find.")
    response: Response = Field(description="What happened, and what it rests on.")


class Contextualization(Activity):
    names_documents: ClassVar[tuple[str, ...]] = ("documents", "reads")

    type: Literal["contextualization"]
    documents: tuple[Text, ...] = Field((), description="The documents to place on the line; all, where none is named.")
    given: tuple[Given, ...] = Field((), description="Events that stand there already, as a model.")
    rows: int = Field(8, ge=1, le=20, description="Empty rows for the events that students find.")
    columns: tuple[Text, ...] = Field(
        (), max_length=2, description="Further columns, such as “How it may have shaped the text”."
    )
    room: int = Field(2, ge=1, le=20, description="Ruled lines’ height of a row.")
    questions: tuple[Question, ...] = Field((), description="What students make of the finished line.")
    events: Annotated[tuple[Event, ...], TEACHER] = Field((), description="The events to be found (teacher only).")
