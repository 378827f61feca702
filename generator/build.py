"""The whole story: what was read is composed, pressed, read back and written."""

from __future__ import annotations

import html
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, count, product
from pathlib import Path

from generator import fonts, proof, render
from generator.cache import NOTHING_KEPT, Cache, digest_of
from generator.characters import character_name
from generator.compose import compose
from generator.diagnostic import Diagnostic
from generator.editions import EDITIONS, Edition, side_of
from generator.failures import NoPress, PageProblem
from generator.labels import Labels, available, labels
from generator.lessons import Lesson
from generator.looks import LOOKS, USUAL, Look
from generator.phrases import joined
from generator.printed import Handout
from generator.printshop import A_FEW, Finished, Order, Processes, Staff, all_finished
from generator.projects import Project, bytes_of
from generator.reader import Entry, Reading
from generator.render import OUTPUTS
from generator.source import Source
from generator.write import alone, sweep, write, write_all


@dataclass(frozen=True)
class Options:
    """Choices of a print run."""

    editions: tuple[Edition, ...] = EDITIONS
    formats: tuple[str, ...] = tuple(OUTPUTS)
    looks: tuple[Look, ...] = (USUAL,)
    language: str = ""  # of the labels; by default that of each lesson
    jobs: int = 1  # processes that make files, where there are more than a few
    cache: Cache = NOTHING_KEPT
    others: Staff | None = None  # who makes them instead

    def staff(self, handouts: int) -> Staff | None:
        """Those who make so many handouts; nobody else, where they are a few."""
        if self.others:
            return self.others
        return Processes(self.jobs, self.cache) if self.jobs > 1 and handouts >= A_FEW else None

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
    progress: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> Built:
    """Build some lessons (all that can be built, when none is named) and the index.

    A lesson whose files cannot be made or do not stand the proof keeps its old ones; the others are made. Raises
    ``NoPress``, where a PDF is needed that is not known from before, and none can be made.
    """
    wanted = {name: reading.entries[name] for name in names or reading.entries if name in reading.entries}
    steps = sum(len(_editions(entry, options)) for entry in wanted.values()) * len(options.looks)
    output, made, found, number = reading.project.output, list[Made](), list[Diagnostic](), count()
    refused, together = defaultdict[str, list[Diagnostic]](list), list[Finished]()

    def give_out() -> None:
        """Put a lesson’s files in their places, if nothing speaks against it."""
        if together:
            name = together[0].order.lesson
            problems = [*refused.pop(name, ()), *_objected(reading, name, together)]
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
            orders = orders_for(reading, wanted, options, refused)
            try:
                for finished in all_finished(orders, options.cache, options.staff(steps), begin):
                    together.append(finished)
            except NoPress:
                list(_index(reading, options))  # of what was made before
                raise
            give_out()
            found += chain(*refused.values())  # of lessons of which no page could be drawn
            progress("", steps, steps)
            found += _index(reading, options)
    except OSError as error:
        found.append(cannot_write(output, error))
    return Built(tuple(made), tuple(found))


def _editions(entry: Entry[Lesson], options: Options) -> list[Edition]:
    return [edition for edition in EDITIONS if edition in entry.about.editions and edition in options.editions]


def orders_for(
    reading: Reading, lessons: Mapping[str, Entry[Lesson]], options: Options, refused: dict[str, list[Diagnostic]]
) -> Iterator[Order]:
    """What is to be made; why a page cannot be drawn goes into ``refused``, by lesson."""
    templates = digest_of(*_templates(reading.project))
    for name, entry in lessons.items():
        words = options.labels(entry.about.language)
        for edition in _editions(entry, options):
            handout = cache(partial(_composed, reading, name, edition, words))
            for look in options.looks:
                of = ("drawn", entry.recipe, templates, edition, repr(look), words.code)
                draw = partial(_drawn, reading, name, handout, look)
                try:
                    told = options.cache.kept(*of, make=draw) if entry.recipe else draw()
                except PageProblem as problem:
                    refused[name] += problem.diagnostics
                    continue
                page, kept = json.loads(told)
                secrets = tuple((what, proof.Secrets(tuple(said), tuple(codes))) for what, said, codes in kept)
                files = tuple(
                    (_file_name(edition, look, _other(entry, words.code), format), format)
                    for format in options.formats_of(look)
                )
                yield Order(name, edition, look, page, files, secrets)


def _composed(reading: Reading, name: str, edition: Edition, words: Labels) -> Handout:
    return compose(reading.lessons[name], edition, words, reading.house)


def _templates(project: Project) -> Iterator[str | bytes]:
    """The project’s own templates, by name and by what they hold."""
    for path in sorted(project.templates.rglob("*")) if project.templates else ():
        if path.is_file():
            yield from (str(path), bytes_of(project, path)[0])


def _drawn(reading: Reading, name: str, handout: Callable[[], Handout], look: Look) -> bytes:
    """A page, and what none of its files may tell. Raises ``PageProblem``."""
    lesson, edition = reading.lessons[name], handout().edition
    page = render.page(handout(), look, reading.project.templates)
    if problems := list(_undrawable(lesson, edition, page)):
        raise PageProblem(*problems)
    secrets = dict[str, proof.Secrets]()
    if edition != "teacher":
        secrets["a text of the teacher’s"] = proof.secrets(lesson)
    if side_of(edition) is not None:
        secrets["a sentence of the other side’s"] = proof.other_side(lesson, edition)
    kept = [(what, secret.sentences, secret.codes) for what, secret in secrets.items()]
    return json.dumps((page, kept), ensure_ascii=False).encode()


