"""A class set is made: each different copy is bound once, and every student's name is put on the sheets of theirs."""

from __future__ import annotations

import contextlib
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary

from generator import outputs
from generator.binding import Binding, bound
from generator.build import Built, Made, Options, Progress
from generator.characters import character_name
from generator.diagnostic import Diagnostic, counted, warning
from generator.editions import Version
from generator.failures import PageProblem
from generator.index import cannot_write
from generator.labels import Labels, labels
from generator.looks import Look, Profile
from generator.packet import KINDS, PACKETS, SIDES, Kind
from generator.packets import Wanted, gathered, unlike_ours, within
from generator.reader import Reading
from generator.roster import Roster, Student
from generator.stamps import NoLine, form_of, name_lines, name_on, open_to_names
from generator.substitutes import STUDENT, class_lines, sheets_of
from generator.write import alone, sweep, write_all

CLASS = "class"  # beside the files that all have; in it, a file or a folder for each list
LONGEST = 200  # bytes of a name in the name of a file: with all else there are at most 255 (Linux)


@dataclass(frozen=True)
class Wishes:
    """How a class set is to be given out."""

    called: str  # what its files are called after: the list
    each: bool = False  # a file for each student, or one for the printer
    anonymous: bool = False  # whether files of each have numbers instead of names
    substitute: bool = False  # whether there is a sheet for the colleague who stands in, too, with the class on it


@dataclass(frozen=True)
class Variant:
    """What some students have in common: all but their names."""

    kind: Kind
    look: Look
    language: str
    version: Version | None


def class_set(
    reading: Reading,
    wanted: Wanted,
    roster: Roster,
    wishes: Wishes,
    options: Options,
    progress: Progress = lambda what, done, of: None,
) -> Built:
    """Make a copy of a packet, or of a lesson, for each student of a list. Where something speaks against one of them,
    none is made, and the old ones stay.

    Raises ``NoPress``, where a PDF is needed that is not known from before, and none can be made.
    """
    output = reading.project.output
    beside = output / PACKETS / wanted.unit if wanted.unit else output / wanted.lessons[0]
    try:
        with alone(output, lambda: progress("waiting for another build", 0, 1)):
            sweep(output)
            told = list[Diagnostic]()
            different = dict(_sheets(reading, wanted, roster, options, progress, told))
            copies = [different[one] for one in _variants(roster, wanted, options)]
            types, folder = _types(roster, copies, wishes.each), within(output, beside / CLASS)
            called = _called(wishes, wanted, options)
            if wishes.each:
                built = _one_each(folder / called, roster, copies, types, wishes, progress)
            else:
                title = str(reading.plans[wanted.unit].title) if wanted.unit else _title(reading, wanted)
                built = _for_the_printer(folder / f"{called}.pdf", title, copies, types, options, progress)
            warnings = (*told, *_without_side(roster, wanted))
            built = Built(built.made, (*built.diagnostics, *warnings))
            if not wishes.substitute:
                return built
            sheet = _sheet(folder / f"{called}.substitute.pdf", reading, wanted, roster, copies, options)
            return Built((*built.made, *sheet.made), (*built.diagnostics, *sheet.diagnostics))
    except PageProblem as problem:
        return Built((), tuple(problem.diagnostics))
    except NoLine:
        return Built((), (unlike_ours(reading, wanted.lessons[0]),))
    except OSError as error:
        return Built((), (cannot_write(output, error),))


# --- what they have in common ------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheets:
    """The sheets of some students before there is a name on them."""

    of: Variant
    data: bytes
    length: float  # of the shortest line for a name, in points

    def opened(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.data))


def _called(wishes: Wishes, wanted: Wanted, options: Options) -> str:
    """What the files of a set are called: after the list, and after what was chosen for all."""
    look = options.looks[0].suffix.removeprefix(".")
    return ".".join(filter(None, (wishes.called, wanted.chosen, look, options.language)))


def _title(reading: Reading, wanted: Wanted) -> str:
    return reading.entries[wanted.lessons[0]].about.title


def _without_side(roster: Roster, wanted: Wanted) -> Iterator[Diagnostic]:
    """That some students get no side, where lessons have sides."""
    left = [student for student in roster.students if not student.side]
    if left and set(SIDES) & set(wanted.kinds):
        yield warning(
            left[0].span,
            "roster-side",
            f"No side is named for {counted(len(left), 'student')} of this list, and a lesson has two",
            "They get the pages that all have, and not those of a side. Give each an A or a B in a column “Group”.",
        )


def versions_given(roster: Roster, options: Options) -> tuple[int, int]:
    """The highest version that somebody gets, and the seed of all; no version is 0."""
    named = [student.version for student in roster.students]
    going_round = [version.number for version in options.versions if version][: named.count(0)]
    return max([*named, *going_round], default=0), _seed(options)


