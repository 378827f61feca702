"""What a screen reader finds in a finished PDF: its structure tree, read back by programs that had no part in it."""

from __future__ import annotations

import ctypes
import inspect
import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import weasyprint
from conftest import IN_EVERY_LOOK, PRESSED, Node, Shelf, parsed, program, squeezed
from weasyprint.pdf import tags as upstream

from generator import chinese
from generator.editions import Edition
from generator.failures import PressProblem
from generator.looks import Look
from generator.outputs import press
from generator.render import prose
from generator.tags import mended

# --- reading the tree ---------------------------------------------------------------------------------

Words = dict[tuple[int, int], str]  # by page and number of the marked content; what has no number is an artifact


def words_of(data: bytes) -> Words:
    """What stands in each piece of marked content."""
    found: Words = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for number, sheet in enumerate(document):
            text = sheet.get_textpage()
            for thing in sheet.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                size = pdfium.FPDFTextObj_GetText(thing.raw, text.raw, None, 0)
                buffer = ctypes.create_string_buffer(size)
                pdfium.FPDFTextObj_GetText(
                    thing.raw, text.raw, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
                )
                place = number, pdfium.FPDFPageObj_GetMarkedContentID(thing.raw)
                found[place] = found.get(place, "") + buffer.raw[: size - 2].decode("utf-16-le")
    finally:
        document.close()
    return found


class Tree:
    """The structure tree of a PDF as nodes, in the order it is read out in; they keep their tags and what they say."""

    def __init__(self, data: bytes) -> None:
        self.words = words_of(data)
        self.read: list[tuple[int, int]] = []  # the marked content that the tree leads to
        with pikepdf.open(io.BytesIO(data)) as pdf:
            self.pages = {sheet.obj.objgen: number for number, sheet in enumerate(pdf.pages)}
            self.root = Node("", {}, [self._node(kid, {}) for kid in pdf.Root.StructTreeRoot.K])

    def _node(self, element: Any, around: dict[str, Any]) -> Node | str:
        if isinstance(element, int) or element.get("/Type") == "/MCR":
            number = element if isinstance(element, int) else int(element.MCID)
            sheet = around["/Pg"] if isinstance(element, int) else element.Pg
            place = self.pages[sheet.objgen], number
            self.read.append(place)
            return self.words.get(place, " ")  # PDFium passes over what is only a space
        if element.get("/Type") == "/OBJR":
            return Node("OBJR", {"Contents": str(element.Obj.get("/Contents", "")), "F": str(element.Obj.get("/F", 0))})
        of_all = [element.A] if "/A" in element else []
        said = {key[1:]: str(value) for given in [element, *of_all] for key, value in given.items() if plain(value)}
        here = {"/Pg": element.get("/Pg", around.get("/Pg"))}
        return Node(str(element.S)[1:], said, [self._node(kid, here) for kid in element.get("/K", [])])


def plain(value: Any) -> bool:
    return not isinstance(value, pikepdf.Dictionary | pikepdf.Array)


@lru_cache(2)
def tree_in(path: Path) -> Tree:
    return Tree(path.read_bytes())


def letters(text: str) -> str:
    """A text as its letters and figures only: lines, marks, spaces and small capitals do not matter."""
    return re.sub(r"[\W_]+", "", text.lower())


