"""Texts for a page that are not all in its own language: every stretch of one knows which language it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Self

from markupsafe import escape

Run = tuple[str, str]  # a stretch, and its language; empty, where that is the page’s own


class Phrase(str):
    """A text with stretches in other languages than the page’s. A template that prints it marks them; wherever there
    can be no marks it is the text alone. A text that is all in the page’s language stays an ordinary one."""

    runs: tuple[Run, ...]

    def __new__(cls, runs: Iterable[Run]) -> Self:
        kept = tuple(runs)
        made = super().__new__(cls, "".join(text for text, _ in kept))
        made.runs = kept
        return made

    def __getnewargs__(self) -> tuple[tuple[Run, ...]]:  # type: ignore[override]  # a copy is made from its stretches
        return (self.runs,)

    def __repr__(self) -> str:
        return f"Phrase({self.runs!r})"

    def __html__(self) -> str:
        return "".join(
            f'<span lang="{escape(lang)}">{escape(text)}</span>' if lang else str(escape(text))
            for text, lang in self.runs
        )


def foreign(code: str, page: str) -> str:
    """How words of a language are marked on a page of another; empty, where they need not be."""
    return code if page and _first(code) != _first(page) else ""


def _first(code: str) -> str:
    """“es” of “es-MX”: whoever reads one aloud reads the other."""
    return code.partition("-")[0].lower()


def put(text: str, lang: str) -> str:
    """A text in one language; where it has no letters, it has none."""
    return _text([(str(text), lang)])


def joined(separator: str, parts: Iterable[str]) -> str:
    """Like ``separator.join(parts)``, with their languages kept."""
    runs: list[Run] = []
    for number, part in enumerate(parts):
        runs += [*(_runs(separator) if number else ()), *_runs(part)]
    return _text(runs)


def filled(pattern: str, lang: str, slots: Mapping[str, object]) -> str:
    """A pattern such as ``Asked about in {places}`` in one language, with texts in the languages that they have."""
    runs: list[Run] = []
    for words, name, _, _ in Formatter().parse(pattern):
        runs += [(words, lang), *(_runs(slots[name]) if name else ())]
    return _text(runs)


def packed(text: str) -> str | list[Run]:
    """A text as plain values, with the languages of its stretches."""
    return list(text.runs) if isinstance(text, Phrase) else str(text)


def unpacked(value: str | Iterable[Run]) -> str:
    """The text that was packed."""
    return value if isinstance(value, str) else Phrase((text, lang) for text, lang in value)


def _runs(value: object) -> tuple[Run, ...]:
    return value.runs if isinstance(value, Phrase) else ((str(value), ""),)


def _text(runs: Iterable[Run]) -> str:
    told = [(text, lang if any(map(str.isalpha, text)) else "") for text, lang in runs]
    return Phrase(told) if any(lang for _, lang in told) else "".join(text for text, _ in told)
