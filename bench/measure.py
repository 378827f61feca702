"""How fast Counterpoint is, as ratios measured in one run on one machine: absolute times are noise.

Prints a table and writes JSON. What a peer needs and this machine lacks is said, and not measured.
"""

from __future__ import annotations

import argparse
import ctypes.util
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LESSON = "five-voices"  # a usual lesson: eight pages for students
PARTS = ("starting", "one_handout", "pages", "many_lessons", "following", "packets", "class_sets")  # of the table


@dataclass
class Row:
    """A ratio: what was measured, against what, and the most that it may be; ``None`` where it cannot be had here."""

    work: str
    against: str
    most: float
    ratio: float | None
    unit: str = ""  # of the two numbers
    ours: float | None = None
    theirs: float | None = None
    note: str = ""


# --- measuring ----------------------------------------------------------------------------------------


@dataclass
class Run:
    """What one command took: seconds, and the most memory (bytes) that it and its children had at one time, if that
    was watched."""

    seconds: float
    memory: int


def run(*command: object, cwd: Path = HOME, watch: bool = False, **environment: str) -> Run:
    """Run a command to its end. Raises ``CalledProcessError``.

    ``watch``: its memory; that takes part of a processor, the more, the more processes there are.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = [0]
    if watch:
        threading.Thread(target=_watch, args=(process, most), daemon=True).start()
    code = process.wait()
    seconds = time.perf_counter() - started
    if code:
        raise subprocess.CalledProcessError(code, list(map(str, command)))
    return Run(seconds, most[0])


def _watch(process: subprocess.Popen[bytes], most: list[int]) -> None:
    """The memory of a process and of all below it: their own pages, and their share of what they have together."""
    while process.poll() is None:
        most[0] = max(most[0], sum(map(_memory, _family(process.pid))))
        time.sleep(0.02)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _memory(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return 1024 * int(found[1]) if (found := re.search(r"^Pss:\s+(\d+)", told, re.M)) else 0


def middle(times: int, make: Callable[[], Run]) -> float:
    """The middle of several runs, in seconds."""
    return statistics.median(make().seconds for _ in range(times))


def both(times: int, ours: Callable[[], Run], theirs: Callable[[], Run]) -> tuple[float, float]:
    """The middle of several runs of each, in seconds, taken in turns: a computer that others use is not always as
    fast. Between them is time for what a command leaves to do when it is gone."""
    took: tuple[list[float], list[float]] = [], []
    for _ in range(times):
        for times_of, make in zip(took, (ours, theirs), strict=True):
            times_of.append(make().seconds)
            time.sleep(0.5)
    return statistics.median(took[0]), statistics.median(took[1])


def compared(work: str, against: str, most: float, ours: float, theirs: float, unit: str = "s", note: str = "") -> Row:
    return Row(work, against, most, ours / theirs, unit, ours, theirs, note)


def _retitled(lesson: str, words: str) -> str:
    """A lesson with other words before its title, which stands on each page."""
    return re.sub(r'(?m)^title: ("?)', rf"title: \g<1>{words} ", lesson, count=1)


# --- what is measured ---------------------------------------------------------------------------------


class Bench:
    """One run of all measures, in a folder of its own."""

    def __init__(self, folder: Path, quick: bool) -> None:
        self.folder, self.times = folder, 1 if quick else 3
        self.lessons, self.sample = (12, 3) if quick else (100, 10)
        self.cache = folder / "cache"
        self.rows: list[Row] = []
        self.watches = False

    def memory(self, make: Callable[[], Run]) -> float:
        """The memory of one run, in megabytes."""
        self.watches = True
        try:
            return make().memory / 2**20
        finally:
            self.watches = False

    def build(self, *arguments: object, project: Path = HOME, output: str = "output", cold: bool = False) -> Run:
        if cold:
            shutil.rmtree(self.cache, ignore_errors=True)
            shutil.rmtree(self.folder / output, ignore_errors=True)
        return run(
            BIN / "counterpoint",
            *("build", "--quiet", "--project", project, "--output", self.folder / output, *arguments),
            watch=self.watches,
            COUNTERPOINT_CACHE=str(self.cache),
        )

    def measure(self, parts: Sequence[str]) -> list[Row]:
        self.build(project=self.project("first", [LESSON]))
        for part in parts:
            method = getattr(self, part)
            print(f"… {method.__doc__.splitlines()[0]}", file=sys.stderr, flush=True)
            method()
        return self.rows

    def starting(self) -> None:
        """How long it takes to say how it is used, and to check ten lessons."""
        nothing = middle(5, lambda: run(sys.executable, "-c", "pass"))
        helped = middle(self.times + 2, lambda: run(BIN / "counterpoint", "--help"))
        check = (BIN / "counterpoint", "check", "--project", HOME)
        first, *again = (run(*check, COUNTERPOINT_CACHE=str(self.cache)) for _ in range(self.times + 2))
        checked = statistics.median(one.seconds for one in again)
        self.rows += [
            compared("--help", "python -c pass", 10, helped, nothing),
            compared("check of ten lessons", "python -c pass", 35, checked, nothing),
            compared("check of ten lessons that were never read", "python -c pass", inf, first.seconds, nothing),
        ]

    def one_handout(self) -> None:
        """One handout, the whole process from YAML to a checked PDF."""
        project = self.project("alone", [LESSON])
        chosen = ("--edition", "student")

        def cold() -> Run:
            return self.build(*chosen, "--format", "pdf", project=project, cold=True)

        def warm() -> Run:
            return self.build(*chosen, "--format", "pdf", project=project)

        memory = self.memory(cold)
        ours, again = both(self.times, cold, warm)
        self.build(*chosen, "--format", "html", project=project)
        (page,) = (self.folder / "output").glob("*/student.html")
        page = page.rename(self.folder / "handout.html")
        self.rows.append(compared("one handout, nothing changed", "the same, cold", 1, again, ours))
        chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
        peers: list[tuple[str, Sequence[object]]] = [
            ("WeasyPrint’s own command", (BIN / "weasyprint", "--pdf-variant", "pdf/ua-1", page, "OUT")),
        ]
        if chromium:
            printing = (chromium, "--headless", "--no-sandbox", "--disable-gpu", "--print-to-pdf=OUT", page.as_uri())
            peers.insert(0, ("Chromium printing the page, cold", printing))
        if shutil.which("pandoc"):
            peers.append(("pandoc through WeasyPrint", ("pandoc", page, "--pdf-engine=weasyprint", "-o", "OUT")))
        if shutil.which("typst"):
            typ = self.folder / "page.typ"
            typ.write_text("\n\n".join(re.findall(r"[\w ,.]{20,}", page.read_text("utf-8"))), "utf-8")
            peers.append(("Typst, the same words", ("typst", "compile", typ, "OUT")))
        for name, command in peers:
            ours, theirs = both(self.times * 2 - 1, cold, lambda c=command: self._peer(c))  # type: ignore[misc]
            most = 1.2 if "Chromium" in name else inf
            self.rows.append(compared("one handout, cold", name, most, ours, theirs))
            if "Chromium" in name:
                megabytes = self.memory(lambda c=command: self._peer(c))  # type: ignore[misc]
                self.rows.append(compared("its memory", name, 0.6, memory, megabytes, unit="MB"))

    def _peer(self, command: Sequence[object]) -> Run:
        profile = tempfile.mkdtemp(dir=self.folder)
        out = str(self.folder / "peer.pdf")
        changed = [str(part).replace("OUT", out) for part in command]
        if "--headless" in changed:
            changed.insert(1, f"--user-data-dir={profile}")
        return run(*changed, watch=self.watches)

    def pages(self) -> None:
        """What a page costs in a long handout."""
        texts = {}
        for pages, sections in ((8, 16), (200, 400)):
            body = "".join(
                f"<h2>Part {n}</h2>" + f"<p>{'A line of words that goes on. ' * 45}</p>" for n in range(sections)
            )
            style = '/*<fonts>*/ html { font: 11pt/15pt "Source Serif 4" }'
            head = f'<html lang="en"><title>Pages</title><style>{style}</style>'
            texts[pages] = f"{head}<body>{body}</body></html>"
        took: dict[int, list[float]] = {pages: [] for pages in texts}
        for pages, text in list(texts.items()) * self.times:  # in turns
            file = self.folder / f"{pages}.html"
            file.write_text(text, "utf-8")
            code = (
                "import sys, time; sys.path.insert(0, sys.argv[1])\n"
                "from pathlib import Path\n"
                "from generator import pdf, proof\n"
                "page = Path(sys.argv[2]).read_text('utf-8'); pdf.press(page[:2000])\n"
                "began = time.process_time(); made = pdf.press(page); took = time.process_time() - began\n"
                "print(took / proof.page_count(made))"
            )
            told = subprocess.run([sys.executable, "-c", code, HOME, file], capture_output=True, text=True, check=True)
            took[pages].append(1000 * float(told.stdout))
        cost = {pages: statistics.median(times) for pages, times in took.items()}
        self.rows.append(compared("cost of a page at 200 pages", "at 8 pages", 1.4, cost[200], cost[8], unit="ms"))

    def many_lessons(self) -> None:
        """Many lessons, students’ and teacher’s edition, on two processors."""
        given = [path.stem for path in sorted((HOME / "lessons").glob("*.yaml")) if not path.stem.endswith(".unit")]
        project = self.project("many", [given[number % len(given)] for number in range(self.lessons)])
        single = self.project("single", given[:1])
        chosen = ("--edition", "student,teacher", "--format", "pdf", "--jobs", 2)
        first = self.build(*chosen, project=project, cold=True)
        again = self.build(*chosen, project=project)
        lesson = next((project / "lessons").glob("copy-*.yaml"))
        text = lesson.read_text("utf-8")
        lesson.write_text(_retitled(text, "Again"), "utf-8")
        changed = self.build(*chosen, project=project)
        alone = self.memory(lambda: self.build(*chosen[:-1], 1, project=single, output="single-output", cold=True))
        self.build("--edition", "student,teacher", "--format", "html", project=project)
        files = sorted((self.folder / "output").glob("copy-*/*.html"))
        some = files[:: max(1, len(files) // self.sample)][: self.sample]
        each = statistics.mean(run(BIN / "weasyprint", file, self.folder / "peer.pdf").seconds for file in some)
        name = f"{self.lessons} lessons, two editions, two cores"
        note = f"{len(some)} of {len(files)} files, times {len(files) / len(some):.0f}"
        memory = self.memory(lambda: self.build(*chosen, project=project, cold=True))

        def most(ratio: float) -> float:
            return ratio if self.lessons == 100 else inf  # of fewer, nothing was said

        self.rows += [
            compared(name, "WeasyPrint’s command per file", most(0.33), first.seconds, each * len(files), note=note),
            compared("the same again, nothing changed", "the full build", most(0.02), again.seconds, first.seconds),
            compared("one lesson of them changed", "the full build", most(0.03), changed.seconds, first.seconds),
            compared(
                f"memory of {self.lessons} lessons, for each of two processes and the one that reads",
                *("of one lesson", 1.5, memory / 3, alone, "MB"),
            ),
        ]

    def packets(self) -> None:
        """A packet of many lessons whose handouts are kept, and the same packet as one page that is pressed."""
        many = 4 if self.times == 1 else 20
        given = [path.stem for path in sorted((HOME / "lessons").glob("*.yaml")) if not path.stem.endswith(".unit")]
        project = self.project("packet", [given[number % len(given)] for number in range(many)])
        names = [path.stem for path in sorted((project / "lessons").glob("*.yaml"))]
        unit = f"format: 1\ntitle: All\nlessons: [{', '.join(names)}]\n"
        (project / "lessons" / "all.unit.yaml").write_text(unit, "utf-8")
        chosen = ("--edition", "student", "--format", "pdf")
        self.build(*chosen, project=project, cold=True)
        first, again = (self._packet(*chosen, project=project) for _ in range(2))
        self._packet("--edition", "student", "--format", "html", project=project)
        page = self.folder / "output" / "packets" / "all" / "student.html"
        pressed = self._peer((BIN / "weasyprint", "--pdf-variant", "pdf/ua-1", page, "OUT"))
        name, against = f"a packet of {many} lessons", "WeasyPrint pressing it as one page"
        most = 0.05 if many == 20 else inf
        self.rows += [
            compared(f"{name}, handouts kept", against, most, first.seconds, pressed.seconds),
            compared(f"{name}, made again", against, most, again.seconds, pressed.seconds),
        ]

    def _packet(self, *arguments: object, project: Path) -> Run:
        return run(
            BIN / "counterpoint",
            *("packet", "--quiet", "--project", project, "--output", self.folder / "output", *arguments),
            COUNTERPOINT_CACHE=str(self.cache),
        )

    def class_sets(self) -> None:
        """Thirty copies with names, and what they have in common."""
        project, roster = self.project("class", [LESSON]), self.folder / "class.csv"
        profiles = ("standard", "large-print")
        roster.write_text(
            "".join(["name,profile\n", *(f"Student {n},{profiles[n % 2]}\n" for n in range(30))]), "utf-8"
        )
        plain = ("--edition", "student", "--format", "pdf", "--profile", ",".join(profiles))
        shared = middle(self.times, lambda: self.build(*plain, project=project, cold=True))
        for shown, each in (("in one file", ()), ("a file each", ("--each",))):
            named = middle(
                self.times,
                lambda e=each: self.build("copy-000", "--roster", roster, *e, project=project, cold=True),  # type: ignore[misc]
            )
            self.rows.append(compared(f"thirty named copies, {shown}", "their two variants", 2, named, shared))

    def project(self, name: str, lessons: Sequence[str]) -> Path:
        """A project with the seeds of this one and copies of some lessons under other names."""
        folder = self.folder / name
        shutil.copytree(HOME / "seeds", folder / "seeds")
        (folder / "lessons").mkdir()
        for number, lesson in enumerate(lessons):
            text = _retitled((HOME / "lessons" / f"{lesson}.yaml").read_text("utf-8"), f"No. {number}")
            (folder / "lessons" / f"copy-{number:03}.yaml").write_text(text, "utf-8")
        return folder

    def following(self) -> None:
        """From a save to the page and to the PDFs in the browser, with ``serve``."""
        project = self.project("followed", [LESSON])
        name, chosen = "copy-000", ("--edition", "student")
        served_cache = self.folder / "served-cache"
        with subprocess.Popen(
            list(
                map(
                    str,
                    (
                        *(BIN / "counterpoint", "serve", "--port", 0, *chosen),
                        *("--project", project, "--output", self.folder / "served"),
                    ),
                )
            ),
            env={**os.environ, "COUNTERPOINT_CACHE": str(served_cache)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as serving:
            try:
                assert serving.stdout
                address = serving.stdout.readline().strip()
                while not (self.folder / "served" / name / "student.pdf").exists():
                    time.sleep(0.1)
                time.sleep(0.5)  # until it waits for a change
                took = []
                for _ in range(self.times * 3):
                    cold = self.build(*chosen, project=project, output="cold", cold=True)
                    took.append((*self._change(project / "lessons" / f"{name}.yaml", address, name), cold.seconds))
            finally:
                serving.kill()
        page, pdf, whole = (statistics.median(times) for times in zip(*took, strict=True))
        self.rows += [
            compared("one edition after a change, warm (serve)", "the same, cold", 0.5, pdf, whole),
            compared("change of YAML to new HTML, warm", "the same edition’s PDF, warm", 0.15, page, pdf),
        ]

    def _change(self, lesson: Path, address: str, name: str) -> tuple[float, float]:
        """The seconds from a save until the student’s page is said to be new, and until its PDF is."""
        times = dict[str, float]()
        with urllib.request.urlopen(f"{address}events", timeout=120) as events:
            text = lesson.read_text("utf-8")
            lesson.write_text(_retitled(text, "Again"), "utf-8")
            began = time.perf_counter()
            while len(times) < 2:
                line = events.readline().decode()
                told = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else []
                for file in {f"{name}/student.html", f"{name}/student.pdf"} & set(told):
                    times[file] = time.perf_counter() - began
        time.sleep(0.5)
        return times[f"{name}/student.html"], times[f"{name}/student.pdf"]


# --- telling ------------------------------------------------------------------------------------------


def table(rows: Sequence[Row]) -> str:
    """The rows as text: ratios, and the numbers they were made of."""
    lines = [f"{'work':58} {'against':34} {'ratio':>8} {'at most':>8}"]
    for row in rows:
        most = "–" if row.most == inf else f"{row.most:g}"
        ratio = "–" if row.ratio is None else f"{row.ratio:.3f}"
        met = "" if row.ratio is None or row.ratio <= row.most else "  MISSED"
        numbers = "" if row.ours is None or row.theirs is None else f"  ({row.ours:.3g} / {row.theirs:.3g} {row.unit})"
        lines.append(
            f"{row.work:58} {row.against:34} {ratio:>8} {most:>8}{met}{numbers}{'  ' + row.note if row.note else ''}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="fewer lessons, each measure once")
    parser.add_argument("--json", type=Path, help="where the numbers go: bench/last.json, if the table is whole")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="a part of the table")
    chosen = parser.parse_args()
    # Python keeps what it compiles, as where nobody forbids it: an image for building often does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not ctypes.util.find_library("harfbuzz-subset"):
        print("! Without libharfbuzz-subset, all that WeasyPrint presses takes half as long again.", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        rows = Bench(Path(folder), chosen.quick).measure(chosen.only)
    print(table(rows))
    told = [{k: (None if v == inf else v) for k, v in asdict(row).items()} for row in rows]
    whole = HOME / "bench" / "last.json" if chosen.only == PARTS else None
    if path := chosen.json or whole:
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
