"""Office files to PDF by LibreOffice, where it is installed, in a limited child."""

import json
import os
import shutil
import stat
import time
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from wbk_portal.common import sandbox
from wbk_portal.common.sandbox import Outcome

CPU_S = 60
WALL_S = 90
MEM_BYTES = 3 * 1024**3
MAX_SHEET_PAGES = 200
"""Printed pages of a workbook: one with 100,000 rows would have thousands."""

# Exit status by which the program asks to be started once more: a new profile.
_RESTART = 81
_STARTS = 3

_PLACES = ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice")
_SOCKETS = Path("/tmp")  # noqa: S108 - where the program puts its socket, fixed in it

# No macros, no content from elsewhere, links are never updated.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
)

_FILTERS = {
    "docx": "pdf:writer_pdf_Export",
    "pptx": "pdf:impress_pdf_Export",
    "xlsx": "pdf:calc_pdf_Export:",
}
_PRINTED_SHEETS = json.dumps(
    {"PageRange": {"type": "string", "value": f"1-{MAX_SHEET_PAGES}"}}
)
_ONE_PAGE_SHEETS = json.dumps(
    {"SinglePageSheets": {"type": "boolean", "value": "true"}}
)


@cache
def find_converter() -> str:
    """Return the path of LibreOffice's program, "" where it is not installed."""
    start = shutil.which("soffice") or shutil.which("libreoffice")
    places = [Path(start).resolve().parent] if start else []
    places += [Path(place) / "program" for place in _PLACES]
    for place in places:
        program = place / "soffice.bin"
        if os.access(program, os.X_OK):
            return str(program)
    return ""


def to_pdf(
    path: Path, kind: str, out_dir: Path, *, one_page_sheets: bool = False
) -> Outcome:
    """Write `converted.pdf` into `out_dir`.

    Without LibreOffice the outcome's failure is "missing".

    Args:
        kind: "docx", "xlsx" or "pptx".
        out_dir: Where the PDF goes; nothing else is left in it.
        one_page_sheets: Print each sheet on a page of its own size, columns together.
    """
    program = find_converter()
    if not program:
        return Outcome(failure="missing")
    export = _FILTERS[kind]
    if kind == "xlsx":
        export += _ONE_PAGE_SHEETS if one_page_sheets else _PRINTED_SHEETS
    # A folder of its own: the program leaves its profile and other things behind.
    folder = out_dir.resolve() / "office"
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings())
    source = folder / f"source.{kind}"
    shutil.copyfile(path, source)
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nologo",
        "--convert-to",
        export,
        "--outdir",
        str(folder),
        str(source),
    ]
    try:
        outcome = _start(command, folder)
        made = folder / "source.pdf"
        if outcome.ok and made.is_file() and not made.is_symlink():
            made.rename(out_dir / "converted.pdf")
            return outcome
        return replace(outcome, failure=outcome.failure or "error")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" '
        f'oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor='
        f'"http://openoffice.org/2001/registry">{items}</oor:items>'
    )


def _start(command: list[str], out_dir: Path) -> Outcome:
    outcome = Outcome(failure="error")
    deadline = time.monotonic() + WALL_S
    for _ in range(_STARTS):
        begun = time.time()
        outcome = sandbox.run_program(
            command,
            out_dir=out_dir,
            cpu_s=CPU_S,
            mem_bytes=MEM_BYTES,
            wall_s=max(1.0, deadline - time.monotonic()),
            socket_dirs=[_SOCKETS],
        )
        _remove_sockets(begun)
        if outcome.status != _RESTART:
            break
    return outcome


def _remove_sockets(since: float) -> None:
    """Remove the socket that the child could make there but not delete."""
    for path in _SOCKETS.glob(f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_*"):
        with suppress(OSError):
            state = path.lstat()
            if stat.S_ISSOCK(state.st_mode) and state.st_mtime >= since - 1:
                path.unlink()
