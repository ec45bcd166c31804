"""A small HTTP client: one kept connection, one person's session."""

from __future__ import annotations

import http.client
import re
import secrets
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

IDLE = 1.0
"""Seconds after which a connection is opened anew; the servers close it after 5."""


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body unpacked."""
        body = self.body
        if self.headers.get("content-encoding") == "gzip":
            body = zlib.decompress(body, zlib.MAX_WBITS | 16)
        return body.decode()


class Client:
    """One browser of one person.

    Every answer of a kind that was not asked for is an error: a benchmark of error
    pages measures nothing.
    """

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        """Connect at the first request."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._origin = f"http://127.0.0.1:{port}"
        self.cookies = dict(cookies or {})
        self._token = ""
        self._used = 0.0

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Sequence[bytes] = (),
        headers: Mapping[str, str] | None = None,
        expect: Sequence[int] = (200,),
    ) -> Answer:
        """Send a request whose body is given in pieces, which are not copied."""
        link = self._connection
        if time.monotonic() - self._used > IDLE:
            link.close()  # opened again by itself
        link.putrequest(method, path, skip_accept_encoding=True)
        link.putheader("Accept-Encoding", "gzip")
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            link.putheader("Cookie", pairs)
        for name, value in (headers or {}).items():
            link.putheader(name, value)
        if method != "GET":
            link.putheader("Origin", self._origin)
            link.putheader("Content-Length", str(sum(map(len, body))))
        link.endheaders()
        for piece in body:
            link.send(piece)
        response = link.getresponse()
        answer = Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )
        self._used = time.monotonic()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if response.will_close:
            link.close()
        if answer.status not in expect:
            shown = answer.text[:400] if answer.body else ""
            raise RuntimeError(f"{method} {path}: {answer.status} {shown}")
        return answer

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self.send("GET", path)

    def learn_token(self, path: str) -> None:
        """Read a page for the token of its forms."""
        found = _TOKEN.search(self.get(path).text)
        if found is None:
            raise RuntimeError(f"{path} has no form")
        self._token = found[1]

    def post(
        self, path: str, fields: Mapping[str, str], expect: Sequence[int] = (200, 302)
    ) -> Answer:
        """Send a form; `learn_token` comes first."""
        body = urlencode({"csrfmiddlewaretoken": self._token, **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, body=[body], headers=headers, expect=expect)

    def upload(self, path: str, document: Sequence[bytes], name: str) -> Answer:
        """Send a file as the portal's script does: token in the head, one file."""
        boundary = secrets.token_hex(16)
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        tail = f"\r\n--{boundary}--\r\n"
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        if self._token:
            headers["X-CSRFToken"] = self._token
        body = [head.encode(), *document, tail.encode()]
        return self.send("POST", path, body=body, headers=headers)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
