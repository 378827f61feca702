"""What a lesson becomes: its editions, and versions of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from generator.labels import Labels

Edition = Literal[
    "student", "side-a", "side-b", "supports", "supports-a", "supports-b", "stations", "slips", "key", "teacher"
]
EDITIONS: tuple[Edition, ...] = Edition.__args__  # type: ignore[attr-defined]
FOR_TEACHERS: tuple[Edition, ...] = ("key", "teacher")  # they hold what no student may see
MOST = 8  # versions of a lesson


def side_of(edition: Edition) -> int | None:
    """Which side of a controversy an edition belongs to: 0, 1, or none."""
    return {"a": 0, "b": 1}.get(edition.partition("-")[2])


@dataclass(frozen=True)
class Version:
    """One order of a lesson among several: the first is as it is written, the others are drawn by the seed."""

    number: int
    seed: int

    @property
    def suffix(self) -> str:
        """What a file’s name says of it: ``.version-2``."""
        return f".version-{self.number}"


class Versioned:
    """What is printed in one version, or in the only one."""

    labels: Labels
    version: Version | None

    @property
    def which(self) -> str:
        """Its version, as it stands where a teacher looks for it; empty, where it is the only one."""
        return self.labels.say("version", number=self.version.number) if self.version else ""

    @property
    def drawn_by(self) -> str:
        """Its version, as the foot of a page has it: with the seed, by which it can be made again."""
        version = self.version
        return self.labels.say("version_of_seed", number=version.number, seed=version.seed) if version else ""
