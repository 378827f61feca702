"""A self-contained page becomes a tagged PDF (PDF/UA-1). Only our fonts and the page's own data are fetched."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from generator import booklet, fonts, mends, sizes, styles, tags, typeset
from generator.failures import PressProblem
from generator.places import common_styles

gc.freeze()  # What is imported by now stays, and is not to be looked through for garbage again and again.
gc.set_threshold(100_000, 10, 10)  # a usual page leaves less; it is looked for before the next


class Refused(FatalURLFetchingError):  # type: ignore[misc]
    """The page asked for something that does not come with it."""


class _OnlyOurs(URLFetcher):  # type: ignore[misc]
    """Knows our fonts, and serves pictures that the page carries itself; refuses the rest."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> Any:
        if file := fonts.files().get(url):
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": "font/ttf"})
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        self.refused.append(url[:200])
        raise Refused(f"The page asks for {url[:200]}")


class _Kept(logging.Handler):
    """Keeps what WeasyPrint only logs: a missing picture is an error here, and so is an address without a base."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.levelno >= logging.ERROR or "URI" in message or "URL" in message:
            self.messages.append(message)


@lru_cache
def _fonts() -> mends.InPlace:
    return mends.InPlace(fonts.files())


@contextmanager
def pressing() -> Iterator[Callable[[str], Any]]:
    """Gives what lays a page out. Whatever the page asks for that does not come with it, while it is laid out or
    written, is a ``PressProblem`` in the end."""
    fetcher, kept, log = _OnlyOurs(), _Kept(), logging.getLogger("weasyprint")

    def lay_out(page: str) -> Any:
        ready = page.replace(fonts.GO_HERE, fonts.press_css(), 1)
        html = styles.Page(ready, url_fetcher=fetcher, media_type="press")
        with mends.layout(), styles.computed(ready):
            return html.render(font_config=_fonts())

    log.addHandler(kept)
    log.propagate = False
    try:
        with typeset.setting(), sizes.found():
            yield lay_out
    except (Refused, ValueError) as refused:  # WeasyPrint lets an address without a base escape as the latter
        raise PressProblem(str(refused)) from refused
    finally:
        log.removeHandler(kept)
    if fetcher.refused or kept.messages:
        raise PressProblem("; ".join([*fetcher.refused, *kept.messages]))


def press(page: str) -> bytes:
    """The PDF of a page; the same page gives the same bytes. Raises ``PressProblem``."""
    gc.collect(1)
    with pressing() as lay_out:
        document = _ending(lay_out(mends.breakable(page)), 4 if _is_booklet(page) else 2)
        with mends.writing(), tags.mended() as finish:
            made: bytes = document.write_pdf(
                finisher=finish, pdf_variant="pdf/ua-1", pdf_tags=True, pdf_identifier=_revision(page)
            )
    styles.keep_styles()
    return booklet.impose(made) if _is_booklet(page) else made


def specimen() -> str:
    """A page of a few words with the styles that all pages have: whoever has pressed it has read and found these, and
    the type."""
    words = "<h1>A specimen</h1><p>Words, <strong>strong</strong> and <em>emphatic</em>.</p>"
    head = f"<title>Specimen</title><style>{fonts.GO_HERE}</style><style>\n{common_styles()}</style>"
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><main>{words}</main></body></html>'


def press_type(page: str) -> bytes:
    """The PDF of a page whose type is put on pages of others, which say what it is there: without tags. Raises
    ``PressProblem``."""
    with pressing() as lay_out, mends.writing():
        made: bytes = lay_out(page).write_pdf(pdf_identifier=b"type")
    return made


def _is_booklet(page: str) -> bool:
    return 'data-make="booklet"' in page


def _ending(document: Any, pages_of_a_sheet: int) -> Any:
    """The document without its Notes page, where all sheets are full without it."""
    is_notes = document.pages[-1]._page_box.page_type.name == "notes"
    full = (len(document.pages) - 1) % pages_of_a_sheet == 0
    return document.copy(document.pages[:-1]) if is_notes and full else document


def _revision(page: str) -> bytes:
    """The page's revision mark, which becomes the file's identifier: the index looks for it there."""
    found = re.search(r'data-revision="([0-9a-f ]+)"', page)
    return found[1].encode() if found else b"no mark"
