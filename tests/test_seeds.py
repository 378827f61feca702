"""What is quoted stands in the article, in the lines that may be printed, in the mouth of the one who said it."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from conftest import HOME, LESSONS, Shelf, bare, composed, squeezed, text_of
from hypothesis import assume, example, given
from hypothesis import strategies as st

from generator.articles import Article
from generator.diagnostic import Diagnostic
from generator.evidence import find_in
from generator.folding import fold, lowered, within_word
from generator.nodes import Text
from generator.projects import Project
from generator.reader import Reading, read
from generator.records import SeedRecord
from generator.schema import load
from generator.seeds import Passage, Piece, Seed, cut_passage
from generator.source import Source
from generator.spec import Insertion, Speech

SEEDS = {
    "chinafile": "000_a032c5d15f915c52.txt",
    "chrd": "001_835317c33ff37531.txt",
    "monitor": "002_13f0ba4c00f2165e.txt",
    "negotiation": "003_78ebff338413dbae.txt",
    "should-stop": "004_1b050f6dbd9bbaac.txt",
}
# Boilerplate of the pages that the articles were copied from.
BOILERPLATE = (
    "Jump to comments",
    "Today's Top Stories",
    "CrossFit",
    "Disqus",
    "Sandwich",
    "Comments Off",
    "Media Contacts",
    "Back to Top",
    "Andy Wong",
    "Get unlimited",
    "Subscribe to continue",
    "About this publication",
    "Be the first to comment",
    "Leave a Reply",
)


def speech(**keys: Any) -> Speech:
    """A selector as a lesson or a record gives it."""
    return Speech(**keys)


def seed_of(reading: Reading, name: str) -> Seed:
    seed = reading.seeds[name]
    assert seed
    return seed


# --- the five records --------------------------------------------------------------------------------


def test_the_five_records_are_without_a_fault(reading: Reading) -> None:
    """Nothing is objected to in the seeds and lessons that come along."""
    assert sorted(reading.seeds) == sorted(SEEDS)
    assert sorted(reading.lessons) == sorted(LESSONS)
    assert not reading.diagnostics


@pytest.mark.parametrize("name", SEEDS)
def test_an_article_is_the_file_that_its_record_describes(name: str, reading: Reading) -> None:
    """The hash in the record is that of the bytes beside it."""
    record = seed_of(reading, name).record
    assert record.text == SEEDS[name]
    assert record.sha256 == hashlib.sha256((HOME / "seeds" / record.text).read_bytes()).hexdigest()


@pytest.mark.parametrize("name", SEEDS)
def test_a_record_proves_all_its_passages(name: str, reading: Reading) -> None:
    """Each has been found, begins and ends as the record says, and holds nothing but the article's characters."""
    seed = seed_of(reading, name)
    article = seed.article.source.text
    assert list(seed.passages) == list(seed.record.passages)
    for passage_name, passage in seed.passages.items():
        spec = seed.record.passages[Text(passage_name)]
        assert spec.start and spec.end
        words = article[passage.start : passage.end]
        assert fold(words).text.startswith(fold(spec.start).text)
        assert fold(words).text.endswith(fold(spec.end).text)
        for piece in passage.pieces:
            if piece.kind == "source":
                assert article[piece.origin : piece.origin + len(piece.text)] == piece.text


@pytest.mark.parametrize("name", SEEDS)
def test_a_passage_has_the_voice_of_its_line(name: str, reading: Reading) -> None:
    """Where the record names no other speaker, it is the one who speaks in the line."""
    seed = seed_of(reading, name)
    for passage_name, passage in seed.passages.items():
        first, last = (seed.article.source.place(at)[0] for at in (passage.start, passage.end))
        speakers = {str(v.speaker) for v in seed.record.voices if {first, last} & set(v.lines)}
        assert len(speakers) == 1, "a passage does not run from one voice into another"
        assert passage.speaker == str(seed.record.passages[Text(passage_name)].speaker or speakers.pop())


