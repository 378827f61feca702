"""The same lesson in other clothes: large print, a face for readers with dyslexia, fields to fill, booklets."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import page as validator
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from conftest import (
    FOR_STUDENTS,
    HANDOUTS,
    HOME,
    IN_EVERY_LOOK,
    LESSONS,
    Node,
    Shelf,
    composed,
    counterpoint,
    lines_on,
    parsed,
    pdf_pages,
    replaced,
    squeezed,
)
from PIL import Image

from generator import outputs, render
from generator.booklet import saddle
from generator.editions import FOR_TEACHERS, Edition
from generator.looks import LOOKS, PAPERS, PROFILES, USUAL, Look, Make, Profile
from generator.projects import Project
from generator.reader import Reading, read

HALF_INCH = 36  # points
WITH_NOTES = [one for one in HANDOUTS if one[1] not in ("stations", "slips", "key")]


@cache
def pictures(data: bytes) -> tuple[Image.Image, ...]:
    """The pages of a PDF, drawn at a pixel to the point."""
    document = pypdfium2.PdfDocument(data)
    try:
        return tuple(page.render().to_pil().convert("RGB") for page in document)
    finally:
        document.close()


def letters(data: bytes) -> Iterator[tuple[int, str, float, tuple[float, float, float, float]]]:
    """Every letter of a PDF: its page, itself, its size in points, and its box (left, bottom, right, top)."""
    document = pypdfium2.PdfDocument(data)
    try:
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            for at in range(text.count_chars()):
                char = text.get_text_range(at, 1)
                if char.strip():
                    yield number, char, _size(text, at), text.get_charbox(at)
    finally:
        document.close()


def _size(text: pypdfium2.PdfTextPage, at: int) -> float:
    """The size of a letter as it is drawn: that of its font, times what the page is scaled by."""
    drawn = pdfium.FS_MATRIX()
    assert pdfium.FPDFText_GetMatrix(text, at, drawn)
    return float(pdfium.FPDFText_GetFontSize(text, at) * abs(drawn.d))


def faults(data: bytes, folder: Path) -> list[str]:
    """The rules of PDF/UA-1 that a file breaks."""
    (folder / "judged.pdf").write_bytes(data)
    return [failure.rule_id for failure in validator.validate_pdf(folder / "judged.pdf", profile="ua1").failures]


def pressed(reading: Reading, name: str, edition: Edition, look: Look) -> bytes:
    return outputs.press(render.page(composed(reading.lessons[name], edition), look))


def words(text: str) -> str:
    """The letters and figures of a text: where a page is narrow, a line may go on below behind a hyphen."""
    return re.sub(r"[\W_]+", "", text)


# --- every look, every paper --------------------------------------------------------------------------


@IN_EVERY_LOOK
def test_every_look_is_open_to_everybody(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """PDF/UA-1 holds for every file of the unit, in every profile, on both papers."""
    checked = validator.validate_pdf(str(shelf.path(name, edition, "pdf", look)), profile="ua1")
    assert [failure.rule_id for failure in checked.failures] == []
    assert checked.is_compliant


@IN_EVERY_LOOK
def test_line_23_is_line_23_in_every_look(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """The page has the same lines with the same numbers; on paper, their words follow each other as ever, and each
    stands on one line."""
    usual, here = (shelf.html(name, edition, one) for one in (USUAL, look))
    assert lines_on(parsed(here)) == lines_on(parsed(usual))
    numbered = re.compile(r'class="line n(\d+)[^>]*>(.*?)</span>')
    assert numbered.findall(here) == numbered.findall(usual)
    said = words if look.narrow else squeezed
    told = said(" ".join(pdf_pages(shelf.pdf(name, edition, look))))
    printed = [words(line) for page in pdf_pages(shelf.pdf(name, edition, look)) for line in page.split("\n")]
    for lines in lines_on(parsed(here)).values():
        assert not [line for line in lines if said(line) not in told]
        assert not [line for line in lines if not any(words(line) in one for one in printed)]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.suffix or "usual")
def test_words_are_explained_before_a_page_is_turned(look: Look, reading: Reading) -> None:
    """Where a document may go on overleaf, its words are explained in its box, before it is read; else at its end."""
    page = parsed(render.page(composed(reading.lessons["whose-words-are-these"], "student"), look))
    for article in page.all("article", "document"):
        held = [part.classes[0] for part in article.inside if isinstance(part, Node)][1:]
        before = look.profile != "standard" or look.make == "booklet"
        assert held == (["box", "glossary", "reading"] if before else ["box", "reading", "glossary"])


@IN_EVERY_LOOK
def test_half_an_inch_is_clear_all_round(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """A copier that cuts off its margin cuts off nothing; and what it copies is black, gray and white."""
    for picture in pictures(shelf.pdf(name, edition, look)):
        width, height = picture.size
        inner = (HALF_INCH - 1, HALF_INCH - 1, width - HALF_INCH + 1, height - HALF_INCH + 1)
        edge = picture.copy()
        edge.paste((255, 255, 255), inner)
        assert edge.getextrema() == ((255, 255),) * 3
        red, green, blue = picture.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()


@IN_EVERY_LOOK
def test_no_page_is_left_to_a_heading(name: str, edition: Edition, look: Look, shelf: Shelf) -> None:
    """Each holds three lines at least, of text or to write on, between its head and its foot."""
    grid = look.grid(edition in FOR_TEACHERS, edition == "key")
    least = 3 * (22 if look.profile == "large-print" else 12)
    for number, picture in enumerate(pictures(shelf.pdf(name, edition, look)), 1):
        inner = picture.convert("L").crop((0, round(grid.top), picture.width, round(picture.height - grid.bottom)))
        printed = inner.point(lambda gray: 255 if gray < 240 else 0).getbbox()
        assert printed and printed[3] > least, number


def contrast(gray: str) -> float:
    """The contrast of a gray (``#595959``) with white paper (WCAG 2.2, relative luminance)."""
    values = [int(pair, 16) / 255 for pair in re.findall("..", gray[1:] if len(gray) == 7 else gray[1:] * 2)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_no_text_is_too_light() -> None:
    """Every colour of text in the stylesheets has a contrast of 4.5 with white; white itself stands on black."""
    styles = "\n".join(path.read_text("utf-8") for path in (HOME / "templates").rglob("*.css"))
    grays = set(re.findall(r"[{;]\s*color: (#[0-9a-f]{3,6})", styles))
    assert {"#111", "#555"} <= grays
    assert {gray for gray in grays if contrast(gray) < 4.5} == {"#fff"}
    assert styles.count("background: #111; color: #fff") == styles.count("color: #fff")


# --- two-sided ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "edition"), WITH_NOTES)
def test_an_odd_handout_ends_with_a_page_for_notes(name: str, edition: Edition, shelf: Shelf) -> None:
    """So that the next one begins on a sheet of its own; the pages are counted without it."""
    texts = [squeezed(text) for text in pdf_pages(shelf.pdf(name, edition))]
    assert len(texts) % 2 == 0
    counted = [int(found[2]) for text in texts if (found := re.search(r"Page (\d+) of (\d+)$", text))]
    assert set(counted) == {len(counted)}
    assert len(texts) - len(counted) == len(counted) % 2
    if len(counted) % 2:
        assert " Notes " in texts[-1] or texts[-1].startswith("Notes")


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("five-voices", "student"),
        ("loaded-language", "supports"),
        ("whose-words-are-these", "supports"),
        ("public-or-quiet", "side-b"),
        ("corroboration-lab", "stations"),
    ],
)
def test_what_is_left_of_a_last_page_is_room_for_notes(name: str, edition: Edition, reading: Reading) -> None:
    """If it is a third of a page; a handout never gets longer for it."""
    page = render.page(composed(reading.lessons[name], edition))
    without = re.sub(r'<section class="rest">.*?</section>', "", page, flags=re.DOTALL)
    has_some = without != page
    assert has_some == (edition not in ("stations", "slips"))
    pressed_without = outputs.press(without)
    some, none = pdf_pages(outputs.press(page)), pdf_pages(pressed_without)
    assert len(some) == len(none) and some[:-2] == none[:-2]
    last = next(n for n in (-1, -2) if re.search(r"Page \d+ of \d+", some[n]))
    added = some[last] != none[last]
    assert added == (has_some and free_at_the_foot(pressed_without, last) > 245)
    assert not added or len(re.findall(r"^Notes", some[last], re.MULTILINE)) == 1


