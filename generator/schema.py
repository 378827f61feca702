"""YAML text becomes models whose every value knows its place; every problem is collected with its own.

Scalars stay the characters that were typed until a model asks for something else: ``no`` stays *no*
and ``12:30`` stays *12:30*. What YAML would cut short, expand or run is refused at its column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar, get_args, get_origin

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from generator.diagnostic import Diagnostic, did_you_mean, listing
from generator.source import NOWHERE, Source, Span

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_SCALAR = 20_000

# --- bytes to text -----------------------------------------------------------------------------------

# Bidirectional controls can make a text show other than it is (CVE-2021-42574); NEL, LS and PS end a
# line in YAML and nowhere else.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def decode(path: Path, data: bytes) -> tuple[Source, list[Diagnostic]]:
    """A file's bytes as a text with ``\\n`` line ends, and what is wrong with its characters.

    UTF-8, with or without a byte-order mark; anything else is refused at the byte's line.
    """
    empty = Source(path, "")
    if len(data) > MAX_BYTES:
        message = f"The file is {len(data):,} bytes long; at most {MAX_BYTES:,} are read"
        return empty, [Diagnostic(empty.span(), "too-large", message, "Split it into several files.")]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "The file is saved as UTF-16"
        return empty, [Diagnostic(empty.span(), "not-utf8", message, "Save it as UTF-8 in your editor.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        legible = data[: error.start].decode("utf-8-sig", errors="replace") + "\ufffd"
        source = Source(path, _unix(legible))
        at = len(source.text) - 1
        message = f"Byte {error.start + 1} of the file (0x{data[error.start]:02X}) is not UTF-8"
        hint = "The file was saved in another encoding, often Windows-1252. Save it as UTF-8 in your editor."
        return empty, [Diagnostic(source.span(at, at + 1), "not-utf8", message, hint)]
    source = Source(path, _unix(text))
    return source, [_forbidden(source, m) for m in _FORBIDDEN.finditer(source.text)][:20]


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def character_name(char: str) -> str:
    """``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    return f"U+{ord(char):04X} {unicodedata.name(char, 'control character')}"


def _forbidden(source: Source, match: re.Match[str]) -> Diagnostic:
    message = f"The invisible character {character_name(match[0])} stands here"
    hint = "Delete it: place the cursor behind it and press Backspace, then type the text again."
    return Diagnostic(source.span(match.start(), match.end()), "control-character", message, hint)


# --- text to marked values ---------------------------------------------------------------------------


class Text(str):
    """A scalar as it was typed, and the place where it stands."""

    span: Span

    def __new__(cls, value: str, span: Span = NOWHERE) -> Self:
        made = super().__new__(cls, value)
        made.span = span
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def accept(value: object) -> Text:
            if isinstance(value, Text):
                return value
            if isinstance(value, str):
                return cls(value)
            raise PydanticCustomError("text_type", "a text is wanted here")

        return core_schema.no_info_plain_validator_function(accept)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


class Items(list[Any]):
    """A YAML list with its place."""

    span: Span = NOWHERE


class Fields(dict[str, Any]):
    """A YAML mapping with its place, the places of its keys, and the keys that were left without a value."""

    span: Span = NOWHERE

    def __init__(self) -> None:
        super().__init__()
        self.keys_at: dict[str, Span] = {}
        self.empty: dict[str, Span] = {}


class _Refused(Exception):
    """Stops the reading of a text; what is wrong stands in the reader's list."""


