"""Expert groups read one document each, then teach it to a home group."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Activity, Question, Role, Step


class Group(Spec):
    called: ClassVar[str] = "an expert group"

    name: Text = Field(description="The group’s name or number.")
    documents: tuple[Text, ...] = Field(min_length=1, description="The documents it reads.")


class Jigsaw(Activity):
    type: Literal["jigsaw"]
    groups: tuple[Group, ...] = Field(min_length=2, description="The expert groups and what they read.")
    steps: tuple[Step, ...] = Field(min_length=2, description="What happens, in order; printed on a card.")
    roles: tuple[Role, ...] = Field((), description="Who does what in a group; printed on the card.")
    questions: tuple[Question, ...] = Field((), description="What every expert group answers.")
