"""A text that knows its lines: offsets become lines and columns, both counted from 1."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, eq=False)
class Source:
    """A file's text as it was read, with line ends as ``\\n``.

    ``path`` is the name shown to the teacher: relative to the project where that is possible. Of a ``private`` text,
    such as a list of students, no problem shows a line.
    """

    path: Path
    text: str = field(repr=False)
    private: bool = False

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(i + 1 for i, c in enumerate(self.text) if c == "\n")]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset into the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Line ``number``, without its end; an empty text when there is no such line."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None]

    def start_of(self, number: int) -> int:
        """The offset at which line ``number`` begins."""
        return self._starts[number - 1]

    @property
    def line_count(self) -> int:
        return len(self._starts)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        return Span(self, start, start if end is None else end)


@dataclass(frozen=True)
class Span:
    """A stretch of a source, from ``start`` up to but not including ``end``."""

    source: Source
    start: int
    end: int

    @property
    def place(self) -> tuple[int, int]:
        return self.source.place(self.start)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def find(self, words: str) -> Span:
        """The first place of ``words`` inside this span, or the whole span when they are not there."""
        at = self.source.text.find(words, self.start, self.end)
        return self if at < 0 or not words else Span(self.source, at, at + len(words))


NOWHERE = Source(Path("-"), "").span()
