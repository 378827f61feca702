"""Our templates are kept as they were compiled, beside them, as Python keeps its modules: compiling them takes longer
than drawing a page with them."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from generator import engine
from generator.places import TEMPLATES
from generator.write import write


class Compiled(BytecodeCache):
    """What is kept counts for the text of a template, for what compiles it, and for how. Of templates of a project,
    nothing is kept: what is compiled can run, and belongs only where the program itself lies."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file in which it is kept; none for a template that is not ours."""
        path = Path(filename or "")
        kept = path.parent / "__pycache__" / f"{path.name}.{sys.implementation.cache_tag}.pyc"
        return str(kept) if path.is_relative_to(TEMPLATES) else ""

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{engine.of_templates()}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key:
            with contextlib.suppress(Exception), open(bucket.key, "rb") as file:  # a damaged file fails in many ways
                bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Where the folder cannot be written to, templates are compiled each time."""
        if bucket.key and not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                write(Path(bucket.key), bucket.bytecode_to_string())
