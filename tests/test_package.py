"""What is packed, installed and run elsewhere makes the same handouts, and holds nothing that is nobody's business."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import HOME, LESSONS, Shelf

from generator import __version__

# What somebody may have put into a checkout, and what must not leave it.
PRIVATE = (
    "lessons/class-9b.csv",
    "seeds/roster.xlsx",
    "figures/class-9b.png",
    "students.csv",
    "templates/class.csv",
    "templates/looks/class-9b.xlsx",
    "generator/class.tsv",
    "docs/class.ods",
    "tests/class.csv",
    "tests/problems/class.csv",
    "roster.yaml",
    "output/five-voices/student.pdf",
    "lessons/.five-voices.yaml.swp",
    ".env",
    "handouts.yaml",
    ".venv/pyvenv.cfg",
    "generator/__pycache__/x.pyc",
)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of a copy of this checkout in which private files lie about that nothing ignores, and the wheel that is
    made from it."""
    folder = tmp_path_factory.mktemp("packed")
    copy = folder / "checkout"
    ignored = shutil.ignore_patterns(
        ".git*", ".venv", "output", "__pycache__", ".*_cache", ".hypothesis", "dist", "*.egg-info"
    )
    shutil.copytree(HOME, copy, ignore=ignored)
    for name in PRIVATE:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("Somebody, Some body\n", "utf-8")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(copy)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(packed: Path) -> Path:
    (found,) = packed.glob("*.whl")
    return found


def names_in_wheel(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def files(folder: str) -> list[str]:
    """The files of a folder of the checkout."""
    return sorted(
        str(p.relative_to(HOME)) for p in (HOME / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts
    )


def test_the_wheel_holds_the_program_and_what_it_needs(wheel: Path) -> None:
    """Its modules and tables; templates, fonts, seeds and lessons as its data."""
    names = names_in_wheel(wheel)
    for name in files("generator"):
        assert name in names
    for folder in ("templates", "seeds", "lessons"):
        for name in files(folder):
            assert f"generator/_data/{name}" in names
    assert "generator/_data/templates/fonts/NotoSerifSC-Cut.ttf" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert any(name.endswith(".dist-info/licenses/templates/fonts/SourceSerif4-LICENSE.md") for name in names)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """No tests, no output, no lists of names; at the top only the package and what describes it."""
    names = names_in_wheel(wheel)
    assert {name.split("/")[0] for name in names} == {"generator", f"counterpoint_handouts-{__version__}.dist-info"}
    wanted = {
        *files("generator"),
        *(f"generator/_data/{name}" for folder in ("templates", "seeds", "lessons") for name in files(folder)),
    }
    assert sorted(name for name in names if ".dist-info/" not in name and name not in wanted) == []
    assert not [
        name
        for name in names
        if "test" in name
        or "output" in Path(name).parts
        or name.endswith((".csv", ".tsv", ".xlsx", ".ods", ".pyc", ".swp"))
    ]


def test_the_sdist_holds_nothing_private(packed: Path) -> None:
    """What is needed to build, test and read; nothing that lay about."""
    (sdist,) = packed.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert not [name for name in PRIVATE if name in names]
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "run",
        "tests/conftest.py",
        "tests/golden/seeds/ferry.txt",
        "tests/problems/accepted--as-typed.roster.csv",
    } <= set(names)


def test_an_article_is_packed_byte_for_byte(wheel: Path) -> None:
    """Else its hash would no longer be that of its record."""
    with zipfile.ZipFile(wheel) as archive:
        for name in files("seeds"):
            assert archive.read(f"generator/_data/{name}") == (HOME / name).read_bytes()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in an environment of its own, where the wheel is installed and the libraries of this one are seen."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / Path(sys.executable).name
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        str(wheel),
    ]
    ran = subprocess.run([*command, "--disable-pip-version-check"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site / "libraries.pth").write_text("\n".join(paths) + "\n", "utf-8")
    return scripts / "counterpoint"


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [str(command), *arguments], cwd=cwd, env=clean, capture_output=True, encoding="utf-8", check=False
    )


def test_the_installed_command_tells_its_version(installed: Path, tmp_path: Path) -> None:
    """That of the package."""
    ran = run(installed, "--version", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, f"counterpoint {__version__}\n"), ran.stderr


def test_the_installed_command_makes_the_same_handouts(installed: Path, tmp_path: Path, shelf: Shelf) -> None:
    """Byte for byte, from a folder that knows nothing of this checkout."""
    ran = run(installed, "build", LESSONS[1], "--edition", "student", "--output", "X", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    for name in ("student.html", "student.pdf"):
        assert (tmp_path / "X" / LESSONS[1] / name).read_bytes() == (
            shelf.path(LESSONS[1], "student", "html").parent / name
        ).read_bytes()


def test_the_installed_command_begins_a_project(installed: Path, tmp_path: Path) -> None:
    """With the seeds and lessons that came with it, in which nothing is wrong."""
    assert run(installed, "init", "mine", cwd=tmp_path).returncode == 0
    ran = run(installed, "check", cwd=tmp_path / "mine")
    assert ran.returncode == 0, ran.stdout + ran.stderr
