"""Never a traceback: whatever stands in a file, it is read as typed, or refused at a place that is in the file."""

from __future__ import annotations

import copy
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
import yaml
from conftest import GOLDEN, composed, parsed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from generator.activities import KINDS
from generator.build import Options, build
from generator.diagnostic import Diagnostic, has_errors, report
from generator.house import HandoutsSpec
from generator.lessons import LessonSpec
from generator.nodes import Fields, Items, Text
from generator.nodes import read as read_nodes
from generator.projects import Project
from generator.reader import Reading, read
from generator.records import SeedRecord
from generator.render import page
from generator.roster import read_roster
from generator.rules import rules
from generator.source import Source
from generator.spec import UnitSpec

pytestmark = pytest.mark.slow

FORMS = ("full", "concise", "json", "github")
UNIT = b"format: 1\ntitle: A town\nlessons: [ferry]\nexempt: {supports-missing: Read aloud.}\n"
HANDOUTS = b"format: 1\npaper: a4\n"

# Where each file of a small project lies, and what it holds when all is well.
FILES: dict[str, bytes] = {
    "lessons/ferry.yaml": (GOLDEN / "lessons" / "ferry.yaml").read_bytes(),
    "seeds/ferry.yaml": (GOLDEN / "seeds" / "ferry.yaml").read_bytes(),
    "seeds/ferry.txt": (GOLDEN / "seeds" / "ferry.txt").read_bytes(),
    "seeds/toll.yaml": (GOLDEN / "seeds" / "toll.yaml").read_bytes(),
    "lessons/town.unit.yaml": UNIT,
    "handouts.yaml": HANDOUTS,
}


def often(times: int) -> settings:
    """So many examples; with “--hypothesis-profile=search” many more."""
    more = settings.default.max_examples > 1000 if settings.default else False
    return settings(max_examples=times * 10 if more else times, suppress_health_check=list(HealthCheck))


@contextmanager
def changed(files: dict[str, bytes]) -> Iterator[Reading]:
    """What a small project with some other files holds; nothing is raised, and every problem is well-formed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("seeds", "lessons"):
            shutil.copytree(GOLDEN / kind, folder / kind)
        for file, data in {"lessons/town.unit.yaml": UNIT, "handouts.yaml": HANDOUTS, **files}.items():
            (folder / file).write_bytes(data)
        reading = read(Project(folder, folder / "seeds", folder / "lessons", None, folder / "output"))
        for found in reading.diagnostics:
            well_formed(found)
        for form in FORMS:
            assert isinstance(report(reading.diagnostics, form), str)
        yield reading


def well_formed(found: Diagnostic) -> None:
    """A rule of the catalogue with its severity, a message, and a place inside the file."""
    assert found.rule in rules() and found.severity.value == rules()[found.rule].severity, found
    assert found.message
    text = found.span.source.text
    assert 0 <= found.span.start <= found.span.end <= len(text), found
    line, column = found.span.place
    assert 1 <= line <= found.span.source.line_count and 1 <= column <= len(found.span.source.line(line)) + 1


def draws(reading: Reading) -> None:
    """Every lesson that is free of errors can be composed and drawn."""
    for lesson in reading.lessons.values():
        for edition in ("student", "teacher"):
            parsed(page(composed(lesson, edition)))


# --- bytes -------------------------------------------------------------------------------------------

PIECES = [b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\r", b"\t", b"\n", b"\n\n---\n", b"&a ", b"*a", b"!!x "]
PIECES += [b": ", b"- ", b"? ", b"#", b" #x", b"'", b'"', b"|\n", b">-\n", b"{", b"]", b"\\", b"%", b"<<: ", b"<b>"]
PIECES += [b"`", b"](javascript:x)", b"**", "\U0001f600".encode(), "é".encode(), "\u0301".encode(), "\u202e".encode()]
PIECES += [b"99999999999999999999", b"-1", b"null", b"~", b"[]", b"{}", b"...", b"{{ x }}", b"</style>", b"1e400"]


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """Some bytes turned, put in, taken out, cut off, or copied to another place."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 40))
        what = draw(st.sampled_from(["turn", "insert", "insert", "delete", "truncate", "splice"]))
        if what == "turn":
            data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        elif what == "insert":
            data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
        elif what == "delete":
            data = data[:at] + data[at + length :]
        elif what == "truncate":
            data = data[:at]
        else:
            source = draw(st.integers(0, max(len(data) - 1, 0)))
            data = data[:at] + data[source : source + length] + data[at:]
    return data


