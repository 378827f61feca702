"""The page that follows the files: it shows the handouts and the problems, to this computer and to nobody else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from conftest import GOLDEN, counterpoint, environment, replaced, small_project, text_of
from playwright.sync_api import Browser

from generator import serve, workbench
from generator.build import Options
from generator.cache import NOTHING_KEPT, Cache
from generator.diagnostic import concise
from generator.printshop import Finished, Order, Task, made
from generator.projects import Project
from generator.reader import Reading, read
from generator.staff import Ahead
from generator.workbench import Turn


def with_oars(project: Project) -> Project:
    """A small project with a second lesson."""
    shutil.copy(GOLDEN / "oars.yaml", project.lessons / "oars.yaml")
    (project.root / "handouts.yaml").write_text("format: 1\n", "utf-8")
    return project


@pytest.fixture
def two(small: Project) -> Project:
    return with_oars(small)


# --- reading again ------------------------------------------------------------------------------------


def test_what_is_as_it_was_is_not_read_again(two: Project) -> None:
    """The same lesson and the same seeds; what changed is read, and all that depends on it."""
    first = read(two)
    again = read(two, first)
    assert again.lessons["ferry"] is first.lessons["ferry"] and again.diagnostics == first.diagnostics
    replaced(two.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
    changed = read(two, again)
    assert changed.lessons["ferry"].spec.title == "A Street That Stays"
    assert changed.lessons["oars"] is first.lessons["oars"]
    replaced(two.seeds / "ferry.yaml", "ferry that costs nothing", "ferry that costs little")
    assert read(two, changed).lessons["ferry"] is not changed.lessons["ferry"]


def test_a_problem_is_told_again_as_long_as_it_is_there(two: Project) -> None:
    """Also when its file was not read again."""
    replaced(two.lessons / "ferry.yaml", "kind: policy", "kind: political")
    first = read(two)
    assert [d.rule for d in first.diagnostics] and "ferry" in first.broken
    assert list(map(concise, read(two, first).diagnostics)) == list(map(concise, first.diagnostics))
    replaced(two.lessons / "ferry.yaml", "kind: political", "kind: policy")
    assert "ferry" in read(two, first).lessons


def test_a_turn_names_what_has_to_be_built(two: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lesson that was saved; all of them, when a seed or a template was; none, when nothing became different."""
    monkeypatch.setattr(workbench, "LOOK", 0.001)
    (two.root / "templates").mkdir()
    project = Project(two.root, two.seeds, two.lessons, two.root / "templates", two.output)
    turns = workbench.turns(project)
    assert next(turns).lessons == ("ferry", "oars")
    replaced(two.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
    assert next(turns).lessons == ("ferry",)
    (two.root / "templates" / "handout.css").write_text("html { color: #111 }", "utf-8")
    turn = next(turns)
    assert turn.lessons == ("ferry", "oars") and not turn.is_old()
    os.utime(two.lessons / "oars.yaml", (1, 1))
    assert turn.is_old() and next(turns).lessons == ()


@pytest.mark.parametrize(("took", "waits"), [(0.0, 0.005), (0.001, 0.03), (60.0, 0.5)], ids=["few", "many", "a stop"])
def test_looks_follow_each_other_with_care(
    took: float, waits: float, two: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files are many it is waited longer, so that nobody’s fan turns; and never long, whatever held one up."""
    now, slept = [0.0], list[float]()

    class Clock:
        def perf_counter(self) -> float:
            now[0] += took
            return now[0]

        def sleep(self, seconds: float) -> None:
            slept.append(seconds)
            os.utime(two.lessons / "ferry.yaml", (1, 1))

    reading = read(two)
    files = workbench._files(two, reading)
    monkeypatch.setattr(workbench, "time", Clock())
    assert workbench._changed(reading, files) != files
    assert slept == pytest.approx([waits])


def test_a_save_that_comes_in_steps_is_read_when_it_is_whole(two: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor empties the file and then writes it: what was read in between is neither shown nor built."""
    lesson, reads = two.lessons / "ferry.yaml", list[str]()
    whole = lesson.read_text("utf-8").replace("title: A Street That Moves", "title: A Street That Stays")

    def reading_meanwhile(project: Project, before: Reading, cache: Cache) -> Reading:
        made = read(project, before, cache)
        reads.append(str(made.lessons["ferry"].spec.title) if "ferry" in made.lessons else "broken")
        if len(reads) == 1:
            lesson.write_text(whole, "utf-8")
        return made

    before = read(two)
    lesson.write_text("", "utf-8")
    monkeypatch.setattr(workbench, "read", reading_meanwhile)
    now, seen = workbench._settled(before, workbench._files(two, before), NOTHING_KEPT)
    assert reads == ["broken", "A Street That Stays"]
    assert str(now.lessons["ferry"].spec.title) == "A Street That Stays"
    assert seen[str(lesson)][1] == lesson.stat().st_size


def test_a_folder_that_is_away_for_a_moment_is_waited_for(two: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a version of the project is fetched, or a folder is synchronized."""
    before = read(two)
    away = two.lessons.rename(two.root / "away")
    monkeypatch.setattr(time, "sleep", lambda seconds: away.rename(two.lessons) if away.exists() else None)
    now, _ = workbench._settled(before, workbench._files(two, before), NOTHING_KEPT)
    assert set(now.lessons) == {"ferry", "oars"}


# --- a process that presses -----------------------------------------------------------------------------


class Hands:
    """A staff of one process, of which nothing comes before it is let go on."""

    at_once = hands = 1

    def __init__(self, cache: Cache) -> None:
        self.cache, self.goes_on, self.lost = cache, threading.Event(), 0
        self.pool, self.taken = ThreadPoolExecutor(1), list[tuple[Order, Future[list[Finished]]]]()
        self.on_order: Callable[[], object] = lambda: None

    def take(self, orders: Sequence[Order]) -> Task:
        self.on_order()
        if self.lost:
            self.lost -= 1
            raise BrokenProcessPool
        task = self.pool.submit(self._make, orders)
        self.taken += [(order, task) for order in orders]
        return task

    def _make(self, orders: Sequence[Order]) -> list[Finished]:
        self.goes_on.wait(60)
        return made(orders, self.cache)

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, BrokenProcessPool)

    def renew(self) -> bool:
        return True

    def close(self) -> None:
        self.goes_on.set()
        self.pool.shutdown(cancel_futures=True)


class Following:
    """A follower whose PDFs another process makes, and the states of a project that it is shown."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.cache = project, Cache(folder)
        self.staff, ahead = Hands(self.cache), Ahead(self.cache)
        ahead.staff = self.staff  # type: ignore[assignment]
        self.options = Options(editions=("student",), cache=self.cache, ahead=ahead)
        self.shown = serve.Shown()
        self.follower = serve.Follower(self.shown)

    def turn(self, *lessons: str, is_old: Callable[[], bool] = lambda: False) -> None:
        self.follower.follow(Turn(read(self.project, cache=self.cache), lessons, is_old), self.options)

    @property
    def told(self) -> list[str]:
        return [file for change in self.shown.changes for file in change]


@pytest.fixture
def following(two: Project, tmp_path: Path) -> Iterator[Following]:
    made = Following(two, tmp_path / "kept")
    yield made
    made.staff.close()


def test_a_page_is_shown_while_its_pdf_is_pressed(following: Following) -> None:
    """The page for the screen comes first: only when it is there, somebody is given the PDF to press."""
    given: list[list[str]] = []
    following.staff.on_order = lambda: given.append(following.told)
    thread = threading.Thread(target=following.turn, args=("ferry",), daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not following.staff.taken:
        assert time.monotonic() < end, following.told
        time.sleep(0.01)
    assert given == [["ferry/student.html"]] == [following.told]
    assert following.staff.taken[0][0].files == (("student.pdf", "pdf"),)
    following.staff.goes_on.set()
    thread.join(60)
    assert following.told == ["ferry/student.html", "ferry/student.pdf"] and len(following.staff.taken) == 1


def test_a_save_is_followed_while_a_pdf_is_pressed(following: Following, two: Project) -> None:
    """It is not waited for. What was not begun is not pressed any more, and the lesson has its PDFs in the end."""
    following.options = replace(following.options, editions=("student", "teacher"))
    old = threading.Event()
    threading.Timer(0.5, old.set).start()
    following.turn("ferry", is_old=old.is_set)
    pages = ["ferry/student.html", "ferry/teacher.html"]
    assert following.told == pages
    assert [(order.edition, task.cancelled()) for order, task in following.staff.taken] == [
        ("student", False),  # what was begun
        ("teacher", True),
    ]
    replaced(two.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
    following.staff.goes_on.set()
    following.turn("ferry")
    assert following.told == [*pages, *pages, "ferry/student.pdf", "ferry/teacher.pdf"]
    assert "A Street That Stays" in text_of(two.output / "ferry" / "student.pdf")


def test_what_was_to_be_begun_is_left_when_it_is_old(following: Following) -> None:
    """Another save came before anybody had time for it."""
    following.staff.pool.submit(following.staff.goes_on.wait, 60)
    following.turn("ferry", is_old=lambda: True)
    ((_, waiting),) = following.staff.taken
    assert waiting.cancelled() and following.told == ["ferry/student.html"]


def test_a_process_that_was_lost_is_replaced(following: Following) -> None:
    """The page is pressed by another, and nothing ends."""
    following.staff.goes_on.set()
    following.staff.lost = 1
    following.turn("ferry")
    assert following.told == ["ferry/student.html", "ferry/student.pdf"] and not following.shown.unbuilt


# --- the server ---------------------------------------------------------------------------------------


class Served:
    """A running ``counterpoint serve``."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.putrequest(method, path, skip_host=True)
            for name, value in {"Host": f"127.0.0.1:{self.port}", **headers}.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())

    @contextlib.contextmanager
    def events(self) -> Iterator[Iterator[str]]:
        """The files that are said to be new, one after the other."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", "/events")
            with connection.getresponse() as answer:
                yield (
                    file
                    for line in iter(answer.readline, b"")
                    if line.startswith(b"data: ")
                    for file in json.loads(line.removeprefix(b"data: "))
                )

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what comes by itself."""
        ends = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < ends and self.process.poll() is None
            time.sleep(0.05)

    def has(self, path: str) -> bool:
        return self.ask(path)[0] == 200


@contextlib.contextmanager
def serving(two: Project) -> Iterator[Served]:
    """A server for a project, as soon as the pages of both its lessons are there."""
    command = [sys.executable, "-m", "generator", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=two.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            address = process.stdout.readline()
            assert address.startswith("http://127.0.0.1:"), address
            one = Served(process, int(address.rsplit(":", 1)[1].strip().strip("/")))
            one.until(lambda: one.has("/oars/student.html"))
            yield one
        finally:
            process.kill()


@pytest.fixture
def served(two: Project) -> Iterator[Served]:
    """For a project that the test changes."""
    with serving(two) as one:
        yield one


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """For those who only ask."""
    with serving(with_oars(small_project(tmp_path_factory.mktemp("asked")))) as one:
        yield one


def test_it_shows_pages_and_pdfs(asked: Served) -> None:
    """The pages at once, the PDFs as soon as they are made; and leads to all of them."""
    status, page, headers = asked.ask("/")
    assert status == 200 and b'href="/ferry/student.html"' in page
    assert headers["Cache-Control"] == "no-store" and "default-src 'none'" in headers["Content-Security-Policy"]
    status, page, headers = asked.ask("/ferry/student.html")
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8" and b"A Street That Moves" in page
    asked.until(lambda: asked.has("/ferry/student.pdf"))
    status, data, headers = asked.ask("/ferry/student.pdf")
    assert headers["Content-Type"] == "application/pdf" and data.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "counterpoint.example:8765"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_who_asks_from_elsewhere_gets_nothing(headers: dict[str, str], asked: Served) -> None:
    """A page of the network that calls this computer by another name, or out of another page."""
    for path in ("/", "/ferry/student.html", "/events"):
        status, body, _ = asked.ask(path, **headers)
        assert status == 403 and b"Street" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/../handouts.yaml",
        "/ferry/../../handouts.yaml",
        "/ferry/..%2f..%2fhandouts.yaml",
        "/..%2flessons/ferry.yaml",
        "/lessons/ferry.yaml",
        "/ferry/%2e%2e/%2e%2e/lessons/ferry.yaml",
        "/ferry//etc/passwd",
        "/ferry/student.html/",
        "/ferry/.counterpoint.lock",
        "/.counterpoint.lock",
        "/ferry/%00.html",
        "/ferry",
        "/index.html/..",
    ],
)
def test_nothing_but_the_handouts_is_given_out(path: str, asked: Served) -> None:
    """However the way to it is written."""
    assert asked.ask(path)[0] == 404


def test_a_packet_is_given_out(served: Served, two: Project) -> None:
    """It lies in a folder of its unit; what lies deeper, such as copies with names, is not."""
    folder = two.output / "packets" / "water"
    (folder / "class").mkdir(parents=True)
    (folder / "student.pdf").write_bytes(b"%PDF")
    (folder / "class" / "student.pdf").write_bytes(b"%PDF")
    assert served.ask("/packets/water/student.pdf")[0] == 200
    assert served.ask("/packets/water/class/student.pdf")[0] == 404
    assert served.ask("/packets/../ferry/student.pdf")[0] == 404


def test_a_link_that_leads_out_is_not_followed(served: Served, two: Project) -> None:
    """A file in the output that is another file of the computer."""
    (two.output / "ferry" / "other.html").symlink_to(two.root / "handouts.yaml")
    assert served.ask("/ferry/other.html")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(method: str, asked: Served) -> None:
    """It is asked, and answers; there is no other way to speak to it."""
    for path in ("/", "/ferry/student.html", "/events"):
        assert asked.ask(path, method)[0] == 501


def test_it_listens_on_the_loopback_only(asked: Served) -> None:
    """Under its address in the network the computer does not answer."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as out:
        try:
            out.connect(("192.0.2.1", 9))  # nothing is sent
            outside = out.getsockname()[0]
        except OSError:
            pytest.skip("this computer is in no network")
    if outside.startswith("127."):
        pytest.skip("this computer is in no network")
    with pytest.raises(OSError):
        socket.create_connection((outside, asked.port), timeout=2).close()


def test_a_saved_change_is_told_and_shown(served: Served, two: Project) -> None:
    """First that the page for the screen is new, then the PDF."""
    served.until(lambda: served.has("/oars/teacher.pdf"))
    told: list[str] = []
    with served.events() as events:
        replaced(two.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
        for file in events:
            told.append(file)
            if file == "ferry/student.pdf":
                break
    assert told.index("ferry/student.html") < told.index("ferry/student.pdf")
    assert "oars/student.html" not in told
    assert b"A Street That Stays" in served.ask("/ferry/student.html")[1]


def test_a_mistake_is_shown_at_its_line_and_the_last_good_page_stays(served: Served, two: Project) -> None:
    """Until it is mended."""
    lesson = two.lessons / "ferry.yaml"
    line = lesson.read_text("utf-8").split("kind: policy")[0].count("\n") + 1
    replaced(lesson, "kind: policy", "kind: political")
    place = f"lessons/ferry.yaml:{line}:7: error:".encode()
    served.until(lambda: place in served.ask("/")[1])
    assert b"A Street That Moves" in served.ask("/ferry/student.html")[1]
    replaced(lesson, "kind: political", "kind: policy")
    served.until(lambda: place not in served.ask("/")[1])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_ends_it_well(served: Served) -> None:
    """With exit code 0: that is how it is meant to end."""
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(30) == 0


def test_a_port_that_is_taken_is_said_to_be(served: Served, two: Project) -> None:
    """And how to choose another."""
    ran = counterpoint("serve", "--port", served.port, cwd=two.root)
    assert ran.returncode == 1 and f"at port {served.port}" in ran.stderr and "--port" in ran.stderr


def test_the_page_in_a_browser_follows_by_itself(served: Served, two: Project, chromium: Browser) -> None:
    """A saved title is there without a key pressed; a mistake is told; nothing is objected to on the way."""
    with contextlib.closing(chromium.new_page()) as page:
        objections: list[str] = []
        page.on("console", lambda message: objections.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: objections.append(str(error)))
        page.goto(f"http://127.0.0.1:{served.port}/#/ferry/student.html")
        heading = page.frame_locator("iframe").locator("h1")
        heading.get_by_text("A Street That Moves").wait_for()
        replaced(two.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
        heading.get_by_text("A Street That Stays").wait_for(timeout=60_000)
        assert page.locator("nav a[aria-current]").first.get_attribute("href") == "/ferry/student.html"
        replaced(two.lessons / "ferry.yaml", "kind: policy", "kind: political")
        page.locator(".problems pre.error").first.wait_for(timeout=60_000)
        assert "political" in (page.locator(".problems pre.error").first.text_content() or "")
        heading.get_by_text("A Street That Stays").wait_for()
    assert objections == []


# --- watch --------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_watch_makes_files_again(two: Project) -> None:
    """It names what it made, waits, makes what a save has changed, and ends with Ctrl-C."""
    command = [sys.executable, "-m", "generator", "watch", "--format", "html", "--edition", "student"]
    with subprocess.Popen(
        command, cwd=two.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout and watching.stderr
        first = [Path(watching.stdout.readline().strip()).parent.name for _ in range(2)]
        replaced(two.lessons / "oars.yaml", "\ntitle: ", "\ntitle: Again, ")
        again = Path(watching.stdout.readline().strip())
        watching.send_signal(signal.SIGINT)
        said = watching.stderr.read()
        assert watching.wait(30) == 0
    assert first == ["ferry", "oars"] and again.parts[-2:] == ("oars", "student.html")
    assert "Again, " in again.read_text("utf-8")
    assert said.endswith("Stopped. The files of the last build are whole.\n") and "Traceback" not in said
