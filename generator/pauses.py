"""A printed document with marks where a reader may pause: its words and its lines stay what they are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.lines import Run
from generator.printed import Block, PrintedDocument
from generator.sentences import starts


def with_pauses(document: PrintedDocument, aim: int) -> PrintedDocument:
    """Marks before those sentences with which a stretch would grow beyond ``aim`` words; none where it is 0."""
    if not aim:
        return document
    return replace(document, blocks=tuple(_marked(block, aim) for block in document.blocks))


def _marked(block: Block, aim: int) -> Block:
    text = "".join(line.text for line in block.lines)
    pauses = set(_pauses(text, aim))
    lines, at = [], 0
    for line in block.lines:
        runs = list(_cut(line.runs, at, pauses))
        at += len(line.text)
        if at in pauses:  # it stands at the end of a line, not at the beginning of the next
            runs.append(Run("", pause=True))
        lines.append(replace(line, runs=tuple(runs)))
    return replace(block, lines=tuple(lines))


def _pauses(text: str, aim: int) -> Iterator[int]:
    edges = [*starts(text), len(text)]
    begun = 0
    for start, end in itertools.pairwise(edges):
        if len(text[begun:end].split()) > aim:
            yield start
            begun = start


def _cut(runs: Sequence[Run], at: int, pauses: set[int]) -> Iterator[Run]:
    begin = at
    for run in runs:
        edges = sorted({0, len(run.text), *(p - at for p in pauses if at < p < at + len(run.text))})
        for a, b in itertools.pairwise(edges):
            origin = run.origin + a if run.origin >= 0 else -1
            yield replace(run, text=run.text[a:b], origin=origin, pause=at + a in pauses and at + a > begin)
        at += len(run.text)