@pytest.mark.parametrize(
    "look", [one for one in LOOKS if one.make != "fillable"], ids=lambda one: one.suffix or "usual"
)
@pytest.mark.parametrize(("name", "edition"), [("five-voices", "student"), ("public-or-quiet", "supports-a")])
@pytest.mark.slow
def test_room_for_notes_makes_no_handout_longer(name: str, edition: Edition, look: Look, reading: Reading) -> None:
    """In no look: what does not fit is not printed."""
    page = render.page(composed(reading.lessons[name], edition), look)
    without = re.sub(r'<section class="rest">.*?</section>', "", page, flags=re.DOTALL)
    some, none = (len(pypdfium2.PdfDocument(outputs.press(one))) for one in (page, without))
    assert without != page and some == none


def free_at_the_foot(data: bytes, page: int) -> float:
    """How much of a page is free between what is printed last and its foot, in points."""
    grid, picture = Look().grid(), list(pictures(data))[page].convert("L")
    inner = picture.crop((0, round(grid.top), picture.width, round(picture.height - grid.bottom)))
    printed = inner.point(lambda gray: 255 if gray < 240 else 0).getbbox()
    assert printed
    return float(inner.height - printed[3])


def test_one_sided_copies_have_no_page_for_notes(reading: Reading) -> None:
    """And the margin for the holes is on the left of every page."""
    name = next(n for n in LESSONS if len(pdf_pages(pressed(reading, n, "student", Look(two_sided=False)))) % 2)
    data = pressed(reading, name, "student", Look(two_sided=False))
    left = dict.fromkeys(range(1, len(pdf_pages(data)) + 1), HALF_INCH * 100.0)
    for number, _, _, box in letters(data):
        left[number] = min(left[number], box[0])
    assert max(left.values()) - min(left.values()) < 36
    assert min(left.values()) > 54


