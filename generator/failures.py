"""What stops one handout: a template or a page that cannot be used; and what stops all that become PDFs."""

from __future__ import annotations

from generator.diagnostic import Diagnostic


class PageProblem(Exception):
    """A page cannot be drawn; ``diagnostics`` say where and why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(diagnostics[0].message)
        self.diagnostics = diagnostics


class PressProblem(Exception):
    """The page could not become a PDF as it should."""


class NoPress(Exception):
    """WeasyPrint, or a library that it needs, is not on this machine."""
