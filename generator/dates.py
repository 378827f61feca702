"""Dates as libraries write them (EDTF, ISO 8601-2 level 1) in the words of a page."""

from __future__ import annotations

import calendar
import re

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([~?%]?)")


def spoken(edtf: str) -> str | None:
    """``2011-01-17`` → ``January 17, 2011``; ``2011~`` → ``about 2011``; ``None`` when it is no date."""
    if edtf.count("/") == 1:
        first, last = (_one(part) for part in edtf.split("/"))
        return f"{first} to {last}" if first and last else None
    return _one(edtf)


def _one(edtf: str) -> str | None:
    match = _DATE.fullmatch(edtf.strip())
    if not match:
        return None
    year, month, day, doubt = match.groups()
    words = year
    if month:
        if not 1 <= int(month) <= 12:
            return None
        words = f"{calendar.month_name[int(month)]} {year}"
    if day:
        if not 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
            return None
        words = f"{calendar.month_name[int(month)]} {int(day)}, {year}"
    return {"": words, "~": f"about {words}", "?": f"{words} (uncertain)", "%": f"about {words} (uncertain)"}[doubt]
