"""Work on strangers' bytes in a child process that can do little and not for long.

The child has limits on memory, CPU, time, file size and open files, no network and no
files but its input and its folder (where the kernel can), a bare environment without
the portal's secrets, and dies with its parent. It starts without Django in about 50 ms.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wbk_portal.common.sandbox_child import RESULT_NAME

MAX_RESULT_BYTES = 32 * 1024 * 1024
"""Largest result that is read back."""

MAX_FILE_BYTES = 128 * 1024 * 1024
"""Largest file that a child may write."""

_BASE_DIR = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("sandbox_child.py")
_PACKAGES = [path for path in sys.path if path.endswith("-packages")]
_SYSTEM = [
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc",
    "/opt",
    "/proc/self",
    "/sys/devices/system/cpu",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
]


@dataclass(frozen=True)
class Outcome:
    """How a child ended.

    Attributes:
        failure: "" when it did its work; else "timeout" (wall time), "cpu", "memory",
            "crash" (killed by a signal), "error" (an exception or exit status), or
            "result" (too large or unreadable).
        value: What the function returned; None after a failure or for a program.
        detail: For logs only: exception, signal or the end of standard error.
        status: Exit status; negative is the signal that killed it.
        cpu_s: CPU seconds used.
        wall_s: Seconds from start to end.
        peak_bytes: Largest resident memory, its parent's at the start included.
        isolation: Whether `network` and `files` were really closed off.
    """

    failure: str = ""
    value: Any = None
    detail: str = ""
    status: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_bytes: int = 0
    isolation: dict[str, bool] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Return True when the child did its work."""
        return not self.failure


def run(
    target: str,
    args: Mapping[str, Any],
    *,
    out_dir: Path,
    cpu_s: int,
    mem_bytes: int,
    wall_s: float,
    readable: Sequence[Path] = (),
    threads: int = 0,
) -> Outcome:
    """Call a function in a limited child and return its JSON-able value.

    Args:
        target: "package.module:function"; the module may not need Django.
        args: JSON-able keyword arguments.
        out_dir: Existing folder, the child's working folder: all it may write.
        cpu_s: CPU seconds.
        mem_bytes: Address space.
        wall_s: Seconds until it is killed, with whatever it started.
        readable: Files and folders that it may read besides the system's programs.
        threads: Threads and processes it may start.
    """
    order = {
        "target": target,
        "socket_dirs": [],
        "args": dict(args),
        "paths": [str(_BASE_DIR), *_PACKAGES],
        "limits": _limits(cpu_s, mem_bytes, processes=threads),
        "readable": [
            *_SYSTEM,
            sys.base_prefix,
            *_PACKAGES,
            *map(str, readable),
        ],
    }
    return _run(order, out_dir, wall_s)


def run_program(
    command: Sequence[str],
    *,
    out_dir: Path,
    cpu_s: int,
    mem_bytes: int,
    wall_s: float,
    readable: Sequence[Path] = (),
    socket_dirs: Sequence[Path] = (),
) -> Outcome:
    """Run a program under the same limits; its files are found in `out_dir`.

    Args:
        command: Absolute path and arguments.
        out_dir: Working folder and HOME of the program.
        cpu_s: CPU seconds of each process.
        mem_bytes: Address space of each process.
        wall_s: Seconds until it is killed, with whatever it started.
        readable: Files and folders that it may read besides the system's programs.
        socket_dirs: Folders in which it may make sockets, and nothing else.
    """
    order = {
        "target": "",
        "socket_dirs": [str(path) for path in socket_dirs],
        "program": list(command),
        "environment": _environment(out_dir),
        "limits": _limits(cpu_s, mem_bytes, processes=None),
        "readable": [*_SYSTEM, *map(str, readable)],
    }
    return _run(order, out_dir, wall_s)


def _run(order: dict[str, Any], out_dir: Path, wall_s: float) -> Outcome:
    out_dir = out_dir.resolve()
    order |= {"out_dir": str(out_dir), "parent": os.getpid()}
    result_path = out_dir / RESULT_NAME
    result_path.unlink(missing_ok=True)
    start = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", "-S", "-B", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=_environment(out_dir),
            start_new_session=True,
            close_fds=True,
        )
        try:
            _send(child, order)
            finished = _wait(child.pid, wall_s)
        finally:
            # Before the reaping, so that the number is still the child's own.
            os.killpg(child.pid, signal.SIGKILL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - 1000))
        detail = errors.read().decode(errors="replace").strip()
    result = _read_result(result_path)
    failure = _failure(child.returncode, finished, result, usage.ru_utime, order)
    return Outcome(
        failure=failure,
        value=None if failure else result.get("value"),
        detail=result.get("detail") or detail or f"status {child.returncode}",
        status=child.returncode,
        cpu_s=usage.ru_utime + usage.ru_stime,
        wall_s=time.monotonic() - start,
        peak_bytes=usage.ru_maxrss * 1024,
        isolation=result.get("isolation", {}),
    )


def _failure(
    status: int,
    finished: bool,
    result: dict[str, Any],
    used_s: float,
    order: dict[str, Any],
) -> str:
    if not finished:
        return "timeout"
    if status == -signal.SIGXCPU:
        return "cpu"
    if status == -signal.SIGKILL and used_s >= order["limits"]["RLIMIT_CPU"]:
        return "cpu"
    if status < 0:
        return "crash"
    if status > 0:
        return "error"
    return str(result.get("failure", "")) if result else "result"


def _send(child: "subprocess.Popen[bytes]", order: dict[str, Any]) -> None:
    if child.stdin is None:
        return
    try:
        with child.stdin as stream:
            stream.write(json.dumps(order).encode())
    except BrokenPipeError:
        return  # it ended already; its status says why


def _wait(pid: int, seconds: float) -> bool:
    """Wait for the end of a child without polling; return False when time is up."""
    handle = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(handle)


def _read_result(path: Path) -> dict[str, Any]:
    """Read the result; {} when there is none that can be trusted to be one."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return {}
    with os.fdopen(handle, "rb") as source:
        if os.fstat(handle).st_size > MAX_RESULT_BYTES:
            return {}
        text = source.read(MAX_RESULT_BYTES)
    path.unlink(missing_ok=True)
    try:
        result = json.loads(text)
    except ValueError:
        return {}
    return result if isinstance(result, dict) else {}


def _limits(cpu_s: int, mem_bytes: int, processes: int | None) -> dict[str, int | None]:
    return {
        "RLIMIT_AS": mem_bytes,
        "RLIMIT_CPU": cpu_s,
        "RLIMIT_FSIZE": MAX_FILE_BYTES,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_NPROC": processes,
    }


def _environment(out_dir: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(out_dir),
        "TMPDIR": str(out_dir),
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
        "SAL_USE_VCLPLUGIN": "svp",
    }
