"""Finished PDFs, read back by programs that had no part in making them."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import page
import pikepdf
import pydyf
import pypdfium2
import pytest
import tinyhtml5
from conftest import (
    EDITIONS_OF,
    HANDOUTS,
    HOME,
    LESSONS,
    PRESSED,
    Shelf,
    composed,
    counterpoint,
    lines_on,
    parsed,
    pdf_pages,
    program,
    replaced,
    squeezed,
)
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont
from tinyhtml5 import inputstream
from weasyprint import css, draw
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import background, inline, preferred
from weasyprint.layout import page as upstream
from weasyprint.text import line_break

from generator import fonts, mends, sizes, styles, typeset
from generator.editions import Edition
from generator.failures import PressProblem
from generator.fonts import FACES, HAN
from generator.looks import Look
from generator.outputs import press
from generator.projects import Project
from generator.reader import Reading, read
from generator.render import page as drawn
from generator.selection import letters_in

# Pages of each PDF on Letter.
PAGES: dict[str, dict[str, int]] = {
    "five-voices": {"student": 8, "supports": 6, "slips": 1, "key": 2, "teacher": 14},
    "thirty-years-in-one-debate": {"student": 10, "supports": 6, "slips": 1, "key": 2, "teacher": 14},
    "whose-words-are-these": {"student": 8, "supports": 6, "slips": 1, "key": 2, "teacher": 12},
    "what-is-a-dialogue-for": {"student": 8, "supports": 6, "slips": 1, "key": 2, "teacher": 14},
    "loaded-language": {"student": 8, "supports": 6, "slips": 1, "key": 2, "teacher": 14},
    "four-corners": {"student": 8, "supports": 6, "slips": 1, "key": 1, "teacher": 14},
    "corroboration-lab": {"student": 10, "supports": 8, "stations": 11, "slips": 1, "key": 2, "teacher": 16},
    "public-or-quiet": {
        "student": 6,
        "side-a": 6,
        "side-b": 6,
        "supports": 4,
        "supports-a": 4,
        "supports-b": 4,
        "slips": 1,
        "key": 2,
        "teacher": 16,
    },
    "morals-and-interests": {"student": 8, "supports": 6, "slips": 1, "key": 2, "teacher": 14},
    "document-based-essay": {"student": 12, "supports": 8, "slips": 1, "key": 2, "teacher": 12},
}
SIZES = {"letter": (612, 792), "a4": (595.28, 841.89)}  # points


@PRESSED
def test_the_pages_are_as_many_and_as_large_as_they_should_be(
    name: str, edition: Edition, look: Look, shelf: Shelf
) -> None:
    """A page more is a sheet more for every student; a change of these numbers is to be seen."""
    with pikepdf.open(shelf.path(name, edition, "pdf", look)) as pdf:
        assert look.paper != "letter" or len(pdf.pages) == PAGES[name][edition]
        for sheet in pdf.pages:
            assert [float(edge) for edge in sheet.mediabox] == pytest.approx([0, 0, *SIZES[look.paper]], abs=0.01)


def titles(items: Iterable[pikepdf.OutlineItem]) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from titles(item.children)


@PRESSED
def test_a_pdf_says_what_it_is(name: str, edition: Edition, look: Look, reading: Reading, shelf: Shelf) -> None:
    """Its title stands in the window, its language is known to those who read it aloud, its headings lead on."""
    lesson = reading.lessons[name]
    with pikepdf.open(shelf.path(name, edition, "pdf", look)) as pdf:
        title = f"Lesson {lesson.number}: {lesson.spec.title}"
        shown = composed(lesson, edition).shown
        assert str(pdf.docinfo.Title) == (title if edition == "student" else f"{title} – {shown}")
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_outline() as outline:
            headings = list(titles(outline.root))
        assert headings[0] == (title if edition in ("slips", "key", "teacher") else str(lesson.spec.title))
        documents = {heading for heading in headings if heading.startswith("Document ")}
        assert documents == {f"Document {letter}" for letter in letters_in(lesson.spec, edition)}


@PRESSED
def test_a_pdf_is_open_to_everybody(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """PDF/UA-1, by a program that checks nothing else."""
    checked = page.validate_pdf(str(shelf.path(name, edition, "pdf", look)), profile="ua1")
    assert [failure.rule_id for failure in checked.failures] == []
    assert checked.is_compliant


def fonts_of(data: bytes) -> Iterator[tuple[str, bool]]:
    """The fonts of a PDF by name, and whether each is in the file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/FontDescriptor" in item:
                descriptor = item["/FontDescriptor"]
                embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                yield str(item["/BaseFont"])[1:].partition("+")[2].strip(","), embedded


