"""The versions that are installed: pinned one by one, within what pyproject.toml allows, and free to be passed on."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from typing import Any

import pytest
from conftest import HOME
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT: dict[str, Any] = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
NEEDED = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = [Requirement(line) for extra in PROJECT["optional-dependencies"].values() for line in extra]
WANTED = [wanted for wanted in EXTRAS if wanted.name != PROJECT["name"]]  # one extra may take in another
LINES = [line for line in (HOME / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
PINS = {canonicalize_name(name): Version(version) for name, _, version in (line.partition("==") for line in LINES)}

# Below these versions there are flaws that are known to the public and that a lesson could reach.
FLOORS = {
    "weasyprint": "70.0",  # CVE-2025-68616, CVE-2026-49452, CVE-2026-55073: what a page could make it fetch
    "jinja2": "3.1.6",  # CVE-2025-27516: ways out of the sandbox
    "markdown": "3.8.1",  # CVE-2025-69534: an assertion that a text could break
    "pyyaml": "5.4",  # CVE-2020-14343: code in YAML
    "nh3": "0.3.8",  # CVE-2026-63430, RUSTSEC-2026-0193, RUSTSEC-2026-0213: tags that were not cleaned
    "pillow": "13.0.0",  # CVE-2026-40192, CVE-2026-112403, CVE-2026-112398: pictures that are bombs or break out
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_pins_one_version(line: str) -> None:
    """A name, two equals signs and a version: no ranges, no addresses, no options."""
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*", line)
    assert str(Version(line.partition("==")[2])) == line.partition("==")[2]


def test_no_name_is_pinned_twice() -> None:
    """However it is spelled."""
    assert len(PINS) == len(LINES)


@pytest.mark.parametrize("wanted", [*NEEDED, *WANTED], ids=lambda wanted: wanted.name)
def test_what_is_asked_for_is_pinned_within_its_range(wanted: Requirement) -> None:
    """For use and for the tests; nothing is fetched from an address of its own."""
    assert wanted.url is None
    pin = PINS[canonicalize_name(wanted.name)]
    assert pin in wanted.specifier


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_flaw_is_allowed(name: str) -> None:
    """The ranges begin at the version that mended it, or above."""
    ranges = [wanted.specifier for wanted in (*NEEDED, *WANTED) if canonicalize_name(wanted.name) == name]
    assert ranges
    for allowed in ranges:
        assert lowest(allowed) >= Version(FLOORS[name])


def lowest(allowed: SpecifierSet) -> Version:
    return max(Version(one.version) for one in allowed if one.operator in ("==", ">=", "~="))


@pytest.mark.parametrize("needed", NEEDED, ids=lambda needed: needed.name)
def test_what_is_needed_has_an_upper_bound(needed: Requirement) -> None:
    """A new main version is tried before teachers get it."""
    assert {one.operator for one in needed.specifier} & {"<", "==", "~="}


# --- what is installed --------------------------------------------------------------------------------

COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )(?:\bA?GPL|Affero|General Public Licen[cs]e)", re.IGNORECASE)
EXCEPTIONS: dict[str, str] = {
    "pyphen": "of three licences one may choose: GPL 2.0 or later, LGPL 2.1 or later, or MPL 1.1; we take the LGPL",
}


def licences(name: str) -> list[str]:
    """What a package says of its licence: the expression, the classifiers, and the field where it is short."""
    about = importlib.metadata.metadata(name)
    said = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    said += about.get_all("License-Expression") or []
    said += [text for text in about.get_all("License") or () if len(text) < 200]
    return said


@pytest.mark.parametrize("name", PINS)
def test_a_package_may_be_used_under_our_licence(name: str) -> None:
    """No GPL and no AGPL, but where another licence may be chosen."""
    try:
        said = licences(name)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("not installed here")
    strong = [text for text in said if COPYLEFT.search(text) and "Lesser" not in text]
    assert not strong or name in EXCEPTIONS, said


def test_no_exception_is_idle() -> None:
    """An exception names a package that is pinned and that would be objected to."""
    for name in EXCEPTIONS:
        assert name in PINS
        assert any(COPYLEFT.search(text) for text in licences(name))
