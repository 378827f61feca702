"""The page that is given out is one file: it needs no network, opens on a phone, and can be read aloud."""

from __future__ import annotations

import base64
import itertools
import re
from hashlib import sha256

import pytest
from conftest import (
    FOR_STUDENTS,
    HANDOUTS,
    LESSONS,
    Node,
    Shelf,
    bare,
    composed,
    counterpoint,
    parsed,
    pdf_pages,
    replaced,
)

from generator import answers, render
from generator.editions import FOR_TEACHERS, Edition
from generator.looks import PAPERS, Look
from generator.projects import Project
from generator.reader import Reading

EVERY_PAGE = pytest.mark.parametrize(("name", "edition"), HANDOUTS, ids=[" ".join(one) for one in HANDOUTS])

CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)


def is_written_in(root: Node) -> bool:
    """Whether a page has room to write."""
    return any("data-write" in node.attributes for node in root.all())


@EVERY_PAGE
def test_a_page_needs_nothing_but_itself(name: str, edition: Edition, shelf: Shelf) -> None:
    """No style sheet, no picture and no font from elsewhere, and no script but ours where students write."""
    root = parsed(shelf.html(name, edition))
    styles = "".join(style.text for style in root.all("style"))
    inline = [node.attributes["style"] for node in root.all() if "style" in node.attributes]
    assert [script.text for script in root.all("script")] == [answers.script()] * is_written_in(root)
    assert not [script.attributes for script in root.all("script") if script.attributes]
    assert not [tag for tag in ("link", "iframe", "object", "embed", "base", "form") if list(root.all(tag))]
    assert not [node for node in root.all() if any(key.startswith("on") for key in node.attributes)]
    assert "@import" not in styles
    assert {url.partition(":")[0] for url in re.findall(r"url\(['\"]?([^)'\"]+)", styles + "".join(inline))} <= {
        "data",
        "#end",
    }
    for node in root.all():
        for key in ("src", "srcset", "poster", "data", "background"):
            assert node.attributes.get(key, "data:").startswith("data:"), f"<{node.tag} {key}>"
        if "href" in node.attributes:
            assert node.tag == "a" and re.match(r"https?://|#|mailto:", node.attributes["href"])


@EVERY_PAGE
def test_the_fonts_are_in_the_page(name: str, edition: Edition, shelf: Shelf) -> None:
    """As WOFF2: the serif in three faces, and of the Chinese face the characters that this page prints."""
    source = shelf.html(name, edition)
    faces = re.findall(
        r"@font-face\{font-family:'([^']+)';font-weight:(\d+);font-style:(\w+);src:url\(data:font/woff2;base64,([^)]+)\)",
        source,
    )
    assert [face[:3] for face in faces][:3] == [
        ("Source Serif 4", "400", "normal"),
        ("Source Serif 4", "700", "normal"),
        ("Source Serif 4", "400", "italic"),
    ]
    assert all(base64.b64decode(data).startswith(b"wOF2") for *_, data in faces)
    has_chinese = re.search("[\u3400-\u9fff]", parsed(source).text) is not None
    assert [face[0] for face in faces][3:] == (["Noto Serif SC Cut"] if has_chinese else [])


def test_a_page_with_chinese_has_the_face_for_it(small: Project) -> None:
    """Cut down to what is printed, so that the page stays small."""
    assert counterpoint("build", "--format", "html", cwd=small.root).returncode == 0
    source = (small.output / "ferry" / "student.html").read_text("utf-8")
    assert source.count("@font-face") == 4 and "font-family:'Noto Serif SC Cut'" in source
    assert len(source) < 400_000
    assert '<span lang="zh">王波</span>' in source


@EVERY_PAGE
def test_a_page_forbids_what_it_does_not_need(name: str, edition: Edition, shelf: Shelf) -> None:
    """A browser that reads the policy loads nothing from elsewhere, whatever somebody writes into the page, and runs
    no script but the one whose hash it names."""
    root = parsed(shelf.html(name, edition))
    metas = [meta.attributes for meta in root.all("meta")]
    script = [base64.b64encode(sha256(script.text.encode()).digest()).decode() for script in root.all("script")]
    allowed = CSP.replace("style-src", f"script-src 'sha256-{script[0]}'; style-src") if script else CSP
    assert metas[0] == {"charset": "utf-8"}
    assert metas[1] == {"http-equiv": "Content-Security-Policy", "content": allowed}
    assert metas[2] == {"name": "viewport", "content": "width=device-width, initial-scale=1"}