def test_the_first_contributor_has_no_name(reading: Reading, shelf: Shelf) -> None:
    """In article 000 the lines 3 to 7 stand before the first name; they are not Nathan's, and nobody's by name."""
    seed = seed_of(reading, "chinafile")
    by_line = {n: voice.speaker for n in seed.article.body if (voice := seed.voice(n))}
    assert by_line == {
        3: "First contributor",
        5: "First contributor",
        7: "First contributor",
        11: "Andrew Nathan",
        15: "Aryeh Neier",
        17: "Aryeh Neier",
        19: "Aryeh Neier",
        21: "Aryeh Neier",
    }
    box = composed(reading.lessons["five-voices"], "student").documents["D"].rows
    assert (box[0].label, box[0].text) == ("who", "First contributor, not named in our copy")
    for path in shelf.files("student.*"):
        assert "Rosenzweig" not in text_of(path), "a name found elsewhere and not checked is the teacher's"


# --- what is not known -------------------------------------------------------------------------------


def test_what_our_copy_does_not_say_is_said_so(small: Project) -> None:
    """No guess and no gap: the second seed of the small project has neither author nor date nor publisher."""
    handout = composed(read(small).lessons["ferry"], "student")
    assert [(row.label, row.text, row.mark) for row in handout.documents["C"].rows] == [
        ("who", "A pupil, not named in our copy", ""),
        ("what", "“Why I Would Pay”", ""),
        ("where", "Not stated in our copy", ""),
        ("when", "Not stated in our copy", ""),
        ("type", "Letter‡, in English", ""),
    ]
    assert handout.sources[1].credit.startswith("Author not stated in our copy. Publisher not stated in our copy.")


def test_a_report_without_a_writer_is_credited_so(reading: Reading) -> None:
    """What was found elsewhere carries its mark."""
    sources = composed(reading.lessons["five-voices"], "student").sources
    assert sources[0].credit == "Author not stated in our copy. The Christian Science Monitor†. May 13, 2010†."
    assert sources[1].credit == "Chinese Human Rights Defenders. January 17, 2011."


# --- nothing from outside the body -------------------------------------------------------------------


def outside(seed: Seed) -> list[int]:
    """The lines of an article that must never be printed: not of its body, not its notes, not its title."""
    printed = {*seed.record.body, *(n for lines in seed.record.notes.values() for n in lines)}
    source = seed.article.source
    return [
        n
        for n in range(1, source.line_count + 1)
        if n not in printed and source.line(n).strip() not in ("", seed.record.title)
    ]


@pytest.mark.parametrize("name", SEEDS)
def test_no_passage_reaches_out_of_the_body(name: str, reading: Reading) -> None:
    """Every character of every passage stands in a line of the body."""
    seed = seed_of(reading, name)
    source = seed.article.source
    for passage in seed.passages.values():
        for piece in passage.pieces:
            if piece.kind == "source":
                lines = {source.place(at)[0] for at in (piece.origin, piece.origin + len(piece.text) - 1)}
                assert lines <= set(seed.record.body)
                assert not lines & set(outside(seed))


@pytest.mark.parametrize("name", SEEDS)
def test_no_line_from_outside_the_body_is_in_any_handout(name: str, reading: Reading, shelf: Shelf) -> None:
    """Menus, advertisements and picture captions stay behind, in both editions and both formats."""
    seed = seed_of(reading, name)
    # A line of one or two words (“More in China”, “Andrew Nathan:”) can stand in a sentence of ours by chance.
    lines = [line for n in outside(seed) if len((line := bare(seed.article.source.line(n))).split()) > 3]
    assert lines
    for path in shelf.files("*.*"):
        words = bare(text_of(path))
        assert not [line for line in lines if line in words], path.name


@pytest.mark.parametrize("phrase", BOILERPLATE)
def test_no_boilerplate_is_in_any_handout_or_passage(phrase: str, reading: Reading, shelf: Shelf) -> None:
    """The phrase stands in one of the articles, and nowhere else."""
    seeds = [seed_of(reading, name) for name in SEEDS]
    assert any(phrase in seed.article.source.text for seed in seeds)
    assert not [p.name for seed in seeds for p in seed.passages.values() if phrase in p.text]
    assert not [path.name for path in shelf.files("*.*") if phrase in squeezed(text_of(path))]