@PRESSED
def test_all_fonts_are_ours_and_in_the_file(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """No copier and no phone puts another face in its place."""
    found = list(fonts_of(shelf.pdf(name, edition, look)))
    ours = {face.family.replace(" ", "-") for face in FACES}
    assert len(found) >= 2 and all(embedded for _, embedded in found)
    assert {family for family, _ in found} <= {
        f"{family}{style}" for family in ours for style in ("", "-Bold", "-Italic")
    }


@PRESSED
def test_every_page_says_which_it_is(name: str, edition: Edition, look: Look, reading: Reading, shelf: Shelf) -> None:
    """Page n of N, the revision, and for teachers that it is theirs: a single sheet found in a copier is known."""
    texts = pdf_pages(shelf.pdf(name, edition, look))
    mark = composed(reading.lessons[name], "student").revision
    counted = len(texts) - (not re.search(r"Page \d+ of \d+\n", texts[-1] + "\n"))  # the last may be for notes
    assert counted % 2 or counted == len(texts)
    for number, text in enumerate(texts, 1):
        assert number > counted or f"Page {number} of {counted}\n" in text + "\n"
        assert f"Revision {mark}" in squeezed(text)
        for bar, of in (("TEACHEREDITION", "teacher"), ("ANSWERKEY", "key")):
            assert (bar in re.sub(r"\s", "", text)) == (edition == of), "its letters are set wide"
        assert f" · {composed(reading.lessons[name], edition).shown} · " in text


@PRESSED
def test_every_edition_names_its_sources_on_every_page(
    name: str, edition: Edition, look: Look, reading: Reading, shelf: Shelf
) -> None:
    """And what the marks † and ‡ mean."""
    handout = composed(reading.lessons[name], edition)
    for text in pdf_pages(shelf.pdf(name, edition, look)):
        assert handout.credit in squeezed(text)
        assert ("† from outside our copy of the source." in squeezed(text)) == ("†" in handout.marks)


# --- other programs -----------------------------------------------------------------------------------


@PRESSED
def test_pikepdf_finds_nothing_wrong(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """The library of qpdf, where the command is not installed."""
    with pikepdf.open(shelf.path(name, edition, "pdf", look)) as pdf:
        assert pdf.check_pdf_syntax() == []


@PRESSED
def test_qpdf_finds_nothing_wrong(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """The file is built as the format wants it."""
    command = [program("qpdf"), "--check", str(shelf.path(name, edition, "pdf", look))]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@PRESSED
def test_pdftotext_reads_every_line(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """What is copied out of a viewer is what was quoted, character by character."""
    command = [program("pdftotext"), "-raw", "-enc", "UTF-8", str(shelf.path(name, edition, "pdf", look)), "-"]
    read_back = squeezed(subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout)
    for lines in lines_on(parsed(shelf.html(name, edition, look))).values():
        assert not [line for line in lines if squeezed(line) not in read_back]


# --- what the eye sees --------------------------------------------------------------------------------

SCALE = 6  # pixels for each point
NAME, OTHER = "刘晓波", "刘曲浙"  # as it is, and as WeasyPrint 70 once printed it with fonts in slices


@pytest.fixture
def names(small: Project) -> Project:
    """The small project with a lesson that prints the name of a prize-winner, from the real article."""
    for file in ("001_835317c33ff37531.txt", "chrd.yaml"):
        shutil.copy(HOME / "seeds" / file, small.seeds)
    (small.lessons / "ferry.yaml").write_text(
        """\
format: 1
title: A name
grades: 9-12
compelling_question: Whose name is it?
kind: empirical
objectives: {}
minutes: 10
documents: {A: {passages: [chrd/individual-cases]}}
activities: [{type: step, title: Read, minutes: 10}]
content_note: Detention and torture are mentioned.
""",
        "utf-8",
    )
    return small


def pressed(project: Project) -> bytes:
    return press(drawn(composed(read(project).lessons["ferry"], "student")))


def pixels(data: bytes, words: str) -> tuple[Image.Image, float]:
    """The picture of some words of a PDF, dark on light, and their size in points."""
    document = pypdfium2.PdfDocument(data)
    try:
        for sheet in document:
            text = sheet.get_textpage()
            found = text.search(words).get_next()
            if found:
                boxes = [text.get_charbox(found[0] + n, loose=True) for n in range(len(words))]
                left, bottom = min(b[0] for b in boxes), min(b[1] for b in boxes)
                right, top = max(b[2] for b in boxes), max(b[3] for b in boxes)
                picture = sheet.render(scale=SCALE, grayscale=True).to_pil()
                height = sheet.get_height()
                edges = (left, height - top - 2, right, height - bottom + 2)
                return picture.crop([round(edge * SCALE) for edge in edges]), boxes[0][2] - boxes[0][0]
    finally:
        document.close()
    raise AssertionError(f"“{words}” is not in the PDF's text")


def drawn_by_pillow(words: str, size: float) -> Image.Image:
    """The same words, drawn from the font file by another program."""
    font = ImageFont.truetype(str(HOME / "templates" / "fonts" / HAN.file), round(size * SCALE))
    picture = Image.new("L", (round(len(words) * size * SCALE) + 40, round(3 * size * SCALE)), 255)
    ImageDraw.Draw(picture).text((20, 20), words, font=font, fill=0)
    return picture


def ink(picture: Image.Image) -> Image.Image:
    """The darkness of a picture, cut to where there is some, at a size that all can be compared at."""
    dark: Image.Image = ImageChops.invert(picture)
    box = dark.point([0] * 64 + [255] * 192).getbbox()
    assert box, "there is nothing to see"
    return dark.crop(box).resize((180, 60))


def likeness(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures go together: 1 where they are the same, 0 where they have nothing to do with each other."""
    a, b = (list(ink(picture).tobytes()) for picture in (one, other))
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    alone = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return float(both / alone**0.5)


def test_a_chinese_name_is_printed_and_not_another(names: Project) -> None:
    """The text of a PDF can be right and its picture wrong: so the picture is compared, too."""
    seen, size = pixels(pressed(names), NAME)
    assert size == pytest.approx(11.5, abs=0.2)
    assert likeness(seen, drawn_by_pillow(NAME, size)) > 0.85
    assert likeness(seen, drawn_by_pillow(OTHER, size)) < 0.6
    assert likeness(drawn_by_pillow(NAME, size), drawn_by_pillow(OTHER, size)) < 0.6


@pytest.mark.parametrize(("name", "edition"), [one for one in HANDOUTS if one[0] in (LESSONS[3], LESSONS[7])])
def test_numbers_stand_beside_every_fifth_line(name: str, edition: Edition, shelf: Shelf) -> None:
    """In the margin there is ink beside lines 5, 10, 15 …, and beside no other line."""
    documents = lines_on(parsed(shelf.html(name, edition)))
    document = pypdfium2.PdfDocument(shelf.pdf(name, edition))
    beside: dict[str, dict[int, bool]] = {letter: {} for letter in documents}
    try:
        for sheet in document:
            text, picture = sheet.get_textpage(), sheet.render(scale=4, grayscale=True).to_pil()
            key = text.search("Possible responses").get_next()  # there, lines are quoted
            lowest = text.get_charbox(key[0])[3] if key else 0.0
            for letter, lines in documents.items():
                for number, line in enumerate(lines, 1):
                    search = text.search(line.rstrip(), match_case=True)
                    while found := search.get_next():  # their words may be quoted before the documents
                        left, bottom, _, top = text.get_charbox(found[0], loose=True)
                        before = text.get_text_range(found[0] - 1, 1) if found[0] else "\n"
                        if bottom < lowest or before not in "\r\n":
                            continue
                        margin = (left - 23, sheet.get_height() - top, left - 9, sheet.get_height() - bottom)
                        darkest, _ = picture.crop([round(edge * 4) for edge in margin]).getextrema()
                        beside[letter][number] = beside[letter].get(number, False) or darkest < 160
            if key:
                break
    finally:
        document.close()
    assert beside == {letter: {n: n % 5 == 0 for n in range(1, len(lines) + 1)} for letter, lines in documents.items()}


# --- the same again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS_OF[LESSONS[7]])
@pytest.mark.slow
def test_the_same_lesson_gives_the_same_bytes(edition: Edition, shelf: Shelf, tmp_path: Path) -> None:
    """In another process, in another folder, with other chances: neither time nor place is in the file."""
    chances = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "COUNTERPOINT_CACHE": ""}
    counterpoint("build", LESSONS[7], "--edition", edition, "--output", tmp_path, cwd=HOME, **chances)
    for file in (f"{edition}.pdf", f"{edition}.html"):
        assert (tmp_path / LESSONS[7] / file).read_bytes() == (
            shelf.path(LESSONS[7], edition, "html").parent / file
        ).read_bytes()


def test_no_time_is_in_a_pdf(shelf: Shelf) -> None:
    """No date of making, and a name of the file that is made from its contents."""
    for path in shelf.files("*.pdf"):
        data = path.read_bytes()
        assert not re.search(rb"/(CreationDate|ModDate)|xmp:(Create|Modify)Date", data)


# --- what must not go to press ------------------------------------------------------------------------


def with_template(project: Project, addition: str) -> Any:
    """Build the PDFs of a project whose template has something added behind its head."""
    own = project.root / "templates" / "student.html.j2"
    own.parent.mkdir()
    shutil.copy(HOME / "templates" / "student.html.j2", own)
    replaced(own, "{{ ui.head() }}", f"{{{{ ui.head() }}}}{addition}")
    return counterpoint("build", "--format", "pdf", "--edition", "student", cwd=project.root)


@pytest.mark.parametrize(
    "addition",
    [
        '<img src="https://pictures.example/bell.png" alt="a bell">',
        '<img src="bell.png" alt="a bell">',
        '<img src="file:///etc/hostname" alt="a bell">',
        '<img src="data:image/png;base64,AAAA" alt="a bell">',
        '<link rel="stylesheet" href="https://styles.example/a.css">',
        '<style>@import "https://styles.example/a.css";</style>',
        '<style>@font-face { font-family: X; src: url("https://fonts.example/x.woff2") } h1 { font-family: X }</style>',
        '<p style="background: url(../bell.png)">bell</p>',
    ],
)
def test_a_page_that_asks_for_something_is_not_pressed(addition: str, small: Project) -> None:
    """Nothing is fetched and nothing is left out in silence: exit code 1, the rule “press-failed”, nothing written."""
    ran = with_template(small, addition)
    assert ran.returncode == 1 and "[press-failed]" in ran.stderr, ran.stderr
    assert not (small.output / "ferry").exists()


@pytest.mark.parametrize("character", ["🦊", "ب", "क", "𓀀", "한"])
def test_a_character_that_no_font_of_ours_has_is_not_printed(character: str, small: Project) -> None:
    """Not as a box, and not in a font of this computer; in a lesson it is refused before (“character-not-covered”)."""
    ran = with_template(small, f"<p>{character}</p>")
    assert ran.returncode == 1 and re.search(r"\[(foreign-font|character-not-covered)\]", ran.stderr), ran.stderr
    assert not (small.output / "ferry").exists()


def test_weasyprint_lays_out_as_ever_when_a_page_is_pressed() -> None:
    """Functions of its own are mended while pages are laid out; then they are put back, after a failure too."""

    def now() -> tuple[object, ...]:
        styles = css.CSS, css.ComputedStyle, css.AnonymousStyle
        lines = line_break.create_layout, line_break.Layout, inline.split_first_line, preferred.split_first_line
        sizes = inline.resolve_percentages, background.resolve_radii_percentages, Box.is_in_normal_flow
        drawing = draw.draw_border, draw.border.get_color, draw.text.get_color
        return *styles, *lines, *sizes, *drawing, upstream.make_page, pydyf.PDF, pydyf.Stream.show_text, pydyf.zlib

    before = now()
    press('<html lang="en"><title>A page</title><p>One</p>')
    assert now() == before
    with pytest.raises(PressProblem, match="bell"):
        press('<html lang="en"><title>A page</title><img src="https://pictures.example/bell.png" alt="a bell">')
    assert now() == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries are searched for")
def test_a_pdf_is_made_once_of_the_bytes_that_it_would_be_made_of_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Packed as pydyf packs, it is the same file to the last byte; as we do, it is hardly larger."""
    monkeypatch.setattr(mends, "_without_zeros", mends._show_text)
    page = '<html lang="en"><title>Waves</title><main><h1>Waves</h1>' + "<p>Up and down they go.</p>" * 200 + "</main>"
    ours = press(page)
    monkeypatch.setattr(pydyf, "zlib", zlib)  # put back at the end
    packs = SimpleNamespace(compress=zlib.compress, compressobj=lambda level=9: zlib.compressobj(level=level))
    monkeypatch.setattr(mends, "zlib", packs)
    packed_alike = press(page)
    monkeypatch.setattr(mends, "writing", contextlib.nullcontext)
    assert packed_alike == press(page)
    assert len(ours) <= 1.05 * len(packed_alike)


BESIDE = "p { height: 300pt; width: 300pt; border-right: .75pt dotted #777 }"


def drawn_by_poppler(pdf: bytes) -> Image.Image:
    """The first page as a picture in shades of gray."""
    drawn = subprocess.run(["pdftoppm", "-gray", "-r", "288"], input=pdf, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(drawn))


def drawn_by_chrome(pdf: bytes) -> Image.Image:
    """The same, as Chrome and Edge draw it."""
    drawn: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=4, grayscale=True).to_pil()
    return drawn


def dots(picture: Image.Image) -> int:
    """How many stand below each other in the column of a picture that has most of them."""
    columns = [picture.crop((x, 0, x + 1, picture.height)).tobytes() for x in range(picture.width)]
    return max(len(re.findall(rb"[\x00-\xb0]+", column)) for column in columns)


def test_dots_beside_a_text_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are where WeasyPrint draws a circle for each, and take a fraction of the bytes."""
    page = f'<html lang="en"><title>Waves</title><style>{BESIDE}</style><p>Up and down.'
    ours = press(page)
    monkeypatch.setattr(mends, "_dots_in_one", mends._draw_border)
    theirs = press(page)
    assert dots(drawn_by_poppler(ours)) == dots(drawn_by_poppler(theirs)) == 201
    assert dots(drawn_by_chrome(ours)) == dots(drawn_by_chrome(theirs)) == 201
    assert len(theirs) - len(ours) > 3000


ODD = "<p a=\"x]^-\\&amp;'\" b='\"' c=`d` e=f/g>1 &lt; 2 &copy; \x0c<!-- -- > -->\x00<![CDATA[z]]><textarea><b>"


@given(st.text(st.sampled_from("<>/\"'= &;!-ab\x00\x0c\n]^\\é中")))
@example(ODD)
@example(f"<script>if (a < b) {{ '</b>' }}</script><style>a > b {{}}</style>{ODD * 200}")
def test_a_page_is_read_as_tinyhtml5_reads_it(text: str) -> None:
    """Whatever stands in it. Each expression that is sought is made once, and found again."""
    ours = ElementTree.tostring(tinyhtml5.parse(text, namespace_html_elements=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputstream, "characters_until_regex", {})
        assert ElementTree.tostring(tinyhtml5.parse(text, namespace_html_elements=False)) == ours
    assert all(isinstance(sought[1], bool) for sought in inputstream.characters_until_regex)
    assert len(inputstream.characters_until_regex) < 30


def test_no_letter_is_moved_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are where they are without; there is less to write, and less for a printer to read."""
    style = f"{fonts.GO_HERE} p {{ font: 14pt 'Source Serif 4'; text-align: justify }}"
    page = f'<html lang="en"><title>Waves</title><style>{style}</style>' + "<p>AVATAR To Wave, at 10 o’clock. 0" * 9
    ours = press(page)
    monkeypatch.setattr(mends, "_without_zeros", mends._show_text)
    theirs = press(page)
    assert drawn_by_poppler(ours).tobytes() == drawn_by_poppler(theirs).tobytes()
    assert pdf_pages(ours) == pdf_pages(theirs)
    assert drawing_of(theirs).count(b">0<") > 50 and b">0<" not in drawing_of(ours)


def drawing_of(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.pages[0].Contents.read_bytes())


LONG = "<p>One extraordinary day, two ordinary ones.<p>One extraordinary day, two ordinary ones."
TABLE = f"<table><thead><tr><th>One<th>Two<tbody><tr><td>{LONG}<td>extra\xadordinary day<tr><td>{LONG}<td>One</table>"


@pytest.mark.parametrize(
    ("style", "body"),
    [
        ("", "<p>One <b>two</b> <i>three</i> <u>four</u> <s>five</s>"),
        ("", "<p lang=zh-Hans>你好 <span lang=en>hello</span><p lang=de>Straße<p lang=''>none"),
        ("p { font-variant: small-caps; font-feature-settings: 'onum', 'kern' 0 }", "<p>One 1234 AVAT"),
        ("p { font-variant-numeric: lining-nums tabular-nums; font-stretch: condensed }", "<p>One 1234"),
        (
            "p { direction: rtl; letter-spacing: 2pt; word-spacing: 4pt; text-align: justify; width: 60pt }",
            "<p>One two, 3",
        ),
        ("p { font-language-override: 'DEU'; font-variation-settings: 'wght' 500 }", "<p>One"),
        (
            "p { hyphens: auto; width: 30pt; font-size: 3vw; tab-size: 3; white-space: pre-wrap }",
            "<p>extraordinary\tday",
        ),
        ("p { font-size: 9pt } p + p { font-size: 9.01pt }", "<p>One<p>One<p>One"),
        ("", "<svg width=90 height=20><text y=15 font-size=12>One</text></svg>"),
        (
            "p { width: 90pt } p + p { width: 60pt; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }",
            LONG,
        ),
        ("p { width: 60pt; max-lines: 2; block-ellipsis: auto } div { width: 61pt }", LONG + "<div>" + LONG),
        ("p { width: 40pt; overflow: hidden; text-overflow: ellipsis }", "<p>extraordinarily<p>extraordinarily"),
        (
            "p { width: 60pt; overflow-wrap: anywhere; max-lines: 1; block-ellipsis: auto }",
            "<p>extraordinarily ordinary",
        ),
        (
            "p { letter-spacing: 3pt; width: 60pt; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }",
            LONG,
        ),
        ("p { width: 60pt; white-space: pre-line }", "<p>One\ntwo three\r\nfour&#x2028;five&#x0c;six<p>One\ntwo three"),
        ("body { columns: 2 } p { overflow-wrap: anywhere }", LONG * 9),
        ("body { hyphens: auto } td { width: 40pt; hyphenate-character: '=' } td + td { hyphens: manual }", TABLE),
        ("@page { size: 200pt 90pt; @top-left { content: 'The same head' } } th { width: 99pt }", TABLE * 3),
    ],
)
def test_text_is_set_as_weasyprint_sets_it(style: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever type: what it is set with is prepared once, a line is set once, and again where it was set before,
    and the bytes are the same."""
    faces = f"{fonts.GO_HERE} body {{ font: 12pt 'Source Serif 4', 'Noto Serif SC Cut' }}"
    page = f'<html lang="en"><title>Waves</title><style>{faces} {style}</style>{body}'
    typeset._lines.clear()
    ours, again = press(page), press(page)
    monkeypatch.setattr(typeset, "_Line", typeset._Layout)
    monkeypatch.setattr(typeset, "_known_first_line", typeset._first_line)
    assert ours == again == press(page)


def test_lines_are_kept_for_a_few_handouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were set or asked for last, in whatever memory there is for them; of those that Pango holds, none."""
    typeset._lines.clear()
    monkeypatch.setattr(typeset, "_MOST", 3)
    page = '<html lang="en"><title>Waves</title>'
    press(f"{page}<p>One<p>Two<p>Three<p>One<p>Four")
    assert [asked[0] for asked in typeset._lines] == ["Three", "One", "Four"]
    assert {type(part) for line in typeset._lines.values() for part in line} <= {str, int, float, type(None)}


@pytest.mark.parametrize(
    "style",
    [
        "p { border-left: 1pt solid }",
        "p { border-right-style: dashed }",
        "p { border-radius: 9pt }",
        "p { visibility: hidden }",
        "p { columns: 2; column-rule: 1pt solid }",
        "p { height: 1pt }",
    ],
)
def test_other_borders_are_drawn_as_they_were(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes as WeasyPrint gives of itself."""
    page = f'<html lang="en"><title>Waves</title><style>{BESIDE} {style}</style><p>Up and down.'
    ours = press(page)
    monkeypatch.setattr(mends, "_dots_in_one", mends._draw_border)
    assert press(page) == ours


def test_fonts_are_copied_where_their_path_might_not_be_understood(tmp_path: Path) -> None:
    """Fontconfig on Windows knows few letters; a copy in the folder for temporary files has a plain name. In a process
    of its own: fonts are found once in each."""
    style = '<style>/*<fonts>*/ p { font-family: "Source Serif 4" }</style>'
    page = f'<html lang="en"><title>Waves</title>{style}<p>Up.</p>'
    shutil.copytree(fonts.FOLDER, tmp_path / "Ирина")
    script = (
        "import sys, tempfile; from pathlib import Path; from generator import fonts, outputs\n"
        "folder = tempfile.tempdir = sys.argv[1]; fonts.FOLDER = Path(folder) / 'Ирина'\n"
        f"sys.stdout.buffer.write(outputs.press({page!r}))\n"
        "print(len(list(Path(folder).glob('weasyprint-*/*'))), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    ran = subprocess.run(command, cwd=HOME, capture_output=True, check=True)
    assert (ran.stdout, int(ran.stderr)) == (press(page), len(FACES))


def test_the_first_page_starts_no_other_program() -> None:
    """WeasyPrint would start some fifty, to search for its libraries. Afterwards whoever searches finds as ever."""
    code = """
import ctypes.util, sys
started = []
sys.addaudithook(lambda event, _: started.append(event) if event == "subprocess.Popen" else None)
from generator import outputs
assert outputs.press('<html lang="en"><title>A page</title><p>One</p>').startswith(b"%PDF")
print(len(started), ctypes.util.find_library("c"))
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True)
    assert ran.stdout == "0 libc.so.6\n"


@pytest.mark.parametrize(
    "style",
    [
        "p { color: #123456 } @page { size: 300pt 200pt; @top-left { content: 'Head' } }",
        "@COUNTER-STYLE stars { system: cyclic; symbols: '*'; suffix: ' ' } li { list-style: stars }",
        "@font-face { font-family: Bell; src: url(font:SourceSerif4-Bold.ttf) } p { font-family: Bell }",
    ],
)
def test_styles_that_were_read_before_give_the_same_page(style: str) -> None:
    """A page is pressed, then another with the same styles, then the first again: nothing is left of the others."""

    def page(words: str, more: str = "") -> str:
        return (
            f'<html lang="en"><title>A page</title><style>{style}</style><style>{more}</style><ol><li><p>{words}</ol>'
        )

    first = press(page("One"))
    other = press(page("Two", "p { font-size: 40pt } @page { margin: 90pt }"))
    assert press(page("One")) == first != other


@pytest.mark.parametrize(
    "style",
    [
        "@import url(https://styles.example/a.css);",
        "@font-face { font-family: A; src: url(font:bell.ttf) }",
        "p { background: url(bell.png) }",
        "@page { @top-left { content: url(bell.png) } }",
    ],
)
def test_styles_that_ask_for_what_is_refused_are_refused_each_time(style: str) -> None:
    """What is kept of a page’s styles is no way around the door."""
    for _ in range(3):
        with pytest.raises(PressProblem, match=r"styles\.example|bell"):
            press(f'<html lang="en"><title>A page</title><style>{style}</style><p>One')


TWO = "<p>One<p>Two"
ROW = "<table><tr><td>One<td>Two</table>"
INLINE = "<p>One<b>Two</b><i>Three</i><u>Four</u>"


@pytest.mark.parametrize(
    ("style", "body", "printed"),
    [
        ("", "<ol><li>One<li>Two</ol><ul><li>Three</ul>", "One\nTwo\nThree\n1.\n2.\n•"),
        ("li::marker { font-size: 30pt }", "<ol><li>One</ol>", "One 1."),
        ("p { display: list-item; margin-left: 2em }", "<p>One", "• One"),
        ("b { FLOAT:footnote }", "<p>One<b>Two</b>", "One1\n1. Two"),
        ("p { quotes: '“' '”' }", "<p><q>One</q>", "“One”"),
        ("p { margin-inline-start: 2em; border-block-end: 1pt solid }", "<p>One<p dir=rtl>Two", "One\nTwo"),
        ("p::first-line { font-weight: bold }", "<p style='width: 3em'>One two three", "One\ntwo\nthree"),
        ("p::first-letter { font-size: 30pt; float: left }", "<p style='width: 3em'>One two", "O\nne\ntwo"),
        ("p { text-decoration: underline } b { float: right; position: relative }", "<p>One<b>Two</b>", "One Two"),
        ("p { --wide: 3em; width: var(--wide); max-width: calc(100% - 1em) }", "<p>One two", "One\ntwo"),
        (
            "p { padding: 1em 5%; border: 2px solid; box-sizing: border-box; width: 50%; border-radius: 9pt }",
            TWO,
            "One\nTwo",
        ),
        ("table { border-collapse: collapse } td { border: 1pt dotted red; min-height: 3em }", ROW, "One Two"),
        ("body { display: flex; gap: 9pt } p { flex: 1 1 20%; align-self: end }", TWO, "One Two"),
        ("body { display: grid; grid-template-columns: 1fr 2fr } p { justify-self: end }", TWO, "One Two"),
        ("p { position: absolute; left: 10%; border-radius: 4pt; overflow: hidden; height: 9pt }", "<p>One", "One"),
        ("p { position: running(p) } @page { @top-left { content: element(p) } }", "<p>One</p>Two", "Two\nOne"),
        ("p { border: solid; outline: medium dotted; color: #246 } p + p { border-style: none }", TWO, "One\nTwo"),
        ("b { position: absolute } i { float: right } u { display: inline-table }", INLINE, "OneFour Two Three"),
        (
            "p::first-letter { color: red; position: absolute } p::first-line { letter-spacing: 3pt }",
            TWO,
            "O n e\nT w o",
        ),
        (
            "p { font-size: 3vw; text-indent: 20VW } b { letter-spacing: calc(1dvi / 2) }",
            "<p>One <b>Two</b>",
            "One Tw o",
        ),
        ("@page { font-size: 3vw; @top-left { content: 'Head' } }", "<p>One", "One\nHead"),
        ("p { text-decoration: inherit; display: none }", "<div>One<p>Two<b>Three</b></div>", "One"),
        ("p { page: wide; text-decoration: underline red } @page wide { size: a5 }", "<p>One <b>Two</b>", "One Two"),
    ],
)
def test_what_few_elements_have_is_still_there_for_them(
    style: str, body: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks of lists, footnotes, edges that go with the direction: the same bytes as WeasyPrint gives of itself."""
    page = f'<html lang="en"><title>A page</title><style>{style}</style>{body}'
    lean = press(page)
    assert "\n".join(line.strip() for line in pdf_pages(lean)[0].replace("\r", "").splitlines()) == printed
    let_all_be_computed(monkeypatch)
    assert press(page) == lean


def let_all_be_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have WeasyPrint compute every style of every element, and the sizes of every box, as it does of itself."""
    monkeypatch.setattr(styles, "_RARE", re.compile(""))
    monkeypatch.setattr(styles, "_Begun", css.ComputedStyle)
    monkeypatch.setattr(styles, "_BegunAnonymous", css.AnonymousStyle)
    monkeypatch.setattr(sizes, "found", contextlib.nullcontext)


@pytest.mark.parametrize("edition", ["student", "teacher"])
def test_styles_that_a_handout_does_not_use_are_not_missed(
    edition: Edition, small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the same, byte for byte, with all styles that WeasyPrint has for every element."""
    page = drawn(composed(read(small).lessons["ferry"], edition))
    assert not styles.Page(page).asks
    lean = press(page)
    let_all_be_computed(monkeypatch)
    assert styles.Page(page).asks and press(page) == lean


def test_spaced_letters_and_words_fill_their_lines() -> None:
    """Whatever the width of a paragraph: a line that is nearly full does not break behind its first word."""
    said = "In the last minutes compare two passages, and say of each what a reader could treat as known by them."
    widths = [180 + 0.7 * n for n in range(200)]
    paragraphs = "".join(f'<p style="width:{width}pt">{said}</p>' for width in widths)
    style = "p { font: 11pt 'Source Serif 4'; letter-spacing: .045em; word-spacing: .18em }"
    data = press(f'<html lang="en"><title>A page</title><style>{style}</style><body>{paragraphs}')
    lines = "\n".join(pdf_pages(data)).split("\n")
    assert len(lines) > 3 * len(widths)
    assert [line for line in lines if len(line.split()) < 2 and not line.endswith(".")] == []