@EVERY_PAGE
def test_a_page_says_its_language_and_title(name: str, edition: Edition, reading: Reading, shelf: Shelf) -> None:
    """And has one main part."""
    lesson = reading.lessons[name]
    source = shelf.html(name, edition)
    (document,) = parsed(source).all("html")
    (title,) = document.all("title")
    assert source.startswith("<!DOCTYPE html>\n") or source.lstrip().startswith("<!DOCTYPE html>")
    assert document.attributes == {"lang": "en"}
    named = "" if edition == "student" else f" – {composed(lesson, edition).shown}"
    assert title.text == f"Lesson {lesson.number}: {lesson.spec.title}{named}"
    assert len(list(document.all("main"))) == 1


def headings(root: Node) -> list[tuple[int, str]]:
    return [(int(node.tag[1]), node.text.strip()) for node in root.all() if re.fullmatch("h[1-6]", node.tag)]


@EVERY_PAGE
def test_headings_lead_through_a_page(name: str, edition: Edition, reading: Reading, shelf: Shelf) -> None:
    """One heading of the first rank, the title, and no rank is skipped on the way down."""
    found = headings(parsed(shelf.html(name, edition)))
    assert [level for level, _ in found].count(1) == 1
    assert found[0][0] == 1 and str(reading.lessons[name].spec.title) in found[0][1]
    assert all(text for _, text in found)
    assert not [(before, after) for before, after in itertools.pairwise(found) if after[0] > before[0] + 1]


@EVERY_PAGE
def test_what_is_named_once_is_there_once(name: str, edition: Edition, shelf: Shelf) -> None:
    """Identifiers are unique, and every link within the page leads somewhere."""
    root = parsed(shelf.html(name, edition))
    names = [node.attributes["id"] for node in root.all() if "id" in node.attributes]
    assert len(names) == len(set(names))
    targets = [node.attributes["href"][1:] for node in root.all("a") if node.attributes.get("href", "").startswith("#")]
    assert set(targets) <= set(names)


@EVERY_PAGE
def test_tables_say_what_their_heads_are(name: str, edition: Edition, shelf: Shelf) -> None:
    """Every head of a row or a column says which of the two it is."""
    root = parsed(shelf.html(name, edition))
    for table in root.all("table"):
        assert {head.attributes.get("scope") for head in table.all("th")} <= {"row", "col"}
        assert all(cell.tag in ("th", "td") for row in table.all("tr") for cell in row.inside if isinstance(cell, Node))


@EVERY_PAGE
def test_pictures_have_words_or_mean_nothing(name: str, edition: Edition, shelf: Shelf) -> None:
    """Pictures of the style are backgrounds, which are not read aloud; others say what they show."""
    root = parsed(shelf.html(name, edition))
    assert all("alt" in picture.attributes for picture in root.all("img"))
    assert not [
        drawing
        for drawing in root.all("svg")
        if not drawing.attributes.get("aria-hidden") and not list(drawing.all("title"))
    ]


@EVERY_PAGE
def test_a_screen_is_told_whose_page_it_is(name: str, edition: Edition, reading: Reading, shelf: Shelf) -> None:
    """The foot of the paper stands at the end of the page: sources, edition, revision; a bar marks the teacher's."""
    root = parsed(shelf.html(name, edition))
    (foot,) = root.all("footer", "foot")
    handout = composed(reading.lessons[name], edition)
    assert handout.credit in foot.text
    assert f"Revision {handout.revision}" in foot.text
    assert f" · {handout.shown} · " in foot.text
    assert len(list(root.all("header", "teacher-bar"))) == (edition in FOR_TEACHERS)


@pytest.mark.parametrize(("name", "edition"), FOR_STUDENTS)
def test_page_and_pdf_say_the_same(name: str, edition: Edition, shelf: Shelf) -> None:
    """Every word of the page is in the PDF: they are drawn from one template."""
    source = shelf.html(name, edition)
    shown = re.sub(r"<[^>]*>", " ", source[source.index("<main") : source.index("</main>")])
    pressed = bare("\n".join(pdf_pages(shelf.pdf(name, edition))))
    assert not set(bare(shown).split()) - set(pressed.split())


@pytest.mark.parametrize(("name", "edition"), [one for one in HANDOUTS if one[0] in (LESSONS[3], LESSONS[7])])
@pytest.mark.slow
def test_the_paper_does_not_change_the_page(name: str, edition: Edition, shelf: Shelf) -> None:
    """Between Letter and A4 only the size of the sheet and its margins differ."""
    one, other = (
        re.sub(r"@page[^{]*\{.*?\n\}", "", shelf.html(name, edition, Look(paper)), flags=re.S) for paper in PAPERS
    )
    assert one[one.index("<body>") :] == other[other.index("<body>") :]


