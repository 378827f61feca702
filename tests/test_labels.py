"""The fixed words of a page in three languages: whole tables, whole sentences, and marks where languages meet."""

from __future__ import annotations

import copy
import html
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import page
import pikepdf
import pytest
import yaml
from conftest import (
    GOLDEN,
    HOME,
    VOID,
    Node,
    bare,
    composed,
    counterpoint,
    parsed,
    pdf_pages,
    replaced,
    small_project,
    squeezed,
)
from filelock import FileLock
from markupsafe import Markup

from generator import fonts
from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.audience import texts
from generator.dates import spoken
from generator.editions import EDITIONS
from generator.figures import FigureKind
from generator.index import Row
from generator.labels import Labels, available, labels, table_of
from generator.lessons import LessonSpec
from generator.looks import LOOKS
from generator.packet import KINDS as KINDS_OF_PACKET
from generator.phrases import Phrase, filled, foreign, joined, put
from generator.projects import Project
from generator.reader import Reading, read
from generator.records import Genre
from generator.render import css_pages, css_string, plain
from generator.spec import Flag, Issue

TEMPLATES = HOME / "templates"
OTHERS = ("es", "zh-Hans")
IN_EVERY_TABLE = pytest.mark.parametrize("code", available())


def table(code: str) -> dict[str, str]:
    made = yaml.load((TEMPLATES / "labels" / f"{code}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(made, dict)
    return made


def slots(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


# --- the tables ---------------------------------------------------------------------------------------


def test_there_are_three_tables() -> None:
    """More may come: each that lies in the folder is tested here."""
    assert set(available()) >= {"en", *OTHERS}


@IN_EVERY_TABLE
def test_every_table_has_the_words_of_english(code: str) -> None:
    """The same keys in the same order, and in every sentence the same places to fill."""
    english, words = table("en"), table(code)
    assert list(words) == list(english)
    assert not [key for key in english if slots(words[key]) != slots(english[key])]


@IN_EVERY_TABLE
def test_no_word_is_empty_or_there_twice(code: str) -> None:
    """Of two equal keys, YAML would keep the second without a word."""
    keys = re.findall(r"(?m)^(\w+):", (TEMPLATES / "labels" / f"{code}.yaml").read_text("utf-8"))
    assert len(keys) == len(set(keys)) == len(table(code))
    assert not [key for key, word in table(code).items() if not word.strip()]


def used() -> set[str]:
    """The labels that templates and modules ask for by name."""
    asked: set[str] = set()
    for path in [*TEMPLATES.rglob("*.j2"), *TEMPLATES.glob("*.css")]:
        text = path.read_text("utf-8")
        asked |= set(re.findall(r"\bt\.(\w+)\b(?!\()", text)) | set(re.findall(r"\bt\['(\w+)'\]", text))
        asked |= set(re.findall(r"\bt\.say\('(\w+)'", text))
        asked |= {f"{key}_{n}" for key in re.findall(r"\bt\.count\('(\w+)'", text) for n in ("one", "other")}
        asked |= {key for pair in re.findall(r"\bt\.say\('(\w+)' if .*? else '(\w+)'", text) for key in pair}
    for path in (HOME / "generator").rglob("*.py"):
        text = path.read_text("utf-8")
        asked |= set(re.findall(r"\b(?:labels|words|self)\[\"(\w+)\"\]", text))
        asked |= set(re.findall(r"\.say\(\"(\w+)\"", text))
        asked |= set(re.findall(r"\bstated\([^()]*\"(\w+)\"\)", text))
    return asked - set(dir(Labels)) - {"code"}


# Labels whose names are put together, or chosen among several: by what they are put together from.
PUT_TOGETHER = {
    *("name", "date", "period", "who", "what", "when", "where", "type", "quoted", "paraphrased"),
    *("credit_dated", "credit_undated", "credit_title", "credit_title_marked"),
    *("date_day", "date_month", "date_year", "teacher_edition"),
    *(f"month_{n}" for n in range(1, 13)),
    *(f"genre_{genre}" for genre in get_args(Genre)),
    *(f"figure_{kind}" for kind in get_args(FigureKind)),
    *(f"flag_{flag}" for flag in get_args(Flag)),
    *(f"kind_{kind}" for kind in {*get_args(Issue), *get_args(LessonSpec.model_fields["kind"].annotation)}),
    *(f"relation_{one}" for one in get_args(ContrastingViewpoints.model_fields["relation"].annotation)),
    *(f"index_{state}" for state in ("current", "out_of_date", "not_built", "teacher", "supports")),
    *(kind if not side else f"{kind}_of_side" for kind, _, side in (e.partition("-") for e in EDITIONS)),
    *(f"look_{name.replace('-', '_')}" for look in LOOKS for name in look.chosen),
    *("index_supports_of_side", "substitute", "substitute_absent", "substitute_reached", "substitute_asked"),
    *(f"packet_{kind}" for kind in KINDS_OF_PACKET if "-" not in kind),
    *("only_readings", "only_questions"),
} - {"teacher"}


@IN_EVERY_TABLE
def test_every_label_that_is_used_is_there_and_none_is_idle(code: str) -> None:
    """In every language."""
    words = set(table(code))
    assert not (used() | PUT_TOGETHER) - words, "used and not there"
    idle = words - used() - PUT_TOGETHER
    assert not {word for word in idle if not word.startswith("language_")}, "there and not used"


def test_no_label_is_called_like_something_that_labels_can_do() -> None:
    """In a template, ``t.say`` is the sentence-maker and ``t.name`` the word “Name”."""
    assert not set(table("en")) & {*dir(Labels), *vars(labels("en"))}


@IN_EVERY_TABLE
def test_there_are_words_for_every_language_of_the_seeds_and_of_the_tables(code: str, reading: Reading) -> None:
    """A source box says in which language a source is, the index in which a file."""
    languages = {str(seed.record.language) for seed in reading.seeds.values() if seed} | set(available())
    assert not [one for one in languages if labels(code).language(one) == one]


@IN_EVERY_TABLE
def test_our_fonts_have_the_characters_of_every_table(code: str) -> None:
    """Chinese keeps to GB 2312, which our cut of the face holds."""
    assert not fonts.uncovered("".join(table(code).values()))


def test_a_chinese_table_is_chinese() -> None:
    """No word of it stands in Latin letters, but for names and what is typed."""
    latin = {key for key, word in table("zh-Hans").items() if re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", word))}
    assert latin == {"sic_note", "reading_load_one", "reading_load_other", "dok", "balance_about", "index_broken"}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("en", "en"), ("en-GB", "en"), ("es", "es"), ("es-MX", "es"), ("ES", "es"), ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"), ("zh-Hans", "zh-Hans"), ("zh-hans-SG", "zh-Hans"), ("fr", None), ("xx-es", None),
    ],
)  # fmt: skip
def test_a_language_is_looked_up(code: str, found: str | None) -> None:
    """By its whole code or its first part; pages of a language without a table have English words."""
    assert table_of(code) == found
    assert labels(code).code == (found or "en")


# --- dates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edtf", "english", "spanish", "chinese"),
    [
        ("2011-01-17", "January 17, 2011", "17 de enero de 2011", "2011年1月17日"),
        ("2013-06", "June 2013", "junio de 2013", "2013年6月"),
        ("2011", "2011", "2011", "2011年"),
        ("2010~", "about 2010", "hacia 2010", "约2010年"),
        ("2010?", "2010 (uncertain)", "2010 (fecha incierta)", "2010年（存疑）"),
        ("1999-05%", "about May 1999 (uncertain)", "hacia mayo de 1999 (fecha incierta)", "约1999年5月（存疑）"),
        ("2010/2012-03", "2010 to March 2012", "2010 a marzo de 2012", "2010年至2012年3月"),
        ("2011-02-30", None, None, None),
        ("2011-13", None, None, None),
        ("soon", None, None, None),
        ("2010/soon", None, None, None),
    ],
)  # fmt: skip
def test_a_date_is_said_as_a_language_says_it(
    edtf: str, english: str | None, spanish: str | None, chinese: str | None
) -> None:
    """In the order of the language, with its words for about and uncertain; or it is no date."""
    assert [spoken(edtf, labels(code).words) for code in ("en", "es", "zh-Hans")] == [english, spanish, chinese]


@pytest.mark.parametrize(("language", "date"), [("en", "March 2, 2001"), ("es", "2 de marzo de 2001")])
def test_a_date_of_the_text_stands_there_in_the_language_of_the_text(language: str, date: str, small: Project) -> None:
    """A fact of a Spanish article is looked for in Spanish."""
    article = small.seeds / "toll.txt"
    article.write_text(article.read_text("utf-8") + f"\n{date}\n", "utf-8")
    record = small.seeds / "toll.yaml"
    fact = f"language: {language}\ndate: {{value: 2001-03-02, basis: text}}\n"
    text = record.read_text("utf-8").replace("genre:", f"{fact}genre:")
    record.write_text(text, "utf-8")
    (changed,) = [d for d in read(small).diagnostics if d.rule == "seed-changed"]
    new = re.search("[0-9a-f]{64}", changed.hint)
    assert new
    record.write_text(re.sub("[0-9a-f]{64}", new[0], text), "utf-8")
    assert not [d for d in read(small).diagnostics if d.is_error]


# --- phrases ------------------------------------------------------------------------------------------


def test_a_sentence_keeps_the_language_of_each_of_its_pieces() -> None:
    """Words of ours in ours, those of a record in its own; where all is of the page’s language, it is a plain text."""
    words = labels("es").on("en")
    made = words.say("type_in", kind=words["genre_law"], language=words.language("zh"))
    assert made == "Ley, en chino" and isinstance(made, Phrase)
    titled = words.say("credit_title", title=put("The <Ferry>", ""))
    assert type(titled) is str and titled == "“The <Ferry>”."
    asked = words.say("asked_in", places="1, Exit & more")
    assert isinstance(asked, Phrase)
    assert asked.__html__() == '<span lang="es">Se pregunta en </span>1, Exit &amp; more'
    assert type(labels("es").on("es-MX")["name"]) is type(labels("es")["name"]) is str


def test_a_phrase_is_joined_filled_and_copied_as_what_it_is() -> None:
    """And a plain text stays one."""
    phrase = joined(", ", [put("uno", "es"), "one", put("1", "es")])
    assert isinstance(phrase, Phrase) and phrase == "uno, one, 1"
    assert repr(phrase) == f"Phrase({phrase.runs!r})", "what is kept is known by it"
    assert phrase.runs == (("uno", "es"), (", ", ""), ("one", ""), (", ", ""), ("1", ""))
    assert copy.deepcopy(phrase) == phrase and copy.deepcopy(phrase).runs == phrase.runs
    assert filled("{a} – {a}", "es", {"a": phrase}) == "uno, one, 1 – uno, one, 1"
    assert type(joined(", ", ["a", "b"])) is str and joined(", ", []) == ""
    assert foreign("es", "en") == "es" and foreign("en-GB", "en-US") == foreign("es", "") == ""


def test_three_things_are_listed_as_a_language_lists_them() -> None:
    """And two, and one."""
    assert [labels(code).series(["a", "b", "c"]) for code in ("en", "es", "zh")] == [
        "a, b and c",
        "a, b y c",
        "a、b和c",
    ]
    assert labels("en").series(["a", "b"]) == "a and b" and labels("en").series(["a"]) == "a"


def test_a_language_that_a_record_names_is_said_in_ours() -> None:
    """Where the tables know it; else it stands as it is named there, marked."""
    words = labels("es").on("en")
    assert words.language_named("Chinese", "en") == "chino"
    assert words.language_named("Uyghur", "en") == "Uyghur"
    assert labels("es").on("es").language_named("Uyghur", "en").__class__ is Phrase


def test_where_there_can_be_no_mark_the_words_stand_alone() -> None:
    """In attributes, titles and CSS; and what could end an attribute stays escapable."""
    name = labels("zh").on("en")["name"]
    assert plain(name) == "姓名" and type(plain(name)) is str
    assert css_string(name) == css_string("姓名")
    assert plain(Markup('<span lang="zh">a "b" &lt;i&gt;</span>')) == 'a "b" <i>'
    assert type(plain(Markup('say "b"'))) is str
    assert css_pages("Page {page} of {pages}") == r'"Page\20 " counter(page) "\20 of\20 " counter(pages)'
    assert css_pages("{pages}/{page}", "9") == r'9 "\2f " counter(page)'


# --- pages --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Both small lessons in English, and with Spanish and Chinese words; built once, however many workers there are."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "town"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _build_town(folder)
    return Project(folder, folder / "seeds", folder / "lessons", None, folder / "output")


def _build_town(folder: Path) -> None:
    small_project(folder)
    shutil.copy(GOLDEN / "oars.yaml", folder / "lessons")
    pressed = ["--format", "pdf", "--edition", "student,teacher"]
    for language in ([], ["--language", "es-MX"], ["--language", "zh"]):
        for arguments in (["--format", "html"], pressed if language else ["--format", "html"]):
            ran = counterpoint("build", *language, *arguments, cwd=folder)
            assert ran.returncode == 0, ran.stderr


BOTH = ("student", "teacher")
FILES = [("ferry", e) for e in BOTH] + [("oars", e) for e in EDITIONS]
IN_EVERY_FILE = pytest.mark.parametrize(("code", "lesson", "edition"), [(c, *f) for c in OTHERS for f in FILES])
IN_EVERY_PDF = pytest.mark.parametrize(
    ("code", "lesson", "edition"), [(c, *f) for c in OTHERS for f in FILES if f[1] in BOTH]
)


def told(node: Node, language: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a page that is shown, with the language that it is said to be in; but for the lines of passages."""
    language = node.attributes.get("lang", language)
    for part in node.inside if node.tag != "head" and "passage" not in node.classes else ():
        if isinstance(part, Node):
            yield from told(part, language)
        elif part.strip():
            yield squeezed(part), language


SIGNS = " .,:：。"


def pieces(code: str) -> set[str]:
    """The words of a table, those of sentences between their places."""
    found = {squeezed(words).strip(SIGNS) for word in table(code).values() for words, *_ in Formatter().parse(word)}
    return {words for words in found if re.search(r"[^\W\d_]{2}|[\u4e00-\u9fff]", words)}


def of_the_lesson(town: Project, lesson: str) -> set[str]:
    """What the lesson and the records say themselves, which may be the same words."""
    spec = read(town).lessons[lesson].spec
    return {squeezed(text) for teachers in (True, False) for text in texts(spec, teachers)}


@IN_EVERY_FILE
def test_every_fixed_word_of_a_page_is_of_the_language_asked_for(
    code: str, lesson: str, edition: str, town: Project
) -> None:
    """No label of English is left; those that both languages share are none."""
    source = (town.output / lesson / f"{edition}.{code}.html").read_text("utf-8")
    english, theirs = pieces("en") - pieces(code), pieces(code) - pieces("en")
    shown = list(told(parsed(source)))
    own = of_the_lesson(town, lesson)
    assert not [text for text, _ in shown if text.strip(SIGNS) in english - own]
    assert not [words for words in english if len(words.split()) > 2 and words in " | ".join(t for t, _ in shown)]
    assert sum(text.strip(SIGNS) in theirs for text, _ in shown) > 5


@IN_EVERY_FILE
def test_every_fixed_word_says_its_language(code: str, lesson: str, edition: str, town: Project) -> None:
    """The page is in the lesson’s language; what is not carries its own, and nothing else does."""
    root = parsed((town.output / lesson / f"{edition}.{code}.html").read_text("utf-8"))
    (whole,) = root.all("html")
    assert whole.attributes["lang"] == "en"
    theirs = pieces(code) - pieces("en")
    assert {language for text, language in told(root) if text.strip(SIGNS) in theirs} == {code}
    mine = of_the_lesson(town, lesson) - theirs
    assert {language for text, language in told(root) if text in mine} == {"en"}
    assert {node.attributes["lang"] for node in root.all() if "lang" in node.attributes} <= {"en", "zh", code}


@IN_EVERY_FILE
def test_there_is_no_mark_where_there_can_be_none(code: str, lesson: str, edition: str, town: Project) -> None:
    """A title or an attribute holds words, never a tag; and the styles hold no more marks than those of English."""
    source = (town.output / lesson / f"{edition}.{code}.html").read_text("utf-8")
    root = parsed(source)
    (title,) = root.all("title")
    assert not list(title.all()) and "<" not in html.unescape(title.text)
    assert not [value for node in root.all() for value in node.attributes.values() if "<" in value or "lang=" in value]
    assert "\\3c span" not in source and "3c span" not in source.replace("\\", "").lower()
    assert all(node.tag not in VOID or "lang" not in node.attributes for node in root.all())


@IN_EVERY_PDF
def test_a_pdf_with_other_words_is_a_good_one(code: str, lesson: str, edition: str, town: Project) -> None:
    """PDF/UA-1, by the judgment of another program, and every character has a glyph."""
    path = town.output / lesson / f"{edition}.{code}.pdf"
    checked = page.validate_pdf(str(path), profile="ua1")
    assert checked.is_compliant is not False and not list(getattr(checked, "issues", []))
    with pikepdf.open(path) as pdf:
        drawn = [text for sheet in pdf.pages for text in strings(sheet)]
        assert drawn and not [text for text in drawn if b"\0\0" in [text[n : n + 2] for n in range(0, len(text), 2)]]


def strings(sheet: pikepdf.Page) -> Iterator[bytes]:
    """What a page draws, as numbers of glyphs of two bytes; 0 is the box for a character that is not there."""
    for instruction in pikepdf.parse_content_stream(sheet):
        if str(instruction.operator) in ("Tj", "TJ"):
            for operand in instruction.operands:
                inside = operand if isinstance(operand, pikepdf.Array) else [operand]
                yield from (bytes(one) for one in inside if isinstance(one, pikepdf.String))


def test_head_and_foot_of_paper_are_in_the_language_asked_for(town: Project) -> None:
    """Where there are no elements, and no marks."""
    spanish = squeezed(pdf_pages((town.output / "ferry" / "student.es.pdf").read_bytes())[1])
    assert "Nombre" in spanish and "Página 2 de " in spanish and "Documentos: A, B Ferry report, 1999‡" in spanish
    assert "Fragmentos para uso en clase." in spanish and " · Estudiantes · Revisión " in spanish
    chinese = squeezed(pdf_pages((town.output / "ferry" / "teacher.zh-Hans.pdf").read_bytes())[1])
    assert (
        "教师版" in chinese and "第 2 页" in chinese and "材料：A、B Ferry report，1999‡；C Pupil’s letter" in chinese
    )


def test_what_is_put_together_reads_well(town: Project) -> None:
    """The source box, the credits, a reference and a note to the teacher, in both languages."""

    def read_aloud(code: str) -> str:
        pages = [(town.output / "ferry" / f"{one}.{code}.html").read_text("utf-8") for one in ("student", "teacher")]
        return squeezed(" ".join(parsed(page).text for page in pages))

    spanish = read_aloud("es")
    for words in (
        "cuándo 4 de mayo de 1999‡",
        "dónde The Example Gazette†; lugar no indicado en nuestra copia",
        "tipo Noticia‡, en inglés",
        "“The Ferry of Example Town”. Autoría no indicada en nuestra copia. The Example Gazette†. 4 de mayo de 1999‡.",
        "He calls it “a street that moves.” Doc. A, l. 2–3",
        "Se pregunta en 1",
        "normativa · grados 9–12 · 50 minutos",
        "120 palabras de fuentes, alrededor de 1 minuto de lectura en silencio. Nivel de lectura estimado: grado",
        "(2 puntos)",
        "citas, palabra por palabra, con 2 fuentes.",
    ):
        assert words.lower() in spanish.lower().replace("\u00a0", " "), words
    chinese = read_aloud("zh-Hans")
    for words in (
        "何文 《The Ferry of Example Town》",
        "何时 1999年5月4日‡",
        "何处 The Example Gazette†；我们所用的文本未注明地点",
        "类型 新闻报道‡，英文",
        "《The Ferry of Example Town》。我们所用的文本未注明作者，The Example Gazette†，1999年5月4日‡。",
        "He calls it “a street that moves.” 材料A，第2–3行",
        "提问处：1",
        "政策问题 · 9–12年级 · 50分钟",
    ):
        assert words in chinese, words


def test_a_file_with_other_words_lies_beside_the_lessons_own(town: Project) -> None:
    """Under a name that says so; and the index leads to both."""
    names = {path.name for path in (town.output / "ferry").iterdir()}
    others = {f"{edition}.{code}.{format}" for edition in BOTH for code in OTHERS for format in ("html", "pdf")}
    assert names == {"student.html", "key.html", "teacher.html", *(f"key.{code}.html" for code in OTHERS), *others}
    ran = counterpoint("build", "ferry", "--format", "html", cwd=town.root)
    assert ran.returncode == 0
    root = parsed((town.output / "index.html").read_text("utf-8"))
    section = next(s for s in root.all("section") if s.text.strip().startswith("A Street That Moves"))
    shown = {link.attributes["href"].removeprefix("ferry/"): link.text for link in section.all("a")}
    assert shown["student.html"] == "Student HTML"
    assert shown["student.es.pdf"] == "Student PDF, español" and shown["teacher.zh-Hans.html"] == "Teacher HTML, 中文"
    assert len(shown) == 13 and next(section.all("p", "state")).text == "Current"
    assert {span.attributes["lang"] for span in section.all("span")} == {"es", "zh-Hans"}


def test_the_index_is_in_the_language_asked_for(small: Project) -> None:
    """Whoever asks for Spanish words reads Spanish there; titles stay those of the lessons."""
    assert counterpoint("build", "--format", "html", "--language", "es", cwd=small.root).returncode == 0
    root = parsed((small.output / "index.html").read_text("utf-8"))
    (whole,) = root.all("html")
    assert whole.attributes == {"lang": "es"} and next(root.all("h1")).text == "Hojas de trabajo"
    assert {link.text for link in root.all("a")} == {
        "Estudiantes (HTML), español", "Clave de respuestas (HTML), español", "Docente (HTML), español",
    }  # fmt: skip
    assert next(root.all("p", "state")).text == "Al día"
    assert [(text, language) for text, language in told(root) if language != "es"] == [("A Street That Moves", "en")]


def test_the_lessons_own_language_asked_for_changes_nothing(small: Project) -> None:
    """The same files with the same bytes."""
    assert counterpoint("build", "--format", "html", cwd=small.root).returncode == 0
    before = {path.name: path.read_bytes() for path in (small.output / "ferry").iterdir()}
    assert counterpoint("build", "--format", "html", "--language", "en-GB", cwd=small.root).returncode == 0
    assert {path.name: path.read_bytes() for path in (small.output / "ferry").iterdir()} == before
    assert set(before) == {"student.html", "key.html", "teacher.html"}
    assert not [one for one in before.values() if b'lang="en"' in one.partition(b"<body>")[2]]


@pytest.mark.parametrize("code", ["fr", "xx", "spanish", "../en", "e s"])
def test_a_language_without_a_table_is_a_mistake_of_the_command(code: str, small: Project) -> None:
    """Which says what there is; nothing is built."""
    ran = counterpoint("build", "--language", code, cwd=small.root)
    assert ran.returncode == 2 and not small.output.exists()
    assert f"--language cannot be “{code}”: there are labels in en, es, zh-Hans." in ran.stderr


@pytest.mark.parametrize("command", ["build", "watch", "serve"])
def test_the_help_names_every_table(command: str) -> None:
    """What can be asked for is said where it is asked for."""
    said = counterpoint(command, "--help", cwd=HOME).stdout.partition("--language")[2].partition("--project")[0]
    assert set(available()) <= set(re.findall(r"[\w-]+", said))


# --- a lesson in another language ---------------------------------------------------------------------


def in_language(project: Project, language: str) -> None:
    replaced(project.lessons / "ferry.yaml", "format: 1\n", f"format: 1\nlanguage: {language}\n")


def texts_in(root: Node, language: str) -> set[str]:
    return {text for text, said in told(root) if said == language}


@pytest.mark.parametrize(
    ("language", "name", "date"), [("es-MX", "Nombre", "4 de mayo de 1999"), ("zh-CN", "姓名", "1999年5月4日")]
)
def test_a_lesson_in_another_language_has_its_words_and_marks_its_sources(
    language: str, name: str, date: str, small: Project
) -> None:
    """Passages, titles and head notes of English articles are English, and the page is not."""
    in_language(small, language)
    ran = counterpoint("build", "--format", "html", cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in (small.output / "ferry").iterdir()} == {"student.html", "key.html", "teacher.html"}
    root = parsed((small.output / "ferry" / "student.html").read_text("utf-8"))
    (whole,) = root.all("html")
    assert whole.attributes == {"lang": language}
    assert {p.attributes.get("lang") for p in root.all("p", "passage")} == {"en"}
    english, own = texts_in(root, "en"), texts_in(root, language)
    assert {"The Ferry of Example Town", "An invented report on a ferry that costs nothing."} <= english
    assert {"The reporter has just quoted a letter that asks for a fare of one coin."} <= {
        t.strip("[]") for t in english
    }
    assert {"fare", "the other bank", "[1] Wang Bo, Letter to the council, page 2."} <= english
    assert name in own and any(date in text for text in own)
    assert "What the title tells" in own and "what a passenger pays" in own
    assert [span.text for p in root.all("p", "passage") for span in p.all("span") if "lang" in span.attributes] == [
        "王波"
    ]
    teacher = parsed((small.output / "ferry" / "teacher.html").read_text("utf-8"))
    noted = "The pilot holds that a ferry belongs to the streets of a town and must stay free like them."
    gist = "Back an analysis with exact evidence, minding a source’s date and origin"
    assert {noted, gist, "Ferry report", "since 1903", "Invented for the tests"} <= texts_in(teacher, "en")
    index = parsed((small.output / "index.html").read_text("utf-8"))
    assert next(index.all("html")).attributes["lang"] == labels(language).code


def test_a_lead_in_of_the_lessons_own_is_in_its_language(small: Project) -> None:
    """One of a record is in the record’s."""
    in_language(small, "es")
    replaced(
        small.lessons / "ferry.yaml",
        "B: {passages: [ferry/bank]}",
        "B: {passages: [{cite: ferry/bank, lead_in: Antes}]}",
    )
    handout = composed(read(small).lessons["ferry"], "student")
    (lead_in,) = [b for d in handout.documents.values() for b in d.blocks if b.kind == "lead_in"]
    assert (lead_in.text, lead_in.language) == ("Antes", "")


def test_a_record_in_the_lessons_language_is_not_marked(small: Project) -> None:
    """Nothing changes within one language."""
    in_language(small, "es")
    for record in small.seeds.glob("*.yaml"):
        replaced(record, "format: 1\n", "format: 1\nlanguage: es\n")
    assert counterpoint("build", "--format", "html", cwd=small.root).returncode == 0
    for path in (small.output / "ferry").iterdir():
        marked = {n.attributes["lang"] for n in parsed(path.read_text("utf-8")).all() if "lang" in n.attributes}
        foreign = {"teacher.html": {"zh", "en"}, "key.html": set[str]()}  # gists of standards; no document
        assert marked == {"es"} | foreign.get(path.name, {"zh"})


def test_a_lesson_in_a_language_without_a_table_has_english_words_that_say_so(small: Project) -> None:
    """So that a reader’s voice changes for them."""
    in_language(small, "fr")
    assert counterpoint("build", "--format", "html", cwd=small.root).returncode == 0
    root = parsed((small.output / "ferry" / "student.html").read_text("utf-8"))
    assert {"Name", "Central question"} <= texts_in(root, "en") and "What the title tells" in texts_in(root, "fr")


def test_the_words_of_a_teachers_page_do_not_leak(town: Project) -> None:
    """Other labels do not open a way around the proof: no gist of a record is in a student’s file."""
    for path in town.output.glob("*/student.*.html"):
        assert bare("The pilot holds that a ferry belongs") not in bare(path.read_text("utf-8"))


def test_a_row_of_the_index_has_a_word_for_each_of_its_states() -> None:
    """Else the template would fail when one of them comes up."""
    assert Row.__annotations__["state"] == "str"
    assert {f"index_{s}" for s in ("current", "out_of_date", "not_built")} <= set(table("en"))


def test_the_shipped_templates_are_read_by_the_tests(tmp_path: Path) -> None:
    """The scan for labels finds some in every kind of place, else it would prove nothing."""
    assert {"name", "and", "page_of", "asked_in", "date_about", "at_least", "point_one", "place_not_stated"} <= used()
