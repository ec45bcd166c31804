"""Ports, processes and memory of this machine (Linux)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something listens; end when the process has ended instead."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port}")


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a group of its own until the block ends."""
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=dict(environ),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that `running` began, and what it began."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def children(pid: int) -> list[int]:
    """Return the processes that a process began."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return sorted(found)


MIB = 1024


def _lines(path: str) -> dict[str, int]:
    """Return the lines of kibibytes of a file in /proc."""
    found = {}
    for line in Path(path).read_text().splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if len(words) == 2 and words[1] == "kB":
            found[name] = int(words[0])
    return found


def peak_mib(pid: int) -> float:
    """Return the peak resident memory since `forget_peak`."""
    return _lines(f"/proc/{pid}/status")["VmHWM"] / MIB


def forget_peak(pid: int) -> None:
    """Begin the peak afresh."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def resident_mib(pid: int) -> float:
    """Return the resident memory, shared pages counted in full."""
    return _lines(f"/proc/{pid}/status")["VmRSS"] / MIB


def proportional_mib(pid: int) -> float:
    """Return the resident memory, shared pages divided among those who share them."""
    return _lines(f"/proc/{pid}/smaps_rollup")["Pss"] / MIB


def private_mib(pid: int) -> float:
    """Return the memory that no other process shares."""
    lines = _lines(f"/proc/{pid}/smaps_rollup")
    return (lines["Private_Clean"] + lines["Private_Dirty"]) / MIB


_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and those that it began."""
    total = 0.0
    for one in (pid, *children(pid)):
        text = Path(f"/proc/{one}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total
