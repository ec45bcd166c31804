"""One server and one filled institution for all tests of a module that only read."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from indicators.models import Instrument
from indicators.services.catalogue import load_instruments
from tests.conftest import World, make_world
from tests.factories import make_unit, make_user
from wbk_portal.accounts.models import User
from wbk_portal.accounts.services import links
from wbk_portal.common import guards

from . import rich
from .conftest import COLLECT, note_console, note_request

LOCKED = "terkunci"
"""Name that was tried too often."""


class Site:
    """The running portal, its people, and a browser context for each of them."""

    def __init__(self, browser: Browser, url: str, world: World) -> None:
        self.browser = browser
        self.url = url
        self.world = world
        self.people: dict[str, User] = dict(world.people)
        self.things: dict[str, Any] = rich.build(world)
        self._contexts: dict[str, BrowserContext] = {}
        self._more_people()

    def _more_people(self) -> None:
        """People in states of their own: second step, no password yet, locked."""
        careful = self.people["careful"] = make_user("careful", name="Sri Hati-hati")
        TOTP.activate(careful, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(careful)
        fresh = self.people["fresh"] = make_user("fresh", name="Baru Datang")
        fresh.set_unusable_password()
        fresh.save()
        issued = links.issue_password_link(
            by=self.people["administrator"], user_id=self.people["coach"].pk
        )
        self.things["token"] = issued.token
        make_user(LOCKED)
        for number in range(20):
            Client(REMOTE_ADDR=f"203.0.113.{number}").post(
                "/masuk/", {"login": LOCKED, "password": "keliru-sekali"}
            )
        closed = make_unit("PN-OLD", parent=self.world.region, name="Kantor Lama")
        closed.active_until = dt.date(2025, 12, 31)
        closed.save()

    def page(self, person: str, **options: Any) -> Page:
        """Return a fresh page of the person, light and 1366 pixels wide."""
        key = f"{person} {options}"
        if key not in self._contexts:
            self._contexts[key] = self._open(person, options)
        context = self._contexts[key]
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: note_console(page, message))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: note_request(page, request, self.url))
        return page

    def _open(self, person: str, options: dict[str, Any]) -> BrowserContext:
        context = self.browser.new_context(
            **{
                "base_url": self.url,
                "locale": "id-ID",
                "timezone_id": "Asia/Jakarta",
                "viewport": {"width": 1366, "height": 768},
                "reduced_motion": "reduce",
                **options,
            }
        )
        context.set_default_timeout(20_000)
        context.add_init_script(COLLECT)
        if person != "anonymous":
            name, value = settings.SESSION_COOKIE_NAME, self.session_of(person)
            context.add_cookies([{"name": name, "value": value, "url": self.url}])
        return context

    def client(self, person: str) -> Client:
        """Return Django's own client, signed in just now."""
        client = Client(HTTP_ACCEPT_ENCODING="gzip")
        if person != "anonymous":
            client.force_login(self.people[person])
            session = client.session
            session["account_authentication_methods"] = [
                {"method": "password", "at": time.time()}
            ]
            session.save()
        return client

    def session_of(self, person: str) -> str:
        """Return a session in which the person has just given the password."""
        return self.client(person).cookies[settings.SESSION_COOKIE_NAME].value

    def fill(self, path: str) -> str:
        """Put the keys of rows into a path."""
        return path.format(**self.things)

    def close(self) -> None:
        """Close all contexts."""
        for context in self._contexts.values():
            context.close()


@contextmanager
def running_site(browser: Browser, blocker: Any, folder: Any) -> Iterator[Site]:
    """Start a server on a filled database, and empty it afterwards."""
    storages = {
        **settings.STORAGES,
        "default": {
            **settings.STORAGES["default"],
            "OPTIONS": {"location": folder, "base_url": None},
        },
    }
    changed = override_settings(
        STORAGES=storages, ROOT_URLCONF="tests.browser.site_urls"
    )
    with blocker.unblock(), changed:
        if not Instrument.objects.exists():
            load_instruments()
        server = LiveServer("localhost")
        site = None
        try:
            site = Site(browser, server.url, make_world())
            yield site
        finally:
            if site is not None:
                site.close()
            server.stop()
            guards.drop(connection)
            call_command("flush", interactive=False, verbosity=0)