def test_a_booklet_is_in_saddle_stitch_order(reading: Reading) -> None:
    """Each side of a sheet carries the pages that meet when the sheets are folded and stapled."""
    assert list(saddle(8)) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    for paper, size in (("letter", (792, 612)), ("a4", (841.89, 595.28))):
        data = pressed(reading, LESSONS[0], "student", Look(paper, make="booklet"))  # type: ignore[arg-type]
        texts = pdf_pages(data)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert [float(x) for x in pdf.pages[0].mediabox] == pytest.approx([0, 0, *size], abs=0.01)
            assert str(pdf.docinfo.Title).startswith("Lesson 1: Five Voices")
        sides = [tuple(int(n) for n in re.findall(r"Page (\d+) of \d+", text)) for text in texts]
        total = 2 * len(sides)
        last = max(n for side in sides for n in side)
        expected = [tuple(n for n in pair if n <= last) for pair in saddle(total)]
        assert [tuple(sorted(side)) for side in sides] == [tuple(sorted(pair)) for pair in expected]
        assert total % 4 == 0 and total - last < 4


def test_a_booklet_has_type_as_large_as_ever(reading: Reading) -> None:
    """It is laid out anew for half a sheet, not made smaller: the sizes of its letters are those of a plain page."""
    plain, booklet = (
        Counter(round(size, 1) for _, _, size, _ in letters(pressed(reading, LESSONS[0], "student", Look(make=make))))
        for make in ("plain", "booklet")
    )
    assert booklet[11.5] == plain[11.5] > 1000
    assert min(booklet) >= min(plain)


# --- profiles -----------------------------------------------------------------------------------------

MARKS, SPOKEN = 14, 2  # raised † and ‡; what only a screen reader meets


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("make", ["plain", "fillable"])
def test_what_is_asked_beside_a_passage_can_be_answered_there(profile: Profile, make: Make, reading: Reading) -> None:
    """In the margin, or, where there is none, on a ruled line; it can be typed there, too."""
    look = Look(profile=profile, make=make)
    page = parsed(render.page(composed(reading.lessons["loaded-language"], "student"), look))
    asked = [place for prompts in page.all("div", "prompts") for place in prompts.all("div", "noted")]
    assert len(asked) == 10
    for place in asked:
        (room,) = [*place.all("div", "cell"), *place.all("div", "write")]
        assert room.attributes["data-write"] == squeezed(next(place.all("p")).text)
        assert len(list(room.all("div", "rule"))) == (profile != "standard")
        assert len([*room.all("input"), *room.all("textarea")]) == (make == "fillable")


