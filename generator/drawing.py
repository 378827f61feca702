"""Pages are drawn, or fetched, where all that they are drawn of is as it was; one that no font can draw is refused."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from generator import engine, fonts
from generator.cache import Cache, digest_of
from generator.characters import character_name
from generator.diagnostic import Diagnostic
from generator.projects import Project, bytes_of
from generator.source import Span


def drawn(cache: Cache, templates: str, *of: str, draw: Callable[[], str]) -> str:
    """What was drawn of all these before, with some templates of the project (``templates_of``), or what ``draw`` draws
    now. Raises what ``draw`` raises."""
    return cache.kept("drawn", engine.of_pages(), templates, *of, make=lambda: draw().encode()).decode()


def templates_of(project: Project) -> str:
    """A digest of the project’s own templates, by name and by what they hold."""
    return digest_of(*_templates(project))


def _templates(project: Project) -> Iterator[str | bytes]:
    for path in sorted(project.templates.rglob("*")) if project.templates else ():
        if path.is_file():
            yield from (str(path), bytes_of(project, path)[0])


def undrawable(span: Span, what: str, page: str) -> Iterator[Diagnostic]:
    """Every character of a page that has no glyph, a template's own among them: an empty box is never printed."""
    for char in sorted(fonts.uncovered("".join(set(html.unescape(page))))):
        yield Diagnostic(
            span,
            "character-not-covered",
            f"The {what} page holds {character_name(char)}, which no font that comes with Counterpoint has",
            "If a template of yours prints it, use another character.",
        )
