"""What stops one handout, and not the build: a template or a page that cannot be used."""

from __future__ import annotations

from generator.diagnostic import Diagnostic


class PageProblem(Exception):
    """A page cannot be drawn; ``diagnostics`` say where and why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(diagnostics[0].message)
        self.diagnostics = diagnostics


class PressProblem(Exception):
    """The page could not become a PDF as it should."""
