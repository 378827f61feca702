"""Word documents: another program opens them and reads the words of the PDF; they have real styles, lists and tables.

LibreOffice reads the text and lays out pages, a validator of the standard reads the XML, and lxml looks into it.
"""

from __future__ import annotations

import base64
import io
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Node, composed, counterpoint, parsed, pdf_pages, program
from lxml import etree
from openxml_audit import OpenXmlValidator
from PIL import Image

from generator import outputs, proof, render
from generator.build import Options, build
from generator.cache import Cache
from generator.cache import folder as cache_folder
from generator.editions import Edition
from generator.failures import PressProblem
from generator.looks import Look
from generator.projects import Project
from generator.reader import Reading
from generator.telling import Secrets

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


ONE_SIDED = Look(two_sided=False)  # without pages for notes, which are for printing


@dataclass(frozen=True)
class Case:
    """A handout as it is ordered: lesson, edition, look, and the language of its labels."""

    lesson: str
    edition: Edition
    look: Look = ONE_SIDED
    language: str = ""

    def __str__(self) -> str:
        return f"{self.lesson} {self.edition}{self.look.suffix} {self.language}".strip()


CASES = (
    Case("what-is-a-dialogue-for", "student"),
    Case("loaded-language", "teacher"),
    Case("public-or-quiet", "side-a", Look("a4", two_sided=False)),
    Case("five-voices", "supports", Look(profile="dyslexia", two_sided=False)),
    Case("corroboration-lab", "student", Look(profile="large-print", two_sided=False)),
    Case("what-is-a-dialogue-for", "slips", language="zh-Hans"),
    Case("corroboration-lab", "stations", language="es"),
)
IN_EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)


@dataclass(frozen=True)
class Desk:
    """Where the documents lie, with what LibreOffice made of them."""

    folder: Path

    def file(self, case: Case, format: str) -> Path:
        return self.folder / f"{CASES.index(case)}.{format}"

    def part(self, case: Case, name: str = "word/document.xml") -> Any:
        with zipfile.ZipFile(self.file(case, "docx")) as archive:
            return etree.fromstring(archive.read(name))


