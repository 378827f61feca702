"""Whole files or none: each is written beside its place, flushed to the disk and renamed; one build at a time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = ".counterpoint-"
_LOCK = ".counterpoint.lock"


class InUse(OSError):
    """A file that another program holds open (Windows); the new one lies beside it, at ``beside``."""

    def __init__(self, path: Path, beside: Path) -> None:
        super().__init__(f"{path.name} is open in another program; the new one is {beside.name}")
        self.beside = beside


@contextlib.contextmanager
def alone(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the folder against other builds; say so when that means waiting. Raises ``OSError``.

    The lock is the operating system's and ends with the process, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def write_all(files: Mapping[Path, bytes]) -> Iterator[tuple[Path, bool | OSError]]:
    """Write files that belong together: all are on the disk before the first takes its place.

    Yields each path with whether it had to be touched (an unchanged file is left alone), or with what went wrong;
    then the old file is still there. Where one cannot be put on the disk, as when it is full, all the old ones stay,
    and only what went wrong is told.
    """
    staged: dict[Path, str | OSError | None] = {}
    try:
        for path, data in files.items():
            try:
                staged[path] = None if _holds(path, data) else _beside(path, data)
            except OSError as error:
                staged[path] = error
        failed = {path: error for path, error in staged.items() if isinstance(error, OSError)}
        yield from failed.items()
        for path, temporary in [] if failed else list(staged.items()):
            try:
                if isinstance(temporary, str):
                    _take_place(temporary, path)
                    staged[path] = None
                else:
                    _tidy(path)
                yield path, temporary is not None
            except OSError as error:
                yield path, error
    finally:
        for temporary in staged.values():
            if isinstance(temporary, str):
                with contextlib.suppress(OSError):
                    os.unlink(temporary)


def write(path: Path, data: bytes) -> bool:
    """Write one file; whether it had to be touched. Raises ``OSError``."""
    for _, outcome in write_all({path: data}):
        if isinstance(outcome, OSError):
            raise outcome
        return outcome
    return False


def _holds(path: Path, data: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size == len(data) and path.read_bytes() == data
    return False


def _beside(path: Path, data: bytes) -> str:
    """The data in a file of its own beside its place, flushed to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return name


def _take_place(temporary: str, path: Path) -> None:
    beside = _neighbour(path)
    try:
        os.replace(temporary, path)
    except PermissionError as error:
        if not path.is_file():
            raise
        os.replace(temporary, beside)
        raise InUse(path, beside) from error
    _tidy(path)


def _neighbour(path: Path) -> Path:
    return path.with_name(f"{path.stem}.new{path.suffix}")


def _tidy(path: Path) -> None:
    """Take away what lay beside a file while that was open elsewhere."""
    with contextlib.suppress(OSError):
        _neighbour(path).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sweep(folder: Path) -> None:
    """Take away what an interrupted build left beside its outputs. Only while the folder is held."""
    with contextlib.suppress(OSError):
        for place, _, files in os.walk(folder):  # which follows no links
            for name in files:
                if name.startswith(_PREFIX):
                    with contextlib.suppress(OSError):
                        os.unlink(os.path.join(place, name))