PRESS_CONTACTS = range(24, 31)  # lines of article 001


def test_the_press_contacts_are_in_no_handout(reading: Reading, shelf: Shelf) -> None:
    """Private persons' names and numbers: no line of them, no name and no number, in text or in the file's bytes."""
    source = seed_of(reading, "chrd").article.source
    lines = [line for n in PRESS_CONTACTS if (line := squeezed(source.line(n)))]
    names = [line.partition(",")[0] for line in lines if "," in line]
    numbers = [number for line in lines for number in re.findall(r"\+?\d[\d ().-]{6,}\d", line)]
    assert (len(lines), len(names), len(numbers)) == (4, 3, 4)
    assert not set(PRESS_CONTACTS) & set(seed_of(reading, "chrd").record.body)
    for path in [*shelf.files("*.*"), *shelf.folder.glob("*/index.html")]:
        text, figures = squeezed(text_of(path)), re.sub(r"[ ().+-]", "", text_of(path))
        assert not [line for line in [*lines, *names, *numbers] if line in text], path.name
        assert not [number for number in numbers if re.sub(r"\D", "", number) in figures], path.name
        assert not [word for word in [*names, *numbers] if word.encode() in path.read_bytes()], path.name


@pytest.mark.parametrize("name", SEEDS)
def test_a_line_outside_the_body_cannot_be_cited(name: str, reading: Reading) -> None:
    """A lesson that selects it is refused, whether by all its words or by the first and the last."""
    seed = seed_of(reading, name)
    body = fold(" ".join(seed.article.source.line(n) for n in seed.record.body)).text
    for number in outside(seed):
        words = seed.article.source.line(number).strip()
        if fold(words).text in body:  # a caption or a subscription offer that repeats words of the article
            continue
        for selector in (speech(exact=words), speech(start=words, end=words)):
            passage, found = cut_passage(seed, "x/y", selector, selector)
            assert passage is None and [d.rule for d in found] == ["outside-body"]
        hints = [hint.removesuffix("…") for hint in seed.article.nearest(words)]
        assert not [hint for hint in hints if fold(hint).text not in body], "no hint brings it back"


def test_a_passage_cannot_run_over_lines_outside_the_body(reading: Reading) -> None:
    """The caption of a picture stands between lines 3 and 8 of the Monitor report."""
    selector = speech(start="The question is whether", end="commitments for progress.")
    passage, found = cut_passage(seed_of(reading, "monitor"), "x/y", selector, selector)
    assert passage is None and [d.rule for d in found] == ["outside-body"]


# --- whatever the text -------------------------------------------------------------------------------

# Few letters, so that words come twice; and all that typewriters and languages differ in.
LETTERS = "aab .,\n\n“”\"‘’'—–-…\u00a0\u00ade\u0301éệ刘晓"
ARTICLES = st.text(LETTERS, min_size=1, max_size=60).filter(str.strip)


def seed_with(text: str, body: list[int] | None = None) -> Seed:
    """A seed with any text; its body is all of its lines, or some."""
    source = Source(Path("article.txt"), text)
    lines = [n for n in body or range(1, source.line_count + 1) if source.line(n).strip()]
    record, problems = load(
        SeedRecord,
        Source(
            Path("any.yaml"),
            f"""\
format: 1
text: article.txt
sha256: "0"
title: Any
short: Any
genre: {{value: report, basis: inferred}}
head_note: Any
rights: Any
body: {lines}
""",
        ),
    )
    assert record, problems
    return Seed("any", record, Article(source, tuple(lines)), "0")


