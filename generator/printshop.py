"""Orders become finished files: pressed, or fetched from what is kept, and read back; on one core or on several."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import NamedTuple

from generator import engine, proof
from generator.cache import Cache
from generator.editions import Edition
from generator.failures import PressProblem
from generator.looks import Look
from generator.render import OUTPUTS

A_FEW = 4  # from so many handouts on, a second process is worth its start


@dataclass(frozen=True)
class Order:
    """A page, and the files to make of it: all that whoever makes them has to know."""

    lesson: str
    edition: Edition
    look: Look
    page: str
    files: tuple[tuple[str, str], ...]  # name and format
    secrets: tuple[tuple[str, proof.Secrets], ...] = ()  # what none of them may tell, each with what to call it

    @property
    def shown(self) -> str:
        return f"{self.lesson} {self.edition}{self.look.suffix}"


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
                f"The page could not become a PDF: {problem}",
                "If a template of yours asks for a picture or style from elsewhere, put it into the template.",
            )
        )
    return Finished(order, tuple(files), tuple(objections))


def _made(page: str, format: str, cache: Cache) -> bytes:
    """A file made of a page. PDFs are kept; the others take less time to make than to fetch."""
    if format != "pdf":
        return OUTPUTS[format](page)
    return cache.kept("pressed", engine.of_press(), page, make=lambda: OUTPUTS[format](page))


def _read_back(order: Order, name: str, data: bytes, cache: Cache) -> tuple[int, list[Objection]]:
    """How many pages a file has, and what speaks against it."""
    kept = cache.kept(
        *("read back", engine.of_proof(), name, data, repr(order.secrets)),
        make=lambda: json.dumps(_judged(order, name, data)).encode(),
    )
    pages, told = json.loads(kept)
    return pages, [Objection(*one) for one in told]


def _judged(order: Order, name: str, data: bytes) -> tuple[int, list[Objection]]:
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


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def all_finished(
    orders: Iterable[Order], cache: Cache, jobs: int = 1, begin: Callable[[Order], None] = lambda order: None
) -> Iterator[Finished]:
    """The files of each order, in the order of the orders, made by so many processes.

    ``begin`` is told of each order before its files are made or waited for.
    """
    if jobs == 1:
        for order in orders:
            begin(order)
            yield finished(order, cache)
        return
    pool = _Pool(cache, jobs)
    try:
        for order in orders:
            pool.take(order)
            while pool.is_full() or pool.has_one():
                yield pool.give(begin)
        while pool.waiting:
            yield pool.give(begin)
    finally:
        pool.close()


class _Pool:
    """Several processes, and the orders that they have, the earliest first."""

    def __init__(self, cache: Cache, jobs: int) -> None:
        self.cache, self.jobs = cache, jobs
        self.processes = _processes(jobs)
        self.waiting: deque[tuple[Order, Future[Finished]]] = deque()

    def take(self, order: Order) -> None:
        self.waiting.append((order, self.processes.submit(finished, order, self.cache)))

    def is_full(self) -> bool:
        """Whether so much is waiting that composing more would only fill the memory."""
        return len(self.waiting) > 4 * self.jobs

    def has_one(self) -> bool:
        return bool(self.waiting) and self.waiting[0][1].done()

    def give(self, begin: Callable[[Order], None]) -> Finished:
        """The files of the earliest order. When a process died, nobody knows which order it had: this one is then made
        alone, and the others are given out again."""
        order, future = self.waiting.popleft()
        begin(order)
        try:
            return _result(future)
        except BrokenProcessPool:
            self.close()
            done = _alone(order, self.cache)
            self.processes, others = _processes(self.jobs), [one for one, _ in self.waiting]
            self.waiting.clear()
            for one in others:
                self.take(one)
            return done

    def close(self) -> None:
        _end(self.processes)


def _alone(order: Order, cache: Cache) -> Finished:
    process = _processes(1)
    try:
        return _result(process.submit(finished, order, cache))
    except BrokenProcessPool:
        names = ", ".join(name for name, _ in order.files)
        objection = Objection(
            "press-failed",
            f"The process that made {names} ended before it was done",
            "Close other programs, in case this computer has too little memory, and build again.",
        )
        return Finished(order, (), (objection,))
    finally:
        _end(process)


def _result(future: Future[Finished]) -> Finished:
    """A result, waited for in short steps: on Windows an interruption does not end a long one."""
    while not future.done():
        wait([future], timeout=0.2)
    return future.result()


def _processes(jobs: int) -> ProcessPoolExecutor:
    # A fork has all imports; where this process has other threads, or cannot be forked, each starts anew.
    forks = sys.platform == "linux" and threading.active_count() == 1
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("fork" if forks else "spawn"), _begin)


def _begin() -> None:
    """In a new process: an interruption is the business of the one that gave the orders, and without it there is
    nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _end(executor: ProcessPoolExecutor) -> None:
    """End the processes, whatever they do."""
    for process in (executor._processes or {}).values():
        process.terminate()
    executor.shutdown(cancel_futures=True)
