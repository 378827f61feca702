"""The page that leads to all others: the handouts and packets that there are, and whether they are current."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import cast

from generator.cache import Cache
from generator.diagnostic import Diagnostic
from generator.drawing import drawn
from generator.editions import EDITIONS, MOST, Edition, Version
from generator.failures import PageProblem
from generator.labels import Labels, available, labels
from generator.looks import LOOKS, PROFILES, Look
from generator.outputs import OUTPUTS
from generator.packet import KINDS, PACKETS, Kind, kind_shown, lessons_shown, mark_of
from generator.phrases import joined
from generator.reader import Reading
from generator.source import Source
from generator.write import write


def file_name(edition: Edition, version: Version | None, look: Look, code: str, format: str) -> str:
    """``student.version-2.large-print.es.pdf``; ``code``: the language of the labels, where it is not the lesson’s
    own."""
    return ".".join(filter(None, (f"{edition}{version.suffix if version else ''}{look.suffix}", code, format)))


def other_language(own: str, code: str) -> str:
    """The language of labels, where it is not that of the lesson’s own."""
    return code if code != labels(own).code else ""


@dataclass(frozen=True)
class Row:
    """A lesson in the index: its files, and whether they are those of the lesson as it stands."""

    id: str
    title: str
    files: tuple[tuple[str, str], ...]  # address, edition and format
    state: str  # current, out of date, or not built
    broken: bool


def renewed_index(reading: Reading, language: str, cache: Cache) -> Iterator[Diagnostic]:
    """Write ``index.html``, which leads to all files of all lessons; what speaks against it."""
    path, project = reading.project.output / "index.html", reading.project
    of, code = rows(reading, language), language_of_index(reading, language)

    def draw() -> str:
        from generator import render  # late: where all is as it was, nothing is drawn

        return render.index(of, project.templates, code)

    try:
        write(path, drawn(cache, project, "index", repr(of), code, draw=draw).encode())
    except PageProblem as problem:
        yield from problem.diagnostics
    except OSError as error:
        yield cannot_write(path, error)


def rows(reading: Reading, language: str) -> list[Row]:
    """The packets that there are, and all lessons, those of a unit in their order."""
    code = language_of_index(reading, language)
    titles = {**reading.broken, **{id: entry.about.title for id, entry in reading.entries.items()}}
    ids = sorted(titles, key=lambda id: (_number(reading, id), id))
    words = labels(code).on(code)
    packets = [_packets_row(reading, unit, words) for unit in sorted(reading.plans)]
    return [*(row for row in packets if row.files), *(_row(reading, id, titles[id], words) for id in ids)]


def _number(reading: Reading, id: str) -> int:
    entry = reading.entries.get(id)
    return entry.about.number if entry and entry.about.number else 1000


def language_of_index(reading: Reading, language: str) -> str:
    """The language asked for, or that of all lessons; English, where the lessons have several."""
    codes = {labels(entry.about.language).code for entry in reading.entries.values()}
    return labels(language).code if language else codes.pop() if len(codes) == 1 else "en"


def _row(reading: Reading, id: str, title: str, words: Labels) -> Row:
    entry = reading.entries.get(id)
    about = entry.about if entry else None
    title = words.put(title, about.language) if about else title
    files = tuple(_files(reading.project.output / id, about.editions if about else EDITIONS, words))
    current = about is not None and all(_shows(reading.project.output / path, about.revision) for path, _ in files)
    state = "not built" if not files else "current" if current else "out of date"
    return Row(id, title, files, state, about is None)


_PACKET = re.compile(
    rf"({'|'.join(KINDS)})(\.version-\d)?((?:\.(?:{'|'.join(PROFILES)}))?)(\.lessons(?:-[1-9]\d*)+)?(\.readings|\.questions)?"
    rf"((?:\.(?:{'|'.join(available())}))?)\.(html|pdf)"
)


def _packets_row(reading: Reading, unit: str, words: Labels) -> Row:
    """The packets of a unit that are there; and whether they are of the lessons as they stand."""
    folder, names = reading.project.output / PACKETS / unit, list(map(str, reading.plans[unit].lessons))
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    files, current = [], True
    for name in there:
        if found := _PACKET.fullmatch(name):
            kind, version, profile, some, only, code, format = found.groups(default="")
            numbers = [int(n) for n in some.split("-")[1:]] or range(1, len(names) + 1)
            held = [reading.entries.get(names[n - 1]) if n <= len(names) else None for n in numbers]
            parts = [
                (names[n - 1], edition, entry.about.revision)
                for n, entry in zip(numbers, held, strict=True)
                for edition in EDITIONS
                if entry and edition in entry.about.editions and edition in KINDS[cast("Kind", kind)]
            ]
            plan = reading.plans[unit]
            mark = mark_of(str(plan.title), str(plan.question or ""), version[-1:], parts)
            current &= all(held) and _shows(folder / name, mark)
            shown = [kind_shown(cast("Kind", kind), words)]
            shown += [words.say("index_version", number=version[-1])] if version else []
            shown += [words[f"look_{part.replace('-', '_')}"] for part in [profile[1:]] if part]
            shown += [lessons_shown(numbers, words)] if some else []
            shown += [words[f"only_{only[1:]}"]] if only else []
            files.append(
                (f"{PACKETS}/{unit}/{name}", _file_named(joined(words["comma"], shown), format, code[1:], words))
            )
    title = words.say("index_packets", title=str(reading.plans[unit].title))
    return Row(unit, title, tuple(files), "current" if current else "out of date", False)


def _files(folder: Path, editions: Sequence[Edition], words: Labels) -> Iterator[tuple[str, str]]:
    """The address of each file of a lesson that is there, and what the index calls it."""
    there = {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set[str]()
    if not there:
        return
    drawn = any(".version-" in name for name in there)
    for edition in editions:
        for name, version, look, code, format in _names(edition, drawn):
            if name in there:
                yield f"{folder.name}/{name}", _file_shown(edition, version, look, format, code, words)


@lru_cache
def _names(edition: Edition, drawn: bool) -> list[tuple[str, Version | None, Look, str, str]]:
    """What the files of an edition may be called, and of what each is the name; with versions, if some were ``drawn``,
    whatever the seed."""
    versions = (None, *(Version(n, 0) for n in range(1, MOST + 1))) if drawn else (None,)
    return [(file_name(edition, *of), *of) for of in product(versions, LOOKS, ("", *available()), OUTPUTS)]


def _file_shown(edition: Edition, version: Version | None, look: Look, format: str, code: str, words: Labels) -> str:
    """``Side A, version 2, large print PDF, español``: a file as the index calls it; with the language of labels that
    are not of the lesson’s own."""
    kind, _, side = edition.partition("-")
    key = {"teacher": "index_teacher", "supports": "index_supports"}.get(kind, kind)
    chosen = [words.say("index_version", number=version.number)] if version else []
    chosen += [words[f"look_{name.replace('-', '_')}"] for name in look.chosen]
    shown = joined(words["comma"], [words.say(f"{key}_of_side", side=side.upper()) if side else words[key], *chosen])
    return _file_named(shown, format, code, words)


def _file_named(shown: str, format: str, code: str, words: Labels) -> str:
    named = {"docx": "Word"}.get(format, format.upper())
    if not code:
        return words.say("index_file", edition=shown, format=named)
    language = words.put(labels(code).language(code), code)
    return words.say("index_file_in", edition=shown, format=named, language=language)


def _shows(path: Path, mark: str) -> bool:
    """Whether a handout carries a revision mark: a page in its text, a PDF and a Word document in its identifier."""
    try:
        data, told = path.read_bytes(), mark.encode()
        return told in data or told.hex().encode() in data  # as it is written where sheets are put together
    except OSError:
        return False


def cannot_write(path: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        Source(path, "").span(),
        "cannot-write",
        f"The file cannot be written: {error.strerror or error}",
        "Close it in other programs, and see that you may write in this folder and the disk is not full.",
    )
