"""Packets: the lessons of a unit in one file, read back by programs that had no part in binding it."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from conftest import (
    GOLDEN,
    HOME,
    Ran,
    assert_sound,
    bare,
    counterpoint,
    everything,
    heard,
    objects_of,
    pdf_pages,
    program,
    replaced,
    small_project,
    squeezed,
    text_of,
)

from generator import outputs, stamps
from generator.cache import NOTHING_KEPT
from generator.labels import labels
from generator.looks import PROFILES, Look, Profile

UNIT = """\
format: 1
title: Across the Water
question: Who should pay for a crossing?
lessons: [ferry, oars]
"""


def water(folder: Path) -> Path:
    """The small project with a unit of two lessons, of which the second has two sides."""
    small_project(folder)
    shutil.copy(GOLDEN / "oars.yaml", folder / "lessons")
    (folder / "lessons" / "water.unit.yaml").write_text(UNIT, "utf-8")
    return folder


def packet(folder: Path, *arguments: str) -> Ran:
    return counterpoint("packet", *arguments, cwd=folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packets of the unit, made once."""
    folder = water(tmp_path_factory.mktemp("water"))
    ran = packet(folder)
    assert (ran.returncode, ran.stderr.count("error")) == (0, 0), ran.stderr
    return folder / "output" / "packets" / "water"


KINDS = ("student", "side-a", "side-b", "key", "teacher")
EACH = pytest.mark.parametrize("kind", KINDS)


def test_a_unit_has_a_packet_for_everybody(made: Path) -> None:
    """For students, for each side of its controversy, for the teacher; each to print, and for a screen."""
    assert sorted(path.name for path in made.iterdir()) == sorted(f"{k}.{f}" for k in KINDS for f in ("html", "pdf"))


@EACH
def test_a_packet_is_sound(kind: str, made: Path) -> None:
    """It opens without repair, and is as accessible as the handouts in it."""
    assert_sound(made / f"{kind}.pdf")


def contents(path: Path) -> dict[str, int]:
    """The rows of the contents, on the second page: what they name, and the page they give."""
    rows = re.findall(r"(?m)^(.+?)\s+(\d+)$", pdf_pages(path.read_bytes())[1])
    return {squeezed(what): int(page) for what, page in rows if not what.startswith("Packet page")}


def test_the_contents_tell_the_pages(made: Path) -> None:
    """The lessons begin where they say, and so does what stands behind them."""
    pages = pdf_pages((made / "side-a.pdf").read_bytes())
    told = contents(made / "side-a.pdf")
    assert list(told) == ["Lesson 1 A Street That Moves", "Lesson 2 Two Oars", "Side A", "Glossary", "Sources"]
    for what, shown in {
        "Lesson 1 A Street That Moves": "A Street That Moves",
        "Lesson 2 Two Oars": "Two Oars",
        "Side A": "Side A",
        "Glossary": "Glossary",
        "Sources": "Sources",
    }.items():
        assert shown in pages[told[what] - 1], what
        assert shown == what or "Page 1 of" in pages[told[what] - 1] or what in ("Glossary", "Sources")


def links(path: Path, number: int) -> Iterator[int]:
    """The pages that the links of a page lead to, counted from 1, as PDFium follows them."""
    document = pypdfium2.PdfDocument(path)
    page, place, link = document[number], ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, place, link):
        yield pdfium.FPDFDest_GetDestPageIndex(document, pdfium.FPDFLink_GetDest(document, link)) + 1
    document.close()


@EACH
def test_the_contents_lead_to_the_pages(kind: str, made: Path) -> None:
    """Every row is a link to the page that it gives."""
    path = made / f"{kind}.pdf"
    assert list(dict.fromkeys(links(path, 1))) == list(dict.fromkeys(contents(path).values()))


