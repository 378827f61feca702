"""What WeasyPrint 70 finds out for each box anew, by its style, is found out once for all that are alike: their sizes,
whether they are in the flow, their colors.

Each can go when upstream has its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from weasyprint.draw import color
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import percent
from weasyprint.layout.absolute import AbsolutePlaceholder

_resolve, _resolve_radii = percent.resolve_percentages, percent.resolve_radii_percentages
_get_color, _is_in_normal_flow = color.get_color, Box.is_in_normal_flow


@contextmanager
def found() -> Iterator[None]:
    """Mends how these are found, until it is left."""
    _put({_resolve: _sizes, _resolve_radii: _radii, _get_color: _color})
    Box.is_in_normal_flow = _is_in_flow
    try:
        yield
    finally:
        _put({_sizes: _resolve, _radii: _resolve_radii, _color: _get_color})
        Box.is_in_normal_flow = _is_in_normal_flow
        _known.clear()


def _put(others: dict[Callable[..., Any], Callable[..., Any]]) -> None:
    """Put others in the places of some functions, wherever WeasyPrint has them."""
    for module in [m for name, m in sys.modules.items() if name.startswith(("weasyprint.layout", "weasyprint.draw"))]:
        for name, value in list(vars(module).items()):
            if callable(value) and value in others:
                setattr(module, name, others[value])


# --- sizes ---------------------------------------------------------------------------------------------

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"{of}_{side}" for of in ("margin", "padding") for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)
_told: Callable[[Any], Any] = itemgetter(*(*_LENGTHS, *_BORDERS, "border_collapse", "box_sizing"))
_DEPENDS = dict[str, Any]()  # where sizes depend on what a box stands in
_known = dict[Any, dict[str, Any]]()


def _sizes(box: Any, containing_block: Any) -> None:
    """Give a box its sizes: those of the last one with such a style, if they do not depend on what it stands in."""
    try:
        told = _told(box.style)
        sizes = _known.get(told)
    except TypeError:
        sizes = _DEPENDS
    if sizes:
        _attributes(box).update(sizes)
        return
    _resolve(box, containing_block)
    if sizes is None:
        _known[told] = {name: getattr(box, name) for name in (*_LENGTHS, *_BORDERS)} if _is_fixed(told) else _DEPENDS


def _attributes(box: Any) -> dict[str, Any]:
    """What a box has; of the place of one that is positioned, what that one has."""
    own: dict[str, Any] = vars(box._box if isinstance(box, AbsolutePlaceholder) else box)
    return own


def _is_fixed(told: tuple[Any, ...]) -> bool:
    """Whether lengths are the same wherever a box stands."""
    *lengths, collapse, _ = told
    return collapse == "separate" and all(
        length == "auto" or isinstance(length, (int, float)) or getattr(length, "unit", "") == "px"
        for length in lengths
    )


_CORNERS = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))
_rounded = itemgetter(*_CORNERS)
_NOT_ROUND = dict.fromkeys(_CORNERS, (0, 0))
_SQUARE = (((0, "px"), (0, "px")),) * 4


def _radii(box: Any) -> None:
    """Give a box its round corners, which few have."""
    if _rounded(box.style) == _SQUARE:
        _attributes(box).update(_NOT_ROUND)
    else:
        _resolve_radii(box)


# --- the rest ------------------------------------------------------------------------------------------


def _is_in_flow(box: Any) -> bool:
    style = box.style
    return (style["float"] == "none" and style["position"] in ("static", "relative")) or _is_in_normal_flow(box)


def _color(style: Any, key: str) -> Any:
    """A color. To compare one with a word takes long."""
    value = style[key]
    return style["color"] if isinstance(value, str) and value == "currentcolor" else value
