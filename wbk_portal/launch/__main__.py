"""The verbs of `./portal`: demo, start, manage, prepare, test."""

import argparse
import os
import shutil
import sys

from wbk_portal.launch import serve
from wbk_portal.launch.prepare import prepare, prepare_files
from wbk_portal.launch.site import ROOT, Site, demo_site, own_site, say


def main(arguments: list[str]) -> int:
    """Do what was asked; return the exit code."""
    verb, *rest = arguments
    if verb == "prepare":
        prepare_files()
        return 0
    if verb == "test":
        from wbk_portal.launch.checks import check

        return check(rest)
    # Data is for nobody else's eyes.
    os.umask(0o077)
    if verb == "demo":
        return demo(rest)
    if verb == "start":
        return start(rest)
    return manage(rest)


def demo(arguments: list[str]) -> int:
    """Serve the invented institution."""
    parser = argparse.ArgumentParser(prog="./portal demo")
    parser.add_argument("--fresh", action="store_true", help="mulai lagi dari awal")
    options = parser.parse_args(arguments)
    site = demo_site(os.environ)
    with serve.claim(site):
        serve.need_port(site)
        if options.fresh:
            clear(site)
            site = demo_site(os.environ)
        prepare(site)
        return serve.serve(site)


def clear(site: Site) -> None:
    """Remove what the demo keeps, and nothing else that may lie in its folder."""
    for name in ("files", "keys", "logs"):
        shutil.rmtree(site.data_dir / name, ignore_errors=True)
    for path in site.data_dir.glob("portal.sqlite3*"):
        path.unlink()
    for path in site.run_dir.glob("stamp-*"):
        path.unlink()
    say(f"portal: data contoh di {site.data_dir} dihapus.")


def start(arguments: list[str]) -> int:
    """Serve the organisation's own data."""
    argparse.ArgumentParser(prog="./portal start").parse_args(arguments)
    site = own_site(os.environ)
    with serve.claim(site):
        serve.need_port(site)
        prepare(site)
        return serve.serve(site)


def manage(arguments: list[str]) -> int:
    """Replace this process by a management command on the organisation's data."""
    site = own_site(os.environ)
    os.chdir(ROOT)
    os.execve(  # noqa: S606
        sys.executable, [sys.executable, "manage.py", *arguments], site.environ
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # before serving; afterwards the supervisor listens
        sys.exit(130)
