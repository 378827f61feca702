"""Finished work is kept on this computer under the digest of all that it was made of: who asks again gets the same.

A folder of files, one for each piece of work. It can be deleted at any time; processes share it without waiting for
each other, since a file is complete before it has its name and is never changed; what is damaged is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MOST = 512 * 2**20  # bytes, of all files together
_CHECK = hashlib.sha256().digest_size


def folder() -> Path | None:
    """Where finished work is kept: the system’s place for such things, or what ``COUNTERPOINT_CACHE`` says; nowhere,
    where that is empty."""
    from platformdirs import user_cache_path  # late: it is asked for once

    told = os.environ.get("COUNTERPOINT_CACHE")
    return user_cache_path("counterpoint", appauthor=False) if told is None else Path(told) if told else None


def _nobody() -> None:
    """Who is told of nothing."""


@dataclass(frozen=True)
class Cache:
    """A folder of finished work, of so many bytes at most; without a folder, nothing is kept."""

    folder: Path | None = None
    most: int = MOST
    missed: Callable[[], None] = field(default=_nobody, compare=False)  # told when something is not there

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept, so that all there is to do is new."""
        if self.folder is None:
            return True
        try:
            with os.scandir(self.folder) as entries:
                return next(entries, None) is None
        except OSError:
            return True

    def kept(self, *of: str | bytes, make: Callable[[], bytes]) -> bytes:
        """What was made of all these before, or what ``make`` makes of them now. Raises what ``make`` raises."""
        data = self.found(*of)
        if data is None:
            data = make()
            self.keep(data, *of)
        return data

    def found(self, *of: str | bytes) -> bytes | None:
        """What was made of all these before, if it is kept."""
        data = _whole(self.folder / digest_of(*of)) if self.folder else None
        if data is None:
            self.missed()
        return data

    def keep(self, data: bytes, *of: str | bytes) -> None:
        """Keep what was made of all these; where that cannot be, it is made again the next time."""
        if self.folder is None:
            return
        path = self.folder / digest_of(*of)
        with contextlib.suppress(OSError):  # a full disk, a folder that cannot be written
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(data).digest() + data)
                os.replace(name, path)
            except BaseException:
                os.unlink(name)
                raise
            if path.name.startswith("00"):  # one in 256: often enough
                self.tidy()

    def tidy(self) -> None:
        """Take away what was not asked for longest, until the rest has room."""
        if self.folder is None:
            return
        files = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    files.append((entry.stat().st_mtime, entry.stat().st_size, entry.path))
        room = self.most
        for _, size, path in sorted(files, reverse=True):
            room -= size
            if room < 0:
                with contextlib.suppress(OSError):
                    os.unlink(path)


NOTHING_KEPT = Cache()


def digest_of(*parts: str | bytes) -> str:
    """A name for these and no others, in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _whole(path: Path) -> bytes | None:
    """What a file holds, if it is there and as it was written; then it counts as just used."""
    with contextlib.suppress(OSError):
        data = path.read_bytes()
        if hashlib.sha256(data[_CHECK:]).digest() == data[:_CHECK]:
            os.utime(path)
            return data[_CHECK:]
    return None
