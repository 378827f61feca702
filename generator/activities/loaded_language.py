"""Words that carry a judgment: what they say, what they do, who chose them, and how to say it plainly."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from generator.audience import TEACHER
from generator.nodes import Text
from generator.spec import Activity, Evidence, Question, Response


class Word(Evidence):
    """Words of a passage that are looked at. Their line prints beside them."""

    called: ClassVar[str] = "a word"
    one_text: ClassVar[bool] = False

    words: Text | None = Field(None, description="The words, as they stand there; students choose, where left out.")
    sense: Annotated[Response | None, TEACHER] = Field(None, description="Their plain sense (teacher only).")
    effect: Annotated[Response | None, TEACHER] = Field(None, description="Their effect on a reader (teacher only).")
    chosen: Annotated[Response | None, TEACHER] = Field(
        None, description="Whose choice the word is: the author’s, the translator’s or not to be known (teacher only)."
    )
    rewrite: Annotated[Response | None, TEACHER] = Field(None, description="A neutral rewording (teacher only).")


class LoadedLanguage(Activity):
    free: ClassVar[str] = "words"

    type: Literal["loaded_language"]
    words: tuple[Word, ...] = Field(min_length=1, max_length=14, description="The words, in the order of the chart.")
    room: int = Field(2, ge=1, le=20, description="Ruled lines’ height of a row.")
    questions: tuple[Question, ...] = Field((), description="What is asked about the chart.")
