"""The schemas that editors read, made from the models: completion and hover texts for every key."""

from __future__ import annotations

import json

from generator.house import HandoutsSpec
from generator.lessons import LessonSpec
from generator.records import SeedRecord
from generator.schema import Spec
from generator.spec import UnitSpec
from generator.standards import Table

MODELS: dict[str, type[Spec]] = {
    "lesson": LessonSpec,
    "seed": SeedRecord,
    "unit": UnitSpec,
    "handouts": HandoutsSpec,
    "standards": Table,
}


def schemas() -> dict[str, str]:
    """JSON Schema (draft 2020-12) by kind of file."""
    made = {}
    for kind, model in MODELS.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
        made[kind] = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return made
