"""One installation: where its data lies, and the environment its processes get."""

import os
import secrets
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
DEFAULT_PORT = 8000


def stop(indonesian: str, english: str) -> NoReturn:
    """End with one sentence that names the way out, in both languages."""
    sys.stderr.write(f"portal: {indonesian}\n({english})\n")
    raise SystemExit(1)


def say(text: str) -> None:
    """Tell the person at the terminal how far things are."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Site:
    """One installation.

    Attributes:
        data_dir: All its state: database, files, keys, locks.
        bind: Address to listen on; this machine only unless told otherwise.
        port: TCP port.
        environ: Complete environment of its processes.
        is_demo: Invented institution, throw-away data.
    """

    data_dir: Path
    bind: str
    port: int
    environ: dict[str, str]
    is_demo: bool

    @property
    def address(self) -> str:
        """Return the address for a browser on this machine."""
        host = "127.0.0.1" if self.bind in {"0.0.0.0", "::"} else self.bind  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def run_dir(self) -> Path:
        """Return the folder of locks, stamps and sockets, made if missing."""
        folder = self.data_dir / "run"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @property
    def host_header(self) -> str:
        """Return a host name that the portal answers to, for our own requests."""
        first = self.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip()
        return first.lstrip(".") if first not in {"", "*"} else "127.0.0.1"

    @property
    def public_url(self) -> str:
        """Return the address that people outside use, as far as it is known."""
        origins = self.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",")
        return origins[0].strip().rstrip("/") or self.address


def demo_site(environ: Mapping[str, str]) -> Site:
    """Return the demo: always SQLite in its own folder.

    Neither `.env` nor DATABASE_URL counts here, so that no invented person can ever
    get into an organisation's database.
    """
    given = {key: value for key, value in environ.items() if key not in _NEVER_DEMO}
    return _site(given, demo=True, default_dir=ROOT / ".data" / "demo")


def own_site(environ: Mapping[str, str]) -> Site:
    """Return the organisation's own installation: `.env` beneath the environment."""
    given = {**read_env_file(ROOT / ".env"), **environ}
    return _site(given, demo=False, default_dir=ROOT / ".data" / "portal")


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of `path`, quotes taken off; empty without file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    found = {}
    for line in text.splitlines():
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and name and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("'\"")
    return found


# An organisation's settings that must not reach the demo.
_NEVER_DEMO = frozenset(
    {"DATABASE_URL", "SECRET_KEY", "HTTPS", "DEBUG", "CSRF_TRUSTED_ORIGINS"}
)


def _site(given: dict[str, str], *, demo: bool, default_dir: Path) -> Site:
    data_dir = Path(given.get("DATA_DIR") or default_dir).expanduser().absolute()
    port = _port(given.get("PORT") or str(DEFAULT_PORT))
    bind = given.get("BIND") or "127.0.0.1"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        stop(
            f"Folder data {data_dir} tidak dapat dibuat ({error.strerror}); "
            "pilih tempat lain dengan DATA_DIR=/jalur/folder.",
            "The data folder cannot be made; choose another one with DATA_DIR.",
        )
    environ = {
        **given,
        "DJANGO_SETTINGS_MODULE": "wbk_portal.settings",
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "BIND": bind,
        "DEMO": "1" if demo else "0",
        "DEBUG": "0",
        # Read above already, or not meant for the demo.
        "ENV_FILE": os.devnull,
        "PYTHONUNBUFFERED": "1",
    }
    if not given.get("SECRET_KEY"):
        environ["SECRET_KEY"] = secret_key(data_dir)
    return Site(data_dir, bind, port, environ, is_demo=demo)


def secret_key(data_dir: Path) -> str:
    """Return the installation's signing key; made once, readable by its owner only."""
    path = data_dir / "keys" / "secret_key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"secret_key.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:  # a second start was first: its key holds
            pass
        finally:
            fresh.unlink()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    stop(
        f"PORT={text} bukan nomor porta; pakai angka 1 sampai 65535, misalnya "
        "PORT=8001.",
        "PORT must be a number from 1 to 65535.",
    )
