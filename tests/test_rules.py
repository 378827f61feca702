"""The catalogue of rules and the table of standards say what the program does, no more and no less."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import put_pictures

from generator.nodes import Text
from generator.projects import Project
from generator.reader import read
from generator.roster import read_roster
from generator.rules import RuleEntry, rules
from generator.standards import table

HERE = Path(__file__).parent
HOME = HERE.parent
MODULES = sorted((HOME / "generator").rglob("*.py"))

# --- rules in the code -------------------------------------------------------------------------------

# Where the name of a rule stands among the arguments of what makes a diagnostic.
CALLS = {
    "Diagnostic": 1,
    "warning": 1,
    "problem": 2,
    "at_event": 1,
    "objection": 0,
    "refused": 1,
    "_known": 2,
    "Objection": 0,
}
# Functions that give back a rule with its message and hint.
GIVERS = {"_syntax_words"}
WARNS = "Severity.WARNING"


def _literals(node: ast.expr) -> Iterator[str]:
    """The names that an argument can be: a literal, one of two, or the last resort of a ``get``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        yield from _literals(node.args[1])


def _in_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    at = CALLS.get(called)
    if at is None or not (len(node.args) > at or node.keywords):
        return
    named = node.args[at] if len(node.args) > at else next((k.value for k in node.keywords if k.arg == "rule"), None)
    is_warning = called == "warning" or WARNS in ast.unparse(node)
    for rule in _literals(named) if named is not None else ():
        yield rule, "warning" if is_warning else "error"


