"""`./portal test`: every check of the house, in one order, none skipped silently."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wbk_portal.common.catalogue import compile_catalogues
from wbk_portal.launch import assets, postgres
from wbk_portal.launch.site import ROOT, say

PYTHON = sys.executable
NO_TESTS = 5
SECURE = {
    "DJANGO_SETTINGS_MODULE": "wbk_portal.settings",
    "SECRET_KEY": "check-only-9e0f4c1b7a2d4e6f8091a2b3c4d5e6f7a8b9c0d1e2f3a4b5",
    "HTTPS": "1",
    "DEBUG": "0",
    "DEMO": "0",
    "ALLOWED_HOSTS": "portal.example",
}


@dataclass(frozen=True)
class Check:
    """One line of the closing table.

    Attributes:
        name: For the table.
        run: Does it and says whether it passed.
        quick: Part of `--quick` too.
    """

    name: str
    run: Callable[[], bool]
    quick: bool = False


def check(arguments: list[str]) -> int:
    """Run all checks, or the quick ones with `--quick`; return the exit code.

    Other arguments go to pytest.
    """
    quick = "--quick" in arguments
    rest = [word for word in arguments if word != "--quick"]
    compile_catalogues(ROOT)
    if not assets.FONT.exists():
        assets.build_font()
    chosen = [entry for entry in all_checks(rest) if entry.quick or not quick]
    results = []
    for entry in chosen:
        say(f"\n=== {entry.name}")
        begin = time.monotonic()
        passed = entry.run()
        results.append((entry.name, passed, time.monotonic() - begin))
    say("\n" + "=" * 60)
    for name, passed, seconds in results:
        say(f"{'lulus' if passed else 'GAGAL':6} {name:42} {seconds:7.1f} s")
    return 0 if all(passed for _, passed, _ in results) else 1


def all_checks(rest: list[str]) -> list[Check]:
    """Return the checks in their order: the cheap ones first."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    deploy = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    migrations = ["manage.py", "makemigrations", "--check", "--dry-run"]
    apart = ["-n", "2", "-m", "not browser"]
    # What never opens the database would only repeat itself on the second one.
    again = [*apart, "--database-only"]
    # Where no path is given, only these are read: the others take seconds to collect.
    in_browser = ["-o", "testpaths=tests/browser"]
    story = ["-m", "pg_story", *in_browser]
    browser = ["-n", "2", "--dist", "loadfile", "-m", "browser", *in_browser]
    return [
        Check("ruff check", _command(["-m", "ruff", "check", "."])),
        Check("ruff format", _command(["-m", "ruff", "format", "--check", "."])),
        Check("djlint", _command(["-m", "djlint", "templates", "--lint", "--check"])),
        Check("mypy", _command(["-m", "mypy", "."])),
        Check("check --deploy", _command(deploy, SECURE)),
        Check("makemigrations --check", _command(migrations, settings)),
        Check("pytest, SQLite", lambda: _pytest(apart, rest), quick=True),
        # Pages wait for their server and it for them: two browsers fill two cores. A
        # file stays together, for the one that is filled once for all its tests.
        Check("pytest, peramban", lambda: _pytest(browser, rest)),
        Check("pytest, PostgreSQL", lambda: _on_postgres([again, story], rest)),
    ]


def _command(
    words: list[str], environ: Mapping[str, str] | None = None
) -> Callable[[], bool]:
    """Return a check that runs our own Python with `words`."""

    def run() -> bool:
        given = {**os.environ, "ENV_FILE": os.devnull, **(environ or {})}
        return subprocess.call([PYTHON, *words], cwd=ROOT, env=given) == 0  # noqa: S603

    return run


def _pytest(words: list[str], rest: list[str], database_url: str = "") -> bool:
    """Run pytest; a run that finds no test has failed, unless `rest` chose others."""
    environ = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "DATA_DIR", "SECRET_KEY", "HTTPS"}
    }
    environ["ENV_FILE"] = os.devnull
    if database_url:
        environ["DATABASE_URL"] = database_url
    command = [PYTHON, "-m", "pytest", *words, *rest]
    code = subprocess.call(command, cwd=ROOT, env=environ)  # noqa: S603
    return code == 0 or (code == NO_TESTS and bool(rest))


def _on_postgres(runs: list[list[str]], rest: list[str]) -> bool:
    """Run pytest on a throw-away cluster, all `runs` even when one fails."""
    programs = postgres.newest_bin()
    if programs is None:
        say("PostgreSQL tidak terpasang (PostgreSQL is not installed).")
        return False
    try:
        with postgres.cluster(programs) as url:
            outcomes = [_pytest(words, rest, url) for words in runs]
            return all(outcomes)
    except (subprocess.CalledProcessError, KeyError) as error:
        say(f"PostgreSQL tidak dapat dijalankan: {error}")
        return False