@EACH
def test_every_page_says_which_it_is(kind: str, made: Path) -> None:
    """In the lesson, and in the packet: there as a program counts it. The cover is the first, and does not say so."""
    data = (made / f"{kind}.pdf").read_bytes()
    document = pypdfium2.PdfDocument(data)
    for number, text in enumerate(pdf_pages(data), 1):
        assert re.findall(r"Packet page (\d+)", text) == ([] if number == 1 else [str(number)])
        assert document.get_page_label(number - 1) == str(number)
    document.close()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("language", "said"), [("en", "Packet page {}"), ("es", "Página {} del dosier"), ("zh-Hans", "全册第{}页")]
)
def test_a_number_ends_where_the_text_of_its_page_ends(
    language: str, said: str, profile: Profile, tmp_path: Path
) -> None:
    """It is read as one text, in every language and type, however many digits it has."""
    count, right = 111, 540.0
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page(page_size=(612, 792))
            pdf.pages[-1].obj.Contents, pdf.pages[-1].obj.Resources = pdf.make_stream(b""), pikepdf.Dictionary()
        feet = [None, *[right] * (count - 1)]
        look, words = Look(profile=profile), labels(language)
        numbers = outputs.press_type(stamps.numbers_page(look, words, NOTHING_KEPT))
        stamps.number_pages(pdf, feet, look, words, numbers)
        pdf.save(tmp_path / "numbered.pdf")
    command = [program("pdftotext"), "-layout", "numbered.pdf", "-"]
    read = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True).stdout
    there = [text.strip() for text in read.split("\f")[:count]]
    assert there == ["", *(said.format(number) for number in range(2, count + 1))]
    document = pypdfium2.PdfDocument(tmp_path / "numbered.pdf")
    for number in (2, 9, 10, 74, 99, 100, 111):
        text = document[number - 1].get_textpage()
        _, bottom, end, top = text.get_charbox(text.count_chars() - 1, loose=True)
        assert end == pytest.approx(right, abs=0.6) and 20 < bottom < top < 60
    document.close()


def test_the_pages_of_a_lesson_are_as_ever(made: Path) -> None:
    """Each says the same as where the lesson is alone, and the number in the packet besides."""
    alone = made.parent.parent.parent
    assert counterpoint("build", "oars", "--edition", "student", cwd=alone).returncode == 0
    pages = pdf_pages((alone / "output" / "oars" / "student.pdf").read_bytes())
    first = contents(made / "student.pdf")["Lesson 2 Two Oars"] - 1
    bound = pdf_pages((made / "student.pdf").read_bytes())[first : first + len(pages)]
    assert [squeezed(re.sub(r"Packet page \d+", "", text)) for text in bound] == list(map(squeezed, pages))


def test_lessons_begin_on_the_front_of_a_sheet(made: Path) -> None:
    """So each can be taken out; what goes before is one whole sheet. Keys follow each other, to need few sheets."""
    for kind in KINDS:
        if kind == "key":
            continue
        for what, page in contents(made / f"{kind}.pdf").items():
            assert page % 2 == 1 or what in ("Sources", "Standards"), (kind, what)


@EACH
def test_bookmarks_lead_through_a_packet(kind: str, made: Path) -> None:
    """The lessons, and below each its own headings, on their pages."""
    path = made / f"{kind}.pdf"
    document = pypdfium2.PdfDocument(path)
    marks = [(m.level, m.get_title(), m.get_dest().get_index() + 1) for m in document.get_toc()]
    pages = pdf_pages(path.read_bytes())
    document.close()
    tops = [(title, page) for level, title, page in marks if level == 0]
    told = contents(path)
    assert tops[1] == ("Lesson 1: A Street That Moves", told["Lesson 1 A Street That Moves"])
    assert tops[2] == ("Lesson 2: Two Oars", told["Lesson 2 Two Oars"])
    for level, title, page in marks:
        assert level == 0 or bare(title) in bare(pages[page - 1]), title


