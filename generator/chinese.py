"""Chinese in a page of another language says that it is Chinese, wherever it stands: a voice that reads aloud asks."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_WRITTEN_SO = {"zh", "ja", "ko"}  # languages with such characters of their own
_NO_WORDS = {"style", "script", "title", "textarea", "option"}  # there can be no elements in them
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def told(page: str) -> str:
    """The page with ``lang="zh"`` around Chinese characters, except where a language is given already."""
    if not _HAN.search(page):
        return page
    places = _Places()
    places.feed(page)
    places.close()
    pieces, at = [], 0
    for start, end in places.found:
        pieces += [page[at:start], f'<span lang="zh">{page[start:end]}</span>']
        at = end
    return "".join([*pieces, page[at:]])


class _Places(HTMLParser):
    """Finds the stretches of Chinese characters whose language is the page’s, and that is written otherwise."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, int]] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether a language is given to what is in them
        self._lines = [0]

    def feed(self, data: str) -> None:
        self._lines += [end.end() for end in re.finditer("\n", data)]
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        language = (dict(attrs).get("lang") or "").partition("-")[0].lower()
        around = bool(self._open) and self._open[-1][1]
        given = language in _WRITTEN_SO if tag == "html" else bool(language) or around  # the page’s own says nothing
        self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass  # nothing is in it

    def handle_endtag(self, tag: str) -> None:
        while any(tag == name for name, _ in self._open) and self._open.pop()[0] != tag:
            pass  # an element that needs no end of its own

    def handle_data(self, data: str) -> None:
        if self._open and not self._open[-1][1] and self._open[-1][0] not in _NO_WORDS:
            line, column = self.getpos()
            start = self._lines[line - 1] + column
            self.found += [(start + found.start(), start + found.end()) for found in _HAN.finditer(data)]
