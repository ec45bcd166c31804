"""What happened, gathered in any order and written in the order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import F

from wbk_portal.accounts.models import User
from wbk_portal.audit.services import Act, record_many
from wbk_portal.ops.models import Notice
from wbk_portal.ops.services import NoticeFor, notify_many

from .clock import Clock, at

# What happened at the same moment stands in the order in which it was told.
_Act = tuple[dt.datetime, int, Act]
_Notice = tuple[dt.datetime, int, NoticeFor]

# Hours after which a person has seen what was told before.
_READ_AFTER = dt.timedelta(hours=5)


class Journal:
    """Acts for the log and notices for the inbox, each with its time.

    Attributes:
        tells: Whether notices are kept; those of last year are long deleted.
    """

    def __init__(self, *, tells: bool = True) -> None:
        """Begin empty."""
        self.tells = tells
        self._acts: list[_Act] = []
        self._notices: list[_Notice] = []
        self._calls: list[tuple[dt.datetime, Callable[[], object]]] = []

    def call(self, moment: dt.datetime, service: Callable[[], object]) -> None:
        """Remember to call a service, which writes its own acts, at a moment."""
        self._calls.append((moment, service))

    def act(
        self,
        moment: dt.datetime,
        actor: User | None,
        action: str,
        target: tuple[str, int],
        unit_key: str,
        payload: dict[str, Any] | None = None,
    ) -> None:
        """Remember an act of a person, or of the machine."""
        entry = Act(
            actor_key=actor.key if actor else "system",
            action=action,
            target=(target[0], str(target[1])),
            unit_key=unit_key,
            payload=payload or {},
        )
        self._acts.append((moment, len(self._acts), entry))

    def tell(
        self,
        moment: dt.datetime,
        people: list[User],
        kind: str,
        key: str,
        url: str,
        params: dict[str, Any],
    ) -> None:
        """Remember that people were told of something."""
        if not self.tells:
            return
        for person in people:
            notice = NoticeFor(
                recipient_key=person.key, kind=kind, key=key, url=url, params=params
            )
            self._notices.append((moment, len(self._notices), notice))

    def write(self) -> int:
        """Write everything in the order of time; return how many acts there were."""
        self._acts.sort(key=lambda entry: entry[:2])
        self._notices.sort(key=lambda entry: entry[:2])
        self._calls.sort(key=lambda entry: entry[0])
        count = len(self._acts)
        for moment, service in self._calls:
            self._write_until(moment)
            with at(moment):
                service()
        self._calls.clear()
        self._write_until(dt.datetime.max.replace(tzinfo=dt.UTC))
        return count

    def _write_until(self, moment: dt.datetime) -> None:
        """Write acts and notices from before a moment; they are in order."""
        acts = [entry for entry in self._acts if entry[0] <= moment]
        self._acts = self._acts[len(acts) :]
        clock = Clock(moment)
        with clock.in_force():
            record_many(_in_time(acts, clock))
        notices = [entry for entry in self._notices if entry[0] <= moment]
        self._notices = self._notices[len(notices) :]
        for told_at, entries in groupby(notices, key=lambda entry: entry[0]):
            with at(told_at):
                notify_many([notice for _at, _n, notice in entries])


def _in_time(acts: list[_Act], clock: Clock) -> Iterator[Act]:
    """Yield acts, each after the clock was set to its time."""
    for clock.moment, _n, act in acts:
        yield act


def mark_read(before: dt.datetime) -> int:
    """Let everything told before a moment have been seen a few hours later."""
    return (
        Notice.objects.unseen()
        .filter(created_at__lt=before)
        .update(seen_at=F("created_at") + _READ_AFTER)
    )
