"""The kinds of activity. To add one: a file here, its line in ``KINDS``, a template of its name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.activities.annotation import Annotation
from generator.activities.bucketing import Bucketing
from generator.activities.cer import Cer
from generator.activities.close_reading import CloseReading
from generator.activities.contextualization import Contextualization
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.corroboration import Corroboration
from generator.activities.discussion import Discussion
from generator.activities.document_based_essay import DocumentBasedEssay
from generator.activities.exit_ticket import ExitTicket
from generator.activities.fishbowl import Fishbowl
from generator.activities.four_corners import FourCorners
from generator.activities.gallery_walk import GalleryWalk
from generator.activities.guided_questions import GuidedQuestions
from generator.activities.jigsaw import Jigsaw
from generator.activities.loaded_language import LoadedLanguage
from generator.activities.sourcing import Sourcing
from generator.activities.steelman_letter import SteelmanLetter
from generator.activities.step import PlainStep
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.activities.t_chart import TChart
from generator.activities.venn import Venn
from generator.spec import Activity

KINDS: dict[str, type[Activity]] = {
    "step": PlainStep,
    "sourcing": Sourcing,
    "contextualization": Contextualization,
    "close_reading": CloseReading,
    "annotation": Annotation,
    "guided_questions": GuidedQuestions,
    "corroboration": Corroboration,
    "contrasting_viewpoints": ContrastingViewpoints,
    "t_chart": TChart,
    "venn": Venn,
    "cer": Cer,
    "bucketing": Bucketing,
    "loaded_language": LoadedLanguage,
    "structured_academic_controversy": StructuredAcademicControversy,
    "four_corners": FourCorners,
    "gallery_walk": GalleryWalk,
    "jigsaw": Jigsaw,
    "fishbowl": Fishbowl,
    "steelman_letter": SteelmanLetter,
    "document_based_essay": DocumentBasedEssay,
    "discussion": Discussion,
    "exit_ticket": ExitTicket,
}

AnyActivity = Annotated[
    PlainStep
    | Sourcing
    | Contextualization
    | CloseReading
    | Annotation
    | GuidedQuestions
    | Corroboration
    | ContrastingViewpoints
    | TChart
    | Venn
    | Cer
    | Bucketing
    | LoadedLanguage
    | StructuredAcademicControversy
    | FourCorners
    | GalleryWalk
    | Jigsaw
    | Fishbowl
    | SteelmanLetter
    | DocumentBasedEssay
    | Discussion
    | ExitTicket,
    Field(discriminator="type"),
]
