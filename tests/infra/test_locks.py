"""The locks: hashed, free of hosts, and in step with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements/run.txt", "requirements/dev.txt"]


def pins(name: str) -> dict[str, str]:
    """Return the pinned versions of a lock by normalized name."""
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    """Return the normalized names of requirements."""
    return {re.match(r"[A-Za-z0-9.-]+", text)[0].lower() for text in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name):
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_hashed(name):
    blocks = re.split(r"^(?=\S)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name)) > 30
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = names(project["project"]["dependencies"])
    assert asked <= set(pins(LOCKS[0]))
    assert asked | names(project["dependency-groups"]["dev"]) <= set(pins(LOCKS[1]))


def test_tests_run_with_the_versions_that_serve():
    run, dev = pins(LOCKS[0]), pins(LOCKS[1])
    assert {name: dev.get(name) for name in run} == run


def test_locks_that_name_hosts_cannot_be_committed():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"uv.lock", "pylock*.toml", ".env", ".data/", ".build/"} <= set(ignored)
