"""The look of a handout becomes the styles of a Word document: each is defined once, and changes all that has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generator.fonts import OPEN, SERIF
from generator.looks import Profile
from generator.ooxml import element, language_of, style_id, twips, when

CHINESE = "Noto Serif SC"  # ours is a cut of it, which nobody has
_INSTEAD = {SERIF: "Cambria", OPEN: "Verdana", CHINESE: "SimSun"}  # what Word has, where a face is not installed
_INK, _GREY, _RULE = "111111", "444444", "8A8A8A"


@dataclass(frozen=True)
class Style:
    """A paragraph style in points. ``leading`` is at least so much; ``own`` names what only some styles have."""

    size: float
    leading: float
    before: float = 0
    after: float = 0
    left: float = 0
    hanging: float = 0
    right: float = 0
    bold: bool = False
    italic: bool = False
    color: str = _INK
    level: int = 0  # of a heading: 1 is that of the title
    keeps: bool = False  # on the page of what follows
    tabs: tuple[str, ...] = ()  # “468 right underscore”
    border: str = ""  # “bottom 4 8A8A8A”: sides, eighths of a point, color
    exact: bool = False
    centered: bool = False


# What Word has under a name of its own; the other styles are ours.
_WORDS_OWN = {
    "Heading 1": "heading 1",
    "Heading 2": "heading 2",
    "Heading 3": "heading 3",
    "Header": "header",
    "Footer": "footer",
    "Caption": "caption",
}

_NAME_LINE = ("252 underscore", "378 underscore", "474 underscore")

PARAGRAPHS: Mapping[str, Style] = {
    "Normal": Style(11, 15, after=3),
    "Title": Style(22, 27, after=6, bold=True, level=1, keeps=True),
    "Subtitle": Style(12, 16, after=6, bold=True, keeps=True),
    "Heading 1": Style(15, 19, before=18, after=4, bold=True, level=2, keeps=True),
    "Heading 2": Style(12, 15, before=9, after=3, bold=True, level=3, keeps=True),
    "Heading 3": Style(10.5, 14, before=6, after=2, bold=True, level=4, keeps=True),
    "Heading 1, large": Style(18, 24, before=24, after=6, bold=True, level=2, keeps=True),
    "Heading 1, small": Style(11, 14, before=3, after=2, bold=True, level=2, keeps=True),
    "Heading 2, small": Style(10.5, 14, before=3, after=2, bold=True, level=3, keeps=True),
    "Name line": Style(10, 14, after=18, tabs=_NAME_LINE),
    "Name on a slip": Style(10, 14, after=4, tabs=_NAME_LINE),
    "Eyebrow": Style(10.5, 15, after=2, color="333333", keeps=True),
    "Central question": Style(15, 21, after=12),
    "Label line": Style(10.5, 15, color="333333", keeps=True),
    "Background": Style(9.5, 12.5, after=3),
    "Care": Style(9.5, 12.5, after=9, color="333333"),
    "Source box": Style(9.5, 12, after=2, left=55, hanging=46, right=9, keeps=True, border=f"box 4 {_GREY}"),
    "Source box run in": Style(9.5, 12, after=2, left=9, right=9, keeps=True, border=f"box 4 {_GREY}"),
    "Passage": Style(11.5, 17, left=12, hanging=12),
    "Numbered line": Style(11.5, 17, left=12, hanging=36, tabs=("0",)),
    "Lead-in": Style(9.5, 12.5, before=4, after=3, color="333333", keeps=True),
    "Cut": Style(11.5, 17, color=_GREY, keeps=True),
    "Margin question": Style(9, 12, before=4, color="595959"),
    "Margin note": Style(8.5, 11, after=4, color="333333"),
    "Glossary": Style(9.5, 12, after=2.5, left=9, hanging=9),
    "Footnotes": Style(8.5, 11, before=3, after=4, color="333333"),
    "Caption": Style(9.5, 12.5, after=4, color="333333", keeps=True),
    "Picture": Style(11, 11, after=5, keeps=True),
    "Directions": Style(11, 15, after=4, keeps=True),
    "Statement": Style(12, 16, after=6),
    "Ask": Style(12, 16, after=6, keeps=True),
    "Question": Style(11, 15, before=6, after=2, keeps=True),
    "Hint": Style(9.5, 13, after=2, color=_GREY, keeps=True),
    "Answer line": Style(11, 23.5, border=f"between bottom 4 {_RULE}", exact=True),
    "Room": Style(11, 19, exact=True),
    "Asked": Style(9.5, 12, before=8, keeps=True),
    "Card": Style(9.5, 12.5, after=2),
    "Step": Style(9.5, 12.5, after=2, left=50, hanging=50, tabs=("50",)),
    "Sign": Style(9.5, 12.5, after=2, left=34, hanging=34),
    "Position": Style(11, 15, after=3, left=60, hanging=60),
    "Reminder": Style(9.5, 12.5, after=9, left=9, border=f"left 16 {_INK}"),
    "Sentence starter": Style(9.5, 13, after=2),
    "Small print": Style(9.5, 12.5, after=4, color="333333", keeps=True),
    "Table head": Style(11, 14, bold=True),
    "Table text": Style(9.5, 12),
    "Criteria": Style(9.5, 12.5, after=2),
    "Sources": Style(8.5, 10.5, after=2, left=30, hanging=30),
    "Response": Style(9.5, 12, after=2, left=14, hanging=14),
    "Quotation": Style(11, 15, after=3, left=18),
    "Bar": Style(7, 7, before=2, exact=True, border="shading 777777"),
    "Between": Style(6, 8, exact=True),
    "Header": Style(10, 14, tabs=("474 right",)),
    "Name in the head": Style(10, 14, tabs=("270", "474 underscore")),
    "Footer": Style(7.5, 9.5, color="555555", tabs=("474 right",)),
}

CHARACTERS: Mapping[str, tuple[str, ...]] = {
    "Strong": ("b",),
    "Emphasis": ("i",),
    "Term": ("b",),
    "Label": ("smallCaps", "color 333333"),
    "Line number": ("size 8", "color 555555"),
    "Added by us": ("color 444444",),
    "Mark": ("raised",),
    "Pause": ("b",),
    "Points": ("size 9.5", "color 444444"),
    "Reference": ("color 333333",),
    "Hyperlink": ("u",),
}

# Table styles: which lines are drawn, and how far the text stands from the edges of a cell (left, right).
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[float, float]]] = {
    "Table": (("bottom", "insideH"), (0, 6)),
    "Chart": (("bottom", "insideH", "insideV"), (6, 6)),
    "Box": (("top", "left", "bottom", "right"), (9, 9)),
    "Columns": ((), (0, 0)),
    "Slip": (("top dashed", "insideH dashed"), (0, 0)),
}


# --- profiles and editions ---------------------------------------------------------------------------


def paragraphs(profile: Profile, kind: str, text: float) -> dict[str, Style]:
    """The paragraph styles of a profile, and of a kind of page: teacher, supports or poster. ``text`` is its width."""
    made = {**PARAGRAPHS, **_of_kind(kind)}
    if profile == "large-print":
        made = {name: _enlarged(name, style) for name, style in made.items()}
    elif profile == "dyslexia":
        made = {name: _opened(style) for name, style in made.items()}
    wide = "right" if profile == "large-print" else ""
    tabs = (f"{text * 0.6:g} underscore", f"{text:g} underscore", f"{text * 0.4:g} {wide} underscore")
    made["Name line"] = replace(made["Name line"], tabs=tabs if wide else _NAME_LINE)
    for name in ("Header", "Footer"):
        made[name] = replace(made[name], tabs=(f"{text:g} right",))
    made["Name in the head"] = replace(made["Name in the head"], tabs=(f"{text * 0.57:g}", f"{text:g} underscore"))
    return made


def _of_kind(kind: str) -> dict[str, Style]:
    """What is set in another size for the teacher, with the supports, and on a wall."""
    sizes: dict[str, dict[str, tuple[float, float]]] = {
        "teacher": {
            **dict.fromkeys(("Normal", "Question", "Directions", "Position", "Quotation"), (9.5, 12)),
            **dict.fromkeys(("Passage", "Numbered line", "Cut"), (9.5, 14)),
            "Table head": (8.5, 11),
            "Title": (20, 24),
            "Central question": (12, 16),
            "Heading 1": (12, 15),
        },
        "supports": dict.fromkeys(("Passage", "Numbered line", "Cut"), (12.65, 20)),
        "poster": {
            **dict.fromkeys(("Passage", "Numbered line", "Cut"), (15, 23)),
            **dict.fromkeys(("Glossary", "Source box", "Source box run in"), (11, 14)),
            "Ask": (15, 20),
            "Caption": (13, 17),
        },
    }
    of = sizes.get(kind, {})
    return {name: replace(PARAGRAPHS[name], size=size, leading=leading) for name, (size, leading) in of.items()}


def _enlarged(name: str, style: Style) -> Style:
    """Nothing below 18 points, no gray, no italics; rules further apart. What stood in columns hangs no more."""
    if name in ("Bar", "Between"):
        return style
    larger = {1: (28, 34), 2: (24, 29), 3: (20, 25), 4: (20, 25)}
    size, leading = larger.get(style.level, (22, 28) if name == "Central question" else (18, 22.5))
    if name in ("Answer line", "Room"):
        return replace(style, size=18, leading=35, border=style.border.replace(f"4 {_RULE}", "8 555555"))
    if name not in ("Passage", "Numbered line", "Cut"):
        style = replace(style, before=style.before * 1.5, after=max(style.after, 4) * 1.3)
    if name == "Source box":
        style = replace(style, left=81, hanging=72)
    if name in ("Sources", "Position", "Sign", "Step"):
        style = replace(style, left=0, hanging=0, tabs=())
    return replace(style, size=size, leading=leading, color=_INK)


def _opened(style: Style) -> Style:
    """An open face, and more room between its lines."""
    size = max(style.size, 10.5 if style.size < 9.5 else 11)
    if style.exact:
        return replace(style, size=size if style.leading > 15 else style.size)
    return replace(style, size=size, leading=round(max(style.leading, size * 1.45), 1))


# --- as XML ------------------------------------------------------------------------------------------


def styles(profile: Profile, kind: str, text: float, language: str) -> Any:
    """The part of a document that defines its styles."""
    serif = OPEN if profile == "dyslexia" else SERIF
    faces = element("w:rFonts", ascii=serif, hAnsi=serif, eastAsia=CHINESE, cs=serif)
    named = {"val": "en-US", "eastAsia": "zh-CN"} | language_of(language)
    spaced = when(profile == "dyslexia", "w:spacing", val=6)  # three hundredths of an em
    usual = element("w:rPr", faces, spaced, element("w:sz", val=22), element("w:szCs", val=22))
    usual.append(element("w:lang", **named))
    made = element("w:styles", element("w:docDefaults", element("w:rPrDefault", usual)))
    made.extend(_paragraph(name, style) for name, style in paragraphs(profile, kind, text).items())
    made.append(
        element(
            "w:style", element("w:name", val="Default Paragraph Font"), type="character", default=1, styleId="Plain"
        )
    )
    made.extend(_character(name, marks, profile) for name, marks in CHARACTERS.items())
    made.extend(_table(name, *of) for name, of in TABLES.items())
    return made


def _paragraph(name: str, style: Style) -> Any:
    rule = "exact" if style.exact else "atLeast"
    sides, _, stroke = style.border.partition(" ")
    properties = element(
        "w:pPr",
        when(style.keeps, "w:keepNext"),
        when(style.level, "w:keepLines"),
        element("w:widowControl"),
        _borders(style.border),
        when(sides == "shading", "w:shd", val="clear", color="auto", fill=stroke),
        element("w:tabs", *map(_tab, style.tabs)) if style.tabs else None,
        element(
            "w:spacing",
            before=twips(style.before),
            after=twips(style.after),
            line=twips(style.leading),
            lineRule=rule,
        ),
        when(
            style.left or style.right,
            "w:ind",
            left=twips(style.left),
            right=twips(style.right),
            hanging=twips(style.hanging),
        ),
        when(style.centered, "w:jc", val="center"),
        when(style.level, "w:outlineLvl", val=style.level - 1),
    )
    letters = element(
        "w:rPr",
        when(style.bold, "w:b"),
        when(style.italic, "w:i"),
        element("w:color", val=style.color),
        element("w:sz", val=round(style.size * 2)),
        element("w:szCs", val=round(style.size * 2)),
    )
    own = {"type": "paragraph", "styleId": style_id(name)} | ({"default": 1} if name == "Normal" else {})
    return element(
        "w:style",
        element("w:name", val=_WORDS_OWN.get(name, name)),
        when(name != "Normal", "w:basedOn", val="Normal"),
        element("w:next", val=style_id("Answer line" if name == "Answer line" else "Normal")) if style.level else None,
        element("w:qFormat"),
        properties,
        letters,
        **own,
    )


def _borders(told: str) -> Any:
    """``between bottom 4 8A8A8A``: the sides, how thick, which color. Between, or Word would rule only the last of
    several paragraphs; a box is drawn around all of them."""
    *sides, size, color = told.split() or ("", "", "")
    drawn = [side for side in ("top", "left", "bottom", "right", "between") if side in sides]
    if "box" in sides:
        drawn = ["top", "left", "bottom", "right"]
    space = {"top": 4, "bottom": 3 if "box" in sides else 0, "left": 8, "right": 8}
    strokes = (element(f"w:{side}", val="single", sz=size, space=space.get(side, 0), color=color) for side in drawn)
    return element("w:pBdr", *strokes) if drawn else None


def _tab(told: str) -> Any:
    place, *how = told.split()
    leader = {"leader": "underscore"} if "underscore" in how else {}
    return element("w:tab", val="right" if "right" in how else "left", **leader, pos=twips(float(place)))


def _character(name: str, marks: tuple[str, ...], profile: Profile) -> Any:
    return element(
        "w:style",
        element("w:name", val=name),
        element("w:basedOn", val="Plain"),
        element("w:qFormat"),
        element("w:rPr", *_marks(_suited(name, marks, profile))),
        type="character",
        styleId=style_id(name),
    )


def _suited(name: str, marks: tuple[str, ...], profile: Profile) -> tuple[str, ...]:
    """No italics and no small capitals where they are hard to read; in large print nothing smaller and no gray."""
    if profile == "standard":
        return marks
    if name == "Label":
        return ("b",)
    if name == "Emphasis":
        return ("u",) if profile == "large-print" else ("b",)
    if profile == "large-print":
        return tuple(mark for mark in marks if not mark.startswith(("size", "color")))
    return tuple("size 11" if mark == "size 9.5" else mark for mark in marks)


def _marks(marks: tuple[str, ...]) -> Iterator[Any]:
    told = dict(mark.partition(" ")[::2] for mark in marks)
    yield from (element(f"w:{tag}") for tag in ("b", "i", "smallCaps") if tag in told)
    if "color" in told:
        yield element("w:color", val=told["color"])
    if "size" in told:
        size = round(float(told["size"]) * 2)
        yield from (element("w:sz", val=size), element("w:szCs", val=size))
    if "u" in told:
        yield element("w:u", val="single")
    if "raised" in told:
        yield element("w:vertAlign", val="superscript")


def _table(name: str, lines: tuple[str, ...], edges: tuple[float, float]) -> Any:
    drawn = dict(line.partition(" ")[::2] for line in lines)
    borders = element(
        "w:tblBorders",
        *(
            element(f"w:{side}", val=drawn[side] or "single", sz=6 if name != "Table" else 4, space=0, color="777777")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            if side in drawn
        ),
    )
    room = 0.0 if name == "Columns" else 4.0
    edge = {"top": room, "left": edges[0], "bottom": room, "right": edges[1]}
    margins = element("w:tblCellMar", *(element(f"w:{s}", w=twips(width), type="dxa") for s, width in edge.items()))
    head = element(
        "w:tblStylePr",
        element("w:tcPr", element("w:tcBorders", element("w:bottom", val="single", sz=8, space=0, color=_INK))),
        type="firstRow",
    )
    return element(
        "w:style",
        element("w:name", val=f"Handout {name.lower()}"),
        element("w:qFormat"),
        element("w:tblPr", borders if lines else None, margins),
        head if name in ("Table", "Chart") else None,
        type="table",
        styleId=style_id(name),
    )


def font_table(profile: Profile) -> Any:
    """The faces that the styles name, each with one that Word has, for computers on which ours are not installed."""
    faces = [OPEN if profile == "dyslexia" else SERIF, CHINESE]
    return element(
        "w:fonts",
        *(
            element(
                "w:font",
                element("w:altName", val=_INSTEAD[face]),
                element("w:family", val="swiss" if face == OPEN else "roman"),
                element("w:pitch", val="variable"),
                name=face,
            )
            for face in faces
        ),
    )
