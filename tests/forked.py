"""The command as a process of its own, without waiting for its imports: each is forked from one that has them.

A fork has the arguments, the folder, the environment and the streams of a command that was typed. What Python itself
reads when it starts (``PYTHONPATH``, ``PYTHONHASHSEED`` …) it does not read again: for that, start Python.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

if sys.platform == "win32":
    _ahead = multiprocessing.get_context("spawn")  # nothing can be forked there: it starts anew
else:
    _ahead = multiprocessing.get_context("forkserver")
_ahead.set_forkserver_preload(["forked", "generator.cli", "generator.build", "generator.pdf"])


def _process(
    arguments: tuple[str, ...], cwd: Path, environment: Mapping[str, str], out: str, err: str, most: int
) -> None:
    if most:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["counterpoint", *arguments]
    sys.stdout, sys.stderr = (open(n, "w", encoding="utf-8", closefd=False) for n in (1, 2))  # noqa: SIM115
    from generator.cli import run

    run()


def run(
    arguments: tuple[str, ...], cwd: Path, environment: Mapping[str, str], timeout: float = 120, most: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run ``counterpoint`` with some arguments, for some seconds at most, and with at most so many bytes of memory."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        out.touch()
        err.touch()
        process = _ahead.Process(target=_process, args=(arguments, cwd, dict(environment), str(out), str(err), most))
        process.start()
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["counterpoint", *arguments], timeout, out.read_text(), err.read_text())
        told, objected = (path.read_text("utf-8") for path in (out, err))
        assert process.exitcode is not None
        return subprocess.CompletedProcess(["counterpoint", *arguments], process.exitcode, told, objected)
