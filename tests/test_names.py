"""Names as type, read back by programs that did not set them: whole, in their room, on their line, and nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from conftest import environment, pdf_pages, squeezed
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from generator.fonts import FACES, is_covered
from generator.looks import PROFILES, Profile
from generator.names import Pressed, pressed

SIZE, WIDTH = 11.0, 150.0
NAMES = (
    "Ana",
    "Nguyễn Thị Hằng",
    "Zoë",
    "Łukasz",
    "O’Brien-García",
    "Þórður Ægisson",
    "王小明",
    "李 明",
    "Ana 王",
    "<b>&amp;",
    "17",
    "Sofía Hernández-Echeverría Montemayor",
    "Maria Antonia " * 5 + "Montemayor",
    "y" * 80,
    "中" * 80,
    "x" * 20 + " " + "y" * 59,
)
ON_TWO_LINES = NAMES[-4:]


@pytest.fixture(scope="module", params=PROFILES)
def profile(request: pytest.FixtureRequest) -> Profile:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def made(profile: Profile) -> Pressed:
    return pressed(NAMES, profile, SIZE, WIDTH)


# --- what is on the pages ----------------------------------------------------------------------------


def test_every_name_can_be_read_back(made: Pressed) -> None:
    """Character by character; one that stands on two lines, with a break."""
    assert (list(made.types), made.unprintable) == (list(NAMES), {})
    texts = pdf_pages(made.pdf)
    assert len(texts) == len(NAMES)
    for name, type in made.types.items():
        told = texts[type.page]
        assert ("\n" in told) == (name in ON_TWO_LINES)
        assert told.replace("\n", " " if " " in name else "") == name


def test_a_page_has_exactly_its_room(made: Pressed) -> None:
    """As wide as was asked for, and all as high; nothing is painted behind the letters."""
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        for type in made.types.values():
            page = pdf.pages[type.page]
            assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, WIDTH, 1.8 * SIZE])
            assert [type.width, type.height] == pytest.approx([WIDTH, 1.8 * SIZE])
            painted = {str(told.operator) for told in pikepdf.parse_content_stream(page)}
            assert not painted & {"re", "f", "S", "Do", "BDC", "BMC"}


def ink(made: Pressed, name: str) -> tuple[float, float, float, float]:
    """The edges of what is black on the page of a name, in points: left, lower, right, upper."""
    document = pypdfium2.PdfDocument(made.pdf)
    try:
        drawn = document[made.types[name].page].render(scale=8).to_pil().convert("L")
    finally:
        document.close()
    left, upper, right, lower = drawn.point(lambda tone: 255 if tone < 128 else 0).getbbox()
    return left / 8, made.types[name].height - lower / 8, right / 8, made.types[name].height - upper / 8


def test_nothing_is_cut_off(made: Pressed) -> None:
    """A form is cut off at the edges of its page: no letter touches one."""
    for name in NAMES:
        left, lower, right, upper = ink(made, name)
        assert left > 0.25 and lower > 0.25 and right < WIDTH - 0.25 and upper < 1.8 * SIZE - 0.25, name


def test_the_letters_stand_where_the_noun_says(made: Pressed) -> None:
    """Letters without descenders end at the line that is told, where the caller rules a page."""
    for name in ("Ana", "Zoë", "17"):
        assert ink(made, name)[1] == pytest.approx(made.types[name].baseline, abs=0.3)
    two = pressed(["Nina Anna Lena " * 5], "standard", SIZE, WIDTH)
    (name,) = two.types
    assert ink(two, name)[1] == pytest.approx(two.types[name].baseline, abs=0.3)


def test_a_name_is_as_large_as_its_room_allows(made: Pressed) -> None:
    """A longer one is smaller; where it would be very small, it stands on two lines, and is larger there."""
    sizes = {name: type.size for name, type in made.types.items()}
    assert {sizes[name] for name in NAMES[:11]} == {SIZE}
    assert 0.65 * SIZE <= sizes["Sofía Hernández-Echeverría Montemayor"] < SIZE
    assert sizes["Maria Antonia " * 5 + "Montemayor"] == pytest.approx(0.65 * SIZE)
    assert 3.5 < sizes["中" * 80] < 3.8 < sizes["y" * 80] <= 0.65 * SIZE


@pytest.mark.parametrize(
    ("profile", "name", "fonts"),
    [
        ("standard", "Zoë", {"Source-Serif-4"}),
        ("standard", "王小明", {"Noto-Serif-SC-Cut"}),
        ("dyslexia", "Zoë", {"Atkinson-Hyperlegible"}),
        ("dyslexia", "Nguyễn Thị Hằng", {"Source-Serif-4"}),
        ("dyslexia", "Ana 王", {"Source-Serif-4", "Noto-Serif-SC-Cut"}),
    ],
)
def test_a_name_is_set_in_one_face_of_its_profile(profile: Profile, name: str, fonts: set[str]) -> None:
    """A single letter of another face in a name would look like a mistake."""
    assert fonts_of(pressed([name], profile, SIZE, WIDTH).pdf) == fonts


def fonts_of(pdf: bytes) -> set[str]:
    """The families of the fonts that a PDF holds; all of them are in the file."""
    found = set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert {"/FontFile2", "/FontFile3"} & set(item.keys())
                found.add(str(item.FontName).partition("+")[2].rstrip(","))
    return found


# --- what is not -------------------------------------------------------------------------------------


def test_the_file_says_nothing_else_of_a_name(made: Pressed) -> None:
    """No title, no date, no bookmark, no tag: only who made it, and the pages."""
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert set(pdf.docinfo.keys()) == {"/Producer"}
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        strings = {text for item in pdf.objects for text in strings_in(item)}
        assert strings - {face.family for face in FACES} - {"Adobe", "Identity"} == {str(pdf.docinfo.Producer)}


def strings_in(item: Any) -> Iterator[str]:
    """Every text in an object of a PDF; others that it leads to are visited on their own."""
    if isinstance(item, pikepdf.String):
        yield str(item)
    elif isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for _, inside in item.items():
            yield from () if getattr(inside, "is_indirect", False) else strings_in(inside)
    elif isinstance(item, pikepdf.Array):
        for inside in item.as_list():
            yield from () if getattr(inside, "is_indirect", False) else strings_in(inside)


def test_each_name_is_set_once_and_always_the_same() -> None:
    """Two students of one name share a page; the same names give the same bytes."""
    first = pressed(["Ana Li", "Zoë", "Ana Li"], "standard", SIZE, WIDTH)
    assert {name: type.page for name, type in first.types.items()} == {"Ana Li": 0, "Zoë": 1}
    assert pdf_pages(first.pdf) == ["Ana Li", "Zoë"]
    assert pressed(["Ana Li", "Zoë"], "standard", SIZE, WIDTH) == first


def test_what_no_font_has_is_told_and_not_printed() -> None:
    """Neither as a box nor as a gap: the name is left out, the others are set. (These characters are nobody’s.)"""
    made = pressed(["Ana \U0010fffd", "Zoë", "\U0010fffc王\U0010fffd\U0010fffc"], "standard", SIZE, WIDTH)
    assert made.unprintable == {
        "Ana \U0010fffd": ("\U0010fffd",),
        "\U0010fffc王\U0010fffd\U0010fffc": ("\U0010fffc", "\U0010fffd"),
    }
    assert pdf_pages(made.pdf) == ["Zoë"] and list(made.types) == ["Zoë"]
    nothing = pressed(["\U0010fffd"], "standard", SIZE, WIDTH)
    assert (nothing.pdf, nothing.types) == (b"", {})
    assert pressed([], "standard", SIZE, WIDTH) == Pressed(b"", {}, {})


def characters_of(encoding: str, rows: range) -> list[str]:
    """The characters of some rows of a set in which each has two bytes."""
    found = list[str]()
    for row, cell in product(rows, range(0x40, 0xFF)):
        with contextlib.suppress(UnicodeDecodeError):
            found.append(bytes((row, cell)).decode(encoding))
    return [char for char in found if "\u4e00" <= char <= "\u9fff"]


@pytest.mark.parametrize(
    ("encoding", "rows", "number"), [("gb2312", range(0xB0, 0xF8), 6763), ("big5", range(0xA4, 0xC7), 5401)]
)
def test_the_common_characters_of_chinese_are_ours(encoding: str, rows: range, number: int) -> None:
    """Simplified and traditional: most names need no font of the computer."""
    common = characters_of(encoding, rows)
    assert len(common) == number
    assert not [char for char in common if not is_covered(char)]


@pytest.mark.parametrize("name", ["陳美玲", "黃瑋哲", "劉煒琪", "李喆", "王堃", "蕭珺"])
def test_names_as_classes_have_them_are_printed(name: str) -> None:
    """In the face that comes along, on any computer."""
    made = pressed([name], "standard", SIZE, WIDTH)
    assert not made.unprintable and fonts_of(made.pdf) == {"Noto-Serif-SC-Cut"}
    assert pdf_pages(made.pdf) == [name]


# --- in another page ---------------------------------------------------------------------------------


def test_a_page_painted_into_another_is_read_back_there(made: Pressed) -> None:
    """As a form, at the place where it is wanted: the same text, and the letters on the line."""
    for name in ("Nguyễn Thị Hằng", "王小明", "Zoë"):
        type = made.types[name]
        with pikepdf.open(io.BytesIO(made.pdf)) as names, pikepdf.new() as pdf:
            page = pdf.add_blank_page(page_size=(400, 300))
            form = pdf.copy_foreign(names.pages[type.page].as_form_xobject())
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/Name": form}))
            page.Contents = pdf.make_stream(f"q 1 0 0 1 100 {200 - type.baseline} cm /Name Do Q".encode())
            out = io.BytesIO()
            pdf.save(out)
        document = pypdfium2.PdfDocument(out.getvalue())
        text = document[0].get_textpage()
        assert squeezed(text.get_text_bounded()) == name
        left, lower, _, upper = text.get_charbox(0)
        assert 100 <= left < 102 and lower == pytest.approx(200, abs=1.5) and upper < 212
        text.close()
        document.close()


# --- fonts of the computer ---------------------------------------------------------------------------

ALPHABET = "\ue000\ue001\u05d0\u05d1\u05d2㐂"


def font_with(characters: str, family: str, path: Path) -> None:
    """A font that has a square for each of some characters, each wider than the one before."""
    names = {char: f"uni{ord(char):04X}" for char in characters}
    glyphs, advances = {}, {}
    for number, name in enumerate([".notdef", "space", *names.values()]):
        pen = TTGlyphPen(None)
        if name != "space":
            width = 300 + 50 * number
            for corner in ((50, 0), (50, 600), (width, 600), (width, 0)):
                (pen.lineTo if corner != (50, 0) else pen.moveTo)(corner)
            pen.closePath()
        glyphs[name], advances[name] = pen.glyph(), (400 + 50 * number, 50)
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap({32: "space", **{ord(char): name for char, name in names.items()}})
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(advances)
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupPost()
    font.save(path)


SCRIPT = """
import json, pathlib, sys
from generator.names import pressed
folder = pathlib.Path(sys.argv[1])
names = json.loads((folder / "names.json").read_text("utf-8"))
told = {}
for number, name in enumerate(names):
    made = pressed([name], "standard", 11, 150)
    (folder / f"{number}.pdf").write_bytes(made.pdf)
    told[name] = "".join(made.unprintable.get(name, ()))