def test_a_packet_is_heard_from_cover_to_sources(made: Path) -> None:
    """In the order of its pages; the numbers of pages are not read out."""
    said = bare(" ".join(heard(made / "side-a.pdf")))
    order = (
        "packet of side a across the water question of the unit",
        "contents lesson 1 a street that moves 3 lesson 2 two oars 9 side a 19 glossary 23 sources 23",
        "across the water lesson 1 a street that moves central question",
        "across the water lesson 2 two oars central question",
        "two oars side a central question",
        "our position",
        "glossary fare what a passenger pays lesson 1",
        "sources the ferry",
    )
    places = [said.rfind(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "packet page" not in said


def test_what_has_the_same_name_in_two_lessons_is_told_apart(made: Path) -> None:
    """Both have a “Document A”, and tables whose cells name their heads."""
    things = objects_of(made / "teacher.pdf").values()
    names = [str(thing["/ID"]) for thing in things if thing.get("/Type") == "/StructElem" and "/ID" in thing]
    assert len(names) > 20
    assert len(names) == len(set(names))
    attributes = [thing["/A"] for thing in things if isinstance(thing.get("/A"), dict)]
    heads = {head for a in attributes for head in a.get("/Headers", [])}  # type: ignore[attr-defined]
    assert heads
    assert heads <= set(names)


# --- who gets what -----------------------------------------------------------------------------------


def test_each_side_has_its_own_packet(tmp_path: Path) -> None:
    """What one side reads is in its packet only; the packet of everybody has neither."""
    folder = water(tmp_path)
    assert packet(folder, "--lessons", "oars").returncode == 0
    yes, no = "what is free for one is paid by", "a ferry is a street that moves"
    for format in ("pdf", "html"):
        path = folder / "output" / "packets" / "water"
        texts = {kind: text_of(path / f"{kind}.lessons-2.{format}") for kind in KINDS}
        told = {kind: bare(re.sub(r"<[^>]*>", " ", text)) for kind, text in texts.items()}
        assert {kind for kind, text in told.items() if yes in text} == {"side-a", "teacher"}
        assert {kind for kind, text in told.items() if no in text} == {"side-b", "teacher"}


def test_standards_are_the_teachers(made: Path) -> None:
    """Their map is in the teacher’s packet, with the lessons that meet them; students’ packets have no code."""
    for format in ("pdf", "html"):
        assert "RH.9-10.1" in text_of(made / f"teacher.{format}")
        assert "RH.9-10.1" not in text_of(made / f"student.{format}")
        assert "RH.9-10.1" not in text_of(made / f"side-a.{format}")


def test_the_glossary_has_the_words_of_all_lessons(made: Path) -> None:
    """In the order of the alphabet, each with the lessons that explain it."""
    pages = pdf_pages((made / "student.pdf").read_bytes())
    page = squeezed(pages[contents(made / "student.pdf")["Glossary"] - 1])
    assert "fare what a passenger pays (Lesson 1) the other bank the land across the river (Lessons 1, 2)" in page


def test_versions_have_packets_of_their_own(tmp_path: Path) -> None:
    """Every page says which it is, once above the number in the packet; and the key is that of the version."""
    folder = water(tmp_path)
    ran = packet(folder, "--versions", "2", "--seed", "7", "--edition", "student,key", "--format", "pdf")
    assert ran.returncode == 0, ran.stderr
    output = folder / "output" / "packets" / "water"
    assert sorted(path.name for path in output.iterdir()) == [
        *("key.version-1.pdf", "key.version-2.pdf", "student.version-1.pdf", "student.version-2.pdf"),
    ]
    for path in output.iterdir():
        number = path.stem[-1]
        for text in pdf_pages(path.read_bytes()):
            assert set(re.findall(r"Version (\d)", text)) == {number}
    index = (folder / "output" / "index.html").read_text("utf-8")
    assert ">Student packet, version 2 PDF</a>" in index
    assert '<p class="state">Current</p>' in index[index.index("<h2>Packets") :].partition("</section>")[0]


def test_some_lessons_and_some_pages(tmp_path: Path) -> None:
    """By number or name; the readings alone, or the questions alone; each choice in a file of its own."""
    folder = water(tmp_path)
    assert packet(folder, "--lessons", "2", "--edition", "student", "--format", "pdf").returncode == 0
    assert packet(folder, "--only", "readings", "--edition", "student", "--format", "pdf").returncode == 0
    assert packet(folder, "--only", "questions", "--lessons", "ferry", "--format", "pdf").returncode == 0
    output = folder / "output" / "packets" / "water"
    assert sorted(path.name for path in output.iterdir()) == [
        "student.lessons-1.questions.pdf",
        "student.lessons-2.pdf",
        "student.readings.pdf",
    ]
    second = text_of(output / "student.lessons-2.pdf")
    assert "Two Oars" in second
    assert "A Street That Moves" not in second
    readings, questions = text_of(output / "student.readings.pdf"), text_of(output / "student.lessons-1.questions.pdf")
    assert "Document A" in readings
    assert "Sources" in readings
    assert "\nAnswer" not in readings
    assert "The ferry is a street" not in questions


# --- as one page -------------------------------------------------------------------------------------


@EACH
def test_a_packet_is_one_page_for_a_screen(kind: str, made: Path) -> None:
    """With the contents before the lessons; every name stands once, and every link leads to one."""
    page = (made / f"{kind}.html").read_text("utf-8")
    names = re.findall(r'<[^>]* id="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert {"part-1", "part-2", *(() if kind == "key" else ("glossary", "sources"))} <= set(names)
    for told in re.findall(r'<[^>]* (?:href="#|for="|aria-labelledby="|aria-describedby=")([^"]+)"', page):
        assert set(told.split()) <= set(names), told
    assert page.count("<main") == page.count("</html>") == 1


def test_the_index_leads_to_packets(tmp_path: Path) -> None:
    """And says when the lessons in one have changed."""
    folder = water(tmp_path)
    assert packet(folder, "--edition", "student", "--format", "pdf").returncode == 0
    assert packet(folder, "--lessons", "1", "--only", "readings", "--profile", "large-print").returncode == 0
    index = (folder / "output" / "index.html").read_text("utf-8")
    section = index[index.index("<h2>Packets: Across the Water</h2>") :].partition("</section>")[0]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', section) == [
        (
            "packets/water/student.large-print.lessons-1.readings.html",
            "Student packet, large print, Lesson 1, readings only HTML",
        ),
        (
            "packets/water/student.large-print.lessons-1.readings.pdf",
            "Student packet, large print, Lesson 1, readings only PDF",
        ),
        ("packets/water/student.pdf", "Student packet PDF"),
    ]
    assert '<p class="state">Current</p>' in section
    replaced(folder / "lessons" / "oars.yaml", "title: Two Oars\n", "title: Three Oars\n")
    assert counterpoint("build", "ferry", "--edition", "student", "--format", "html", cwd=folder).returncode == 0
    index = (folder / "output" / "index.html").read_text("utf-8")
    assert "Out of date" in index[index.index("<h2>Packets") :].partition("</section>")[0]


# --- trust -------------------------------------------------------------------------------------------


def test_the_same_packet_has_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """Made again elsewhere, of the same lessons."""
    folder = water(tmp_path)
    assert packet(folder, "--edition", "side-a").returncode == 0
    again = folder / "output" / "packets" / "water"
    for format in ("pdf", "html"):
        assert (again / f"side-a.{format}").read_bytes() == (made / f"side-a.{format}").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process begins as a copy of another")
def test_what_stands_around_is_pressed_while_handouts_are_bound(tmp_path: Path) -> None:
    """By a process that got ready: this one imports no press, where the handouts are kept; and the bytes are the same
    as where there is one process only. Then all is kept, and nobody gets ready."""
    folder, kept = water(tmp_path / "water"), str(tmp_path / "kept")
    assert counterpoint("build", "--format", "pdf", cwd=folder, COUNTERPOINT_CACHE=kept).returncode == 0
    code = """
import os, sys, threading
from generator import cli, staff
staff.cores = lambda: 2
begun = []
begin = staff.Ahead.begin
def counted(self):
    begun.append(self.staff is None)
    begin(self)
staff.Ahead.begin = counted
sys.argv = ["counterpoint", "packet", "--quiet", "--format", "pdf", *sys.argv[1:]]
code = cli._code()
print("weasyprint" in sys.modules, sum(begun), sep=",")
os._exit(code)
"""

    def told(*arguments: str, cache: str = kept) -> str:
        environment = {**os.environ, "COUNTERPOINT_CACHE": cache}
        command = [sys.executable, "-c", code, *arguments]
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        return ran.stdout

    shutil.copytree(kept, tmp_path / "again")
    packets = folder / "output" / "packets"
    assert told() == "False,1\n"
    made = everything(packets)
    shutil.rmtree(packets)
    assert told("--jobs", "1", cache=str(tmp_path / "again")) == "True,0\n"
    assert everything(packets) == made and len(made) == 5
    assert told() == "False,0\n"
    assert told("water", "--format", "pdf,pdf") == told("water.unit.yaml") == "False,0\n"


def test_a_packet_is_drawn_anew_for_whatever_it_is_drawn_of(tmp_path: Path) -> None:
    """What is kept of the pages around its lessons, and of the index, counts for nothing else: the unit’s own words,
    gloss, the labels, the type, a template."""
    folder = water(tmp_path / "project")
    base = (HOME / "templates" / "packet.html.j2").read_text("utf-8")
    own, index = folder / "templates" / "packet.html.j2", (HOME / "templates" / "index.html.j2").read_text("utf-8")

    def made(cache: str, *options: str) -> dict[str, bytes]:
        command = ("packet", "--edition", "student", "--format", "pdf", "--output", tmp_path / "out", *options)
        ran = counterpoint(*command, cwd=folder, COUNTERPOINT_CACHE=cache)
        assert ran.returncode == 0, ran.stderr
        return everything(tmp_path / "out")

    def templates() -> None:
        own.parent.mkdir()
        own.write_text(base.replace("</header>", "<p>Ours</p></header>", 1), "utf-8")
        (own.parent / "index.html.j2").write_text(index.replace("</title>", " of ours</title>", 1), "utf-8")

    unit, before = folder / "lessons" / "water.unit.yaml", made(str(tmp_path / "kept"))
    changes: list[tuple[Callable[[], None], tuple[str, ...]]] = [
        (lambda: replaced(unit, "Across the Water", "Across the Wide Water"), ()),
        (lambda: replaced(unit, "Who should pay", "Who ought to pay"), ()),
        (lambda: replaced(folder / "lessons" / "oars.yaml", "title: Two Oars\n", "title: Three Oars\n"), ()),
        (lambda: None, ("--language", "es")),
        (lambda: None, ("--profile", "large-print")),
        (templates, ()),
    ]
    for change, options in changes:
        change()
        kept = made(str(tmp_path / "kept"), *options)
        assert kept == made("", *options) != before
        before = kept


def test_a_packet_with_a_broken_lesson_is_not_made(tmp_path: Path) -> None:
    """It is told which, where the unit names it; the packet that is there stays; without that lesson it is made."""
    folder = water(tmp_path)
    assert packet(folder, "--edition", "student", "--format", "pdf").returncode == 0
    before = everything(folder / "output")
    replaced(folder / "lessons" / "oars.yaml", "title: Two Oars\n", "titel: Two Oars\n")
    ran = packet(folder, "--edition", "student", "--format", "pdf")
    assert ran.returncode == 1
    assert "lessons/water.unit.yaml:4:18: error: The packet lacks “oars”" in ran.stderr
    assert "packet-incomplete" in re.findall(r"\[([a-z-]+)\]", ran.stderr)
    assert "lessons/oars.yaml:3:1: error:" in ran.stderr
    assert everything(folder / "output") == before
    assert packet(folder, "--lessons", "1", "--edition", "student", "--format", "pdf").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("waiter",), "There is no unit “waiter”. Did you mean “water”?"),
        ((".",), "There is no unit “.”."),
        (("a**b",), "There is no unit “a**b”."),
        (("--lessons", "3"), "--lessons cannot be “3”: the unit has lessons 1 to 2."),
        (("--lessons", "2-1"), "--lessons cannot be “2-1”: the unit has lessons 1 to 2."),
        (("--lessons", "fery"), "The unit has no lesson “fery”. Did you mean “ferry”?"),
        (("--only", "answers"), "--only cannot be “answers”: it takes readings, questions, or several with commas."),
        (("--only", "readings", "--edition", "teacher"), "leave key and teacher out of --edition"),
        (("--edition", "side-a", "--lessons", "1"), "No lesson of “water” has sides: there is no packet for one."),
        (("--each",), "--each and --anonymous-files go with --roster"),
    ],
)
def test_a_mistake_in_the_command_is_told(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """And nothing is made."""
    folder = water(tmp_path)
    ran = packet(folder, *arguments)
    assert (ran.returncode, told in ran.stderr) == (2, True), ran.stderr
    assert not (folder / "output").exists()
