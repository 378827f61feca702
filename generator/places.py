"""Where the program's own files lie: in the package when it is installed, beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_DATA = _PACKAGE / "_data"
HOME = _DATA if _DATA.is_dir() else _PACKAGE.parent

TEMPLATES = HOME / "templates"
SEEDS = HOME / "seeds"
LESSONS = HOME / "lessons"