@pytest.mark.parametrize("file", FILES)
def test_damaged_bytes_are_read_or_refused(file: str) -> None:
    """A file that a disk, a mail or an editor has damaged."""

    @often(40)
    @given(mutated(FILES[file]))
    def tried(data: bytes) -> None:
        with changed({file: data}) as reading:
            draws(reading)

    tried()


ROSTER = 'Name;Group;Profile;Version;Language;Notes\n"Núñez; Ana" ;A;large-print;2;es;"a ""b""\n"\n王小明;b;;;;\n'
SAVED = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "gbk")  # whatever Windows-1252 and GBK lack is a question mark


@pytest.mark.parametrize("encoding", SAVED)
def test_a_damaged_list_of_students_is_read_or_refused(encoding: str, tmp_path: Path) -> None:
    """A list comes from another program, by mail or from a disk: students within bounds, or a place in the file."""

    @often(100)
    @given(mutated(ROSTER.encode(encoding, "replace")))
    def tried(data: bytes) -> None:
        (tmp_path / "class.csv").write_bytes(data)
        roster, problems = read_roster(tmp_path / "class.csv", Path("class.csv"))
        for found in problems:
            well_formed(found)
        assert isinstance(report(problems, "full"), str)
        assert roster.students or has_errors(problems)
        for student in roster.students:
            assert 1 <= len(student.name) <= 80 and student.name == " ".join(student.name.split())
            assert not {unicodedata.category(char) for char in student.name} & {"Cc", "Cs"}
            assert 0 <= student.version <= 8 and student.side in ("", "a", "b")
            assert student.span.text and "\n" not in student.span.text.strip('" \n')

    tried()


# --- texts that look like our files ------------------------------------------------------------------


def models_in(kind: Any) -> Iterator[type[BaseModel]]:
    for inner in get_args(kind):
        yield from models_in(inner)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind


def keys_of(*kinds: type[BaseModel]) -> list[str]:
    """The keys of some models and of all that are found in them."""
    seen: list[type[BaseModel]] = []
    left = list(kinds)
    while left:
        kind = left.pop()
        if kind not in seen:
            seen.append(kind)
            for one in kind.model_fields.values():
                left += models_in(one.annotation)
    return sorted({key for kind in seen for key in kind.model_fields})


SCALARS = [
    "1",
    "0",
    "-3",
    "x",
    "A",
    "ferry/street",
    "toll",
    "no",
    "",
    "null",
    "|\n    two\n    lines",
    ">-\n    x",
    "'it'",
]
SCALARS += ['"q\\u00e9"', "1903", "1999-05-04", "true", "RH.9-10.1", "a: b", "*a", "&b c", "# x", "{a: b}", "[1, [2]]"]
SCALARS += ["9-12", "policy", "step", "cer", "external", "letter", "1-5", "99999999999", "é…", '"\\ud83d"', "[", "“a”"]


@st.composite
def like_ours(draw: st.DrawFn, keys: list[str], depth: int = 0, indent: str = "") -> str:
    """Lines of keys that there are, with values that need not fit."""
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        key = draw(st.sampled_from(keys))
        kind = draw(st.sampled_from(["scalar", "scalar", "group", "list", "list of groups"]))
        if kind == "scalar" or depth > 3:
            lines.append(f"{indent}{key}: {draw(st.sampled_from(SCALARS))}\n")
        elif kind == "group":
            lines.append(f"{indent}{key}:\n" + draw(like_ours(keys, depth + 1, indent + "  ")))
        elif kind == "list":
            lines.append(f"{indent}{key}: [{', '.join(draw(st.lists(st.sampled_from(SCALARS[:12]), max_size=3)))}]\n")
        else:
            inner = draw(like_ours(keys, depth + 1, indent + "    "))
            lines.append(f"{indent}{key}:\n{indent}  - {inner.lstrip()}")
    return "".join(lines)


