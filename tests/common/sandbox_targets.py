"""What the children of test_sandbox do: good and bad behaviour. No Django here."""

import os
import socket
import sys
import time
from pathlib import Path


def echo(**values):
    """Return the arguments."""
    return values


def modules():
    """Return which big modules are loaded."""
    return sorted({"django", "PIL", "pypdfium2", "site"} & set(sys.modules))


def environment():
    """Return the names of the environment."""
    return dict(os.environ)


def spin():
    """Burn CPU."""
    while True:
        pass


def sleep():
    """Wait longer than allowed."""
    time.sleep(60)


def grab():
    """Take 2 GiB."""
    return len(bytearray(2 << 30))


def fail():
    """Raise."""
    raise ValueError("isi rusak")


def crash():
    """Die by a signal, as a broken C library does."""
    os.kill(os.getpid(), 11)


def fork():
    """Start a process."""
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
    return pid


def read(path):
    """Read a file."""
    return Path(path).read_text()


def write(path, size=1):
    """Write a file."""
    with open(path, "wb") as target:  # noqa: PTH123
        for _ in range(size):
            target.write(b"x" * 1_000_000)
    return True


def connect(port):
    """Open a connection to this machine."""
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True


def fake_result():
    """Put a link where the result belongs."""
    Path(".result.json").symlink_to("/etc/passwd")
    os._exit(0)


def long_result():
    """Return more than is read back."""
    return "x" * (40 << 20)


def powers():
    """Return the effective capabilities of this process, in hexadecimal."""
    status = Path("/proc/self/status").read_text()
    return status.partition("CapEff:")[2].split()[0]


def raise_limit():
    """Try to take back the limit on CPU."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000))
    return True
