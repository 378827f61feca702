"""Orders become finished files: pressed, or fetched from what is kept, and read back; here, or by a staff."""

from __future__ import annotations

import functools
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from generator import engine
from generator.cache import Cache
from generator.editions import Edition, Version
from generator.failures import PressProblem
from generator.looks import Look
from generator.outputs import OUTPUTS, press_type
from generator.packet import NOTHING, Told
from generator.telling import Secrets

PRESSED = ("pdf", "type")  # of what is made, what takes long; the latter is type to be put on other pages
_SHOWN = {"pdf": "a PDF", "type": "type", "html": "a page for the screen", "docx": "a Word document"}


@dataclass(frozen=True)
class Order:
    """A page, and the files to make of it: all that whoever makes them has to know."""

    lesson: str
    edition: Edition
    look: Look
    page: str
    files: tuple[tuple[str, str], ...]  # name and format, or “type”
    secrets: tuple[tuple[str, Secrets], ...] = ()  # what none of them may tell, each with what to call it
    version: Version | None = None
    told: Told = NOTHING  # what it has to say to a packet

    @property
    def shown(self) -> str:
        version = self.version.suffix if self.version else ""
        return f"{self.lesson} {self.edition}{version}{self.look.suffix}"


class Objection(NamedTuple):
    """Why files are not given out: a rule, a message, a hint."""

    rule: str
    message: str
    hint: str


@dataclass(frozen=True)
class Finished:
    """The files of an order, each with how many pages it has if it is a PDF, else 0; and what speaks against them."""

    order: Order
    files: tuple[tuple[str, bytes, int], ...]
    objections: tuple[Objection, ...] = ()


# --- one order ---------------------------------------------------------------------------------------


def finished(order: Order, cache: Cache) -> Finished:
    """The files of an order, read back."""
    files, objections = [], list[Objection]()
    try:
        for name, format in order.files:
            data = _made(order.page, format, cache)
            pages, told = _read_back(order, name, data, cache)
            files.append((name, data, pages))
            objections += told
    except PressProblem as problem:
        objections.append(
            Objection(
                "press-failed",
                f"The page could not become {_SHOWN[format]}: {problem}",
                "If a template of yours asks for a picture or style from elsewhere, put it into the template.",
            )
        )
    return Finished(order, tuple(files), tuple(objections))


def fetched(order: Order, cache: Cache) -> Finished | None:
    """The files of an order, if they were pressed and read back before. Whoever has these does not wait for the rest,
    unless it is a Word document."""
    formats = {format for _, format in order.files}
    if "docx" in formats or not formats & set(PRESSED):
        return None
    files, objections = dict[str, tuple[str, bytes, int]](), dict[str, list[Objection]]()
    for name, format in sorted(order.files, key=lambda file: file[1] not in PRESSED):
        data = cache.found(*_pressed(order.page, format)) if format in PRESSED else OUTPUTS[format](order.page)
        judged = cache.found(*_proven(order, name, data)) if data else None
        if data is None or judged is None:
            return None
        pages, objections[name] = _unpacked(judged)
        files[name] = (name, data, pages)
    names = [name for name, _ in order.files]
    return Finished(order, tuple(files[name] for name in names), tuple(o for name in names for o in objections[name]))


def _made(page: str, format: str, cache: Cache) -> bytes:
    """A file made of a page. What is pressed is kept; the others take less time to make than to fetch."""
    if format not in PRESSED:
        return OUTPUTS[format](page)
    press = press_type if format == "type" else OUTPUTS[format]
    return cache.kept(*_pressed(page, format), make=lambda: press(page))


def _pressed(page: str, format: str) -> tuple[str, ...]:
    """All that a pressed file is made of."""
    return "pressed", format, engine.of_press(), page


def _read_back(order: Order, name: str, data: bytes, cache: Cache) -> tuple[int, list[Objection]]:
    """How many pages a file has, and what speaks against it."""
    kept = cache.kept(*_proven(order, name, data), make=lambda: json.dumps(_judged(order, name, data)).encode())
    return _unpacked(kept)


def _unpacked(kept: bytes) -> tuple[int, list[Objection]]:
    pages, told = json.loads(kept)
    return pages, [Objection(*one) for one in told]


def _proven(order: Order, name: str, data: bytes) -> tuple[str | bytes, ...]:
    """All by which a file is judged."""
    return "read back", engine.of_proof(), name, data, repr(order.secrets)


def _judged(order: Order, name: str, data: bytes) -> tuple[int, list[Objection]]:
    from generator import proof  # late: who only gives orders reads nothing back

    told = [
        Objection(
            "leak",
            f"{name} would hold {what}: “{text[:80]}”",
            "Nothing was written. If a template of yours prints it, mend the template.",
        )
        for what, secret in order.secrets
        for text in proof.leaks(name, data, secret)
    ]
    if not name.endswith(".pdf"):
        return 0, told
    told += [
        Objection(
            "foreign-font",
            f"{name} would use {font}, a font that does not come with Counterpoint",
            "A character is missing in our fonts. Please report the lesson.",
        )
        for font in proof.foreign_fonts(data)
    ]
    return proof.page_count(data), told


# --- many orders -------------------------------------------------------------------------------------


class Task(Protocol):
    """What somebody of the staff does, as in ``concurrent.futures``."""

    def done(self) -> bool: ...

    def result(self, timeout: float | None = None) -> list[Finished]: ...

    def cancel(self) -> object: ...


