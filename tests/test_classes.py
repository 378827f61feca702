"""Class sets: a copy for each student, with the name on every sheet and nowhere else; read back by other programs."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from conftest import (
    HOME,
    LESSONS,
    Ran,
    assert_sound,
    bare,
    composed,
    counterpoint,
    everything,
    heard,
    objects_of,
    pdf_pages,
    program,
    squeezed,
)
from test_packets import water

from generator.outputs import press
from generator.reader import Reading
from generator.render import page

ROSTER = """\
Name,Side,Profile,Language
Ana López,A,,
Minh Nguyễn,B,,
王小明,A,dyslexia,
Jo Example,B,large-print,
Zoë O’Brien-García,,,es
"""
NAMES = ["Ana López", "Minh Nguyễn", "王小明", "Jo Example", "Zoë O’Brien-García"]


def with_roster(folder: Path, roster: str = ROSTER) -> Path:
    water(folder)
    (folder / "period-3.csv").write_text(roster, "utf-8")
    return folder


def class_set(folder: Path, *arguments: str, **more: str) -> Ran:
    return counterpoint(*arguments, "--roster", "period-3.csv", cwd=folder, **more)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class sets of a lesson with two sides: one for the printer, and a file each."""
    folder = with_roster(tmp_path_factory.mktemp("class"))
    for each in ((), ("--each",)):
        ran = class_set(folder, "build", "oars", *each)
        assert (ran.returncode, ran.stderr.count("error")) == (0, 0), ran.stderr
    return folder / "output" / "oars" / "class"


def copies(path: Path) -> list[list[str]]:
    """The texts of a file’s pages, by copy; each begins where a program counts from one again."""
    document = pypdfium2.PdfDocument(path)
    labels = [document.get_page_label(n) for n in range(len(document))]
    document.close()
    made: list[list[str]] = []
    for label, text in zip(labels, pdf_pages(path.read_bytes()), strict=True):
        if label == "1":
            made.append([])
        made[-1].append(text)
    return made


def names_on(text: str) -> list[str]:
    """Whose names stand on a page."""
    return [name for name in NAMES if squeezed(name) in squeezed(text)]


def test_a_name_stands_on_every_page_of_its_copy_and_on_no_other(made: Path) -> None:
    """In the order of the list."""
    sets = copies(made / "period-3.pdf")
    assert len(sets) == len(NAMES)
    for name, pages in zip(NAMES, sets, strict=True):
        assert [names_on(text) for text in pages] == [[name]] * len(pages)


def test_each_student_has_the_copy_of_theirs(made: Path) -> None:
    """The side, the type, the language that the list says; without a side, the pages that all have."""
    ana, minh, wang, jo, zoe = (bare(" ".join(pages)) for pages in copies(made / "period-3.pdf"))
    yes, no = "what is free for one is paid by", "a ferry is a street that moves"
    assert [yes in text for text in (ana, minh, wang, jo, zoe)] == [True, False, True, False, False]
    assert [no in text for text in (ana, minh, wang, jo, zoe)] == [False, True, False, True, False]
    assert ["nombre" in text for text in (ana, jo, zoe)] == [False, False, True]
    fonts = {
        str(thing["/BaseFont"]).partition("+")[2]
        for thing in objects_of(made / "period-3" / "03 王小明.pdf").values()
        if "/BaseFont" in thing
    }
    assert any(font.startswith("Atkinson-Hyperlegible") for font in fonts)


@pytest.mark.parametrize("file", ["period-3.pdf", *(f"period-3/{n:02} {name}.pdf" for n, name in enumerate(NAMES, 1))])
def test_a_class_set_is_sound(file: str, made: Path) -> None:
    """With a name on it, a handout is as accessible as before."""
    assert_sound(made / file)


