"""Where the program's own files lie: in the package when it is installed, beside it in a checkout."""

from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_DATA = _PACKAGE / "_data"
HOME = _DATA if _DATA.is_dir() else _PACKAGE.parent

TEMPLATES = HOME / "templates"
SEEDS = HOME / "seeds"
LESSONS = HOME / "lessons"

KEPT = Path(cache_from_source(__file__)).parent  # what is compiled: who can write there could write our code as well


@lru_cache
def common_styles() -> str:
    """The styles that all pages have whose templates are ours, as they stand there."""
    return (TEMPLATES / "handout.css").read_text("utf-8").removesuffix("\n")
