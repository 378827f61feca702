"""Our templates are kept as they were compiled, where Python keeps our modules: to compile them takes longer than
to draw a page with them."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from types import CodeType

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from generator import engine
from generator.places import KEPT, TEMPLATES


class Compiled(FileSystemBytecodeCache):
    """What is kept counts for the text of a template and for what compiles it. Of templates that are not in our folder,
    nothing is kept; and of what lies in any folder of templates, nothing is run but what is compiled there and then."""

    def __init__(self) -> None:
        super().__init__(str(KEPT), f"template.%s.{sys.implementation.cache_tag}.pyc")

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The part of the file’s name that is its own; none for a template that is not ours."""
        path = Path(filename or "")
        return ".".join(path.relative_to(TEMPLATES).parts) if path.is_relative_to(TEMPLATES) else ""

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{engine.of_templates()}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(Exception):  # a damaged file fails in many ways
            if bucket.key:
                super().load_bytecode(bucket)
        if not isinstance(bucket.code, CodeType):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Where the folder cannot be written to, templates are compiled each time."""
        if bucket.key and not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                KEPT.mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)