class Staff(Protocol):
    """Those who make files: processes of this computer, or of others."""

    @property
    def at_once(self) -> int:
        """Orders that are given out together."""

    @property
    def hands(self) -> int:
        """Orders that can be made at the same time."""

    def take(self, orders: Sequence[Order]) -> Task:
        """Have some orders made."""

    def is_lost(self, error: BaseException) -> bool:
        """Whether this is how it shows that whoever made an order is gone."""

    def renew(self) -> bool:
        """Replace who is gone; whether what they had has to be given out again."""

    def close(self) -> None:
        """End everything, whatever is still being made; with another order, it begins again."""


def all_finished(
    orders: Iterable[Order],
    cache: Cache,
    staff: Staff | None = None,
    begin: Callable[[Order], None] = lambda order: None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[Finished]:
    """The files of each order, in the order of the orders, made by the staff; without one, here, like all that only has
    to be fetched.

    ``begin`` is told of each order before its files are made or waited for; ``meanwhile`` is called again and again
    while they are waited for. What these raise ends it all.
    """
    if staff is None:
        for order in orders:
            begin(order)
            yield finished(order, cache)
        return
    counter = _Counter(staff, cache, meanwhile)
    try:
        for some in _batched(orders, staff.at_once):
            counter.take(some)
            while counter.is_full() or counter.has_some():
                yield from counter.give(begin)
        while counter.waiting:
            yield from counter.give(begin)
    finally:
        counter.close()


def promised(order: Order, cache: Cache, send_for: Callable[[], Staff | None]) -> Callable[[], Finished]:
    """Gives the files of an order to whoever asks, later and however often. Where they are to be pressed, staff is sent
    for, who do it meanwhile; where there is none, or else, it is done when they are asked for."""
    if (done := fetched(order, cache)) is not None:
        return lambda: done
    staff = send_for() if any(format in PRESSED for _, format in order.files) else None
    if staff is None:
        return functools.cache(lambda: finished(order, cache))
    counter = _Counter(staff, cache)
    counter.take((order,))
    return functools.cache(lambda: next(counter.give(lambda order: None)))


def _batched(orders: Iterable[Order], most: int) -> Iterator[tuple[Order, ...]]:
    """Orders, so many at a time."""
    waiting = iter(orders)
    while some := tuple(islice(waiting, most)):
        yield some


class _Counter:
    """The orders that the staff has, the earliest first."""

    def __init__(self, staff: Staff, cache: Cache, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.staff, self.cache, self.meanwhile = staff, cache, meanwhile
        self.waiting: deque[tuple[tuple[Order, ...], Task]] = deque()

    def take(self, orders: tuple[Order, ...]) -> None:
        """Have some orders made. That somebody was lost before they were given out shows when they are asked for."""
        try:
            task = self._fetched(orders) or self.staff.take(orders)
        except Exception as error:
            if not self.staff.is_lost(error):
                raise
            task = lost = Future[list[Finished]]()
            lost.set_exception(error)
        self.waiting.append((orders, task))

    def _fetched(self, orders: Sequence[Order]) -> Task | None:
        """The files of some orders, if there is nothing to do for any."""
        there = list[Finished]()
        for order in orders:
            if (one := fetched(order, self.cache)) is None:
                return None
            there.append(one)
        task = Future[list[Finished]]()
        task.set_result(there)
        return task

    def is_full(self) -> bool:
        """Whether so much is waiting that composing more would only fill the memory."""
        return len(self.waiting) * self.staff.at_once > 4 * self.staff.hands

    def has_some(self) -> bool:
        return bool(self.waiting) and self.waiting[0][1].done()

    def give(self, begin: Callable[[Order], None]) -> Iterator[Finished]:
        """The files of the earliest orders. When somebody was lost with them, nobody knows by which order: each of
        these is then made alone, and the others are given out again where that is needed."""
        orders, task = self.waiting[0]
        begin(orders[0])
        try:
            done = self._result(task)
        except Exception as error:
            if not self.staff.is_lost(error):
                raise
            self.waiting.popleft()
            others = self._taken_back() if self.staff.renew() else []
            done = [self._alone(order) for order in orders]
            for some in others:
                self.take(some)
        else:
            self.waiting.popleft()
        for number, one in enumerate(done):
            if number:
                begin(one.order)
            yield one

    def _taken_back(self) -> list[tuple[Order, ...]]:
        others = [orders for orders, _ in self.waiting]
        self.waiting.clear()
        return others

    def close(self) -> None:
        """Nobody waits any longer for what is not begun."""
        for _, task in self.waiting:
            task.cancel()
        self.waiting.clear()

    def _result(self, task: Task) -> list[Finished]:
        """A result, waited for in short steps: on Windows an interruption does not end a long one."""
        while True:
            try:
                return task.result(timeout=0.05)
            except TimeoutError:
                if task.done():
                    return task.result()
            self.meanwhile()

    def _alone(self, order: Order) -> Finished:
        try:
            return self._result(self.staff.take([order]))[0]
        except Exception as error:
            if not self.staff.is_lost(error):
                raise
            self.staff.renew()
            names = ", ".join(name for name, _ in order.files)
            objection = Objection(
                "press-failed",
                f"The process that made {names} ended before it was done",
                "Close other programs, in case this computer has too little memory, and build again.",
            )
            return Finished(order, (), (objection,))


def made(orders: Sequence[Order], cache: Cache) -> list[Finished]:
    """What is given to one of the staff."""
    return [finished(order, cache) for order in orders]