def difference(one: str, other: str) -> str:
    """Where two texts part, for whoever reads the failure."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return "" if one == other else f"…{one[max(0, at - 60) : at + 60]}… instead of …{other[max(0, at - 60) : at + 60]}…"


# --- what the page says -------------------------------------------------------------------------------

ON_SCREEN_ONLY = {"foot", "teacher-bar", "answers"}
NOT_FOR_TEACHERS = {"glossary", "row-what", "row-where", "row-type"}  # among the documents, which students have whole


FOR_NOTES = {"rest", "notes-page"}


def ends_with_notes(tree: Tree) -> bool:
    """Whether the last page is one for notes, which only an odd handout has: it is not counted."""
    last = max(tree.pages.values())
    foot = " ".join(words for (page, number), words in tree.words.items() if (page, number) == (last, -1))
    return not re.search(r"Page \d+ of \d+", squeezed(foot))


def lacking(tree: Tree) -> set[str]:
    """The rooms for notes that paper does not show: what is left of the last page may be too little for one."""
    headings = [squeezed(node.text) for node in tree.root.all() if re.fullmatch(r"H\d", node.tag)]
    rooms = len(list(takewhile(lambda heading: heading == "Notes", reversed(headings))))
    page = ends_with_notes(tree)
    assert page <= rooms <= page + 1
    return FOR_NOTES - ({"notes-page"} if page else set()) - ({"rest"} if rooms > page else set())


def shown(page: Node, edition: Edition, lacking: set[str]) -> Node:
    """The body of a page, as paper shows it: without what only a screen shows, with the numbers that CSS writes."""
    (body,) = page.all("body")
    body.inside = [kid for kid in body.inside if isinstance(kid, str) or kid.tag != "script"]
    drop(body, lacking)
    documents = next(body.all("section", "documents"), None) if edition == "teacher" else None
    drop(body, ON_SCREEN_ONLY)
    if documents:
        drop(documents, NOT_FOR_TEACHERS)
    for around in (*body.all("div", "directions"), *(n for n in body.all() if "prose" in n.classes)):
        for ordered in around.all("ol"):
            for number, item in enumerate((n for n in ordered.inside if isinstance(n, Node)), 1):
                item.inside.insert(0, f"{number}. ")
    return body


def drop(node: Node, classes: set[str]) -> None:
    node.inside = [kid for kid in node.inside if isinstance(kid, str) or not classes & set(kid.classes)]
    for kid in node.inside:
        if isinstance(kid, Node):
            drop(kid, classes)


# --- every edition ------------------------------------------------------------------------------------


@IN_EVERY_LOOK
def test_every_word_is_read_once_in_the_order_of_the_page(
    name: str, edition: Edition, look: Look, shelf: Shelf
) -> None:
    """The tree says what the page says, from its first word to its last, and no running head between."""
    tree = tree_in(shelf.path(name, edition, "pdf", look))
    said = letters(tree.root.text)
    body = letters(shown(parsed(shelf.html(name, edition, look)), edition, lacking(tree)).text)
    assert not difference(said, body)
    assert len(tree.read) == len(set(tree.read))


@PRESSED
def test_what_is_not_read_is_an_artifact(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """Running heads and feet are there for the eye, and nothing else is; no content is without one or the other."""
    tree = tree_in(shelf.path(name, edition, "pdf", look))
    unread = {page: words for (page, number), words in tree.words.items() if number == -1}
    assert sorted(unread) == sorted(tree.pages.values())
    counted = len(tree.pages) - ends_with_notes(tree)
    for page, words in unread.items():
        assert "Revision" in words
        assert (f"Page {page + 1} of {counted}" in words) == (page < counted)
    assert {place for place in tree.words if place[1] >= 0} <= set(tree.read)
    with pikepdf.open(shelf.path(name, edition, "pdf", look)) as pdf:
        assert {kind for sheet in pdf.pages for kind in kinds_of_artifacts(sheet)} <= {"", "Header", "Footer", "again"}


def kinds_of_artifacts(sheet: pikepdf.Page) -> Iterator[str]:
    """What kinds of artifacts words of a page stand in. Words that stand in no marked content fail."""
    around: list[str | None] = []
    for instruction in pikepdf.parse_content_stream(sheet):
        operands, operator = instruction.operands, instruction.operator
        if str(operator) in ("BDC", "BMC"):
            around.append(kind_of(operands))
        elif str(operator) == "EMC":
            around.pop()
        elif str(operator) in ("TJ", "Tj"):
            assert len(around) == 1, "words in no marked content, or in two at once"
            if around[0] is not None:
                assert around[0], "words that are an artifact, and nobody knows of what kind"
                yield around[0]


def kind_of(operands: Any) -> str | None:
    """The kind of an artifact; nothing for content that is read."""
    if str(operands[0]) != "/Artifact":
        return None
    told = operands[1] if len(operands) > 1 else {}
    return str(told.get("/Subtype", "/again"))[1:] if told.get("/Type") == "/Pagination" else ""


@PRESSED
def test_each_piece_of_content_knows_where_it_hangs(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """From the page to the tree and back: some readers go the one way, some the other."""
    with pikepdf.open(shelf.path(name, edition, "pdf", look)) as pdf:
        root = pdf.Root.StructTreeRoot
        (document,) = root.K
        assert document.S == "/Document" and document.P.objgen == root.objgen
        hangs = dict(pieces(document))
        marks = list(root.ParentTree.Nums)
        listed = dict(zip(map(int, marks[::2]), marks[1::2], strict=True))
        for sheet in pdf.pages:
            of_page = listed[int(sheet.obj.StructParents)]
            found = {n: element.objgen for n, element in enumerate(of_page) if element is not None}
            assert found == {n: hung for (page, n), hung in hangs.items() if page == sheet.obj.objgen}


def pieces(element: Any, page: Any = None) -> Iterator[tuple[tuple[Any, int], Any]]:
    """The marked content below an element by page and number, and what it hangs on. Each knows what it hangs on."""
    page = element.Pg.objgen if "/Pg" in element else page
    for kid in element.K:
        if isinstance(kid, int):
            yield (page, kid), element.objgen
        elif kid.get("/Type") == "/MCR":
            yield (kid.Pg.objgen, int(kid.MCID)), element.objgen
        elif kid.get("/Type") == "/StructElem":
            assert kid.P.objgen == element.objgen
            yield from pieces(kid, page)


@PRESSED
def test_nothing_is_in_the_tree_but_what_can_be_said(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """Ruled lines, numbers of lines, rings, bars and cut lines are no elements; a cell may wait to be filled."""
    tree = tree_in(shelf.path(name, edition, "pdf", look))
    assert {node.tag for node in tree.root.all() if not node.inside} <= {"TD", "TH"}
    assert "Figure" not in {node.tag for node in tree.root.all()}, "none of ours has pictures"


@PRESSED
def test_a_passage_is_read_as_the_paragraph_it_is(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """Not as broken lines, and not in two where a page ends."""
    paragraphs = iter([squeezed(p.text) for p in tree_in(shelf.path(name, edition, "pdf", look)).root.all("P")])
    for passage in parsed(shelf.html(name, edition, look)).all("p", "passage"):
        whole = squeezed(passage.text)
        assert any(paragraph == whole for paragraph in paragraphs), f"“{whole[:60]}…” is not read whole"


@PRESSED
def test_headings_nest(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """One of the first level, at the head; the others go down one by one, and are those of the page."""
    tree = tree_in(shelf.path(name, edition, "pdf", look))
    headings = [n for n in tree.root.all() if re.match("H[1-6]", n.tag)]
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    page = shown(parsed(shelf.html(name, edition, look)), edition, lacking(tree))
    of_page = [(n.tag.upper(), letters(n.text)) for n in page.all() if re.fullmatch("h[1-6]", n.tag)]
    assert [(heading.tag, letters(heading.text)) for heading in headings] == of_page


@PRESSED
def test_every_cell_knows_what_heads_it(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """Header cells say which way they head, rows are complete, and the tables are those of the page."""
    tree = tree_in(shelf.path(name, edition, "pdf", look))
    of_page = list(parsed(shelf.html(name, edition, look)).all("table"))
    tables = list(tree.root.all("Table"))
    assert len(tables) == len(of_page)
    for table, same in zip(tables, of_page, strict=True):
        ways = {"col": "/Column", "row": "/Row"}
        assert [cell.attributes["Scope"] for cell in table.all("TH")] == [
            ways[cell.attributes["scope"]] for cell in same.all("th")
        ]
        rows = [[kid.tag for kid in row.inside if isinstance(kid, Node)] for row in table.all("TR")]
        spans = [
            [int(cell.attributes.get("ColSpan", 1)) for cell in row.inside if isinstance(cell, Node)]
            for row in table.all("TR")
        ]
        assert len({sum(row) for row in spans}) == 1
        assert rows == [[n.tag.upper() for n in row.inside if isinstance(n, Node)] for row in same.all("tr")]
        assert len(list(table.all("THead"))) == len(list(same.all("thead"))) <= 1


@PRESSED
def test_what_is_in_another_language_says_so(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """A voice that reads English knows where a Chinese name begins and ends."""
    tree = tree_in(shelf.path(name, edition, "pdf", look))
    of_page = [
        n for n in shown(parsed(shelf.html(name, edition, look)), edition, FOR_NOTES).all() if "lang" in n.attributes
    ]
    assert [(n.attributes["Lang"], letters(n.text)) for n in tree.root.all() if "Lang" in n.attributes] == [
        (n.attributes["lang"], letters(n.text)) for n in of_page
    ]
    unmarked = re.findall("[\u3400-\u9fff]+", without_languages(tree.root))
    assert not unmarked


def without_languages(node: Node) -> str:
    kids = (
        kid if isinstance(kid, str) else "" if "Lang" in kid.attributes else without_languages(kid)
        for kid in node.inside
    )
    return "".join(kids)


@PRESSED
@pytest.mark.slow
def test_poppler_reads_the_same(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """A second reader goes down the tree and hears the same words."""
    command = [program("pdfinfo"), "-struct-text", "-enc", "UTF-8", str(shelf.path(name, edition, "pdf", look))]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    spoken = "".join(re.findall(r'^ *"(.*)"$', ran.stdout, re.MULTILINE))
    assert not difference(letters(spoken), letters(tree_in(shelf.path(name, edition, "pdf", look)).root.text))


# --- pages of our own ---------------------------------------------------------------------------------

PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><title>A page</title><style>
/*<fonts>*/
@page {{ size: 300pt 200pt; margin: 30pt; @bottom-left {{ content: "Foot" }} }}
html {{ font-family: 'Source Serif 4', 'Noto Serif SC Cut'; line-height: 20pt }}
body, h1, p, table {{ margin: 0; font-size: 12pt; line-height: 20pt }} ol, ul {{ list-style: none }}
{css}
</style></head><body><h1>A page</h1>{body}</body></html>"""