@pytest.mark.parametrize(("name", "edition"), HANDOUTS)
@pytest.mark.slow
def test_large_print_is_large(name: str, edition: Edition, shelf: Shelf) -> None:
    """Eighteen points and more, but for the raised marks and the line at the foot that only says which file this is."""
    data = shelf.pdf(name, edition, Look(profile="large-print"))
    foot = 80  # points
    small = {
        (char, round(size))
        for _, char, size, (_, bottom, _, _) in letters(data)
        if size < 17.9 and size > SPOKEN and bottom > foot and char not in "†‡"
    }
    assert not small
    assert {round(size) for _, char, size, box in letters(data) if char in "†‡" and box[1] > foot} <= {MARKS, 18}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", LESSONS)
def test_a_title_is_of_one_size_and_the_largest(name: str, profile: Profile, shelf: Shelf, reading: Reading) -> None:
    """To its last word, in every profile."""
    first = [
        (char, round(size, 1))
        for page, char, size, _ in letters(shelf.pdf(name, "student", Look(profile=profile)))
        if page == 1
    ]
    largest = max(size for _, size in first)
    assert words("".join(char for char, size in first if size == largest)) == words(reading.lessons[name].spec.title)


@pytest.mark.parametrize("name", LESSONS)
def test_the_face_for_dyslexia_is_the_open_one(name: str, shelf: Shelf) -> None:
    """Every letter of a passage is drawn in it; nothing is in italics."""
    with pikepdf.open(io.BytesIO(shelf.pdf(name, "student", Look(profile="dyslexia")))) as pdf:
        names = {
            str(o["/BaseFont"])[1:].partition("+")[2]
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font" and "/FontDescriptor" in o
        }
    assert {"Atkinson-Hyperlegible", "Atkinson-Hyperlegible-Bold"} <= names
    assert not [one for one in names if "Italic" in one]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("name", "edition"), FOR_STUDENTS)
def test_nothing_hangs_over_the_edge(name: str, edition: Edition, profile: str, shelf: Shelf) -> None:
    """No letter stands outside the type area, and none on another."""
    look = Look(profile=profile)  # type: ignore[arg-type]
    grid = look.grid()
    for number, char, size, (left, bottom, right, _) in letters(shelf.pdf(name, edition, look)):
        if size > SPOKEN:
            edge = grid.outer if number % 2 or edition in ("stations", "slips") else grid.binding
            assert left > HALF_INCH and bottom > HALF_INCH
            assert right < grid.width - min(edge, grid.outer, grid.binding) + 1, (number, char)


# --- fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("name", "edition"), [(LESSONS[0], "student"), (LESSONS[7], "side-a"), (LESSONS[9], "student")]
)
def test_every_place_to_write_becomes_a_field(
    name: str, edition: Edition, profile: str, reading: Reading, tmp_path: Path
) -> None:
    """Each has a name of its own and says what belongs there; the file stays open to everybody."""
    look = Look(profile=profile, make="fillable")  # type: ignore[arg-type]
    source = render.page(composed(reading.lessons[name], edition), look)
    page = parsed(source)
    places = sum(len(list(page.all(of=kind))) for kind in ("write", "cell"))
    blanks = len([blank for blank in page.all("span", "blank") if list(blank.all("input"))])  # not in running heads
    data = outputs.press(source)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        names = [str(field.T) for field in fields]
        assert len(fields) == places + blanks > 10
        assert len(set(names)) == len(names)
        assert all(str(field.TU).strip() and "<" not in str(field.TU) for field in fields)
        assert {"Name", "Date", "Period"} <= set(names)
        for field in fields:
            left, top, right, bottom = (float(edge) for edge in field.Rect)
            assert abs(right - left) > 20 and abs(top - bottom) > 10
    assert faults(data, tmp_path) == []


