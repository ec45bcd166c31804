"""Bare Django: no session, no rights, one small template; reads the portal's database.

Served by gunicorn with the portal's own configuration. The environment names the
portal's database (`DATABASE_URL` or `DATA_DIR`), a file with the statements that pages
of the portal send (`FLOOR_READS`), and a folder for uploads (`FLOOR_FILES`).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import environ
from django.conf import settings

DATA_DIR = Path(os.environ["DATA_DIR"])
env = environ.Env()
database = env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")
if database["ENGINE"].endswith("sqlite3"):
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;PRAGMA cache_size=-20000"
        ),
    }
else:
    database["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}

settings.configure(
    SECRET_KEY="floor",  # noqa: S106 - signs nothing
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.gzip.GZipMiddleware"],
    DATABASES={"default": database},
    INSTALLED_APPS=["benchmarks.floors"],
    PASSWORD_HASHERS=["wbk_portal.accounts.hashers.PortalArgon2PasswordHasher"],
    STORAGES={
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": os.environ["FLOOR_FILES"]},
        }
    },
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    USE_TZ=True,
)

import django  # noqa: E402

django.setup()

from django.contrib.auth.hashers import check_password  # noqa: E402
from django.core.files.storage import default_storage  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

ROWS = 24
CELLS = 7

_PAGE = engines["django"].from_string(
    """<!DOCTYPE html>
<html lang="id"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><table>
{% for row in rows %}<tr><td><a href="/{{ row.0 }}/">{{ row.1 }}</a></td>"""
    """{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></body></html>"""
)


def _ask(sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _page(title: str, rows: list[tuple[Any, ...]]) -> HttpResponse:
    shown = [row[:CELLS] for row in rows[:ROWS]]
    return HttpResponse(_PAGE.render({"title": title, "rows": shown}))


def same_reads(request: HttpRequest, name: str) -> HttpResponse:
    """Send the very statements of a page of the portal; show 24 rows of the longest."""
    found = [_ask(sql, params) for sql, params in _reads(name)]
    return _page(name, max(found, key=len))


@lru_cache
def _reads(name: str) -> Any:
    return json.loads((Path(os.environ["FLOOR_READS"]) / f"{name}.json").read_text())


_LIST = """
SELECT e.id, e.title, k.label, u.name, v.number, v.document_date, e.changed_at
FROM evidence_evidence e
JOIN indicators_evidencekind k ON k.id = e.kind_id
JOIN accounts_workunit u ON u.id = e.work_unit_id
JOIN evidence_evidenceversion v ON v.id = e.latest_id
WHERE e.withdrawn_at IS NULL AND e.discarded_at IS NULL
ORDER BY e.changed_at DESC, e.id DESC LIMIT 24
"""

_UNIT = """
SELECT i.slug, i.short_label, i.name, a.state, a.n_links, o.text, a.agreed_nano
FROM indicators_assessment a
JOIN indicators_item i ON i.id = a.item_id
JOIN accounts_workunit u ON u.id = a.work_unit_id
JOIN indicators_assessmentperiod p ON p.id = a.period_id
LEFT JOIN indicators_option o ON o.id = a.self_option_id
WHERE u.code = %s AND p.slug = %s AND i.kind = 'indicator'
ORDER BY i.position
"""

_SUMS = """
COUNT(*),
SUM(CASE WHEN a.self_option_id IS NOT NULL AND a.n_links > 0 THEN 1 ELSE 0 END),
SUM(CASE WHEN a.state NOT IN ('empty', 'draft') THEN 1 ELSE 0 END),
SUM(CASE WHEN a.released_at IS NOT NULL THEN 1 ELSE 0 END),
SUM(a.agreed_nano)
FROM indicators_assessment a
JOIN accounts_workunit u ON u.id = a.work_unit_id
JOIN indicators_assessmentperiod p ON p.id = a.period_id
JOIN indicators_item i ON i.id = a.item_id
WHERE p.slug = %s AND i.kind = 'indicator'
"""


def bare_list(request: HttpRequest) -> HttpResponse:
    """Show the 24 evidence changed last: one statement, no rights."""
    return _page("Bukti", _ask(_LIST))


def bare_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show the 24 indicators of a unit: one statement, nobody signed in."""
    return _page(code, _ask(_UNIT, [code, "2026"]))


def bare_figures(request: HttpRequest) -> HttpResponse:
    """Sum the items of every unit and answer with lines of text."""
    rows = _ask(
        f"SELECT u.code, u.name, {_SUMS} GROUP BY u.code, u.name ORDER BY u.code",
        ["2026"],
    )
    lines = [",".join(map(str, row)) for row in rows]
    return HttpResponse("\n".join(lines), content_type="text/csv")


def bare_level(request: HttpRequest) -> HttpResponse:
    """Show the branches of one level with their sums, from the summary rows."""
    rows = _ask(
        "SELECT SUBSTR(r.path_then, 1, 8), COUNT(*), SUM(r.n_filled),"
        " SUM(r.n_submitted), SUM(r.n_accepted), SUM(r.nano_certain),"
        " SUM(r.nano_possible) FROM indicators_unitreadiness r"
        " JOIN indicators_assessmentperiod p ON p.id = r.period_id"
        " WHERE p.slug = %s GROUP BY SUBSTR(r.path_then, 1, 8) ORDER BY 1",
        ["2026"],
    )
    return _page("Kesiapan", rows)


def bare_upload(request: HttpRequest) -> JsonResponse:
    """Keep a file with Django's own handlers and its own storage, and one row."""
    upload = request.FILES["file"]
    name = default_storage.save(upload.name, upload)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO floor_upload (name, size) VALUES (%s, %s)", [name, upload.size]
        )
    return JsonResponse({"name": name, "size": upload.size})


def bare_password(request: HttpRequest) -> JsonResponse:
    """Compare a password with its hash, as the portal hashes."""
    known = os.environ["FLOOR_PASSWORD_HASH"]
    return JsonResponse({"right": check_password(request.POST["password"], known)})


urlpatterns = [
    path("same/<str:name>/", same_reads),
    path("list/", bare_list),
    path("unit/<str:code>/", bare_unit),
    path("figures/", bare_figures),
    path("level/", bare_level),
    path("upload/", bare_upload),
    path("password/", bare_password),
]

with connection.cursor() as _cursor:
    _cursor.execute(
        "CREATE TABLE IF NOT EXISTS floor_upload"
        " (name VARCHAR(200) PRIMARY KEY, size BIGINT)"
    )
# gunicorn makes its workers from this process: they open their own.
connection.close()
if hasattr(connection, "close_pool"):
    connection.close_pool()

application = get_wsgi_application()
