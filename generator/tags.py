"""What WeasyPrint 70 tags wrongly, or leaves out, is put right, so that a page is read aloud as it is meant.

The numbers are of issues at github.com/Kozea/WeasyPrint. Where one is mended there, its lines here can go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags as upstream


class _Nothing(pydyf.Object):  # type: ignore[misc]
    """Stands where an object was that nothing leads to any more: the others keep their numbers."""

    data = b"null"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def mended() -> Iterator[Callable[[Any, Any], None]]:
    """Gives the finisher for ``write_pdf``. Until it has run, WeasyPrint builds its tags under our eyes."""
    original = upstream._build_box_tree
    building = _Building(original)
    upstream._build_box_tree = building.build
    try:
        yield lambda document, pdf: _mend(document, pdf, building)
    finally:
        upstream._build_box_tree = original


def _mend(document: Any, pdf: Any, building: _Building) -> None:
    tree = _Tree(pdf, building.boxes)
    tree.join(building.stand_ins)
    tree.order_lists()
    tree.describe([page.height * 0.75 for page in document.pages])
    tree.name()
    for page, unread in building.unread.items():
        _set_aside(pdf.objects[_number(_page(pdf, page)["Contents"])], unread)
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/Annot":
            thing["F"] = 4  # it prints, like the words it lies on (WeasyPrint's flags say that it does not)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _page(pdf: Any, number: int) -> Any:
    return pdf.objects[_number(pdf.page_references[number])]


def _set_aside(content: Any, unread: dict[int, dict[str, str]]) -> None:
    """Marked content of a page that is not read out becomes an artifact."""
    parts = content.stream
    for place, part in enumerate(parts):
        if isinstance(part, pydyf.Dictionary) and part.get("MCID") in unread:
            parts[place - 1 : place + 1] = ["/Artifact", pydyf.Dictionary(unread[part["MCID"]])]


# --- while WeasyPrint builds the tree -----------------------------------------------------------------


class _Building:
    """Stands before the function that makes structure elements of boxes.

    Notes of which box each was made (a finisher is not told), and keeps from it what must not become one.
    """

    def __init__(self, original: Callable[..., Iterator[Any]]) -> None:
        self.original = original
        self.boxes: dict[int, Any] = {}  # by the number of the element
        self.unread: dict[int, dict[int, dict[str, str]]] = {}  # page, number of marked content, what it is instead
        self.heads: set[Any] = set()  # tables' heads that have been seen
        self.stand_ins: list[tuple[Any, Any]] = []  # cells of repeated heads, and what is noted instead of an element

    def build(
        self, box: Any, parent: Any, pdf: Any, page: int, nums: Any, annotations: Any, tags: Any
    ) -> Iterator[Any]:
        box = getattr(box, "_box", box)  # the place of an absolutely positioned box stands for it
        unread = self._unread(box)
        if unread:
            self._keep_out(box, unread, pdf, page, nums, tags)
            return
        if box.link_annotation and (box.element_tag != "a" or parent["S"] == "/Link"):
            _drop_annotation(box, pdf, page)  # one for each inner box of a link is too many (2482)
        for element in self.original(box, parent, pdf, page, nums, annotations, tags):
            self.boxes.setdefault(element.number, box)
            yield element

    def _unread(self, box: Any) -> dict[str, str] | None:
        """What a box is that is not to be read out."""
        if isinstance(box, boxes.MarginBox):  # running heads and feet are tagged, and hang on nothing (1836)
            return {"Type": "/Pagination", "Subtype": "/Header" if box.at_keyword.startswith("@top") else "/Footer"}
        if getattr(box, "is_header", False) or getattr(box, "is_footer", False):  # on every page, as if new (2153)
            if box.element in self.heads:
                return {"Type": "/Pagination"}
            self.heads.add(box.element)
        told = {} if box.element is None else box.element.attrib
        if told.get("alt") == "" or told.get("aria-hidden") == "true":  # decoration is a figure without words (2550)
            return {"Type": "/Layout"}
        return None

    def _keep_out(self, box: Any, unread: dict[str, str], pdf: Any, page: int, nums: Any, tags: Any) -> None:
        """Takes the marked content in a box off WeasyPrint's list; its places in the page's own list stay empty."""
        for inner in [box, *(getattr(b, "_box", b) for b in box.descendants(placeholders=True))]:
            if inner in tags:
                mark = tags.pop(inner)["mcid"]
                nums[mark] = "null"
                self.unread.setdefault(page, {})[mark] = unread
            if inner.link_annotation:
                _drop_annotation(inner, pdf, page)
            if isinstance(inner, boxes.TableCellBox):  # WeasyPrint writes into what it notes of a cell
                inner.mark = pydyf.Dictionary({"A": pydyf.Dictionary()})
                self.stand_ins.append((inner.element, inner.mark))


def _drop_annotation(box: Any, pdf: Any, page: int) -> None:
    _page(pdf, page)["Annots"].remove(box.link_annotation.reference)
    number = box.link_annotation.number
    pdf.objects[number] = _Nothing(number)
    box.link_annotation = None


# --- when it is built ---------------------------------------------------------------------------------

_IN_LINES = {"/Span", "/NonStruct", "/Link", "/Figure"}
_PLAIN = {"/Div", "/NonStruct", "/Span"}
_GROUPS = {"/Document", "/Part", "/Art", "/Sect", "/Div", "/NonStruct", "/BlockQuote", "/TD", "/TH", "/LBody"}
_EMPTY = {"/Part", "/Art", "/Sect", "/Div", "/NonStruct", "/Span", "/P"}  # they say nothing where nothing is in them
_NUMBERINGS = {"Decimal", "LowerAlpha", "UpperAlpha", "LowerRoman", "UpperRoman", "Disc", "Circle", "Square"}


class _Tree:
    """The structure elements of a PDF, and the boxes they were made of."""

    def __init__(self, pdf: Any, made_of: dict[int, Any]) -> None:
        self.pdf = pdf
        self.boxes = made_of
        self.root = self._at(pdf.catalog["StructTreeRoot"])
        self.moved: dict[bytes, bytes] = {}  # elements that have gone, and where their content went
        self.kids: dict[tuple[Any, ...], Any] = {}  # elements by their parent, their tag and their HTML element
        self.beside: dict[Any, Any] = {}  # what is placed beside the text, by its HTML element

    def _at(self, reference: bytes) -> Any:
        return self.pdf.objects[_number(reference)]

    def _elements(self, *tags: str) -> Iterator[tuple[Any, Any]]:
        """The elements that are still there, with their boxes; all, or those with some tags."""
        for number, box in list(self.boxes.items()):
            element = self.pdf.objects[number]
            if not isinstance(element, _Nothing) and (not tags or element["S"] in tags):
                yield element, box

    # An HTML element is one structure element. WeasyPrint makes another for each page and line that it goes on to,
    # for each column, and for each box that CSS needs besides (2153).

    def join(self, stand_ins: list[tuple[Any, Any]]) -> None:
        """Put the parts of each element together, and leave out what is empty, such as ruled lines."""
        self._settle(self._at(self.root["K"][0]))
        marks = self._at(self.root["ParentTree"])["Nums"]
        for place, entry in enumerate(marks):
            if isinstance(entry, pydyf.Array):
                entry[:] = [self.moved.get(reference, reference) for reference in entry]
            elif isinstance(entry, bytes):
                marks[place] = self.moved.get(entry, entry)
        first = {box.element: element for element, box in self._elements("/TH")} if stand_ins else {}
        for cell, mark in stand_ins:
            if "ID" in mark and cell in first:  # what stands below a repeated head is headed by the first
                mark["ID"].string = first[cell]["ID"].string

    def _settle(self, element: Any) -> None:
        kids, element["K"] = element["K"], pydyf.Array()
        for kid in kids:
            self._give(kid, element, element)

    def _give(self, kid: Any, source: Any, home: Any) -> None:
        """Give what stands in one element to another, or to that part of itself that is there already."""
        if isinstance(kid, int):
            elsewhere = pydyf.Dictionary({"Type": "/MCR", "Pg": source["Pg"], "MCID": kid})
            home["K"].append(kid if source["Pg"] == home["Pg"] else elsewhere)
        elif self._at(kid).get("Type") != "/StructElem":
            home["K"].append(kid)
        else:
            self._place(self._at(kid), home)

    def _place(self, element: Any, home: Any) -> None:
        box = self.boxes.get(element.number)
        if self._is_paragraph(element, box, home):
            element["S"] = "/P"
        twin = self._twin(element, box, home)
        if twin is not None:
            self._merge(element, twin)
            return
        home["K"].append(element.reference)
        element["P"] = home.reference
        self.kids[self._key(element, box, home)] = element
        if box is not None and box.is_absolutely_positioned():
            self.beside[box.element, box.element_tag] = element
        self._settle(element)
        if not element["K"] and element["S"] in _EMPTY:
            del self.kids[self._key(element, box, home)]
            home["K"].remove(element.reference)
            self.pdf.objects[element.number] = _Nothing(element.number)

    def _is_paragraph(self, element: Any, box: Any, home: Any) -> bool:
        """Whether it is a block of nothing but words; if it were no paragraph, they would run into the next."""
        if box is None or isinstance(box, boxes.InlineLevelBox) or home["S"] not in _GROUPS or not element["K"]:
            return False
        plain = element["S"] in _PLAIN or (element["S"] in _GROUPS and self._is_made_of(box, home))
        return plain and all(self._is_in_line(kid) for kid in element["K"])

    def _is_in_line(self, kid: Any) -> bool:
        box = None if isinstance(kid, int) else self.boxes.get(_number(kid))
        return box is None or (isinstance(box, boxes.InlineLevelBox) and self._at(kid)["S"] in _IN_LINES)

    def _is_made_of(self, box: Any, other: Any) -> bool:
        """Whether an element was made of the HTML element that a box was made of."""
        of = self.boxes.get(other.number)
        return of is not None and (of.element, of.element_tag) == (box.element, box.element_tag) != (None, None)

    def _key(self, element: Any, box: Any, home: Any) -> tuple[Any, ...]:
        own = element.number if box is None or box.element is None else (box.element, box.element_tag)
        return home.number, element["S"], own

    def _twin(self, element: Any, box: Any, home: Any) -> Any:
        """The element that this one is a part of, or goes on with."""
        nameless = box is not None and self._is_made_of(box, home)
        if nameless and element["S"] in (home["S"], "/NonStruct"):
            return home
        twin = self.kids.get(self._key(element, box, home))
        if twin is None and box is not None and box.is_absolutely_positioned():
            twin = self.beside.get((box.element, box.element_tag))  # on the next page, it is nowhere’s child
        one_of_several = nameless or isinstance(box, boxes.InlineLevelBox)  # with blocks between them
        if twin is not None and one_of_several and home["K"][-1] != twin.reference:
            return None
        return twin

    def _merge(self, element: Any, home: Any) -> None:
        self.moved[element.reference] = home.reference
        self.pdf.objects[element.number] = _Nothing(element.number)
        if "ID" in element:
            element["ID"].string = home["ID"].string
        for kid in element["K"]:
            self._give(kid, element, home)

    # Lists.

    def order_lists(self) -> None:
        """An item of a list is a label, if it has one, and a body; the list says how it is numbered."""
        for item, box in self._elements("/LI"):
            around, of_list = self._at(item["P"]), self.boxes.get(_number(item["P"]))
            ordered = of_list is not None and of_list.element_tag == "ol"
            self._give_body(item)
            self._give_label(item, ordered)
            if item["K"] and self._at(item["K"][0])["S"] == "/Lbl" and around["S"] == "/L":
                numbering = f"/{_numbering(box, ordered)}"
                around["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})

    def _give_body(self, item: Any) -> None:
        """Blocks in an item stand in its body (1837 was mended for words only)."""
        kids = [self._at(kid) for kid in item["K"]]
        if all(kid["S"] in ("/Lbl", "/LBody") for kid in kids):
            return
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"], "P": item.reference})
        self.pdf.add_object(body)
        body["K"] = pydyf.Array()
        for kid in kids:
            if kid["S"] == "/LBody":  # WeasyPrint's, with the words alone
                body["K"].extend(kid["K"])
                self.pdf.objects[kid.number] = _Nothing(kid.number)
            elif kid["S"] != "/Lbl":
                body["K"].append(kid.reference)
        for inner in body["K"]:
            self._at(inner)["P"] = body.reference
        item["K"] = pydyf.Array([kid.reference for kid in kids if kid["S"] == "/Lbl"] + [body.reference])

    def _give_label(self, item: Any, ordered: bool) -> None:
        """What CSS writes before an item is its label, and so is the number that begins an item of an ordered list."""
        body = self._at(item["K"][0]) if item["K"] else {}
        first = self.boxes.get(_number(body["K"][0])) if body.get("K") and body["S"] == "/LBody" else None
        if first is None:
            return
        if first.element_tag == "li::before" or (ordered and first.element_tag == "span" and _says(first).isdecimal()):
            label = self._at(body["K"].pop(0))
            label["S"], label["P"] = "/Lbl", item.reference
            item["K"].insert(0, label.reference)

    # What elements say of themselves.

    def describe(self, heights: list[float]) -> None:
        """Say which way header cells head, where links lead and pictures stand, and what is in another language."""
        pages = dict(zip(self.pdf.page_references, heights, strict=True))
        for element, box in self._elements():
            if isinstance(box, boxes.InlineLevelBox) and element["S"] == "/NonStruct":
                element["S"] = "/Span"  # <b> and <em>, of which nothing is known, would break a paragraph up
            if element["S"] == "/TH":
                element["A"]["Scope"] = self._scope(element, box)  # 2508
            if element["S"] == "/Figure":
                _turn(element["A"]["BBox"], pages[element["Pg"]])
            if element["S"] == "/Link" and self._at(element["P"])["S"] == "/Link":
                element["S"] = "/Span"  # what CSS writes before or behind it
            elif element["S"] == "/Link":
                self._name_link(element, box)
            language = box.style["lang"]
            if language and language != self._language_around(element):  # only the whole document's is written
                element["Lang"] = pydyf.String(language)

    def _scope(self, cell: Any, box: Any) -> str:
        told = box.element.attrib.get("scope", "")
        in_head = self._at(self._at(cell["P"])["P"])["S"] == "/THead"
        return "/Row" if told.startswith("row") or (not told and not in_head) else "/Column"

    def _name_link(self, link: Any, box: Any) -> None:
        """A link is told by its words and where it leads; by WeasyPrint, only by the latter."""
        for kid in link["K"]:
            thing = {} if isinstance(kid, int | pydyf.Dictionary) else self._at(kid)
            if thing.get("Type") == "/OBJR":
                annotation, words = self._at(thing["Obj"]), _says(box)
                address = annotation["A"]["URI"].string if "A" in annotation else ""
                told = f"{words} ({address})" if words and address and address not in words else words or address
                if told:
                    annotation["Contents"] = pydyf.String(told)

    def name(self) -> None:
        """Give elements the names that they have in HTML; and lead to all that have one, as header cells do."""
        named: dict[bytes, Any] = {}
        for element, box in self._elements():
            called = None if box.element is None or box.element_tag != box.element.tag else box.element.get("id")
            if called and called.encode() not in named and not self._is_made_of(box, self._at(element["P"])):
                element["ID"] = pydyf.String(called)
            if "ID" in element:
                named.setdefault(element["ID"].string.encode(), element)
        if named:
            leaves = pydyf.Array()
            for called, element in sorted(named.items()):
                leaves += [pydyf.String(called.decode()), element.reference]
            self.root["IDTree"] = pydyf.Dictionary({"Names": leaves})

    def _language_around(self, element: Any) -> str:
        while element is not self.root:
            element = self._at(element["P"])
            if element.number in self.boxes:
                return str(self.boxes[element.number].style["lang"])
        return str(self.pdf.catalog["Lang"].string)


def _says(box: Any) -> str:
    return " ".join("".join(box.element.itertext()).split())


def _numbering(item: Any, ordered: bool) -> str:
    """PDF's name for how the items of a list are numbered; a dash that CSS writes has none of its own."""
    style = str(item.style["list_style_type"]).title().replace("-", "")
    return style if style in _NUMBERINGS else "Decimal" if ordered else "Disc"


def _turn(rectangle: Any, height: float) -> None:
    """Where a picture stands, in points from the bottom of the page; WeasyPrint writes pixels from its top."""
    left, top, right, bottom = (edge * 0.75 for edge in rectangle)
    rectangle[:] = [left, height - bottom, right, height - top]
