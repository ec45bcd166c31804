"""P12: signing in, starting, migrating."""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.client import Client
from benchmarks.machine import ROOT
from benchmarks.names import PASSWORD
from benchmarks.portal import Bench, Portal
from benchmarks.report import Row, at_most
from benchmarks.timing import alternate, ratio

from . import places

# What `startproject` writes, as far as it costs time.
_EMPTY = """
from django.conf import settings
settings.configure(
    SECRET_KEY="floor", ROOT_URLCONF="django.contrib.auth.urls",
    INSTALLED_APPS=["django.contrib." + name for name in (
        "admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    STATIC_URL="static/",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True}],
)
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
from django.urls import get_resolver
get_resolver().url_patterns
"""
_PORTAL = """
import wbk_portal.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
"""


def _run(portal: Portal, code: str) -> None:
    subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, env=portal.environ, check=True
    )


def starting(bench: Bench) -> list[Row]:
    """Measure all three."""
    portal = bench.large
    return [_sign_in(bench, portal), _start(bench, portal), _migrate(bench)]


def _sign_in(bench: Bench, portal: Portal) -> Row:
    floor = portal.floor()
    fresh: list[Client] = []
    for _number in range(bench.times(30) + 3):
        client = Client(portal.port)
        client.learn_token(places.SIGN_IN)
        client.close()
        fresh.append(client)
    waiting = iter(fresh)

    def sign_in() -> None:
        fields = {"login": "operator", "password": PASSWORD}
        next(waiting).post(places.SIGN_IN, fields, expect=(302,))

    def compare() -> None:
        floor.post("/password/", {"password": PASSWORD})

    times = alternate(
        {"portal": sign_in, "floor": compare}, repeat=bench.times(30), warm=3
    )
    note = " : ".join(f"{t.median * 1000:.1f} ms" for t in times.values())
    value = ratio(times["portal"], times["floor"])
    what = "sign-in beside the password hasher alone"
    return at_most("P12", what, value, 1.25, note=note)


def _start(bench: Bench, portal: Portal) -> Row:
    times = alternate(
        {
            "portal": lambda: _run(portal, _PORTAL),
            "floor": lambda: _run(portal, _EMPTY),
        },
        repeat=bench.times(9),
        warm=1,
    )
    note = " : ".join(f"{t.median:.2f} s" for t in times.values())
    value = ratio(times["portal"], times["floor"])
    return at_most("P12", "start beside an empty Django", value, 3, note=note)


def _migrate(bench: Bench) -> Row:
    portal = bench.empty_portal("migrating", 0)
    begun = time.perf_counter()
    portal.manage("migrate", "--no-input", "-v0")
    taken = time.perf_counter() - begun
    what = f"migrations on an empty database ({bench.database})"
    return at_most("P12", what, taken, 20, "s")
