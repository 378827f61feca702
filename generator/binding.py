"""Finished PDFs are bound into one: pages, tags, places that links lead to, bookmarks. The pages stay as they are.

What a reader of the whole must not confuse is told apart: in every PDF that is bound, there is a “Document A”.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, String


class Binding:
    """A PDF that others are put into, one behind the other. What it says of itself is what the first says.

    ``led``: one that leads the others comes last, by ``add_leading``; it then is the first.
    """

    def __init__(self, led: bool = False) -> None:
        self.led = led
        self.pdf = pikepdf.new()
        self.pages: list[Any] = []  # of the whole; to ask the PDF for one takes the longer, the more there are
        self.first: list[int] = []  # where each part begins, by the index of its page
        self._callers: list[list[tuple[int, int]]] = []  # of each part, the objects in which names stand
        self._parts: list[Any] = []  # structure elements, one a part
        self._marks: Any = Array()  # the parent tree: key, what is marked there
        self._next = 0  # the first key of the next part
        self._places: dict[bytes, Any] = {}  # what links lead to, and elements by their names
        self._named: dict[bytes, Any] = {}
        self._outline: list[pikepdf.OutlineItem] = []

    def add(self, part: pikepdf.Pdf, title: str, like: int | None = None) -> None:
        """Put a PDF behind the others, with its bookmarks below its title and its tags in a part. It is used up.

        ``like``: the number of an earlier part with the same pages, whose contents these share.
        """
        number = len(self.first)
        self._callers.append(_callers(part) if like is None else self._callers[like])
        _tell_apart(part, number + self.led, self._callers[number])
        theirs, ours = list(part.pages), list[Any]()
        for n, page in enumerate(theirs):
            if like is not None:  # or they would be copied once more
                page.obj.Contents, page.obj.Resources = Array(), Dictionary()
            ours.append(self.pdf.copy_foreign(page.obj))
            if like is not None:
                same = self.pages[self.first[like] + n]
                ours[n].Contents, ours[n].Resources = same.Contents, same.Resources
        self._bind(part, title, number, len(self.pages), dict(zip(_keys(theirs), ours, strict=True)))
        if not number and not self.led:
            self._begin(part)

    def add_leading(self, part: pikepdf.Pdf, title: str) -> None:
        """Put the PDF that leads the others before them. It is used up."""
        assert self.led
        _tell_apart(part, 0, _callers(part))
        pages = {page.obj.objgen: self.pdf.copy_foreign(page.obj) for page in part.pages}
        self.first, self.led = [first + len(pages) for first in self.first], False
        self._bind(part, title, 0, 0, pages)
        self._begin(part)

    def _bind(self, part: pikepdf.Pdf, title: str, number: int, start: int, pages: dict[tuple[int, int], Any]) -> None:
        """Put the pages of a part, which have become ours, in their place, and all that leads to them."""
        for n, page in enumerate(pages.values(), start):
            self.pdf.pages.insert(n, pikepdf.Page(page))
            self.pages.insert(n, page)
        self.first.insert(number, start)
        self._outline.insert(number, _bookmarks(part, title, pages))
        self._parts.insert(number, self._tags_bound(part, pages.values(), title))
        names = part.Root.get("/Names", Dictionary()).get("/Dests", Dictionary())
        for name, place in leaves(self.pdf.copy_foreign(part.make_indirect(names)), "/Names"):
            self._places[bytes(name)] = place

    def lead(self, name: str, page: int) -> None:
        """Let the links of the first part to a name lead to a page of the whole."""
        self._places[_apart(name, 0)] = _top_of(self.pages[page])

    def entitle(self, title: str) -> None:
        """Call the whole otherwise than its first part."""
        self.pdf.docinfo["/Title"] = title
        with self.pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            told["dc:title"] = title

    def label(self, each: bool = False) -> None:
        """Number the pages, as programs show them, by their count; in ``each`` part from 1."""
        starts = self.first if each else [0]
        labels = [thing for start in starts for thing in (start, Dictionary(S=Name.D, St=1))]
        self.pdf.Root.PageLabels = Dictionary(Nums=Array(cast(Any, labels)))

    def done(self) -> pikepdf.Pdf:
        """The PDF, with all that leads around in it."""
        document = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array(self._parts)))
        tree = Dictionary(
            Type=Name.StructTreeRoot,
            K=document,
            ParentTree=self.pdf.make_indirect(Dictionary(Nums=self._marks)),
            ParentTreeNextKey=self._next,
        )
        if self._named:
            tree.IDTree = self.pdf.make_indirect(Dictionary(Names=_sorted(self._named)))
        self.pdf.Root.StructTreeRoot = self.pdf.make_indirect(tree)
        for part in self._parts:
            part.P = document
        document.P = self.pdf.Root.StructTreeRoot
        if self._places:
            places = self.pdf.make_indirect(Dictionary(Names=_sorted(self._places)))
            self.pdf.Root.Names = Dictionary(Dests=places)
        with self.pdf.open_outline() as outline:
            outline.root.extend(self._outline)
        return self.pdf

    def _begin(self, part: pikepdf.Pdf) -> None:
        root = self.pdf.Root
        root.Lang, root.MarkInfo = part.Root.Lang, Dictionary(Marked=True)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.Metadata = self.pdf.copy_foreign(part.Root.Metadata)
        self.pdf.docinfo["/Title"] = part.docinfo["/Title"]
        self.pdf.trailer.ID = Array([String(bytes(mark)) for mark in part.trailer.ID])

    def _tags_bound(self, part: pikepdf.Pdf, pages: Iterable[Any], title: str) -> Any:
        """The structure element that holds the tags of a part."""
        tree = self.pdf.copy_foreign(part.Root.StructTreeRoot)
        (document,) = _listed(tree.K)
        document.S, document.T, document.Lang = Name.Part, String(title), part.Root.Lang
        most = -1
        for key, marked in leaves(tree.ParentTree, "/Nums"):
            self._marks.append(int(key) + self._next)
            self._marks.append(marked)
            most = max(most, int(key))
        for page in pages:
            if "/StructParents" in page:
                page.StructParents += self._next
            for note in page.get("/Annots", []):
                if "/StructParent" in note:
                    note.StructParent += self._next
        self._next += most + 1
        for name, element in leaves(tree.get("/IDTree", Dictionary()), "/Names"):
            self._named[bytes(name)] = element
        return document


def places(pdf: pikepdf.Pdf) -> dict[str, tuple[int, float, float]]:
    """Where the named places of a finished PDF are: the index of the page, and the point from its left lower corner."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    names = pdf.Root.get("/Names", Dictionary()).get("/Dests", Dictionary())
    return {
        str(name): (pages[place[0].objgen], float(place[2]), float(place[3])) for name, place in leaves(names, "/Names")
    }


