"""The text of a seed and the part of it that may be printed; quotations are found in it verbatim, exactly once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from generator.diagnostic import Diagnostic
from generator.folding import Folded, fold
from generator.nodes import Text
from generator.sentences import sentences
from generator.source import Source
from generator.spec import Selector

COMPARED = 1000  # characters of a sentence; a comparison takes the product of both lengths


@dataclass(frozen=True, eq=False)
class Article:
    """The text of a seed and the part of it that may be printed."""

    source: Source
    body: tuple[int, ...]

    @cached_property
    def _paragraphs(self) -> list[tuple[int, int]]:
        """Offsets of the body's lines, without the white space at their ends."""
        made = []
        for number in self.body:
            line, start = self.source.line(number), self.source.start_of(number)
            made.append((start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
        return made

    @cached_property
    def _folded(self) -> list[tuple[int, Folded]]:
        return [(start, fold(self.source.text[start:end])) for start, end in self._paragraphs]

    def find_all(self, words: str) -> list[tuple[int, int]]:
        """Every stretch of the body that reads as ``words``; none reaches over a paragraph's end."""
        return [(base + a, base + b) for base, folded in self._folded for a, b in folded.find_all(words)]

    def sentences(self) -> Iterator[str]:
        for start, end in self._paragraphs:
            yield from sentences(self.source.text[start:end])

    def nearest(self, words: str, count: int = 2) -> list[str]:
        """The sentences of the body that come nearest to ``words``."""
        wanted = fold(words[:COMPARED]).text.lower()

        def likeness(sentence: str) -> float:
            text = fold(sentence[:COMPARED]).text.lower()
            window = text[: len(wanted) + 20] if len(text) > len(wanted) else text
            matcher = difflib.SequenceMatcher(None, wanted, text, autojunk=False)
            share = sum(m.size for m in matcher.get_matching_blocks() if m.size > 2) / max(len(wanted), 1)
            return max(share, difflib.SequenceMatcher(None, wanted, window, autojunk=False).ratio())

        ranked = sorted(self.sentences(), key=likeness, reverse=True)
        return [s if len(s) <= 160 else s[:157] + "…" for s in ranked[:count] if likeness(s) > 0.4]

    def contiguous(self, start: int, end: int) -> bool:
        """Whether only body lines and blank lines stand between two offsets."""
        first, last = self.source.place(start)[0], self.source.place(end)[0]
        return all(n in self.body or not self.source.line(n).strip() for n in range(first, last + 1))


def locate(article: Article, selector: Selector) -> tuple[tuple[int, int] | None, list[Diagnostic]]:
    """The one stretch of the body that a selector means."""
    given = selector.exact if selector.exact is not None else selector.start
    if given is None or (selector.exact is None and selector.end is None):
        return None, [
            Diagnostic(
                selector.span,
                "no-selector",
                "This passage does not say which words it takes",
                "Give “exact: …”, or “start: …” and “end: …”.",
            )
        ]
    if selector.exact is not None and (selector.start is not None or selector.end is not None):
        return None, [
            Diagnostic(
                selector.at("exact"),
                "no-selector",
                "“exact” stands beside “start” or “end” here",
                "Keep “exact” alone, or “start” and “end”.",
            )
        ]
    starts = [s for s in article.find_all(given) if _preceded(article, s[0], selector.prefix)]
    if selector.exact is not None:
        starts = [s for s in starts if _followed(article, s[1], selector.suffix)]
    if len(starts) != 1:
        return None, [not_once(article, given, len(starts), "body")]
    if selector.exact is not None:
        return starts[0], []
    assert selector.end is not None
    begin = starts[0][0]
    ends = [
        e for e in article.find_all(selector.end) if e[1] >= starts[0][1] and _followed(article, e[1], selector.suffix)
    ]
    if len(ends) != 1:
        return None, [not_once(article, selector.end, len(ends), "body behind the passage's start")]
    end = ends[0][1]
    if not article.contiguous(begin, end):
        return None, [
            Diagnostic(
                selector.end.span,
                "outside-body",
                "Between its start and its end, the passage runs over lines that may not be printed",
                "Cite the two parts as two passages.",
            )
        ]
    return (begin, end), []


def _preceded(article: Article, at: int, prefix: Text | None) -> bool:
    return prefix is None or fold(article.source.text[:at]).text.rstrip().endswith(fold(prefix).text.strip())


def _followed(article: Article, at: int, suffix: Text | None) -> bool:
    return suffix is None or fold(article.source.text[at:]).text.lstrip().startswith(fold(suffix).text.strip())


def not_once(article: Article, words: Text, count: int, where: str) -> Diagnostic:
    if count:
        return Diagnostic(
            words.span,
            "quote-twice",
            f"These words stand {count} times in the {where} of {article.source.path.name}",
            "Add words until only one place fits, or “prefix:” or “suffix:” with the words around it.",
        )
    outside = [] if article.find_all(words) else fold(article.source.text).find_all(words)
    if outside:
        line = article.source.place(outside[0][0])[0]
        return Diagnostic(
            words.span,
            "outside-body",
            f"These words stand in line {line} of {article.source.path.name}, outside its body",
            "Only the lines that the record's “body” lists can be printed.",
        )
    near = article.nearest(words)
    hint = (
        "Nearest in the article:\n" + "\n".join(f"“{s}”" for s in near) if near else "Copy the words from the article."
    )
    return Diagnostic(
        words.span, "quote-not-found", f"These words are not in the {where} of {article.source.path.name}", hint
    )
