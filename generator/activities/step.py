"""A plain step: it stands in the timing table and prints nothing for students."""

from typing import ClassVar, Literal

from generator.spec import Activity


class PlainStep(Activity):
    prints: ClassVar[bool] = False

    type: Literal["step"]