@dataclass
class _Reader:
    """Builds marked values from YAML events, in one pass and without recursion."""

    source: Source
    found: list[Diagnostic] = field(default_factory=list)

    def at_event(self, event: Any, rule: str, message: str, hint: str = "") -> None:
        self.problem(event.start_mark.index, event.end_mark.index, rule, message, hint)

    def problem(self, start: int, end: int, rule: str, message: str, hint: str = "") -> None:
        self.found.append(Diagnostic(self.source.span(start, end), rule, message, hint))

    def read(self) -> Fields | None:
        if not re.sub(r"(?m)^\s*(#.*|---\s*)?$", "", self.source.text).strip():
            self.problem(0, 0, "empty-file", "The file is empty", "“counterpoint new NAME” writes one to begin with.")
            return None
        try:
            root = self._build(self._events(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader))
        except yaml.YAMLError:
            self._word_syntax_error()
            return None
        except _Refused:
            return None
        if not isinstance(root, Fields):
            line_end = len(self.source.line(self.source.place(root.span.start)[0]))
            end = min(root.span.end, root.span.start + line_end)
            self.problem(
                root.span.start,
                end,
                "not-a-mapping",
                "The file does not begin with a key such as “title:”",
                "A file of Counterpoint is a list of “key: value” lines.",
            )
            return None
        return root

    def _events(self, loader: type) -> Iterator[Any]:
        yield from yaml.parse(self.source.text, Loader=loader)

    def _build(self, events: Iterator[Any]) -> Any:
        stack: list[tuple[Fields | Items, Text | None]] = []
        root: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.at_event(
                        event,
                        "two-documents",
                        "A second document begins here",
                        "Keep each lesson in a file of its own; delete the “---”.",
                    )
                    raise _Refused
            elif isinstance(event, yaml.AliasEvent):
                self.at_event(
                    event,
                    "alias",
                    f"“*{event.anchor}” is an alias of YAML, which Counterpoint does not follow",
                    "Write the text out, or put it in quotation marks if the “*” belongs to it.",
                )
                raise _Refused
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
                value = self._value(event)
                if not stack:
                    root = value
                else:
                    self._place(stack, value)
                if isinstance(value, (Fields, Items)):
                    stack.append((value, None))
                    if len(stack) > MAX_DEPTH:
                        self.problem(
                            value.span.start,
                            value.span.start + 1,
                            "too-deep",
                            f"Lists within lists go deeper than {MAX_DEPTH} levels here",
                        )
                        raise _Refused
            elif isinstance(event, yaml.CollectionEndEvent):
                closed, _ = stack.pop()
                closed.span = Span(self.source, closed.span.start, _end_of(event))
        return root

    def _value(self, event: Any) -> Any:
        """A new marked value for an event; anchors and tags are refused."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None:
            at = self.source.text.rfind("&" + event.anchor, 0, max(end, start + 1 + len(event.anchor)))
            self.problem(
                at,
                at + 1 + len(event.anchor),
                "anchor",
                f"YAML would swallow “&{event.anchor}” here",
                'Put the whole text in quotation marks: "&… ".',
            )
            raise _Refused
        if event.tag is not None:
            self.problem(
                start,
                end,
                "tag",
                f"“{event.tag}” is a YAML tag, which Counterpoint does not follow",
                "Put the text in quotation marks if the “!” belongs to it.",
            )
            raise _Refused
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, start, end)
        made = Fields() if isinstance(event, yaml.MappingStartEvent) else Items()
        made.span = Span(self.source, start, end)
        return made

    def _scalar(self, event: Any, start: int, end: int) -> Text:
        if len(event.value) > MAX_SCALAR:
            self.problem(
                start,
                start + 1,
                "too-large",
                f"This text is {len(event.value):,} characters long; at most {MAX_SCALAR:,} are read",
            )
            raise _Refused
        if not event.style and (cut := re.compile(r"[ \t]+(#\w)").match(self.source.text, end)):
            line = self.source.line(self.source.place(end)[0])
            self.problem(
                cut.start(1),
                cut.start(1) + 1,
                "cut-short",
                "YAML would cut the text short here: a “#” behind a space begins a comment",
                f'Put the text in quotation marks: "{line.partition(": ")[2].strip() or line.strip()}"\n'
                "If it is a comment, put a space behind the “#”.",
            )
        text = Text(event.value, Span(self.source, start, end))
        bad = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
        if bad:
            self.problem(
                start,
                end,
                "control-character",
                f"This text holds the invisible character {character_name(bad[0])}",
                "Take it out.",
            )
        return text

    def _place(self, stack: list[tuple[Fields | Items, Text | None]], value: Any) -> None:
        """Put a value where it belongs: as the next key, behind its key, or at the end of a list."""
        parent, key = stack[-1]
        is_empty = isinstance(value, Text) and not value and value.span.start == value.span.end
        if isinstance(parent, Items):
            if is_empty:
                self.problem(
                    value.span.start - 1,
                    value.span.start,
                    "empty-item",
                    "This item of the list is empty",
                    "Write something behind the “-” or delete the line.",
                )
            else:
                parent.append(value)
        elif key is None:
            if not isinstance(value, Text):
                self.problem(
                    value.span.start,
                    value.span.start + 1,
                    "not-a-key",
                    "A key must be a plain word, but a list or a mapping stands here",
                )
                raise _Refused
            stack[-1] = (parent, value)
        else:
            stack[-1] = (parent, None)
            self._entry(parent, key, value, is_empty)

    def _entry(self, parent: Fields, key: Text, value: Any, is_empty: bool) -> None:
        if key == "<<":
            self.problem(
                key.span.start,
                key.span.end,
                "alias",
                "“<<” is a merge of YAML, which Counterpoint does not follow",
                "Write the keys out.",
            )
        elif key in parent.keys_at:
            first = parent.keys_at[key].place[0]
            self.problem(
                key.span.start,
                key.span.end,
                "duplicate-key",
                f"“{key}” stands here a second time",
                f"The first stands in line {first}. Keep one of them.",
            )
        else:
            parent.keys_at[key] = key.span
            if is_empty:
                parent.empty[key] = key.span
            else:
                parent[key] = value

    def _word_syntax_error(self) -> None:
        """Parse again with the pure parser, whose messages name the cause, and say it in a teacher's words."""
        try:
            for _ in self._events(yaml.SafeLoader):
                pass
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = min(mark.index, max(len(self.source.text) - 1, 0)) if mark else 0
            opened = "while scanning a quoted scalar", "while scanning an alias", "while scanning an anchor"
            if error.context in opened and error.context_mark:
                at = error.context_mark.index
            self.problem(at, at + 1, *_syntax_words(error, self.source, at))
        except yaml.YAMLError as error:
            self.problem(0, 0, "yaml-syntax", f"The file is not YAML: {error}")
        else:  # libyaml objected and the pure parser did not
            self.problem(0, 0, "yaml-syntax", "The file is not YAML that every program reads alike")