def test_the_name_is_read_aloud_where_a_handout_begins(made: Path) -> None:
    """In the place of the line that it stands on; heads of pages are not read, and so are the names in them."""
    said = squeezed(" ".join(heard(made / "period-3" / "01 Ana López.pdf")))
    assert said.startswith("Name Ana López Date (blank) Period (blank)")
    assert said.count("Ana López") == said.count("Name ") == 2  # the pages of all, and those of the side


def test_a_file_each(made: Path) -> None:
    """Numbered in the order of the list, with the name; it says the same as the copy in the file for the printer."""
    files = sorted((made / "period-3").iterdir())
    assert [path.name for path in files] == [f"{n:02} {name}.pdf" for n, name in enumerate(NAMES, 1)]
    for path, pages in zip(files, copies(made / "period-3.pdf"), strict=True):
        assert pdf_pages(path.read_bytes()) == pages


def test_files_without_names(tmp_path: Path) -> None:
    """Numbered alone, where names are nobody’s business; the files that had names are gone."""
    folder = with_roster(tmp_path)
    assert class_set(folder, "build", "ferry", "--each").returncode == 0
    (folder / "output" / "ferry" / "class" / "period-3" / "my notes.pdf").write_bytes(b"mine")
    assert class_set(folder, "build", "ferry", "--anonymous-files").returncode == 0
    there = sorted(path.name for path in (folder / "output" / "ferry" / "class" / "period-3").iterdir())
    assert there == ["01.pdf", "02.pdf", "03.pdf", "04.pdf", "05.pdf", "my notes.pdf"]
    assert names_on(pdf_pages((folder / "output/ferry/class/period-3/02.pdf").read_bytes())[0]) == ["Minh Nguyễn"]


def test_a_sheet_for_the_colleague_who_stands_in(tmp_path: Path) -> None:
    """The plan in front; on the back the class, in the order of the copies, each with what is special."""
    folder = with_roster(tmp_path)
    assert class_set(folder, "build", "oars", "--substitute").returncode == 0
    path = folder / "output/oars/class/period-3.substitute.pdf"
    assert_sound(path)
    front, back = pdf_pages(path.read_bytes())
    assert "Timing" in front
    assert names_on(front) == []
    told = squeezed(back)
    places = [told.find(name) for name in NAMES]
    assert -1 not in places
    assert [n for _, n in sorted(zip(places, range(5), strict=True))] == sorted(range(5))
    said = squeezed(" ".join(heard(path)))
    assert "1 Ana López Side A" in said
    assert "4 Jo Example Side B, large print" in said
    assert "Tick who is here" in said


@pytest.mark.parametrize("name", LESSONS)
def test_the_sheet_of_a_lesson_is_one_page(name: str, reading: Reading) -> None:
    """So that nobody who stands in has to turn it over."""
    handout = replace(composed(reading.lessons[name], "teacher"), sheet="substitute")
    assert len(pdf_pages(press(page(handout)))) == 1


# --- names stay where they belong --------------------------------------------------------------------


def spelled(name: str) -> list[bytes]:
    """A name as a file may hold it."""
    return [name.encode(), name.encode("utf-16-be"), name.encode("utf-16-le"), name.encode("latin-1", "replace")]


def laid_open(path: Path, folder: Path) -> bytes:
    """The bytes of a PDF with nothing compressed."""
    command = [program("qpdf"), "--qdf", "--object-streams=disable", str(path), str(folder / "open.pdf")]
    subprocess.run(command, check=True)
    return (folder / "open.pdf").read_bytes()


def test_no_name_is_in_what_a_file_says_of_itself(made: Path, tmp_path: Path) -> None:
    """Neither title nor bookmark nor tag holds one: there are letters on pages, and that is all."""
    for path in (made / "period-3.pdf", made / "period-3" / "01 Ana López.pdf"):
        data = laid_open(path, tmp_path)
        assert b"Two Oars" in data  # its title, so what is looked for could be found
        assert not [name for name in NAMES for way in spelled(name) if way in data]


def test_no_file_of_one_student_holds_another(made: Path) -> None:
    """A file each is for that student alone."""
    for name, path in zip(NAMES, sorted((made / "period-3").iterdir()), strict=True):
        assert {found for text in pdf_pages(path.read_bytes()) for found in names_on(text)} == {name}