def converted(folder: Path, format: str, *files: Path) -> None:
    """Let LibreOffice open some documents, all at once, and write them in another format."""
    home = f"-env:UserInstallation={(folder / 'libreoffice').as_uri()}"
    command = [
        program("soffice"),
        home,
        "--headless",
        "--convert-to",
        format,
        "--outdir",
        str(folder),
        *map(str, files),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0 and "Error" not in ran.stderr, ran.stderr


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> Desk:
    """The handouts as Word documents, as PDFs and as pages; and their text as LibreOffice reads it."""
    desk, output = Desk(tmp_path_factory.mktemp("word")), tmp_path_factory.mktemp("output")
    shipped = replace(reading, project=replace(reading.project, templates=None, output=output))
    for case in CASES:
        formats, cache = ("pdf", "html", "docx"), Cache(cache_folder())
        options = Options((case.edition,), formats, (case.look,), case.language, cache=cache)
        built = build(shipped, (case.lesson,), options)
        assert len(built.made) == len(formats) and not built.diagnostics
        for made in built.made:
            desk.file(case, made.path.suffix[1:]).write_bytes(made.path.read_bytes())
    converted(desk.folder, "txt:Text", *(desk.file(case, "docx") for case in CASES))
    return desk


# --- the words ----------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    return re.findall(r"[一-鿿]|[^\W一-鿿]+", text.lower())


def told_by_pdf(desk: Desk, case: Case) -> list[str]:
    """The words of a PDF in the order of its tags, without what is only read aloud: that there is room to write."""
    page = parsed(desk.file(case, "html").read_text("utf-8"))
    spoken = Counter(" ".join(text.lower().split()) for node in page.all(of="aloud") for text in texts(node))
    command = ["pdfinfo", "-enc", "UTF-8", "-struct-text", str(desk.file(case, "pdf"))]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    pieces = re.findall(r'(?m)^ +"(.*)"$', ran.stdout)
    told = ""
    for piece in pieces:
        if spoken[piece.strip().lower()] > 0:
            spoken[piece.strip().lower()] -= 1
        else:
            told += f"{piece}\n"
    return words(re.sub(r"(?m)^([A-Z])\n(?=[a-z])", r"\1", told))  # a first letter of its own


def texts(node: Node) -> Iterator[str]:
    for part in node.inside:
        yield from [part] if isinstance(part, str) else texts(part)


def told_by_word(desk: Desk, case: Case) -> list[str]:
    """The words that LibreOffice reads, without the numbers of lines, which in a PDF are pictures."""
    text = desk.file(case, "txt").read_text("utf-8-sig")
    return words(re.sub(r"(?m)^\d+\t", "", text))


@IN_EVERY_CASE
def test_its_words_are_those_of_the_pdf(case: Case, desk: Desk) -> None:
    """All of them and no others, the numbers of questions too. Left aside are the heads and feet of pages, what is
    only read aloud, and the numbers of lines; and the order of what is asked beside a text, here behind it."""
    of_pdf, of_word = told_by_pdf(desk, case), told_by_word(desk, case)
    assert len(of_word) > 50
    assert Counter(of_word) == Counter(of_pdf)
    if case.look.stacks or case.edition in ("teacher", "slips", "stations"):
        assert of_word == of_pdf


def test_what_stands_at_the_edges_of_its_pages(desk: Desk) -> None:
    """Which lesson it is and a line for the name, from the second page on; the revision, and the number of pages."""
    case = CASES[0]
    converted(desk.folder, "pdf:writer_pdf_Export", renamed(desk, case))
    pages = [" ".join(page.split()) for page in pdf_pages((desk.folder / "laid-out.pdf").read_bytes())]
    assert "Lesson 4: What Is a Dialogue For? Name" not in pages[0]
    assert all("Lesson 4: What Is a Dialogue For? Name" in page for page in pages[1:])
    assert len(pages) > 5
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert all(re.search(r"Student · Revision [0-9a-f]{4} [0-9a-f]{4}", page) for page in pages)


def renamed(desk: Desk, case: Case) -> Path:
    copy = desk.folder / "laid-out.docx"
    copy.write_bytes(desk.file(case, "docx").read_bytes())
    return copy


# --- what it is made of -------------------------------------------------------------------------------


def style(paragraph: Any) -> str:
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def said(element: Any) -> str:
    """The text of an element; a tab is a tab."""
    return "".join("\t" if e.tag == f"{W}tab" else e.text or "" for e in element.iter(f"{W}t", f"{W}tab") if in_run(e))


def in_run(element: Any) -> bool:
    return bool(element.getparent().tag == f"{W}r")


@IN_EVERY_CASE
def test_it_keeps_to_the_standard(case: Case, desk: Desk) -> None:
    """Elements in their order, none missing, every relation there. That it lacks a theme is the one thing that the
    validator objects to, and the standard does not ask for one."""
    found = OpenXmlValidator(max_errors=0).validate(str(desk.file(case, "docx"))).errors
    assert not [error for error in found if "relationships/theme" not in str(error)]


@IN_EVERY_CASE
def test_every_look_is_a_style(case: Case, desk: Desk) -> None:
    """Each style that is used is defined, and nothing is made bold or large but by its style."""
    document = desk.part(case)
    defined = {s.get(f"{W}styleId") for s in desk.part(case, "word/styles.xml").iter(f"{W}style")}
    used = {e.get(f"{W}val") for tag in ("pStyle", "rStyle", "tblStyle") for e in document.iter(f"{W}{tag}")}
    assert len(used) > 5 and used <= defined
    direct = [e.tag for tag in ("b", "i", "u", "sz", "color", "jc", "spacing") for e in document.iter(f"{W}{tag}")]
    assert not direct
    assert all(p.find(f"{W}pPr/{W}pStyle") is not None for p in document.iter(f"{W}p"))


def test_styles_are_called_as_in_word(desk: Desk) -> None:
    """A teacher finds them by their names, and headings make the outline."""
    styles = desk.part(CASES[0], "word/styles.xml")
    names = {s.find(f"{W}name").get(f"{W}val"): s for s in styles.iter(f"{W}style")}
    assert {"Title", "heading 1", "heading 2", "Passage", "Question", "Answer line", "Source box", "Glossary"} <= set(
        names
    )
    levels = [names[name].find(f"{W}pPr/{W}outlineLvl").get(f"{W}val") for name in ("Title", "heading 1", "heading 2")]
    assert levels == ["0", "1", "2"]


def sizes(desk: Desk, case: Case) -> dict[str, float]:
    """The size of type of each paragraph style, in points."""
    styles = desk.part(case, "word/styles.xml").iter(f"{W}style")
    return {
        s.get(f"{W}styleId"): int(s.find(f"{W}rPr/{W}sz").get(f"{W}val")) / 2
        for s in styles
        if s.get(f"{W}type") == "paragraph"
    }


def test_a_profile_is_the_styles_of_the_document(desk: Desk) -> None:
    """Large print has nothing below 18 points but the gaps and bars that are no text; the other profile its face."""
    small = {name for name, size in sizes(desk, CASES[4]).items() if size < 18}
    assert small == {"Between", "Bar"} and sizes(desk, CASES[0])["Passage"] == 11.5
    usual = desk.part(CASES[3], "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
    assert usual.get(f"{W}ascii") == "Atkinson Hyperlegible" and usual.get(f"{W}eastAsia") == "Noto Serif SC"


def test_questions_are_items_of_one_list(desk: Desk) -> None:
    """It runs through the handout, whatever stands between them."""
    numbered = [p for p in desk.part(CASES[0]).iter(f"{W}p") if style(p) == "Question" and list_of(p)]
    assert len(numbered) == 8 and len({list_of(p) for p in numbered}) == 1


def list_of(paragraph: Any) -> str:
    number = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
    return "" if number is None else str(number.get(f"{W}val"))


def test_question_4_stays_question_4() -> None:
    """A list begins where its first question does; one that does not follow the last begins a list of its own."""
    asked = [f'<li class="question"><span class="number">{n}</span><p class="prompt">Why?</p></li>' for n in (4, 5, 2)]
    files = parts(outputs.word_document(page_with("<p>And</p>".join(f'<ol class="questions">{q}</ol>' for q in asked))))
    of = [list_of(p) for p in etree.fromstring(files["word/document.xml"]).iter(f"{W}p") if said(p) == "Why?"]
    begins = {
        n.get(f"{W}numId"): n.find(f"{W}lvlOverride/{W}startOverride").get(f"{W}val")
        for n in etree.fromstring(files["word/numbering.xml"]).iter(f"{W}num")
    }
    assert of[0] == of[1] and [begins[of[0]], begins[of[2]]] == ["4", "2"]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.edition in ("student", "teacher", "side-a", "supports")], ids=str
)
def test_line_7_is_line_7(case: Case, desk: Desk, reading: Reading) -> None:
    """Every line of every document is a paragraph with its words; every fifth begins with its number."""
    shown = [p for p in desk.part(case).iter(f"{W}p") if style(p) in ("Passage", "NumberedLine")]
    lines = [
        line
        for document in composed(reading.lessons[case.lesson], case.edition).documents.values()
        for line in document.lines
    ]
    assert len(lines) > 20
    wanted = Counter((f"{n.number}\t" if n.number % 5 == 0 else "") + " ".join(n.text.split()) for n in lines)
    assert Counter(" ".join(re.split(r" +", said(p).replace("| ", ""))).strip() for p in shown) == wanted