def finished(body: str, css: str = "") -> bytes:
    """The PDF of a small page, which is valid."""
    data = press(PAGE.format(css=css, body=body))
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        assert [failure.rule_id for failure in validator.validate_pdf(file.name, profile="ua1").failures] == []
    return data


def heard(body: str, css: str = "") -> Node:
    """The tree of a small page behind its heading."""
    (document,) = Tree(finished(body, css)).root.all("Document")
    assert squeezed(document.inside.pop(0).text) == "A page"  # type: ignore[union-attr]
    return document


def only(node: Node, tag: str) -> Node:
    (found,) = node.all(tag)
    return found


def outline(node: Node) -> str:
    """Tags of elements, and of those in them: ``P(Span)``."""
    kids = " ".join(outline(kid) for kid in node.inside if isinstance(kid, Node))
    return f"{node.tag}({kids})" if kids else node.tag


def test_a_link_says_where_it_leads() -> None:
    """In its words, with the address; it is one link, whatever is printed bold in it, and it prints (2482)."""
    tree = heard(prose("Read [**bold** and more](https://example.org/a) first."))
    assert outline(tree) == "Document(P(Span Link(OBJR Span(Span)) Span))"
    assert only(tree, "OBJR").attributes == {"Contents": "bold and more (https://example.org/a)", "F": "4"}
    assert squeezed(tree.text) == "Read bold and more first."


