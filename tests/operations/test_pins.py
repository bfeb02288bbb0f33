"""What is installed is what was looked at: each package by version and digest."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSTRAINTS = (ROOT / "constraints.txt").read_text()
PIN = re.compile(
    r"^([a-z0-9.-]+)==([\d.\w]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", re.M
)


def test_every_pin_has_its_digests():
    pinned = {name for name, _, _ in PIN.findall(CONSTRAINTS)}
    assert pinned == set(re.findall(r"^([a-z0-9.-]+)==", CONSTRAINTS, re.M))
    assert "uv" in pinned


def test_every_direct_requirement_is_among_them_with_the_same_version():
    pinned = {name: version for name, version, _ in PIN.findall(CONSTRAINTS)}
    for path in (ROOT / "requirements.txt", ROOT / "requirements-dev.txt"):
        for name, version in re.findall(
            r"^([\w.-]+)(?:\[\w+\])?==([\d.]+)", path.read_text(), re.M
        ):
            assert pinned.get(re.sub("[._]", "-", name.lower())) == version, name


def test_nothing_is_installed_without_its_digest():
    installing = [
        line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line
    ]
    assert len(installing) == 2
    assert all("--require-hashes" in line for line in installing)