def _objected(reading: Reading, name: str, finished: Sequence[Finished]) -> Iterator[Diagnostic]:
    """What speaks against giving a lesson’s files out, at its title."""
    for objection in (objection for one in finished for objection in one.objections):
        yield Diagnostic(reading.lessons[name].spec.title.span, *objection)


def _file_name(edition: Edition, look: Look, code: str, format: str) -> str:
    """``student.large-print.es.pdf``; ``code``: the language of the labels, where it is not the lesson’s own."""
    return ".".join(filter(None, (f"{edition}{look.suffix}", code, format)))


def _other(entry: Entry[Lesson], code: str) -> str:
    """The language of labels that are not those of the lesson’s own."""
    return code if code != labels(entry.about.language).code else ""


def _undrawable(lesson: Lesson, edition: Edition, page: str) -> Iterator[Diagnostic]:
    """Every character of a page that has no glyph, a template's own among them: an empty box is never printed."""
    for char in sorted(fonts.uncovered("".join(set(html.unescape(page))))):
        yield Diagnostic(
            lesson.spec.title.span,
            "character-not-covered",
            f"The {edition} page holds {character_name(char)}, which no font that comes with Counterpoint has",
            "If a template of yours prints it, use another character.",
        )


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


def cannot_write(path: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        Source(path, "").span(),
        "cannot-write",
        f"The file cannot be written: {error.strerror or error}",
        "Close it in other programs, and see that you may write in this folder and the disk is not full.",
    )


# --- the index ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A lesson in the index: its files, and whether they are those of the lesson as it stands."""

    id: str
    title: str
    files: tuple[tuple[str, str], ...]  # address, edition and format
    state: str  # current, out of date, or not built
    broken: bool


def _index(reading: Reading, options: Options) -> Iterator[Diagnostic]:
    """Write ``index.html``, which leads to all files of all lessons."""
    path = reading.project.output / "index.html"
    try:
        write(
            path, render.index(rows(reading, options), reading.project.templates, language_of_index(reading, options))
        )
    except PageProblem as problem:
        yield from problem.diagnostics
    except OSError as error:
        yield cannot_write(path, error)


def rows(reading: Reading, options: Options) -> list[Row]:
    """All lessons, those of a unit in their order."""
    code = language_of_index(reading, options)
    titles = {**reading.broken, **{id: entry.about.title for id, entry in reading.entries.items()}}
    ids = sorted(titles, key=lambda id: (_number(reading, id), id))
    return [_row(reading, id, titles[id], labels(code).on(code)) for id in ids]


def _number(reading: Reading, id: str) -> int:
    entry = reading.entries.get(id)
    return entry.about.number if entry and entry.about.number else 1000


def language_of_index(reading: Reading, options: Options) -> str:
    """The language asked for, or that of all lessons; English, where the lessons have several."""
    codes = {labels(entry.about.language).code for entry in reading.entries.values()}
    return labels(options.language).code if options.language else codes.pop() if len(codes) == 1 else "en"


def _row(reading: Reading, id: str, title: str, words: Labels) -> Row:
    entry = reading.entries.get(id)
    about = entry.about if entry else None
    title = words.put(title, about.language) if about else title
    files = tuple(_files(reading.project.output / id, about.editions if about else EDITIONS, words))
    current = about is not None and all(_shows(reading.project.output / path, about.revision) for path, _ in files)
    state = "not built" if not files else "current" if current else "out of date"
    return Row(id, title, files, state, about is None)


def _files(folder: Path, editions: Sequence[Edition], words: Labels) -> Iterator[tuple[str, str]]:
    """The address of each file of a lesson that is there, and what the index calls it."""
    there = {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set[str]()
    if not there:
        return
    for edition, look, code, format in product(editions, LOOKS, ("", *available()), OUTPUTS):
        name = _file_name(edition, look, code, format)
        if name in there:
            yield f"{folder.name}/{name}", _file_shown(edition, look, format, code, words)


def _file_shown(edition: Edition, look: Look, format: str, code: str, words: Labels) -> str:
    """``Side A, large print PDF, español``: a file as the index calls it; with the language of labels that are not of
    the lesson’s own."""
    kind, _, side = edition.partition("-")
    key = {"teacher": "index_teacher", "supports": "index_supports"}.get(kind, kind)
    chosen = [words[f"look_{name.replace('-', '_')}"] for name in look.chosen]
    shown = joined(words["comma"], [words.say(f"{key}_of_side", side=side.upper()) if side else words[key], *chosen])
    if not code:
        return words.say("index_file", edition=shown, format=format.upper())
    language = words.put(labels(code).language(code), code)
    return words.say("index_file_in", edition=shown, format=format.upper(), language=language)


def _shows(path: Path, mark: str) -> bool:
    """Whether a handout carries a revision mark: a page in its text, a PDF in its identifier."""
    try:
        data, told = path.read_bytes(), mark.encode()
        return told in data or told.hex().encode() in data  # as it is written where sheets are put together
    except OSError:
        return False
