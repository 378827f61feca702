"""A paragraph is broken into lines once and for all, and loses nothing by it."""

from __future__ import annotations

import pytest
from conftest import composed
from hypothesis import assume, example, given
from hypothesis import strategies as st

from generator import fonts
from generator.documents import PAIRED, READING
from generator.lines import Run, break_lines
from generator.reader import Reading
from generator.together import bound, ending, together

# What articles are made of: words short and long, Chinese, all kinds of dashes and spaces, initials.
WORDS = st.one_of(
    st.sampled_from(
        [
            "a",
            "the",
            "of",
            "China’s",
            "U.S.",
            "P.J.",
            "—",
            "open—i.e.,",
            "U.S.-China",
            "–",
            "1989–90",
            "刘晓波",
            "(高智晟)",
        ]
    ),
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12),
    st.text("wWmM-—刘晓波", min_size=1, max_size=60),
)
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)
ANYTHING = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=80)
MEASURES = st.floats(10, 400)
SIZES = st.floats(6, 18)


def lines(text: str, measure: float = READING[0], size: float = READING[1]) -> list[str]:
    return ["".join(run.text for run in line) for line in break_lines([Run(text)], measure, size)]


def width(text: str, size: float) -> float:
    return sum(fonts.advance(char) for char in text) * size


@given(st.one_of(PARAGRAPHS, ANYTHING), MEASURES, SIZES)
def test_the_lines_together_are_the_text(text: str, measure: float, size: float) -> None:
    """No character is lost, added or moved, and no line is empty."""
    broken = lines(text, measure, size)
    assert "".join(broken) == text
    assert all(broken)


@given(st.lists(st.builds(Run, PARAGRAPHS, bold=st.booleans()), max_size=5), MEASURES)
def test_the_runs_of_the_lines_are_those_of_the_paragraph(runs: list[Run], measure: float) -> None:
    """Every character stays in its style."""

    def characters(pieces: list[Run]) -> list[tuple[str, bool]]:
        return [(char, run.bold) for run in pieces for char in run.text]

    broken = break_lines(runs, measure, 11.5)
    assert characters([run for line in broken for run in line]) == characters(runs)


@given(st.lists(WORDS, min_size=1, max_size=20), MEASURES)
def test_a_run_knows_where_it_stands_in_the_article(words: list[str], measure: float) -> None:
    """The key finds its lines by this."""
    text = " ".join(words)
    for line in break_lines([Run(text, origin=1000)], measure, 11.5):
        for run in line:
            at = run.origin - 1000
            assert text[at : at + len(run.text)] == run.text


@given(st.one_of(PARAGRAPHS, ANYTHING), MEASURES, SIZES)
@example("W" * 30, 330, 11.5)
def test_no_line_is_wider_than_the_measure(text: str, measure: float, size: float) -> None:
    """A single character may be; the spaces at a line's end are not seen."""
    for line in lines(text, measure, size):
        seen = line.rstrip(" ")
        assert len(seen) <= 1 or width(seen, size) <= measure


@given(PARAGRAPHS, MEASURES)
def test_the_same_text_is_broken_the_same_way(text: str, measure: float) -> None:
    """Nothing depends on chance, or on what was broken before."""
    first = lines(text, measure)
    lines(text[::-1], measure)
    assert lines(text, measure) == first


@given(st.lists(st.text("abcdef", min_size=1, max_size=9), max_size=40), st.data())
def test_a_paragraph_is_broken_between_words(words: list[str], data: st.DataObject) -> None:
    """A word that fits a line is never broken."""
    text = " ".join(words)
    measure = data.draw(st.floats(150, 400))
    assert all(line.endswith(" ") for line in lines(text, measure)[:-1])


NAMES = (
    "P.J. Crowley",
    "J. Edgar Hoover",
    "J. R. R. Tolkien",
    "Dr. Sun",
    "Mr. Obama",
    "Ms. Richardson",
    "Mrs. Clinton",
)


@pytest.mark.parametrize("before", ["said ", "“", "(", "‘", '"', "'", "he—", "["])
def test_initials_are_never_parted_from_the_surname(before: str) -> None:
    """Wherever in a line the name happens to fall, whatever stands before it."""
    for name in NAMES:
        for shift in range(60):
            broken = lines("on " * 30 + "i" * shift + f" {before}{name} and others went on and on and on and on")
            assert not [line for line in broken if line.endswith(". ")]


