"""Who may see what: a field marked ``TEACHER`` is taken out before anything is composed for students."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from pydantic.fields import FieldInfo

from generator.nodes import Text
from generator.schema import Spec, fields_of


class _Teacher:
    """The mark of a field that only the teacher edition may print."""


TEACHER = _Teacher()

S = TypeVar("S", bound=Spec)


def is_teachers(field: FieldInfo) -> bool:
    return TEACHER in field.metadata


def for_students(spec: S) -> S:
    """A copy of a spec in which every teacher's field, however deep, is empty again."""
    update: dict[str, Any] = {}
    for name, field in fields_of(spec).items():
        value = getattr(spec, name)
        if not is_teachers(field):
            update[name] = _cleared(value)
        elif field.is_required():
            update[name] = type(value)() if isinstance(value, (dict, tuple)) else Text("")
        else:
            update[name] = field.get_default(call_default_factory=True)
    return spec.model_copy(update=update)


def _cleared(value: Any) -> Any:
    if isinstance(value, Spec):
        return for_students(value)
    if isinstance(value, tuple):
        return tuple(map(_cleared, value))
    if isinstance(value, dict):
        return {k: _cleared(v) for k, v in value.items()}
    return value


def texts(value: Any, teachers: bool) -> list[Text]:
    """Every text of a spec that is the teacher's alone, or (``teachers=False``) every other one."""
    return [text for text, secret in _texts(_This(value)) if secret is teachers]


class _This:
    """A value, and no other that is like it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=64)  # the records of seeds are asked for each lesson
def _texts(this: _This) -> tuple[tuple[Text, bool], ...]:
    found: list[tuple[Text, bool]] = []
    _mark(this.value, False, found)
    return tuple(found)


def _mark(value: Any, secret: bool, found: list[tuple[Text, bool]]) -> None:
    if isinstance(value, Text):
        found.append((value, secret))
    elif isinstance(value, Spec):
        for name, field in fields_of(value).items():
            _mark(getattr(value, name), secret or is_teachers(field), found)
    elif isinstance(value, (tuple, list)):
        for item in value:
            _mark(item, secret, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _mark(key, secret, found)
            _mark(item, secret, found)


def walk(value: Any, kind: type[S]) -> list[S]:
    """Every spec of one kind inside another, in the order of the file."""
    return [spec for spec in _within(_This(value)) if isinstance(spec, kind)]


@lru_cache(maxsize=64)  # a lesson is asked for its questions by many rules
def _within(this: _This) -> tuple[Spec, ...]:
    return tuple(_specs(this.value))


def _specs(value: Any) -> Iterator[Spec]:
    """Every spec inside a value; most values are texts, which hold none."""
    if isinstance(value, str):
        return
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from _specs(item)
    elif isinstance(value, dict):
        yield from _specs(tuple(value.values()))
    elif isinstance(value, Spec):
        yield value
        for name in fields_of(value):
            yield from _specs(getattr(value, name))
