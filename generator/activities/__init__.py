"""The kinds of activity. To add one: a file here, its line in ``KINDS``, a template of its name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.activities.cer import Cer
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.corroboration import Corroboration
from generator.activities.discussion import Discussion
from generator.activities.exit_ticket import ExitTicket
from generator.activities.guided_questions import GuidedQuestions
from generator.activities.jigsaw import Jigsaw
from generator.activities.sourcing import Sourcing
from generator.activities.step import PlainStep
from generator.activities.t_chart import TChart
from generator.spec import Activity

KINDS: dict[str, type[Activity]] = {
    "step": PlainStep,
    "sourcing": Sourcing,
    "jigsaw": Jigsaw,
    "guided_questions": GuidedQuestions,
    "contrasting_viewpoints": ContrastingViewpoints,
    "t_chart": TChart,
    "corroboration": Corroboration,
    "cer": Cer,
    "discussion": Discussion,
    "exit_ticket": ExitTicket,
}

AnyActivity = Annotated[
    PlainStep
    | Sourcing
    | Jigsaw
    | GuidedQuestions
    | ContrastingViewpoints
    | TChart
    | Corroboration
    | Cer
    | Discussion
    | ExitTicket,
    Field(discriminator="type"),
]