def cut(seed: Seed, selector: Speech) -> tuple[Passage | None, list[Diagnostic]]:
    return cut_passage(seed, "any/thing", selector, selector)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the white space and the invisible characters at its ends."""
    seen = [at for at in range(start, end) if fold(text[at]).text.strip()]
    return (seen[0], seen[-1] + 1) if seen else (start, start)


def shown(passage: Passage) -> str:
    return "".join(piece.text for piece in passage.pieces if piece.kind == "source")


def own_characters(text: str, start: int, end: int) -> str:
    """A stretch of an article without its paragraph breaks and the indentation behind them."""
    return re.sub(r"\n\s*", "", text[start:end])


def parts_a_word(text: str, at: int) -> bool:
    """Whether a place lies within a word, soft hyphens or not; there nothing is cut."""
    before, behind = fold(text[:at]).text, fold(text[at:]).text
    return within_word(before + behind, len(before))


@given(ARTICLES, st.data())
@example("ab…b", None)
@example("a “b” a", None)
def test_a_stretch_given_by_its_ends_is_found_or_refused(text: str, data: st.DataObject | None) -> None:
    """Whichever stretch is meant: the selector finds exactly that one, or none."""
    a = data.draw(st.integers(0, len(text) - 1)) if data else 0
    b = data.draw(st.integers(a + 1, len(text))) if data else len(text)
    first = data.draw(st.integers(1, b - a)) if data else 1
    last = data.draw(st.integers(1, b - a)) if data else 1
    assume(not any(parts_a_word(text, at) for at in (a, a + first, b - last, b)))
    start, end = text[a : a + first], text[b - last : b]
    passage, found = cut(seed_with(text), speech(start=start, end=end))
    assert (passage is None) == bool(found)
    if passage:
        assert (passage.start, passage.end) == trimmed(text, a, b)
        assert shown(passage) == own_characters(text, passage.start, passage.end)


@given(ARTICLES, st.data())
def test_a_stretch_given_whole_is_found_or_refused(text: str, data: st.DataObject) -> None:
    """The same for “exact”, which reaches over no paragraph's end."""
    a = data.draw(st.integers(0, len(text) - 1))
    b = data.draw(st.integers(a + 1, len(text)))
    assume(not parts_a_word(text, a) and not parts_a_word(text, b))
    passage, found = cut(seed_with(text), speech(exact=text[a:b]))
    assert (passage is None) == bool(found)
    if passage:
        assert (passage.start, passage.end) == trimmed(text, a, b)
        assert shown(passage) == text[passage.start : passage.end]


@given(ARTICLES, st.data())
def test_no_stretch_reaches_out_of_the_body_whatever_is_asked_for(text: str, data: st.DataObject) -> None:
    """Any words and any lines: what is found lies in lines that may be printed."""
    lines = text.count("\n") + 1
    body = data.draw(st.lists(st.integers(1, lines), min_size=1, unique=True).map(sorted))
    seed = seed_with(text, body)
    words = st.integers(0, len(text) - 1).flatmap(lambda a: st.integers(a + 1, len(text)).map(lambda b: text[a:b]))
    passage, _ = cut(seed, speech(start=data.draw(words), end=data.draw(words)))
    assume(passage)
    assert passage
    for piece in passage.pieces:
        if piece.kind == "source":
            for at in range(piece.origin, piece.origin + len(piece.text)):
                assert seed.article.source.place(at)[0] in seed.article.body


