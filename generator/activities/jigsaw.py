"""Expert groups read one document each, then teach it to a home group."""

from typing import ClassVar, Literal

from pydantic import Field

from generator.nodes import Text
from generator.schema import Spec
from generator.spec import Protocol, Question


class Group(Spec):
    called: ClassVar[str] = "an expert group"
    names_documents: ClassVar[tuple[str, ...]] = ("documents",)

    name: Text = Field(description="The group’s name or number.")
    documents: tuple[Text, ...] = Field(min_length=1, description="The documents it reads.")


class Jigsaw(Protocol):
    type: Literal["jigsaw"]
    groups: tuple[Group, ...] = Field(min_length=2, description="The expert groups and what they read.")
    questions: tuple[Question, ...] = Field((), description="What every expert group answers.")
