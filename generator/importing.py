"""WeasyPrint is imported without what its import does each time anew, or for nothing."""

from __future__ import annotations

import contextlib
import ctypes.util
import hashlib
import py_compile
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import SourcelessFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import cffi

from generator.places import KEPT

# What WeasyPrint cuts fonts with where there is no HarfBuzz that does; what it unpacks web fonts with, and reads
# profiles of colors.
_FOR_LATER = ("fontTools.subset", "fontTools.varLib.instancer", "fontTools.ttLib.woff2", "PIL.ImageCms")


@contextmanager
def lean() -> Iterator[None]:
    """Import WeasyPrint in less time, until it is left; where it is there already, nothing is done."""
    if "weasyprint" in sys.modules:
        yield
    else:
        with _known_by_name(), _declared_once(), _put_off(), _without_hints():
            yield


@contextmanager
def _known_by_name() -> Iterator[None]:
    """Let WeasyPrint find its libraries by the names of their files, which on Linux are known: to search for each name
    that is not there takes it fifty processes, a third of its import."""
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search


@contextmanager
def _put_off() -> Iterator[None]:
    """Let some modules be imported when something in them is called, which few pages need."""
    stand_ins = {name: _Later(name) for name in _FOR_LATER if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


@contextmanager
def _without_hints() -> Iterator[None]:
    """Leave out the styles of pages from the last century (``<font color>``), which are read and never asked for: for
    these, one would have to ask for “presentational hints”."""
    from importlib import resources

    files = resources.files

    def found(package: Any) -> Any:
        name = getattr(package, "__name__", "")
        return _Files(files(package)) if name == "weasyprint.css" else files(package)

    resources.files = found
    try:
        yield
    finally:
        resources.files = files


class _Files:
    """The styles that come with WeasyPrint, without these."""

    def __init__(self, files: Any) -> None:
        self.files = files

    def __truediv__(self, name: str) -> Any:
        return SimpleNamespace(read_text=lambda _: "") if name == "html5_ph.css" else self.files / name


class _Later(ModuleType):
    """Stands in for a module of which only functions and classes are called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *given, **named: getattr(import_module(self.__name__), name)(*given, **named)


# --- what libraries have in them ----------------------------------------------------------------------


@contextmanager
def _declared_once() -> Iterator[None]:
    """Let what WeasyPrint declares of its libraries, a thousand lines of C, be read once and kept as it was compiled,
    as cffi does for modules that are built (“out of line”)."""
    cffi.FFI = _Declared
    try:
        yield
    finally:
        cffi.FFI = _USUAL


_USUAL = cffi.FFI


class _Declared:
    """What calls libraries: all that ``cffi.FFI`` does, with declarations that were read before."""

    def __init__(self) -> None:
        self._calls: Any = None

    def cdef(self, declarations: str) -> None:
        """Know what libraries have in them."""
        mark = hashlib.sha256(f"{cffi.__version__}\n{declarations}".encode()).hexdigest()[:16]
        kept = KEPT / f"libraries.{mark}.{sys.implementation.cache_tag}.pyc"
        try:
            self._calls = _kept(kept)
        except Exception:  # there is none; and a damaged file fails in many ways
            self._calls = _USUAL()
            self._calls.cdef(declarations)
            _keep(self._calls, kept)

    def dlopen(self, name: str, flags: int = 0) -> Any:
        """A library by the name of its file, or wherever it is found by its own; the latter, what was compiled cannot.
        Raises ``OSError``."""
        try:
            return self._calls.dlopen(name, flags)
        except OSError:
            if (found := ctypes.util.find_library(name)) is None:
                raise
            return self._calls.dlopen(found, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._calls, name)
        setattr(self, name, value)  # it is asked for thousands of times
        return value


def _kept(file: Path) -> Any:
    loader = SourcelessFileLoader("libraries", str(file))
    loader.exec_module(module := ModuleType("libraries"))
    return module.ffi


def _keep(calls: Any, file: Path) -> None:
    """Keep what calls libraries as a module, as Python keeps any. Where that cannot be, it is read again each time."""
    if sys.dont_write_bytecode:
        return
    with contextlib.suppress(Exception), tempfile.TemporaryDirectory() as folder:
        calls.set_source("libraries", None)
        py_compile.compile(calls.compile(tmpdir=folder), str(file), doraise=True)
