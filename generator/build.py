"""The whole story: what was read is composed, pressed, read back and written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, count, product
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cache import NOTHING_KEPT, Cache
from generator.diagnostic import Diagnostic
from generator.drawing import drawn, undrawable
from generator.editions import EDITIONS, FOR_TEACHERS, Edition, Version, side_of
from generator.failures import NoPress, PageProblem
from generator.index import cannot_write, file_name, other_language, renewed_index
from generator.labels import Labels, labels
from generator.looks import USUAL, Look
from generator.outputs import USUAL_OUTPUTS
from generator.packet import Told, told_to_packet
from generator.printshop import Finished, Order, Staff, all_finished
from generator.reader import Entry, Reading
from generator.staff import A_FEW, Ahead, Processes
from generator.telling import Secrets
from generator.write import alone, sweep, write_all

if TYPE_CHECKING:
    from generator.lessons import Lesson
    from generator.printed import Handout

Progress = Callable[[str, int, int], None]  # told what is made, how much is done, of how much


@dataclass(frozen=True)
class Options:
    """Choices of a print run."""

    editions: tuple[Edition, ...] = EDITIONS
    formats: tuple[str, ...] = USUAL_OUTPUTS
    looks: tuple[Look, ...] = (USUAL,)
    language: str = ""  # of the labels; by default that of each lesson
    jobs: int = 1  # processes that make files, where there are more than a few
    cache: Cache = NOTHING_KEPT
    others: Staff | None = None  # who makes them instead
    ahead: Ahead | None = None  # who gets ready, for a few and for what stands around packets
    readings: bool = True  # whether the documents are printed, and all else
    questions: bool = True
    versions: tuple[Version | None, ...] = (None,)  # none: the lesson as it is written, without a number

    @contextmanager
    def staffed(self, handouts: int) -> Iterator[Staff | None]:
        """Those who make so many handouts, until it is left: for a few, whoever got ready, or nobody else."""
        if not self.others and (self.jobs == 1 or handouts < A_FEW):
            yield self.ahead.staff if self.ahead else None
            return
        staff = self.others or Processes(self.jobs, self.cache, *([self.ahead.close] if self.ahead else []))
        with closing(staff):
            yield staff

    def formats_of(self, look: Look) -> tuple[str, ...]:
        """What is for print, or to be filled in, is a PDF only."""
        return tuple(f for f in self.formats if f == "pdf" or look.make == "plain")

    def labels(self, language: str) -> Labels:
        """Those of a lesson in some language."""
        return labels(self.language or language)


@dataclass(frozen=True)
class Made:
    """A file that is now current; ``pages`` of a PDF, else 0."""

    path: Path
    lesson: str
    edition: Edition
    pages: int
    changed: bool

    @property
    def sheets(self) -> int:
        """Sheets of paper, printed on both sides."""
        return (self.pages + 1) // 2


@dataclass(frozen=True)
class Built:
    made: tuple[Made, ...]
    diagnostics: tuple[Diagnostic, ...]


def build(
    reading: Reading,
    names: Sequence[str],
    options: Options,
    progress: Progress = lambda what, done, of: None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Built:
    """Build some lessons (all that can be built, when none is named) and the index.

    A lesson whose files cannot be made or do not stand the proof keeps its old ones; the others are made. Raises
    ``NoPress``, where a PDF is needed that is not known from before, and none can be made; and what ``progress`` or
    ``meanwhile`` raises, which is called again and again while others press.
    """
    wanted = {name: reading.entries[name] for name in names or reading.entries if name in reading.entries}
    steps = sum(len(editions_of(entry, options)) for entry in wanted.values())
    steps *= len(options.versions) * len(options.looks)
    output, made, found, number = reading.project.output, list[Made](), list[Diagnostic](), count()
    refused, together = defaultdict[str, list[Diagnostic]](list), list[Finished]()

    def give_out() -> None:
        """Put a lesson’s files in their places, if nothing speaks against it."""
        if together:
            name = together[0].order.lesson
            problems = [*refused.pop(name, ()), *objected(reading, name, together)]
            found.extend(problems)
            made.extend(() if problems else _written(output, name, together, found))
            together.clear()

    def begin(order: Order) -> None:
        if together and order.lesson != together[0].order.lesson:
            give_out()
        progress(order.shown, next(number), steps)

    try:
        with alone(output, lambda: progress("waiting for another build", 0, steps)):
            sweep(output)
            found += versions_told(reading, wanted, options)
            orders = orders_for(reading, wanted, options, refused)
            try:
                with options.staffed(steps) as staff:
                    for finished in all_finished(orders, options.cache, staff, begin, meanwhile):
                        together.append(finished)
            except NoPress:
                list(renewed_index(reading, options.language, options.cache))  # of what was made before
                raise
            give_out()
            found += chain(*refused.values())  # of lessons of which no page could be drawn
            progress("", steps, steps)
            found += renewed_index(reading, options.language, options.cache)
    except OSError as error:
        found.append(cannot_write(output, error))
    return Built(tuple(made), tuple(found))


def editions_of(entry: Entry[Lesson], options: Options) -> list[Edition]:
    return [edition for edition in EDITIONS if edition in entry.about.editions and edition in options.editions]


def orders_for(
    reading: Reading, lessons: Mapping[str, Entry[Lesson]], options: Options, refused: dict[str, list[Diagnostic]]
) -> Iterator[Order]:
    """What is to be made; why a page cannot be drawn goes into ``refused``, by lesson."""
    for name, entry in lessons.items():
        words = options.labels(entry.about.language)
        for edition, version in product(editions_of(entry, options), options.versions):
            handout = cache(partial(_composed, reading, name, edition, version, words, options))
            for look in options.looks:
                some = f"{options.readings} {options.questions}"
                of = (entry.recipe, edition, repr(version), repr(look), words.code, some)
                draw = partial(_drawn, reading, name, handout, look)
                try:
                    told = drawn(options.cache, reading.project, *of, draw=draw) if entry.recipe else draw()
                except PageProblem as problem:
                    refused[name] += problem.diagnostics
                    continue
                page, kept, tells = json.loads(told)
                secrets = tuple((what, Secrets(tuple(said), tuple(codes))) for what, said, codes in kept)
                files = tuple(
                    (
                        file_name(edition, version, look, other_language(entry.about.language, words.code), format),
                        format,
                    )
                    for format in options.formats_of(look)
                )
                yield Order(name, edition, look, page, files, secrets, version, Told.unpacked(tells))


def versions_told(reading: Reading, lessons: Mapping[str, Entry[Lesson]], options: Options) -> Iterator[Diagnostic]:
    """What versions of some lessons will not do."""
    if numbers := [version.number for version in options.versions if version]:
        from generator.versions import told_of_versions

        for name in lessons:
            yield from told_of_versions(reading.lessons[name], max(numbers))


def _composed(
    reading: Reading, name: str, edition: Edition, version: Version | None, words: Labels, options: Options
) -> Handout:
    from generator.compose import compose, only  # late: where all is as it was, nothing is composed

    handout = compose(reading.lessons[name], edition, words, reading.house, version)
    return only(handout, options.readings, options.questions)


def _drawn(reading: Reading, name: str, handout: Callable[[], Handout], look: Look) -> str:
    """A page, and what none of its files may tell. Raises ``PageProblem``."""
    from generator import render, withheld  # late, too

    lesson, edition = reading.lessons[name], handout().edition
    page = render.page(handout(), look, reading.project.templates)
    if problems := list(undrawable(lesson.spec.title.span, edition, page)):
        raise PageProblem(*problems)
    secrets = dict[str, Secrets]()
    if edition not in FOR_TEACHERS:
        secrets["a text of the teacher’s"] = withheld.secrets(lesson)
    if side_of(edition) is not None:
        secrets["a sentence of the other side’s"] = withheld.other_side(lesson, edition)
    kept = [(what, secret.sentences, secret.codes) for what, secret in secrets.items()]
    return json.dumps((page, kept, told_to_packet(handout()).packed()), ensure_ascii=False)


def objected(reading: Reading, name: str, finished: Sequence[Finished]) -> Iterator[Diagnostic]:
    """What speaks against giving a lesson’s files out, at its title."""
    for objection in (objection for one in finished for objection in one.objections):
        yield Diagnostic(reading.lessons[name].spec.title.span, *objection)


def _written(output: Path, lesson: str, finished: Sequence[Finished], found: list[Diagnostic]) -> Iterator[Made]:
    """Put a lesson's files in their places together; what cannot be written goes into ``found``."""
    if not (output / lesson).resolve().is_relative_to(output.resolve()):
        found.append(cannot_write(output / lesson, OSError(f"{lesson} leads out of {output.name}")))
        return
    files = {output / lesson / name: (one.order, data, pages) for one in finished for name, data, pages in one.files}
    for path, outcome in write_all({path: data for path, (_, data, _) in files.items()}):
        if isinstance(outcome, OSError):
            found.append(cannot_write(path, outcome))
        else:
            order, _, pages = files[path]
            yield Made(path, lesson, order.edition, pages, outcome)