(folder / "told.json").write_text(json.dumps(told), "utf-8")
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str]]:
    """What becomes of some names on a computer that has two fonts, both made here: by name the PDF, and what is
    missing."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "fonts").mkdir()
    font_with(ALPHABET, "Test Squares", folder / "fonts" / "squares.ttf")
    font_with("王㛃", "Test Han", folder / "fonts" / "han.ttf")
    settings = f"<fontconfig><dir>{folder / 'fonts'}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    (folder / "fonts.conf").write_text(f'<?xml version="1.0"?>\n{settings}\n', "utf-8")
    names = ["\ue000\ue001", "Ana \ue001", "\ue000\ue002", "\u05d0\u05d1\u05d2", "王㛃", "明㐂", "明㛃\ue003"]
    (folder / "names.json").write_text(json.dumps(names), "utf-8")
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    ran = subprocess.run(
        command, env=environment(FONTCONFIG_FILE=str(folder / "fonts.conf")), capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    told = json.loads((folder / "told.json").read_text("utf-8"))
    return {name: ((folder / f"{number}.pdf").read_bytes(), told[name]) for number, name in enumerate(names)}


@pytest.mark.parametrize(
    ("name", "fonts"),
    [
        ("\ue000\ue001", {"Test-Squares"}),
        ("Ana \ue001", {"Source-Serif-4", "Test-Squares"}),
        ("\u05d0\u05d1\u05d2", {"Test-Squares"}),
        ("王㛃", {"Test-Han"}),
        ("明㐂", {"Noto-Serif-SC-Cut", "Test-Squares"}),
    ],
    ids=["own script", "beside Latin", "Hebrew", "Chinese whole", "Chinese in part"],
)
def test_a_font_of_the_computer_steps_in(name: str, fonts: set[str], elsewhere: dict[str, tuple[bytes, str]]) -> None:
    """And is put into the file; the other characters of its script come from it too, if it has them."""
    pdf, missing = elsewhere[name]
    assert (pdf_pages(pdf), missing, fonts_of(pdf)) == ([name], "", fonts)


@pytest.mark.parametrize(("name", "missing"), [("\ue000\ue002", "\ue002"), ("明㛃\ue003", "\ue003")])
def test_what_that_font_has_not_is_told(name: str, missing: str, elsewhere: dict[str, tuple[bytes, str]]) -> None:
    """A name of which one character is missing is not printed in part."""
    assert elsewhere[name] == (b"", missing)


def test_what_is_written_from_the_right_begins_there(elsewhere: dict[str, tuple[bytes, str]]) -> None:
    """The first letter of a Hebrew name stands rightmost, the name at the left of its room."""
    document = pypdfium2.PdfDocument(elsewhere["\u05d0\u05d1\u05d2"][0])
    text = document[0].get_textpage()
    lefts = {text.get_text_range(n, 1): text.get_charbox(n)[0] for n in range(3)}
    assert lefts["\u05d0"] > lefts["\u05d1"] > lefts["\u05d2"] and lefts["\u05d2"] < 3
    text.close()
    document.close()
