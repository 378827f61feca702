"""How much space and how much scrutiny each source and each viewpoint gets: a measure, never a verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from generator.activities.contrasting_viewpoints import ContrastingViewpoints
from generator.activities.gallery_walk import GalleryWalk
from generator.activities.structured_academic_controversy import StructuredAcademicControversy
from generator.audience import walk
from generator.lessons import Document, Excerpt, Lesson
from generator.phrases import foreign, put
from generator.prose import prose
from generator.seeds import Seed
from generator.spec import Question
from generator.wording import wording


@dataclass(frozen=True)
class Share:
    """What one source, viewpoint or side gets."""

    name: str
    shown: str
    words: int = 0
    passages: int = 0
    documents: int = 0
    first: int = 0  # how often it is Document A
    lessons: int = 0
    evidence: int = 0  # questions, rows and columns that ask for words of it
    limits: int = 0  # those that ask what it cannot show
    verbs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class IssueShares:
    """A question that documents answer differently, and what each answer gets."""

    question: str
    kind: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Sheet:
    """The balance of a lesson, or of all lessons of a unit."""

    title: str
    sources: tuple[Share, ...]
    issues: tuple[IssueShares, ...]

    def bars(self, shares: Sequence[Share]) -> tuple[tuple[Share, int, int], ...]:
        """Some shares, each with its part of all their words in per cent, and the length of its bar, from 0 to 100: on
        one scale for the whole sheet, so that bars can be compared across its tables."""
        total = max(1, sum(share.words for share in shares))
        most = max([1, *(s.words for s in self.sources), *(s.words for i in self.issues for s in i.shares)])
        return tuple((s, round(100 * s.words / total), round(100 * s.words / most)) for s in shares)

    @property
    def quoted(self) -> tuple[Share, ...]:
        """The sources with words; not the figures."""
        return tuple(s for s in self.sources if s.passages)


@lru_cache(maxsize=256)  # for its own objections, for those of its unit, and for each edition
def lesson_sheet(lesson: Lesson) -> Sheet:
    """The sources of a lesson, and its issue questions: the central one by viewpoint, the others by document."""
    about = tuple(asked(lesson))
    return Sheet(str(lesson.spec.title), tuple(_sources(lesson, about)), tuple(_issues(lesson, about)))


def unit_sheet(title: str, lessons: Sequence[Lesson]) -> Sheet:
    """All lessons together: each source once, and every issue question of every lesson."""
    sheets = [lesson_sheet(lesson) for lesson in lessons]
    names = dict.fromkeys(s.name for sheet in sheets for s in sheet.sources)
    sources = tuple(_sum([s for sheet in sheets for s in sheet.sources if s.name == name]) for name in names)
    return Sheet(title, sources, tuple(issue for sheet in sheets for issue in sheet.issues))


def _sum(shares: Sequence[Share]) -> Share:
    counts = ("words", "passages", "documents", "first", "lessons", "evidence", "limits")
    verbs: Counter[str] = Counter()
    for share in shares:
        verbs.update(share.verbs)
    totals = {name: sum(getattr(s, name) for s in shares) for name in counts}
    return Share(shares[0].name, shares[0].shown, **totals, verbs=dict(verbs.most_common()))


# --- what is asked -----------------------------------------------------------------------------------


Asks = tuple[frozenset[str], bool]  # the passages and figures that something asks about, and whether for limits


def asked(lesson: Lesson) -> Iterator[Asks]:
    """What every question, row, column and station of a lesson asks."""
    for activity in lesson.spec.activities:
        for question in walk(activity, Question):
            yield frozenset(map(str, question.passages)), question.limits
        for chart in activity.charts():
            letters = [str(x) for x in chart.documents if str(x) in lesson.documents] or list(lesson.documents)
            yield frozenset(_names(lesson, letters)), chart.limits


def _questions(about: Sequence[Asks], names: set[str]) -> tuple[int, int]:
    """How many of them ask for words of these passages and figures, and how many for their limits."""
    limits = [limits for asked_about, limits in about if asked_about & names]
    return len(limits) - sum(limits), sum(limits)


# --- who gets what -----------------------------------------------------------------------------------


def _sources(lesson: Lesson, about: Sequence[Asks]) -> Iterator[Share]:
    ours = tuple(prose(lesson.spec))
    for source in dict.fromkeys(d.source for d in lesson.documents.values()):
        documents = [d for d in lesson.documents.values() if d.source == source]
        names, first = _names(lesson, [d.letter for d in documents]), documents[0]
        verbs = dict(_verbs(lesson, ours, first.seed, documents)) if isinstance(first, Excerpt) else {}
        yield _share(lesson, about, source, _short(lesson, first), names, len(documents), verbs)


def _issues(lesson: Lesson, about: Sequence[Asks]) -> Iterator[IssueShares]:
    spec = lesson.spec
    if spec.viewpoints:
        shares = tuple(
            _share(lesson, about, str(name), name.replace("-", " "), _stating(lesson, str(name)), 0)
            for name in spec.viewpoints
        )
        yield IssueShares(str(spec.compelling_question), spec.kind, shares)
    for activity in spec.activities:
        if isinstance(activity, ContrastingViewpoints):
            yield _by_document(lesson, about, activity.question, activity.issue, activity.documents)
        elif isinstance(activity, GalleryWalk):
            for station in activity.stations:
                yield _by_document(lesson, about, station.ask, station.issue, station.documents)
        elif isinstance(activity, StructuredAcademicControversy):
            sides = (
                _share(lesson, about, str(s.name), str(s.name), _names(lesson, s.documents), len(s.documents))
                for s in activity.sides
            )
            yield IssueShares(str(activity.question), "policy", tuple(sides))


def _by_document(
    lesson: Lesson, about: Sequence[Asks], question: str, kind: str | None, letters: Sequence[str]
) -> IssueShares:
    shown = {str(x): _short(lesson, lesson.documents[str(x)]) for x in letters}
    shares = (_share(lesson, about, x, short, _names(lesson, [x]), 1) for x, short in shown.items())
    return IssueShares(str(question), kind or "", tuple(shares))


def _short(lesson: Lesson, document: Document) -> str:
    """What a source is called, in the language of its record."""
    return put(document.short, foreign(document.language, lesson.spec.language))


def _names(lesson: Lesson, letters: Iterable[str]) -> list[str]:
    return [name for letter in letters for name in lesson.documents[str(letter)].views]


def _stating(lesson: Lesson, viewpoint: str) -> list[str]:
    return [name for d in lesson.documents.values() for name, view in d.views.items() if view == viewpoint]


def views_in(*documents: Document) -> set[str]:
    """The viewpoints that some documents state."""
    return {view for d in documents for view in d.views.values() if view}


def _share(
    lesson: Lesson,
    about: Sequence[Asks],
    name: str,
    shown: str,
    named: Sequence[str],
    documents: int,
    verbs: Mapping[str, int] | None = None,
) -> Share:
    names = set(named)
    holding = [d for d in lesson.documents.values() if names & d.views.keys()]
    passages = [p for d in holding for p in d.passages if p.name in names]
    evidence, limits = _questions(about, names)
    return Share(
        name,
        shown,
        words=sum(p.words for p in passages),
        passages=len(passages),
        documents=documents or len(holding),
        first=int(any(d.letter == "A" for d in holding)),
        lessons=1,
        evidence=evidence,
        limits=limits,
        verbs=verbs or {},
    )


def _verbs(lesson: Lesson, ours: Iterable[str], seed: Seed, documents: Sequence[Document]) -> Iterator[tuple[str, int]]:
    """The verbs that our prose reports a source with, most frequent first: those close behind one of its names."""
    table = wording(lesson.spec.language)
    if not table.reporting:
        return
    speakers = {p.speaker for p in seed.passages.values()} | {v.speaker for v in seed.record.voices}
    names = {str(seed.record.short), *map(str, seed.record.also_called), *map(str, speakers)}
    names |= {f"Document {d.letter}" for d in documents}
    names |= {str(s).split()[-1] for s in speakers if str(s).istitle()}
    if seed.record.author:
        names.add(str(seed.record.author.value))
    verbs = [re.escape(v) for v in (*table.reporting, *table.judging)]
    pattern = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)[^.;:?!“”]{{0,24}}?\b({'|'.join(verbs)})\b"
    )
    yield from Counter(hit[1] for text in ours for hit in pattern.finditer(text)).most_common()
