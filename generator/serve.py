"""A page on this computer that shows the handouts, and follows the files: for the one who writes them, nobody else.

It listens on the loopback only, answers to no other name, gives out nothing but the handouts, and changes nothing.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator import render
from generator.build import Options, Progress, build
from generator.diagnostic import Diagnostic, full, in_order
from generator.index import language_of_index, rows
from generator.packet import PACKETS
from generator.projects import is_lesson_id
from generator.reader import Reading
from generator.workbench import Turn, with_care

HOST = "127.0.0.1"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
HEARTBEAT = 15.0  # seconds: so that a browser that went away is noticed
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class Shown:
    """What the page shows: the last reading, what could not be built, and which files each change made anew."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        self.options = Options()
        self.unbuilt: dict[str, tuple[Diagnostic, ...]] = {}  # by the name of the lesson
        self.changes: list[tuple[str, ...]] = []
        self._news = threading.Condition()

    def show(self, reading: Reading, options: Options, changed: Iterable[str] = ()) -> None:
        with self._news:
            self.reading, self.options = reading, options
            self.changes.append(tuple(changed))
            self._news.notify_all()

    @property
    def version(self) -> int:
        return len(self.changes)

    def news(self, since: int) -> tuple[int, tuple[str, ...]]:
        """The version after some other, and the files that are new in it; the same one when nothing comes for long."""
        with self._news:
            self._news.wait_for(lambda: self.version > since, HEARTBEAT)
            files = tuple(dict.fromkeys(file for change in self.changes[since:] for file in change))
            return self.version, files

    def problems(self) -> list[Diagnostic]:
        """Of the last reading, and of what was built since."""
        read = self.reading.diagnostics if self.reading else ()
        return in_order([*read, *(problem for found in self.unbuilt.values() for problem in found)])

    def page(self, nonce: str) -> bytes:
        """The page itself."""
        reading = self.reading
        if reading is None:
            return b""
        told = [(problem.is_error, full(problem)) for problem in self.problems()]
        return render.served(
            rows(reading, self.options.language), told, nonce, language_of_index(reading, self.options.language)
        )


class _Overtaken(BaseException):
    """A file was saved while PDFs were made: the page for the screen comes first."""


class Follower:
    """Builds what a change has made old: first the pages for the screen, which take no time, then the PDFs."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.waiting: dict[str, None] = {}  # lessons that have no new PDFs yet

    def follow(self, turn: Turn, options: Options) -> None:
        for name in (*turn.lessons, ""):
            self.shown.unbuilt.pop(name, None)
        self.waiting = dict.fromkeys([*turn.lessons, *self.waiting])
        self.shown.show(turn.reading, options)  # the problems, before anything is built
        if turn.lessons:
            self._build(turn, turn.lessons, replace(options, formats=("html",), ahead=None))

        is_old = with_care(turn.is_old)

        def give_way() -> None:
            if is_old():
                raise _Overtaken

        def begin(what: str, done: int, of: int) -> None:
            if what:  # or all is made, and only has to be told
                give_way()

        for name in list(self.waiting):
            try:
                self._build(turn, (name,), replace(options, formats=("pdf",)), begin, give_way)
            except _Overtaken:
                return
            del self.waiting[name]

    def _build(
        self,
        turn: Turn,
        names: Sequence[str],
        options: Options,
        begin: Progress = lambda what, done, of: None,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        built = build(turn.reading, names, options, begin, give_way)
        for problem in built.diagnostics:
            name = problem.span.source.path.stem
            key = name if name in names else ""
            self.shown.unbuilt[key] = (*self.shown.unbuilt.get(key, ()), problem)
        output = turn.reading.project.output
        new = (made.path.relative_to(output).as_posix() for made in built.made if made.changed)
        self.shown.show(turn.reading, self.shown.options, new)


class _Asked(BaseHTTPRequestHandler):
    """One request. ``shown`` and ``names``, by which this computer may be called, are set by ``server``."""

    shown: Shown
    names: frozenset[str]
    server_version = "Counterpoint"
    sys_version = ""

    def do_GET(self) -> None:
        if not self._is_ours():
            self._answer(HTTPStatus.FORBIDDEN, b"This page is for this computer only.", "text/plain")
            return
        path = unquote(urlsplit(self.path).path)
        if path == "/":
            self._page()
        elif path == "/events":
            self._events()
        else:
            self._file(path)

    do_HEAD = do_GET

    def _is_ours(self) -> bool:
        """Whether this computer was asked by its own name, and not by a page from elsewhere."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        asked_by = self.headers.get("Sec-Fetch-Site", "none")
        return host in self.names and origin in (None, f"http://{host}") and asked_by in ("none", "same-origin")

    def _page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            "frame-src 'self'; base-uri 'none'; form-action 'none'"
        )
        self._answer(HTTPStatus.OK, self.shown.page(nonce), TYPES[".html"], {"Content-Security-Policy": policy})

    def _file(self, path: str) -> None:
        """A handout or a packet: a name of a lesson, or of a unit, and the name of a file, and nothing that leads
        elsewhere."""
        within, _, name = path.removeprefix("/").rpartition("/")
        reading, lesson = self.shown.reading, within.removeprefix(f"{PACKETS}/")
        file = reading.project.output / within / name if reading and is_lesson_id(lesson) else None
        if file is None or Path(name).name != name or file.suffix not in TYPES or not _lies_in(file, reading):
            self._answer(HTTPStatus.NOT_FOUND, b"There is no such handout.", "text/plain")
            return
        self._answer(HTTPStatus.OK, file.read_bytes(), TYPES[file.suffix])

    def _events(self) -> None:
        """Say which files are new, for as long as somebody listens."""
        self.send_response(HTTPStatus.OK)
        for name, value in {**HEADERS, "Content-Type": "text/event-stream"}.items():
            self.send_header(name, value)
        self.end_headers()
        seen = self.shown.version
        try:
            while True:
                version, files = self.shown.news(seen)
                told = f"data: {json.dumps(files)}\n\n" if version > seen else ": still here\n\n"
                self.wfile.write(told.encode())
                self.wfile.flush()
                seen = version
        except OSError:
            return  # nobody listens any more

    def _answer(self, status: HTTPStatus, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


def _lies_in(file: Path, reading: Reading | None) -> bool:
    return reading is not None and file.is_file() and file.resolve().is_relative_to(reading.project.output.resolve())


def server(shown: Shown, port: int) -> ThreadingHTTPServer:
    """The server, listening and not yet answering; port 0 is any that is free. Raises ``OSError``."""
    handler = type("Asked", (_Asked,), {"shown": shown})
    made = ThreadingHTTPServer((HOST, port), handler)
    made.daemon_threads = True
    handler.names = frozenset(f"{name}:{made.server_port}" for name in (HOST, "localhost"))  # type: ignore[attr-defined]
    return made
