"""Other computers make the files: the workers of a Dask cluster, which have the same program.

Dask asks nobody who they are: such a cluster belongs in a network of its own, or behind ``tls://``.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakSet

from distributed import Client
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from generator import engine
from generator.cache import Cache, folder
from generator.failures import NoPress
from generator.printshop import Finished, Order, Task, made

TO_ANSWER = 10.0  # seconds that a scheduler has
AT_ONCE = 4  # orders that travel together: some hundred kilobytes there, and a megabyte back

_ONE = threading.Lock()  # WeasyPrint makes one page at a time in a process


class ClusterProblem(Exception):
    """Why a cluster cannot be used, and what to do."""


class Cluster:
    """The workers of a Dask cluster as staff."""

    at_once = AT_ONCE

    def __init__(self, client: Client) -> None:
        self.client = client
        self.futures: WeakSet[Any] = WeakSet()

    @property
    def hands(self) -> int:
        """As many as there are now: workers may come and go. Each has something to do, and something that waits."""
        return AT_ONCE * max(1, len(self.client.nthreads()))

    def take(self, orders: Sequence[Order]) -> Task:
        future = self.client.submit(made_there, list(orders), _versions(), pure=False)
        self.futures.add(future)
        return _Task(future)

    def is_lost(self, error: BaseException) -> bool:
        """What a lost worker had is given to others by Dask itself; this is what several were lost with."""
        return isinstance(error, KilledWorker)

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        self.client.cancel(list(self.futures), force=True)


@dataclass(frozen=True)
class _Task:
    """What a worker does."""

    future: Any

    def done(self) -> bool:
        return bool(self.future.done())

    def cancel(self) -> None:
        self.future.cancel()

    def result(self, timeout: float | None = None) -> list[Finished]:
        told = self.future.result(timeout)
        if isinstance(told, str):
            raise ClusterProblem(told)
        return cast("list[Finished]", told)


def made_there(orders: list[Order], versions: str) -> list[Finished] | str:
    """On a worker: the files of some orders, kept in its own folder for such things; or why it cannot make any.

    Nothing is raised: Dask waits for ever for an exception that cannot travel.
    """
    try:
        if _versions() != versions:
            return (
                "A worker has another version of Counterpoint, WeasyPrint, Pango or the fonts, so its files would not "
                "be the same. Install the same on all computers; “counterpoint doctor” shows what one has."
            )
        with _ONE:
            return made(orders, Cache(folder()))
    except NoPress as error:
        return f"A worker cannot make PDFs: {error}. “counterpoint doctor” says there what is missing."
    except Exception as error:
        return f"A worker has made a mistake ({type(error).__name__}: {error}). Please report it."


def _versions() -> str:
    return f"{engine.of_press()}\n{engine.of_proof()}"


@contextlib.contextmanager
def at(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler has this address. Raises ``ClusterProblem``, also when it is lost later."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what there is to say is said by us
    try:
        client = Client(address, timeout=TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise ClusterProblem(
            f"No cluster answers at {address}. Start one with “dask scheduler”, and use the address that it prints."
        ) from error
    with client:
        if not client.nthreads():
            raise ClusterProblem(f"The cluster at {address} has no workers. Start some with “dask worker {address}”.")
        try:
            yield Cluster(client)
        except (CancelledError, CommClosedError) as error:
            raise ClusterProblem(f"The cluster at {address} is gone. What was finished before is whole.") from error
