"""How a handout is to look: choices of a print run become the grid that its pages are laid out on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Paper = Literal["letter", "a4"]
Profile = Literal["standard", "large-print", "dyslexia"]
Make = Literal["plain", "fillable", "booklet"]

PAPERS: tuple[Paper, ...] = Paper.__args__  # type: ignore[attr-defined]
PROFILES: tuple[Profile, ...] = Profile.__args__  # type: ignore[attr-defined]
SHEETS: dict[Paper, tuple[float, float]] = {"letter": (612, 792), "a4": (595.28, 841.89)}  # points, upright
INCH = 72.0


@dataclass(frozen=True)
class Grid:
    """A page in points. The gutter holds numbers only; the text begins at its right edge."""

    width: float
    height: float
    binding: float  # the side of the holes or of the fold
    outer: float
    gutter: float
    top: float = 60.0
    bottom: float = 72.0

    @property
    def text(self) -> float:
        return self.width - self.binding - self.outer - self.gutter


@dataclass(frozen=True)
class Look:
    """What a print run chooses for all its handouts. Nothing of it changes a lesson’s words or its line numbers."""

    paper: Paper = "letter"
    profile: Profile = "standard"
    make: Make = "plain"
    two_sided: bool = True

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is not as usual: large-print, booklet."""
        return tuple(name for name in (self.profile, self.make) if name not in _COMMON)

    @property
    def suffix(self) -> str:
        """What a file’s name says of it: ``.large-print``, ``.booklet``; nothing of the usual look."""
        return "".join(f".{name}" for name in self.chosen)

    @property
    def styles(self) -> tuple[str, ...]:
        """The stylesheets in ``templates/looks`` that follow the common one."""
        return tuple(name for name in ("narrow" if self.narrow else "", self.profile, self.make) if name not in _COMMON)

    @property
    def narrow(self) -> bool:
        """Whether a page is too narrow for its type to stand in columns: charts become lists, pairs stacks."""
        return self.profile == "large-print" or self.make == "booklet"

    @property
    def stacks(self) -> bool:
        """Whether the documents of a pair stand one above the other."""
        return self.narrow or self.profile == "dyslexia"

    @property
    def kept_lines(self) -> int:
        """How many lines of a document stand with its box, at least: with the glossary in it, five are too many."""
        return 2 if self.narrow else 3 if self.stacks else 5

    @property
    def lines_of_a_page(self) -> int:
        """More ruled lines than any page holds."""
        return 40

    def chunks(self, lines: int) -> list[int]:
        """Ruled lines in stretches of which each stands on one page: a form field cannot go over to the next."""
        most = 20 if self.make == "fillable" else lines
        return [min(most, lines - done) for done in range(0, lines, most)]

    def grid(self, teachers: bool = False, key: bool = False) -> Grid:
        """The page. A4 keeps the text of Letter, 474 points, by narrower margins: the same lines on both papers.

        ``teachers``: with a bar above the head; in large print on its side, since its pages are tables. ``key``: with
        as much room as a copier leaves, so that it needs few pages. A booklet’s page is half a sheet; at its fold,
        which no copier cuts and no hole needs, a quarter of an inch is enough.
        """
        width, height = SHEETS[self.paper]
        if self.make == "booklet":
            return Grid(height / 2, width, INCH / 4, INCH / 2, 20, top=66 if teachers else 56, bottom=62)
        if self.profile == "large-print":
            a4 = self.paper == "a4"
            beyond = INCH / 2 + 2  # the hook of an f of this size hangs over the end of its line
            if teachers:
                return Grid(height, width, INCH / 2, beyond, 26, top=80, bottom=80)
            return Grid(width, height, 41 if a4 else 46, beyond, 26 if a4 else 28, top=72, bottom=80)
        if key:
            return Grid(width, height, INCH / 2 + 1, INCH / 2 + 1, 12, top=66)
        top = 70 if teachers else 60
        if self.paper == "a4":
            return Grid(width, height, 46.28, 41, 34, top)
        return Grid(width, height, 56, 48, 34, top)


_COMMON = ("", "standard", "plain")
USUAL = Look()
LOOKS = tuple(Look(profile=profile, make=make) for profile in PROFILES for make in Make.__args__)  # type: ignore[attr-defined]
