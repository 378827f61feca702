"""A page becomes a Word document: its elements become paragraphs, lists and tables with styles, to go on editing.

The page is read and nothing else, so whatever a template draws is in the document, a teacher’s own too.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import html

from generator import docx, wordstyles
from generator.failures import PressProblem
from generator.looks import PROFILES, SHEETS, Look, Paper
from generator.manuscript import (
    Manuscript,
    Paragraph,
    Piece,
    Properties,
    Run,
    Sheet,
)
from generator.wordflow import PageReader
from generator.wordtext import (
    Place,
    classes,
    counted,
    inside,
    tidy,
)


def document(page: str) -> bytes:
    """The Word document of a page; the same page gives the same bytes. Raises ``PressProblem``."""
    root = html.document_fromstring(page, parser=html.HTMLParser(huge_tree=True))
    main, foot = root.find(".//main"), root.find(".//footer[@data-running]")
    if main is None or foot is None:
        raise PressProblem("the template lacks <main>, or the foot of base.html.j2, which tell what a document holds")
    profile = main.get("data-profile")
    look = Look(_paper(root), profile if profile in PROFILES else "standard")
    slips = "slips" if any("cut-" in (e.get("class") or "") for e in main.iter("div")) else ""
    kind = next((name for name in ("teacher", "supports", "poster") if name in classes(main)), slips)
    sheet, reader = _sheet(look, kind), PageReader(look, kind)
    width = sheet.width - sheet.left - sheet.right
    blocks = tuple(reader.flow(main, Place("Normal", width)))
    first, others = ((Paragraph("Header"),),) * 2 if kind == "slips" else _heads(root, foot)
    language = root.get("lang") or "en"
    title, sources = root.findtext(".//title") or "", root.find(".//meta[@name='description']")
    known = Properties(
        title.strip(),
        "" if sources is None else sources.get("content") or "",
        language,
        main.get("data-revision") or "",
    )
    manuscript = Manuscript(blocks, tuple(reader.lists), others, first, _foot(foot, look), sheet, known)
    styles = wordstyles.styles(look.profile, kind, width, language)
    return docx.package(manuscript, styles, wordstyles.font_table(look.profile))


def _paper(root: Any) -> Paper:
    """The paper that the page is laid out for: its styles say so, and nothing else does."""
    styles = "".join(style.text or "" for style in root.iter("style"))
    size = re.search(r"@page\s*\{\s*size:\s*([\d.]+)pt\s+([\d.]+)pt", styles)
    asked = {float(side) for side in size.groups()} if size else set()
    return next((paper for paper, sides in SHEETS.items() if asked == {*sides}), "letter")


def _sheet(look: Look, kind: str) -> Sheet:
    """The page of the grid; its gutter is a part of the margin here."""
    grid = look.grid(kind == "teacher")
    top = 36 if kind == "slips" else grid.top  # there is no head: as many slips as possible stand on a page
    return Sheet(grid.width, grid.height, grid.binding + grid.gutter, grid.outer, top, grid.bottom)


# --- head and foot -----------------------------------------------------------------------------------


def _heads(root: Any, foot: Any) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    """The head of the first page, and that of the others: which handout this is, and a line for the name."""
    running, nowhere = Run(foot.get("data-running")), Place("Header", 0)
    bar = root.find(".//header[@class='teacher-bar']")
    name = root.find(".//span[@class='name']")
    if bar is not None:
        edition = tidy(Run(one.text, "Strong", one.language) for one in inside(bar, nowhere) if isinstance(one, Run))
        return (Paragraph("Header", (Run("\t"), *edition)),), (Paragraph("Header", (running, Run("\t"), *edition)),)
    if name is not None:
        asked = (running, Run("\t"), *tidy(inside(name, nowhere)), Run(" \t"))
        return (Paragraph("Header"),), (Paragraph("Name in the head", asked),)
    return (Paragraph("Header"),), (Paragraph("Header", (running,)),)


def _foot(foot: Any, look: Look) -> tuple[Paragraph, ...]:
    """Which handout this is, and the number of the page; below, the sources, which large print has in its text."""
    lines: list[list[Piece]] = [[]]
    for piece in inside(foot, Place("Footer", 0)):
        if piece == Run("\n"):
            lines.append([])
        else:
            lines[-1].append(piece)
    credit, identity, *explained = [*map(tidy, lines), (), ()]  # a template of the project’s own may have fewer
    number = (Run("\t"), *counted(foot.get("data-pages")))
    if look.narrow:
        return Paragraph("Footer", identity), Paragraph("Footer", number)
    rest = [Paragraph("Footer", line) for line in (credit, *explained) if line]
    return Paragraph("Footer", (*identity, *number)), *rest
