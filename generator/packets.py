"""Packets are made: the handouts of a unit’s lessons, pressed or fetched, are bound with what stands around them."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, product
from pathlib import Path

import pikepdf
from markupsafe import Markup

from generator import stamps
from generator.binding import Binding, bound, places
from generator.build import (
    Built,
    Made,
    Options,
    Progress,
    editions_of,
    objected,
    orders_for,
    versions_told,
)
from generator.diagnostic import Diagnostic
from generator.drawing import drawn, undrawable
from generator.editions import EDITIONS, Version
from generator.failures import PageProblem
from generator.index import cannot_write, other_language, renewed_index
from generator.labels import labels
from generator.looks import Look
from generator.outputs import OUTPUTS
from generator.packet import KINDS, PACKETS, SIDES, TEACHERS, Bound, Frame, Kind, Titled, mark_of
from generator.printshop import Finished, Order, Staff, all_finished, promised
from generator.reader import Reading
from generator.spec import UnitSpec
from generator.telling import Secrets
from generator.write import alone, sweep, write_all

BACK = ("glossary", "sources", "standards")  # what stands behind the lessons, as the contents call it

Withheld = tuple[tuple[str, Secrets], ...]  # what may not be told, each with what to call it


@dataclass(frozen=True)
class Wanted:
    """Which packets of a unit: whose, and with which of its lessons. Without a unit, of one lesson alone."""

    unit: str
    kinds: tuple[Kind, ...]
    lessons: tuple[str, ...]
    chosen: str = ""  # what the names of the files say of a choice of lessons or pages


def kinds_of(reading: Reading, lessons: Sequence[str]) -> tuple[Kind, ...]:
    """The packets that some lessons make: one for each side only where some lesson has sides."""
    there = {edition for name in lessons if name in reading.entries for edition in reading.entries[name].about.editions}
    return tuple(kind for kind in KINDS if kind not in SIDES or kind in there)


def packets(
    reading: Reading,
    wanted: Wanted,
    options: Options,
    progress: Progress = lambda what, done, of: None,
) -> Built:
    """Make the packets of a unit. Where something speaks against one of their pages, the old ones stay.

    Raises ``NoPress``, where a PDF is needed that is not known from before, and none can be made.
    """
    output = reading.project.output
    try:
        with alone(output, lambda: progress("waiting for another build", 0, 1)):
            sweep(output)
            shelf = gathered(reading, wanted, options, progress)
            written = _written(within(output, output / PACKETS / wanted.unit), shelf)
            return replace(
                written,
                diagnostics=(
                    *written.diagnostics,
                    *shelf.told,
                    *renewed_index(reading, options.language, options.cache),
                ),
            )
    except PageProblem as problem:
        return Built((), tuple(problem.diagnostics))
    except OSError as error:
        return Built((), (cannot_write(output, error),))


def within(output: Path, folder: Path) -> Path:
    """A folder in the output, if it does not lead out of it by a link. Raises ``OSError``."""
    if not folder.resolve().is_relative_to(output.resolve()):
        raise OSError(f"{folder.name} leads out of {output.name}")
    return folder


def gathered(reading: Reading, wanted: Wanted, options: Options, progress: Progress) -> Shelf:
    """The finished handouts of some packets. Raises ``PageProblem`` with all that speaks against them."""
    plan = reading.plans.get(wanted.unit)
    named = plan.lessons if plan else ()
    if missing := [_incomplete(name) for name in named if name in wanted.lessons and name not in reading.entries]:
        raise PageProblem(*missing)
    held = tuple(e for e in EDITIONS if any(e in KINDS[kind] for kind in wanted.kinds))
    options = replace(options, editions=held)
    lessons = {name: reading.entries[name] for name in wanted.lessons}
    steps = sum(len(editions_of(entry, options)) for entry in lessons.values())
    steps *= len(options.looks) * len(options.versions)
    refused, number = defaultdict[str, list[Diagnostic]](list), count()

    def begin(order: Order) -> None:
        progress(order.shown, next(number), steps)

    orders = orders_for(reading, lessons, options, refused)
    with options.staffed(steps) as staff:
        made = tuple(all_finished(orders, options.cache, staff, begin))
    progress("", steps, steps)
    told = tuple(versions_told(reading, lessons, options))
    if found := [*chain(*refused.values()), *(p for one in made for p in objected(reading, one.order.lesson, [one]))]:
        raise PageProblem(*found)
    return Shelf(reading, wanted, plan, options, made, told)


def _incomplete(name: str) -> Diagnostic:
    return Diagnostic(
        name.span,  # type: ignore[attr-defined]
        "packet-incomplete",
        f"The packet lacks “{name}”, which cannot be made as it stands",
        "Mend the lesson; or choose others with --lessons.",
    )


def _written(folder: Path, shelf: Shelf) -> Built:
    """Bind the packets and put them in their places, all or none."""
    files = {folder / name: (kind, data, pages) for kind, name, data, pages in shelf.packets()}
    done, found = list[Made](), list[Diagnostic]()
    for path, outcome in write_all({path: data for path, (_, data, _) in files.items()}):
        if isinstance(outcome, OSError):
            found.append(cannot_write(path, outcome))
        else:
            kind, _, pages = files[path]
            done.append(Made(path, folder.name, KINDS[kind][-1], pages, outcome))
    return Built(tuple(done), tuple(found))


@dataclass(frozen=True)
class _Around:
    """What stands around the handouts of a packet, some of it still to be waited for."""

    frame: Frame
    held: Sequence[Finished]
    withheld: Withheld
    back: Callable[[], bytes] | None


@dataclass
class Shelf:
    """The finished handouts of some lessons, to be bound."""

    reading: Reading
    wanted: Wanted
    plan: UnitSpec | None  # none, of a lesson alone
    options: Options
    finished: Sequence[Finished]
    told: tuple[Diagnostic, ...] = ()  # what versions will not do

    def __post_init__(self) -> None:
        languages = {labels(self.reading.entries[name].about.language).code for name in self.wanted.lessons}
        self.own = languages.pop() if len(languages) == 1 else "en"
        self.words = labels(self.options.language or self.own).on(self.own)
        self._numbers = dict[Look, Callable[[], bytes]]()  # the type of page numbers
        self._begun = dict[tuple[Kind, Look, Version | None], _Around]()

    @property
    def names(self) -> list[str]:
        """What its handouts call a name, each in the language of its fixed words."""
        languages = (self.reading.entries[lesson].about.language for lesson in self.wanted.lessons)
        return list(dict.fromkeys(str(self.options.labels(code)["name"]) for code in [self.own, *languages]))

    def packets(self) -> Iterator[tuple[Kind, str, bytes, int]]:
        """Each packet: whose it is, its name, the file, and how many pages it has, or 0."""
        code = other_language(self.own, self.words.code)
        wanted = list(product(self.options.looks, self.options.versions, self.wanted.kinds))
        for look, version, kind in wanted if "pdf" in self.options.formats else ():
            self.begin(kind, look, version)
        for look, version, kind in wanted:
            which = version.suffix if version else ""
            for format in self.options.formats_of(look):
                name = ".".join(filter(None, (f"{kind}{which}{look.suffix}", self.wanted.chosen, code, format)))
                if format == "pdf":
                    pdf = self.pdf(kind, look, version)
                    yield kind, name, bound(pdf), len(pdf.pages)
                else:
                    yield kind, name, self.page(kind, look, version, format), 0

    # --- what is in it ---------------------------------------------------------------------------------

    def held(self, kind: Kind, look: Look, version: Version | None) -> list[Finished]:
        of = (look, version)
        return [
            one
            for one in self.finished
            if (one.order.look, one.order.version) == of and one.order.edition in KINDS[kind]
        ]

    def bound(self, held: Sequence[Finished]) -> tuple[Bound, ...]:
        numbers = {str(name): number for number, name in enumerate(self.plan.lessons if self.plan else (), 1)}
        return tuple(_bound(self.reading, one.order, numbers.get(one.order.lesson, 0)) for one in held)

    def frame(self, kind: Kind, look: Look, version: Version | None) -> Frame:
        """What stands around the handouts of a packet."""
        assert self.plan is not None
        handouts = self.bound(self.held(kind, look, version))
        return Frame(
            shows="whole",
            kind=kind,
            id=f"packets/{self.wanted.unit}/{kind}{f'.{self.wanted.chosen}' if self.wanted.chosen else ''}",
            spec=Titled(str(self.plan.title), self.own),
            question=str(self.plan.question or ""),
            labels=self.words,
            revision=mark_of(
                str(self.plan.title),
                str(self.plan.question or ""),
                str(version.number) if version else "",
                ((one.lesson, one.edition, one.revision) for one in handouts),
            ),
            bound=handouts,
            version=version,
        )

    # --- as a PDF --------------------------------------------------------------------------------------

    def loose(self, kind: Kind, look: Look, version: Version | None) -> pikepdf.Pdf:
        """The handouts of a packet, and nothing around them."""
        binding = Binding()
        for one in self.held(kind, look, version):
            binding.add(_opened(_pdf(one)[0]), self.reading.entries[one.order.lesson].about.title)
        return binding.done()

    def begin(self, kind: Kind, look: Look, version: Version | None) -> _Around:
        """Have those pages of a packet pressed for which nothing has to be waited, if that was not begun."""
        if (kind, look, version) not in self._begun:
            if look not in self._numbers:
                page = stamps.numbers_page(look, self.words, self.options.cache)
                order = Order(self.wanted.unit, "student", look, page, (("numbers", "type"),))
                self._numbers[look] = self._promised(order)
            frame, held = self.frame(kind, look, version), self.held(kind, look, version)
            withheld = tuple(_secrets(held))
            back = self._proven(replace(frame, shows="back"), look, withheld) if frame.has_back else None
            self._begun[kind, look, version] = _Around(frame, held, withheld, back)
        return self._begun[kind, look, version]

    def pdf(self, kind: Kind, look: Look, version: Version | None) -> pikepdf.Pdf:
        """A packet as one PDF."""
        around = self.begin(kind, look, version)
        frame, handouts = around.frame, [_pdf(one) for one in around.held]
        binding = Binding(led=True)
        for (data, _), titled in zip(handouts, frame.contents, strict=True):
            binding.add(_opened(data), self._bookmark(titled))
        behind, lessons = dict[str, int](), len(binding.pages)
        if around.back:
            back = _opened(around.back())
            there = places(back)
            behind = {name: lessons + there[name][0] for name in BACK if name in there}
            binding.add(back, self.words["behind_lessons"])
        front_pages = 2  # how many pages the contents have decides on which pages all else is
        while True:
            placed = tuple(
                replace(b, first=front_pages + f + 1) for b, f in zip(frame.bound, binding.first, strict=False)
            )
            after = {name: front_pages + page + 1 for name, page in behind.items()}
            shown = replace(frame, shows="front", bound=placed, behind=after)
            front = _opened(self._proven(shown, look, around.withheld)())
            if len(front.pages) == front_pages:
                break
            front_pages = len(front.pages)
        binding.add_leading(front, frame.shown)
        for number in range(len(handouts)):
            binding.lead(f"part-{number + 1}", binding.first[number + 1])
        for name, page in behind.items():
            binding.lead(name, front_pages + page)
        binding.label()
        pdf = binding.done()
        feet = list(self._feet(binding, kind, look))
        stamps.number_pages(pdf, feet, look, self.words, self._numbers[look](), 1 if version else 0)
        return pdf

    def _bookmark(self, titled: tuple[str, Bound, str]) -> str:
        _, handout, shown = titled
        title = handout.title if shown == handout.title else f"{handout.title} – {shown}"
        return str(self.words.say("lesson_titled", number=handout.number, title=title))

    def _feet(self, binding: Binding, kind: Kind, look: Look) -> Iterator[float | None]:
        """Where the number of each page ends; the cover has none."""
        around, within = look.grid(kind in TEACHERS), look.grid(kind in TEACHERS, kind == "key")
        turned = look.two_sided and kind not in TEACHERS
        yield None
        for number in range(1, len(binding.pdf.pages)):
            grid = within if number >= binding.first[1] and (kind == "key" or number < binding.first[-1]) else around
            yield stamps.right_of(grid, turned and number % 2 == 1)

    def _proven(self, frame: Frame, look: Look, withheld: Withheld, format: str = "pdf") -> Callable[[], bytes]:
        """The pages of a frame, read back like those of a handout; whoever asks for them waits. Both raise
        ``PageProblem``."""
        assert self.plan is not None
        span = self.plan.title.span

        def draw() -> str:
            from generator import render  # late: where all is as it was, nothing is drawn

            page = render.page(frame, look, self.reading.project.templates)
            if problems := list(undrawable(span, "packet’s", page)):
                raise PageProblem(*problems)
            return page

        of = (repr(frame), self.words.code, self.own, repr(look))
        page = drawn(self.options.cache, self.reading.project, *of, draw=draw)
        files = ((f"{frame.kind}.{format}", format),)
        return self._promised(Order(self.wanted.unit, KINDS[frame.kind][-1], look, page, files, withheld))

    def _promised(self, order: Order) -> Callable[[], bytes]:
        """The file of an order, for whoever asks for it, who waits; that raises ``PageProblem``."""
        assert self.plan is not None
        span = self.plan.title.span
        made = promised(order, self.options.cache, self._sent_for)

        def given() -> bytes:
            done = made()
            if done.objections:
                raise PageProblem(*(Diagnostic(span, *objection) for objection in done.objections))
            return done.files[0][1]

        return given

    def _sent_for(self) -> Staff | None:
        """Who presses while handouts are bound."""
        if ahead := self.options.ahead:
            ahead.begin()
        return ahead.staff if ahead else None

    # --- as one page -----------------------------------------------------------------------------------

    def page(self, kind: Kind, look: Look, version: Version | None, format: str) -> bytes:
        """A packet as one page for the screen."""
        from generator import render

        frame, held = self.frame(kind, look, version), self.held(kind, look, version)
        self._proven(frame, look, tuple(_secrets(held)), format)()
        parts = list[tuple[str, str]]()
        for number, one in enumerate(held, 1):
            body = _body(one.order.page, f"part-{number}")
            if body is None:
                raise PageProblem(unlike_ours(self.reading, one.order.lesson))
            parts.append(body)
        bodies = [Markup(body) for _, body in parts]
        lines = max((int(n) for body in bodies for n in re.findall(r'class="line n(\d+)', body)), default=0)
        whole = replace(
            frame,
            bound=tuple(
                replace(b, body=body, drawn_as=classes)
                for b, body, (classes, _) in zip(frame.bound, bodies, parts, strict=True)
            ),
            line_numbers=tuple(range(5, lines + 1, 5)),
        )
        return OUTPUTS[format](render.page(whole, look, self.reading.project.templates))


def unlike_ours(reading: Reading, lesson: str) -> Diagnostic:
    """That a template of the project’s own leaves out what a packet or a class set is made by."""
    return Diagnostic(
        reading.lessons[lesson].spec.title.span,
        "template-error",
        "The page lacks a part by which it is bound or named: <main>, the foot, or the line for the name",
        "Let your templates keep them as they are in ours; or take them out of the project to use ours.",
    )


def _bound(reading: Reading, order: Order, number: int) -> Bound:
    about = reading.entries[order.lesson].about
    return Bound(order.lesson, number, about.title, about.language, order.edition, order.told, about.revision)


def _opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def _pdf(one: Finished) -> tuple[bytes, int]:
    """The PDF of a handout, and how many pages it has."""
    return next((data, pages) for name, data, pages in one.files if name.endswith(".pdf"))


def _secrets(held: Sequence[Finished]) -> Iterator[tuple[str, Secrets]]:
    """What the pages around the lessons may not tell: what no lesson may, but for what another one has to tell."""
    given = " . ".join(
        text for one in held for row in (*one.order.told.glosses, *one.order.told.sources) for text in row
    )
    kept = [secret for one in held for secret in one.order.secrets]
    for what in dict.fromkeys(what for what, _ in kept):
        sentences, codes = (
            dict.fromkeys(text for called, secret in kept if called == what for text in getattr(secret, of))
            for of in ("sentences", "codes")
        )
        known = set(Secrets(tuple(sentences), ()).told_by(given))
        yield what, Secrets(tuple(s for s in sentences if s not in known), tuple(codes))


_NAMED = re.compile(r'( (?:id|for|headers|aria-labelledby|aria-describedby)="| href="#)([^"]+)"')


def _body(page: str, name: str) -> tuple[str, str] | None:
    """What a page shows, to be put into another, and the classes that it has there: the names in it get that of its
    place before them. Nothing of one that is drawn unlike ours."""
    main = re.search(r'<main(?: class="([^"]*)")?[^>]*>(.*)</main>', page, re.DOTALL)
    foot = re.search(r'<footer class="foot"[^>]*>.*?</footer>', page, re.DOTALL)
    if not main or not foot:
        return None
    inner = main[2].replace('<div id="end"></div>', "") + foot[0]

    def apart(tag: re.Match[str]) -> str:
        return _NAMED.sub(lambda m: m[1] + " ".join(f"{name}-{one}" for one in m[2].split()) + '"', tag[0])

    return main[1] or "", re.sub(r"<[a-z][^>]*>", apart, inner)
