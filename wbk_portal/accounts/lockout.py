"""Failed sign-ins: counted before the password is looked at, given back on success.

Counting first means that a hundred attempts at once are a hundred attempts. Three
counters for a sign-in:

* a name from one address: an ordinary person's own mistakes;
* a name from anywhere: guessing from many addresses does not get round the first;
* an address: trying one password on many names. It is wide, since a whole office
  stands behind one address, and a name that is locked already no longer counts
  towards it: hammering on one account does not shut out the colleagues.

Names that nobody has are counted the same way, so that a lock tells nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from allauth.core.exceptions import ImmediateHttpResponse
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wbk_portal.ops import ratelimit

WINDOW = 15 * 60
"""Seconds of one window; a lock ends with it."""

NAME_AT_ADDRESS = 5
NAME_ANYWHERE = 20
ADDRESS = 100
"""Failed sign-ins allowed in one window, by what is counted."""

SECOND_STEP = 5
"""Wrong codes, or wrong own passwords behind the door, in one window."""


class Locked(ImmediateHttpResponse):
    """Too many tries: carries the answer 429, which allauth's middleware gives.

    Attributes:
        until: When the next try is allowed.
        whole_address: The address is shut out, not one name.
    """

    def __init__(
        self, request: HttpRequest, until: dt.datetime, *, whole_address: bool = False
    ) -> None:
        """Make the page that says until when."""
        self.until = until
        self.whole_address = whole_address
        super().__init__(locked_page(request, until))


def locked_page(request: HttpRequest, until: dt.datetime) -> HttpResponse:
    """Return the page that says until when, with status 429."""
    response = render(
        request, "429.html", {"until": until}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    return with_retry(response, until)


def with_retry(response: HttpResponse, until: dt.datetime) -> HttpResponse:
    """Add the header Retry-After, in seconds."""
    seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True)
class Attempt:
    """One counted try.

    Attributes:
        keys: Counters that it stands in.
    """

    keys: Sequence[str]

    def give_back(self) -> None:
        """It succeeded: it does not count."""
        # Together: each commit waits for the disk.
        with transaction.atomic():
            for key in self.keys:
                ratelimit.give_back(key, WINDOW)


def begin_sign_in(request: HttpRequest, username: str, address: str) -> Attempt:
    """Count a try to sign in, or refuse it; one statement for each counter.

    Args:
        username: As typed; case and surrounding space make no difference.
        address: Of the visitor, IPv6 as its network.

    Raises:
        Locked: A counter is full.
    """
    name = username.strip().casefold()
    keys: list[str] = []
    # Together: each commit waits for the disk. Nothing is raised inside, since a
    # refused try counts too.
    with transaction.atomic():
        for key, limit in (
            (f"sign-in:name-at:{name}@{address}", NAME_AT_ADDRESS),
            (f"sign-in:name:{name}", NAME_ANYWHERE),
            (f"sign-in:address:{address}", ADDRESS),
        ):
            keys.append(key)
            hit = ratelimit.hit(key, limit, WINDOW)
            if not hit.allowed:
                break
    if not hit.allowed:
        raise Locked(
            request, hit.retry_at, whole_address=key.startswith("sign-in:address:")
        )
    return Attempt(keys)


def begin_second_step(request: HttpRequest, person_key: str, what: str) -> Attempt:
    """Count a try of a known person: a code, or the own password behind the door.

    Args:
        person_key: `User.key`.
        what: "code" or "password".

    Raises:
        Locked: The counter is full.
    """
    key = f"second-step:{what}:{person_key}"
    hit = ratelimit.hit(key, SECOND_STEP, WINDOW)
    if not hit.allowed:
        raise Locked(request, hit.retry_at)
    return Attempt([key])