KINDS_OF_FILES: dict[str, list[str]] = {
    "lessons/ferry.yaml": keys_of(LessonSpec, *KINDS.values()),
    "seeds/ferry.yaml": keys_of(SeedRecord),
    "lessons/town.unit.yaml": keys_of(UnitSpec),
    "handouts.yaml": keys_of(HandoutsSpec),
}


@pytest.mark.parametrize("file", KINDS_OF_FILES)
@pytest.mark.parametrize("behind", [False, True], ids=["alone", "behind the real file"])
def test_texts_of_our_keys_are_read_or_refused(file: str, behind: bool) -> None:
    """Every key in every place, with every kind of value."""

    @often(25)
    @given(like_ours(KINDS_OF_FILES[file]))
    def tried(text: str) -> None:
        before = FILES[file].decode() if behind else ""
        with changed({file: (before + text).encode("utf-8", "surrogatepass")}) as reading:
            draws(reading)

    tried()


# --- the right shape, but for one value ---------------------------------------------------------------


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a tree."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places_in(inner, (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of a tree with another value at the end of a way."""
    if not path:
        return value
    tree = copy.deepcopy(tree)
    at = tree
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return tree


def tree_of(file: str) -> Any:
    """A file's keys and values, all as texts."""
    root, found = read_nodes(Source(Path(file), FILES[file].decode()))
    assert root is not None and not found
    return plain(root)


OTHERS: list[Any] = [
    "",
    "x",
    "A",
    "0",
    "-1",
    "7",
    "true",
    "1.5",
    "99999999999999999999",
    "9" * 400,
    "ferry/bank",
    "ferry/",
]
OTHERS += [
    "toll/price",
    "/",
    "..",
    "../x",
    "a # b",
    "“a”",
    "“”",
    '"',
    "…",
    " … ",
    "[",
    "](",
    "<b>",
    "**",
    "\n",
    "a\n\nb",
]
OTHERS += [
    "\u0301",
    "é",
    "\u00a0",
    "\u200b",
    "ﬁ",
    "王",
    "{{ 1 }}",
    "x" * 3000,
    "x " * 3000,
    "1-",
    "3-1",
    "1-1000000",
    "1999-02-30",
]
OTHERS += [[], {}, [[]], [""], ["x"], ["x", "x"], {"": ""}, {"x": "y"}, {"text": "x"}, {"cite": "ferry/street"}]
OTHERS += [{"exact": "a"}, {"start": "The", "end": "."}, {"cite": "ferry/street", "omit": [""]}, [{"type": "step"}]]
OTHERS += [{"value": "x", "basis": "text"}, [{}], {"A": {"passages": []}}, {"A": {"passages": ["toll/price"]}}]


@pytest.mark.parametrize("file", KINDS_OF_FILES)
def test_a_value_of_another_kind_is_read_or_refused(file: str) -> None:
    """One value of a sound file is replaced by any other; what is not objected to can be drawn."""
    tree = tree_of(file)
    places = list(places_in(tree))

    @often(150 if len(places) > 50 else 40)
    @given(st.sampled_from(places), st.sampled_from(OTHERS))
    def tried(place: tuple[Any, ...], other: Any) -> None:
        text = yaml.safe_dump(put(tree, place, other), allow_unicode=True, sort_keys=False, width=10**6)
        with changed({file: text.encode()}) as reading:
            draws(reading)

    tried()


