"""Both processes run, or neither: restarts, Ctrl-C, and the supervisor's own death."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys, time
from pathlib import Path
from wbk_portal.launch.supervisor import Child, Supervisor

folder = Path(sys.argv[1])
BEGIN = "import os, pathlib; pathlib.Path({!r}).write_text(str(os.getpid())); "

def child(name, code):
    begin = BEGIN.format(str(folder / name))
    return Child(name, [sys.executable, "-c", begin + code], {})

def answers():
    return web.is_running and time.monotonic() - web.started > 0.5

web = child("web", sys.argv[2])
keeper = Supervisor(web, [child("worker", "import time; time.sleep(600)")])
ready = lambda: print("ready", flush=True)
sys.exit(keeper.run(answers=answers, on_ready=ready))
"""
SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "time.sleep(600)"
)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return value


def pid_of(folder: Path, name: str) -> int:
    file = folder / name
    return int(until(lambda: file.exists() and file.read_text()))


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a supervisor over two small programs."""
    started = []

    def run(web: str = SLEEP) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path), web],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_both(start, tmp_path, number):
    keeper = start()
    assert keeper.stdout.readline() == "ready\n"
    pids = [pid_of(tmp_path, name) for name in ("web", "worker")]
    keeper.send_signal(number)
    assert keeper.wait(20) == 0
    assert [pid for pid in pids if alive(pid)] == []


def test_a_dead_process_is_started_again(start, tmp_path):
    keeper = start()
    assert keeper.stdout.readline() == "ready\n"
    for name in ("worker", "web"):
        old = pid_of(tmp_path, name)
        os.kill(old, signal.SIGKILL)
        new = until(lambda n=name, o=old: (p := pid_of(tmp_path, n)) != o and p)
        assert alive(new)
    assert keeper.poll() is None


def test_a_killed_supervisor_leaves_nothing_running(start, tmp_path):
    keeper = start()
    assert keeper.stdout.readline() == "ready\n"
    pids = [pid_of(tmp_path, name) for name in ("web", "worker")]
    keeper.kill()
    keeper.wait()
    until(lambda: not any(alive(pid) for pid in pids))


def test_a_second_signal_does_not_wait(start, tmp_path):
    keeper = start(STUBBORN)
    assert keeper.stdout.readline() == "ready\n"
    pid = pid_of(tmp_path, "web")
    keeper.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert keeper.poll() is None
    keeper.send_signal(signal.SIGINT)
    assert keeper.wait(5) == 0
    assert not alive(pid)


def test_a_server_that_cannot_start_ends_the_whole(start, tmp_path):
    keeper = start("raise SystemExit(3)")
    assert keeper.wait(20) == 1
    assert not (tmp_path / "worker").exists()
    assert "kode 3" in keeper.stdout.read()
