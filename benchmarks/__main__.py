"""The command: `.venv/bin/python -m benchmarks`."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.goals import GOALS
from benchmarks.machine import ROOT, say
from benchmarks.portal import Bench
from benchmarks.report import Row, table


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", default="", help=f"ids, of {','.join(GOALS)} (default: all)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="little data, few repetitions: a try"
    )
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    return parser.parse_args()


def main() -> None:
    """Measure what was asked for and print the table; exit 1 when a goal is missed."""
    given = _arguments()
    wanted = [name.strip().upper() for name in given.only.split(",") if name.strip()]
    unknown = set(wanted) - set(GOALS)
    if unknown:
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(GOALS)}")
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _PREPARE], cwd=ROOT, check=True
    )
    rows: list[Row] = []
    with ExitStack() as stack:
        bench = Bench(stack, quick=given.quick, database=given.database)
        for name, measure in GOALS.items():
            if wanted and name not in wanted:
                continue
            load = os.getloadavg()[0]
            try:
                found = measure(bench)
            except Exception:
                say(bench.logs())
                raise
            rows += found
            say(f"\n{name} (load before {load:.1f}, after {os.getloadavg()[0]:.1f})")
            say(table(found))
    now = dt.datetime.now().astimezone()
    say(f"\n{now:%Y-%m-%d %H:%M}, {os.cpu_count()} cores, {given.database}")
    say(table(rows))
    if given.json:
        given.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    sys.exit(any(row.met is False for row in rows))


_PREPARE = "from wbk_portal.launch.prepare import prepare_files; prepare_files()"

main()
