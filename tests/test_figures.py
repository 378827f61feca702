"""Documents that are figures: pictures and tables go where passages go, are described, and bring nothing else along."""

from __future__ import annotations

import base64
import io
import os
import random
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import page
import pikepdf
import pypdfium2
import pytest
from conftest import (
    DRAWING,
    Node,
    composed,
    counterpoint,
    everything,
    parsed,
    pdf_pages,
    replaced,
    small_project,
    squeezed,
)
from PIL import Image, ImageDraw, ImageFile

from generator import halftones, proof, withheld
from generator.balance import lesson_sheet
from generator.build import Options, build
from generator.diagnostic import Diagnostic
from generator.editions import EDITIONS
from generator.figures import TableSpec
from generator.nodes import Text
from generator.pictures import ALONE, IN_PAIR, Picture, Room, picture_of, read_picture
from generator.projects import Project
from generator.reader import read
from generator.telling import Secrets

ALT = "A map of the harbor with three piers, the middle one longest."
LONG = "The bay opens to the north. Three piers reach into it from the shore, and a road runs behind them."
YEARS = range(1901, 1926)

LESSON = f"""\
format: 1
title: The Harbor
grades: 9-12
compelling_question: Should a ferry cost something?
kind: policy
objectives: {{}}
minutes: 45
content_note: One picture shows a storm in which somebody died.
documents:
  A: {{passages: [ferry/street]}}
  B:
    figure:
      image: figures/harbor.png
      kind: map
      alt: {ALT}
      long: {LONG}
      caption: The harbor, with its *three* piers.
      title: Map of the Harbor
      maker: The harbor office
      date: 1901~
      where: Example Town
      credit: Town archive of Example Town; in the public domain.
  C:
    figure:
      table:
        head: [Year, Boats, Fares in coins, Remark]
        rows:
{"".join(f'          - [{year}, {year % 7}, "{year},000", a year with a remark]{chr(10)}' for year in YEARS)}
      kind: table
      caption: Boats by year.
      title: Boats and Fares
      short: Boats table
      credit: The council’s books
    margin: [Which year stands out?]
  D:
    figure:
      image: figures/storm.jpg
      kind: photograph
      alt: Waves over a pier.
      title: Storm
      credit: Somebody’s attic
      flags: [deaths]
  E: {{passages: [toll/price]}}
  F:
    figure: {{image: figures/band.png, kind: other, decorative: true, title: A Band, credit: Drawn for this page}}
supports: {{frames: [One ____., Two ____., Three ____.], word_bank: [pier]}}
vocabulary: {{piers: walks on posts that lead into the water}}
activities:
  - type: jigsaw
    title: Read
    minutes: 10
    groups: [{{name: One, documents: [A, B]}}, {{name: Two, documents: [C]}}]
    steps: [Read., Tell.]
    questions:
      - prompt: Which pier is longest?
        dok: 1
        lines: 1
        passages: [B]
        responses: [{{text: The middle one., rests_on: [B, ferry/street]}}]
      - prompt: What happened in 1903?
        dok: 1
        lines: 1
        passages: [C]
        responses: [{{text: It was “a year with a remark”., rests_on: [{{passage: C, words: "1903"}}]}}]
  - type: gallery_walk
    title: Walk
    minutes: 10
    steps: [Look., Write.]
    columns: [Seen]
    stations:
      - {{name: One, documents: [B], ask: What is left out?, limits: true}}
      - {{name: Two, documents: [D, A], ask: What is left out?, limits: true}}
  - type: contrasting_viewpoints
    title: Pair
    minutes: 10
    question: Is a fare fair?
    documents: [E, D]
    rows: [{{label: Gap, ask: What is left out?, limits: true, responses: [{{text: The writer., rests_on: [D]}}]}}]
  - type: sourcing
    title: Sources
    minutes: 5
    documents: [B, C]
    columns: [{{label: Gaps, limits: true}}]
    responses: {{B: {{Gaps: {{text: Boats., rests_on: [B]}}}}}}
  - type: corroboration
    title: Compare
    minutes: 5
    documents: [A, C]
    statements: [{{text: There were boats., responses: {{C: {{text: It agrees., rests_on: [C]}}}}}}]
  - type: t_chart
    title: Chart
    minutes: 5
    columns: [Gains, Costs]
    rows: [{{voice: The map, document: B}}]
exempt:
  limits-unasked: The frame tells nothing.
  closing-missing: A chart closes it.
"""


