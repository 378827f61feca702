"""WeasyPrint is imported in less time, and presses the same."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import HOME

from generator import fonts

PAGE = f"""<html lang="en"><title>Waves</title><style>{fonts.GO_HERE} p {{ font: 11pt "Source Serif 4" }}</style>
<p>Up and <b>down</b>, ﬁrst and “last”.</p></html>"""
PRESS = "from generator import outputs; made = outputs.press(page)"
NO_CUTTER = "from generator import importing\nwith importing.lean(): from weasyprint.pdf import fonts\n" + (
    "fonts.harfbuzz_subset = None"
)


@dataclass
class Pressed:
    """A page that was pressed in a process of its own, and which modules were there then."""

    pdf: bytes
    modules: Sequence[str]


def pressed(kept: Path, *before: str, flags: Sequence[str] = ()) -> Pressed:
    """Press the page where ``kept`` is what keeps compiled things."""
    code = [
        "import sys; from pathlib import Path; from generator import places",
        f"page = {PAGE!r}; places.KEPT = Path({str(kept)!r})",
        *before,
        PRESS,
        "sys.stdout.buffer.write(made); print(*sys.modules, file=sys.stderr)",
    ]
    command = [sys.executable, "-W", "ignore", *flags, "-c", "\n".join(code)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(kept.parent)}
    ran = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, check=True)
    return Pressed(ran.stdout, ran.stderr.decode().split())


def seen(pdf: bytes) -> bytes:
    """What its only page shows: files of fontTools tell when they were made."""
    (page,) = pypdfium2.PdfDocument(pdf)
    return bytes(page.render(scale=4).buffer)


def test_what_is_declared_of_libraries_is_read_once(tmp_path: Path) -> None:
    """The second process finds it compiled; both press what WeasyPrint presses if it is imported as usual."""
    first, second = (pressed(tmp_path / "kept") for _ in range(2))
    usual = pressed(tmp_path / "nothing", "import weasyprint")
    assert first.pdf == second.pdf == usual.pdf and usual.pdf.startswith(b"%PDF")
    assert "pycparser" in first.modules and "pycparser" in usual.modules and "pycparser" not in second.modules
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.match(f"libraries.*.{sys.implementation.cache_tag}.pyc")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("left", [0, 40, -1])
def test_a_damaged_file_is_made_anew(tmp_path: Path, left: int) -> None:
    """Of which nothing is left, or the beginning, or all but the end."""
    first = pressed(tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:left])
    again, last = (pressed(tmp_path / "kept") for _ in range(2))
    assert again.pdf == last.pdf == first.pdf
    assert "pycparser" in again.modules and "pycparser" not in last.modules


def test_where_nothing_can_be_kept_pages_are_pressed_all_the_same(tmp_path: Path) -> None:
    """Where a program is installed for all, or Python is told to write nothing."""
    (tmp_path / "kept").write_text("no folder", "utf-8")
    unable, unwilling = pressed(tmp_path / "kept"), pressed(tmp_path / "none", flags=["-B"])
    assert unable.pdf == unwilling.pdf and unable.pdf.startswith(b"%PDF")
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_compiled_is_read_as_usual(tmp_path: Path) -> None:
    """What compiles declarations is a part of cffi that may change."""
    broken = "import cffi; cffi.FFI.compile = None"
    assert pressed(tmp_path / "kept", broken).pdf == pressed(tmp_path / "none").pdf
    assert not (tmp_path / "kept").exists()


def test_what_cuts_fonts_without_harfbuzz_is_imported_where_it_is_needed(tmp_path: Path) -> None:
    """With libharfbuzz-subset it is not; without, the page has its fonts all the same."""
    cutter = "fontTools.subset"
    assert cutter not in pressed(tmp_path / "kept").modules
    without = pressed(tmp_path / "kept", NO_CUTTER)
    usual = pressed(tmp_path / "kept", "from weasyprint.pdf import fonts", "fonts.harfbuzz_subset = None")
    assert cutter in without.modules and seen(without.pdf) == seen(usual.pdf)


@pytest.mark.skipif(sys.platform != "linux", reason="there, the library has another name")
def test_a_library_is_found_by_its_own_name_too(tmp_path: Path) -> None:
    """As on a Mac, where its file lies in no usual folder: by what was compiled before as by what was just read."""
    code = """
import cffi, ctypes.util
from generator import importing
importing.KEPT = places.KEPT
ctypes.util.find_library = {"sea": "libm.so.6"}.get
calls = importing._Declared()
calls.cdef("double floor(double);")
assert calls.dlopen("sea").floor(2.5) == 2
try:
    calls.dlopen("land")
except OSError as error:
    page = page.replace("Waves", type(error).__name__)
"""
    for _ in range(2):
        with pikepdf.open(io.BytesIO(pressed(tmp_path / "kept", code).pdf)) as pdf:
            assert str(pdf.docinfo["/Title"]) == "OSError"
