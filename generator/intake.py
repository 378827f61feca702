"""A file is taken in: a record with its article becomes a Seed, a lesson’s YAML a Lesson; every objection is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from generator import nodes
from generator.audience import walk
from generator.characters import decode
from generator.check import check_seed, guarded, strictly
from generator.diagnostic import Diagnostic, did_you_mean, has_errors
from generator.figures import FigureSpec
from generator.house import House
from generator.lessons import Lesson, LessonSpec, Unit, cited_alone, fill
from generator.pictures import Picture, read_picture
from generator.projects import Beside, Place, Project, bytes_of
from generator.records import SeedRecord
from generator.schema import load_unless
from generator.seeds import Seed, hash_of, read_seed
from generator.source import Source


def taken_seed(project: Project, path: Path, source: Source, beside: Beside, problems: list[Diagnostic]) -> Seed | None:
    """A record with its article, which lies ``beside`` it, if all of it is proven; every problem goes into
    ``problems``."""
    record = load_unless(problems, SeedRecord, source)
    seed = _seed(project, path, record, beside, problems) if record else None
    if seed:
        problems += check_seed(seed)
    return seed if seed and seed.article.body and not has_errors(problems) else None


def _seed(project: Project, path: Path, record: SeedRecord, beside: Beside, problems: list[Diagnostic]) -> Seed | None:
    if not re.fullmatch(r"[\w][\w.-]{0,100}", record.text):
        problems.append(
            Diagnostic(
                record.text.span,
                "outside-project",
                f"“{record.text}” is not the name of a file beside the record",
                "Put the article into the same folder and write its file name only.",
            )
        )
        return None
    article = path.parent / record.text
    if not article.is_file():
        near = did_you_mean(record.text, [p.name for p in path.parent.glob("*.txt")])
        problems.append(
            Diagnostic(
                record.text.span,
                "seed-missing",
                f"There is no file “{record.text}” beside the record",
                near or "Put the article there, byte for byte as it came.",
            )
        )
        return None
    # As it was when it was looked at; a name may be spelt otherwise than a folder spells it.
    data, problem = beside.get(str(record.text)) or bytes_of(project, article)
    text, more = decode(project.shown(article), data) if problem is None else (None, [problem])
    if text is None or has_errors(more):
        problems += more
        return None
    seed, more = read_seed(path.stem, record, text, hash_of(data))
    problems += more
    return None if any(d.rule in ("seed-changed", "seed-empty") for d in more) else seed


def taken_lesson(
    project: Project,
    id: str,
    place: Place,
    source: Source,
    library: Mapping[str, Seed | None],
    house: House,
    problems: list[Diagnostic],
) -> tuple[Lesson | None, str]:
    """The lesson, if nothing of it is missing, and its title; every problem that may stop it goes into ``problems``:
    what editors say, too, in a strict unit."""
    if has_errors(problems):
        return None, id
    spec = load_unless(problems, LessonSpec, source)
    if spec is None:
        root, _ = nodes.read(source)
        problems += cited_alone(root, library) if root is not None else []
        return None, id
    pictures = dict(_pictures(project, spec, problems))
    lesson, whole, more = fill(id, spec, source, library, pictures)
    lesson = replace(lesson, unit=place.unit, number=place.number)
    problems += more
    problems += guarded(lesson, house)
    if place.strict:
        problems += remarks(lesson, house) if whole else []
        problems[:] = strictly(problems)
    return lesson if whole else None, str(spec.title)


def remarks(lesson: Lesson, house: House) -> list[Diagnostic]:
    """What editors say of a lesson of which nothing is missing."""
    from generator.editors import edited  # late: where a lesson is to be drawn, its pages come first

    return edited(lesson, house)


def unit_problems(unit: Unit, house: House) -> list[Diagnostic]:
    """What is wrong with a unit all of whose lessons are whole."""
    from generator.editors import check_unit

    found = check_unit(unit, house)
    return strictly(found) if unit.spec.strict else found


def _pictures(project: Project, spec: LessonSpec, found: list[Diagnostic]) -> Iterator[tuple[str, Picture | None]]:
    """The pictures that a lesson names; one that cannot be printed is reported at its name."""
    for figure in walk(spec.documents, FigureSpec):
        if figure.image is not None:
            made = read_picture(project.root, figure.image)
            found += [made] if isinstance(made, Diagnostic) else []
            yield str(figure.image), made if isinstance(made, Picture) else None
