"""Marked values become models whose every value knows its place; every problem is collected with its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError

from generator.characters import character_name
from generator.diagnostic import Diagnostic, did_you_mean, has_errors, listing
from generator.nodes import Fields, Items, Text, first_key, read
from generator.source import NOWHERE, Source, Span


class Spec(BaseModel):
    """What a mapping in a YAML file may say. Frozen, and it knows where it and its keys stand."""

    model_config = ConfigDict(
        frozen=True, defer_build=True, extra="ignore", json_schema_extra={"additionalProperties": False}
    )
    called: ClassVar[str] = "this group"
    one_text: ClassVar[bool] = False  # whether it may be written as one text
    names_documents: ClassVar[tuple[str, ...]] = ()  # the fields whose texts, or whose keys, are documents’ letters

    _span: Span = PrivateAttr(default_factory=lambda: NOWHERE)  # a default would be copied, deeply, for each
    _keys: dict[str, Span] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _remember(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Keep the places, and object to keys that do not exist."""
        if isinstance(data, Fields) and info.context is not None:
            info.context.extend(_unknown_keys(cls, data))
            for name in data.keys() & cls.model_fields.keys():
                info.context.extend(_left_empty(cls.model_fields[name].annotation, data[name]))
        made = handler(data)
        if isinstance(data, Fields):
            made._span, made._keys = data.span, data.keys_at
        elif isinstance(data, Text):
            made._span = data.span
        return made

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(schema)
        if cls.one_text:
            whole = handler.resolve_ref_schema(made)
            group = dict(whole)
            whole.clear()
            whole["anyOf"] = [{"type": ["string", "number", "boolean"]}, group]
        return made

    @property
    def span(self) -> Span:
        """Where the group begins: its first key, or the whole of it when it was given as one text."""
        return next(iter(self._keys.values()), self._span)

    def at(self, key: str) -> Span:
        """The place of a key, or of the group when the key is not there."""
        return self._keys.get(key, self.span)


def _unknown_keys(cls: type[Spec], data: Fields) -> Iterator[Diagnostic]:
    for key, span in data.keys_at.items():
        if key in cls.model_fields:
            continue
        odd = next((c for c in key if not (c.isascii() and c.isalnum()) and c not in "_- "), None)
        hint = did_you_mean(key, cls.model_fields) or f"{cls.called.capitalize()} knows {listing(cls.model_fields)}."
        if odd:
            hint = f"The key holds {character_name(odd)}. " + hint
        yield Diagnostic(span, "unknown-key", f"There is no key “{key}” in {cls.called}", hint)


def _left_empty(kind: Any, value: Any) -> Iterator[Diagnostic]:
    """Names of the teacher's own (documents, terms, objectives …) that have nothing behind them."""
    if get_origin(kind) is dict and isinstance(value, Fields):
        for key, span in value.empty.items():
            yield Diagnostic(span, "missing-key", f"“{key}” has no value", "Write one behind the colon.")
        for inner in value.values():
            yield from _left_empty(get_args(kind)[1], inner)


def fields_of(spec: Spec) -> dict[str, FieldInfo]:
    """The fields of a spec by their names. (``model_fields`` asks on each call whether it may answer.)"""
    return type(spec).__pydantic_fields__


S = TypeVar("S", bound=Spec)

# “format: 1” is a number for an editor and stays the text that was typed for us.
Version1 = Annotated[Literal["1"], WithJsonSchema({"enum": [1, "1"]})]


def load(model: type[S], source: Source) -> tuple[S | None, list[Diagnostic]]:
    """A source as a model, or ``None`` where it cannot be one, with every problem that was found on the way.

    A model may come with errors, such as an unknown key: it is good for finding further ones.
    """
    root, found = read(source)
    if root is None:
        return None, found
    unknown: list[Diagnostic] = []
    try:
        made = model.model_validate(root, context=unknown)
    except ValidationError as error:
        wrong = [_worded(root, e, model) for e in _first_causes(error.errors(include_url=False))]
        return None, [*found, *unknown, *wrong]
    return made, [*found, *unknown]


def load_unless(problems: list[Diagnostic], model: type[S], source: Source) -> S | None:
    """The same, for a file that may have been objected to already; what is wrong is added to ``problems``."""
    if has_errors(problems):
        return None
    made, more = load(model, source)
    problems += more
    return made


def _first_causes(errors: list[Any]) -> list[Any]:
    """Without the lists that are too short only because one of their items is wrong."""
    places = [e["loc"] for e in errors]
    return [
        e
        for e in errors
        if e["type"] != "too_short"
        or not any(len(p) > len(e["loc"]) and p[: len(e["loc"])] == e["loc"] for p in places)
    ]


