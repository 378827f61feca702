"""A file's bytes as a text: UTF-8, one kind of line end, and no character that hides something."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from generator.diagnostic import Diagnostic
from generator.source import Source

MAX_BYTES = 1_000_000

# Bidirectional controls can make a text show other than it is (CVE-2021-42574); NEL, LS and PS end a
# line in YAML and nowhere else.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def decode(path: Path, data: bytes) -> tuple[Source, list[Diagnostic]]:
    """A file's bytes as a text with ``\\n`` line ends, and what is wrong with its characters.

    UTF-8, with or without a byte-order mark; anything else is refused at the byte's line.
    """
    empty = Source(path, "")
    if len(data) > MAX_BYTES:
        message = f"The file is {len(data):,} bytes long; at most {MAX_BYTES:,} are read"
        return empty, [Diagnostic(empty.span(), "too-large", message, "Split it into several files.")]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "The file is saved as UTF-16"
        return empty, [Diagnostic(empty.span(), "not-utf8", message, "Save it as UTF-8 in your editor.")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        legible = data[: error.start].decode("utf-8-sig", errors="replace") + "\ufffd"
        source = Source(path, unix(legible))
        at = len(source.text) - 1
        message = f"Byte {error.start + 1} of the file (0x{data[error.start]:02X}) is not UTF-8"
        hint = "The file was saved in another encoding, often Windows-1252. Save it as UTF-8 in your editor."
        return empty, [Diagnostic(source.span(at, at + 1), "not-utf8", message, hint)]
    source = Source(path, unix(text))
    return source, [_forbidden(source, m) for m in _FORBIDDEN.finditer(source.text)][:20]


def unix(text: str) -> str:
    """A text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def character_name(char: str) -> str:
    """``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    return f"U+{ord(char):04X} {unicodedata.name(char, 'control character')}"


def _forbidden(source: Source, match: re.Match[str]) -> Diagnostic:
    message = f"The invisible character {character_name(match[0])} stands here"
    hint = "Delete it: place the cursor behind it and press Backspace, then type the text again."
    return Diagnostic(source.span(match.start(), match.end()), "control-character", message, hint)
