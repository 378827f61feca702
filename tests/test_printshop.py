"""Work that was done is not done again, never wrongly; and several processes make what one would have made."""

from __future__ import annotations

import ast
import contextlib
import multiprocessing.process
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

import pytest
from conftest import HOME, composed, everything, replaced

from generator import choices, drawing, engine, fonts, making, outputs, printshop, render, staff, styles
from generator.build import Options, build
from generator.cache import NOTHING_KEPT, Cache
from generator.console import Door
from generator.diagnostic import has_errors
from generator.editions import Edition
from generator.looks import LOOKS, PROFILES, Look
from generator.printshop import Finished, Order, all_finished, promised
from generator.projects import Project
from generator.reader import read
from generator.staff import Ahead, Processes
from generator.telling import Secrets

# --- what is kept -------------------------------------------------------------------------------------


class Maker:
    """Makes bytes, and counts how often it is asked to."""

    def __init__(self, made: bytes = b"made") -> None:
        self.made, self.times = made, 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.made


def test_what_was_made_is_not_made_again(tmp_path: Path) -> None:
    """Another process, with the same folder, finds it as well."""
    make = Maker()
    assert [Cache(tmp_path).kept("a page", b"a font", make=make) for _ in range(3)] == [b"made"] * 3
    assert make.times == 1


@pytest.mark.parametrize(
    "other", [("a page", b"another font"), ("a pag", b"ea font"), ("a page",), ("a page", b"a font", "")], ids=repr
)
def test_what_differs_in_anything_is_made(other: tuple[str | bytes, ...], tmp_path: Path) -> None:
    """Also where the parts run together to the same bytes."""
    cache, make = Cache(tmp_path), Maker(b"other")
    cache.kept("a page", b"a font", make=Maker())
    assert cache.kept(*other, make=make) == b"other" and make.times == 1


@pytest.mark.parametrize("damage", [b"", b"x" * 40, None])
def test_what_is_damaged_is_made_again(damage: bytes | None, tmp_path: Path) -> None:
    """A file that is cut short, changed or gone is replaced."""
    cache, make = Cache(tmp_path), Maker()
    cache.kept("a page", make=make)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.unlink() if damage is None else file.write_bytes(damage)
    assert cache.kept("a page", make=make) == b"made" and make.times == 2
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [whole]


def test_nothing_is_kept_without_a_folder_or_in_one_that_cannot_be(tmp_path: Path) -> None:
    """Then everything is made each time, and nobody is bothered with it."""
    (tmp_path / "file").write_bytes(b"no folder")
    for cache in (NOTHING_KEPT, Cache(tmp_path / "file"), Cache(tmp_path / "file" / "below")):
        make = Maker()
        assert [cache.kept("a page", make=make) for _ in range(2)] == [b"made"] * 2 and make.times == 2


def test_what_fails_is_not_kept(tmp_path: Path) -> None:
    """The error goes on to who asked; the next time it is tried again."""

    def fail() -> bytes:
        raise ValueError("no page")

    for _ in range(2):
        with pytest.raises(ValueError, match="no page"):
            Cache(tmp_path).kept("a page", make=fail)
    assert not list(tmp_path.iterdir())


def test_it_does_not_grow_without_end(tmp_path: Path) -> None:
    """What was not asked for longest goes first; what is too large for all the room goes too."""
    cache = Cache(tmp_path, most=3 * (32 + 100))
    for number, name in enumerate(("first", "second", "third", "fourth")):
        cache.kept(name, make=Maker(bytes([number]) * 100))
        for file in tmp_path.iterdir():
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 10))
    cache.kept("first", make=Maker())  # asked for again
    cache.tidy()
    again = {name: Maker() for name in ("first", "second", "third", "fourth")}
    for name, make in again.items():
        replace(cache, most=10_000).kept(name, make=make)
    assert [name for name, make in again.items() if make.times] == ["second"]


def test_who_wants_to_know_is_told_what_is_not_kept(tmp_path: Path) -> None:
    """Each time, and not of what is; a copy that goes to another process tells nobody there."""
    told = list[str]()
    cache = Cache(tmp_path, missed=lambda: told.append("missed"))
    cache.kept("a page", make=Maker())
    assert told == ["missed"] and cache.kept("a page", make=Maker()) == b"made" and told == ["missed"]
    assert Cache(missed=lambda: told.append("no folder")).found("a page") is None and told[-1] == "no folder"
    assert pickle.loads(pickle.dumps(Cache(tmp_path))) == Cache(tmp_path) == cache