def test_a_link_that_goes_on_is_still_one() -> None:
    """On the next line and page, and in bold; each part can be clicked. An address is not said twice."""
    words = "many words " * 80 + "**in bold** https://example.org/a"
    tree = heard(prose(f"[{words}](https://example.org/a)"))
    said = squeezed(words.replace("**", ""))
    assert letters(only(tree, "Link").text) == letters(said)
    assert len(list(tree.all("OBJR"))) > 10
    assert {n.attributes["Contents"] for n in tree.all("OBJR")} == {said}


def test_a_link_within_the_page_says_its_words() -> None:
    """Not the name of the place it leads to; what CSS writes behind it is part of it."""
    css = "a::after { content: ' (p. ' target-counter(attr(href), page) ')' }"
    tree = heard('<p><a href="#there">To the end</a></p><p id="there">The end</p>', css)
    assert only(tree, "OBJR").attributes["Contents"] == "To the end"
    assert squeezed(only(tree, "Link").text) == "To the end (p. 1)"


@pytest.mark.parametrize(
    ("css", "items", "tree", "numbering"),
    [
        ("", "<ol><li><p>One</p><p>Two</p></li></ol>", "L(LI(LBody(P(Span) P(Span))))", ""),
        ("", "<ol><li><span>12</span> One</li></ol>", "L(LI(Lbl(Span) LBody(Span)))", "/Decimal"),
        ("", "<ul><li><span>12</span> are few</li></ul>", "L(LI(LBody(Span(Span) Span)))", ""),
        ("li::before { content: '– ' }", "<ul><li>One</li></ul>", "L(LI(Lbl(Span) LBody(Span)))", "/Disc"),
        ("ul { list-style: square }", "<ul><li><p>One</p></li></ul>", "L(LI(Lbl(Span) LBody(P(Span))))", "/Square"),
        ("ol { list-style: lower-alpha }", "<ol><li>One</li></ol>", "L(LI(Lbl(Span) LBody(Span)))", "/LowerAlpha"),
        ("", "<ol style='list-style: decimal'><li>1<p>2</p></ol>", "L(LI(Lbl(Span) LBody(Span P(Span))))", "/Decimal"),
        ("ul { column-count: 2 }", "<ul><li>One</li><li>Two</li></ul>", "L(LI(LBody(Span)) LI(LBody(Span)))", ""),
    ],
)  # fmt: skip
def test_an_item_is_a_label_and_a_body(css: str, items: str, tree: str, numbering: str) -> None:
    """Whatever is in it (1837), whoever wrote its number, and in however many columns."""
    found = only(heard(items, css), "L")
    assert outline(found) == tree
    assert found.attributes.get("ListNumbering", "") == numbering


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        ("<p>" + "many words " * 200 + "</p>", "P"),
        ("<div><p>" + "many words " * 200 + "</p><p>One</p></div>", "Div(P P)"),
        ("<ul><li>" + "many words " * 200 + "</li><li>One</li></ul>", "L(LI(LBody) LI(LBody))"),
        ("<p>One <b>" + "many words " * 200 + "</b> one</p>", "P(Span)"),
        ("<div>One<p>Two</p>three <b>four</b></div>", "Div(P P P(Span))"),
        ("<p><span style='display: block'>One</span><span style='display: block'>two</span></p>", "P(Span Span)"),
        ("<p>One <span style='position: absolute'>two</span> three</p>", "P(Span)"),
        ("<p>One</p><p></p><div><div style='border-bottom: 1pt solid; height: 20pt'></div></div>", "P"),
    ],
)  # fmt: skip
def test_an_element_is_one_element(body: str, tree: str) -> None:
    """On several pages (2153) and lines; blocks of words are paragraphs, empty blocks are nothing."""
    assert outline_without_runs(heard(body)) == f"Document({tree})"


