"""How WeasyPrint 70 reads and computes styles, in less time: those of many pages once, those of an element together.

Each mend can go when upstream has its own.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

from weasyprint import CSS, HTML, css
from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.html import UA_STYLESHEET


@contextmanager
def computed(page: str) -> Iterator[None]:
    """Mends how the styles of a page are read and computed, until it is left."""
    global _hands_down
    _hands_down = not _OF_VIEW.search(page)
    css.CSS, css.ComputedStyle, css.AnonymousStyle = _read_once, _Begun, _BegunAnonymous
    _read.clear()
    try:
        yield
    finally:
        css.CSS, css.ComputedStyle, css.AnonymousStyle = CSS, ComputedStyle, AnonymousStyle


# Lengths of a page’s own size, which is not known before the page is: of a page with these, nothing is computed ahead.
_OF_VIEW = re.compile(r"\d[lsd]?v(w|h|i|b|min|max)\b", re.IGNORECASE)
_hands_down = True


# --- what a page is read with --------------------------------------------------------------------------


class Page(HTML):  # type: ignore[misc]
    """A page as WeasyPrint reads it, but without what it computes for each element, and few have: the styles of a mark
    before it (elements of lists keep theirs), of a footnote, of a note. Where a style asks for one of these, they stay.
    """

    def __init__(self, string: str, **how: Any) -> None:
        self.asks = bool(_RARE.search(string))
        super().__init__(string=string, **how)

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        sheets: list[CSS] = super()._ua_stylesheets(forms)
        return sheets if self.asks else [_lean() if sheet is UA_STYLESHEET else sheet for sheet in sheets]


_RARE = re.compile(r"\b(footnote\b|list-item\b|note(\(|-call|-marker))", re.IGNORECASE)
_OF_NOTES = {"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"}


@cache
def _lean() -> CSS:
    """WeasyPrint’s own styles without those of all elements for what few have."""
    lean = copy(UA_STYLESHEET)
    lean.matcher = copy(UA_STYLESHEET.matcher)
    by_name, all_have = dict(lean.matcher.lower_local_name_selectors), lean.matcher.other_selectors
    marks = [style for style in all_have if style[3] == "marker"]
    for name in ("li", "summary"):
        by_name[name] = [*by_name.get(name, ()), *marks]
    lean.matcher.lower_local_name_selectors = by_name
    lean.matcher.other_selectors = [style for style in all_have if style[3] not in {*_OF_NOTES, "marker"}]
    return lean


_kept = OrderedDict[str, CSS]()  # the styles of the last pages that were pressed well
_read = dict[str, CSS]()  # and of this one


def _read_once(string: str | None = None, **how: Any) -> CSS:
    """Styles as WeasyPrint reads them, or as they were read for a page before: many pages have the same. Not those with
    rules whose meaning is not all in what was read."""
    if not string or re.search("@(import|counter-style|color-profile|layer)", string, re.IGNORECASE):
        return CSS(string=string, **how)
    sheet = _kept.pop(string, None) or CSS(string=string, **{**how, "page_rules": None, "layers": None})
    _read[string] = sheet
    return sheet


def keep_styles() -> None:
    """Keep the styles of the page that was pressed. Not of one that was refused: whatever was wrong with its styles is
    told when they are read, and has to be told of the next page, too."""
    _kept.update(_read)
    while len(_kept) > 16:
        _kept.popitem(last=False)


# --- what an element has -------------------------------------------------------------------------------

_SIDES = ("top", "right", "bottom", "left")
_LOGICAL = dict[str, set[str]]()  # “margin_inline_start”: the margins that it may be
for _name, _called in PHYSICAL_FUNCTIONS.items():
    for _direction in ("ltr", "rtl"):
        _LOGICAL.setdefault(_called(block="ttb", inline=_direction), set()).add(_name)

# What else has to be found out where a style says something of these: lines have no width where they have no style.
_WIDTHS = {f"{of}_style": f"{of}_width" for of in ("outline", *(f"border_{side}" for side in _SIDES))}
_ALSO = {**_WIDTHS, "position": "float"}
_SPECIFIED = {"float": "none", "position": "static"}  # by which it is found out what is displayed how

# What a property is where no style says otherwise: of those that are not inherited, for which that is all, and for
# which most elements are asked.
_SELDOM = re.compile("align_|flex_|footnote_|grid_|justify_|object_|page$|text_decoration_")
_AT_FIRST = {
    name: value
    for name, value in INITIAL_VALUES.items()
    if name not in {*INHERITED, *INITIAL_NOT_COMPUTED, *_LOGICAL} and not _SELDOM.match(name)
}
_AT_FIRST |= dict.fromkeys(_WIDTHS.values(), 0)

# What an element has of its parent where no style says otherwise.
_HANDED = tuple(
    name for name in INITIAL_VALUES if name in INHERITED or name == "page" or name.startswith("text_decoration_")
)
_handed = itemgetter(*_HANDED)


@cache
def _goes_with(said: str) -> set[str]:
    """The properties that are to be found out where a style says something of one."""
    named = {said, *_LOGICAL.get(said, ())}
    return named | {_ALSO[name] for name in named if name in _ALSO}


class _Begun(ComputedStyle):  # type: ignore[misc]
    """The style of an element, in which WeasyPrint finds out for each property alone, and for each element anew, that
    no style has one, or that it is its parent’s."""

    def __init__(self, parent_style: Any, cascaded: Any, pseudo_type: Any, *rest: Any) -> None:
        super().__init__(parent_style, cascaded, pseudo_type, *rest)
        if self.changes_others:
            return
        self.update(_AT_FIRST if parent_style is None else parent_style.children)
        self.specified.update(_SPECIFIED)
        for said in cascaded:
            for name in _goes_with(said):
                self.pop(name, None)
                self.specified.pop(name, None)

    @property
    def changes_others(self) -> bool:
        """Whether it is to hold nothing but what styles say, as what it holds is put into others."""
        return self.pseudo_type in ("first-line", "first-letter")

    @cached_property
    def children(self) -> dict[str, Any]:
        """What its children have where no style says otherwise."""
        return _AT_FIRST if self.changes_others else _of_children(self)


def _of_children(style: Any) -> dict[str, Any]:
    if _hands_down:
        with suppress(AttributeError):  # “text-decoration: inherit” fails, where somebody asks for it
            return _AT_FIRST | dict(zip(_HANDED, _handed(style), strict=True))
    return _AT_FIRST


class _BegunAnonymous(AnonymousStyle):  # type: ignore[misc]
    """The same of a box that has no element."""

    def __init__(self, parent_style: Any) -> None:
        super().__init__(parent_style)
        self.update(parent_style.children)

    @cached_property
    def children(self) -> dict[str, Any]:
        return _of_children(self)
