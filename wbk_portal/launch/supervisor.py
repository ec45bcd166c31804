"""Watches over the web server and the job worker: both run, or neither.

A process that dies is started again; Ctrl-C or SIGTERM stops both and waits for the
job in hand; if this process itself is killed, the kernel stops its children.
"""

import ctypes
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from wbk_portal.launch.site import ROOT, say

STOP_SECONDS = 20.0
# A process that ran so long counts as healthy again: the next restart is quick.
STEADY_SECONDS = 60.0
LONGEST_WAIT = 30.0
# So many quick deaths before the first answer, and starting has failed.
START_DEATHS = 3
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process to keep alive.

    Attributes:
        name: For messages.
        command: Program and arguments.
        environ: Its environment.
        deaths: Quick deaths in a row.
    """

    name: str
    command: list[str]
    environ: dict[str, str]
    deaths: int = 0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    code: int = field(default=0, compare=False)

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C reaches only us."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def check(self) -> None:
        """Notice a death, and start again when its waiting time is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.code = self.process.returncode
            self.process = None
            lived = now - self.started
            steady = lived >= (STEADY_SECONDS if self.code else 1.0)
            self.deaths = 0 if steady else self.deaths + 1
            wait = (
                0.0 if not self.deaths else min(2.0 ** (self.deaths - 1), LONGEST_WAIT)
            )
            self.not_before = now + wait
            if self.code:
                say(
                    f"portal: {self.name} berhenti (kode {self.code}), dijalankan lagi."
                )
        if self.process is None and now >= self.not_before:
            self.start()

    def signal(self, number: int) -> None:
        """Send a signal, if the process is there."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    @property
    def is_running(self) -> bool:
        """Say whether the process is there."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Keeps children alive until told to stop."""

    def __init__(self, first: Child, later: list[Child]) -> None:
        """Prepare; nothing starts before `run`.

        Args:
            first: The web server.
            later: Started once the first one answers, so that it answers sooner.
        """
        self.first = first
        self.later = later
        self._signals = 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def run(self, *, answers: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        """Serve until a signal; return the exit code.

        Args:
            answers: Says whether the first child serves; called until it does.
            on_ready: Called once, when everything runs.
        """
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_signal)
        children = [self.first]
        ready = False
        failed = False
        try:
            while not self._signals:
                for child in children:
                    child.check()
                if not ready and self.first.deaths >= START_DEATHS:
                    failed = True
                    break
                if not ready and answers():
                    ready = True
                    children += self.later
                    for child in self.later:
                        child.check()
                    on_ready()
                time.sleep(0.2 if ready else 0.1)
        finally:
            self._stop(children)
        return 1 if failed else 0

    def _stop(self, children: list[Child]) -> None:
        """End all children: politely, after a second signal or STOP_SECONDS hard."""
        heard = self._signals
        for child in children:
            child.signal(signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        while any(child.is_running for child in children):
            if time.monotonic() > end or self._signals > heard:
                for child in children:
                    child.signal(signal.SIGKILL)
                end = time.monotonic() + STOP_SECONDS
            time.sleep(0.05)


def die_with_parent() -> None:
    """Ask the kernel to stop a new child when its parent ends in whatever way."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