def outline_without_runs(node: Node) -> str:
    """Tags of elements, without those that hold the words of one line and nothing else."""
    kids = [kid for kid in node.inside if isinstance(kid, Node)]
    inner = [outline_without_runs(kid) for kid in kids if kid.tag != "Span" or outline(kid) != "Span"]
    return f"{node.tag}({' '.join(inner)})" if inner else node.tag


def test_columns_of_blocks_are_read_one_after_the_other() -> None:
    """Cells of a row that goes on to the next page: the first to its end, then the second."""
    cells = ["one " * 150, "two " * 150]
    rows = "".join(f"<td>{cell}</td>" for cell in cells)
    tree = heard(f"<table><tr>{rows}</tr></table>")
    assert outline_without_runs(tree) == "Document(Table(TBody(TR(TD TD))))"
    assert letters(tree.text) == letters("".join(cells))


def test_a_head_that_is_printed_again_is_read_once() -> None:
    """The cells of each page are headed by the head at the beginning; later ones are artifacts (2153)."""
    head = "<thead><tr><th scope='col'>Left</th><th>Right</th></tr></thead>"
    body = "".join(f"<tr><th scope='row'>row{n}</th><td>cell{n}</td></tr>" for n in range(20))
    data = finished(f"<table>{head}<tbody>{body}</tbody></table>")
    tree = Tree(data)
    assert len(tree.pages) > 2
    table = only(tree.root, "Table")
    assert letters(table.text) == "leftright" + "".join(f"row{n}cell{n}" for n in range(20))
    names = {cell.attributes["ID"]: squeezed(cell.text) for cell in table.all("TH")}
    assert len(names) == 22
    assert [[names[key] for key in keys] for keys in headers(data)] == [[f"row{n}", "Right"] for n in range(20)]
    assert [cell.attributes["Scope"] for cell in table.all("TH")] == ["/Column"] * 2 + ["/Row"] * 20
    unread = {page: squeezed(words) for (page, mark), words in tree.words.items() if mark == -1}
    assert ["Left" in words for _, words in sorted(unread.items())] == [False, *[True] * (len(tree.pages) - 1)]


