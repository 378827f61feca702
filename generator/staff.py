"""The processes of this computer that press, apart from the one that reads and draws."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cached_property

from generator import engine
from generator.cache import Cache
from generator.failures import NoPress, PressProblem
from generator.printshop import Order, Task, made

A_FEW = 4  # from so many handouts on, a second process is worth its start


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """So many processes of this computer, which begin with the first order; ``before``: what is done before that."""

    at_once = 1

    def __init__(self, hands: int, cache: Cache, before: Callable[[], None] = lambda: None) -> None:
        self.hands, self.cache, self.before = hands, cache, before

    @cached_property
    def pool(self) -> ProcessPoolExecutor:
        self.before()
        return _processes(self.hands)

    def take(self, orders: Sequence[Order]) -> Task:
        return self.pool.submit(made, orders, self.cache)

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, BrokenProcessPool)

    def renew(self) -> bool:
        """Others begin with the next order, if somebody is gone and nobody has replaced them."""
        if (pool := self.__dict__.get("pool")) and pool._broken:
            self.close()
        return True

    def close(self) -> None:
        """End the processes, if there are some. With another order, others begin."""
        if pool := self.__dict__.pop("pool", None):
            _end(pool)


class Ahead:
    """A process that gets ready to press while something else is done: lessons are read, handouts are bound. The press
    takes as long to import. For a handout or a few, there is one from the first word that something is new, or at once
    where nothing is kept."""

    def __init__(self, cache: Cache) -> None:
        self.cache, self.tried = cache, False
        self.staff: Processes | None = None

    def begin(self) -> None:
        """Let it get ready, unless it would only be in the way. Where it cannot begin, it is done without."""
        if self.staff is None and not self.tried and cores() > 1 and _can_fork():
            self.tried = True
            engine.of_press()  # both ask for these: they are found once
            engine.of_proof()
            with contextlib.suppress(OSError, NotImplementedError, ImportError):
                staff = Processes(1, self.cache)
                staff.pool.submit(_get_ready)
                self.staff = staff

    def close(self) -> None:
        """End the process, if there is one. Another can begin."""
        staff, self.staff = self.staff, None
        if staff:
            staff.close()
            self.tried = False


def _get_ready() -> None:
    """In another process: press a specimen and read it back, so that all is there that this takes, but for a page."""
    from generator import outputs, proof
    from generator.telling import Secrets

    with contextlib.suppress(NoPress, PressProblem):  # told of the page that is wanted, if it is so then
        proof.leaks("specimen.pdf", outputs.press(outputs.the_press().specimen()), Secrets((), ()))


def _can_fork() -> bool:
    """Whether a process can begin as a copy of this one, which is quick."""
    return sys.platform == "linux" and threading.active_count() == 1


def _processes(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("fork" if _can_fork() else "spawn"), _begin)


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
    """End the processes, whatever they do. One may be in the middle of a result: who reads it would wait for the rest
    as long as anybody could still write it, and this process, which never does, could."""
    for process in (executor._processes or {}).values():
        process.terminate()
    if results := executor._result_queue:
        results._writer.close()  # type: ignore[attr-defined]
    executor.shutdown(cancel_futures=True)
