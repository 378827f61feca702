"""Lists of a class, as spreadsheets save them: every student in order, every problem in its cell, nothing passed on.

What is wrong with a list, and where, stands in ``tests/problems/*.roster.csv``.
"""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path

import pytest
from conftest import HOME
from hypothesis import given
from hypothesis import strategies as st
from test_fuzz import often

from generator.diagnostic import Diagnostic, in_order, report
from generator.roster import Roster, read_roster

Places = list[tuple[int, int, str]]  # line, column, rule


def reading(folder: Path, data: bytes | str) -> tuple[Roster, list[Diagnostic]]:
    """What is read of a file with these bytes."""
    (folder / "class.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_roster(folder / "class.csv", Path("class.csv"))


def places(found: list[Diagnostic]) -> Places:
    return sorted((*d.span.place, d.rule) for d in found)


def said(roster: Roster) -> list[tuple[str, str, str, int, str]]:
    return [(s.name, s.side, s.profile, s.version, s.language) for s in roster.students]


# --- what spreadsheets save --------------------------------------------------------------------------

ROWS = (
    ("Name", "Group", "Profile", "Version", "Language"),
    ("García, Ana; \t“la Rubia”", "A", "", "", ""),
    ('Zoë "Zed" Müller', "b", "large-print", "2", "es"),
    ("王小明", "", "dyslexia", "", "zh-Hans"),
)
STUDENTS = [
    ("García, Ana; “la Rubia”", "a", "", 0, ""),
    ('Zoë "Zed" Müller', "b", "large-print", 2, "es"),
    ("王小明", "", "dyslexia", 0, "zh-Hans"),
]


def saved(separator: str, line_end: str) -> str:
    """The rows as Python’s csv writes them."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=line_end).writerows(ROWS)
    return out.getvalue()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_list_is_read_however_it_was_saved(encoding: str, separator: str, line_end: str, tmp_path: Path) -> None:
    """Comma, semicolon and tab, all line ends, UTF-8 and Unicode text, with Excel’s own first line or without."""
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    for first in ("", f"sep={separator}{line_end}"):
        roster, found = reading(tmp_path, (mark + first + saved(separator, line_end)).encode(encoding))
        assert (said(roster), found) == (STUDENTS, [])
        assert [s.span.place for s in roster.students] == [(line + bool(first), 1) for line in (2, 3, 4)]


@pytest.mark.parametrize(
    ("encoding", "text", "names", "wanted"),
    [
        ("cp1252", "Nombre;Grupo\nAna;A\nJosé Núñez;B\nO’Brien;\n", ["Ana", "José Núñez", "O’Brien"], (3, 4)),
        ("gbk", "姓名,组\n王小明,A\n朱镕基,B\n", ["王小明", "朱镕基"], (1, 1)),
        ("gbk", "Name,Group\nAna,A\n李四,B\n", ["Ana", "李四"], (3, 1)),
    ],
)
def test_what_is_not_utf8_is_read_with_a_warning(
    encoding: str, text: str, names: list[str], wanted: tuple[int, int], tmp_path: Path
) -> None:
    """“CSV” of Windows in Western Europe, and of Windows in Chinese: told by the first letter that shows it."""
    roster, found = reading(tmp_path, text.encode(encoding))
    assert [s.name for s in roster.students] == names
    assert places(found) == [(*wanted, "roster-encoding")]
    assert not found[0].is_error and f"“{text.splitlines()[wanted[0] - 1][wanted[1] - 1]}”" in found[0].message


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "not-utf8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not-utf8"),
        ("Name\nAna\n".encode("utf-16-le"), "not-utf8"),
        (b"\xff\xfeN\x00a", "not-utf8"),
        ("Name\nJosé\n".encode("cp1252") + b"\x81\n", "not-utf8"),
        ("Name\nПётр\nОльга\n".encode("cp1251"), "not-utf8"),
        ("Name\nПётр\nОльга\n".encode("cp866"), "not-utf8"),
        (b"Name\n" + 60_000 * b"A\n", "too-large"),
    ],
    ids=["xlsx", "xls", "UTF-16 unmarked", "UTF-16 cut off", "no letter", "cp1251", "cp866", "120,005 bytes"],
)
def test_what_is_no_list_is_refused(data: bytes, rule: str, tmp_path: Path) -> None:
    """A workbook, and bytes that could be many things: no guess at somebody’s name."""
    assert reading(tmp_path, data)[0].students == ()
    assert places(reading(tmp_path, data)[1]) == [(1, 1, rule)]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """And so is a folder."""
    for path in (tmp_path / "class.csv", tmp_path):
        assert places(read_roster(path, Path("class.csv"))[1]) == [(1, 1, "unreadable")]


@pytest.mark.parametrize(
    "header", ["NAME|Side|profile|version|language", "nombre|Lado|Perfil|VERSIÓN|idioma", "姓名|组|版式|版本|语言"]
)
def test_columns_are_known_in_three_languages(header: str, tmp_path: Path) -> None:
    """In any order, with an accent that was typed on its own, or spaces around."""
    cells = ["Ana", "Ａ", "Large Print", "３", "ES_mx"]
    header = header.replace("Ó", "O\u0301")
    columns = [*zip(header.split("|"), cells, strict=True)][::-1]
    roster, found = reading(tmp_path, "\n".join(f" {','.join(row)}\u00a0" for row in zip(*columns, strict=True)))
    assert (said(roster), found) == ([("Ana", "a", "large-print", 3, "es")], [])


def test_the_document_for_teachers_shows_a_list_that_is_read(tmp_path: Path) -> None:
    """Its example, word for word; and every name of a column that it tells."""
    text = (HOME / "docs" / "class-sets.md").read_text("utf-8")
    (example,) = re.findall(r"(?ms)^```text\n(.*?)^```$", text)
    roster, found = reading(tmp_path, example)
    assert (said(roster), found) == (
        [
            ("García, Ana", "a", "", 1, ""),
            ("Zoë Miller", "b", "large-print", 2, ""),
            ("王小明", "a", "dyslexia", 1, "zh-Hans"),
            ("Nguyễn Thị Hằng", "b", "", 2, "es"),
        ],
        [],
    )
    columns = re.findall(r"(?m)^\| `(\w+)` \| .* \| (.*) \|$", text)
    assert [column for column, _ in columns] == ["Name", "Group", "Profile", "Version", "Language"]
    values = ["Ana", "B", "dyslexia", "2", "es"]
    for place, (_, others) in enumerate(columns):
        for other in others.split(", "):
            header = [other if n == place else column for n, (column, _) in enumerate(columns)]
            roster, found = reading(tmp_path, f"{','.join(header)}\n{','.join(values)}\n")
            assert (said(roster), found) == ([("Ana", "b", "dyslexia", 2, "es")], [])


# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nguye\u0302\u0303n  Thị\u00a0Hằng", "Nguyễn Thị Hằng"),
        ("\u3000李\u3000明\u202f", "李 明"),
        ("O’Brien-García", "O’Brien-García"),
        ("سینا نیک\u200cپور", "سینا نیک\u200cپور"),
        ("17", "17"),
        ("🦊", "🦊"),
        ("A" * 80, "A" * 80),
    ],
)
def test_a_name_stays_what_was_typed(typed: str, name: str, tmp_path: Path) -> None:
    """But for spaces, and for accents, which become part of their letters; a joiner that Persian needs stays."""
    roster, found = reading(tmp_path, f"Name\n{typed}\n")
    assert ([s.name for s in roster.students], found) == ([name], [])


def test_two_students_may_have_one_name(tmp_path: Path) -> None:
    """Each has a row, and a copy."""
    roster, found = reading(tmp_path, "Name,Group\nAna Li,A\nAna Li,B\n")
    assert ([(s.name, s.side) for s in roster.students], found) == ([("Ana Li", "a"), ("Ana Li", "b")], [])


# --- places ------------------------------------------------------------------------------------------

CELL = st.text(st.sampled_from('Aé王 "\n,;\t=\u00a0'), max_size=8)


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["minimal", "all"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_every_name_is_found_at_its_place(quoting: int, separator: str, tmp_path: Path) -> None:
    """Whatever stands before it: Python’s csv, given only what the span of a student covers, reads that name."""

    @often(60)
    @given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5))
    def tried(cells: list[tuple[str, str, str]]) -> None:
        rows = [(f"x{first}", f"N{name}".replace("\n", " "), f"x{last}") for first, name, last in cells]
        out = io.StringIO()
        csv.writer(out, delimiter=separator, quoting=quoting).writerows([("a", "Name", "b"), *rows])  # type: ignore[arg-type]
        roster, found = reading(tmp_path, out.getvalue())
        assert places(found) == [(1, 1 + one, "roster-column-ignored") for one in found_at(quoting)]
        assert [s.name for s in roster.students] == [" ".join(name.split()) for _, name, _ in rows]
        for student in roster.students:
            (alone,) = csv.reader([student.span.text], delimiter=separator)
            assert [" ".join(cell.split()) for cell in alone] == [student.name]

    tried()


def found_at(quoting: int) -> tuple[int, int]:
    """Where the first and the last column of the first row stand, in characters before them."""
    return (0, 7) if quoting == csv.QUOTE_MINIMAL else (0, 11)


# --- bounds ------------------------------------------------------------------------------------------


def test_a_list_has_bounds(tmp_path: Path) -> None:
    """500 students and 100 columns; of what is beyond, the first is told, and nothing else."""
    rows = "".join(f"Student {n}\n" for n in range(1, 502))
    assert places(reading(tmp_path, "Name\n" + rows)[1]) == [(502, 1, "roster-long")]
    roster, found = reading(tmp_path, "Name\n" + rows.removesuffix("Student 501\n"))
    assert (len(roster.students), roster.students[-1].name, found) == (500, "Student 500", [])
    assert places(reading(tmp_path, "Name" + ",x" * 100 + "\nAna\n")[1]) == [(1, 204, "roster-long")]


@pytest.mark.parametrize(
    "data",
    [
        '"' * 119_999,
        "," * 119_999,
        "Name" + ",Nmae" * 23_999,
        'Name\n"' + " " * 119_000 + "x",
        "Name\n" + '" " ' * 29_998,
        "Name,Side\n" + "a," + "b" * 119_000,
        "Name\n" + "\n" * 119_990,
        "Name\n" + "\u202e\u202d" * 19_990,
        "Name\n" + "ﷺ" * 39_990,
    ],
    ids=["quotes", "commas", "columns", "spaces", "quoted spaces", "a side", "blank lines", "controls", "ligatures"],
)
def test_a_list_takes_no_time(data: str, tmp_path: Path) -> None:
    """Whatever fills the bytes that are allowed, there is an answer in seconds."""
    began = time.monotonic()
    roster, found = reading(tmp_path, data)
    assert found and not roster.students
    assert len(report(found, "full")) < 10_000
    assert time.monotonic() - began < 5


# --- what is told ------------------------------------------------------------------------------------


def test_a_problem_tells_nothing_else_of_a_student(tmp_path: Path) -> None:
    """A report may be shown to somebody who helps: it has the cell in question, and none of the row’s others."""
    data = "Name,Mail,Group,Score\nAna García,ana at home,C,71\n=Zoë,zoë at home,A,81\n,nobody at home,A,91\n"
    told = report(reading(tmp_path, data)[1], "full")
    assert [line.partition(" [")[0] for line in told.splitlines() if line and line[0] != " "] == [
        "class.csv:1:6: warning: The column “Mail” is not used",
        "class.csv:1:17: warning: The column “Score” is not used",
        "class.csv:2:24: error: “C” is not a side",
        "class.csv:3:1: error: Here stands a formula, or what is left of one, and not a name",
        "class.csv:4:1: error: This row has no name",
    ]
    assert not [private for private in ("Ana", "Zoë", "home", "71", "81", "91") if private in told]


def test_a_cell_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    """Neither from the first row nor from below it: no control character is printed, and no endless text."""
    data = f"Name,\x1b[31mred,Group\nAna,x,\x1b]0;title\x07\u202e{'b' * 5000}\n"
    told = report(reading(tmp_path, data)[1], "full")
    assert "“·[31mred”" in told and "“·]0;title··bbb" in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told) and len(told) < 500


def test_near_misses_are_answered(tmp_path: Path) -> None:
    """A column or a word that is almost one of ours is offered it."""
    _, found = reading(tmp_path, "Name,Lenguage,Profil\nAna,es,x\n")
    assert [d.hint for d in in_order(found)] == [
        "Did you mean “language” or “lengua”?",
        "Did you mean “profile” or “perfil”?",
    ]
    _, found = reading(tmp_path, "Name,Profile,Side,Version\nAna,largeprint,c,9\n")
    assert [d.hint for d in in_order(found)] == [
        "Did you mean “large-print”?",
        "Write “a” or “b”, or leave the cell empty.",
        "Write “1”, “2”, “3”, “4”, “5”, “6”, “7” or “8”, or leave the cell empty.",
    ]