def test_no_font_of_one_student_has_letters_of_another(made: Path, tmp_path: Path) -> None:
    """What the fonts in a file say of their letters tells nobody else’s name; 王 stands in the lesson, too."""
    for name, path in zip(NAMES, sorted((made / "period-3").iterdir()), strict=True):
        codes = {int(code, 16) for code in re.findall(rb"<([0-9a-fA-F]{4})>", laid_open(path, tmp_path))}
        assert {ord("小"), ord("明")} & codes == ({ord("小"), ord("明")} if name == "王小明" else set())


def test_nothing_is_kept_of_a_name(tmp_path: Path) -> None:
    """What is kept for the next time is the same whatever the students are called."""
    folder, kept = with_roster(tmp_path / "work"), str(tmp_path / "kept")
    assert class_set(folder, "build", "ferry", COUNTERPOINT_CACHE=kept).returncode == 0
    before = everything(tmp_path / "kept")
    assert before
    (folder / "period-3.csv").write_text(ROSTER.replace("Ana López", "Quentin Example"), "utf-8")
    assert class_set(folder, "build", "ferry", COUNTERPOINT_CACHE=kept).returncode == 0
    assert everything(tmp_path / "kept") == before


@pytest.mark.parametrize("choice", [(), ("--each",), ("--anonymous-files",)])
def test_no_name_is_told_on_the_way(choice: tuple[str, ...], tmp_path: Path) -> None:
    """What the command says may stand in a log: of files that have names in theirs, it tells the folder."""
    folder = with_roster(tmp_path)
    ran = class_set(folder, "build", "ferry", "--substitute", "--verbose", *choice)
    assert ran.returncode == 0, ran.stderr
    assert "copy 5" in ran.stderr
    assert names_on(ran.stdout + ran.stderr) == []
    assert (f"{folder}/output/ferry/class/period-3: 5 files\n" in ran.stdout) is bool(choice)


# --- classes as they are -----------------------------------------------------------------------------


def test_who_has_no_side_is_told(tmp_path: Path) -> None:
    """Where a lesson has sides; the copies are made all the same."""
    folder = with_roster(tmp_path)
    ran = class_set(folder, "build", "oars")
    assert ran.returncode == 0
    assert "period-3.csv:6:1: warning: No side is named for 1 student of this list" in ran.stderr
    assert "roster-side" in re.findall(r"\[([a-z-]+)\]", ran.stderr)
    assert "roster-side" not in class_set(folder, "build", "ferry").stderr


def test_two_students_of_one_name(tmp_path: Path) -> None:
    """Both have a copy, and a file of their own."""
    folder = with_roster(tmp_path, "name\nAna López\nJo Example\nAna López\n")
    assert class_set(folder, "build", "ferry", "--each").returncode == 0
    there = sorted(path.name for path in (folder / "output" / "ferry" / "class" / "period-3").iterdir())
    assert there == ["01 Ana López.pdf", "02 Jo Example.pdf", "03 Ana López.pdf"]


def test_a_name_of_eighty_characters(tmp_path: Path) -> None:
    """Is on every page, whole."""
    name = "Bartholomew Maximilian Featherstonehaugh-Cholmondeley of Wessex & Northumberland"
    assert len(name) == 80
    folder = with_roster(tmp_path, f'name\n"{name}"\n')
    assert class_set(folder, "build", "ferry").returncode == 0
    for text in pdf_pages((folder / "output/ferry/class/period-3.pdf").read_bytes()):
        assert bare(name).replace(" ", "") in bare(text.replace("\ufffe", "")).replace(" ", "")


