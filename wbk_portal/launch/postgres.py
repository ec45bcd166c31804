"""A PostgreSQL cluster of our own for one test run: fast, private, thrown away."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Nothing in it needs to survive anything.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def newest_bin() -> Path | None:
    """Return the folder of the newest installed server programs, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(found, key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run a cluster and give its DATABASE_URL.

    The server refuses to run as root: then it runs as `postgres`.

    Raises:
        subprocess.CalledProcessError: It could not be made or started.
    """
    with tempfile.TemporaryDirectory(prefix="wbk-pg-") as folder:
        data = Path(folder) / "data"
        user = ["-U", "portal"]
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
        port = _free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {OPTIONS}"
        init = ["-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        _run([str(programs / "initdb"), "-D", str(data), *user, *init])
        control = [str(programs / "pg_ctl"), "-s", "-w", "-D", str(data)]
        log = Path(folder) / "log"
        _run([*control, "-l", str(log), "-o", options, "start"])
        try:
            yield f"postgres://portal@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _run(command: list[str]) -> None:
    """Run one server program as somebody who is not root."""
    if os.getuid() == 0:
        drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        command = [*drop, *command]
    subprocess.run(  # noqa: S603
        command, check=True, stdout=subprocess.DEVNULL, cwd="/"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
