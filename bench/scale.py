"""What a handout costs whom, when a cluster makes it: the one who asks, the scheduler, the workers, the network.

Prints what docs/scale.md reckons with. A scheduler and two workers run on this computer, over the loopback.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cloudpickle
import psutil
from distributed import Client
from measure import BIN, Bench

from generator.build import Options, orders_for
from generator.cache import Cache
from generator.cluster import AT_ONCE
from generator.printshop import finished
from generator.projects import find
from generator.reader import read


def started(folder: Path, what: str, *arguments: object) -> psutil.Process:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1", "--no-dashboard"]
    kept = {**os.environ, "COUNTERPOINT_CACHE": str(folder / "kept")}
    log = (folder / f"{what}.log").open("ab")
    process = subprocess.Popen([*command, *map(str, arguments)], cwd=folder, stdout=log, stderr=log, env=kept)
    return psutil.Process(process.pid)


def seconds(processes: list[psutil.Process]) -> float:
    """What some processes have used of a processor."""
    return sum(sum(p.cpu_times()[:2]) for p in processes)


def measured(folder: Path, lessons: int) -> dict[str, float]:
    project = Bench(folder, quick=True).project("many", ["five-voices"] * lessons)
    scheduler = started(folder, "scheduler", "--port", 0, "--scheduler-file", folder / "address")
    while not (folder / "address").exists():
        time.sleep(0.1)
    place = ("--scheduler-file", folder / "address", "--nthreads", 1, "--no-nanny", "--local-directory", folder)
    workers = [started(folder, "worker", *place) for _ in range(2)]
    try:
        with Client(scheduler_file=str(folder / "address"), set_as_default=False) as client:
            client.wait_for_workers(2)
            address = client.scheduler.address
        told: dict[str, float] = {}
        for name, output in (("made", "first"), ("kept", "second")):
            before = seconds([scheduler]), seconds(workers)
            command = [BIN / "counterpoint", "build", "--quiet", "--project", project, "--cluster", address]
            command += ["--edition", "student,teacher", "--format", "pdf", "--output", folder / output]
            kept = {**os.environ, "COUNTERPOINT_CACHE": str(folder / "own" / name)}
            began, used = time.perf_counter(), os.times()
            subprocess.run(list(map(str, command)), check=True, env=kept)
            handouts = 2 * lessons
            told[f"seconds of the one who asks, {name}"] = (
                os.times().children_user + os.times().children_system - used.children_user - used.children_system
            ) / handouts
            told[f"seconds of the scheduler, {name}"] = (seconds([scheduler]) - before[0]) / handouts
            told[f"seconds of a worker, {name}"] = (seconds(workers) - before[1]) / handouts
            told[f"seconds by the clock, {name}"] = (time.perf_counter() - began) / handouts
    finally:
        for process in (*workers, scheduler):
            process.kill()
    home = find(project)
    assert home
    chosen = Options(editions=("student", "teacher"), formats=("pdf",))
    reading = read(home)
    some = list(orders_for(reading, dict(list(reading.entries.items())[:2]), chosen, {n: [] for n in reading.entries}))
    told["bytes to a worker"] = len(cloudpickle.dumps(some)) / len(some)
    there = [finished(order, Cache(folder / "kept")) for order in some]
    told["bytes from a worker"] = len(cloudpickle.dumps(there)) / len(some)
    told["orders in a task"] = AT_ONCE
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lessons", type=int, default=20)
    folder = Path(tempfile.mkdtemp(prefix="counterpoint-scale-"))
    try:
        for what, number in measured(folder, parser.parse_args().lessons).items():
            print(f"{what:45} {number:12,.3f}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
