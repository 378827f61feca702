"""A page becomes a file: one for the screen, a PDF (WeasyPrint), or a Word document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import cast

from generator import answers, fonts
from generator.failures import NoPress

_FOR_THE_PRESS = re.compile(r"/\*<press>\*/.*?/\*<press>\*/\n", re.DOTALL)


def web_page(page: str) -> bytes:
    """The page that is given out: one file, with the fonts and the script it uses inside."""
    page = _FOR_THE_PRESS.sub("", page)
    page = page.replace(answers.GOES_HERE, answers.script(), 1)
    return page.replace(fonts.GO_HERE, fonts.page_css(page), 1).encode()


def press(page: str) -> bytes:
    """The page as a tagged PDF. Raises ``PressProblem``; ``NoPress``, where PDFs cannot be made at all."""
    return cast(bytes, the_press().press(page))


def press_type(page: str) -> bytes:
    """A page whose type is put on pages of others. Raises the same."""
    return cast(bytes, the_press().press_type(page))


def the_press() -> ModuleType:
    """What makes PDFs, if it can. Raises ``NoPress``."""
    try:
        from generator import importing  # late: importing WeasyPrint costs more than reading all lessons

        with importing.lean():
            from generator import pdf
    except (ImportError, OSError) as error:
        raise NoPress(str(error)) from error
    return pdf


def word_document(page: str) -> bytes:
    """The page as a Word document, to go on editing. Raises ``PressProblem``."""
    from generator import word  # late, like the press

    return word.document(page)


OUTPUTS: Mapping[str, Callable[[str], bytes]] = {"pdf": press, "html": web_page, "docx": word_document}
USUAL_OUTPUTS = ("pdf", "html")  # what is made if nobody says what
