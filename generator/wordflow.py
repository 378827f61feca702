"""The elements of a page become paragraphs, lists and tables of a manuscript, in the order in which they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generator.looks import Look
from generator.manuscript import (
    Block,
    Cell,
    Image,
    Numbering,
    Paragraph,
    Piece,
    Row,
    Run,
    Table,
)
from generator.wordtext import (
    Place,
    classes,
    image,
    inline,
    inside,
    is_left_out,
    paragraph,
    points,
    text,
    tidy,
)

GUTTER = 24.0  # for line numbers: in the margin, or within a column
SOME_LINES = 12  # where the room to write ends with the page on paper; as many as a screen shows
LINES_OF_A_PAGE = {"standard": 25, "dyslexia": 25, "large-print": 15}
TOGETHER = 14  # so many paragraphs are kept on one page, and no more

_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "section", "table", "ul"),
}
_LINES_OF_THEIR_OWN = {"by-line", "its-line"}  # of the inline elements
_HEADINGS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", **dict.fromkeys(("h4", "h5", "h6"), "Heading 3")}

# Columns of tables that are not as wide as the others, in points.
_WIDTHS: Mapping[str, float] = {
    **{"titled": 190, "statement": 170, "nth": 62, "corner": 110, "cost": 150, "voice": 100, "when": 74, "place": 78},
    **{"choice": 84, "word": 96},
}


@dataclass
class PageReader:
    """Goes through a page once, in its order, and counts its lists."""

    look: Look
    kind: str
    lists: list[Numbering] = field(default_factory=list)
    question: int = 0  # the last that was read
    questions: int = 0  # the list that it is an item of
    bullets: int = 0  # the list of all that is not numbered

    def flow(self, e: Any, place: Place) -> Iterator[Block]:
        """All that is in an element: its blocks, and its loose text as paragraphs."""
        loose = list[Piece](text(e.text, place))
        for child in e:
            if not is_left_out(child):
                if _is_block(child):
                    yield from paragraph(loose, place)
                    loose = []
                    yield from self._block(child, place)
                else:
                    loose += inline(child, place)
            loose += text(child.tail, place)
        yield from paragraph(loose, place)

    def _block(self, e: Any, place: Place) -> Iterator[Block]:
        draw = next((_DRAWN[name] for name in (*classes(e), e.tag) if name in _DRAWN), PageReader.flow)
        blocks = draw(self, e, place.within(e))
        yield from _on_new_page(blocks) if "new-page" in classes(e) else blocks

    def heading(self, e: Any, place: Place) -> Iterator[Block]:
        style = _HEADINGS[e.tag]
        if "big" in classes(e):
            style += ", large"
        elif place.is_small and style in ("Heading 1", "Heading 2"):
            style += ", small"
        yield from self._styled(style, e, place)

    def response(self, e: Any, place: Place) -> Iterator[Block]:
        """A possible answer: one of several has its letter."""
        yield from self._styled("Response" if e.find("span[@class='n']") is not None else "Normal", e, place)

    def head_of_table(self, e: Any, place: Place) -> Iterator[Block]:
        yield from self._styled("Table head", e, place)

    def label(self, e: Any, place: Place) -> Iterator[Block]:
        yield from paragraph(inline(e, place), replace(place, style="Label line"))

    def _styled(self, style: str, e: Any, place: Place) -> Iterator[Block]:
        styled = replace(place, style=style)
        yield from paragraph(inside(e, styled), styled)

    # room to write

    def names(self, e: Any, place: Place) -> Iterator[Block]:
        """Labels, each with a line to write on; a heading before them stands alone."""
        yield from (block for child in e if child.tag in _HEADINGS for block in self._block(child, place))
        labels = [child for child in e if child.tag == "span" and "blank" not in classes(child)]
        pieces = [(*([Run("  ")] if n else []), *inside(label, place), Run(" \t")) for n, label in enumerate(labels)]
        style = "Name line" if "names" in classes(e) else "Name on a slip"
        yield Paragraph(style, tuple(piece for some in pieces for piece in some))

    def lines(self, e: Any, place: Place) -> Iterator[Block]:
        """Ruled lines. Room that ends with the page on paper is some lines here, or those of a page of its own."""
        count, before = sum("rule" in classes(child) for child in e), e.getprevious()
        if "fill" in classes(e):
            has_a_page = before is not None and "new-page" in classes(before)
            count = LINES_OF_A_PAGE[self.look.profile] if has_a_page else SOME_LINES
        yield from [Paragraph("Answer line")] * count

    def room(self, e: Any, place: Place) -> Iterator[Block]:
        """Room without lines; in a table, its row is as high."""
        if place.style != "Table text":
            yield from [Paragraph("Room")] * max(1, round(points(e, "height") / 19))

    def bar(self, e: Any, place: Place) -> Iterator[Block]:
        share = re.search(r"width:\s*([\d.]+)%", e.get("style") or "")
        yield Paragraph("Bar", (), right=round(place.width * (1 - float(share[1] if share else 100) / 100), 1))

    # passages

    def passage(self, e: Any, place: Place) -> Iterator[Block]:
        """Each printed line is a paragraph, so that it keeps its number however its words are changed."""
        for line in (child for child in e if "line" in classes(child)):
            number = next((name[1:] for name in classes(line) if re.fullmatch(r"n\d+", name)), "")
            style = "Numbered line" if number else "Passage"
            sign = (Run(number, "Line number"), Run("\t")) if number else ()
            said = tidy(inside(line, replace(place, style=style)))
            yield Paragraph(style, (*sign, *said), kept="keep" in classes(line) or None)

    def paragraph_of_source(self, e: Any, place: Place) -> Iterator[Block]:
        """A passage; beside it, where there is room, what is asked."""
        asks = next((child for child in e if "prompts" in classes(child)), None)
        if asks is None or self.look.stacks:
            yield from self.flow(e, place)
        else:
            asks.drop_tree()
            yield from self._beside(e, asks, place, 92 if self.kind == "supports" else 126)

    def annotated(self, e: Any, place: Place) -> Iterator[Block]:
        """In the teacher edition: a passage, and notes beside it."""
        parts = [child for child in e if {"lines", "beside"} & {*classes(child)}]
        if len(parts) != 2 or self.look.narrow:
            yield from self.flow(e, place)
        else:
            yield from self._beside(parts[0], parts[1], place, 126)

    def _beside(self, e: Any, other: Any, place: Place, width: float) -> Iterator[Block]:
        wide = place.width - width - 9
        passage = tuple(self.flow(e, replace(place, width=wide)))
        notes = _cell(self.flow(other, replace(place.within(other), width=width)))
        row = Row((_cell(passage, gutter=GUTTER), _cell(()), notes), splits=len(passage) > TOGETHER)
        yield from _table("Columns", (wide + GUTTER, 9, width), [row], indent=-GUTTER)

    def pair(self, e: Any, place: Place) -> Iterator[Block]:
        """Two documents side by side, in columns of the same width."""
        yield from self._columns(e, place, 42, gutter=GUTTER)

    def split(self, e: Any, place: Place) -> Iterator[Block]:
        """Lines for each document of a pair, side by side if there is room."""
        yield from self.flow(e, place) if self.look.narrow else self._columns(e, place, 42)

    def _columns(self, e: Any, place: Place, gap: float, gutter: float = 0) -> Iterator[Block]:
        parts = [child for child in e if not is_left_out(child)]
        wide = (place.width - gap * (len(parts) - 1)) / max(1, len(parts))
        cells, widths = list[Cell](), list[float]()
        for part in parts:
            if cells:
                cells.append(_cell(()))
                widths.append(gap - gutter)
            cells.append(_cell(self.flow(part, replace(place, width=wide)), gutter=gutter))
            widths.append(wide + gutter)
        yield from _table("Columns", widths, [Row(tuple(cells))], indent=-gutter)

    def glossary(self, e: Any, place: Place) -> Iterator[Block]:
        """The words of a document that are explained; they stand off from its text, as they do from its box."""
        before = e.getprevious()
        if before is not None and "box" not in classes(before):
            yield Paragraph("Between")
        yield from _together(self.flow(e, place))

    def noted(self, e: Any, place: Place) -> Iterator[Block]:
        """What is asked beside a passage; where there is no room beside it, it stands before it."""
        yield from self.flow(e, place)
        if self.look.stacks:
            yield Paragraph("Between")

    # what stands in frames and lists

    def box(self, e: Any, place: Place) -> Iterator[Block]:
        """The source box: paragraphs with a border, which Word draws as one."""
        yield from self.flow(e, place)
        yield Paragraph("Between", kept=True)

    def note(self, e: Any, place: Place) -> Iterator[Block]:
        """What is said of a source stands below the facts, as far in as they do."""
        said = tidy(inside(e, place))
        if said:
            yield Paragraph(place.style, (Run("\t"), *said))

    def framed(self, e: Any, place: Place) -> Iterator[Block]:
        """A frame; of several parts, each is on one page."""
        inner = replace(place, width=place.width - 18, is_small=True)
        parts = [child for child in e if child.tag == "div"] or [e]
        rows = [Row((_cell(blocks),)) for blocks in (tuple(self.flow(part, inner)) for part in parts) if blocks]
        if rows:
            yield from _table("Box", [place.width], rows)

    def small(self, e: Any, place: Place) -> Iterator[Block]:
        yield from self.flow(e, replace(place, is_small=True))

    def slip(self, e: Any, place: Place) -> Iterator[Block]:
        """What is cut off stands in a row of its own, below a dashed line."""
        parts = next((name for name in classes(e) if name.startswith("cut-")), "")
        height = 0.0 if self.look.narrow else {"cut-2": 300.0, "cut-3": 190.0, "cut-4": 136.0}.get(parts, 0.0)
        cell = _cell(self.flow(e, replace(place, is_small=True)))
        yield from _table("Slip", [place.width], [Row((cell,), height)])

    def venn(self, e: Any, place: Place) -> Iterator[Block]:
        """Two circles that overlap on the page are three columns here, to write in."""
        heads = [child for child in e if child.tag == "p"]
        wide = place.width / max(1, len(heads))
        top = [_cell(self.flow(head, replace(place, style="Table head", width=wide))) for head in heads]
        room = Row(tuple(_cell(()) for _ in heads), height=220)
        yield from _table("Chart", [wide] * len(heads), [Row(tuple(top), is_head=True), room])

    def bank(self, e: Any, place: Place) -> Iterator[Block]:
        """Words to choose from, in three columns if there is room; what is longer, one below the other."""
        inner = replace(place, is_small=True)
        for child in (child for child in e if not is_left_out(child)):
            if child.tag != "ul" or "whole" in classes(child) or self.look.narrow:
                yield from self._block(child, inner)
                continue
            words = [*self.list(child, replace(inner, width=place.width / 3))]
            most = -(-len(words) // 3)
            cells = tuple(_cell(words[n * most : (n + 1) * most]) for n in range(3))
            yield from _table("Columns", [place.width / 3] * 3, [Row(cells)])

    def list(self, e: Any, place: Place) -> Iterator[Block]:
        number = 0
        for item in (child for child in e if child.tag == "li"):
            inner = place.within(item)
            if {"question", "item"} & {*classes(item)} or _sign_of(item) is not None:
                yield from self._question(item, inner)
                continue
            if e.tag == "ul":
                self.bullets = self.bullets or self._begun(Numbering("–", 1, 12, 12))
            else:
                number = number or self._begun(Numbering("%1.", 1, 14, 14))
            yield from _listed(self.flow(item, inner), number or self.bullets)

    def _question(self, item: Any, place: Place) -> Iterator[Block]:
        """An item of the one list of questions that runs through the handout, if it has a number."""
        sign = _sign_of(item)
        if sign is None:
            yield from _together(self.flow(item, place))
            return
        number = int(sign.text_content())
        sign.drop_tree()
        if number != self.question + 1 or not self.questions:
            self.questions = self._begun(Numbering("%1", number, 0, GUTTER, bold=True))
        self.question = number
        yield from _together(_listed(self.flow(item, place), self.questions))

    def _begun(self, one: Numbering) -> int:
        self.lists.append(one)
        return len(self.lists)

    def together(self, e: Any, place: Place) -> Iterator[Block]:
        yield from _together(self.flow(e, place))

    # tables and figures

    def table(self, e: Any, place: Place) -> Iterator[Block]:
        """A table; its head stands on every page, and no row goes over to the next."""
        for caption in e.findall("caption"):
            yield from self._block(caption, place)
        rows = list(e.iter("tr"))
        if not rows:
            return
        widths = _widths(e, rows, place.width, 1.5 if self.look.profile == "large-print" else 1)
        made = [self._row(row, widths, place) for row in rows]
        last, whole = len(made) - 1, "whole" in classes(e)
        made = [_kept(row, n < last and (whole or row.is_head or n == last - 1)) for n, row in enumerate(made)]
        figure = next(e.iterancestors("div"), None)  # of a table, the scrolling region
        told = _long(figure.getparent()) if figure is not None else ""
        heads = all(len(row) and row[0].tag == "th" for row in rows if row.getparent().tag != "thead")
        style = "Chart" if "chart" in classes(e) else "Table"
        yield from _table(style, widths, made, described=told, heads_rows=heads)

    def _row(self, row: Any, widths: Sequence[float], place: Place) -> Row:
        cells, at, is_head = [], 0, row.getparent().tag == "thead"
        for cell in row:
            span = int(cell.get("colspan") or 1)
            inner = replace(place.within(cell), width=sum(widths[at : at + span]) - 6)
            if is_head and not len(cell):
                inner = replace(inner, style="Table head")
            cells.append(_cell(self.flow(cell, inner), span))
            at += span
        heights = [points(room, "height") for room in row.iter("div") if "cell" in classes(room)]
        return Row(tuple(cells), max(heights) + 10 if heights else 0, is_head)

    def figure(self, e: Any, place: Place) -> Iterator[Block]:
        """A picture; what describes it at length is a part of the words for it."""
        for block in self.flow(e, place):
            if isinstance(block, Paragraph) and (told := _long(e)):
                pieces = (replace(p, alt=f"{p.alt} {told}") if isinstance(p, Image) else p for p in block.pieces)
                block = replace(block, pieces=tuple(pieces))
            yield block

    def decoration(self, e: Any, place: Place) -> Iterator[Block]:
        address = re.search(r"background-image:\s*url\((.*?)\)", e.get("style") or "")
        if address:
            yield Paragraph("Picture", (image(address[1], points(e, "width"), "", place),))


# How the elements of a class or a tag are drawn, if not as what is in them. The first that an element has counts.
_DRAWN: Mapping[str, Callable[[PageReader, Any, Place], Iterable[Block]]] = {
    **dict.fromkeys(_HEADINGS, PageReader.heading),
    "response": PageReader.response,
    "b": PageReader.head_of_table,
    "label": PageReader.label,
    **dict.fromkeys(("names", "head"), PageReader.names),
    "glossary": PageReader.glossary,
    "noted": PageReader.noted,
    "write": PageReader.lines,
    "cell": PageReader.room,
    "bar": PageReader.bar,
    "passage": PageReader.passage,
    "paragraph": PageReader.paragraph_of_source,
    "annotated": PageReader.annotated,
    "pair": PageReader.pair,
    "split": PageReader.split,
    "box": PageReader.box,
    "note": PageReader.note,
    **dict.fromkeys(("ours", "card"), PageReader.framed),
    "sources": PageReader.small,
    "bank": PageReader.bank,
    "slip": PageReader.slip,
    "venn": PageReader.venn,
    **dict.fromkeys(("ol", "ul"), PageReader.list),
    **dict.fromkeys(("asked", "entry", "row", "sorting", "frames"), PageReader.together),
    "table": PageReader.table,
    "shown": PageReader.figure,
    "decor": PageReader.decoration,
}


def _is_block(e: Any) -> bool:
    """Whether an element stands on lines of its own; some that are inline do, by their styles."""
    around = e.getparent()
    heads = e.tag == "b" and around.tag == "th" and "titled" not in classes(around)
    labels = "label" in classes(e) and {"central", "lead"} & {*classes(around)}
    return e.tag in _BLOCKS or heads or bool(labels) or bool(_LINES_OF_THEIR_OWN & {*classes(e)})


def _sign_of(item: Any) -> Any:
    """What stands before an item of a list as its number."""
    for span in item.iter("span"):
        if {"number", "count"} & {*classes(span)} or ("n" in classes(span) and span.getparent() is item):
            return span
    return None


def _long(figure: Any) -> str:
    """The long description of a figure, for those who do not see it."""
    told = figure.find("details/p")
    return "" if told is None else " ".join(told.text_content().split())


# --- blocks ------------------------------------------------------------------------------------------


def _cell(blocks: Iterable[Block], columns: int = 1, gutter: float = 0) -> Cell:
    """A cell, which has to end with a paragraph."""
    return Cell(tuple(blocks) or (Paragraph("Table text"),), columns, gutter)


def _table(style: str, widths: Sequence[float], rows: Sequence[Row], **more: Any) -> Iterator[Block]:
    """A table, and the paragraph that keeps it apart from the next one. A page may end where columns or a frame do."""
    own = rows if style in ("Chart", "Table") else [_kept(row, False) for row in rows]
    yield Table(style, tuple(widths), tuple(own), **more)
    yield Paragraph("Between")


def _widths(table: Any, rows: Sequence[Any], width: float, scale: float) -> list[float]:
    """How wide the columns are: as the cells of the first row say, and otherwise all alike."""
    first = max(rows, key=len)
    told = []
    for n, cell in enumerate(first):
        usual = 84 if n == 0 and "chart" in classes(table) and "group" not in classes(cell) else 0
        named = next((_WIDTHS[name] for name in classes(cell) if name in _WIDTHS), usual)
        told.append(scale * (max(36, points(cell, "width")) if points(cell, "width") else named))
    free = told.count(0)
    least = 40 * scale
    if free and width - sum(told) >= least * free:
        rest = (width - sum(told)) / free
        return [one or rest for one in told]
    asked = [one or least for one in told]
    return [one * width / sum(asked) for one in asked]


def _kept(row: Row, kept: bool) -> Row:
    """A row on the page of what follows, or not: in a table, Word asks its paragraphs."""
    cells = []
    for cell in row.cells:
        blocks = (replace(block, kept=kept) if isinstance(block, Paragraph) else block for block in cell.blocks)
        cells.append(replace(cell, blocks=tuple(blocks)))
    return replace(row, cells=tuple(cells))


def _on_new_page(blocks: Iterable[Block]) -> Iterator[Block]:
    for n, block in enumerate(blocks):
        yield replace(block, on_new_page=True) if n == 0 and isinstance(block, Paragraph) else block


def _listed(blocks: Iterable[Block], number: int) -> Iterator[Block]:
    """The first paragraph is the item of a list."""
    for n, block in enumerate(blocks):
        yield replace(block, list=number) if n == 0 and isinstance(block, Paragraph) else block


def _together(blocks: Iterable[Block]) -> Iterator[Block]:
    """What is asked, on one page with its room; if that is large, with the first lines of it."""
    some = list(blocks)
    most = len(some) - 1 if len(some) <= TOGETHER else 3
    for n, block in enumerate(some):
        yield replace(block, kept=True) if n < most and isinstance(block, Paragraph) else block
