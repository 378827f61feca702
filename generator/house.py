"""The house style of a project: its paper, its thresholds, its standards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import Field

from generator.looks import Paper
from generator.schema import Spec, Version1
from generator.standards import Table, table


class Limits(Spec):
    """What the editor's warnings measure by. The numbers are those of the curriculum notes and their sources."""

    called: ClassVar[str] = "thresholds"

    reading_rate: int = Field(200, ge=40, le=400, description="Words a minute (Brysbaert 2019; 150 for grades 9–10).")
    close_reading_rate: int = Field(100, ge=20, le=400, description="Words a minute where a text is read closely.")
    writing_rate: int = Field(15, ge=3, le=60, description="Words that a student writes in a minute.")
    line_words: int = Field(8, ge=2, le=20, description="Words that a student puts on a ruled line.")
    source_words: int = Field(700, ge=50, description="Words of sources that a student reads in fifty minutes.")
    source_words_most: int = Field(1000, ge=50, description="More than this stops a lesson of a strict unit.")
    passage_least: int = Field(15, ge=1, description="Words of a passage, at least.")
    passage_most: int = Field(150, ge=1, description="Words of a passage, at most.")
    document_most: int = Field(300, ge=1, description="Words of a document, at most (Wineburg and Martin).")
    pair_ratio: float = Field(1.6, ge=1, description="How many times the words of the other a document of a pair has.")
    side_ratio: float = Field(1.25, ge=1, description="The same of the sides of a controversy.")
    unit_ratio: float = Field(1.25, ge=1, description="The same of the groups that a unit compares.")
    scrutiny_ratio: float = Field(
        2, ge=1, description="How many times the questions on limits of another a source gets."
    )
    source_share_least: int = Field(12, ge=0, le=100, description="Per cent of a unit’s words, for each source.")
    source_share_most: int = Field(30, ge=0, le=100, description="Per cent of a unit’s words, for each source.")
    source_lessons: int = Field(4, ge=1, description="Lessons of a unit in which each source stands.")
    first_share: int = Field(30, ge=0, le=100, description="Per cent of a unit’s lessons that one source may open.")
    text_free: int = Field(20, ge=0, le=100, description="Per cent of a lesson’s questions that name no passage.")
    question_words: int = Field(35, ge=5, description="Words of a question.")
    standards_least: int = Field(3, ge=0, description="Standards of a lesson, at least.")
    standards_most: int = Field(8, ge=1, description="Standards of a lesson, at most.")
    glosses: float = Field(4, ge=0, description="Explained words in a hundred, where a text is above its grades.")


USUAL = Limits.model_validate({})


class HandoutsSpec(Spec):
    """``handouts.yaml``, the optional file that marks a teacher's own project."""

    called: ClassVar[str] = "handouts.yaml"

    format: Version1 = Field(description="The version of these words: 1.")
    paper: Paper = Field("letter", description="The paper that handouts are laid out for: letter or a4.")
    thresholds: Limits = Field(USUAL, description="What the editor’s warnings measure by.")


@dataclass(frozen=True)
class House:
    """The choices of a project that its lessons are read by."""

    paper: Paper = "letter"
    limits: Limits = USUAL
    standards: Table = field(default_factory=table, repr=False)
