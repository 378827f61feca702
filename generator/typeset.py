"""How WeasyPrint 70 sets lines of text with Pango is put right, and done in less time, while a page is made.

Each mend can go when upstream has its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from weasyprint.draw import text as drawing
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import FontConfiguration, font_features, get_font_description

_create_layout, _Layout, _first_line = line_break.create_layout, line_break.Layout, line_break.split_first_line
_draw_first_line = drawing.draw_first_line


@contextmanager
def setting() -> Iterator[None]:
    """Mends how lines are set and drawn, until it is left."""
    line_break.create_layout, line_break.Layout = _full_lines, _Line
    drawing.draw_first_line = _drawn
    inline.split_first_line = preferred.split_first_line = _known_first_line
    try:
        yield
    finally:
        line_break.create_layout, line_break.Layout = _create_layout, _Layout
        drawing.draw_first_line = _draw_first_line
        inline.split_first_line = preferred.split_first_line = _first_line


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


_told_of_type = itemgetter(*_OF_TYPE)


def _is_usual(style: Any) -> bool:
    """Whether a style is one that can be known again."""
    return bool(style["text_decoration_line"] == "none" and style["font_language_override"] == "normal")


def _known_type(style: Any) -> _Type | None:
    """The type of a style; none for what is seldom, or is told in a list, which cannot be known again."""
    try:
        return _type(style.font_config, *_told_of_type(style)) if _is_usual(style) else None
    except TypeError:
        return None


class _Line(_Layout):  # type: ignore[misc,valid-type]
    """A line of text. WeasyPrint prepares all anew for each, and sets each once more when it is drawn."""

    is_drawn = False

    def setup(self, style: Any) -> None:
        """Prepare to set a text."""
        type_ = _known_type(style)
        if type_ is None:
            super().setup(style)
            return
        self.style, self.language, self.first_line_direction = style, type_.language, 0
        self.ascent = self.underline_position = self.strikethrough_position = None
        self.layout = ffi.gc(pango.pango_layout_new(type_.context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, type_.font)
        if type_.features is not None:
            attributes = pango.pango_attr_list_new()
            pango.pango_attr_list_insert(attributes, type_.features)
            pango.pango_layout_set_attributes(self.layout, attributes)

    def set_text(self, text: str, justify: bool = False) -> None:
        # As it is when it is drawn: else, Pango sets it once more then.
        pango.pango_layout_set_single_paragraph_mode(self.layout, not _ENDS.search(text))
        super().set_text(text, justify)

    def deactivate(self) -> None:
        """Keep what was set until it is drawn; then, let it go."""
        spaced = self.style["word_spacing"] or self.style["letter_spacing"] != "normal" or self.justification_spacing
        if self.is_drawn or spaced:
            super().deactivate()

    def reactivate(self, style: Any) -> None:
        """Make it ready to be drawn, in the style in which it was set."""
        self.is_drawn = True
        if getattr(self, "style", None) is not style:
            super().reactivate(style)

    @classmethod
    def known(cls, said: str, direction: int, spacing: float, width: float | None) -> _Line:
        """A line that was set before, and is set again if it is drawn."""
        line: _Line = cls.__new__(cls)
        line.text, line.first_line_direction = said, direction
        line.justification_spacing, line.max_width = spacing, width
        line.ascent = line.underline_position = line.strikethrough_position = None
        return line


def _drawn(stream: Any, box: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
    """Draw a line. One that may end in “…” is set once more for that, in the width that it has there."""
    if text_overflow == "ellipsis" or block_ellipsis != "none":
        _Layout.reactivate(box.pango_layout, box.style)
    return _draw_first_line(stream, box, text_overflow, block_ellipsis, matrix)


_ENDS = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")  # what may end a line or a paragraph


# --- where a line ends ---------------------------------------------------------------------------------

_told_of_lines = itemgetter(
    *_OF_TYPE,
    *("white_space", "overflow_wrap", "word_break", "letter_spacing", "word_spacing", "tab_size", "hyphens"),
    *("hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone"),
)
_MOST = 2048  # lines: some four handouts of different texts
_lines = dict[Any, Any]()  # those that were set last


def _known_first_line(
    text: str,
    style: Any,
    context: Any,
    width: float | None,
    spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """The first line of a text, as it was when the same was asked for before: in another column or attempt, on another
    page, in another edition."""

    def anew() -> Any:
        return _first_line(text, style, context, width, spacing, is_line_start, minimum)

    if not _is_usual(style):
        return anew()
    faces = len(style.font_config.known)  # with another, the same words may mean other type
    asked = text, faces, _told_of_lines(style), width, spacing, is_line_start, minimum
    try:
        known = _lines.pop(asked, None)
    except TypeError:
        return anew()
    if known:
        _lines[asked] = known
        said, direction, its_width, *rest = known
        return _Line.known(said, direction, spacing, its_width), *rest
    line, *rest = anew()
    _lines[asked] = line.text, line.first_line_direction, line.max_width, *rest
    if len(_lines) > _MOST:
        del _lines[next(iter(_lines))]
    return line, *rest