def harbor(width: int = 2400, height: int = 1500) -> Image.Image:
    """A small map in colors."""
    made = Image.new("RGB", (width, height), (200, 225, 245))
    drawn = ImageDraw.Draw(made)
    drawn.polygon([(0, height), (width // 3, height // 2), (width, height)], fill=(220, 200, 150))
    for x in (width // 5, width // 2, width * 3 // 4):
        drawn.rectangle([x, height // 3, x + width // 40, height * 2 // 3], fill=(120, 60, 30))
    return made


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def with_figures(project: Project) -> Project:
    """The small project with three pictures, and one lesson in the place of its own."""
    folder = project.root / "figures"
    folder.mkdir()
    (folder / "harbor.png").write_bytes(encoded(harbor(), "PNG"))
    (folder / "storm.jpg").write_bytes(encoded(harbor(800, 500).convert("L"), "JPEG"))
    (folder / "band.png").write_bytes(encoded(harbor(600, 80), "PNG"))
    for lesson in project.lessons.iterdir():
        lesson.unlink()
    (project.lessons / "harbor.yaml").write_text(LESSON, "utf-8")
    return project


@pytest.fixture
def project(small: Project) -> Project:
    return with_figures(small)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The lesson, read without an objection and built in all its editions."""
    made = with_figures(small_project(tmp_path_factory.mktemp("figures")))
    reading = read(made)
    assert not reading.diagnostics
    assert not build(reading, (), Options()).diagnostics
    return made


def finished(project: Project, name: str) -> bytes:
    return (project.output / "harbor" / name).read_bytes()


def tree(project: Project, edition: str) -> Node:
    return parsed(finished(project, f"{edition}.html").decode())


def document(root: Node, letter: str) -> Node:
    return next(a for a in root.all("article", "document") if a.attributes["id"] == f"document-{letter.lower()}")


# --- on the page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", ["student", "supports", "stations", "teacher"])
def test_a_picture_stands_where_passages_stand(edition: str, built: Project) -> None:
    """Its letter, its source box, the picture with its words, and its caption below it."""
    shown = document(tree(built, edition), "B")
    assert next(shown.all("h3" if edition in ("stations", "teacher") else "h2", "letter")).text == "Document B"
    rows = [squeezed(row.text) for row in shown.all("p", "row")]
    of_teacher = ["Who The harbor office", "When about 1901"]
    whole = ["Who The harbor office", "What “Map of the Harbor”", "Where Example Town", "When about 1901", "Type Map"]
    assert rows == (of_teacher if edition == "teacher" else whole)
    (figure,) = shown.all("figure")
    (picture,) = figure.all("img")
    assert picture.attributes["alt"] == ALT and picture.attributes["src"].startswith("data:image/png;base64,")
    (caption,) = figure.all("figcaption")
    assert squeezed(caption.text) == "The harbor, with its three piers." and next(caption.all("em")).text == "three"


def test_what_is_not_known_of_a_figure_is_said_to_be_so(built: Project) -> None:
    """In the words that are used of every source."""
    rows = [squeezed(row.text) for row in document(tree(built, "student"), "C").all("p", "row")]
    assert rows[0] == "Who Not stated in our copy" and rows[3] == "When Not stated in our copy"


def test_colors_that_are_lost_are_mentioned(built: Project) -> None:
    """Of the map, which had some; not of the photograph, which had none."""
    root = tree(built, "supports")
    note = "The colors of the picture are printed here in shades of gray."
    assert note in squeezed(document(root, "B").text) and note not in squeezed(document(root, "D").text)


def test_a_table_is_a_table(built: Project) -> None:
    """Heads of columns and of rows, a caption, and numbers that stand below each other."""
    (table,) = document(tree(built, "student"), "C").all("table")
    assert next(table.all("caption")).text == "Boats by year."
    heads = [(h.text, h.attributes["scope"]) for h in table.all("th")]
    assert heads[:4] == [("Year", "col"), ("Boats", "col"), ("Fares in coins", "col"), ("Remark", "col")]
    assert heads[4:] == [(str(year), "row") for year in YEARS]
    first = list(next(table.all("tbody")).all("td"))[:3]
    assert [(c.text, c.classes) for c in first] == [
        (str(1901 % 7), ["number-cell"]),
        ("1901,000", ["number-cell"]),
        ("a year with a remark", []),
    ]


def test_prompts_stand_beside_a_figure(built: Project) -> None:
    """As they do beside a passage, if the lesson has some."""
    root = tree(built, "student")
    assert next(next(document(root, "C").all("div", "prompts")).all("p")).text == "Which year stands out?"
    assert not list(document(root, "B").all("div", "prompts"))


def test_a_word_that_is_explained_stands_below_its_figure(built: Project) -> None:
    """Where it comes up first: in a caption or a description, too."""
    root = tree(built, "student")
    assert "walks on posts" in document(root, "B").text and "walks on posts" not in document(root, "D").text


def test_a_picture_that_only_decorates_is_a_background(built: Project) -> None:
    """Nothing is read out in its place."""
    shown = document(tree(built, "student"), "F")
    (frame,) = shown.all("div", "decor")
    assert "background-image:url(data:image/png;base64," in frame.attributes["style"] and not list(shown.all("img"))


def test_a_longer_description_is_folded_on_a_screen_and_hidden_on_paper(built: Project) -> None:
    """Those who have the page read out find it in both."""
    (folded,) = document(tree(built, "student"), "B").all("details")
    assert [squeezed(part.text) for part in folded.all()] == ["Description", LONG]
    assert squeezed(LONG) in squeezed("\n".join(pdf_pages(finished(built, "student.pdf"))))


def test_the_key_names_a_figure_without_lines(built: Project) -> None:
    """And the passage beside it with its own."""
    text = squeezed(tree(built, "teacher").text).replace("\u00a0", " ")
    assert "The middle one. Doc A, l. 1–3; Doc B" in text
    assert "It was “a year with a remark”. Doc C" in text
    assert "Doc B, l." not in text and "Asked about in 1" in squeezed(document(tree(built, "teacher"), "B").text)


def test_charts_name_figures_as_they_name_texts(built: Project) -> None:
    """By letter and short name: stations, a matrix, a chart of voices, rows of sources."""
    text = squeezed(tree(built, "student").text).replace("\u00a0", " ")
    assert "What is left out? (Doc D, A)" in text
    assert "B Map of the Harbor" in text.replace("BMap", "B Map") and "Boats table" in text
    assert "The map Document B" in text and "One reads Documents A, B" in text


def test_a_figure_is_credited(built: Project) -> None:
    """In the list of sources and at the foot of every page."""
    root = tree(built, "student")
    lines = [squeezed(p.text) for p in next(root.all("section", "sources")).all("p")]
    assert lines[1] == (
        "B“Map of the Harbor.” The harbor office. about 1901. Town archive of Example Town; in the public domain."
    )
    assert [line[0] for line in lines] == list("ABCDEF")
    foot = "B Map of the Harbor, 1901; C Boats table; D Storm; E Pupil’s letter; F A Band."
    assert foot in next(root.all("footer", "foot")).text
    assert all(foot in squeezed(text) for text in pdf_pages(finished(built, "student.pdf")))


def test_what_was_proven_does_not_count_figures(built: Project) -> None:
    """Three passages and one quotation, against the two articles."""
    text = squeezed(tree(built, "teacher").text)
    assert "were checked word for word against 2 sources." in text


def test_a_care_line_names_what_a_picture_shows(built: Project) -> None:
    """As that of a passage does."""
    assert "Some of these texts mention deaths." in squeezed(tree(built, "student").text)


def test_balance_counts_a_figure_as_a_document_without_words(built: Project) -> None:
    """It is asked about, and asked what it cannot show."""
    sheet = lesson_sheet(read(built).lessons["harbor"])
    shares = {share.shown: share for share in sheet.sources}
    chart = shares["Map of the Harbor"]
    assert (chart.words, chart.passages, chart.documents, chart.evidence, chart.limits) == (0, 0, 1, 1, 2)
    assert [share.shown for share in sheet.quoted] == ["Ferry report", "Pupil’s letter"]


def test_a_lesson_can_do_without_passages(project: Project) -> None:
    """A single picture is a document, and makes a handout."""
    text = (project.lessons / "harbor.yaml").read_text("utf-8")
    alone = re.sub(r"(?ms)^documents:.*?^supports", "documents:\n  A:\n    figure: FIGURE\nsupports", text)
    alone = re.sub(r"(?ms)^activities:.*", "activities: [{type: step, title: Look, minutes: 45}]\n", alone)
    figure = f"{{image: figures/harbor.png, kind: map, alt: '{ALT}', caption: Piers., title: Map, credit: Archive}}"
    (project.lessons / "harbor.yaml").write_text(alone.replace("FIGURE", figure), "utf-8")
    reading = read(project)
    assert not reading.diagnostics
    assert not build(reading, (), Options(formats=("html",))).diagnostics


# --- in the PDF ---------------------------------------------------------------------------------------


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    """The elements of one kind in the structure of a PDF."""
    return [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == f"/{kind}" and "/P" in o]


@pytest.mark.parametrize("edition", ["student", "supports", "stations"])
def test_the_pdf_is_open_to_everybody(edition: str, built: Project) -> None:
    """PDF/UA-1."""
    checked = page.validate_pdf(str(built.output / "harbor" / f"{edition}.pdf"), profile="ua1")
    assert [failure.rule_id for failure in checked.failures] == [] and checked.is_compliant


def test_the_teachers_pdf_is_open_to_everybody(built: Project) -> None:
    """PDF/UA-1, with the figures among the possible answers."""
    checked = page.validate_pdf(str(built.output / "harbor" / "teacher.pdf"), profile="ua1")
    assert [failure.rule_id for failure in checked.failures] == []


def test_a_picture_is_tagged_as_a_figure_with_its_words(built: Project) -> None:
    """The map and the photograph are; the frame is not. Each has its place on the page, in points from below."""
    with pikepdf.open(io.BytesIO(finished(built, "student.pdf"))) as pdf:
        shown = elements(pdf, "Figure")
        assert [str(figure["/Alt"]) for figure in shown] == [ALT, "Waves over a pier."]
        for figure, width in zip(shown, (ALONE.width, IN_PAIR.width), strict=True):
            left, bottom, right, top = map(float, figure["/A"]["/BBox"].as_list())
            assert right - left == pytest.approx(width, abs=0.5) and 0 < bottom < top < 792
        assert len(elements(pdf, "Caption")) == 2, "one below the map, one above the table"


def test_a_long_table_breaks_and_its_head_stands_on_both_pages(project: Project) -> None:
    """No row is lost, and each head says which way it heads."""
    more = "".join(f'          - [{year}, 1, "2", more]\n' for year in range(1926, 1961))
    replaced(project.lessons / "harbor.yaml", "      kind: table\n", more + "      kind: table\n")
    assert not build(read(project), (), Options(formats=("pdf",), editions=("student",))).diagnostics
    data = finished(project, "student.pdf")
    with_head = [text for text in pdf_pages(data) if "Fares in coins" in text]
    assert len(with_head) >= 2 and "1901" in with_head[0] and "1960" in with_head[-1]
    assert all(len(re.findall(rf"(?m)^{year} ", "\n".join(with_head))) == 1 for year in range(1902, 1961))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        scopes = [str(head["/A"]["/Scope"]) for head in elements(pdf, "TH")]
    assert scopes.count("/Row") >= 60 and scopes.count("/Column") >= 4
    checked = page.validate_pdf(str(project.output / "harbor" / "student.pdf"), profile="ua1")
    assert [failure.rule_id for failure in checked.failures] == []


def test_a_picture_and_its_box_stay_on_one_page(built: Project) -> None:
    """Letter, box and caption stand on the page of the picture."""
    (text,) = [t for t in pdf_pages(finished(built, "student.pdf")) if "with its three piers" in squeezed(t)]
    assert "Document B" in text and "The harbor office" in text


def test_the_page_has_no_color(built: Project) -> None:
    """What a copier would lose is not there."""
    for name in ("student.pdf", "teacher.pdf"):
        pdf = pypdfium2.PdfDocument(finished(built, name))
        for sheet in pdf:
            red, green, blue = sheet.render(scale=0.5).to_pil().convert("RGB").split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()
        pdf.close()


def test_the_same_files_give_the_same_bytes(built: Project, tmp_path: Path) -> None:
    """A second build, into another folder, changes nothing."""
    again = replace(built, output=tmp_path / "again")
    assert not build(read(again), (), Options()).diagnostics
    assert everything(again.output / "harbor") == everything(built.output / "harbor")


def test_the_revision_changes_with_the_picture(project: Project) -> None:
    """Though the lesson says the same."""
    before = read(project).lessons["harbor"].revision
    assert read(project).lessons["harbor"].revision == before
    (project.root / "figures" / "harbor.png").write_bytes(encoded(harbor(2400, 1490), "PNG"))
    assert read(project).lessons["harbor"].revision != before


# --- who may see it -----------------------------------------------------------------------------------

SIDES = """\
  - type: structured_academic_controversy
    title: Sides
    minutes: 45
    question: Should a ferry cost something?
    sides:
      - {name: "Yes", position: It should., documents: [E, B]}
      - {name: "No", position: It should not., documents: [A, C]}
    steps: [{phase: prepare, do: Read.}, {phase: debrief, do: Talk.}]
"""


def test_a_packet_has_the_figures_of_its_side_only(project: Project) -> None:
    """Neither the other’s picture nor a word of its caption or its rows."""
    path = project.lessons / "harbor.yaml"
    text = re.sub(
        r"(?ms)^activities:\n.*?(?=^exempt)", "norms: [Listen.]\nactivities:\n" + SIDES, path.read_text("utf-8")
    )
    path.write_text(text, "utf-8")
    reading = read(project)
    assert not [d for d in reading.diagnostics if d.is_error]
    assert not build(reading, (), Options(formats=("html",), editions=("side-a", "side-b"))).diagnostics
    first, second = tree(project, "side-a"), tree(project, "side-b")
    assert len(list(first.all("img"))) == 1 and not list(second.all("img"))
    assert "Boats by year" not in first.text and "three piers" not in second.text and ALT not in str(second)
    lesson = reading.lessons["harbor"]
    told = withheld.other_side(lesson, "side-b").sentences
    assert ALT in told and "The harbor, with its *three* piers." in told
    assert "1901 4 1901,000 a year with a remark" in withheld.other_side(lesson, "side-a").sentences


def test_an_answer_in_the_words_of_a_picture_is_a_leak(built: Project) -> None:
    """The program looks behind the picture, and long pictures do not slow it down."""
    lesson = read(built).lessons["harbor"]
    secret = Secrets(("Nobody must know this answer",), ())
    address = "data:image/png;base64," + "A" * 3_000_000
    leaky = f'<img src="{address}" alt="Nobody must know this answer.">'.encode()
    assert proof.leaks("student.html", leaky, secret) == ["Nobody must know this answer"]
    assert not proof.leaks("student.html", finished(built, "student.html"), withheld.secrets(lesson))


# --- pictures -----------------------------------------------------------------------------------------


def of_page(data: bytes) -> list[bytes]:
    return [base64.b64decode(found) for found in re.findall(rb"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)", data)]


def test_nothing_but_pixels_comes_along(project: Project) -> None:
    """Where a photograph was taken, by whom, and what a program wrote into it, stays at home."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "CANARY description", "CANARY artist"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    written = encoded(harbor(800, 500), "JPEG", exif=exif, comment=b"CANARY comment", icc_profile=b"CANARY profile")
    assert written.count(b"CANARY") == 4
    (project.root / "figures" / "storm.jpg").write_bytes(written)
    assert not build(read(project), (), Options(editions=("student",))).diagnostics
    for made in of_page(finished(project, "student.html")):
        with Image.open(io.BytesIO(made)) as image:
            assert not image.getexif() and image.mode == "L"
            assert not {"icc_profile", "comment", "exif", "xmp"} & set(image.info)
            assert image.info.get("dpi", (1, 1)) == (1, 1)
    for name in ("student.html", "student.pdf"):
        assert b"CANARY" not in finished(project, name)


@pytest.mark.parametrize(
    ("turned", "size"), [(1, (400, 200)), (3, (400, 200)), (6, (200, 400)), (8, (200, 400))], ids=lambda v: str(v)
)
def test_a_photograph_stands_upright(turned: int, size: tuple[int, int]) -> None:
    """A camera writes beside the pixels how it was held; that is carried out before it is dropped."""
    exif = Image.Exif()
    exif[0x0112] = turned
    made = picture_of(encoded(harbor(400, 200), "JPEG", exif=exif))
    assert (made.width, made.height) == size


def gray_of(image: Image.Image, **options: Any) -> Image.Image:
    return Image.open(io.BytesIO(picture_of(encoded(image, "PNG", **options)).data))


def test_every_kind_of_pixel_becomes_gray() -> None:
    """Transparent ones are white, as paper is; sixteen bits become eight, and are not cut off."""
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert gray_of(clear).getpixel((5, 5)) == 255
    assert gray_of(Image.new("LA", (40, 40), (0, 0))).getpixel((5, 5)) == 255
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([255, 255, 255, 0, 0, 0])
    assert gray_of(palette).getpixel((5, 5)) == 0
    assert gray_of(palette, transparency=1).getpixel((5, 5)) == 255
    assert gray_of(palette, transparency=b"\xff\x00").getpixel((5, 5)) == 255
    assert gray_of(Image.new("1", (40, 40), 1)).getpixel((5, 5)) == 255
    assert gray_of(Image.new("I;16", (40, 40), 32896)).getpixel((5, 5)) in (127, 128)
    assert gray_of(Image.new("I;16", (40, 40), 65535)).getpixel((5, 5)) == 255
    cmyk = Image.open(io.BytesIO(picture_of(encoded(Image.new("CMYK", (40, 40), (0, 0, 0, 255)), "JPEG")).data))
    pixel = cmyk.getpixel((5, 5))
    assert isinstance(pixel, int | float) and pixel < 20


def test_a_picture_has_as_many_pixels_as_a_printer_shows() -> None:
    """300 to an inch at its printed width, and no more; a small one is not blown up."""
    large = picture_of(encoded(harbor(5000, 2500), "PNG"))
    assert large.size_in(ALONE) == pytest.approx((474, 237), abs=0.2) and large.width == round(474 * 300 / 72)
    assert large.size_in(IN_PAIR) == pytest.approx((216, 108), abs=0.2)
    paired = Image.open(io.BytesIO(of_page(large.address_in(IN_PAIR).encode())[0]))
    assert paired.size == (900, 450)
    tall = picture_of(encoded(harbor(1000, 4000), "PNG"))
    assert tall.size_in(ALONE) == pytest.approx((100, 400), abs=0.2) and tall.height == round(400 * 300 / 72)
    small = picture_of(encoded(harbor(200, 100), "PNG"))
    assert small.size_in(ALONE) == (144, 72) and (small.width, small.height) == (200, 100)


def test_a_picture_as_thin_as_a_hair_is_printed_all_the_same() -> None:
    """No side of it is nothing."""
    made = picture_of(encoded(Image.new("L", (3, 9000)), "PNG"))
    assert made.width >= 1 and min(made.size_in(ALONE)) >= 1
    assert made.address_in(Room(10, 10)).startswith("data:image/png;base64,")


def test_a_jpeg_stays_one() -> None:
    """A photograph as PNG would be many times as large."""
    formats = {format: picture_of(encoded(harbor(), format)).format for format in ("JPEG", "PNG")}
    assert formats == {"JPEG": "jpeg", "PNG": "png"}


# --- what is refused ----------------------------------------------------------------------------------


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


ATTACKS: dict[str, tuple[bytes, str]] = {
    "a drawing in SVG": (DRAWING.encode(), "neither a PNG nor a JPEG"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "neither a PNG nor a JPEG"),
    "a page": (b"<html><script>alert(1)</script></html>", "neither a PNG nor a JPEG"),
    "a GIF": (encoded(harbor(20, 20).convert("P"), "GIF"), "neither a PNG nor a JPEG"),
    "a TIFF": (encoded(harbor(20, 20), "TIFF"), "neither a PNG nor a JPEG"),
    "nothing": (b"", "neither a PNG nor a JPEG"),
    "a JPEG that is cut off": (encoded(harbor(800, 500), "JPEG")[:3000], "damaged or cut off"),
    "a PNG that is cut off": (encoded(Image.effect_noise((400, 400), 90), "PNG")[:9000], "damaged or cut off"),
    "more pixels than are taken": (bomb(5001, 5000), "more than 25 million pixels"),
    "more than Pillow warns of": (bomb(10_000, 10_000), "more than 25 million pixels"),
    "more than Pillow opens": (bomb(60_000, 60_000), "more than 25 million pixels"),
    "a file of 21 megabytes": (encoded(harbor(20, 20), "PNG") + bytes(21_000_000), "larger than 20 megabytes"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_file_that_is_no_picture_is_refused_where_it_is_named(attack: str, project: Project) -> None:
    """Whatever its name says; and no handout is made of the lesson."""
    data, why = ATTACKS[attack]
    (project.root / "figures" / "harbor.png").write_bytes(data)
    ran = counterpoint("build", "--format", "html", "--edition", "student", cwd=project.root)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr and "Warning" not in ran.stderr
    assert "lessons/harbor.yaml:13:14: error: “figures/harbor.png”" in ran.stderr and why in ran.stderr
    assert "[picture-refused]" in ran.stderr and "no-such-passage" not in ran.stderr
    assert not (project.output / "harbor").exists()


def test_a_picture_that_is_cut_off_is_refused_after_a_pdf_was_made(built: Project) -> None:
    """WeasyPrint tells Pillow to be content with half of one; that holds for its own work only."""
    import weasyprint

    assert weasyprint.__version__ and ImageFile.LOAD_TRUNCATED_IMAGES
    made = read_picture(built.root, Text("figures/storm.jpg"))
    assert isinstance(made, Picture)
    with pytest.raises(Exception, match="damaged"):
        picture_of(ATTACKS["a JPEG that is cut off"][0])
    assert ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize(
    "name",
    [
        "../outside.png",
        "figures/../../outside.png",
        "figures/../figures/harbor.png",
        "OUTSIDE",
        "/etc/passwd",
        "C:\\\\picture.png",
        "figures\\\\harbor.png",
        "figures/%2e%2e/outside.png",
        "file:///etc/passwd",
        "http://example.com/a.png",
        "data:image/png;base64,AAAA",
        "seeds/ferry.txt",
        "figures",
        "figures/",
        "figures//harbor.png",
        "figures/.hidden.png",
        "~/picture.png",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, project: Project, tmp_path: Path) -> None:
    """Only files of the folder “figures” are opened."""
    outside = tmp_path.parent / "outside.png"
    outside.write_bytes(encoded(harbor(20, 20), "PNG"))
    replaced(
        project.lessons / "harbor.yaml",
        "image: figures/harbor.png",
        f'image: "{name.replace("OUTSIDE", str(outside))}"',
    )
    (problem,) = read(project).diagnostics
    assert (problem.span.place, problem.rule, problem.is_error) == ((13, 14), "outside-project", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_links_pipes_and_folders_are_not_opened(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link that stays in the project may; what is no ordinary file is not there."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.png").write_bytes(encoded(harbor(20, 20), "PNG"))
    folder = project.root / "figures"
    (folder / "link.png").symlink_to(outside / "secret.png")
    (folder / "linked").symlink_to(outside)
    (folder / "loop.png").symlink_to(folder / "loop.png")
    (folder / "inside.png").symlink_to(folder / "harbor.png")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")

    def rule(name: str) -> str:
        made = read_picture(project.root, Text(f"figures/{name}"))
        return made.rule if isinstance(made, Diagnostic) else "read"

    assert rule("inside.png") == "read"
    assert rule("link.png") == rule("linked/secret.png") == "outside-project"
    assert rule("loop.png") == rule("folder.png") == rule("pipe.png") == rule("none.png") == "picture-missing"
    missing = read_picture(project.root, Text("figures/linked/secrets.png"))
    assert isinstance(missing, Diagnostic) and "secret.png" not in missing.hint


def test_a_file_that_cannot_be_opened_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the place of its name."""
    opened = Path.open

    def refuse(path: Path, *arguments: Any) -> Any:
        if path.name == "harbor.png":
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments)

    monkeypatch.setattr(Path, "open", refuse)
    (problem,) = read(project).diagnostics
    assert (problem.span.place, problem.rule) == ((13, 14), "unreadable")


def test_damaged_pictures_are_read_or_refused() -> None:
    """Whatever bytes are turned, nothing else comes of it."""
    chance = random.Random(7)
    for data in (encoded(harbor(200, 120), "PNG"), encoded(harbor(200, 120), "JPEG")):
        for _ in range(150):
            turned = bytearray(data)
            for _ in range(chance.randint(1, 8)):
                turned[chance.randrange(len(turned))] = chance.randrange(256)
            try:
                made = picture_of(bytes(turned))
            except halftones.Refused:
                continue
            assert made.width and made.height and made.data


# --- tables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "numeric"),
    [
        (["12", "1,204", "–", ""], True),
        (["$3.50", "−2", "+7 %", "1 000"], True),
        (["12", "about 12"], False),
        (["3 boats"], False),
        (["1901-01"], False),
    ],
)
def test_a_column_of_numbers_is_known(cells: list[str], numeric: bool) -> None:
    """Signs, currencies, gaps and dashes belong to numbers; words and dates do not."""
    table = TableSpec.model_validate({"head": ["Year", "Value"], "rows": [[str(n), c] for n, c in enumerate(cells)]})
    assert table.numeric == (False, numeric)


def test_every_edition_can_hold_a_figure(built: Project) -> None:
    """Those that this lesson has, at least; and each has been composed from it."""
    lesson = read(built).lessons["harbor"]
    made = {path.name.partition(".")[0] for path in (built.output / "harbor").iterdir()}
    assert made == {"student", "supports", "stations", "key", "teacher"} <= set(EDITIONS)
    for edition in EDITIONS:
        if edition in made:
            handout = composed(lesson, edition)
            assert (handout.cited if edition == "key" else handout.documents)["B"].figure