PRESSED = [
    ("Read closely", "R" * 300),
    ("what a passenger pays", "**what** [a](https://example.org) <b>"),
    ("Side by side", "a\u0301\u00a0ﬁ 王 \u0327"),
    ("minutes: 50", "minutes: 50000"),
    ("Answer with *lines*.", "- a\\n- > b *c"),
]


@pytest.mark.parametrize(("old", "new"), PRESSED, ids=lambda value: repr(value)[:30])
def test_what_is_not_objected_to_can_be_pressed(old: str, new: str) -> None:
    """As PDFs, a few times: the page is made, or it is said why not."""
    text = FILES["lessons/ferry.yaml"].decode()
    assert old in text
    with changed({"lessons/ferry.yaml": text.replace(old, new, 1).encode()}) as reading:
        done = build(reading, (), Options(editions=("student",), formats=("pdf",)))
        for found in done.diagnostics:
            well_formed(found)
        assert done.made or done.diagnostics or reading.diagnostics


# --- YAML's own corners ------------------------------------------------------------------------------

# What stands behind “key: ”, and what is read; or the rule that refuses it, with its line and column.
Refused = tuple[int, int, str]
CORNERS: list[tuple[str, str | Refused]] = [
    ("The #1 fox", (1, 10, "cut-short")),
    ("The # 1 fox", "The"),  # a remark, as everywhere in YAML: there is a space behind the “#”
    ("The#1 fox", "The#1 fox"),
    ("no", "no"),
    ("Yes", "Yes"),
    ("ON", "ON"),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("010", "010"),
    ("0o17", "0o17"),
    ("0x1F", "0x1F"),
    ("0b11", "0b11"),
    ("1_000", "1_000"),
    ("+12", "+12"),
    ("3.10", "3.10"),
    ("1e3", "1e3"),
    (".inf", ".inf"),
    ("-.INF", "-.INF"),
    (".nan", ".nan"),
    ("~", "~"),
    ("null", "null"),
    ("2011-01-17", "2011-01-17"),
    ("2011-01-17 10:00:00 Z", "2011-01-17 10:00:00 Z"),
    ("2011-02-31", "2011-02-31"),
    ("=", "="),
    ("&name text", (1, 6, "anchor")),
    ("&name", (1, 6, "anchor")),
    ("A & B", "A & B"),
    ("*star", (1, 6, "alias")),
    ("*star* is born", (1, 6, "alias")),
    ("a *star*", "a *star*"),
    ("!tag", (1, 6, "tag")),
    ("!tag text", (1, 6, "tag")),
    ("!!str text", (1, 6, "tag")),
    ("!!python/name:os.system x", (1, 6, "tag")),
    ("!<tag:yaml.org,2002:str> x", (1, 6, "tag")),
    ("! text", (1, 6, "tag")),
    ("Oh!", "Oh!"),
    ("%x", (1, 6, "yaml-character")),
    ("100 %", "100 %"),
    ("@x", (1, 6, "yaml-character")),
    ("`x`", (1, 6, "yaml-character")),
    ("? x", (1, 6, "yaml-syntax")),
    ("?x", "?x"),
    ("- - x", (1, 6, "yaml-syntax")),
    ("-x", "-x"),
    ("- x", (1, 6, "yaml-syntax")),
    ("key: value: x", (1, 9, "yaml-colon")),
    ("a:b", "a:b"),
    ("https://example.org/a", "https://example.org/a"),
    (":x", ":x"),
    ("trailing spaces   ", "trailing spaces"),  # at the end of a line nobody sees them
    ("a\tb", "a\tb"),
    ("a\t", "a"),
    ("a\t#b", (1, 8, "cut-short")),
    ("a  b", "a  b"),
    ("'it''s'", "it's"),
    ("' a '", " a "),
    ('"a\\"b\\\\c\\u00e9\\x41\\t"', 'a"b\\céA\t'),
    ('"a\\', (1, 6, "yaml-quote")),
    ('"C:\\Users"', (1, 11, "yaml-character")),
    ('"\\0"', (1, 6, "control-character")),
    ('"\\ud83d"', (1, 9, "yaml-character")),
    ('"\\U00110000"', (1, 9, "yaml-character")),
    ('"\\N"', (1, 6, "control-character")),
    ('"\\U0001F600"', "\U0001f600"),
    ('"a" b', (1, 10, "yaml-indent")),
    ('"a', (1, 6, "yaml-quote")),
    ("“a” b", "“a” b"),
    ("''", ""),
    ("''''", "'"),
    ("\n  a\n  b", "a b"),
    ("a\n  b\n\n  c", "a b\nc"),
    ("a\nb", (2, 2, "yaml-colon")),
    ('"a\n  b"', "a b"),
    ('"a\\\n  b"', "ab"),
    ("|\n  a\n  b\n", "a\nb\n"),
    ("|-\n  a\n  b\n\n", "a\nb"),
    ("|+\n  a\n", "a\n\n"),
    (">\n  a\n  b\n", "a b\n"),
    (">-\n  a\n  b\n\n  c\n", "a b\nc"),
    (">+\n  a\n", "a\n\n"),
    ("|2\n   a\n", " a\n"),
    ("| a", (1, 8, "yaml-syntax")),
    ("|\n  a #1\n", "a #1\n"),
    ("|\n  a\n\tb\n", (3, 1, "tab")),
    ("[a", (1, 8, "yaml-bracket")),
    ("{a", (1, 8, "yaml-bracket")),
    ("a]", "a]"),
    ("a, b", "a, b"),
    ("a\n---\nkey: b", (2, 1, "two-documents")),
    ("a\n...\nkey: b", (3, 1, "yaml-syntax")),
    ("a\n...\n", "a"),
    ("a\x85b", (1, 7, "control-character")),
    ("a\u2028b", (1, 7, "control-character")),
    ("a\u2029b", (1, 7, "control-character")),
    ("a\ufeffb", (1, 7, "control-character")),
    ("a\x7fb", (1, 7, "control-character")),
    ("a\u202eb", (1, 7, "control-character")),
    ("a\u00a0b", "a\u00a0b"),
    ("a\u00a0", "a\u00a0"),
    ("x" * 20_000, "x" * 20_000),
    ("x" * 20_001, (1, 6, "too-large")),
    ("a <<: b", (1, 10, "yaml-colon")),
    ("a\n<<: {b: c}", (2, 1, "alias")),
    ("a\nkey: b", (2, 1, "duplicate-key")),
    ("a\n'key': b", (2, 1, "duplicate-key")),
    ("a\n? [b]\n: c", (2, 3, "not-a-key")),
    ("a\n{b: c}: d", (2, 1, "not-a-key")),
    ("a\n? b\n: c", "a"),
    ("a\n%YAML 1.1\n---\n", (2, 1, "two-documents")),
]
WHOLE: list[tuple[bytes, str | Refused]] = [
    (b"%YAML 1.1\n---\nkey: a\n", "a"),
    (b"%YAML 3.0\n---\nkey: a\n", (1, 1, "yaml-syntax")),
    (b"%TAG ! tag:x,1:\n---\nkey: !a b\n", (3, 6, "tag")),
    (b"---\nkey: a\n", "a"),
    (b"--- {key: a}\n", "a"),
    (b"\xef\xbb\xbfkey: a\n", "a"),
    (b"key: a\r\nother: b\r\n", "a"),
    (b"key: a\rother: b\r", "a"),
    (b"key: |\r\n  a\r\n  b\r\n", "a\nb\n"),
    (b"\tkey: a\n", (1, 1, "tab")),
    (b"key:\ta\n", "a"),
    (b"key:a\n", (1, 1, "not-a-mapping")),
    (b"- key: a\n", (1, 1, "not-a-mapping")),
    (b"key\n", (1, 1, "not-a-mapping")),
    (b"# nothing\n", (1, 1, "empty-file")),
    (b"key: a", "a"),
    (b"key: a\x00\n", (1, 7, "control-character")),
    (b"key: \x80\n", (1, 6, "not-utf8")),
    (b'"key": a\n', "a"),
    (b"{key: a}\n", "a"),
    (b'{"key":"a"}\n', "a"),
]


