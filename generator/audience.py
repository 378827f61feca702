"""Who may see what: a field marked ``TEACHER`` is taken out before anything is composed for students."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from generator.nodes import Text
from generator.schema import Spec


class _Teacher:
    """The mark of a field that only the teacher edition may print."""


TEACHER = _Teacher()

S = TypeVar("S", bound=Spec)


def _is_teachers(spec: Spec, name: str) -> bool:
    return TEACHER in type(spec).__pydantic_fields__[name].metadata


def for_students(spec: S) -> S:
    """A copy of a spec in which every teacher's field, however deep, is empty again."""
    update: dict[str, Any] = {}
    for name, field in type(spec).model_fields.items():
        value = getattr(spec, name)
        if not _is_teachers(spec, name):
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


def texts(value: Any, teachers: bool) -> Iterator[Text]:
    """Every text of a spec that is the teacher's alone, or (``teachers=False``) every other one."""
    return (text for text, secret in _marked(value, False, []) if secret is teachers)


_Marked = list[tuple[Text, bool]]


def _marked(value: Any, secret: bool, found: _Marked) -> _Marked:
    if isinstance(value, Text):
        found.append((value, secret))
    elif isinstance(value, Spec):
        for name, field in type(value).__pydantic_fields__.items():
            _marked(getattr(value, name), secret or TEACHER in field.metadata, found)
    elif isinstance(value, (tuple, list)):
        for item in value:
            _marked(item, secret, found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _marked(key, secret, found)
            _marked(item, secret, found)
    return found


def walk(value: Any, kind: type[S]) -> Iterator[S]:
    """Every spec of one kind inside another, in the order of the file."""
    return iter(_walked(value, kind, []))


def _walked(value: Any, kind: type[S], found: list[S]) -> list[S]:
    if isinstance(value, (str, int)) or value is None:  # most are
        return found
    if isinstance(value, kind):
        found.append(value)
    if isinstance(value, Spec):
        for name in type(value).__pydantic_fields__:
            _walked(getattr(value, name), kind, found)
    elif isinstance(value, (tuple, list)):
        for item in value:
            _walked(item, kind, found)
    elif isinstance(value, dict):
        for item in value.values():
            _walked(item, kind, found)
    return found