def test_a_list_of_dots_leads_nowhere(tmp_path: Path) -> None:
    """What the list is called becomes the name of a file, and nothing else."""
    folder = with_roster(tmp_path)
    (folder / "period-3.csv").rename(folder / "...csv")
    ran = counterpoint("build", "ferry", "--each", "--roster", "...csv", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert [path.name for path in (folder / "output" / "ferry").iterdir()] == ["class"]
    assert [path.name for path in (folder / "output" / "ferry" / "class").iterdir()] == ["class"]


def test_a_long_name_is_short_enough_for_a_file(tmp_path: Path) -> None:
    """Eighty characters of four bytes are more than a file’s name may have."""
    folder = with_roster(tmp_path, "name\n" + "𠀀" * 80 + "\n")
    ran = class_set(folder, "build", "ferry", "--each")
    there = [path.name for path in (folder / "output").rglob("*.pdf")]
    if ran.returncode:  # where no font has them
        assert "name-unprintable" in ran.stderr and not there
    else:
        assert there == [f"01 {'𠀀' * 50}.pdf"]


def test_sets_of_different_things_have_different_files(tmp_path: Path) -> None:
    """A packet of one lesson does not replace that of all."""
    folder = with_roster(tmp_path, "name\nAna López\n")
    for choice in (
        ("--lessons", "1"),
        ("--lessons", "1", "--only", "readings"),
        ("--lessons", "1", "--language", "es"),
    ):
        assert class_set(folder, "packet", *choice).returncode == 0
    there = sorted(path.name for path in (folder / "output" / "packets" / "water" / "class").iterdir())
    assert there == ["period-3.lessons-1.es.pdf", "period-3.lessons-1.pdf", "period-3.lessons-1.readings.pdf"]


def test_a_template_without_a_line_for_the_name_is_told(tmp_path: Path) -> None:
    """Rather than that the name stands somewhere."""
    folder = with_roster(tmp_path)
    (folder / "templates").mkdir()
    ours = (HOME / "templates" / "ui.html.j2").read_text("utf-8")
    assert 'id="for-{{ label }}"' in ours
    (folder / "templates" / "ui.html.j2").write_text(ours.replace(' id="for-{{ label }}"', ""), "utf-8")
    ran = class_set(folder, "build", "ferry")
    assert ran.returncode == 1
    assert "lessons/ferry.yaml:3:8: error: The page lacks a part by which it is bound or named" in ran.stderr


def test_a_name_that_no_system_takes_as_a_file(tmp_path: Path) -> None:
    """Signs that some system does not allow become hyphens."""
    folder = with_roster(tmp_path, 'name\n"A/C: ""Ace"" Example?"\n../../up\n')
    assert class_set(folder, "build", "ferry", "--each").returncode == 0
    there = sorted(path.name for path in (folder / "output" / "ferry" / "class" / "period-3").iterdir())
    assert there == ["01 A-C- -Ace- Example-.pdf", "02 ..-..-up.pdf"]


def test_two_hundred_students(tmp_path: Path) -> None:
    """Their copies share what is the same on all: the file is not two hundred times as large."""
    names = [f"Student {n:03} Example" for n in range(1, 201)]
    folder = with_roster(tmp_path, "name\n" + "\n".join(names))
    assert counterpoint("build", "ferry", "--edition", "student", "--format", "pdf", cwd=folder).returncode == 0
    assert class_set(folder, "build", "ferry").returncode == 0
    path, one = folder / "output/ferry/class/period-3.pdf", folder / "output/ferry/student.pdf"
    pages = pdf_pages(path.read_bytes())
    each = len(pdf_pages(one.read_bytes()))
    assert len(pages) == 200 * each
    for n, text in enumerate(pages):
        assert re.findall(r"Student \d{3} Example", text) == [names[n // each]]
    assert path.stat().st_size < 60 * one.stat().st_size


def test_a_name_that_no_font_prints_is_told_by_its_line(tmp_path: Path) -> None:
    """And no copy is made, rather than one with empty boxes."""
    folder = with_roster(tmp_path, "name\nAna López\nJo \ue000 Example\n")
    ran = class_set(folder, "build", "ferry")
    assert ran.returncode == 1
    assert "period-3.csv:3:1: error: No font prints U+E000" in ran.stderr
    assert "name-unprintable" in re.findall(r"\[([a-z-]+)\]", ran.stderr)
    assert not (folder / "output" / "ferry").exists()


def test_a_mistake_in_the_list_is_told_and_nothing_made(tmp_path: Path) -> None:
    """All of them in one run, with their lines."""
    folder = with_roster(tmp_path, "name,side\nAna López,C\n,A\n")
    ran = class_set(folder, "build", "ferry")
    assert ran.returncode == 1
    assert "period-3.csv:2:11: error:" in ran.stderr
    assert "period-3.csv:3:1: error:" in ran.stderr
    assert not (folder / "output").exists()


def versions(path: Path) -> list[set[str]]:
    """Which version each copy says that it is."""
    return [{found for text in pages for found in re.findall(r"Version (\d)", text)} for pages in copies(path)]


def test_neighbors_have_different_versions(tmp_path: Path) -> None:
    """The list says who gets which; where it does not, those asked for go round."""
    folder = with_roster(tmp_path, "name,version\nAna López,2\nJo Example,\nMinh Nguyễn,1\n")
    assert class_set(folder, "build", "ferry").returncode == 0
    assert versions(folder / "output/ferry/class/period-3.pdf") == [{"2"}, set(), {"1"}]
    (folder / "period-3.csv").write_text("name\nAna López\nJo Example\nMinh Nguyễn\n", "utf-8")
    ran = class_set(folder, "build", "ferry", "--versions", "2", "--seed", "7")
    assert ran.returncode == 0
    assert versions(folder / "output/ferry/class/period-3.pdf") == [{"1"}, {"2"}, {"1"}]
    keys = "--edition key --versions 2 --seed 7"
    assert f"For the keys, type the same with “{keys}” in the place of --roster" in ran.stderr
    assert counterpoint("build", "ferry", *keys.split(), cwd=folder).returncode == 0
    for number in (1, 2):
        assert f"Version {number}" in squeezed(
            pdf_pages((folder / f"output/ferry/key.version-{number}.pdf").read_bytes())[0]
        )


def test_a_packet_for_everybody(tmp_path: Path) -> None:
    """The packet of a unit, each with the side of theirs, in one file; the name is on the cover, too."""
    folder = with_roster(tmp_path, "name,side\nAna López,A\nMinh Nguyễn,B\nAna López,A\n")
    ran = class_set(folder, "packet")
    assert ran.returncode == 0, ran.stderr
    path = folder / "output" / "packets" / "water" / "class" / "period-3.pdf"
    assert_sound(path)
    first, second, third = copies(path)
    assert first == third
    assert [names_on(text) for text in first] == [["Ana López"]] * len(first)
    assert [names_on(text) for text in second] == [["Minh Nguyễn"]] * len(second)
    assert "Packet of side A" in squeezed(first[0])
    assert "Packet of side B" in squeezed(second[0])
    assert [re.findall(r"Packet page (\d+)", text) for text in second][1:] == [
        [str(n)] for n in range(2, len(second) + 1)
    ]


def test_the_same_class_has_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """Made again elsewhere."""
    folder = with_roster(tmp_path)
    assert class_set(folder, "build", "oars").returncode == 0
    assert (folder / "output/oars/class/period-3.pdf").read_bytes() == (made / "period-3.pdf").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("build",), "--roster makes copies of the lessons that you name"),
        (("build", "ferry", "--booklet", "--format", "pdf"), "--roster makes students’ copies"),
        (("build", "ferry", "--edition", "teacher"), "--roster makes students’ copies"),
        (("packet", "--edition", "side-a"), "the list says who gets which packet"),
    ],
)
def test_a_mistake_in_the_command_is_told(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """And nothing is made."""
    folder = with_roster(tmp_path)
    ran = class_set(folder, *arguments)
    assert (ran.returncode, told in ran.stderr) == (2, True), ran.stderr
    assert not (folder / "output").exists()
