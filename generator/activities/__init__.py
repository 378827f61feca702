"""The kinds of activity. To add one: a file here, its line in ``KINDS``, a template of its name."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, cast

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationInfo
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from generator.spec import Activity


class _Kinds(Mapping[str, type[Activity]]):
    """Kinds of activity by their names. A lesson has a few of them: each is imported when somebody asks for it."""

    def __init__(self, classes: dict[str, str]) -> None:
        self._classes = classes

    def __getitem__(self, name: str) -> type[Activity]:
        kind = getattr(import_module(f"{__name__}.{name}"), self._classes[name])
        return cast("type[Activity]", kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def __contains__(self, name: object) -> bool:
        return name in self._classes


KINDS = _Kinds(
    {
        "step": "PlainStep",
        "sourcing": "Sourcing",
        "contextualization": "Contextualization",
        "close_reading": "CloseReading",
        "annotation": "Annotation",
        "guided_questions": "GuidedQuestions",
        "corroboration": "Corroboration",
        "contrasting_viewpoints": "ContrastingViewpoints",
        "t_chart": "TChart",
        "venn": "Venn",
        "cer": "Cer",
        "bucketing": "Bucketing",
        "loaded_language": "LoadedLanguage",
        "structured_academic_controversy": "StructuredAcademicControversy",
        "four_corners": "FourCorners",
        "gallery_walk": "GalleryWalk",
        "jigsaw": "Jigsaw",
        "fishbowl": "Fishbowl",
        "steelman_letter": "SteelmanLetter",
        "document_based_essay": "DocumentBasedEssay",
        "discussion": "Discussion",
        "exit_ticket": "ExitTicket",
    }
)


class _OfItsKind:
    """What is said of an activity is read as its ``type`` wants it: a union with a discriminator, of which only those
    kinds are made ready that a lesson has."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        kinds: Any = functools.reduce(operator.or_, KINDS.values())
        return handler(TypeAdapter[Any](Annotated[kinds, Field(discriminator="type")]).core_schema)


def _read(said: Any, info: ValidationInfo) -> Activity:
    if not isinstance(said, dict) or "type" not in said:
        raise PydanticKnownError("union_tag_not_found", {"discriminator": "'type'"})
    if not isinstance(kind := said["type"], str) or kind not in KINDS:
        names = ", ".join(f"'{name}'" for name in KINDS)
        told = {"discriminator": "'type'", "tag": str(kind), "expected_tags": names}
        raise PydanticKnownError("union_tag_invalid", told)
    return KINDS[kind].model_validate(said, context=info.context)


AnyActivity = Annotated[Activity, _OfItsKind()]