# --- what it depends on -------------------------------------------------------------------------------


def imported(module: str) -> set[str]:
    """The modules of ours that a module imports, and those that they import."""
    found, waiting = set[str](), [module]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            for node in ast.walk(ast.parse((HOME / "generator" / f"{one}.py").read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "generator":
                    within = (node.module or "").partition(".")[2]
                    waiting += [within] if within else [alias.name for alias in node.names]
    return found


def test_every_module_that_presses_is_asked_about() -> None:
    """A change in one of them, or in what imports WeasyPrint, makes new PDFs; the others only name a place or carry an
    error."""
    harmless = {"places", "failures", "diagnostic", "source"}
    assert (imported("pdf") | imported("importing")) - harmless == set(engine.PRESSES)


def pressed(project: Project, cache: Cache, **options: object) -> dict[str, bytes]:
    """The PDFs of a project, anew in its output."""
    chosen = Options(editions=("student",), formats=("pdf",), cache=cache)
    reading = read(project, cache=cache)
    built = build(reading, (), replace(chosen, **options))  # type: ignore[arg-type]
    assert not has_errors([*reading.diagnostics, *built.diagnostics])
    return {made.path.name: made.path.read_bytes() for made in built.made}


def test_a_change_gives_what_a_build_without_the_cache_gives(small: Project, tmp_path: Path) -> None:
    """Whatever is changed: the lesson, a template, the paper, the profile, the labels."""
    cache = Cache(tmp_path / "kept")
    first = pressed(small, cache)
    assert pressed(small, cache) == first == pressed(small, NOTHING_KEPT)
    replaced(small.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
    changed = pressed(small, cache)
    assert changed == pressed(small, NOTHING_KEPT) != first
    for looks in ((Look("a4"),), (Look(profile="dyslexia"),), (Look(make="booklet"),)):
        assert pressed(small, cache, looks=looks) == pressed(small, NOTHING_KEPT, looks=looks)
    assert pressed(small, cache, language="es") == pressed(small, NOTHING_KEPT, language="es")
    templates = small.root / "templates"
    templates.mkdir()
    own = (HOME / "templates" / "handout.css").read_text("utf-8").replace("font-size: 22pt", "font-size: 23pt")
    (templates / "handout.css").write_text(own, "utf-8")
    with_template = replace(small, templates=templates)
    assert pressed(with_template, cache) == pressed(with_template, NOTHING_KEPT) != changed


def test_what_is_drawn_while_a_template_is_saved_is_not_kept(small: Project, tmp_path: Path) -> None:
    """It would stand for the template as it was before; one in a linked folder counts like others."""
    parts, templates, cache = small.root / "parts", small.root / "templates", Cache(tmp_path / "kept")
    for folder in (parts, templates):
        folder.mkdir()
    (templates / "parts").symlink_to(parts, target_is_directory=True)
    (templates / "parts" / "round").symlink_to(templates, target_is_directory=True)
    project = replace(small, templates=templates)

    def page(saves: str = "") -> str:
        def draw() -> str:
            if saves:
                (parts / "foot.html").write_text(saves, "utf-8")
            return (parts / "foot.html").read_text("utf-8")

        return drawing.drawn(cache, project, "a page", draw=draw)

    (parts / "foot.html").write_text("first", "utf-8")
    assert page(saves="second") == "second"
    (parts / "foot.html").write_text("first", "utf-8")
    assert page() == page() == "first"
    (parts / "foot.html").write_text("third", "utf-8")
    assert page() == "third"


def test_another_engine_gives_new_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another version of WeasyPrint, another font, another Pango: nothing from before is used."""
    order = Order("a", "student", Look(), '<html lang="en"><title>A page</title><p>One</p>', (("a.pdf", "pdf"),))
    times = Maker(outputs.press(order.page))
    monkeypatch.setitem(outputs.OUTPUTS, "pdf", lambda page: times())
    cache = Cache(tmp_path)
    for made in range(1, 5):
        for _ in range(2):
            printshop.finished(order, cache)
        assert times.times == made
        engine.of_press.cache_clear()
        if made == 1:
            monkeypatch.setattr(engine, "_version", lambda name: "71.0")
        elif made == 2:
            monkeypatch.setattr(engine, "FACES", fonts.FACES[:-1])
        elif made == 3:
            monkeypatch.setattr(engine, "_libraries", lambda: "pango 99999")
    engine.of_press.cache_clear()


def test_versions_are_those_that_python_tells() -> None:
    """They are looked for in a shorter way."""
    for package in {*engine._DRAWS, *engine._PACKAGES}:
        assert engine._version(package) == version(package)


def test_libraries_that_cannot_be_asked_make_every_run_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than take a page from another Pango."""
    monkeypatch.setattr(engine, "_library", lambda name, number: None)
    assert engine._libraries() != engine._libraries()


# --- several processes --------------------------------------------------------------------------------


@pytest.fixture
def orders(small: Project) -> list[Order]:
    """Six pages of the small project."""
    ferry = read(small).lessons["ferry"]
    looks = [Look(profile=profile) for profile in PROFILES]
    return [
        Order("ferry", edition, look, render.page(composed(ferry, edition), look), ((f"{edition}.pdf", "pdf"),))
        for edition in ("student", "teacher")
        for look in looks
    ]


def test_two_processes_make_what_one_makes(orders: list[Order]) -> None:
    """The same bytes in the same order; and each is announced in its turn."""
    begun: list[Order] = []
    alone = list(all_finished(orders, NOTHING_KEPT))
    with closing(Processes(2, NOTHING_KEPT)) as two:
        together = list(all_finished(iter(orders), NOTHING_KEPT, two, begun.append))
    assert [one == other for one, other in zip(together, alone, strict=True)] == [True] * 6
    assert begun == orders
    assert [one.files[0][2] > 0 for one in alone] == [True] * 6


class Nobody:
    """A staff that nothing may be given to."""

    at_once = hands = 1

    def take(self, orders: Sequence[Order]) -> NoReturn:
        pytest.fail(f"{orders[0].shown} was to be made")

    def is_lost(self, error: BaseException) -> bool:
        return False

    def renew(self) -> bool:
        return False

    def close(self) -> None:
        pass


def test_what_was_made_before_is_fetched_by_who_asks(orders: list[Order], tmp_path: Path) -> None:
    """A process would take longer to tell it. Whatever is judged anew, or a Word document, is for the staff."""
    cache = Cache(tmp_path / "kept")
    asked = [replace(order, files=((f"{order.edition}.html", "html"), *order.files)) for order in orders[:2]]
    before = list(all_finished(asked, cache))
    assert list(all_finished(asked, cache, Nobody())) == before and len(before[0].files) == 2
    secret = ("a text", Secrets(("The tide waits for nobody at all.",), ()))
    word = (*asked[0].files, ("student.docx", "docx"))
    for other in (replace(asked[0], secrets=(secret,)), replace(asked[0], files=word), orders[2]):
        with pytest.raises(pytest.fail.Exception):
            list(all_finished([other], cache, Nobody()))


def test_what_is_promised_is_made_meanwhile(orders: list[Order], tmp_path: Path) -> None:
    """By who is sent for; nobody is, where nothing has to be pressed. Without staff, it is made when it is wanted."""
    cache, sent = Cache(tmp_path / "kept"), list[int]()
    for_the_screen = replace(orders[0], files=(("student.html", "html"),))
    wanted = printshop.finished(orders[0], NOTHING_KEPT)
    with closing(Processes(1, NOTHING_KEPT)) as one:

        def send_for() -> Processes:
            sent.append(1)
            return one

        screen = promised(for_the_screen, NOTHING_KEPT, send_for)
        assert screen() == printshop.finished(for_the_screen, NOTHING_KEPT) and not sent
        assert promised(orders[0], cache, send_for)() == wanted and sent == [1]
    later = promised(orders[0], cache, lambda: None)
    assert cache.is_empty and later() == wanted and not cache.is_empty
    assert promised(orders[0], cache, send_for)() == wanted and sent == [1]


def test_a_build_in_two_processes_ends_with_the_same_files(small: Project) -> None:
    """Byte for byte, the index too."""
    looks = tuple(Look(profile=profile) for profile in PROFILES)
    for jobs in (1, 2):
        built = build(read(small), (), Options(looks=looks, jobs=jobs))
        assert not built.diagnostics and all(made.changed for made in built.made) == (jobs == 1)
    assert len(everything(small.output)) == 19


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process begins as a copy of another")


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes begin as copies of this one, as they do where a command was typed on a computer with two cores."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(staff, "cores", lambda: 2)


def only_process_of(staff: Processes | None) -> multiprocessing.process.BaseProcess:
    assert staff is not None
    (process,) = staff.pool._processes.values()
    return process


@LINUX
def test_where_nothing_is_kept_somebody_gets_ready_at_once(
    tmp_path: Path, forks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is read; not where only a page is wanted, or one process, or something is kept."""
    monkeypatch.setenv("COUNTERPOINT_CACHE", str(tmp_path / "kept"))
    with making._ahead("html,pdf", 0) as ahead:
        process = only_process_of(ahead.staff if ahead else None)
        assert process.is_alive()
    process.join(20)
    assert not process.is_alive()
    for format, jobs in (("html", 0), ("pdf", 1)):
        with making._ahead(format, jobs) as ahead:
            assert ahead is None
    Cache(tmp_path / "kept").keep(b"a page", "something")
    with making._ahead("pdf", 0) as ahead:
        assert ahead and ahead.staff is None


@LINUX
def test_a_process_that_got_ready_makes_what_this_one_would(orders: list[Order], forks: None) -> None:
    """There is one from the first word that something is new, and no second until it was ended."""
    ahead = Ahead(NOTHING_KEPT)
    assert ahead.staff is None
    for _ in range(2):
        ahead.begin()
        process = only_process_of(staff := ahead.staff)
        ahead.begin()
        assert staff is not None and ahead.staff is staff
        assert list(all_finished(orders[:2], NOTHING_KEPT, staff)) == list(all_finished(orders[:2], NOTHING_KEPT))
        assert only_process_of(staff) is process
        ahead.close()
        process.join(20)
        assert ahead.staff is None and not process.is_alive()


def test_who_gets_ready_begins_with_the_first_word_that_something_is_new(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all is kept, never; where a lesson is new, with it."""
    cache, begun = Cache(small.root / "kept"), list[str]()
    monkeypatch.setenv("COUNTERPOINT_CACHE", str(small.root / "kept"))

    class Waiting(Ahead):
        def begin(self) -> None:
            begun.append("begun")

    def reading() -> None:
        begun.clear()
        choices.read(Door(small.root, quiet=True), None, Waiting(cache))

    reading()
    assert begun and not cache.is_empty and NOTHING_KEPT.is_empty
    reading()
    assert not begun
    replaced(small.lessons / "ferry.yaml", "title: A Street That Moves", "title: A Street That Stays")
    reading()
    assert begun


@LINUX
def test_who_got_ready_has_read_what_all_pages_have(orders: list[Order]) -> None:
    """The type and the common style of a specimen are those of a handout, to the letter: they are not read again."""
    press = outputs.the_press()
    styles._kept.clear()
    outputs.press(press.specimen())
    known = list(styles._kept)
    assert len(known) == 2 and "@font-face" in known[0] and ".document {" in known[1]
    read = re.findall(r"<style>(.*?)</style>", orders[0].page.replace(fonts.GO_HERE, fonts.press_css(), 1), re.DOTALL)
    assert len(read) == 5 and set(known) <= set(read)


@pytest.mark.skipif(sys.platform == "win32", reason="there, the folder has another name")
def test_no_folder_is_left_behind(small: Project, tmp_path: Path) -> None:
    """Neither by the process that was asked nor by those that press: fonts are used where they are."""
    told = {"TMPDIR": str(tmp_path / "temporary"), "COUNTERPOINT_CACHE": ""}
    Path(told["TMPDIR"]).mkdir()
    for jobs in ("1", "2"):
        made = ("build", "--project", small.root, "--output", tmp_path / jobs, "--format", "pdf", "--jobs", jobs)
        ran = subprocess.run(
            [sys.executable, "-m", "generator", *map(str, made)],
            cwd=HOME,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert list(Path(told["TMPDIR"]).iterdir()) == []


@pytest.mark.parametrize(("processors", "threads"), [(1, 1), (2, 2)], ids=["one processor", "threads"])
def test_nobody_gets_ready_who_would_be_in_the_way(
    processors: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is one processor, or a copy of this process would lack what its threads hold."""
    monkeypatch.setattr(threading, "active_count", lambda: threads)
    monkeypatch.setattr(staff, "cores", lambda: processors)
    ahead = Ahead(NOTHING_KEPT)
    ahead.begin()
    assert ahead.staff is None
    ahead.close()


@LINUX
def test_a_few_handouts_are_made_by_who_got_ready_and_many_by_all(small: Project, forks: None) -> None:
    """Who was not asked is ended."""
    reading = read(small)
    cases: list[tuple[tuple[Edition, ...], tuple[Look, ...], bool]] = [
        (("student",), (Look(),), True),
        (("student", "teacher"), LOOKS, False),
    ]
    for editions, looks, few in cases:
        ahead = Ahead(NOTHING_KEPT)
        ahead.begin()
        process = only_process_of(ahead.staff)
        options = Options(editions, ("pdf",), looks, jobs=2, ahead=ahead)
        with options.staffed(len(editions) * len(looks)) as asked:
            assert isinstance(asked, Processes) and (asked.hands == 1) == few
            asked.take([])
            assert process.is_alive() == few
        assert process.is_alive() == few
        ahead.close()
        built = build(reading, (), replace(options, ahead=None))
        assert not built.diagnostics and not process.is_alive()


@LINUX
def test_nobody_is_waited_for_who_died_while_getting_ready(orders: list[Order], forks: None) -> None:
    """Another process takes the work over."""
    ahead = Ahead(NOTHING_KEPT)
    ahead.begin()
    process = only_process_of(ahead.staff)
    assert ahead.staff
    process.kill()
    process.join()
    with contextlib.suppress(BrokenProcessPool):  # until it is noticed
        ahead.staff.pool.submit(len, ()).result()
    made = list(all_finished(orders[:2], NOTHING_KEPT, ahead.staff))
    ahead.close()
    assert [bool(one.files) for one in made] == [True, True]


def test_where_no_other_process_can_begin_it_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried once, and nobody is bothered with it."""
    tried = list[int]()

    def none(*asked: object) -> None:
        tried.append(1)
        raise BlockingIOError("too many processes")

    monkeypatch.setattr(staff, "cores", lambda: 2)
    monkeypatch.setattr(staff, "_can_fork", lambda: True)
    monkeypatch.setattr(staff, "Processes", none)
    ahead = Ahead(NOTHING_KEPT)
    ahead.begin()
    ahead.begin()
    assert ahead.staff is None and tried == [1]


def told_by_half(said: Path) -> bytes:
    """In another process: begin to tell what was made, and say so, but never end."""
    send = Connection._send  # type: ignore[attr-defined]

    def half(self: Connection, message: bytes, *how: object) -> None:
        send(self, message[: len(message) // 2])
        said.touch()
        time.sleep(600)

    Connection._send = half  # type: ignore[attr-defined]
    return bytes(1000)


@LINUX
def test_who_is_in_the_middle_of_a_result_can_be_ended(forks: None, tmp_path: Path) -> None:
    """As by Ctrl-C: nobody waits for the rest of it."""
    staff = Processes(1, NOTHING_KEPT)
    staff.pool.submit(told_by_half, tmp_path / "said")
    while not (tmp_path / "said").exists():
        time.sleep(0.01)
    closing = threading.Thread(target=staff.close, daemon=True)
    closing.start()
    closing.join(20)
    assert not closing.is_alive()


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A word that ends the process that presses a page with it."""
    press = outputs.OUTPUTS["pdf"]

    def pressed(page: str) -> bytes:
        if "belladonna" in page:
            os._exit(9)
        return press(page)

    monkeypatch.setitem(outputs.OUTPUTS, "pdf", pressed)
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # so that processes are forks, and know the word
    yield "belladonna"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that starts anew does not know the deadly word")
def test_a_process_that_dies_costs_its_own_handout(orders: list[Order], deadly: str) -> None:
    """The others are made as ever, in their order; and it is said which was not."""
    orders[1] = replace(orders[1], page=orders[1].page.replace("</main>", f"<p>{deadly}</p></main>"))
    orders[4] = replace(orders[4], page=orders[4].page.replace("</main>", f"<p>{deadly}</p></main>"))
    with closing(Processes(2, NOTHING_KEPT)) as two:
        made: list[Finished] = list(all_finished(orders, NOTHING_KEPT, two))
    assert [one.order for one in made] == orders
    assert [len(one.files) for one in made] == [1, 0, 1, 1, 0, 1]
    assert {one.objections[0].message for one in made if one.objections} == {
        "The process that made student.pdf ended before it was done",
        "The process that made teacher.pdf ended before it was done",
    }
