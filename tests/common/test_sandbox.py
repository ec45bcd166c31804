"""The limited child: it does its work, and nothing else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from wbk_portal.common import sandbox

TARGETS = "tests.common.sandbox_targets:"


def call(
    target, out_dir, *, cpu_s=2, mem_bytes=1 << 29, wall_s=10, readable=(), **args
):
    """Run one of the targets."""
    return sandbox.run(
        TARGETS + target,
        args,
        out_dir=out_dir,
        cpu_s=cpu_s,
        mem_bytes=mem_bytes,
        wall_s=wall_s,
        readable=readable,
    )


def _ends(pid):
    """Return True when a process is gone, or only waits to be reaped."""
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_a_function_returns_its_value(tmp_path):
    """Arguments go in and the value comes out as JSON; nothing else remains."""
    outcome = call("echo", tmp_path, name="SK é 😀", pages=[1, 2], none=None)
    assert outcome.ok
    assert outcome.value == {"name": "SK é 😀", "pages": [1, 2], "none": None}
    assert outcome.peak_bytes > 1_000_000
    assert list(tmp_path.iterdir()) == []


def test_it_starts_without_django(tmp_path):
    """The child loads what the function needs and no more."""
    assert call("modules", tmp_path).value == []


def test_the_secrets_stay_outside(tmp_path, monkeypatch):
    """The environment of the child is its own."""
    monkeypatch.setenv("SECRET_KEY", "sangat rahasia")
    environment = call("environment", tmp_path).value
    assert "SECRET_KEY" not in environment
    assert environment["HOME"] == str(tmp_path)


@pytest.mark.parametrize(
    ("name", "limits", "failure"),
    [
        ("spin", {"cpu_s": 1}, "cpu"),
        ("sleep", {"wall_s": 0.5}, "timeout"),
        ("grab", {}, "memory"),
        ("fail", {}, "error"),
        ("crash", {}, "crash"),
        ("fake_result", {}, "result"),
        ("long_result", {}, "result"),
        ("unknown", {}, "error"),
    ],
)
def test_every_bad_end_has_a_name(tmp_path, name, limits, failure):
    """The parent returns in time and knows what happened."""
    start = time.monotonic()
    outcome = call(name, tmp_path, **limits)
    assert outcome.failure == failure
    assert outcome.value is None
    assert time.monotonic() - start < 5


def test_an_exception_is_told_in_the_detail(tmp_path):
    """For the log; people never see it."""
    assert call("fail", tmp_path).detail == "ValueError: isi rusak"


def test_files_around_are_closed(tmp_path):
    """Input and own folder only; the portal's data cannot be read."""
    inside, secret, given = tmp_path / "out", tmp_path / "secret", tmp_path / "given"
    inside.mkdir()
    secret.write_text("kunci")
    given.write_text("masukan")
    outcome = call("read", inside, path=str(given), readable=[given])
    assert outcome.value == "masukan"
    if not outcome.isolation["files"]:
        pytest.fail("this kernel has no Landlock: files cannot be closed off")
    assert "PermissionError" in call("read", inside, path=str(secret)).detail
    project = Path(sandbox.__file__).with_name("storage.py")
    assert "PermissionError" in call("read", inside, path=str(project)).detail
    assert call("write", inside, path="hasil.bin").ok
    assert "PermissionError" in call("write", inside, path=str(secret)).detail
    outcome = call("write", inside, path=str(given), readable=[given])
    assert "PermissionError" in outcome.detail
    assert secret.read_text() == "kunci"


def test_files_cannot_grow_without_end(tmp_path, monkeypatch):
    """One file is limited in size."""
    monkeypatch.setattr(sandbox, "MAX_FILE_BYTES", 3_000_000)
    outcome = call("write", tmp_path, path="besar.bin", size=10)
    assert "File too large" in outcome.detail
    assert (tmp_path / "besar.bin").stat().st_size <= 3_000_000


