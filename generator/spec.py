"""The words that the YAML of lessons and records have in common: quotations, questions, responses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from generator.audience import TEACHER
from generator.diagnostic import Diagnostic
from generator.nodes import Fields, Text
from generator.schema import Spec, Version1


def from_text(key: str, data: Any) -> Any:
    """Let a group be written as one text that stands for its most common key."""
    if isinstance(data, Text):
        group = Fields()
        group.span = data.span
        group[key] = data
        return group
    return data


class Insertion(Spec):
    called: ClassVar[str] = "an insertion"

    after: Text = Field(description="Words of the passage behind which the insertion stands.")
    text: Text = Field(description="What is inserted; it prints in square brackets.")


class Selector(Spec):
    """Which words of an article are meant. Quotes, dashes and spaces need not be typed as they are printed there."""

    exact: Text | None = Field(None, description="All the words of a short passage.")
    start: Text | None = Field(None, description="The first words of the passage; they stand once in the article.")
    end: Text | None = Field(None, description="The last words of the passage; they stand once behind its start.")
    prefix: Text | None = Field(
        None, description="Words right before the passage, where its first words stand more than once."
    )
    suffix: Text | None = Field(
        None, description="Words right behind the passage, where its last words stand more than once."
    )
    omit: tuple[Text, ...] = Field((), description="Words left out; each prints as [. . .].")
    insert: tuple[Insertion, ...] = Field((), description="Words added; they print in square brackets.")
    sic: tuple[Text, ...] = Field((), description="Misspellings of the source, behind which [sic] prints.")

    @property
    def selects(self) -> bool:
        return self.exact is not None or self.start is not None


Manner = Literal["own", "quoted", "paraphrased"]
Flag = Literal["torture", "detention", "deaths", "racism"]


class Speech(Selector):
    """A passage and who is speaking in it."""

    speaker: Text | None = Field(None, description="Who speaks here, where it is not the voice of the line.")
    about: Text | None = Field(None, description="A few words on who the speaker is.")
    manner: Manner = Field("own", description="own, quoted (within somebody's text) or paraphrased.")
    lead_in: Text | None = Field(None, description="Our own words before a passage that opens with This, Third, Yet …")


Issue = Literal["policy", "empirical", "interpretive"]


class Evidence(Spec):
    called: ClassVar[str] = "a piece of evidence"
    one_text: ClassVar[bool] = True

    passage: Text = Field(description="The passage, as “seed/passage”; a figure by its document’s letter.")
    words: Text | None = Field(None, description="The words meant, or their beginning and end with “…” between them.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return from_text("passage", data)


class Response(Spec):
    """A possible answer. What it quotes in curly or straight quotation marks must stand in what it rests on."""

    called: ClassVar[str] = "a response"
    one_text: ClassVar[bool] = True

    text: Text = Field(description="A possible answer, in the teacher's words; quotations in it are checked.")
    rests_on: tuple[Evidence, ...] = Field(
        (), description="The passages it rests on; the key prints their line numbers."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return from_text("text", data)


Responses = Annotated[tuple[Response, ...], TEACHER]
# Whoever does not write it has a lesson of which nothing changes, its revision mark neither.
Places = Annotated[
    Literal["fixed"] | None,
    Field(
        exclude_if=lambda order: order is None,
        description="fixed: what is listed here stands in this order in every version.",
    ),
]
TeacherText = Annotated[Text | None, TEACHER]
TeacherTexts = Annotated[tuple[Text, ...], TEACHER]

FILLED = 14  # lines that a page has at least, where a question fills it
LINES = Field(ge=0, le=60, description="Ruled lines to write on.")


class Question(Spec):
    called: ClassVar[str] = "a question"

    prompt: Text = Field(description="The question, as students read it.")
    kind: Literal["text_dependent", "discussion"] = Field(
        "text_dependent", description="Answered from the text, or talked about."
    )
    dok: int = Field(ge=1, le=4, description="Depth of knowledge (Webb): 1 recall, 2 skill, 3 reasoning, 4 extended.")
    passages: tuple[Text, ...] = Field(
        (), description="The passages it asks about, as “seed/passage”; a figure by its document’s letter."
    )
    issue: Issue | None = Field(None, description="Whether policy, facts or understanding are at issue; in the key.")
    limits: bool = Field(False, description="It asks what a source cannot show, or whose view it lacks.")
    lines: Annotated[int, LINES] | Literal["fill"] | None = Field(
        None,
        description="Ruled lines to write on; by default 2, 4, 6 or 8 with the depth. fill: to the end of the page.",
    )
    points: int | None = Field(None, ge=0, le=100, description="What a full answer earns.")
    hint: Text | None = Field(None, description="A hint that students may read.")
    responses: Responses = Field((), description="Possible answers (teacher only); two where the question is open.")
    watch_for: TeacherText = Field(None, description="What to listen for, or a likely misreading (teacher only).")

    @property
    def room(self) -> int | Literal["fill"]:
        """Ruled lines: recall 2, reasoning 6 (print.md of the curriculum notes)."""
        return self.lines if self.lines is not None else 2 * self.dok

    @property
    def ruled(self) -> int:
        """Ruled lines, about: those that fill a page are half a page or more."""
        return FILLED if self.room == "fill" else self.room


class Step(Spec):
    called: ClassVar[str] = "a step"
    one_text: ClassVar[bool] = True

    do: Text = Field(description="What happens in this step.")
    minutes: int | None = Field(None, ge=1, le=600, description="How long it takes.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return from_text("do", data)


class Role(Spec):
    called: ClassVar[str] = "a role"

    name: Text = Field(description="The role's name.")
    does: Text = Field(description="What the student in this role does.")


Shows = Literal["claim", "evidence", "sourcing", "reasoning", "counterclaim", "clarity", "accuracy", "other"]


class Criterion(Spec):
    called: ClassVar[str] = "a criterion"

    name: Text = Field(description="What is judged.")
    shows: Shows = Field("other", description="Which part of an argument that is: claim, evidence, counterclaim …")
    points: int = Field(ge=0, le=100, description="What it can earn.")
    full: Text | None = Field(None, description="What full points look like.")
    partial: Text | None = Field(None, description="What some of the points look like.")


class Activity(Spec):
    """What every activity of a lesson has, whatever its type."""

    called: ClassVar[str] = "an activity"
    prints: ClassVar[bool] = True  # whether it stands in the student handout

    type: str
    title: Text = Field(description="The heading on the page and in the timing table.")
    minutes: int = Field(ge=1, le=600, description="How long it takes; the activities add up to the lesson.")
    objectives: tuple[Text, ...] = Field((), description="The objectives it serves, by their names.")
    reads: tuple[Text, ...] = Field((), description="The documents that students read in it for the first time.")
    standards: tuple[Text, ...] = Field((), description="The standards it meets, of those the lesson names.")
    directions: Text | None = Field(None, description="What students are told to do; Markdown.")
    before_reading: bool = Field(False, description="Print it before the documents.")
    new_page: bool = Field(False, description="Begin it on a new page.")
    teacher: TeacherText = Field(None, description="What the teacher does, for the timing table.")
    students: TeacherText = Field(None, description="What the students do, for the timing table.")
    materials: TeacherText = Field(None, description="What is used, for the timing table.")
    notes: TeacherText = Field(None, description="Advice to the teacher, beside the key; Markdown.")

    order: Places = None

    names_documents: ClassVar[tuple[str, ...]] = ("reads",)
    # The list whose items may change places in a version of the lesson; “documents”, where each has a row. Empty, where
    # an order means something: of steps, questions, stations, dates, columns.
    free: ClassVar[str] = ""

    def check(self) -> Iterator[Diagnostic]:
        """What this type of activity objects to in its own fields."""
        return iter(())

    def charts(self) -> Iterator[Asked]:
        """What it asks of whole documents, in a chart instead of a question."""
        return iter(())


@dataclass(frozen=True)
class Asked:
    """What a chart asks of some documents: a row, a column, a station."""

    text: Text
    documents: tuple[Text, ...]  # none stands for all
    limits: bool = False


class Protocol(Activity):
    """An activity with a fixed course: its steps and roles print on a card."""

    steps: tuple[Step, ...] = Field(min_length=2, description="What happens, in order; printed on a card.")
    roles: tuple[Role, ...] = Field((), description="Who does what in a group; printed on the card.")


class UnitSpec(Spec):
    called: ClassVar[str] = "a unit"

    format: Version1 = Field(description="The version of these words: 1.")
    title: Text = Field(description="The title of the unit.")
    question: Text | None = Field(None, description="The question the unit returns to.")
    lessons: tuple[Text, ...] = Field(
        min_length=1, description="The lessons in their order, by file name without .yaml."
    )
    compare: tuple[tuple[Text, ...], ...] = Field((), description="Groups of seeds that should get equal space.")
    strict: bool = Field(False, description="Whether warnings that the catalogue calls strict are errors here.")
    exempt: dict[Text, Text] = Field({}, description="A warning about the unit, and why it does not apply here.")
