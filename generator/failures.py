"""What stops one handout, and not the build: a template or a page that cannot be used."""

from __future__ import annotations

from generator.diagnostic import Diagnostic


class TemplateProblem(Exception):
    """A template cannot be used; ``diagnostic`` says where and why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class PressProblem(Exception):
    """The page could not become a PDF as it should."""