def outcome(data: bytes) -> str | Refused | list[Refused]:
    """The text of “key”, or all the places that are objected to."""
    from generator.characters import decode

    source, problems = decode(Path("case.yaml"), data)
    root, more = (None, []) if problems else read_nodes(source)
    found = [*problems, *more]
    for one in found:
        well_formed(one)
        assert all(report(found, form) for form in FORMS)
    if found:
        refused = [(*one.span.place, one.rule) for one in found]
        return refused[0] if len(refused) == 1 else refused
    assert isinstance(root, Fields)
    value = root["key"]
    assert isinstance(value, Text)
    return str(value)


@pytest.mark.parametrize(("typed", "wanted"), CORNERS, ids=lambda value: repr(value)[:40])
def test_a_value_is_read_as_typed_or_refused_at_its_place(typed: str, wanted: str | Refused) -> None:
    """What YAML would cut short, change, follow or run: never silently."""
    assert outcome(f"key: {typed}\n".encode("utf-8", "surrogatepass")) == wanted


@pytest.mark.parametrize(("data", "wanted"), WHOLE, ids=lambda value: repr(value)[:40])
def test_a_file_is_read_as_typed_or_refused_at_its_place(data: bytes, wanted: str | Refused) -> None:
    """Markers, directives, line ends and marks of the encoding."""
    assert outcome(data) == wanted