@IN_EVERY_CASE
def test_there_is_as_much_room_to_write_as_on_the_page(case: Case, desk: Desk) -> None:
    """Each ruled line is one here, on which one can type; each cell to fill in is as high."""
    page = parsed(desk.file(case, "html").read_text("utf-8"))
    rooms = [room for room in page.all("div", "write") if "fill" not in room.classes]
    document = desk.part(case)
    assert sum(style(p) == "AnswerLine" for p in document.iter(f"{W}p")) == sum(
        len(list(room.all("div", "rule"))) for room in rooms
    )
    cells = [row for row in page.all("tr") if any(cell.attributes.get("data-write") for cell in row.all("div", "cell"))]
    assert sum(int(h.get(f"{W}val")) >= 20 * 20 for h in document.iter(f"{W}trHeight")) >= len(cells)


@IN_EVERY_CASE
def test_tables_have_heads_and_whole_rows(case: Case, desk: Desk) -> None:
    """The head of a table is one to Word, and stands on every page; only columns of text go over to the next."""
    page = parsed(desk.file(case, "html").read_text("utf-8"))
    document = desk.part(case)
    heads = [row for row in document.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert len(heads) == sum(1 for _ in page.all("thead"))
    for table in document.iter(f"{W}tbl"):
        whole = [row.find(f"{W}trPr/{W}cantSplit") is not None for row in table.iterchildren(f"{W}tr")]
        assert all(whole) or table.find(f"{W}tblPr/{W}tblStyle").get(f"{W}val") == "Columns"
        assert all(cell[-1].tag == f"{W}p" for cell in table.iter(f"{W}tc"))


def test_languages_are_told(desk: Desk) -> None:
    """Of the whole text, and of what is in another: Chinese labels in an English lesson."""
    usual = desk.part(CASES[5], "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert (usual.get(f"{W}val"), usual.get(f"{W}eastAsia")) == ("en-US", "zh-CN")
    chinese = [r for r in desk.part(CASES[5]).iter(f"{W}r") if re.search("[一-鿿]", said(r))]
    assert chinese and all(r.find(f"{W}rPr/{W}lang").get(f"{W}eastAsia") == "zh-CN" for r in chinese)


def test_the_paper_is_that_of_the_look(desk: Desk) -> None:
    """Letter or A4, with the margins of the page: the text is as wide on both."""
    for case, paper in ((CASES[0], (612.0, 792.0)), (CASES[2], (595.3, 841.9))):
        section = desk.part(case).find(f"{W}body/{W}sectPr")
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        wide, high = (int(size.get(f"{W}{side}")) / 20 for side in "wh")
        assert (wide, high) == pytest.approx(paper, abs=0.06)
        assert wide - sum(int(margins.get(f"{W}{side}")) for side in ("left", "right")) / 20 == pytest.approx(
            474, abs=0.1
        )


# --- pictures and links -------------------------------------------------------------------------------


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (200, 100), 128).save(out, "PNG")
    return out.getvalue()


def page_with(body: str) -> str:
    foot = '<footer class="foot" data-running="Lesson" data-pages="{page}/{pages}">A<br>Lesson · Student<br></footer>'
    return f'<html lang="en"><title>Lesson</title><body><main data-revision="ab cd">{body}</main>{foot}</body></html>'


def parts(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_pictures_have_their_words() -> None:
    """A picture says what it shows, at length too; one that says nothing is decoration, and both are there once."""
    address = f"data:image/png;base64,{base64.b64encode(picture()).decode()}"
    shown = f'<img src="{address}" alt="A harbor." style="width:100pt"><details class="long"><p>Ships.</p></details>'
    silent = f'<div class="decor" style="width:50pt;height:25pt;background-image:url({address})"></div>'
    page = page_with(f'<figure class="shown">{shown}</figure>{silent}')
    files = parts(outputs.word_document(page))
    drawn = list(etree.fromstring(files["word/document.xml"]).iter(f"{WP}inline"))
    assert [d.find(f"{WP}docPr").get("descr") for d in drawn] == ["A harbor. Ships.", ""]
    assert [bool(d.findall(".//{*}decorative")) for d in drawn] == [False, True]
    assert [(d.find(f"{WP}extent").get("cx"), d.find(f"{WP}extent").get("cy")) for d in drawn] == [
        ("1270000", "635000"),
        ("635000", "317500"),
    ]
    assert [files[name] for name in files if name.startswith("word/media/")] == [picture()]


def test_a_picture_that_word_cannot_show_is_refused() -> None:
    """A drawing in a template of a teacher’s own: left out in silence, nobody would miss it in time."""
    with pytest.raises(PressProblem, match="Word cannot show data:image/svg"):
        outputs.word_document(page_with('<img src="data:image/svg+xml,%3Csvg/%3E" alt="A map">'))


def test_a_link_is_a_link() -> None:
    """It leads where it leads on the page, and is marked as one."""
    files = parts(outputs.word_document(page_with('<p>See <a href="https://example.org/a?b=1&amp;c">the law</a>.</p>')))
    document = etree.fromstring(files["word/document.xml"])
    assert [said(p) for p in document.iter(f"{W}p")] == ["See the law."]
    assert [said(link) for link in document.iter(f"{W}hyperlink")] == ["the law"]
    assert b'Target="https://example.org/a?b=1&amp;c" TargetMode="External"' in files["word/_rels/document.xml.rels"]


def test_words_of_any_template_are_there() -> None:
    """Of elements that no template of ours draws, too; spaces are as on the page."""
    body = "<blockquote>So\n <em>it</em> is.</blockquote><dl><dt>Ferry</dt><dd>A  boat</dd></dl>loose<p hidden>not</p>"
    document = etree.fromstring(parts(outputs.word_document(page_with(body)))["word/document.xml"])
    assert [said(p) for p in document.iter(f"{W}p")] == ["So it is.", "Ferry", "A boat", "loose"]


# --- the file -----------------------------------------------------------------------------------------


def test_the_same_page_gives_the_same_bytes(desk: Desk, reading: Reading) -> None:
    """No clock and nobody’s name is in it: title, sources, language and revision are all that is told of it."""
    page = render.page(composed(reading.lessons["what-is-a-dialogue-for"], "student"), ONE_SIDED)
    docx = desk.file(CASES[0], "docx").read_bytes()
    assert outputs.word_document(page) == docx
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        known = {e.tag.rpartition("}")[2]: e.text for e in etree.fromstring(archive.read("docProps/core.xml"))}
    assert known["title"] == "Lesson 4: What Is a Dialogue For?" and known["language"] == "en"
    assert set(known) == {"identifier", "language", "subject", "title"}


def states(output: Path) -> Iterator[str]:
    """What the index says of its lessons, and the names of their files."""
    page = parsed((output / "index.html").read_text("utf-8"))
    yield from (" ".join(node.text.split()) for node in page.all("a"))


def test_it_is_made_when_it_is_asked_for(small: Project) -> None:
    """Not otherwise; then the index leads to it, and knows whether it is of the lesson as it stands."""
    counterpoint("build", "--format", "html", cwd=small.root)
    assert not list(small.output.rglob("*.docx"))
    ran = counterpoint("build", "--format", "html,docx", "--profile", "large-print", cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in small.output.rglob("*.docx")} >= {
        "student.large-print.docx",
        "teacher.large-print.docx",
    }
    assert "Student, large print Word" in list(states(small.output))
    index = (small.output / "index.html").read_text("utf-8")
    assert "Current" in index and "Out of date" not in index


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("docProps/core.xml", b"<a><creator>N. N.</creator></a>", "metadata creator"),
        ("docProps/app.xml", b"<a><Company>A school</Company></a>", "metadata Company"),
        ("word/embeddings/key.bin", b"\0", "attachment word/embeddings/key.bin"),
        ("word/comments.xml", b"<a><b>Only the </b><b>teacher knows this.</b></a>", "Only the teacher knows this."),
        ("word/footnotes.xml", b'<a b="Only the teacher knows this."/>', "Only the teacher knows this."),
    ],
)
def test_what_a_word_document_may_hold_is_known(name: str, data: bytes, told: str) -> None:
    """A part that no page asks for is looked into, or refused; so is a property that names somebody."""
    files = parts(outputs.word_document(page_with("<p>Why?</p>")))
    secret = Secrets(("Only the teacher knows this.",), ())
    assert proof.leaks("student.docx", zipped(files), secret) == []
    assert proof.leaks("student.docx", zipped({**files, name: data}), secret) == [told]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
