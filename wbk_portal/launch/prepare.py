"""Everything between a fresh clone and the first request, each step only if needed.

`prepare` decides by stamps, without Django, and runs what is left in processes of
their own: the files for the browser beside the database, as they do not meet.
"""

import fcntl
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wbk_portal.launch import assets
from wbk_portal.launch.site import BUILD, ROOT, Site, say, stop
from wbk_portal.launch.stamps import Stamp, fingerprint
from wbk_portal.launch.supervisor import die_with_parent

STEPS = ("font", "catalogues", "static", "migrate", "seed")


def prepare(site: Site) -> None:
    """Bring files and database of `site` up to the code that is here now.

    Ends the program with a sentence when a step fails.
    """
    _run([file_stamps(), database_stamps(site)], site.environ)


def prepare_files() -> None:
    """Make only the files that every installation of this clone shares."""
    with tempfile.TemporaryDirectory(prefix="wbk-prepare-") as folder:
        nowhere = {"DATA_DIR": folder, "SECRET_KEY": secrets.token_urlsafe(50)}
        environ = {**os.environ, **nowhere, "ENV_FILE": os.devnull}
        environ["DJANGO_SETTINGS_MODULE"] = "wbk_portal.settings"
        _run([file_stamps()], environ)


def _run(groups: list[dict[str, Stamp]], environ: Mapping[str, str]) -> None:
    """Do what the stamps say is left, one process for each group."""
    files = groups[0]
    with build_lock(any(not stamp.is_current for stamp in files.values())):
        running = []
        for stamps in groups:
            steps = [name for name, stamp in stamps.items() if not stamp.is_current]
            if steps:
                running.append((steps, stamps, _start(steps, environ)))
        for steps, stamps, process in running:
            if process.wait() != 0:
                for _, _, other in running:
                    other.terminate()
                stop(
                    f"Persiapan gagal pada langkah {', '.join(steps)}; baca pesan di "
                    "atas, lalu jalankan lagi.",
                    "Preparation failed; see the words above and run again.",
                )
            for name in steps:
                stamps[name].set()


def file_stamps() -> dict[str, Stamp]:
    """Return the stamps of the files for the browser, in the order of the steps."""
    lock = ROOT / "requirements" / "run.txt"
    maker = Path(assets.__file__)
    font = fingerprint([lock, maker], root=ROOT)
    catalogues = fingerprint([ROOT / "locale"], root=ROOT)
    static = fingerprint([lock, maker, ROOT / "static"], root=ROOT)
    found = {
        "font": Stamp(BUILD / "stamps" / "font", font),
        "catalogues": Stamp(BUILD / "stamps" / "catalogues", catalogues),
        "static": Stamp(BUILD / "stamps" / "static", static),
    }
    if not assets.FONT.exists():
        found["font"].clear()
    if any(
        not source.with_suffix(".mo").exists()
        for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po")
    ):
        found["catalogues"].clear()
    if not (BUILD / "collected" / "staticfiles.json").exists():
        found["static"].clear()
    return found


def database_stamps(site: Site) -> dict[str, Stamp]:
    """Return the stamps of the site's database, in the order of the steps.

    The organisation's own database is migrated at every start, since it may have
    been restored from a backup; a demo only when the code has changed.
    """
    lock = ROOT / "requirements" / "run.txt"
    migrations = [*ROOT.glob("*/migrations"), *ROOT.glob("wbk_portal/*/migrations")]
    schema = fingerprint([lock, *sorted(migrations)], root=ROOT)
    found = {"migrate": Stamp(site.run_dir / "stamp-migrate", schema)}
    if site.is_demo:
        sources = [ROOT / "wbk_portal" / "demo", ROOT / "indicators" / "data"]
        seed = schema + fingerprint(sources, root=ROOT)
        found["seed"] = Stamp(site.run_dir / "stamp-seed", seed)
    if not site.is_demo or not (site.data_dir / "portal.sqlite3").exists():
        for stamp in found.values():
            stamp.clear()
    return found


@contextmanager
def build_lock(needed: bool) -> Iterator[None]:
    """Keep two starts from one clone out of each other's files."""
    if not needed:
        yield
        return
    try:
        BUILD.mkdir(exist_ok=True)
        (BUILD / "assets.lock").touch()
    except OSError:
        stop(
            f"Folder {BUILD} tidak dapat ditulis; jalankan ./portal prepare sekali "
            "sebagai pemiliknya, lalu ulangi.",
            "This folder cannot be written; run ./portal prepare once as its owner.",
        )
    with (BUILD / "assets.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _start(steps: list[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process for `steps`; the shared files may be read by everybody."""
    command = [sys.executable, "-m", "wbk_portal.launch.prepare", *steps]
    return subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=environ,
        preexec_fn=die_with_parent,
        umask=0o022 if "static" in steps else -1,
    )


def run_steps(steps: list[str]) -> None:
    """Do `steps` in this process, with Django where a step needs it."""
    if "font" in steps:
        assets.build_font()
    if "catalogues" in steps:
        from wbk_portal.common.catalogue import compile_catalogues

        compile_catalogues(ROOT)
    if not {"static", "migrate", "seed"} & set(steps):
        return
    import django
    from django.core.management import call_command

    django.setup()
    if "static" in steps:
        call_command("collectstatic", interactive=False, verbosity=0)
    if "migrate" in steps:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # Without it no period can be prepared; the same files change nothing.
        call_command("load_instruments", stdout=sys.stderr)
    if "seed" in steps:
        say("portal: menyiapkan contoh instansi …")
        call_command("seed_demo")


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(STEPS)
    if unknown:
        sys.exit(f"unknown steps: {unknown}")
    run_steps(sys.argv[1:])