@pytest.mark.parametrize("typed", ["", " ", " # a remark"], ids=repr)
def test_a_key_without_a_value_is_known_as_empty(typed: str) -> None:
    """It is neither a text nor nothing: the model says whether it may stay so."""
    root, found = read_nodes(Source(Path("case.yaml"), f"key:{typed}\nother: x\n"))
    assert root is not None and not found
    assert list(root) == ["other"] and list(root.empty) == ["key"]


def plain(value: Any) -> Any:
    if isinstance(value, Fields):
        return {str(k): plain(v) for k, v in value.items()} | {str(k): "" for k in value.empty}
    return [plain(v) for v in value] if isinstance(value, Items) else str(value)


@often(300)
@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
        | st.sampled_from([s for s in SCALARS if "\n" not in s]),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(st.text("abcé1~ -", min_size=1, max_size=4), inner, min_size=1, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_what_another_program_writes_is_read_as_it_was_meant(value: Any) -> None:
    """Texts in any nesting, quoted as YAML asks for: they come back letter for letter, or are refused."""
    text = yaml.safe_dump({"key": value}, allow_unicode=True, sort_keys=False)
    source = Source(Path("case.yaml"), text)
    root, found = read_nodes(source)
    for one in found:
        well_formed(one)
    if not found:
        assert plain(root) == {"key": value}


# --- all of it --------------------------------------------------------------------------------------


def test_the_sound_files_are_sound() -> None:
    """What is damaged above is free of problems before."""
    with changed({}) as reading:
        assert not reading.diagnostics
        draws(reading)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("value: news_report", "value: novel", "unknown-choice"),
        ("basis: external, found: ", "basis: external, reviewd: ", "unknown-key"),
        ("value: 1999-05-04", "value: May 1999", "bad-date"),
        ("title: The Ferry of", "title: A Ferry of", "fact-not-in-text"),
        ("title: The Ferry of", "title: &a The Ferry of", "anchor"),
    ],
)
def test_a_lesson_rests_on_sound_records_only(old: str, new: str, rule: str) -> None:
    """An error in a record stops the lessons that cite it: what is not proven is not printed."""
    text = FILES["seeds/ferry.yaml"].decode()
    assert old in text
    with changed({"seeds/ferry.yaml": text.replace(old, new, 1).encode()}) as reading:
        assert rule in {found.rule for found in reading.diagnostics}
        assert not reading.lessons and list(reading.broken) == ["ferry"]
