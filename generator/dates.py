"""Dates as libraries write them (EDTF, ISO 8601-2 level 1) in the words of a page."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([~?%]?)")


def spoken(edtf: str, words: Mapping[str, str]) -> str | None:
    """``2011-01-17`` → ``January 17, 2011``; ``2011~`` → ``about 2011``; ``None`` when it is no date.

    ``words`` is a table of labels: the names of the months, and the order in which a language says a date.
    """
    if edtf.count("/") == 1:
        first, last = (_one(part, words) for part in edtf.split("/"))
        return words["date_from_to"].format(first=first, last=last) if first and last else None
    return _one(edtf, words)


def _one(edtf: str, words: Mapping[str, str]) -> str | None:
    match = _DATE.fullmatch(edtf.strip())
    if not match:
        return None
    year, month, day, doubt = match.groups()
    if month and not 1 <= int(month) <= 12:
        return None
    if day and not 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
        return None
    form = words["date_day" if day else "date_month" if month else "date_year"]
    date = form.format(year=year, month=words[f"month_{int(month)}"] if month else "", day=int(day) if day else "")
    if doubt in ("~", "%"):
        date = words["date_about"].format(date=date)
    return words["date_uncertain"].format(date=date) if doubt in ("?", "%") else date
