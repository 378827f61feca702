"""A list of a class, as a spreadsheet exports it (CSV), becomes students in their order; every problem has its cell."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from generator.characters import character_name, unix
from generator.diagnostic import Diagnostic, did_you_mean, listing, warning
from generator.labels import available, table_of
from generator.looks import PROFILES, Profile
from generator.source import Source, Span

MAX_BYTES = 120_000  # Python’s csv takes no cell above 131,072 characters
MAX_STUDENTS = 500
MAX_COLUMNS = 100
MAX_NAME = 80
VERSIONS = 8


@dataclass(frozen=True)
class Student:
    """A row of the list: whose copy it is, and what was said of it; what was not said is empty, or 0."""

    name: str
    side: Literal["", "a", "b"]
    profile: Profile | Literal[""]
    version: int
    language: str
    span: Span


@dataclass(frozen=True)
class Roster:
    """The students of a class, in the order of the list."""

    students: tuple[Student, ...]


def read_roster(path: Path, shown: Path) -> tuple[Roster, list[Diagnostic]]:
    """The students of a file, and what is wrong with it. ``shown`` is the name that the problems have of it."""
    nobody = Source(shown, "", private=True)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        unread = Diagnostic(nobody.span(), "unreadable", f"The file cannot be read: {error.strerror}")
        return Roster(()), [unread]
    source, problems = _decoded(nobody, data)
    students = tuple(_students(source, problems)) if source else ()
    return Roster(students), problems


# --- bytes -------------------------------------------------------------------------------------------

_SAVE_IT = "In your spreadsheet program, save the list as “CSV UTF-8”."
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .ods and .numbers; .xls


def _decoded(nobody: Source, data: bytes) -> tuple[Source | None, list[Diagnostic]]:
    """The file as a text; what it was taken for, if it does not say so itself; or why it is none."""

    def none(rule: str, message: str, hint: str = _SAVE_IT) -> tuple[None, list[Diagnostic]]:
        return None, [Diagnostic(nobody.span(), rule, message, hint)]

    if len(data) > MAX_BYTES:
        hint = "Keep one class to a file, and only the columns that are needed."
        return none("too-large", f"The file is larger than {MAX_BYTES:,} bytes", hint)
    if data.startswith(_WORKBOOKS):
        return none("not-utf8", "The file is a workbook of a spreadsheet program, not a list in CSV")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = _text(data, encoding)
    guessed = _guessed(data) if text is None and encoding != "utf-16" else ""
    text = _text(data, guessed) if guessed else text
    if text is None or "\0" in text:
        return none("not-utf8", "The file is not a text that can be read with certainty")
    source = replace(nobody, text=unix(text))
    return source, [_taken_for(source, guessed)] if guessed else []


def _text(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


_ENCODINGS = {"gbk": "GBK", "cp1252": "Windows-1252"}
_BESIDE_LATIN = re.compile("[A-Za-z][^\0-\x7f]|[^\0-\x7f][A-Za-z]")
_NOT_WESTERN = re.compile("[^\0-\x7f\\w’‘´·–—“”«»¿\u00a0]|[^\0-\x7f]{4}")


def _guessed(data: bytes) -> str:
    """What a spreadsheet in Chinese, or one in a language of Western Europe, saves if it is not told otherwise; empty,
    where it is neither. “García” read as GBK would have a Chinese character inside a word; Chinese or Russian read as
    Windows-1252, signs that are no letters, or accents on every letter."""
    chinese, western = _text(data, "gbk"), _text(data, "cp1252")
    if chinese is not None and not _BESIDE_LATIN.search(chinese):
        return "gbk"
    return "cp1252" if western is not None and not _NOT_WESTERN.search(western) else ""


def _taken_for(source: Source, encoding: str) -> Diagnostic:
    at = next(at for at, char in enumerate(source.text) if char > "\x7f")
    message = f"The file is not UTF-8; it was taken for {_ENCODINGS[encoding]}, and “{source.text[at]}” read here"
    return warning(source.span(at, at + 1), "roster-encoding", message, f"{_SAVE_IT} Else names may come out wrong.")


# --- cells -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    """What stands in a cell, without what surrounds it, and where."""

    text: str
    span: Span

    @property
    def folded(self) -> str:
        """The text whatever its case, its spaces, and the width of its letters (Ａ)."""
        return _single(unicodedata.normalize("NFKC", self.text)).casefold()


def _single(text: str) -> str:
    """A text with single spaces, no-break spaces among them."""
    return " ".join(text.split())


_SEPARATORS = ",;\t"
_SAYS_IT = re.compile(f'"?sep=([{_SEPARATORS}])"?\n', re.IGNORECASE)  # Excel’s own first line
_QUOTED = re.compile('"(?:[^"]|"")*+" *+')


def _separator(source: Source) -> tuple[int, str]:
    """Where the rows begin, and what separates their cells: what the file says itself, or else what makes columns that
    are known of the first row, or else the most columns."""
    said = _SAYS_IT.match(source.text)

    def promise(separator: str) -> tuple[int, int]:
        header = next(_rows(source, 0, separator, []), [])
        return sum(cell.folded in _COLUMN_OF for cell in header), len(header)

    return (said.end(), said[1]) if said else (0, max(_SEPARATORS, key=promise))


def _rows(source: Source, start: int, separator: str, problems: list[Diagnostic]) -> Iterator[list[_Cell]]:
    """The rows that are not blank, without the empty cells at their end; an empty one in the place of each whose
    quotation marks are not as they should be."""
    reader = csv.reader(io.StringIO(source.text[start:]), delimiter=separator, skipinitialspace=True)
    before, _ = source.place(start)
    while True:
        line = before + reader.line_num
        values = next(reader, None)
        if values is None:
            return
        cells = _cells(source, source.start_of(line), values, separator)
        if isinstance(cells, Diagnostic):
            problems.append(cells)
            yield []
        elif filled := [place for place, cell in enumerate(cells, 1) if cell.text]:
            yield cells[: filled[-1]]


def _cells(source: Source, at: int, values: list[str], separator: str) -> list[_Cell] | Diagnostic:
    """A row: what stands in its cells, Python’s csv says; where they stand, is counted along."""
    cells = []
    for value in values:
        while source.text.startswith(" ", at):
            at += 1
        if source.text.startswith('"', at):
            quoted = _QUOTED.match(source.text, at)
            end = quoted.end() if quoted else None
        else:
            end = at + len(value)
        if end is None or source.text[end : end + 1] not in (separator, "\n", ""):
            message = "A quotation mark that opens here is not closed at the end of its cell"
            hint = "Write a quotation mark inside such a cell twice, or take all of them away."
            return Diagnostic(source.span(at, at + 1), "roster-quotes", message, hint)
        raw = source.text[at:end]
        begin = at + len(raw) - len(raw.lstrip())
        cells.append(_Cell(value.strip(), source.span(begin, begin + len(raw.strip()))))
        at = end + 1
    return cells


# --- columns -----------------------------------------------------------------------------------------

Column = Literal["name", "side", "profile", "version", "language"]

# What a column may be called: in English, in Spanish, in Chinese.
_CALLED: Mapping[Column, tuple[str, ...]] = {
    "name": (
        *("name", "student", "student name", "full name", "nombre", "nombre completo", "nombre y apellidos"),
        *("alumno", "alumna", "estudiante", "姓名", "名字", "学生", "学生姓名"),
    ),
    "side": ("side", "group", "lado", "grupo", "组", "组别", "小组", "分组", "方"),
    "profile": ("profile", "perfil", "版式", "样式"),
    "version": ("version", "versión", "版本"),
    "language": ("language", "idioma", "lengua", "语言"),
}
_COLUMN_OF: Mapping[str, Column] = {word: column for column, words in _CALLED.items() for word in words}
_LEAVE_OUT = "Nothing needs it here: take it out of the file, so that no more is kept of students than is used."


def _columns(header: list[_Cell], problems: list[Diagnostic]) -> dict[Column, int]:
    """Where the columns stand that are known; without one for the names, all else does not matter."""
    found = dict[Column, int]()
    told = []
    for place, cell in enumerate(header):
        column = _COLUMN_OF.get(cell.folded)
        if column is None:
            called = f"The column “{_shown(cell.text)}”" if cell.text else "A column without a name"
            near = did_you_mean(cell.folded, _COLUMN_OF)
            told.append(warning(cell.span, "roster-column-ignored", f"{called} is not used", near or _LEAVE_OUT))
        elif column in found:
            first = _shown(header[found[column]].text)
            message = f"The columns “{first}” and “{_shown(cell.text)}” both say the same of a student: the {column}"
            told.append(Diagnostic(cell.span, "roster-column-twice", message, "Keep one of them."))
        else:
            found[column] = place
    if "name" not in found:
        near = next(filter(None, (did_you_mean(cell.folded, _CALLED["name"]) for cell in header)), "")
        message = "No column of the first row is called “name”"
        hint = near or "Write “name” above the names. The first row says what stands in the columns."
        told = [Diagnostic(header[0].span, "roster-column-missing", message, hint)]
    problems += told
    return found


def _shown(text: str) -> str:
    """What stands in a cell, as far as it is fit for a message."""
    return "".join(char if char.isprintable() else "·" for char in text[:MAX_NAME])


# --- students ----------------------------------------------------------------------------------------

T = TypeVar("T", bound=str)


def _students(source: Source, problems: list[Diagnostic]) -> Iterator[Student]:
    """The students of whom everything is said as it should be."""
    rows = _rows(source, *_separator(source), problems)
    header = next(rows, None)
    if header is None:
        empty = Diagnostic(
            source.span(), "roster-empty", "The file is empty", "Its first row says what the columns hold."
        )
        problems.append(empty)
        return
    if len(header) > MAX_COLUMNS:
        problems.append(_too_long(header[MAX_COLUMNS].span, f"{MAX_COLUMNS} columns"))
        return
    columns = _columns(header, problems) if header else {}
    if "name" not in columns:
        return
    number = 0
    for number, row in enumerate(rows, 1):
        if number > MAX_STUDENTS:
            problems.append(_too_long((row or header)[0].span, f"{MAX_STUDENTS} rows"))
            return
        found = list[Diagnostic]()
        student = _student(row, columns, len(header), found) if row else None
        problems += found
        if student and not found:
            yield student
    if not number:
        message, hint = "The list names nobody", "Below the first row, write a row for each student."
        problems.append(Diagnostic(header[0].span, "roster-empty", message, hint))


def _too_long(span: Span, most: str) -> Diagnostic:
    hint = "Keep one class to a file, and only the columns that are needed."
    return Diagnostic(span, "roster-long", f"The list has more than {most}", hint)


def _student(row: list[_Cell], columns: Mapping[Column, int], width: int, found: list[Diagnostic]) -> Student | None:
    for cell in row[width : width + 1]:
        message = f"This row has {len(row)} cells, the first row {width}"
        hint = "A comma in a name needs quotation marks around the cell: “García, Ana” is two cells without."
        found.append(Diagnostic(cell.span, "roster-row-long", message, hint))
    cells = {column: row[place] for column, place in columns.items() if place < len(row) and row[place].text}
    if "name" not in cells:
        message, hint = "This row has no name", "Write the name, or take the row out."
        place = row[min(columns["name"], len(row) - 1)].span
        found.append(Diagnostic(place, "roster-name-missing", message, hint))
        return None
    found += _objections(cells["name"])
    return Student(
        name=_name(cells["name"].text),
        side=_choice(cells.get("side"), "a side", ("a", "b"), found),
        profile=_choice(cells.get("profile"), "a profile", PROFILES, found),
        version=int(_choice(cells.get("version"), "a version", tuple(map(str, range(1, VERSIONS + 1))), found) or 0),
        language=_language(cells.get("language"), found),
        span=cells["name"].span,
    )


def _choice(cell: _Cell | None, what: str, choices: Sequence[T], found: list[Diagnostic]) -> T | Literal[""]:
    """One of some words, in any case; empty, where nothing is said."""
    if cell is None:
        return ""
    said = next((choice for choice in choices if choice == re.sub("[ _]", "-", cell.folded)), None)
    found += [] if said else [_none_of(cell, what, choices)]
    return said or ""


def _language(cell: _Cell | None, found: list[Diagnostic]) -> str:
    """The table of labels for a language, whatever its region; empty, where nothing is said."""
    table = table_of(cell.folded.replace("_", "-")) if cell else ""
    found += [] if cell is None or table else [_none_of(cell, "a language", available())]
    return table or ""


def _none_of(cell: _Cell, what: str, choices: Sequence[str]) -> Diagnostic:
    hint = did_you_mean(cell.folded, choices) or f"Write {listing(choices, 'or')}, or leave the cell empty."
    return Diagnostic(cell.span, "roster-value", f"“{_shown(cell.text)}” is not {what}", hint)


# --- names -------------------------------------------------------------------------------------------

_JOINS = "\u200c\u200d"  # in Persian, and in scripts of India, letters are written otherwise beside these


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", _single(text))


def _objections(cell: _Cell) -> Iterator[Diagnostic]:
    """What is wrong with a name; none of it is told in the message, which may be passed on."""
    name = _name(cell.text)
    if len(cell.text.splitlines()) > 1:
        hint = "Write it on one line; each student has a row."
        yield Diagnostic(cell.span, "roster-name", "This name goes on in a second line of its cell", hint)
    if name.startswith(("=", "#")):
        hint = "In your spreadsheet program, copy the names, paste them as values, and export the list again."
        yield Diagnostic(
            cell.span, "roster-name", "Here stands a formula, or what is left of one, and not a name", hint
        )
    if len(name) > MAX_NAME:
        message, hint = f"This name has {len(name)} characters", f"At most {MAX_NAME} find room on a page."
        yield Diagnostic(cell.span, "roster-name", message, hint)
    if not any(unicodedata.category(char)[0] in "LNSP" for char in name):
        yield Diagnostic(cell.span, "roster-name", "Of this name nothing can be seen", "Type it again.")
    for char in dict.fromkeys(name):
        if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char not in _JOINS:
            message = f"The invisible character {character_name(char)} stands in this name"
            yield Diagnostic(cell.span.find(char), "control-character", message, "Type the name again.")
