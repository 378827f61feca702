"""Documents become printed ones: numbered lines, bold first uses, glosses, a box above."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from generator.box import box_notes, box_rows, figure_notes, figure_rows
from generator.evidence import term_pattern
from generator.folding import fold
from generator.labels import Labels
from generator.lessons import Excerpt, Exhibit, Lesson
from generator.lines import Run, break_lines, cut_lines
from generator.pictures import ALONE, IN_PAIR, Picture, Room
from generator.printed import Block, Line, PrintedDocument, PrintedPicture, PrintedTable
from generator.seeds import Passage
from generator.selection import groups

READING = (330.0, 11.5)  # measure and size in points: alone, and in a pair (page.md)
PAIRED = (216.0, 11.5)
PAIR_FITS = 24  # lines or rows; a longer document of a pair stands above the other instead of beside it
PAIR_COLUMNS = 3  # of a table, likewise
BOX_MEASURE, BOX_SIZE, BOX_LEADING, BOX_GAP = 152.0, 9.5, 12.0, 1.5
LEAD_LEADING = 12.5


def printed_documents(
    lesson: Lesson, standing: Sequence[str], paired: set[str], labels: Labels, each_introduced: bool = False
) -> dict[str, PrintedDocument]:
    """All documents of a lesson as they stand in a version of it, the same in every edition.

    Each side of a controversy, and all that belongs to none, is a packet in which terms are explained and sources
    introduced once: no packet needs another. ``each_introduced`` gives every document a whole box, for documents
    that hang in different places. Lines are broken where they are in the lesson as it is written: a term is bold where
    it comes first, and so a little wider.
    """
    as_written = tuple(lesson.documents)
    written = (
        printed_documents(lesson, as_written, paired, labels, each_introduced) if tuple(standing) != as_written else {}
    )
    made: dict[str, PrintedDocument] = {}
    explained: dict[int | None, set[str]] = {}
    introduced: dict[tuple[int | None, str], str] = {}  # packet and seed → the document whose box has its head note
    packets = groups(lesson.spec)
    for letter in standing:
        document = lesson.documents[letter]
        known = explained.setdefault(packets[letter], set())
        terms: dict[str, str] = {t: d for t, d in lesson.spec.vocabulary.items() if t not in known}
        if isinstance(document, Exhibit):
            printed = _exhibit(document, terms, letter in paired, labels)
        else:
            first = introduced.setdefault((packets[letter], document.seed.id), letter)
            same_as = first if first != letter and not each_introduced else ""
            printed = _document(document, terms, letter in paired, labels, same_as, written.get(letter))
        known |= {t for t, _ in printed.glosses}
        made[letter] = printed
    return made


def _exhibit(document: Exhibit, terms: Mapping[str, str], paired: bool, labels: Labels) -> PrintedDocument:
    told = fold(" ".join(document.figure.told)).text.lower()
    return PrintedDocument(
        letter=document.letter,
        title=str(document.figure.title),
        short=document.short,
        rows=figure_rows(document, labels),
        notes=figure_notes(document, labels),
        blocks=(_figure(document, IN_PAIR if paired else ALONE),),
        glosses=tuple((t, meaning) for t, meaning in terms.items() if term_pattern(t).search(told)),
        footnotes=(),
        marks="",
        paired=paired,
        words=0,
    )


def _figure(document: Exhibit, room: Room) -> Block:
    figure, prompts = document.figure, tuple(map(str, document.spec.margin))
    caption, long = str(figure.caption or ""), str(figure.long or "")
    if isinstance(document.shows, Picture):
        picture = PrintedPicture(document.shows, room, str(figure.alt or ""), caption, long)
        return Block("picture", figure=picture, prompts=prompts)
    table = document.shows
    rows = tuple(tuple(map(str, row)) for row in table.rows)
    printed = PrintedTable(tuple(map(str, table.head)), rows, table.numeric, caption or str(figure.title), long)
    return Block("table", figure=printed, prompts=prompts)


def in_room(document: PrintedDocument, room: Room) -> PrintedDocument:
    """The same document with another room for its picture, if it has one."""
    if not isinstance(document.figure, PrintedPicture):
        return document
    figure = replace(document.figure, room=room)
    return replace(document, blocks=tuple(replace(block, figure=figure) for block in document.blocks))


def apart(document: PrintedDocument) -> PrintedDocument:
    """A document that stands alone, where those of other pages stand in a pair."""
    alone = in_room(document, ALONE) if document.paired else document
    if document.paired:  # beside which nothing is asked
        alone = replace(alone, blocks=tuple(replace(block, prompts=()) for block in alone.blocks))
    return replace(alone, paired=False, box_height=0, lead_height=0, text_height=0)


def fits_beside(document: PrintedDocument) -> bool:
    """Whether a document of a pair stands beside the other; else above or below it."""
    table = document.figure if isinstance(document.figure, PrintedTable) else None
    rows, columns = (len(table.rows), len(table.head)) if table else (0, 0)
    return len(document.lines) + rows <= PAIR_FITS and columns <= PAIR_COLUMNS


def _document(
    document: Excerpt,
    terms: Mapping[str, str],
    paired: bool,
    labels: Labels,
    same_as: str,
    written: PrintedDocument | None,
) -> PrintedDocument:
    """``same_as`` names the earlier document whose box has introduced the source, if there is one; ``written`` is the
    document whose lines it has, if not its own."""
    measure, size = PAIRED if paired else READING
    record = document.seed.record
    rows, notes = box_rows(document, labels), box_notes(document, labels, same_as)
    blocks, glossed = _blocks(document, terms, measure, size, labels, written)
    marks = "".join(sorted({c for row in rows for c in row.text + row.mark if c in "†‡"}))
    return PrintedDocument(
        letter=document.letter,
        title=labels.put(record.title, record.language),
        short=labels.put(document.short, document.language),
        rows=rows,
        notes=notes,
        blocks=blocks,
        glosses=tuple((labels.put(t, record.language), terms[t]) for t in glossed),
        footnotes=tuple(labels.put(n, record.language) for n in _footnotes(document)),
        marks=marks,
        paired=paired,
        words=document.words,
        repeats=bool(same_as) and not paired,
    )


def _footnotes(document: Excerpt) -> dict[str, None]:
    return dict.fromkeys(n for p in document.passages for n in p.notes)


def _blocks(
    document: Excerpt,
    terms: Mapping[str, str],
    measure: float,
    size: float,
    labels: Labels,
    written: PrintedDocument | None,
) -> tuple[tuple[Block, ...], list[str]]:
    """The document's paragraphs in numbered lines, with cuts and lead-ins between; and the terms found."""
    paragraphs = list(_paragraphs(document))
    bold, glossed = _first_uses(paragraphs, terms)
    prompts: list[str] = list(document.spec.margin) or [labels["margin_writer"], labels["margin_question"]]
    language = labels.mark(document.seed.record.language)
    ours = {str(citation.lead_in) for citation in document.spec.passages}
    blocks: list[Block] = []
    number = 0
    for n, (kind, text, runs, fresh) in enumerate(paragraphs):
        if kind != "lines":
            blocks.append(Block(kind, text=text, language="" if text in ours else language))
            continue
        styled = list(_styled(runs, bold.get(n, [])))
        lines = []
        for broken in cut_lines(styled, _ends(written.blocks[n])) if written else break_lines(styled, measure, size):
            number += 1
            lines.append(Line(number, broken))
        beside = tuple(prompts.pop(0) for _ in range(fresh) if prompts)
        blocks.append(Block("lines", tuple(lines), prompts=beside, language=language, begins=fresh))
    if prompts:  # fewer passages than prompts: the rest stands beside the last
        last = max(n for n, b in enumerate(blocks) if b.kind == "lines")
        blocks[last] = replace(blocks[last], prompts=blocks[last].prompts + tuple(prompts))
    return tuple(blocks), glossed


