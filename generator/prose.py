"""The words of a lesson that are ours: not its names, its selectors or its quotations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.audience import is_teachers
from generator.figures import FigureSpec
from generator.nodes import Text
from generator.schema import Spec, fields_of
from generator.spec import Selector

_NAMES = {
    "cite", "seed", "passage", "passages", "documents", "document", "shared", "reads", "words", "objectives",
    "standards", "language", "grades", "viewpoint", "type", "mark", "exempt",
}  # fmt: skip


def prose(value: Any, teachers: bool = True) -> Iterator[Text]:
    """Every sentence or label that we wrote; with ``teachers=False``, those only that students read."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Selector):
        if value.lead_in:  # type: ignore[attr-defined]
            yield value.lead_in  # type: ignore[attr-defined]
    elif isinstance(value, FigureSpec):  # its title and its cells are the source’s
        yield from filter(None, (value.caption, value.alt, value.long))
    elif isinstance(value, Spec):
        for name, field in fields_of(value).items():
            inside = getattr(value, name)
            if (name not in _NAMES or not _named(inside)) and (teachers or not is_teachers(field)):
                yield from prose(inside, teachers)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from prose(item, teachers)
    elif isinstance(value, dict):
        for item in value.values():
            yield from prose(item, teachers)


def _named(value: Any) -> bool:
    """Whether it is a name or a list of names; documents, objectives and words of a chart are more than that."""
    return isinstance(value, Text) or (isinstance(value, tuple) and all(isinstance(v, Text) for v in value))