def _seed(options: Options) -> int:
    return next((version.seed for version in options.versions if version), 1)


def _variants(roster: Roster, wanted: Wanted, options: Options) -> Iterator[Variant]:
    """What each student gets. Those for whom the list names no version get those that were asked for one after the
    other, so that neighbors differ."""
    look, versions = options.looks[0], options.versions
    seed, round_ = _seed(options), cycle(versions)
    for student in roster.students:
        kind: Kind = "side-a" if student.side == "a" else "side-b" if student.side == "b" else "student"
        yield Variant(
            kind if kind in wanted.kinds else "student",
            replace(look, profile=student.profile or look.profile),
            student.language or options.language,
            Version(student.version, seed) if student.version else next(round_),
        )


def _sheets(
    reading: Reading,
    wanted: Wanted,
    roster: Roster,
    options: Options,
    progress: Progress,
    told: list[Diagnostic],
) -> Iterator[tuple[Variant, Sheets]]:
    """Every variant that some student gets, bound once; what versions will not do is told. Raises ``PageProblem`` and
    ``NoLine``."""
    alike = defaultdict[tuple[str, Look, Version | None], list[Variant]](list)
    for variant in dict.fromkeys(_variants(roster, wanted, options)):
        alike[variant.language, variant.look, variant.version].append(variant)
    for (language, look, version), some in alike.items():
        kinds = tuple(kind for kind in KINDS if any(kind == variant.kind for variant in some))
        theirs = replace(options, language=language, looks=(look,), versions=(version,), formats=("pdf",))
        shelf = gathered(reading, replace(wanted, kinds=kinds), theirs, progress)
        told += (one for one in shelf.told if one not in told)
        for variant in some:
            pdf = (shelf.pdf if wanted.unit else shelf.loose)(variant.kind, variant.look, variant.version)
            lines = name_lines(pdf, variant.look, shelf.names)
            open_to_names(pdf, lines)
            yield variant, Sheets(variant, bound(pdf), min(line.length for line in lines))


# --- names -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """A name as a page of type, so many points above whose lower edge its letters stand."""

    source: pikepdf.Pdf
    page: int
    baseline: float

    def form(self, pdf: pikepdf.Pdf) -> Any:
        return form_of(pdf, self.source.pages[self.page], self.baseline)


def _types(roster: Roster, copies: Sequence[Sheets], apart: bool) -> list[Typed]:
    """The name of every student, as it is set on their sheets; ``apart``, in a PDF without a letter of another. Raises
    ``PageProblem`` for those that no font has."""
    profiles = [sheets.of.look.profile for sheets in copies]
    named, found = dict[tuple[Profile, str], Typed](), list[Diagnostic]()
    for profile in dict.fromkeys(profiles):
        theirs = [student for student, its in zip(roster.students, profiles, strict=True) if its == profile]
        room = min(sheets.length for sheets in copies if sheets.of.look.profile == profile) - 2
        typed, problems = _typed(theirs, profile, room, apart)
        named |= {(profile, name): one for name, one in typed.items()}
        found += problems
    if found:
        raise PageProblem(*found)
    return [named[profile, s.name] for s, profile in zip(roster.students, profiles, strict=True)]


def _typed(
    students: Sequence[Student], profile: Profile, room: float, apart: bool = False
) -> tuple[dict[str, Typed], list[Diagnostic]]:
    """The names of some students as type, and a problem for each that no font prints."""
    outputs.the_press()
    from generator import names  # late, like all that WeasyPrint has a part in

    size = 18 if profile == "large-print" else 11
    pressed = names.pressed((student.name for student in students), profile, size, room, apart)
    source = pikepdf.open(io.BytesIO(pressed.pdf)) if pressed.pdf and not apart else pikepdf.new()
    typed = {
        name: Typed(pikepdf.open(io.BytesIO(pressed.alone[name])), 0, one.baseline)
        if apart
        else Typed(source, one.page, one.baseline)
        for name, one in pressed.types.items()
    }
    missing = [student for student in students if student.name in pressed.unprintable]
    return typed, [_unprintable(student, pressed.unprintable[student.name]) for student in missing]


def _unprintable(student: Student, characters: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        student.span,
        "name-unprintable",
        f"No font prints {', '.join(map(character_name, characters))} of this name",
        "Install a font for this script on the computer; or write the name in other letters.",
    )


# --- the files ---------------------------------------------------------------------------------------