def _walk(root: Fields, loc: tuple[int | str, ...]) -> tuple[Any, str, Span, Fields | None]:
    """The value an error speaks of, the name of its key, its place, and the group it stands in."""
    value: Any = root
    name, span, group = "", root.span, root
    for step in loc:
        if isinstance(value, Fields):
            group = value
            if isinstance(step, str) and step in value:
                name, span, value = step, value.keys_at[step], value[step]
            elif isinstance(step, str) and (step in value.empty or step == loc[-1]):
                name, span, value = step, value.empty.get(step, first_key(value)), None
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            value = value[step]
            span = value.span
    if isinstance(value, Text):
        span = value.span
    return value, name, span, group


def _kind(value: Any) -> str:
    """A value as a message names it; a long text by its beginning."""
    if isinstance(value, (Items, Fields)):
        return "a list" if isinstance(value, Items) else "a group of keys"
    return f"“{value}”" if len(str(value)) <= 60 else f"“{str(value)[:57]}…”"


def _worded(root: Fields, error: Any, model: type[Spec]) -> Diagnostic:
    """One error of the model, in a teacher's words and at its place."""
    value, name, span, group = _walk(root, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if isinstance(value, (Fields, Items)) and "\n" in span.text:
        span = Span(span.source, span.start, span.source.text.index("\n", span.start))
    named = f"“{name}”" if name else "This file"
    if kind == "missing":
        if group is not None and name in group.empty:
            return Diagnostic(span, "missing-key", f"{named} has no value", "Write one behind the colon.")
        return Diagnostic(span, "missing-key", f"{named} is missing here", f"Add a line “{name}: …” to this group.")
    if kind in ("list_type", "tuple_type"):
        return Diagnostic(
            span,
            "wrong-type",
            f"{named} takes a list, but {_kind(value)} stands here",
            "Begin each item on a line of its own with “- ”.",
        )
    if kind in ("text_type", "string_type"):
        return Diagnostic(
            span,
            "wrong-type",
            f"{named} takes a text, but {_kind(value)} stands here",
            "Put the text in quotation marks if it holds a colon, a brace or a bracket.",
        )
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return Diagnostic(
            span,
            "wrong-type",
            f"{named} takes a group of keys, but {_kind(value)} stands here",
            "Write the keys below it, each on a line of its own, indented by two spaces.",
        )
    if kind.startswith(("int_", "float_")):
        number = "a whole number" if kind.startswith("int_") else "a number"
        return Diagnostic(span, "wrong-type", f"{named} takes {number}, but {_kind(value)} stands here")
    if kind.startswith("bool_"):
        return Diagnostic(span, "wrong-type", f"{named} takes “true” or “false”, but {_kind(value)} stands here")
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
        hint = " ".join(filter(None, (did_you_mean(str(value), allowed), f"It can be {listing(allowed, 'or')}.")))
        return Diagnostic(span, "unknown-choice", f"{named} cannot be {_kind(value)}", hint)
    if kind == "union_tag_invalid":
        allowed = re.findall(r"'([^']*)'", context.get("expected_tags", ""))
        value, span = (value["type"], value["type"].span) if isinstance(value, Fields) else (value, span)
        if not isinstance(value, Text):
            return Diagnostic(span, "wrong-type", f"“type” takes a text, but {_kind(value)} stands here")
        hint = " ".join(filter(None, (did_you_mean(str(value), allowed), f"There are {listing(allowed)}.")))
        return Diagnostic(span, "unknown-choice", f"There is no activity of the type “{value}”", hint)
    if kind == "union_tag_not_found":
        at = first_key(value) if isinstance(value, Fields) else span
        return Diagnostic(at, "missing-key", "“type” is missing here", "Add a line “type: …” to this activity.")
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        bound = context.get("ge", context.get("le", context.get("gt", context.get("lt"))))
        least = kind.startswith("greater")
        return Diagnostic(
            span, "out-of-range", f"{named} must be {'at least' if least else 'at most'} {bound}, not {_kind(value)}"
        )
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        word = "at least" if kind == "too_short" else "at most"
        return Diagnostic(span, "wrong-count", f"{named} takes {word} {bound}, but has {context.get('actual_length')}")
    if isinstance(value, (Text, Items)) and context.get("words"):
        found = value.span.find(str(context["words"]))
        span = found if found != value.span else span
    return Diagnostic(span, context.get("rule", "wrong-value"), error["msg"], str(context.get("hint", "")))


def objection(rule: str, message: str, hint: str = "", words: str = "") -> PydanticCustomError:
    """An error for a model's own validators to raise; ``words`` are those to mark in the text."""
    escaped = message.replace("{", "{{").replace("}", "}}")
    return PydanticCustomError("objection", escaped, {"rule": rule, "hint": hint, "words": words})
