"""YAML text becomes marked values: texts, lists and mappings that know where they stand.

Scalars stay the characters that were typed until a model asks for something else: ``no`` stays *no* and
``12:30`` stays *12:30*. What YAML would cut short, expand or run is refused at its column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import yaml
from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from generator.characters import character_name
from generator.diagnostic import Diagnostic
from generator.source import NOWHERE, Source, Span

MAX_DEPTH = 20
MAX_SCALAR = 20_000


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


def first_key(group: Fields) -> Span:
    """The place of a group's first key, or of the group when it has none."""
    return next(iter(group.keys_at.values()), group.span)


def read(source: Source) -> tuple[Fields | None, list[Diagnostic]]:
    """The mapping that a source holds, or ``None``, with what is wrong with it as YAML."""
    reader = _Reader(source)
    return reader.read(), reader.found


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
        except (yaml.YAMLError, ValueError) as error:
            self._word_syntax_error(error)
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
                        self._too_deep(value.span.start)
                        raise _Refused
            elif isinstance(event, yaml.CollectionEndEvent):
                closed, _ = stack.pop()
                closed.span = Span(self.source, closed.span.start, _end_of(event))
        return root

    def _too_deep(self, at: int) -> None:
        self.problem(at, at + 1, "too-deep", f"Lists within lists go deeper than {MAX_DEPTH} levels here")

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
                f"“{self.source.text[start:].split()[0]}” is a YAML tag, which Counterpoint does not follow",
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

    def _word_syntax_error(self, first: Exception) -> None:
        """Parse again with the pure parser, whose messages name the cause, and say it in a teacher's words."""
        depth = 0  # libyaml refuses great depths itself; the pure parser would take minutes for them
        try:
            for event in self._events(yaml.SafeLoader):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > MAX_DEPTH:
                    self._too_deep(event.start_mark.index)
                    return
            raise first  # libyaml objected and the pure parser did not
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = min(mark.index, max(len(self.source.text) - 1, 0)) if mark else 0
            opened = "while scanning a quoted scalar", "while scanning an alias", "while scanning an anchor"
            if error.context in opened and error.context_mark:
                at = error.context_mark.index
            self.problem(at, at + 1, *_syntax_words(error, self.source, at))
        except (yaml.YAMLError, ValueError) as error:
            if isinstance(first, yaml.MarkedYAMLError) and first.problem_mark:
                at = min(first.problem_mark.index, max(len(self.source.text) - 1, 0))
                self.problem(at, at + 1, *_syntax_words(first, self.source, at))
            else:
                self.problem(0, 0, "yaml-syntax", f"The file is not YAML: {error}")


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
    if "expected ',' or" in problem:
        opened = error.context_mark.line + 1 if error.context_mark else 1
        return (
            "yaml-bracket",
            f"The bracket opened in line {opened} is not closed before this place",
            "Close it, or put the whole text in quotation marks if the bracket belongs to it.",
        )
    if "could not find expected ':'" in problem:
        return "yaml-colon", "A key without its colon stands above this place", "Write “key: value”."
    if "expected <block end>" in problem or "did not find expected <block end>" in problem:
        return (
            "yaml-indent",
            "The indentation changes here in a way YAML cannot follow",
            "Let the keys of one group begin in the same column, and indent what belongs to a key by two spaces.\n"
            "A text that begins with a quotation mark must be in quotation marks as a whole.",
        )
    if any(f"escape {word}" in problem for word in ("character", "sequence", "code")):
        return (
            "yaml-character",
            "In double quotation marks, “\\” and what follows it stand for one special character",
            "Write “\\\\” for a backslash, or use single quotation marks.",
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
