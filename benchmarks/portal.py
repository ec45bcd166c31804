"""Portals and floors on ports of their own, with throw-away data."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.client import Client
from benchmarks.floors import nginx
from benchmarks.machine import ROOT, free_port, running, say, wait_for_port

GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_config.py"]


@dataclass
class Portal:
    """The portal with an institution of some size, behind gunicorn 2 × 4.

    Attributes:
        units: Assessed units.
        folder: All its state.
        database_url: Empty for SQLite in the folder.
        port: Where it listens once `serve` was called.
    """

    units: int
    folder: Path
    database_url: str
    stack: ExitStack
    port: int = 0
    pid: int = 0
    floor_port: int = 0
    floor_pid: int = 0
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def environ(self) -> dict[str, str]:
        """Return the environment of every process of this portal."""
        given = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
        given |= {
            "DJANGO_SETTINGS_MODULE": "wbk_portal.settings",
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ENV_FILE": os.devnull,
            "DEBUG": "0",
            "DEMO": "0",
            "UPLOAD_MAX_MIB": "200",
            "FLOOR_FILES": str(self.folder / "floor-files"),
            "FLOOR_READS": str(self.folder / "floor-reads"),
        }
        given.pop("DATABASE_URL", None)
        if self.database_url:
            given["DATABASE_URL"] = self.database_url
        return given

    def manage(self, *arguments: str) -> None:
        """Run a management command."""
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=self.environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def inside(self, name: str, **values: Any) -> Any:
        """Run a command of `benchmarks.inside` and return its answer."""
        command = [sys.executable, "-m", "benchmarks.inside", name, json.dumps(values)]
        done = subprocess.run(  # noqa: S603 - our own commands
            command, cwd=ROOT, env=self.environ, check=True, stdout=subprocess.PIPE
        )
        return json.loads(done.stdout)

    def prepare(self) -> None:
        """Make the database and the institution."""
        begun = time.perf_counter()
        for name in ("files", "run", "floor-files", "floor-reads", "nginx"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.manage("migrate", "--no-input", "-v0")
        self.manage("createcachetable", "-v0")
        made = self.inside("build", units=self.units)
        taken = time.perf_counter() - begun
        say(f"  {made['units']} units, {made['evidence']} evidence in {taken:.0f} s")

    def serve(self, *, workers: int = 2) -> int:
        """Start the web server until the run ends; return the pid of its master."""
        found = self._gunicorn("wbk_portal.wsgi:application", "web", workers)
        self.port, self.pid = found
        return self.pid

    def serve_floor(self) -> None:
        """Start bare Django on the same database."""
        environ = {"FLOOR_PASSWORD_HASH": self.inside("password")["hash"]}
        self.floor_port, self.floor_pid = self._gunicorn(
            "benchmarks.floors.site:application", "floor", 2, environ
        )

    def serve_raw(self) -> int:
        """Start the raw upload; return its port."""
        return self._gunicorn("benchmarks.floors.raw:application", "raw", 2)[0]

    def serve_nginx(self) -> int:
        """Start nginx; return its port."""
        port = free_port()
        command = nginx.configure(self.folder / "nginx", port)
        log = self.folder / "nginx.log"
        process = self.stack.enter_context(running(command, os.environ, log))
        wait_for_port(port, process)
        return port

    def work(self) -> int:
        """Start the job worker; return its pid."""
        command = [sys.executable, "manage.py", "run_worker"]
        log = self.folder / "worker.log"
        return self.stack.enter_context(running(command, self.environ, log)).pid

    def _gunicorn(
        self,
        application: str,
        name: str,
        workers: int,
        more: dict[str, str] | None = None,
    ) -> tuple[int, int]:
        port = free_port()
        own = self.folder / "servers" / name
        (own / "run").mkdir(parents=True, exist_ok=True)
        environ = {**self.environ, **(more or {})}
        environ |= {"PORT": str(port), "WEB_WORKERS": str(workers)}
        command = [
            *GUNICORN,
            "--control-socket",
            str(own / "run" / "gunicorn.ctl"),
            application,
        ]
        process = self.stack.enter_context(
            running(command, environ, self.folder / f"{name}.log")
        )
        wait_for_port(port, process)
        return port, process.pid

    def client(self, username: str = "") -> Client:
        """Return a browser of a person, or of nobody."""
        if not username:
            return Client(self.port)
        if username not in self._cookies:
            self._cookies[username] = self.inside("sign-in", username=username)
        return Client(self.port, self._cookies[username])

    def floor(self) -> Client:
        """Return a browser on bare Django."""
        return Client(self.floor_port)

    def keep_reads(self, name: str, username: str, path: str) -> None:
        """Tell bare Django the statements of a page, once in a run."""
        found = self.inside("reads", username=username, path=path)
        (self.folder / "floor-reads" / f"{name}.json").write_text(json.dumps(found))

    def empty_uploads(self) -> None:
        """Throw away what was uploaded so far, for the sake of the disk."""
        for name in ("floor-files", "nginx/files"):
            for path in (self.folder / name).glob("*"):
                path.unlink()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a private cluster; give the beginning of its database addresses."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        raise RuntimeError("PostgreSQL is not installed")
    home = folder / "cluster"
    home.mkdir()
    port = free_port()
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        folder.chmod(0o755)
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603 - our own commands
            [*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=home
        )

    data, ctl = str(home / "data"), str(binaries[-1] / "pg_ctl")
    run(
        str(binaries[-1] / "initdb"),
        *("-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-locale"),
    )
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1"
    run(ctl, "-s", "-w", "-D", data, "-l", str(home / "log"), "-o", options, "start")
    try:
        yield f"postgres://portal@127.0.0.1:{port}/"
    finally:
        run(ctl, "-s", "-m", "immediate", "-D", data, "stop")


class Bench:
    """One run: portals of several sizes, made once and shared by the rows."""

    def __init__(self, stack: ExitStack, *, quick: bool, database: str) -> None:
        """Begin with nothing."""
        self.quick = quick
        self.database = database
        self._stack = stack
        self.folder = Path(tempfile.mkdtemp(prefix="wbk-benchmarks-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._portals: dict[int, Portal] = {}
        self._cluster = ""

    def logs(self) -> str:
        """Return the last lines that the servers wrote."""
        lines = []
        for path in sorted(self.folder.glob("*/*.log")):
            text = path.read_text(errors="replace").strip()
            if text:
                lines += [f"--- {path.name}", *text.splitlines()[-25:]]
        return "\n".join(lines)

    @property
    def sizes(self) -> Sequence[int]:
        """Return the two sizes that are compared."""
        return (20, 60) if self.quick else (50, 500)

    def times(self, full: int) -> int:
        """Return how often to repeat."""
        return max(5, full // 3) if self.quick else full

    def database_url(self, name: str) -> str:
        """Return the address of a fresh database; empty for SQLite."""
        if self.database == "sqlite":
            return ""
        if not self._cluster:
            self._cluster = self._stack.enter_context(postgresql(self.folder))
        import psycopg

        with psycopg.connect(self._cluster + "postgres", autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name}")
        return f"{self._cluster}{name}"

    def empty_portal(self, name: str, units: int) -> Portal:
        """Return a portal that has a folder and nothing else."""
        folder = self.folder / name
        folder.mkdir()
        return Portal(units, folder, self.database_url(name), self._stack)

    def portal(self, units: int) -> Portal:
        """Return the serving portal of a size, with bare Django beside it."""
        if units not in self._portals:
            say(f"Building {units} units on {self.database} …")
            portal = self.empty_portal(f"portal{units}", units)
            portal.prepare()
            portal.serve()
            portal.serve_floor()
            self._portals[units] = portal
        return self._portals[units]

    @property
    def large(self) -> Portal:
        """Return the portal that page rows are measured on."""
        return self.portal(self.sizes[-1])

    @property
    def small(self) -> Portal:
        """Return the one that it is compared with."""
        return self.portal(self.sizes[0])
