"""Nothing of the teacher's is in a student's file: not on the page, not behind it, not in what is kept beside it."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
import yaml
from conftest import (
    FOR_STUDENTS,
    HANDOUTS,
    HOME,
    LESSONS,
    PRESSED_FOR_STUDENTS,
    Node,
    Shelf,
    bare,
    composed,
    counterpoint,
    everything,
    parsed,
    pdf_pages,
    replaced,
    squeezed,
)
from hypothesis import given
from hypothesis import strategies as st

from generator import answers, proof, telling
from generator.editions import Edition
from generator.folding import Folded
from generator.labels import labels
from generator.looks import Look
from generator.projects import Project
from generator.reader import Reading
from generator.telling import Secrets

# --- what is the teacher's, by another way than the program's -----------------------------------------

# The keys of lessons and records whose contents are for the teacher only, as the guide for lessons lists them.
TEACHERS = {
    "responses",
    "model",
    "watch_for",
    "notes",
    "teacher",
    "students",
    "materials",
    "supporting_questions",
    "argument_stems",
    "objectives",
    "standards",
    "viewpoints",
    "assessment",
    "content_note",
    "misconceptions",
    "shorter",
    "longer",
    "teacher_notes",
    "exempt",
    "stance",
    "claim",
    "themes",
    "note",
}
WORDS = 6  # words in a row that no one writes twice by chance


def contents(value: Any, secret: bool) -> Iterator[str]:
    """The texts of a YAML file that stand, or do not stand, below one of those keys."""

    def below(value: Any, hidden: bool) -> Iterator[tuple[str, bool]]:
        if isinstance(value, dict):
            for key, inside in value.items():
                yield from below(inside, hidden or key in TEACHERS)
        elif isinstance(value, list):
            for inside in value:
                yield from below(inside, hidden)
        else:
            yield str(value), hidden

    yield from (text for text, hidden in below(value, False) if hidden is secret)


def rows(texts: Iterable[str]) -> set[str]:
    """All rows of some words in a row."""
    found = set()
    for text in texts:
        words = bare(text).split()
        found |= {" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}
    return found


def secret_rows(lesson: str, reading: Reading) -> set[str]:
    """Rows of words that only the teacher may read: not in an article, and nowhere that students are told."""
    files = [HOME / "lessons" / f"{lesson}.yaml"]
    files += [HOME / "seeds" / f"{seed.id}.yaml" for seed in reading.lessons[lesson].seeds]
    loaded = [yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader) for path in files]
    public = [text for file in loaded for text in contents(file, False)]
    public += [seed.article.source.text for seed in reading.lessons[lesson].seeds]
    voices = [v for file in loaded for v in (*file.get("voices", ()), *(file.get("passages") or {}).values())]
    public += [f"{v['speaker']}, {v.get('about')}" for v in voices if "speaker" in v]  # in source boxes
    secret = [part for file in loaded for text in contents(file, True) for part in re.split(r"[.!?:;]['”’)]*\s", text)]
    return rows(secret) - rows(public)


def strings_of(data: bytes) -> str:
    """Every string of every object of a PDF, and its metadata: titles, outlines, alternative texts, names."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            found += re.findall(r'"((?:[^"\\]|\\.)*)"', repr(item))
            if isinstance(item, pikepdf.Dictionary):
                found += [str(value) for value in item.values() if isinstance(value, pikepdf.String)]
            if isinstance(item, pikepdf.Stream) and item.get("/Type") in ("/Metadata", "/EmbeddedFile"):
                found.append(item.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found)


@pytest.mark.parametrize("name", LESSONS)
def test_the_teachers_words_are_many_and_in_the_teachers_files(name: str, reading: Reading, shelf: Shelf) -> None:
    """What is looked for below can be found: most of it is printed for the teacher."""
    secret = secret_rows(name, reading)
    assert len(secret) > 2000
    for told in (shelf.html(name, "teacher"), "\n".join(pdf_pages(shelf.pdf(name, "teacher")))):
        assert len(rows([told]) & secret) > len(secret) / 3


@PRESSED_FOR_STUDENTS
@pytest.mark.slow
def test_no_page_for_students_holds_words_of_the_teachers(
    name: str, edition: Edition, look: Look, reading: Reading, shelf: Shelf
) -> None:
    """Not in the text, and not in the source: comments, attributes, styles and head included."""
    source = shelf.html(name, edition, look)
    told = rows([source, parsed(source).text, re.sub(r"<[^>]*>", " ", source)])
    assert not told & secret_rows(name, reading)


@PRESSED_FOR_STUDENTS
def test_no_pdf_for_students_holds_words_of_the_teachers(
    name: str, edition: Edition, look: Look, reading: Reading, shelf: Shelf
) -> None:
    """Not on a page, and not in outlines, alternative texts, metadata or attachments."""
    data = shelf.pdf(name, edition, look)
    assert not rows(["\n".join(pdf_pages(data)), strings_of(data)]) & secret_rows(name, reading)


@pytest.mark.parametrize(("name", "edition"), FOR_STUDENTS)
def test_students_are_not_told_what_is_measured(name: str, edition: Edition, reading: Reading, shelf: Shelf) -> None:
    """No codes of standards, no depth of knowledge, no hash."""
    lesson = reading.lessons[name]
    pages = [shelf.html(name, edition), "\n".join(pdf_pages(shelf.pdf(name, edition)))]
    for text in pages:
        assert not [code for code in lesson.spec.standards if code in text]
        assert not [seed.id for seed in lesson.seeds if seed.sha256 in text]
        assert "DOK" not in text and "Teacher edition" not in text and "TEACHER EDITION" not in text


# --- what stands beside the page ----------------------------------------------------------------------


@pytest.mark.parametrize("name", LESSONS)
def test_the_metadata_of_a_pdf_is_title_language_and_sources(name: str, reading: Reading, shelf: Shelf) -> None:
    """No author, no dates, no names of files or computers; the program that made it names itself."""
    lesson = reading.lessons[name]
    with pikepdf.open(shelf.path(name, "student", "pdf")) as pdf:
        told = {str(key): str(value) for key, value in pdf.docinfo.items()}
        assert set(told) == {"/Title", "/Subject", "/Producer"}
        assert told["/Title"] == f"Lesson {lesson.number}: {lesson.spec.title}"
        assert told["/Subject"].startswith("Sources: ")
        assert all(source.title in told["/Subject"] for source in composed(lesson, "student").sources)
        assert told["/Producer"] == "WeasyPrint 70.0"
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as meta:
            assert set(dict(meta)) == {
                "{http://www.aiim.org/pdfua/ns/id/}part",
                "{http://ns.adobe.com/pdf/1.3/}Producer",
                "{http://purl.org/dc/elements/1.1/}title",
                "{http://purl.org/dc/elements/1.1/}description",
            }
        assert not list(pdf.attachments)
        assert not {"/AA", "/OpenAction", "/AcroForm", "/PieceInfo"} & set(pdf.Root.keys())


@pytest.mark.parametrize("name", LESSONS)
def test_the_head_of_a_page_is_title_and_sources(name: str, shelf: Shelf) -> None:
    """Nothing else is told about who made it, when and where."""
    head = next(parsed(shelf.html(name, "student")).all("head"))
    metas = [meta.attributes for meta in head.all("meta")]
    assert [m.get("name") or m.get("http-equiv") or "charset" for m in metas] == [
        "charset",
        "Content-Security-Policy",
        "viewport",
        "description",
    ]
    assert metas[3]["content"].startswith("Sources: ")
    assert sorted({node.tag for node in head.all()}) == ["meta", "style", "title"]


@pytest.mark.parametrize(("name", "edition"), HANDOUTS)
def test_no_file_tells_where_it_was_made(name: str, edition: Edition, shelf: Shelf) -> None:
    """No folder of this computer is in a file, not even in its compressed streams."""
    for path in [shelf.path(name, edition, format) for format in ("html", "pdf")]:
        data = path.read_bytes()
        streams = [zlib.decompressobj().decompress(part) for part in data.split(b"stream\n")[1:] if part[:1] == b"\x78"]
        for told in (data, *streams):
            assert str(HOME).encode() not in told and str(Path.home()).encode() + b"/" not in told


# --- the build proves it itself -----------------------------------------------------------------------

SECRET = "Students who take the comparison for a description of the boat."  # “watch_for” of the small lesson
TELLS = SECRET  # a template of the teacher’s own, with the teacher’s words typed into it
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

# How a template of a teacher's own might give away a teacher's text, and in which formats it gets out.
LEAKS = {
    "visibly": (f"<p>{TELLS}</p>", "html,pdf,docx"),
    "in a comment": (f"<!-- {TELLS} -->", "html"),
    "in a hidden element": (f"<p hidden>{TELLS}</p>", "html"),
    "in an element without a place": (f'<p style="display: none">{TELLS}</p>', "html,docx"),
    "in white": (f'<p style="color: white; font-size: 1pt">{TELLS}</p>', "html,pdf,docx"),
    "in an attribute": (f'<p data-key="{TELLS}"></p>', "html"),
    "in the words for a picture": (f'<img src="{PICTURE}" alt="{TELLS}">', "html,pdf,docx"),
    "in an address": (f'<a href="https://example.org/{TELLS}">law</a>', "html,docx"),
    "in a word that changes its style": (f"<p><b>S</b>{TELLS[1:]}</p>", "docx"),
    "in a script": (f"<script>const key = {TELLS!r}</script>", "html"),
    "in the outline": (f"<h2>{TELLS}</h2>", "html,pdf,docx"),
    "with its words parted by tags": (
        "<p>" + "".join(f"<b>{word}</b> " for word in SECRET.split()) + "</p>",
        "html,pdf,docx",
    ),
    "in small pieces of a line each": (
        "".join(f"<div>{word}</div>" for word in SECRET.split()),
        "html,pdf,docx",
    ),
    "as the style of a page": (
        f"<style>@page {{ @top-center {{ content: '{SECRET}' }} }}</style>",
        "html,pdf",
    ),
    "with a possible answer": ("<p>Praise of a boat that connects two banks of a river.</p>", "html,pdf,docx"),
    "with the codes of its standards": ("<p>RH.9-10.1</p>", "html,pdf,docx"),
    "with what a record says of a passage": (
        "<p>The pilot holds that a ferry belongs to the streets of a town and must stay free like them.</p>",
        "html,pdf,docx",
    ),
    "with a note on a fact": (
        "<p>Another paper of the town gives the year as 1904, so ask how one could find out.</p>",
        "html,pdf,docx",
    ),
}


def give_away(project: Project, leak: str) -> None:
    """Put a student's template into the project that has the leak right behind its head."""
    own = project.root / "templates" / "student.html.j2"
    own.parent.mkdir()
    shipped = (HOME / "templates" / "student.html.j2").read_text("utf-8")
    assert shipped.count("{{ ui.head() }}") == 1
    own.write_text(shipped.replace("{{ ui.head() }}", f"{{{{ ui.head() }}}}{leak}"), "utf-8")


@pytest.mark.parametrize(
    ("how", "formats"), [(how, f) for how, (_, formats) in LEAKS.items() for f in formats.split(",")]
)
@pytest.mark.slow
def test_a_template_that_tells_is_found_out(how: str, formats: str, small: Project) -> None:
    """Exit code 1, the rule “leak”, nothing written; the files of the last build are as they were."""
    output = small.output / "ferry"
    output.mkdir(parents=True)
    for name in ("student.html", "student.pdf", "teacher.html", "teacher.pdf"):
        (output / name).write_bytes(b"of the last build")
    before = everything(output)
    give_away(small, LEAKS[how][0])
    ran = counterpoint("build", "--format", formats, cwd=small.root)
    assert ran.returncode == 1, ran.stderr
    assert "[leak]" in ran.stderr and f"student.{formats} would hold" in ran.stderr
    assert everything(output) == before
    assert "ferry" not in ran.stdout


def test_what_is_found_out_is_named(small: Project) -> None:
    """The teacher reads which text it is, at the title of the lesson."""
    give_away(small, LEAKS["in a comment"][0])
    ran = counterpoint("build", "--format", "html", "--quiet", cwd=small.root)
    assert (
        f"lessons/ferry.yaml:3:8: error: student.html would hold a text of the teacher’s: “{SECRET}” [leak]"
        in ran.stderr
    )
    assert not (small.output / "ferry").exists()


@pytest.mark.parametrize("tag", ["author", "keywords", "generator", "dcterms.created"])
def test_a_template_that_names_people_or_times_is_found_out(tag: str, small: Project) -> None:
    """A PDF's metadata is title, language and sources, whatever a template puts into its head."""
    give_away(small, "")
    base = small.root / "templates" / "base.html.j2"
    shipped = (HOME / "templates" / "base.html.j2").read_text("utf-8")
    base.write_text(shipped.replace("<title>", f'<meta name="{tag}" content="2026-01-01"><title>'), "utf-8")
    ran = counterpoint("build", "--format", "pdf", "--edition", "student", cwd=small.root)
    assert ran.returncode == 1 and "[leak]" in ran.stderr and "metadata" in ran.stderr


def test_a_template_that_attaches_something_is_refused(small: Project) -> None:
    """A PDF carries nothing but its pages."""
    give_away(small, f'<a rel="attachment" href="data:text/plain,{TELLS}">key</a>')
    ran = counterpoint("build", "--format", "pdf", cwd=small.root)
    assert ran.returncode == 1 and "error: " in ran.stderr
    assert not (small.output / "ferry").exists()


def test_a_template_that_tells_nothing_is_used(small: Project) -> None:
    """The same template with harmless words instead; the teacher edition may say everything."""
    give_away(small, "<p>Welcome to Example Town.</p>")
    ran = counterpoint("build", "--format", "html", cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    page = (small.output / "ferry" / "student.html").read_text("utf-8")
    assert "Welcome to Example Town." in page and SECRET not in page
    assert SECRET in (small.output / "ferry" / "teacher.html").read_text("utf-8")


def test_what_a_student_is_given_anyway_is_no_secret(small: Project) -> None:
    """A response that is nothing but words of its passage does not stop the build."""
    replaced(small.lessons / "ferry.yaml", "He calls it “a street that moves.”", "“A ferry is a street that moves.”")
    assert counterpoint("build", "--format", "html", cwd=small.root).returncode == 0


def test_the_composed_handout_is_where_answers_end(reading: Reading) -> None:
    """What templates are given for students holds no answer anywhere, however they look for one."""
    handout = composed(reading.lessons["five-voices"], "student")
    told = "\n".join([repr(vars(handout)), repr(handout.spec), repr(handout.labels)])
    assert "Document A: a reporter not named" not in told
    assert handout.lesson is None
    assert not any(hasattr(document, "seed") for document in handout.documents.values())


def hidden(node: Node) -> bool:
    return "hidden" in node.attributes or (
        "display" in node.attributes.get("style", "") and "none" in node.attributes["style"]
    )


@pytest.mark.parametrize("name", LESSONS)
def test_nothing_is_hidden_from_students(name: str, shelf: Shelf) -> None:
    """Student pages have no hidden elements but the bar that our script shows, which holds labels only."""
    root = parsed(shelf.html(name, "student"))
    (bar,) = (node for node in root.all() if hidden(node))
    words = labels("en").words
    assert bar.attributes["id"] == "answers"
    assert squeezed(bar.text) == " ".join(words[f"answers_{what}"] for what in ("about", "keep", "print", "clear"))
    assert [script.text for script in root.all("script")] == [answers.script()]
    assert not list(root.all("template")) + list(root.all("noscript"))


ANSWER = "Only the teacher’s guide knows this answer"


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{ANSWER}.</p>",
        "<p>Only the <b>teacher’s</b> guide\nknows this answer</p>",
        f'<p title="{ANSWER.upper()}">One</p>',
        "<p>Only the teacher&rsquo;s guide knows this&nbsp;answer</p>",
        f"<!-- {ANSWER} --><p>One</p>",
        f"<style>p::after {{ content: '{ANSWER}' }}</style>",
        f'<a href="mailto:a@b.example?body={quote(ANSWER)}">Write</a>',
        f'<style>p {{ background: url("data:image/svg+xml,%3Ctext%3E{quote(ANSWER)}%3C/text%3E") }}</style>',
        "<a href='?say=Only%20the%20teacher’s%20\"guide\"%20knows%20this%20answer'>Say</a>",
        f'<a href="?say={quote(ANSWER).replace("%", "&#37;")}">Say</a>',
    ],
    ids=["text", "marks within", "attribute", "references", "comment", "style", "address", "picture", "half", "number"],
)
def test_a_secret_is_found_wherever_it_stands_in_a_page(page: str) -> None:
    """The words count, not breaks, marks, case or the spelling of an address; and no part of them alone."""
    secret = Secrets((ANSWER, "Another answer that nobody told"), ("C3.9",))
    assert proof.leaks("student.html", page.encode(), secret) == [ANSWER]
    assert not proof.leaks("student.html", b"<p>Only the teacher\xe2\x80\x99s guide knows this</p>", secret)
    assert proof.leaks("student.html", b'<p class="C3.9">One</p>', secret) == ["C3.9"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>If a fare is &lt; 3 coins, nobody rows across.</p>",
        "<p>If a fare is &lt; 3 coins, nobody <b>rows</b> across.</p>",
        "<p>x &lt; y</p><p>If a fare is &lt; 3 coins, <b>nobody</b> rows across.</p>",
        '<p title="If a fare is &lt; 3 coins, nobody rows across">One</p>',
        '<p title="x &gt; y. If a fare is < 3 coins, nobody rows across">One</p>',
        '<p title="If a fare is">&lt; 3 coins, nobody rows across</p>',
    ],
)
def test_signs_of_markup_hide_no_secret(page: str) -> None:
    """“<” and “>” are letters like others, in a text and in an attribute."""
    said = "If a fare is < 3 coins, nobody rows across"
    assert proof.leaks("student.html", page.encode(), Secrets((said,), ())) == [said]


_TEXTS = st.text(st.sampled_from("ab cD_9\n.,“”’—é\u0301İΣςﬁ½中文、\u00ad\u200bßẞ·→²٣") | st.characters(codec="utf-8"))


@given(st.lists(_TEXTS))
def test_bare_words_are_letters_and_figures_alone(texts: list[str]) -> None:
    """Folded, in small letters; those of several texts are those of each, whatever stands between."""
    assert [" ".join(re.findall(r"\w+", Folded(text).text.lower())) for text in texts] == list(map(telling.bare, texts))
    assert telling.bare(" . ".join(texts)).split() == " ".join(map(telling.bare, texts)).split()