def _in_function(node: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The first of three texts that a giver gives back, or the name that it puts there."""
    assigned = [n for n in ast.walk(node) if isinstance(n, ast.Assign)]
    bound = {t.id: n.value for n in assigned for t in n.targets if isinstance(t, ast.Name)}
    for given in ast.walk(node):
        if isinstance(given, ast.Return) and isinstance(given.value, ast.Tuple):
            first = given.value.elts[0]
            first = bound.get(first.id, first) if isinstance(first, ast.Name) else first
            yield from ((rule, "error") for rule in _literals(first))


def rules_in_the_code() -> dict[str, set[str]]:
    """Every rule that the program can name, with the severities it gives it."""
    named: dict[str, set[str]] = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            found: Iterator[tuple[str, str]] = iter(())
            if isinstance(node, ast.Call):
                found = _in_call(node)
            elif isinstance(node, ast.FunctionDef) and node.name in GIVERS:
                found = _in_function(node)
            for rule, severity in found:
                named.setdefault(rule, set()).add(severity)
    return named


def test_every_rule_of_the_code_is_in_the_catalogue_and_the_other_way_round() -> None:
    """A teacher who looks up the name behind a problem finds it."""
    assert sorted(rules_in_the_code()) == sorted(rules())


def test_the_catalogue_names_the_severity_that_the_code_gives() -> None:
    """A rule is an error or a warning, the same wherever it is found."""
    assert {name: {entry.severity} for name, entry in rules().items()} == rules_in_the_code()


# --- rules in the tests ------------------------------------------------------------------------------

# Rules that a file of ``tests/problems`` cannot show, and the test that does.
ELSEWHERE = {
    "not-utf8": "test_problems.py::test_bytes_are_read_or_refused_at_their_place",
    "too-large": "test_problems.py::test_bytes_are_read_or_refused_at_their_place",
    "seed-empty": "test_problems.py::test_an_empty_article_is_reported_at_its_name",
    "same-name": "test_problems.py::test_two_lessons_that_would_write_the_same_file_are_refused",
    "unreadable": "test_problems.py::test_a_file_that_cannot_be_opened_is_reported",
    "boilerplate": "test_problems.py::test_the_words_of_a_web_page_do_not_pass_for_an_article",
    "no-such-framework": "test_problems.py::test_a_standard_of_an_unknown_framework_is_objected_to",
    "supports-missing": "test_problems.py::test_each_lesson_of_a_unit_has_supports",
    "roster-encoding": "test_roster.py::test_what_is_not_utf8_is_read_with_a_warning",
    "roster-long": "test_roster.py::test_a_list_has_bounds",
    "name-unprintable": "test_classes.py::test_a_name_that_no_font_prints_is_told_by_its_line",
    "roster-side": "test_classes.py::test_who_has_no_side_is_told",
    "packet-incomplete": "test_packets.py::test_a_packet_with_a_broken_lesson_is_not_made",
    **dict.fromkeys(
        ("unit-depth", "unit-first", "unit-scrutiny", "unit-share", "unit-uneven", "unit-views"),
        "test_problems.py::test_a_unit_is_objected_to_in_its_own_file",
    ),
}
# Rules without a case of their own here, and why.
EXCEPTIONS = {
    "wrong-value": "the last resort for complaints of the model that no present field can call forth",
    "cannot-write": "found when files are written; belongs to the tests of building",
    "foreign-font": "found in a finished PDF; belongs to the tests of building",
    "leak": "found in a finished page; belongs to the tests of building",
    "press-failed": "found when a page is pressed; belongs to the tests of building",
    **dict.fromkeys(("version-order", "versions-alike"), "found when versions are made; belongs to their tests"),
    "template-error": "found when a page is rendered; belongs to the tests of building",
}


def rules_with_a_case() -> set[str]:
    """The rules that some file of ``tests/problems`` expects."""
    files = [file for kind in ("*.yaml", "*.roster.csv") for file in (HERE / "problems").glob(kind)]
    return {rule for file in files for rule in re.findall(r"^# expect: \d+:\d+ (\S+)$", file.read_text("utf-8"), re.M)}


def test_every_rule_has_a_case_or_a_reason_to_have_none() -> None:
    """Whatever can be forgotten is a test; nothing stands in two of the three places."""
    assert sorted([*rules_with_a_case(), *ELSEWHERE, *EXCEPTIONS]) == sorted(rules())


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_the_test_that_stands_for_a_case_is_there_and_names_the_rule(rule: str) -> None:
    """A test that was renamed or lost is noticed."""
    file, _, test = ELSEWHERE[rule].partition("::")
    text = (HERE / file).read_text("utf-8")
    assert f"def {test}(" in text and f'"{rule}"' in text


# --- the catalogue -----------------------------------------------------------------------------------


def test_the_catalogue_is_in_the_order_of_the_alphabet() -> None:
    """A new rule has one place only."""
    assert list(rules()) == sorted(rules())


@pytest.mark.parametrize("name", rules())
def test_an_entry_is_written_for_teachers(name: str) -> None:
    """Whole sentences, and none of the words of programmers."""
    entry = rules()[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    for text in (entry.says, entry.why):
        assert text[0].isupper() or text[0] in "“‘", text
        assert text.rstrip().endswith("."), text
        assert not re.search(r"\b(tuple|str|string|dict|int|boolean|null|node|parser|scalar|schema|None)\b", text), text
    assert len(re.findall(r"[.?!](?= |$)", entry.says)) == 1, "says one sentence"
    assert 1 <= len(re.findall(r"[.?!](?= |$)", entry.why)) <= 3, "gives reasons in at most three"


# A lesson and a unit that the examples of the catalogue are put into; a record is that of a seed that comes along.
LESSON = """\
format: 1
title: Five voices
grades: 9-12
compelling_question: Should it be said in public?
kind: policy
objectives: {}
minutes: 10
documents:
  A: {passages: [chrd/press-publicly]}
activities:
  - {type: step, title: Read, minutes: 10}
"""
UNIT = """\
format: 1
title: Many voices
lessons: [five-voices]
"""
STUDENTS = "# in a list of students\n"
# The records that examples cite; examples of records change the first.
RECORDS = ("chrd.yaml", "negotiation.yaml", "chinafile.yaml", "should-stop.yaml")


def _with(text: str, example: str) -> str:
    """A text whose top-level keys give way to those of an example."""
    for key in set(re.findall(r"(?m)^([\w<]+):", example)):
        text = re.sub(rf"(?m)^{key}:.*\n(?:[ ].*\n|\n)*", "", text)
    return text + example


def found_in(example: str, folder: Path) -> set[str]:
    """The rules that object to an example of the catalogue, put where it belongs."""
    if example.startswith(STUDENTS):
        folder.mkdir()
        (folder / "class.csv").write_text(example.removeprefix(STUDENTS), "utf-8")
        return {d.rule for d in read_roster(folder / "class.csv", Path("class.csv"))[1]}
    project = Project(folder, folder / "seeds", folder / "lessons", None, folder / "output")
    project.seeds.mkdir(parents=True)
    project.lessons.mkdir()
    put_pictures(folder)
    cited = [name for name in RECORDS if name == RECORDS[0] or name.removesuffix(".yaml") + "/" in example]
    for path in (*(HOME / "seeds").glob("*.txt"), *(HOME / "seeds" / name for name in cited)):
        shutil.copy(path, project.seeds)
    lesson, unit = project.lessons / "five-voices.yaml", project.lessons / "voices.unit.yaml"
    record = project.seeds / RECORDS[0]
    file, text = lesson, LESSON
    if example.startswith("# in a unit\n"):
        file, text = unit, UNIT
    elif example.startswith("# in a seed’s record\n"):
        file, text = record, record.read_text("utf-8")
    lesson.write_text(LESSON, "utf-8")
    file.write_text(_with(text, example), "utf-8")
    return {d.rule for d in read(project).diagnostics if d.span.source.path.name == file.name}


def is_told(entry: RuleEntry) -> bool:
    """Whether an example tells of a file or a folder instead of showing lines of one."""
    return entry.fails.startswith("(")


@pytest.mark.parametrize("name", [name for name, entry in rules().items() if not is_told(entry)])
def test_the_examples_are_true(name: str, tmp_path: Path) -> None:
    """What an entry says is objected to is, by this rule; and no longer when it is mended as the entry says."""
    entry = rules()[name]
    assert name in found_in(entry.fails, tmp_path / "fails")
    mended = found_in(entry.passes, tmp_path / "passes")
    assert not {rule for rule in mended if rule == name or rules()[rule].severity == "error"}


def test_examples_are_told_only_where_they_cannot_be_shown() -> None:
    """A few rules are about whole files, folders or templates."""
    told = {name for name, entry in rules().items() if is_told(entry)}
    assert told == {*ELSEWHERE, *EXCEPTIONS, "empty-file", "markup-heavy", "not-a-mapping"}
    assert all(rules()[name].passes.startswith("(") for name in told)


# --- standards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", table().standards)
def test_a_standard_is_described_in_a_few_words_of_ours(code: str) -> None:
    """At most 14 words, of a framework that is there and says where the official wording stands."""
    standard = table().standards[Text(code)]
    assert len(standard.gist.split()) <= 14
    assert standard.gist[0].isupper() and not standard.gist.endswith(".")
    assert table().frameworks[standard.framework].official.startswith("https://")
    assert standard.grades in ("9-10", "11-12", "9-12") and standard.grades in code


def test_what_must_not_be_cited_says_why() -> None:
    """The reason follows the words “does not fit here: ” in a message."""
    refused = {code: standard.refused for code, standard in table().standards.items() if standard.refused}
    assert set(refused) == {"RH.9-10.7", "RH.11-12.7", "RI.9-10.9", "RI.11-12.8", "RI.11-12.9"}
    assert all(reason and reason[0].islower() and not reason.endswith(".") for reason in refused.values())
