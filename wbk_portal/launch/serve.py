"""Serving a site: claim its folder and port, start both processes, tell the people."""

import fcntl
import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from wbk_portal.demo.people import people_rows
from wbk_portal.launch.site import ROOT, Site, say, stop
from wbk_portal.launch.supervisor import Child, Supervisor


@contextmanager
def claim(site: Site) -> Iterator[None]:
    """Hold the data folder for this process, or end: it is in use, or of another kind.

    The folder says whether it holds a demo, so that `demo --fresh` can never remove
    an organisation's data, nor `start` open invented people to the world.
    """
    with (site.run_dir / "portal.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop(
                f"Portal untuk {site.data_dir} sudah berjalan; hentikan dulu (Ctrl-C), "
                "atau pilih folder lain dengan DATA_DIR.",
                "A portal already runs on this data folder; stop it or set DATA_DIR.",
            )
        mark = site.data_dir / "DEMO"
        has_data = (site.data_dir / "portal.sqlite3").exists()
        if site.is_demo and has_data and not mark.exists():
            stop(
                f"{site.data_dir} berisi data instansi, bukan contoh; pilih folder "
                "lain dengan DATA_DIR.",
                "This folder holds an organisation's own data; set another DATA_DIR.",
            )
        if not site.is_demo and mark.exists():
            stop(
                f"{site.data_dir} berisi contoh dengan orang rekaan; pilih folder lain "
                "dengan DATA_DIR.",
                "This folder holds the demo; set another DATA_DIR.",
            )
        if site.is_demo:
            mark.touch()
        yield


def need_port(site: Site) -> None:
    """End when another program listens on the site's port."""
    family = socket.AF_INET6 if ":" in site.bind else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((site.bind, site.port))
        except OSError as error:
            stop(
                f"Porta {site.port} di {site.bind} tidak dapat dipakai "
                f"({error.strerror}); pilih yang lain, misalnya PORT={site.port + 1}.",
                f"Port {site.port} cannot be used; choose another one with PORT.",
            )


def answers(site: Site) -> bool:
    """Say whether /healthz answers 200."""
    host = site.address.removeprefix("http://").rpartition(":")[0].strip("[]")
    link = http.client.HTTPConnection(host, site.port, timeout=5)
    try:
        link.request("GET", "/healthz", headers={"Host": site.host_header})
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def serve(site: Site) -> int:
    """Run web server and worker until a signal; return the exit code."""
    web = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_config.py"]
    worker = [sys.executable, "manage.py", "run_worker"]
    supervisor = Supervisor(
        Child("server web", [*web, "wbk_portal.wsgi:application"], site.environ),
        [Child("pekerja latar", worker, site.environ)],
    )
    code = supervisor.run(
        answers=lambda: answers(site), on_ready=lambda: announce(site)
    )
    if code:
        stop(
            "Server web tidak dapat dijalankan; baca pesan di atas.",
            "The web server could not be started; see the words above.",
        )
    say("portal: berhenti.")
    return code


def announce(site: Site) -> None:
    """Print the address, and who may sign in."""
    say(f"\nPortal berjalan di {site.address}  (Ctrl-C untuk berhenti)")
    if site.is_demo:
        say("\nOrang contoh:\n" + table(people_rows()) + "\n")
        return
    link = manage(site, ["first_admin_link", "--base", site.public_url]).strip()
    if link:
        say(f"\nBelum ada administrator. Buka tautan sekali pakai ini:\n  {link}\n")


def manage(site: Site, arguments: Sequence[str]) -> str:
    """Return what a management command of the site prints; nothing when it fails."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=site.environ, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        sys.stderr.write(f"portal: {arguments[0]} gagal (kode {done.returncode}).\n")
        return ""
    return done.stdout.decode()


def table(rows: list[dict[str, str]]) -> str:
    """Return `rows` as lines of aligned columns under their keys."""
    if not rows:
        return "(belum ada)"
    columns = list(rows[0])
    lines = [columns, *([str(row.get(name, "")) for name in columns] for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    return "\n".join(
        "  " + "  ".join(map(str.ljust, line, widths)).rstrip() for line in lines
    )