def bound(pdf: pikepdf.Pdf) -> bytes:
    """The file. The same parts give the same bytes."""
    out = io.BytesIO()
    pdf.save(out, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _apart(name: Any, number: int) -> bytes:
    return f"{number}.".encode() + (name.encode() if isinstance(name, str) else bytes(name))


def _callers(part: pikepdf.Pdf) -> list[tuple[int, int]]:
    """The objects in which something has a name, or is called by it: elements, cells under heads, links."""
    return [thing.objgen for thing in part.objects if isinstance(thing, Dictionary) and _calls(thing)]


def _calls(thing: Any) -> bool:
    return "/ID" in thing or "/Dest" in thing or ("/A" in thing and _has_heads(thing))


def _has_heads(element: Any) -> bool:
    return isinstance(about := element.get("/A"), Dictionary) and "/Headers" in about


def _tell_apart(part: pikepdf.Pdf, number: int, callers: list[tuple[int, int]]) -> None:
    """Put the number of the part before every name in it that something else in it calls."""

    def renamed(name: Any) -> String:
        return String(_apart(name, number))

    for thing in map(part.get_object, callers):
        if "/ID" in thing:
            thing.ID = renamed(thing.ID)
        if _has_heads(thing):
            thing.A.Headers = Array([renamed(name) for name in thing.A.Headers])
        if isinstance(thing.get("/Dest"), String):
            thing.Dest = renamed(thing.Dest)
    for tree in (part.Root.get("/Names", Dictionary()).get("/Dests"), part.Root.StructTreeRoot.get("/IDTree")):
        if tree is not None:
            tree.Names = Array([renamed(x) if n % 2 == 0 else x for n, x in enumerate(tree.Names)])


def _keys(pages: Iterable[pikepdf.Page]) -> Iterator[tuple[int, int]]:
    return (page.obj.objgen for page in pages)


def _top_of(page: Any) -> Array:
    return Array([page, Name.XYZ, 0, page.MediaBox[3], 0])


def _bookmarks(part: pikepdf.Pdf, title: str, pages: dict[tuple[int, int], Any]) -> pikepdf.OutlineItem:
    """A bookmark for a part, and below it those that it has; ``pages``: what has become of its pages."""
    whole = pikepdf.OutlineItem(title, _top_of(next(iter(pages.values()))))
    with part.open_outline() as outline:
        whole.children.extend(_moved(outline.root, pages))
    whole.is_closed = True
    return whole


def _moved(items: Iterable[pikepdf.OutlineItem], pages: dict[tuple[int, int], Any]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        page, _, left, top, _ = cast("Iterable[Any]", item.destination)  # WeasyPrint and we write all of them so
        moved = pikepdf.OutlineItem(item.title, Array([pages[page.objgen], Name.XYZ, left, top, 0]))
        moved.children.extend(_moved(item.children, pages))
        yield moved


def _listed(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, Array) else [kids]


def leaves(tree: Any, kind: str) -> Iterator[tuple[Any, Any]]:
    """Keys and values of a name tree or a number tree."""
    flat = list(tree.get(kind, []))
    yield from zip(flat[::2], flat[1::2], strict=True)
    for kid in tree.get("/Kids", []):
        yield from leaves(kid, kind)


def _sorted(tree: dict[bytes, Any]) -> Array:
    return Array([x for name in sorted(tree) for x in (String(name), tree[name])])
