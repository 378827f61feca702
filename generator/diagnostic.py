"""What is wrong, where, and what to do about it: one value, and the four forms it is printed in."""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from generator.source import Source, Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Diagnostic:
    """One problem: its place, the rule that found it, what is, and what to do."""

    span: Span
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def order(self) -> tuple[str, int, int, str]:
        return str(self.span.source.path), self.span.start, self.span.end, self.rule


def warning(span: Span, rule: str, message: str, hint: str = "") -> Diagnostic:
    """A problem that does not stop a lesson."""
    return Diagnostic(span, rule, message, hint, Severity.WARNING)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and place, each problem once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda d: d.order)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(d.is_error for d in diagnostics)


Packed = tuple[int, int, int, str, str, str, str]


def packed(diagnostics: Iterable[Diagnostic], sources: Sequence[Source]) -> list[Packed]:
    """Problems as plain values, each with the number of its source. Raises ``ValueError`` for one of another source."""
    return [
        (sources.index(d.span.source), d.span.start, d.span.end, d.rule, d.message, d.hint, d.severity.value)
        for d in diagnostics
    ]


def unpacked(values: Iterable[Packed], sources: Sequence[Source]) -> Iterator[Diagnostic]:
    """The problems that were packed, at their places in the same sources."""
    for number, start, end, rule, message, hint, severity in values:
        yield Diagnostic(Span(sources[number], start, end), rule, message, hint, Severity(severity))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that offers the nearest known words, or an empty text when none is near."""
    near = difflib.get_close_matches(word, list(known), n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else ""


def counted(count: int, thing: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def listing(words: Iterable[str], last: str = "and") -> str:
    """``“a”, “b” and “c”``."""
    quoted = [f"“{w}”" for w in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def _columns(text: str) -> int:
    """How many columns a terminal gives to a text: two for wide characters, none for combining ones."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _visible(text: str) -> str:
    """A line fit for a terminal: a tab is one space wide, control characters show as a dot."""
    return "".join(" " if c == "\t" else "·" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)


WINDOW = 100  # columns of a source line that are shown; seeds hold a paragraph in one line


def _excerpt(span: Span) -> str:
    line, column = span.place
    text = span.source.line(line)
    before, rest = text[: column - 1], text[column - 1 :]
    marked = rest[: max(span.end - span.start, 1)] if "\n" not in span.text else rest
    after = rest[len(marked) :]
    if len(before) > WINDOW // 2 and len(text) > WINDOW:
        before = "…" + before[-WINDOW // 2 :]
    if len(marked) > WINDOW:
        marked, after = marked[: WINDOW - 1] + "…", ""
    if len(after) > WINDOW // 2:
        after = after[: WINDOW // 2] + "…"
    before, marked, after = _visible(before), _visible(marked), _visible(after)
    gutter = " " * len(str(line))
    carets = "^" * max(_columns(marked), 1)
    return f"{gutter} |\n{line} | {before}{marked}{after}\n{gutter} | {' ' * _columns(before)}{carets}"


def full(d: Diagnostic) -> str:
    line, column = d.span.place
    parts = [f"{d.span.source.path}:{line}:{column}: {d.severity.value}: {d.message} [{d.rule}]"]
    if d.span.source.text and not d.span.source.private:
        parts.append(_excerpt(d.span))
    if d.hint:
        parts.append("  → " + d.hint.replace("\n", "\n    "))
    return "\n".join(parts)


def concise(d: Diagnostic) -> str:
    line, column = d.span.place
    return f"{d.span.source.path}:{line}:{column}: {d.severity.value}: {d.message} [{d.rule}]"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects, for other programs; lines and columns are counted from 1."""

    def one(d: Diagnostic) -> dict[str, object]:
        (line, column), (end_line, end_column) = d.span.place, d.span.source.place(d.span.end)
        return {
            "file": str(d.span.source.path),
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "severity": d.severity.value,
            "rule": d.rule,
            "message": d.message,
            "hint": d.hint,
        }

    return json.dumps([one(d) for d in diagnostics], ensure_ascii=False, indent=2)


def github(d: Diagnostic) -> str:
    """A workflow command that GitHub shows beside the line of a pull request."""

    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    line, column = d.span.place
    where = f"file={d.span.source.path},line={line},col={column},title={d.rule}"
    return f"::{d.severity.value} {where}::{escape(' '.join(filter(None, (d.message, d.hint))))}"


def report(diagnostics: Iterable[Diagnostic], form: str) -> str:
    """All problems in one printed form: ``full``, ``concise``, ``json`` or ``github``."""
    found = in_order(diagnostics)
    if form == "json":
        return as_json(found)
    if form == "full":
        return "\n\n".join(map(full, found))
    return "\n".join(map({"concise": concise, "github": github}[form], found))
