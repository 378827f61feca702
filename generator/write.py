"""Whole files or none: each is written beside its place, flushed to the disk and renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

_PREFIX = ".counterpoint-"


def write(path: Path, data: bytes) -> bool:
    """Put ``data`` at ``path``; whether the file had to be touched. An unchanged file is left alone.

    Raises ``OSError`` when the file cannot be written; the old one is then still there.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sweep(folder: Path) -> None:
    """Take away what an interrupted build left beside its outputs."""
    for left in folder.glob(f"**/{_PREFIX}*"):
        with contextlib.suppress(OSError):
            left.unlink()
