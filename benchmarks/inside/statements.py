"""Counting the statements of a request, and keeping its reads for the floor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from benchmarks.documents import Document
from wbk_portal.accounts.models import User

MOST_PARAMETERS = 100
_READS = re.compile(r"\s*(SELECT|WITH|\()", re.IGNORECASE)
_NO_STATEMENT = re.compile(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)", re.I)

Statement = tuple[str, list[Any]]


@contextmanager
def _listening() -> Iterator[list[Statement]]:
    found: list[Statement] = []

    def keep(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not _NO_STATEMENT.match(sql):
            found.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield found


def _client(username: str) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(username=username))
    return client


def _of_page(username: str, path: str) -> list[Statement]:
    client = _client(username)

    def ask() -> Any:
        return client.get(path)

    return _third_time(ask, path)


def _third_time(ask: Callable[[], Any], path: str) -> list[Statement]:
    """Return the statements of a request when nothing is left to remember."""
    found: list[list[Statement]] = []
    for _again in range(3):
        with _listening() as heard:
            response = ask()
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")
        found.append(heard)
    return found[-1]


def _of_upload(username: str, path: str) -> list[Statement]:
    client = _client(username)
    document = Document(100_000)

    def ask() -> Any:
        data = b"".join(bytes(piece) for piece in document.copy())
        upload = SimpleUploadedFile("Uji.pdf", data, "application/pdf")
        return client.post(path, {"file": upload})

    return _third_time(ask, path)


def count(pages: Sequence[Sequence[str]]) -> dict[str, dict[str, int]]:
    """Return statements and the most parameters of a read, of each page.

    Args:
        pages: Name, username, path; the page named "upload" is sent a file.
    """
    result = {}
    for name, username, path in pages:
        of = _of_upload if name == "upload" else _of_page
        found = of(username, path)
        reads = [len(params) for sql, params in found if _READS.match(sql)]
        result[name] = {"statements": len(found), "parameters": max(reads)}
    return result


def reads(username: str, path: str) -> list[Statement]:
    """Return the reads of a page, for a floor that sends the very same."""
    return [
        (sql, params) for sql, params in _of_page(username, path) if _READS.match(sql)
    ]