def test_there_is_no_network(tmp_path):
    """Not even to this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        outcome = call("connect", tmp_path, port=server.getsockname()[1])
    assert outcome.isolation["network"]
    assert outcome.failure == "error"


def test_the_powers_of_root_are_given_up(tmp_path):
    """Limits cannot be taken back, whoever runs the portal."""
    assert "ValueError" in call("raise_limit", tmp_path).detail
    if os.getuid() == 0:
        # Only the two that let root read folders of other people.
        assert int(call("powers", tmp_path).value, 16) & ~0b110 == 0


def test_a_folder_that_only_root_may_pass(tmp_path):
    """Data under another person's home stay readable for a portal run by root."""
    if os.getuid() != 0:
        pytest.skip("only root can own the data of others")
    home = tmp_path / "home"
    inside = home / "out"
    inside.mkdir(parents=True)
    (inside / "isi.txt").write_text("isi")
    os.chown(home, 65534, 65534)
    home.chmod(0o700)
    assert call("read", inside, path=str(inside / "isi.txt")).value == "isi"


def test_what_it_started_dies_with_it(tmp_path):
    """A forked process does not outlive the call."""
    outcome = call("fork", tmp_path)
    if outcome.ok:  # root may fork; others meet the limit on processes
        assert _ends(outcome.value)
    else:
        assert "BlockingIOError" in outcome.detail


def test_a_killed_worker_takes_its_child_along(tmp_path):
    """kill -9 on the parent leaves no child that burns CPU."""
    code = (
        "import sys; from pathlib import Path\n"
        "from wbk_portal.common import sandbox\n"
        f"sandbox.run('{TARGETS}sleep', {{}}, out_dir=Path({str(tmp_path)!r}), cpu_s=9,"
        " mem_bytes=1 << 29, wall_s=50)\n"
    )
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=root)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    for _ in range(200):
        pids = children.read_text().split()
        if pids and "sandbox_child" in Path(f"/proc/{pids[0]}/cmdline").read_text():
            break
        time.sleep(0.02)
    else:
        pytest.fail("no child was started")
    time.sleep(0.3)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _ends(pids[0])


def test_a_program(tmp_path):
    """Programs run under the same limits and report their end."""
    shell = shutil.which("sh")
    good = sandbox.run_program(
        [shell, "-c", "echo isi > hasil.txt"],
        out_dir=tmp_path,
        cpu_s=2,
        mem_bytes=1 << 28,
        wall_s=5,
    )
    assert good.ok
    assert good.isolation["network"]
    assert (tmp_path / "hasil.txt").read_text() == "isi\n"
    bad = sandbox.run_program(
        [shell, "-c", "echo rusak >&2; exit 3"],
        out_dir=tmp_path,
        cpu_s=2,
        mem_bytes=1 << 28,
        wall_s=5,
    )
    assert (bad.failure, bad.detail) == ("error", "rusak")
    slow = sandbox.run_program(
        [shell, "-c", "sleep 60 & sleep 60"],
        out_dir=tmp_path,
        cpu_s=2,
        mem_bytes=1 << 28,
        wall_s=0.5,
    )
    assert slow.failure == "timeout"


def test_it_works_for_people_without_rights():
    """Where the portal runs under an ordinary user, the same limits hold."""
    if os.getuid() != 0:
        pytest.skip("the other tests ran without rights already")
    # An interpreter under /root cannot be started by others.
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        code = (
            "from pathlib import Path; from wbk_portal.common import sandbox\n"
            "o = sandbox.run('tests.common.sandbox_targets:fork', {}, "
            f"out_dir=Path({folder!r}), cpu_s=2, mem_bytes=1 << 29, wall_s=9)\n"
            "print(o.failure, o.detail.partition(':')[0], o.isolation)"
        )
        done = subprocess.run(
            [python, "-B", "-c", code],
            cwd=Path(__file__).resolve().parents[2],
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.split(" ", 2)[:2] == ["error", "BlockingIOError"], done.stderr
    assert "'network': True" in done.stdout
