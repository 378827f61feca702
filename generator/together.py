"""What stays on one line in words of ours: “Document B”, “C and D”, “question 2”, “(3 points”, “P.J. Crowley”.

The lines of a source are broken once and for all, and stay as they are. A heading keeps the spaces by which others know
it, and only its last word does not stand alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

from generator.sentences import before_name

ONE_LINE, SHORT = 24, 12  # letters of a title that needs no second, and of a word that looks lost there
_OURS = re.compile(
    r'<(head|footer|script|h[1-6])\b.*?</\1>|<p class="passage".*?</p>|<table class="data">.*?</table>|<[^>]*>|([^<]+)',
    re.DOTALL,
)
_STUCK = re.compile(
    r"(?<=[^\W\d_]) (?=(?:\d{1,3}|[A-Z])(?![\w’'-]|\.\w)|_)"  # question 2, Document B, that ____
    r"|(?<=\b\w\.) (?=[\d_])"  # l. 4
    r"|(?<=\(\d) (?=\w)|(?<=\(\d\d) (?=\w)"  # (3 points
    r"| (?=…)"
)
# Not “Documents C and D”, which would be too wide for a narrow column.
_BOTH = re.compile(r"(?<![\w\u00a0’'-])([A-Z]) (?=\w{1,3}\u00a0[A-Z]\b)")  # C and D
_NAME = re.compile(r"(?<=[\w.]\w\.) (?=[A-Z])")  # P.J. Crowley; but Document A. Then


def together(page: str) -> str:
    """The page with spaces that do not break."""
    return _OURS.sub(lambda found: bound(found[0]) if found[2] else found[0], page)


@lru_cache(maxsize=4096)  # other editions say much the same, and with “serve”, so does the next page
def bound(text: str) -> str:
    """A text of ours with spaces that do not break."""
    text = _NAME.sub(lambda space: "\u00a0" if before_name(text[: space.start()]) else " ", text)
    return _BOTH.sub("\\1\u00a0", _STUCK.sub("\u00a0", text))


def ending(title: str) -> Markup:
    """A title that does not end in a line of one short word."""
    *before, last = escape(title).rsplit(" ", 2)
    if isinstance(title, Markup) or len(before) < 2 or len(title) <= ONE_LINE or len(last) > SHORT:
        return escape(title)
    return Markup('{}<span> <span class="unbroken">{} {}</span></span>').format(*map(Markup, (*before, last)))
