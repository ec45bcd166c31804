"""`./portal test`: one failure fails the whole, and nothing is skipped silently."""

import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from wbk_portal.launch import assets, checks, postgres
from wbk_portal.launch.site import ROOT


@pytest.fixture
def calls(monkeypatch):
    """Record the commands instead of running them; `codes` gives their exit codes."""
    made = []
    codes = {}

    def call(command, **options):
        words = [str(word) for word in command]
        made.append((words, options["env"]))
        return next((code for key, code in codes.items() if key in words), 0)

    @contextmanager
    def cluster(programs):
        yield "postgres://portal@127.0.0.1:1/postgres"

    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(postgres, "cluster", cluster)
    monkeypatch.setattr(assets, "build_font", lambda: None)
    return SimpleNamespace(made=made, codes=codes)


def test_all_checks_run_in_their_order(calls, capsys):
    assert checks.check([]) == 0
    lines = [" ".join(words[1:]) for words, _ in calls.made]
    assert [line.split(" -")[0].replace("-m ", "") for line in lines] == [
        "ruff check .",
        "ruff format",
        "djlint templates",
        "mypy .",
        "manage.py check",
        "manage.py makemigrations",
        *["pytest"] * 4,
    ]
    assert "GAGAL" not in capsys.readouterr().out


def test_the_last_runs_are_on_postgresql(calls):
    checks.check([])
    urls = [env.get("DATABASE_URL") for _, env in calls.made[-4:]]
    assert urls == [None, None, *["postgres://portal@127.0.0.1:1/postgres"] * 2]


@pytest.mark.parametrize("word", ["ruff", "djlint", "mypy", "check", "makemigrations"])
def test_one_failure_fails_the_whole_and_the_others_still_run(calls, word, capsys):
    calls.codes[word] = 1
    assert checks.check([]) == 1
    assert len(calls.made) == 10
    assert "GAGAL" in capsys.readouterr().out


def test_a_run_without_tests_is_a_failure(calls):
    calls.codes["pg_story"] = 5
    assert checks.check([]) == 1
    assert checks.check(["tests/infra"]) == 0, "unless words chose others"


def test_quick_runs_one_pytest_only(calls):
    assert checks.check(["--quick", "-k", "score"]) == 0
    [(words, _)] = calls.made
    assert words[-2:] == ["-k", "score"]


def test_a_missing_postgresql_is_said_and_fails(calls, monkeypatch, capsys):
    monkeypatch.setattr(postgres, "newest_bin", lambda: None)
    assert checks.check([]) == 1
    assert "PostgreSQL tidak terpasang" in capsys.readouterr().out


def test_a_cluster_that_does_not_start_fails(calls, monkeypatch, capsys):
    @contextmanager
    def broken(programs):
        raise subprocess.CalledProcessError(1, "initdb")
        yield

    monkeypatch.setattr(postgres, "cluster", broken)
    assert checks.check([]) == 1
    assert "PostgreSQL tidak dapat dijalankan" in capsys.readouterr().out


def test_an_organisations_settings_do_not_reach_the_tests(calls, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://own")
    monkeypatch.setenv("DATA_DIR", "/own")
    checks.check(["--quick"])
    [(_, environ)] = calls.made
    assert "DATABASE_URL" not in environ
    assert "DATA_DIR" not in environ


def test_tests_of_the_browser_stand_in_their_folder():
    """Only that folder is read for them: elsewhere they would never run."""
    tests = ROOT / "tests"
    marked = [
        path.relative_to(tests).parts[0]
        for path in tests.rglob("*.py")
        if re.search(r"\bmark\.(browser|pg_story)\b", path.read_text())
        and path != Path(__file__)
    ]
    assert set(marked) == {"browser"}