def _end_of(event: Any) -> int:
    return int(event.end_mark.index)


def _syntax_words(error: yaml.MarkedYAMLError, source: Source, at: int) -> tuple[str, str, str]:
    """Rule, message and hint for a syntax error of YAML."""
    problem = f"{error.context or ''} {error.problem or ''}"
    line = source.line(source.place(at)[0])
    if "\\t" in problem or (line.lstrip(" ").startswith("\t")):
        return "tab", "A tab stands here", "Indent with spaces: two for each level."
    if "mapping values are not allowed" in problem:
        return (
            "yaml-colon",
            "This colon begins a new value in the middle of a text",
            "Put the whole text in quotation marks, or indent the line like the one above it.",
        )
    if "while scanning a quoted scalar" in problem:
        opened = error.context_mark.line + 1 if error.context_mark else 1
        return (
            "yaml-quote",
            f"The quotation mark opened in line {opened} is never closed",
            "Close it with the same mark.",
        )
    if "while scanning an a" in problem:
        rule = "alias" if "alias" in problem else "anchor"
        return rule, f"YAML would swallow the “{source.text[at]}” here", "Put the whole text in quotation marks."
    if "could not find expected ':'" in problem:
        return "yaml-colon", "A key without its colon stands above this place", "Write “key: value”."
    if "expected <block end>" in problem or "did not find expected <block end>" in problem:
        return (
            "yaml-indent",
            "The indentation changes here in a way YAML cannot follow",
            "Let the keys of one group begin in the same column, and indent what belongs to a key by two spaces.\n"
            "A text that begins with a quotation mark must be in quotation marks as a whole.",
        )
    if "cannot start any token" in problem:
        char = line[source.place(at)[1] - 1 : source.place(at)[1]]
        return "yaml-character", f"A text cannot begin with “{char}”", "Put the whole text in quotation marks."
    if "undefined tag handle" in problem or "tag" in problem:
        return "tag", "A “!” at the beginning of a text is a tag of YAML", "Put the whole text in quotation marks."
    return (
        "yaml-syntax",
        f"YAML cannot be read here: {error.problem or error.context}",
        "Compare the line with its neighbours.",
    )


# --- marked values to models -------------------------------------------------------------------------


class Spec(BaseModel):
    """What a mapping in a YAML file may say. Frozen, and it knows where it and its keys stand."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra={"additionalProperties": False})
    called: ClassVar[str] = "this group"

    _span: Span = PrivateAttr(default=NOWHERE)
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


S = TypeVar("S", bound=Spec)


def load(model: type[S], source: Source) -> tuple[S | None, list[Diagnostic]]:
    """A source as a model, or ``None`` with every problem that stood in the way."""
    reader = _Reader(source)
    root = reader.read()
    found = reader.found
    if root is None:
        return None, found
    unknown: list[Diagnostic] = []
    try:
        made = model.model_validate(root, context=unknown)
    except ValidationError as error:
        wrong = [_worded(root, e, model) for e in _first_causes(error.errors(include_url=False))]
        return None, [*found, *unknown, *wrong]
    return (None if found or unknown else made), [*found, *unknown]


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
                name, span, value = step, value.empty.get(step, _first_key(value)), None
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            value = value[step]
            span = value.span
    if isinstance(value, Text):
        span = value.span
    return value, name, span, group


def _first_key(group: Fields) -> Span:
    return next(iter(group.keys_at.values()), group.span)


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, Items) else "a group of keys" if isinstance(value, Fields) else f"“{value}”"


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
        return Diagnostic(span, "wrong-type", f"{named} takes a whole number, but {_kind(value)} stands here")
    if kind.startswith("bool_"):
        return Diagnostic(span, "wrong-type", f"{named} takes “true” or “false”, but {_kind(value)} stands here")
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context.get("expected", ""))
        hint = " ".join(filter(None, (did_you_mean(str(value), allowed), f"It can be {listing(allowed, 'or')}.")))
        return Diagnostic(span, "unknown-choice", f"{named} cannot be {_kind(value)}", hint)
    if kind == "union_tag_invalid":
        allowed = re.findall(r"'([^']*)'", context.get("expected_tags", ""))
        value, span = (value["type"], value["type"].span) if isinstance(value, Fields) else (value, span)
        hint = " ".join(filter(None, (did_you_mean(str(value), allowed), f"There are {listing(allowed)}.")))
        return Diagnostic(span, "unknown-choice", f"There is no activity of the type “{value}”", hint)
    if kind == "union_tag_not_found":
        at = _first_key(value) if isinstance(value, Fields) else span
        return Diagnostic(at, "missing-key", "“type” is missing here", "Add a line “type: …” to this activity.")
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        bound = context.get("ge", context.get("le", context.get("gt", context.get("lt"))))
        least = kind.startswith("greater")
        return Diagnostic(
            span, "out-of-range", f"{named} must be {'at least' if least else 'at most'} {bound}, not {value}"
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