# --- words that could be taken for markup -------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "<b>bold</b> & <script>alert(1)</script>",
        "</style><p>out",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }} {% if %}",
        "--> <!--",
    ],
)
def test_what_a_teacher_types_is_printed_and_not_obeyed(typed: str, small: Project) -> None:
    """Signs of HTML, CSS and of the templates are letters like others: in a title, a question, a name, a passage."""
    replaced(small.lessons / "ferry.yaml", "title: A Street That Moves", f"title: '{typed}'")
    replaced(small.lessons / "ferry.yaml", "What does the pilot call a ferry?", f"'{typed}'")
    replaced(small.lessons / "ferry.yaml", "[Who speaks here?]", f"['{typed}']")
    ran = counterpoint("build", "--format", "html,pdf", "--edition", "student", cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    root = parsed((small.output / "ferry" / "student.html").read_text("utf-8"))
    (heading,) = root.all("h1")
    assert heading.text == typed
    assert [script.text for script in root.all("script")] == [answers.script()]
    assert not list(root.all("img")) and "alert(1)" not in [*root.attributes]
    assert typed in next(root.all("div", "prompts")).text
    assert bare(typed) in bare("\n".join(pdf_pages((small.output / "ferry" / "student.pdf").read_bytes())))


def test_words_in_angle_brackets_stay(small: Project) -> None:
    """Where Markdown is read, too: a word that a teacher typed is never lost in silence."""
    replaced(
        small.lessons / "ferry.yaml",
        "What does the pilot call a ferry?",
        "'What does <street> mean here, and is 1 <2?'",
    )
    ran = counterpoint("build", "--format", "html", "--edition", "student", cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    root = parsed((small.output / "ferry" / "student.html").read_text("utf-8"))
    assert next(root.all("p", "prompt")).text.startswith("What does <street> mean here, and is\u00a01 <2?")


def test_markdown_is_cleaned(small: Project) -> None:
    """Emphasis, lists and links to the web are kept; what else could be HTML is printed as it was typed."""
    replaced(
        small.lessons / "ferry.yaml",
        "background: The town in these texts is **invented**.",
        """\
background: >-
  The *town* is **invented**: [a map](https://map.example/).
  <script>alert(1)</script><img src="https://spy.example/x.png"><p style="color:red" onclick="x()">end</p>""",
    )
    ran = counterpoint("build", "--format", "html", "--edition", "student", cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    (ours,) = [
        box
        for box in parsed((small.output / "ferry" / "student.html").read_text("utf-8")).all("div", "ours")
        if "town" in box.text
    ]
    assert [node.text for node in ours.all("em")] == ["town"] and [node.text for node in ours.all("strong")] == [
        "invented"
    ]
    assert [node.attributes["href"] for node in ours.all("a")] == ["https://map.example/"]
    assert {key for node in ours.all() for key in node.attributes} <= {"class", "href", "rel"}
    assert not list(ours.all("script")) + list(ours.all("img"))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"])
def test_a_link_that_does_something_is_not_made(address: str, small: Project) -> None:
    """It is refused, or left out; it is never in a page."""
    replaced(
        small.lessons / "ferry.yaml",
        "background: The town in these texts is **invented**.",
        f"background: 'See [a trap]({address})'",
    )
    counterpoint("build", "--format", "html", "--edition", "student", cwd=small.root)
    page = small.output / "ferry" / "student.html"
    links = list(parsed(page.read_text("utf-8")).all("a")) if page.exists() else []
    assert not [link for link in links if link.attributes.get("href") == address]


LONG = "a meaning that is too long for a line of a column, and for a second one as well: so three"


@pytest.mark.parametrize(
    ("meanings", "left"),
    [
        ([], 0),
        (["short"], 1),
        (["short"] * 2, 1),
        (["short"] * 5, 3),
        (
            [
                "short",
                "short",
                LONG,
            ],
            2,
        ),
        ([LONG, "short"], 1),
    ],
)
def test_a_glossary_is_halved_where_its_columns_are_shortest(meanings: list[str], left: int) -> None:
    """In its order; the first column is the longer one, where they are not alike."""
    glosses = [(f"word {number}", meaning) for number, meaning in enumerate(meanings)]
    first, second = render.in_two(glosses)
    assert [*first, *second] == glosses and len(first) == left
