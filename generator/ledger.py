"""The balance of lessons and units, as a table for a terminal and as JSON for other programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from generator.balance import IssueShares, Share, Sheet

NOTE = (
    "A measure of space and scrutiny, never a verdict. “Asked” counts the questions, rows and columns that ask for "
    "words of a source or an answer, “Limits” those that ask what it cannot show; “First” says how often it is "
    "Document A."
)
_BAR = 20


def as_table(sheets: Sequence[Sheet]) -> str:
    """Each sheet with its sources and its issue questions; bars share one scale from zero within a sheet."""
    return "\n\n".join("\n".join(_sheet(sheet)) for sheet in sheets) + "\n\n" + textwrap.fill(NOTE, 96)


def as_json(sheets: Sequence[Sheet]) -> str:
    """The same numbers: a list of objects."""
    return json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False, indent=2)


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    yield from _rows("source", sheet.sources, sheet)
    for share in sheet.sources:
        if share.verbs:
            verbs = ", ".join(f"{verb} {count}" for verb, count in share.verbs.items())
            yield from textwrap.wrap(f"  {share.shown}, reported with: {verbs}", 94, subsequent_indent="    ")
    for issue in sheet.issues:
        yield from _issue(issue, sheet)


def _issue(issue: IssueShares, sheet: Sheet) -> Iterator[str]:
    yield ""
    kind = f" ({issue.kind})" if issue.kind else ""
    yield from textwrap.wrap(f"{issue.question}{kind}", 92, initial_indent="  ", subsequent_indent="  ")
    yield from _rows("answer", issue.shares, sheet)


def _rows(what: str, shares: Sequence[Share], sheet: Sheet) -> Iterator[str]:
    width = max([len(what), *(len(_short(s.shown)) for s in shares)])
    yield f"  {what:{width}}  {'':{_BAR}}  Words  Share  Passages  Documents  First  Asked  Limits"
    for share, percent, scale in sheet.bars(shares):
        bar = "█" * round(_BAR * scale / 100)
        yield (
            f"  {_short(share.shown):{width}}  {bar:{_BAR}}  {share.words:5}  {percent:4}%  {share.passages:8}  "
            f"{share.documents:9}  {share.first or '–':>5}  {share.evidence:5}  {share.limits:6}"
        )


def _short(text: str) -> str:
    return textwrap.shorten(text, 30, placeholder="…")