def test_what_is_typed_into_a_field_is_seen(reading: Reading) -> None:
    """Another program fills a field, and draws it."""
    data = pressed(reading, LESSONS[0], "student", Look(make="fillable"))
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    try:
        empty = document[0].render(scale=2).to_pil()
    finally:
        document.close()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        field = next(f for f in pdf.Root.AcroForm.Fields if str(f.T) == "Name")
        field.V = pikepdf.String("Robin Example")
        left, top, right, bottom = (float(edge) for edge in field.Rect)
        out = io.BytesIO()
        pdf.save(out)
    document = pypdfium2.PdfDocument(out.getvalue())
    document.init_forms()
    try:
        filled = document[0].render(scale=2).to_pil()
    finally:
        document.close()
    box = tuple(round(2 * x) for x in (left, 792 - max(top, bottom), right, 792 - min(top, bottom)))
    assert empty.crop(box).tobytes() != filled.crop(box).tobytes()


# --- lines to the end of the page ---------------------------------------------------------------------


def rules_on(picture: Image.Image) -> list[int]:
    """The heights of ruled lines, in points from the top: rows of pixels that are gray over most of the text."""
    gray = picture.convert("L")
    width = gray.width
    rows = [y for y in range(gray.height) if sum(gray.getpixel((x, y)) < 235 for x in range(120, width - 120, 4)) > 80]  # type: ignore[operator]
    return [y for n, y in enumerate(rows) if n == 0 or y > rows[n - 1] + 1]


def test_lines_that_fill_end_where_the_page_ends(small: Project) -> None:
    """``lines: fill`` gives as many as the page has room for, eight or nine millimetres apart, and no second page."""
    lesson = small.lessons / "ferry.yaml"
    text = lesson.read_text("utf-8")
    lesson.write_text(re.sub(r"(?m)^(\s+)dok: 2\n", r"\1dok: 2\n\1lines: fill\n", text, count=1), "utf-8")
    ferry = read(small).lessons["ferry"]
    data = outputs.press(render.page(composed(ferry, "student")))
    filled = [rules for picture in pictures(data) if len(rules := rules_on(picture)) > 8]
    assert filled
    longest = max(filled, key=len)
    assert 720 - 24 < longest[-1] <= 720
    gaps = {b - a for a, b in zip(longest[-6:], longest[-5:], strict=False)}
    assert gaps <= {23, 24, 25}


# --- the command --------------------------------------------------------------------------------------


def test_looks_are_chosen_on_the_command_line(small: Project) -> None:
    """Each has files of its own beside the others, and the index leads to all of them."""
    (small.root / "handouts.yaml").write_text("format: 1\n", "utf-8")
    more = ("build", "--edition", "student")
    assert counterpoint(*more, cwd=small.root).returncode == 0
    assert counterpoint(*more, "--profile", "large-print,dyslexia", cwd=small.root).returncode == 0
    assert counterpoint(*more, "--fillable", cwd=small.root).returncode == 0
    assert counterpoint(*more, "--booklet", cwd=small.root).returncode == 0
    made = sorted(path.name for path in (small.output / "ferry").iterdir())
    expected = ["student.booklet.pdf", "student.fillable.pdf", "student.html", "student.pdf"]
    for profile in ("dyslexia", "large-print"):
        expected += [f"student.{profile}.html", f"student.{profile}.pdf"]
    assert made == sorted(expected)
    index = (small.output / "index.html").read_text("utf-8")
    assert [one for one in made if f'href="ferry/{one}"' not in index] == []
    assert "Student, large print PDF" in index and "out of date" not in index.lower()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--profile", "huge"], "--profile cannot be “huge”: it takes standard, large-print, dyslexia"),
        (["--booklet", "--fillable"], "Choose one of --fillable, --booklet and --one-sided"),
        (["--booklet", "--one-sided"], "Choose one of --fillable, --booklet and --one-sided"),
        (["--booklet", "--format", "html"], "--fillable and --booklet make PDFs"),
    ],
)
def test_looks_that_do_not_go_together_are_told(small: Project, wrong: list[str], told: str) -> None:
    """Exit 2, a sentence, and nothing is written."""
    ran = counterpoint("build", *wrong, "--project", small.root, cwd=small.root)
    assert (ran.returncode, told in ran.stderr) == (2, True), ran.stderr
    assert not small.output.exists()