@given(st.lists(WORDS, max_size=30), st.sampled_from(NAMES), st.lists(WORDS, max_size=30))
def test_initials_stay_with_the_surname_in_any_text(before: list[str], name: str, behind: list[str]) -> None:
    """The same among any words."""
    assume(not any("P.J." in word for word in before + behind))
    first = name.split()[0]
    text = " ".join([*before, name, *behind])
    for line in lines(text, PAIRED[0], PAIRED[1]):
        assert not line.rstrip().endswith(f" {first}") and line.rstrip() != first


def test_a_nation_is_no_initial() -> None:
    """After “U.S.” a line may end; else many a line would be short."""
    found = [line for shift in range(60) for line in lines("i" * shift + " the U.S. government and the people." * 4)]
    assert any(line.endswith("U.S. ") for line in found)


def test_a_real_paragraph_alone(reading: Reading) -> None:
    """Document A of the second lesson on the full measure, as it is printed."""
    document = composed(reading.lessons["what-is-a-dialogue-for"], "student").documents["A"]
    assert [(line.number, line.text) for line in document.lines] == [
        (1, "“If some positive change comes as a result of this discussion, "),
        (2, "great,” says Sophie Richardson, a China expert with Human "),
        (3, "Rights Watch in Washington. “But we’ve seen that not only is "),
        (4, "this one of the vehicles that is least likely to produce the kind "),
        (5, "of change we want to see, but it can also in fact be damaging "),
        (6, "because it steals a sense of obligation from those vehicles that "),
        (7, "tend to be much more productive.”"),
        (8, "“This is not about lecturing,” State Department spokesman "),
        (9, "P.J. Crowley said in discussing the dialogue with reporters "),
        (10, "earlier this week. “This is about helping [the Chinese] "),
        (11, "understand and identify issues that are part of our core "),
        (12, "agenda, but also clearly areas of weakness that China will "),
        (13, "have to improve on as it goes along.”"),
    ]


def test_a_real_paragraph_in_a_pair(reading: Reading) -> None:
    """Document B stands beside C, on the narrow measure."""
    document = composed(reading.lessons["what-is-a-dialogue-for"], "student").documents["B"]
    assert [line.text for line in document.lines] == [
        "Resume the U.S.-China Human Rights ",
        "Dialogue only if transparency and ",
        "participation by representatives of ",
        "civil society in China are guaranteed. ",
        "Any future dialogues should be open—",
        "i.e., publicly reported in full—in their ",
        "agendas, their objectives, and their ",
        "outcomes. The talks should be resumed ",
        "only if it can be shown that real progress ",
        "has resulted from the previous round.",
    ]


@pytest.mark.parametrize("measure", [READING, PAIRED], ids=["alone", "in a pair"])
def test_every_paragraph_of_every_article_fits(measure: tuple[float, float], reading: Reading) -> None:
    """Tried on all that could ever be cited: no line is too wide, and most are well filled."""
    filled = []
    for seed in reading.seeds.values():
        assert seed
        for number in seed.record.body:
            broken = lines(seed.article.source.line(number), *measure)
            widths = [width(line.rstrip(), measure[1]) / measure[0] for line in broken]
            assert max(widths) <= 0.975
            filled += widths[:-1]
    assert sorted(filled)[len(filled) // 2] > 0.85
    assert sorted(filled)[len(filled) // 20] > 0.7, "nineteen of twenty"


@pytest.mark.parametrize(
    "text",
    [
        "See Document~B, question~2 (3~points)",
        "l.~4–5 of Documents~A, C~and~D. In 2011, on March~7, he said",
        "According to Document~A. Then P.J.~Crowley of the U.S. Congress",
        "It says~… and that~____ (Doc~____, l.~____)",
    ],
)
def test_words_of_ours_that_belong_together_stay_on_one_line(text: str) -> None:
    """A name with its letter or number, a number with what is counted, initials with the surname; years may part."""
    assert bound(text.replace("~", " ")).replace("\u00a0", "~") == text


def test_lines_of_a_source_and_headings_keep_their_spaces() -> None:
    """Their breaks are fixed; and a heading is known by its words."""
    page = (
        '<h2>Document B</h2><p class="passage"><span class="line">Article 5 of </span></p><p title="l. 1">Lesson 7</p>'
    )
    assert together(page) == page.replace("Lesson 7", "Lesson\u00a07")


def test_a_title_does_not_end_in_a_line_of_one_short_word() -> None:
    """The last two words stay together, whatever is before them; what it says does not change."""
    assert ending("A & B: Where Sources Agree") == (
        'A &amp; B: Where<span> <span class="unbroken">Sources Agree</span></span>'
    )
    assert ending("Side by side") == "Side by side"
    assert ending("The Dialogue and Its Responsibilities") == "The Dialogue and Its Responsibilities"
