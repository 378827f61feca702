"""Pages are drawn, or fetched, where all that they are drawn of is as it was; one that no font can draw is refused."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from generator import engine, fonts
from generator.cache import Cache, digest_of
from generator.characters import character_name
from generator.diagnostic import Diagnostic
from generator.projects import Project, bytes_of, template_files
from generator.source import Span


def drawn(cache: Cache, project: Project | None, *of: str, draw: Callable[[], str]) -> str:
    """What was drawn of all these before, with the project’s own templates as they are, or what ``draw`` draws now. It
    is not kept if somebody saves a template meanwhile. Raises what ``draw`` raises."""
    key = ("drawn", engine.of_pages(), templates := _templates(project), *of)
    if (known := cache.found(*key)) is not None:
        return known.decode()
    made = draw()
    if _templates(project) == templates:
        cache.keep(made.encode(), *key)
    return made


def _templates(project: Project | None) -> str:
    """A digest of the project’s own templates, by name and by what they hold, or why they are not used."""
    if project is None:
        return ""
    parts = list[str | bytes]()
    for path in template_files(project):
        data, problem = bytes_of(project, path)
        parts += (str(path), problem.message if problem else data)
    return digest_of(*parts)


def undrawable(span: Span, what: str, page: str) -> Iterator[Diagnostic]:
    """Every character of a page that has no glyph, a template's own among them: an empty box is never printed."""
    for char in sorted(fonts.uncovered("".join(set(html.unescape(page))))):
        yield Diagnostic(
            span,
            "character-not-covered",
            f"The {what} page holds {character_name(char)}, which no font that comes with Counterpoint has",
            "If a template of yours prints it, use another character.",
        )