def test_every_look_has_a_name_of_its_own() -> None:
    """No two looks of one paper share a file."""
    assert len({look.suffix for look in LOOKS}) == len(LOOKS) == 9
    assert {look.grid().text for look in (Look(paper) for paper in PAPERS)} == {474.0}


# --- what a teacher may write -------------------------------------------------------------------------

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.suffix or "standard")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: A Street That Moves", f"title: {'A very long title that goes on and on ' * 5}indeed"),
        ("title: A Street That Moves", f"title: {LONG_WORD}"),
    ],
    ids=["title of 200 letters", "word longer than its column"],
)
def test_long_things_print_decently(small: Project, look: Look, old: str, new: str, tmp_path: Path) -> None:
    """Nothing runs out of the page, and the words are all there."""
    replaced(small.lessons / "ferry.yaml", old, new)
    lesson = read(small).lessons["ferry"]
    data = outputs.press(render.page(composed(lesson, "student"), look))
    if look.make != "booklet":
        assert faults(data, tmp_path) == []
    width = look.grid().width * (2 if look.make == "booklet" else 1)
    for _, char, size, (left, _, right, _) in letters(data):
        assert size <= SPOKEN or (left > HALF_INCH - 1 and right < width - HALF_INCH + 1), char


@pytest.mark.parametrize("profile", PROFILES)
def test_a_question_of_300_words_and_no_words_explained(small: Project, profile: str, tmp_path: Path) -> None:
    """The question is printed whole, and no empty list; a letter with its mark beside it is one letter."""
    asked = "Why does the pilot of the cafe\u0301 boat say so, and who would rather say it otherwise? " * 17
    lesson = small.lessons / "ferry.yaml"
    replaced(lesson, "What does the pilot call a ferry?", asked.strip())
    replaced(lesson, "  fare: what a passenger pays\n  the other bank: the land across the river\n", "  {}\n")
    data = outputs.press(render.page(composed(read(small).lessons["ferry"], "student"), Look(profile=profile)))  # type: ignore[arg-type]
    assert faults(data, tmp_path) == []
    told = words(unicodedata.normalize("NFC", " ".join(pdf_pages(data))))
    assert told.count(words("who would rather say it otherwise")) == 17
    assert told.count("caféboat") == 17
    assert "whatapassengerpays" not in told


def test_a_table_of_twenty_rows_goes_on_below_its_head(small: Project, tmp_path: Path) -> None:
    """On the next page, too, a reader sees what the columns are."""
    statements = "".join(f"      - text: Claim {n}, which goes on for a line and a bit more.\n" for n in range(1, 21))
    replaced(small.lessons / "ferry.yaml", "      - text: One coin would do.\n", statements + "      - text: One.\n")
    data = outputs.press(render.page(composed(read(small).lessons["ferry"], "student")))
    assert faults(data, tmp_path) == []
    pages = [squeezed(text) for text in pdf_pages(data)]
    assert [int(n) for n in re.findall(r"Claim (\d+),", " ".join(pages))] == list(range(1, 21))
    with_claims = [text for text in pages if re.search(r"Claim \d+,", text)]
    assert len(with_claims) > 1
    assert all(re.search(r"\bStatement A B C\b", text) for text in with_claims)


def test_letters_from_right_to_left_are_refused_by_name(small: Project) -> None:
    """No font that comes along has them; so they are told at their place, and never printed the wrong way round."""
    replaced(small.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street \u05d0")
    ran = counterpoint("build", cwd=small.root)
    assert ran.returncode == 1 and not (small.output / "ferry").exists()
    assert "ferry.yaml:3:17: error: No font that comes with Counterpoint has U+05D0 HEBREW LETTER ALEF" in ran.stderr


def test_a_title_without_end_ends_in_the_heads_of_pages(small: Project) -> None:
    """It is printed whole where it is the title, broken anywhere; the heads of the other pages print its beginning."""
    replaced(small.lessons / "ferry.yaml", "title: A Street That Moves", f"title: {'x' * 3000}")
    source = render.page(composed(read(small).lessons["ferry"], "student"))
    assert "<wbr>" not in source
    pages = [words(text) for text in pdf_pages(outputs.press(source))]
    assert "".join(pages).count("x") > 3000
    assert {len(run) for run in re.findall("x{9,}", pages[-1])} == {200}
