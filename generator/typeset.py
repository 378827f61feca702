"""How WeasyPrint 70 sets lines of text with Pango is put right, and done in less time, while a page is made.

Each mend can go when upstream has its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from weasyprint.text import line_break
from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import FontConfiguration, font_features, get_font_description

_create_layout, _set_up_anew = line_break.create_layout, line_break.Layout.setup


@contextmanager
def setting() -> Iterator[None]:
    """Mends how lines are set and drawn, until it is left."""
    line_break.create_layout, line_break.Layout.setup = _full_lines, _set_up
    try:
        yield
    finally:
        line_break.create_layout, line_break.Layout.setup = _create_layout, _set_up_anew


def _full_lines(text: str, style: Any, context: Any, width: float | None, *rest: Any) -> Any:
    """A line of spaced letters broke behind its first word, when it was full but for less than such a space: Pango,
    which breaks lines, has no space behind the last letter; WeasyPrint, which measures them, has one."""
    spacing = style["letter_spacing"]
    if width is not None and spacing != "normal":
        width = max(0, width - max(0, spacing))
    return _create_layout(text, style, context, width, *rest)


# --- what a text is set with ---------------------------------------------------------------------------

_OF_FEATURES = (
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings"),
)
_OF_TYPE = (
    *("direction", "lang", "font_family", "font_style", "font_stretch", "font_weight", "font_size"),
    *("font_variation_settings", *_OF_FEATURES),
)


class _Type(NamedTuple):
    """What Pango sets a text with; and features of the font, or nothing."""

    context: Any
    font: Any
    language: Any
    features: Any


@lru_cache(maxsize=256)
def _type(fonts: FontConfiguration, *said: Any) -> _Type:
    """The type that a style asks for in the properties ``_OF_TYPE``."""
    style = dict(zip(_OF_TYPE, said, strict=True))
    context = ffi.gc(pango.pango_font_map_create_context(fonts.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    language = pango.pango_language_get_default()
    if style["lang"]:
        code, _ = unicode_to_char_p(style["lang"])
        language = pango.pango_language_from_string(code)
        pango.pango_context_set_language(context, language)
    wanted = font_features(**{name: style[name] for name in _OF_FEATURES})
    told = ",".join(f"{name} {value}" for name, value in wanted.items()).encode()
    features = pango.pango_attr_font_features_new(told) if told else None
    return _Type(context, get_font_description(style), language, features)


def _known_type(style: Any) -> _Type | None:
    """The type of a style; none for what is seldom, or is told in a list, which cannot be known again."""
    if style["text_decoration_line"] != "none" or style["font_language_override"] != "normal":
        return None
    try:
        return _type(style.font_config, *(style[name] for name in _OF_TYPE))
    except TypeError:
        return None


def _set_up(layout: Any, style: Any) -> None:
    """Prepare to set a text. WeasyPrint prepares all anew for each line, and once more when it is drawn."""
    type_ = _known_type(style)
    if type_ is None:
        _set_up_anew(layout, style)
        return
    layout.style, layout.language, layout.first_line_direction = style, type_.language, 0
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    layout.layout = ffi.gc(pango.pango_layout_new(type_.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, type_.font)
    if type_.features is not None:
        attributes = pango.pango_attr_list_new()
        pango.pango_attr_list_insert(attributes, type_.features)
        pango.pango_layout_set_attributes(layout.layout, attributes)