def _ends(block: Block) -> list[int]:
    """Behind how many characters of a paragraph its lines end."""
    return list(itertools.accumulate(len(line.text) for line in block.lines))


Paragraph = tuple[Literal["lines", "cut", "lead_in"], str, list[Run], int]


def _paragraphs(document: Excerpt) -> Iterator[Paragraph]:
    """What stands in a document, in order: runs of a paragraph, a cut, a lead-in.

    Passages that follow each other in the article within one paragraph stay one paragraph.
    """
    text = document.seed.article.source.text
    runs: list[Run] = []
    fresh = 0
    before: Passage | None = None
    for passage in document.passages:
        gap = text[before.end : passage.start] if before else ""
        joined = before is not None and not gap.strip() and "\n" not in gap and not passage.lead_in
        if before and not joined:
            yield "lines", "", runs, fresh
            runs, fresh = [], 0
            if gap.strip():
                yield "cut", "[. . .]", [], 0
        elif joined and gap:
            runs.append(Run(gap, origin=before.end if before else -1))
        if passage.lead_in:
            yield "lead_in", passage.lead_in, [], 0
        fresh += 1
        if not joined and not _opens_sentence(text, passage.start):
            runs.append(Run("[. . .] ", "cut"))
        for piece in passage.pieces:
            if piece.kind == "paragraph":
                yield "lines", "", runs, fresh
                runs, fresh = [], 0
            elif piece.kind == "source":
                runs.append(Run(piece.text, origin=piece.origin))
            else:
                space = "" if runs and runs[-1].text.endswith(" ") else " "
                runs.append(Run(space + piece.text, piece.kind))
        if not _closes_sentence(text, passage.end):
            runs.append(Run(" [. . .]", "cut"))
        before = passage
    yield "lines", "", runs, fresh