def headers(data: bytes) -> Iterator[list[str]]:
    """The names of the header cells that each other cell names."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/TD":
                yield [str(key) for key in thing.A.Headers]


@pytest.mark.parametrize(
    ("body", "languages"),
    [
        ("<p>By <span lang='zh'>刘晓波</span> of <b lang='fr'>Lyon</b></p>", [("zh", "刘晓波"), ("fr", "Lyon")]),
        ("<p lang='zh'>刘晓波 <span lang='en'>says</span> 高</p>", [("zh", "刘晓波 says 高"), ("en", "says")]),
        ("<ul><li lang='zh'>刘晓波</li><li>Liu</li></ul>", [("zh", "刘晓波")]),
        ("<table><tr><td lang='zh'>刘晓波</td><td>Liu</td></tr></table>", [("zh", "刘晓波")]),
        ("<div lang='zh-Hans'>刘晓波<p>高</p></div><p lang='en'>Liu</p>", [("zh-Hans", "刘晓波高")]),
        ("<h2 lang='es'>Hola</h2>", [("es", "Hola")]),
    ],
)  # fmt: skip
def test_a_language_is_marked_where_it_changes(body: str, languages: list[tuple[str, str]]) -> None:
    """On whatever element; on none that only goes on in the language around it."""
    marked = [(n.attributes["Lang"], letters(n.text)) for n in heard(body).all() if "Lang" in n.attributes]
    assert marked == [(language, letters(words)) for language, words in languages]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<p>By 刘晓波 and 高.", "<p>By <span lang='zh'>刘晓波</span> and <span lang='zh'>高</span>."),
        ("<p>B&amp;刘<br>\n<b>高</b>晓</p>\n", None),
        ("<p lang='zh'>刘 <b>高</b></p>高", "<p lang='zh'>刘 <b>高</b></p><span lang='zh'>高</span>"),
        ("<p lang='ja'>刘</p><p title='刘'>A</p><textarea>刘</textarea><style>/* 刘 */</style>", ""),
        ("<ul><li>One<li>刘</ul>高 < 3", "<ul><li>One<li><span lang='zh'>刘</span></ul><span lang='zh'>高</span> < 3"),
    ],
)  # fmt: skip
def test_chinese_says_that_it_is(page: str, told: str | None) -> None:
    """In a page of another language, wherever a lesson or a template has put it, but for where that is said already."""
    html = f'<!DOCTYPE html>\n<html lang="{{}}"><head><title>刘</title></head><body>{page}</body></html>'
    wanted = re.sub("([刘高晓]+)", r"<span lang='zh'>\1</span>", page) if told is None else told or page
    english = html.format("en")
    assert chinese.told(english).replace('"zh"', "'zh'") == english.replace(page, wanted)
    assert chinese.told(html.format("zh-Hans")) == html.format("zh-Hans")


PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='40' height='20'%3E%3Crect width='40' height='20'/%3E%3C/svg%3E"  # noqa: E501


def test_a_picture_says_what_it_shows_and_where_it_is() -> None:
    """Its place is measured as PDF does, in points from the bottom of the page."""
    data = finished(
        f'<p style="height: 60pt"></p><img style="display: block; width: 40pt" alt="a bell" src="{PICTURE}">'
    )
    assert only(Tree(data).root, "Figure").attributes["Alt"] == "a bell"
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (figure,) = (o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure")
        assert [float(edge) for edge in figure.A.BBox] == pytest.approx([30, 70, 70, 90], abs=0.1)


@pytest.mark.parametrize(
    "body",
    [
        f'<p>One</p><img alt="" src="{PICTURE}"><p>two</p>',
        '<p>One <span aria-hidden="true">unheard</span> two</p>',
        '<p>One</p><div aria-hidden="true"><a href="https://example.org">unheard</a></div><p>two</p>',
    ],
)  # fmt: skip
def test_what_is_there_for_the_eye_is_not_read(body: str) -> None:
    """A picture without words (2550), and what the page says is hidden from those who listen."""
    assert letters(heard(body).text) == "onetwo"


# --- what it rests on ---------------------------------------------------------------------------------


def test_weasyprint_builds_its_tags_as_it_did() -> None:
    """One private function is watched while a page is pressed. Should it change, read generator/tags.py again."""
    assert weasyprint.__version__ == "70.0"
    told = list(inspect.signature(upstream._build_box_tree).parameters)
    assert told == ["box", "parent", "pdf", "page_number", "nums", "annotations", "tags"]
    with mended():
        assert inspect.ismethod(upstream._build_box_tree), "it is watched"
    assert inspect.isfunction(upstream._build_box_tree), "it is put back"


def test_it_is_put_back_after_a_failure() -> None:
    """The next page is pressed as if nothing had happened."""
    before = upstream._build_box_tree
    with pytest.raises(PressProblem):
        press(PAGE.format(css="", body='<img src="https://pictures.example/bell.png" alt="a bell">'))
    with pytest.raises(ZeroDivisionError), mended():
        raise ZeroDivisionError
    assert upstream._build_box_tree is before
