"""The locks: pinned, hashed, without addresses, and in step with pyproject.toml; no registry host anywhere."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import lock

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_is_pinned_with_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert len(entries) > 50
    for entry in entries:
        first, *hashes = entry.splitlines()
        assert PINNED.match(first + "\n"), first
        assert hashes
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes), first


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_no_path(name: str) -> None:
    assert lock.foreign_lines((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "thing @ file:///srv/thing.whl",
        "-e ./thing",
        "    # via -r /root/x",
    ],
)
def test_an_address_or_a_path_in_a_lock_is_noticed(line: str) -> None:
    assert lock.foreign_lines(f"flask==3.1.3 \\\n{line}\n") == [line]


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_satisfies_what_pyproject_asks_for(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"]
    if name == "requirements-dev.lock":
        asked = asked + project["dependency-groups"]["dev"]
    pinned = {
        canonicalize_name(found): version for found, version, _ in PINNED.findall((ROOT / name).read_text())
    }
    unmet = [
        text
        for text in asked
        if (wanted := Requirement(text))
        and not wanted.specifier.contains(pinned.get(canonicalize_name(wanted.name), "0"))
    ]
    assert unmet == [], "run `make lock`"


def test_both_locks_agree_on_every_version() -> None:
    runtime, dev = (set(PINNED.findall((ROOT / name).read_text())) for name in LOCKS)
    assert runtime < dev


def test_no_tracked_file_names_a_registry_host() -> None:
    # Put together here, or this file would name them.
    hosts = [
        ".".join(parts)
        for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
    ]
    found = run("git", "grep", "-I", "-l", "-i", "-F", *(word for host in hosts for word in ("-e", host)))
    assert (found.returncode, found.stdout) == (1, "")