def _opens_sentence(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return re.search(r"(^\s*(\d+\.|•)?\s*$)|([.!?]['\"”’)\] ]*(\[\d+\])?\s+$)", line) is not None


def _closes_sentence(text: str, end: int) -> bool:
    tail = text[max(0, end - 12) : end]
    return re.search(r"[.!?…:]['\"”’)\] ]*(\[\d+\])?$", tail) is not None or text[end : end + 1] in ("", "\n")


def _first_uses(
    paragraphs: Sequence[Paragraph], terms: Mapping[str, str]
) -> tuple[dict[int, list[tuple[int, int]]], list[str]]:
    """By paragraph: the stretches of the first uses of the terms; and the terms, as they come."""
    bold: dict[int, list[tuple[int, int]]] = {}
    order: list[tuple[int, int, str]] = []
    for term in terms:
        pattern = term_pattern(term)
        for n, (_, _, runs, _) in enumerate(paragraphs):
            folded = fold("".join(r.text for r in runs))
            if hit := pattern.search(folded.text.lower()):
                bold.setdefault(n, []).append((folded.origin[hit.start()], folded.origin[hit.end() - 1] + 1))
                order.append((n, hit.start(), term))
                break
    return bold, [term for _, _, term in sorted(order)]


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


def _styled(runs: Sequence[Run], bold: Sequence[tuple[int, int]]) -> Iterator[Run]:
    """Runs cut up where a bold stretch or Chinese begins or ends."""
    at = 0
    for run in runs:
        cuts = {0, len(run.text)}
        cuts |= {min(max(edge - at, 0), len(run.text)) for stretch in bold for edge in stretch}
        cuts |= {edge for m in _HAN.finditer(run.text) for edge in m.span()}
        edges = sorted(cuts)
        for a, b in itertools.pairwise(edges):
            text = run.text[a:b]
            yield replace(
                run,
                text=text,
                origin=run.origin + a if run.origin >= 0 else -1,
                bold=any(s <= at + a and at + b <= e for s, e in bold),
                lang="zh" if _HAN.fullmatch(text) else "",
            )
        at += len(run.text)


def level(pair: Sequence[PrintedDocument]) -> dict[str, PrintedDocument]:
    """The documents of a pair with equal heights of box and text, so that texts and glosses begin level."""

    def box(document: PrintedDocument) -> float:
        rows = [len(break_lines([Run(r.text + r.mark)], BOX_MEASURE, BOX_SIZE)) for r in document.rows]
        return BOX_LEADING * sum(rows) + BOX_GAP * len(rows)

    def lead(document: PrintedDocument) -> float:
        leads = [b.text for b in document.blocks if b.kind == "lead_in"]
        return sum(LEAD_LEADING * len(break_lines([Run(f"[{text}]")], PAIRED[0] - 9, BOX_SIZE)) + 7 for text in leads)

    boxes, leads = max(map(box, pair)), max(map(lead, pair))
    pictures = [d.figure.size[1] for d in pair if isinstance(d.figure, PrintedPicture)]
    rows = [len(d.lines) + sum(block.kind == "cut" for block in d.blocks) for d in pair]
    text = leads + max([16.5 * max(rows), *pictures])
    return {d.letter: replace(d, box_height=boxes, lead_height=leads, text_height=text) for d in pair}