@given(
    st.lists(
        st.sampled_from(["fox", "Fox,", "“bell”", "it’s", "—", "São", "re\u00adport", "刘晓波"]),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
def test_words_that_stand_once_are_found(words: list[str], data: st.DataObject) -> None:
    """The selector is of use: it refuses nothing that is plain."""
    a = data.draw(st.integers(0, len(words) - 1))
    b = data.draw(st.integers(a + 1, len(words)))
    assume(sum(words[at : at + b - a] == words[a:b] for at in range(len(words))) == 1)
    passage, found = cut(seed_with(" ".join(words)), speech(exact=" ".join(words[a:b])))
    assert passage and not found
    assert shown(passage) == " ".join(words[a:b])


SPARROW = "It is not a notable thing that the sparrow is noted here."


@pytest.mark.parametrize(
    "selector",
    [
        speech(exact="is not a not"),
        speech(exact="able thing"),
        speech(start="It is", end="arrow is not"),
        speech(start="his", end="noted here."),
        speech(exact=SPARROW, omit=("able",)),
        speech(exact=SPARROW, insert=(Insertion(after=Text("spar"), text=Text("x")),)),
        speech(exact=SPARROW, sic=("spar",)),
    ],
    ids=lambda selector: " ".join(filter(None, (selector.exact, selector.start, selector.end))),
)
def test_nothing_is_cut_within_a_word(selector: Speech) -> None:
    """“It is not” is no quotation from “It is notable”: passages and changes begin and end with whole words."""
    passage, found = cut(seed_with(SPARROW), selector)
    assert passage is None and found


# --- however it is typed -----------------------------------------------------------------------------

ARTICLE = (
    "He said: “It’s a re\u00adport – no, a\u00a0treaty … of 1990—2011, signed in São\u00a0Paulo by Liu Bo (刘晓波).”"
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("“It’s a report", "“It’s a re\u00adport"),
        ("\"It's a report", "“It’s a re\u00adport"),
        ("«It`s a report", "“It’s a re\u00adport"),
        ("report - no, a treaty", "re\u00adport – no, a\u00a0treaty"),
        ("report — no, a treaty", "re\u00adport – no, a\u00a0treaty"),
        ("no,  a\n  treaty", "no, a\u00a0treaty"),
        ("treaty ... of 1990", "treaty … of 1990"),
        ("1990-2011", "1990—2011"),
        ("1990\u2212" + "2011", "1990—2011"),
        (unicodedata.normalize("NFD", "São Paulo"), "São\u00a0Paulo"),
        ("Liu\u200b Bo", "Liu Bo"),
        ("(刘晓波)", "(刘晓波)"),
        ("（刘晓波）", "(刘晓波)"),
    ],
)
def test_what_is_typed_another_way_is_found_and_printed_as_it_stands(typed: str, printed: str) -> None:
    """Quotes, dashes, spaces, dots and accents need not be typed as they are printed there."""
    passage, found = cut(seed_with(ARTICLE), speech(exact=typed))
    assert passage and not found
    assert shown(passage) == printed


@pytest.mark.parametrize("typed", ["he said", "its a report", "a  tready", "1990 2011", "Sao Paulo", "treaty .. of"])
def test_other_letters_are_other_words(typed: str) -> None:
    """Capitals, letters, accents and missing signs count."""
    passage, found = cut(seed_with(ARTICLE), speech(exact=typed))
    assert passage is None and [d.rule for d in found] == ["quote-not-found"]


def typed_plainly(text: str) -> str:
    """A text as somebody types it who has no other keys."""
    plain = str.maketrans(
        {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "\u00a0": " ", "…": "...", "\u00ad": None}
    )
    return unicodedata.normalize("NFD", text.translate(plain))


@given(st.text(LETTERS.replace("\n", ""), min_size=1, max_size=40), st.data())
def test_a_plain_keyboard_finds_the_same_places(text: str, data: st.DataObject) -> None:
    """Any words of any text, typed plainly, are found at the same places as when they are copied."""
    a = data.draw(st.integers(0, len(text) - 1))
    b = data.draw(st.integers(a + 1, len(text)))
    assert fold(text).find_all(typed_plainly(text[a:b])) == fold(text).find_all(text[a:b])


@pytest.mark.parametrize("letter", ["İ", "ß", "ﬁ", "ŉ", "…", "½", "é", "e\u0301", "\u00ad", "刘"])
def test_a_quotation_is_found_behind_letters_that_grow(letter: str) -> None:
    """Some letters become two when they are made small or folded; the lines of the key must not slip by that."""
    text = f"{letter * 3} and then He Rang the bell."
    passage, _ = cut(seed_with(text), speech(exact=text))
    assert passage
    assert [text[start:end] for start, end in find_in(passage, "he rang")] == ["He Rang"]


# --- cuts, insertions, [sic] -------------------------------------------------------------------------

SENTENCE = (
    "The fox, who was old and gray, runned over the bridge at night, and nobody saw it.\n\nIn the morning it was gone."
)


def test_a_passage_is_cut_up_piece_by_piece() -> None:
    """What is left out, put in or marked stands between the article's own words, which know where they come from."""
    passage, found = cut(
        seed_with(SENTENCE),
        speech(
            start="The fox",
            end="was gone.",
            omit=(", who was old and gray,", "at night"),
            insert=(Insertion(after=Text("over the bridge"), text=Text("of Example Town")),),
            sic=("runned",),
        ),
    )
    assert passage and not found
    assert passage.pieces == (
        Piece("source", "The fox", 0),
        Piece("cut", "[. . .]"),
        Piece("source", " runned", 30),
        Piece("sic", "[sic]"),
        Piece("source", " over the bridge", 37),
        Piece("insertion", "[of Example Town]"),
        Piece("source", " ", 53),
        Piece("cut", "[. . .]"),
        Piece("source", ", and nobody saw it.", 62),
        Piece("paragraph", " "),
        Piece("source", "In the morning it was gone.", 84),
    )
    assert passage.words == 2 + 1 + 3 + 5 + 6, "words of the source only; the comma that follows a cut is one of them"


def test_a_line_of_blanks_is_no_paragraph() -> None:
    """Between two paragraphs there may be anything that is invisible."""
    passage, _ = cut(seed_with("Once.\n \t\n\u00a0\nTwice."), speech(start="Once.", end="Twice."))
    assert passage
    assert [(p.kind, p.text) for p in passage.pieces] == [("source", "Once."), ("paragraph", " "), ("source", "Twice.")]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (speech(omit=("cat",)), "not there"),
        (speech(omit=("and",)), "there twice"),
        (speech(omit=("In the morning",)), "there, but behind the passage"),
        (speech(insert=(Insertion(after=Text("cat"), text=Text("x")),)), "not there"),
        (speech(sic=("ran",)), "not there"),
        (speech(omit=("old and gray", "gray, runned")), "overlapping"),
        (speech(omit=("who was old",), sic=("was",)), "inside what is left out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_that_does_not_fit_is_refused(changes: Speech, why: str) -> None:
    """Nothing is changed by guessing: the words of a change stand once in the passage."""
    selector = changes.model_copy(update={"start": "The fox", "end": "saw it."})
    passage, found = cut(seed_with(SENTENCE), selector)
    assert passage is None and {d.rule for d in found} == {"change-not-found"}, why


@given(st.text("ab .", min_size=3, max_size=40).filter(str.strip), st.data())
def test_what_is_left_and_what_is_cut_make_up_the_article(text: str, data: st.DataObject) -> None:
    """Whatever is cut from whichever text: nothing else is lost, nothing is doubled."""
    a, b = trimmed(text, 0, len(text))
    c = data.draw(st.integers(a, b - 1))
    d = data.draw(st.integers(c + 1, b))
    assume(not parts_a_word(text, c) and not parts_a_word(text, d))
    whole = speech(exact=text[a:b], omit=(text[c:d],))
    passage, _ = cut(seed_with(text), whole)
    assume(passage)
    assert passage
    c, d = trimmed(text, c, d)
    assert [p.text for p in passage.pieces if p.kind == "source"] == [part for part in (text[a:c], text[d:b]) if part]
    assert [p.kind for p in passage.pieces].count("cut") == 1


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (speech(exact="a bell", prefix="hears"), 9),
        (speech(exact="a bell", suffix="at noon"), 33),
        (speech(start="a bell", end="at noon", prefix="nobody heard"), 33),
        (speech(start="a bell and", end="a bell", suffix="at noon"), 9),
    ],
)
def test_words_around_a_passage_tell_it_from_its_like(selector: Speech, found: int) -> None:
    """Where the same words stand twice, those before or behind decide."""
    passage, problems = cut(seed_with("He hears a bell and nobody heard a bell at noon."), selector)
    assert passage and not problems
    assert passage.start == found


def test_small_letters_stand_where_the_large_ones_stood() -> None:
    """For every character there is, and within a word: one that would become two stays, an end changes no letter."""
    every = "".join(chr(n) for n in range(sys.maxunicode + 1))
    assert len(lowered(every)) == len(every)
    assert lowered("ΟΔΟΣ İ Ä") == "οδοσ İ ä"
    others = every.replace("İ", "").replace("Σ", "")
    assert lowered(others) == "".join(map(str.lower, others))
