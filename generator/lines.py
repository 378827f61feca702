"""A paragraph becomes lines of one measure, broken once and for all, so that line 23 is line 23 everywhere.

The breaks are chosen for the whole paragraph (as Knuth and Plass do, 1981), from the reading face's own
advance widths, ragged right and without hyphenation: the sum of the squared shortfalls is smallest, with a
cost for lines that end on an article or split a glossary term, and a prohibitive one for parting initials
from a surname.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from generator import fonts
from generator.folding import is_han
from generator.sentences import before_name


@dataclass(frozen=True)
class Run:
    """A stretch of a line in one style. ``kind`` says whose it is: the source's, or a mark of ours."""

    text: str
    kind: Literal["source", "cut", "insertion", "sic"] = "source"
    bold: bool = False
    lang: str = ""
    origin: int = -1  # where its first character stands in the article; -1 for words of ours
    pause: bool = False  # whether a mark stands before it, at which a reader may pause


SAFETY = 0.975  # drawn widths were 0.97–1.03 of the sum of advances; leave room
_WEAK_END = re.compile(r"(?:^|[\s“‘(])(?:[Aa]n?|[Tt]he|\w{2})$")


def break_lines(runs: Sequence[Run], measure: float, size: float) -> list[tuple[Run, ...]]:
    """Break one paragraph into lines at most ``measure`` points wide, set in ``size`` points.

    The texts of all runs of all lines, joined, are the texts of ``runs``, joined: a space at which a line
    breaks stays at the line's end. A word wider than the measure is broken within.
    """
    return cut_lines(runs, _ends(tuple(runs), measure, size))


@lru_cache(maxsize=1024)  # with “serve”, most paragraphs are as they were
def _ends(runs: tuple[Run, ...], measure: float, size: float) -> tuple[int, ...]:
    """Behind which of its characters the lines of a paragraph end."""
    text = "".join(r.text for r in runs)
    if not text:
        return ()
    edges = _widths(runs, size)
    stops = _stops(runs, text, edges, measure * SAFETY)
    return tuple(_cheapest(text, stops, edges, measure * SAFETY))


def cut_lines(runs: Sequence[Run], ends: Sequence[int]) -> list[tuple[Run, ...]]:
    """A paragraph in lines that end behind so many of its characters."""
    return [tuple(_slice(runs, a, b)) for a, b in zip([0, *ends], ends, strict=False)]


def _widths(runs: Sequence[Run], size: float) -> list[float]:
    """How far into the paragraph each character begins, in points."""
    edges, x = [0.0], 0.0
    for run in runs:
        for char in run.text:
            x += fonts.advance(char, run.bold) * size
            edges.append(x)
    return edges


def _stops(runs: Sequence[Run], text: str, edges: Sequence[float], room: float) -> list[tuple[int, float]]:
    """Where a line may end, with what it costs there."""
    inside_bold = {at for at, bold in _bold_joints(runs) if bold}
    stops: list[tuple[int, float]] = []
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if before == " " and after != " ":
            cost = 0.0
            ending = text[:at].rstrip()
            if before_name(ending):
                cost = 1000.0
            elif _WEAK_END.search(ending[-6:]):
                cost = 0.6
            if text.startswith("[sic]", at):
                cost = 1000.0
            if at in inside_bold:
                cost += 0.8
            stops.append((at, cost))
        elif before in "—–" and after != " " and text[at - 2 : at - 1] != " ":
            stops.append((at, 0.3))
        elif before == "-" and after.isalpha() and text[at - 2 : at - 1].isalpha():
            stops.append((at, 1.2))
        elif is_han(before) and is_han(after):
            stops.append((at, 1.0))
    return _with_forced(stops, text, edges, room)


def _bold_joints(runs: Sequence[Run]) -> Iterator[tuple[int, bool]]:
    at = 0
    for run in runs:
        for offset in range(1, len(run.text)):
            yield at + offset, run.bold
        at += len(run.text)


def _with_forced(
    stops: list[tuple[int, float]], text: str, edges: Sequence[float], room: float
) -> list[tuple[int, float]]:
    """The stops, and further ones inside words that are wider than a line."""
    made: list[tuple[int, float]] = []
    last = 0
    for at, cost in [*stops, (len(text), 0.0)]:
        while edges[at] - edges[last] > room and at - last > 1:
            cut = last + 1
            while edges[cut + 1] - edges[last] <= room and cut + 1 < at:
                cut += 1
            if cut >= at - 1 and text[at - 1] == " ":
                break  # only the space at the word's end is too much
            made.append((cut, 50.0))
            last = cut
        made.append((at, cost))
        last = at
    return made


def _cheapest(text: str, stops: list[tuple[int, float]], edges: Sequence[float], room: float) -> list[int]:
    """The ends of the lines in the cheapest way through all stops."""
    costs, previous = {0: 0.0}, {0: 0}
    starts = [0]
    for at, penalty in stops:
        is_last = at == len(text)
        best: tuple[float, int] | None = None
        for start in reversed(starts):
            end = at
            while end > start and text[end - 1] == " ":
                end -= 1
            width = edges[end] - edges[start]
            if width > room and best is not None:
                break
            short = max(0.0, (room - width) / room)
            line = 1.0 + penalty + (0.0 if is_last and width > room * 0.2 else 40 * short * short)
            if width > room:
                line += 1e6 * (width / room)
            total = costs[start] + line
            if best is None or total < best[0]:
                best = (total, start)
        assert best is not None
        costs[at], previous[at] = best
        starts.append(at)
    ends, at = [], len(text)
    while at:
        ends.append(at)
        at = previous[at]
    return ends[::-1]


def _slice(runs: Sequence[Run], start: int, end: int) -> Iterator[Run]:
    at = 0
    for run in runs:
        a, b = max(start - at, 0), min(end - at, len(run.text))
        if a < b:
            yield replace(run, text=run.text[a:b], origin=run.origin + a if run.origin >= 0 else -1)
        at += len(run.text)