def _for_the_printer(
    path: Path, title: str, copies: Sequence[Sheets], types: Sequence[Typed], options: Options, progress: Progress
) -> Built:
    """All copies in one file, in the order of the list. Contents that copies share are in it once."""
    binding, words = Binding(), labels(options.language or "en")
    first = dict[Variant, int]()
    for number, (sheets, typed) in enumerate(zip(copies, types, strict=True)):
        progress(f"copy {number + 1}", number, len(copies))
        binding.add(sheets.opened(), str(words.say("copy_numbered", number=number + 1)), first.get(sheets.of))
        first.setdefault(sheets.of, number)
        pages = [pikepdf.Page(page) for page in binding.pages[binding.first[number] :]]
        _separate(binding.pdf, pages)
        name_on(pages, typed.form(binding.pdf))
    progress("", len(copies), len(copies))
    binding.label(each=True)
    binding.entitle(title)
    return _put({path: bound(binding.done())}, {path: len(binding.pages)})


def _separate(pdf: pikepdf.Pdf, pages: Sequence[pikepdf.Page]) -> None:
    """Let pages that share what they draw with others have a list of it of their own."""
    own = dict[Any, Any]()
    for page in pages:
        shared: Any = page.obj.Resources
        if shared.objgen not in own:
            own[shared.objgen] = pdf.make_indirect(Dictionary(dict(shared.items())))
            own[shared.objgen].XObject = Dictionary(dict(shared.XObject.items()))
        page.obj.Resources = own[shared.objgen]


def _one_each(
    folder: Path,
    roster: Roster,
    copies: Sequence[Sheets],
    types: Sequence[Typed],
    wishes: Wishes,
    progress: Progress,
) -> Built:
    """A file for each student, in a folder that then holds these and no others of ours."""
    digits = max(2, len(str(len(copies))))
    opened = {sheets.of: sheets.opened() for sheets in copies}
    all_pages = {of: list(pdf.pages) for of, pdf in opened.items()}
    files, pages = dict[Path, bytes](), dict[Path, int]()
    for number, (student, sheets, typed) in enumerate(zip(roster.students, copies, types, strict=True), 1):
        progress(f"copy {number}", number - 1, len(copies))
        pdf = opened[sheets.of]
        name_on(all_pages[sheets.of], typed.form(pdf))
        name = "" if wishes.anonymous else f" {_in_a_file_name(student.name)}"
        path = folder / f"{number:0{digits}}{name}.pdf"
        files[path], pages[path] = bound(pdf), len(all_pages[sheets.of])
    progress("", len(copies), len(copies))
    built = _put(files, pages, lambda path: path.with_name(f"{path.name[:digits]}.pdf"))
    for old in folder.glob("*.pdf") if not built.diagnostics else ():
        if old not in files and re.match(r"\d{2,3}( |\.)", old.name):  # of a list that has changed
            with contextlib.suppress(OSError):
                old.unlink()
    return built


def _sheet(
    path: Path,
    reading: Reading,
    wanted: Wanted,
    roster: Roster,
    copies: Sequence[Sheets],
    options: Options,
) -> Built:
    """The sheet for the colleague who stands in, with the class as it is in the list, and what each copy is like."""
    look, words = options.looks[0], labels(options.language or "en")
    told = [_told(sheets.of, look, words) for sheets in copies]
    pdf = sheets_of(reading, wanted.lessons, look, options, told)
    lines = class_lines(pdf, look)
    typed, problems = _typed(roster.students, look.profile, lines[0].length)
    if problems:
        raise PageProblem(*problems)
    open_to_names(pdf, lines)
    for line in lines:
        student = roster.students[int(line.called.removeprefix(STUDENT)) - 1]
        name_on([pdf.pages[line.page]], typed[student.name].form(pdf), line.called)
    pages = len(pdf.pages)
    return _put({path: bound(pdf)}, {path: pages})


def _told(of: Variant, usual: Look, words: Labels) -> tuple[str, ...]:
    """What a copy is like, where it is not like most."""
    side = [str(words.say("side_of_side", side=of.kind[-1].upper()))] if of.kind != "student" else []
    profile = of.look.profile
    look = [str(words[f"look_{profile.replace('-', '_')}"])] if profile not in ("standard", usual.profile) else []
    language = [str(labels(of.language).language(of.language))] if of.language and of.language != words.code else []
    version = [str(words.say("version", number=of.version.number))] if of.version else []
    return (*side, *version, *look, *language)


def _in_a_file_name(name: str) -> str:
    """A name without what no file can be called on some system, and not longer than it may be there."""
    short = re.sub(r'[\\/:*?"<>|]', "-", name).encode()[:LONGEST].decode(errors="ignore")
    return short.rstrip(". ")


def _put(
    files: Mapping[Path, bytes], pages: Mapping[Path, int], shown: Callable[[Path], Path] = lambda path: path
) -> Built:
    """Write files; what cannot be written is told by a path without a name."""
    made, found = list[Made](), list[Diagnostic]()
    for path, outcome in write_all(files):
        if isinstance(outcome, OSError):
            found.append(cannot_write(shown(path), OSError(outcome.strerror)))
        else:
            made.append(Made(path, path.parent.name, "student", pages[path], outcome))
    return Built(tuple(made), tuple(found))
