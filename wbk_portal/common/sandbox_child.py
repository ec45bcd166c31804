"""The child's side of `sandbox`: gives up rights, then runs one function or program.

Started by path as `python -I -S sandbox_child.py`, so it imports nothing of the project
until the order has been read. Order (standard input, JSON) and result (a file in the
working folder) are described in `sandbox`. Not for import.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any

RESULT_NAME = ".result.json"

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_FS_EXECUTE, _FS_READ_FILE, _FS_READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FS_MAKE_SOCKET = 1 << 9
_FS_READ = _FS_EXECUTE | _FS_READ_FILE | _FS_READ_DIR
_FS_FILE_ONLY = _FS_EXECUTE | _FS_READ_FILE | 1 << 1 | 1 << 14

_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1 << 1, 1 << 2

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> int:
    """Read the order, limit this process, do the work; return the exit status."""
    order = json.loads(sys.stdin.buffer.read())
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != order["parent"]:  # it died before the line above
        return 1
    os.umask(0o077)
    os.chdir(order["out_dir"])
    own_namespace, network_cut = cut_network()
    isolation = {"network": network_cut, "files": False}
    function = None
    if order["target"]:
        # Our own code is loaded before the files around it are closed off.
        sys.path.extend(order["paths"])
        module, _, name = order["target"].partition(":")
        function = getattr(importlib.import_module(module), name)
    isolation["files"], tcp_closed = close_files(
        order["readable"], order["out_dir"], order["socket_dirs"]
    )
    isolation["network"] = isolation["network"] or tcp_closed
    limit(order["limits"], own_namespace=own_namespace)
    if os.getuid() == 0:
        drop_capabilities()
    if function is None:
        Path(RESULT_NAME).write_text(json.dumps({"isolation": isolation}))
        os.execve(order["program"][0], order["program"], order["environment"])  # noqa: S606
    result: dict[str, Any] = {"isolation": isolation}
    try:
        result["value"] = function(**order["args"])
    except MemoryError:
        result["failure"] = "memory"
    except Exception as error:  # noqa: BLE001 - reported to the parent, whatever it is
        result["failure"] = "error"
        result["detail"] = f"{type(error).__name__}: {error}"[:500]
    Path(RESULT_NAME).write_text(json.dumps(result), encoding="ascii")
    return 0


def cut_network() -> tuple[bool, bool]:
    """Move into an empty network namespace, and a user namespace of its own.

    Returns:
        (a user namespace of its own, no network); False where the kernel refuses.
    """
    uid, gid = os.getuid(), os.getgid()
    # In a user namespace root could not pass other people's folders any more.
    if uid == 0 and _libc.unshare(_CLONE_NEWNET) == 0:
        return False, True
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        # Keep the own ids visible; without a map every file seems to be nobody's.
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            try:
                Path(f"/proc/self/{name}").write_text(text)
            except OSError:  # still isolated, only with odd ids
                break
        return True, True
    return False, False


def drop_capabilities() -> None:
    """Keep of root's powers only the one to read its own portal's folders."""
    keep = _CAP_DAC_OVERRIDE | _CAP_DAC_READ_SEARCH
    header = struct.pack("=Ii", 0x20080522, 0)
    _libc.capset(header, struct.pack("=6I", keep, keep, 0, 0, 0, 0))


def close_files(
    readable: list[str], out_dir: str, socket_dirs: list[str]
) -> tuple[bool, bool]:
    """Close the file system but for what is named (Landlock, Linux 5.13 and newer).

    Returns:
        (files are closed, TCP is closed); False where the kernel cannot.
    """
    version = _libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False, False
    every = (1 << 13) - 1
    if version >= 2:
        every |= 1 << 13
    if version >= 3:
        every |= 1 << 14
    tcp = 3 if version >= 4 else 0
    attributes = struct.pack("=QQ", every, tcp)[: 16 if version >= 4 else 8]
    rules = _libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False, False
    for path in readable:
        _allow(rules, path, _FS_READ)
    _allow(rules, out_dir, every)
    for path in socket_dirs:
        _allow(rules, path, _FS_MAKE_SOCKET)
    for device in ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"):
        _allow(rules, device, _FS_READ_FILE | 1 << 1)
    closed = _libc.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0
    os.close(rules)
    return closed, closed and bool(tcp)


def _allow(rules: int, path: str, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this machine
        return
    if not Path(path).is_dir():
        access &= _FS_FILE_ONLY
    attributes = struct.pack("=Qi", access, handle)
    _libc.syscall(_LANDLOCK_ADD, rules, 1, attributes, 0)
    os.close(handle)


def limit(limits: dict[str, int | None], *, own_namespace: bool) -> None:
    """Set the resource limits; they hold for programs started from here too."""
    for name, value in limits.items():
        if value is None:
            continue
        # Outside a user namespace every process of the same user counts.
        if name == "RLIMIT_NPROC" and value and not own_namespace:
            continue
        # One more second of CPU: SIGXCPU tells the cause, SIGKILL only ends it.
        hard = value + 1 if name == "RLIMIT_CPU" else value
        resource.setrlimit(getattr(resource, name), (value, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
