"""Sending stored bytes: the one place where they leave the portal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from evidence.models import Blob
from wbk_portal.common.storage import open_blob

SANDBOX = "default-src 'none'; sandbox"
"""Policy of everything stored: even if a browser shows it, nothing in it runs."""

IMAGE_SECONDS = 600
"""How long a browser may keep a page image; private, and gone soon on a shared PC."""

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")


def content_disposition(name: str, *, inline: bool = False) -> str:
    """Return the header that names a file, whatever characters it has (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode()
    plain = re.sub(r'[\\"%\x00-\x1f\x7f]', "_", plain).replace("?", "_")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def serve_blob(
    request: HttpRequest, blob: Blob, *, name: str, image: bool = False
) -> HttpResponseBase:
    """Send stored bytes exactly as they are; the caller has asked who may see them.

    An attachment that no cache keeps; a page image is shown inline and may stay in
    the browser's own cache for ten minutes. One range is answered with 206.

    Raises:
        Http404: The row's bytes are missing (`reconcile` lists such rows).
    """
    etag = f'"{blob.sha256}"'
    if image and _matches(request.headers.get("If-None-Match", ""), etag):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _stream(request, blob, etag)
    response["ETag"] = etag
    response["Content-Disposition"] = content_disposition(name, inline=image)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = (
        f"private, max-age={IMAGE_SECONDS}" if image else "private, no-store"
    )
    # Stored bytes are compressed already; said so that GZipMiddleware, which also
    # packs streams, leaves them, their length and their ranges alone.
    response["Content-Encoding"] = "identity"
    patch_vary_headers(response, ["Cookie"])
    return response


def _matches(header: str, etag: str) -> bool:
    given = {part.strip().removeprefix("W/") for part in header.split(",")}
    return etag in given or "*" in given


def _stream(request: HttpRequest, blob: Blob, etag: str) -> HttpResponseBase:
    span = _span(request, blob.size, etag)
    if span is None:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{blob.size}"
        return response
    start, stop = span
    try:
        content = _chunks(blob.storage_key, start, stop)
        first = next(content, b"")
    except FileNotFoundError as error:
        raise Http404 from error
    response = StreamingHttpResponse(_joined(first, content), content_type=blob.mime)
    response["Content-Length"] = str(stop - start)
    response["Accept-Ranges"] = "bytes"
    if (start, stop) != (0, blob.size):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{blob.size}"
    return response


def _span(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return (first, after last) byte asked for; None when there are none such."""
    whole = (0, size)
    found = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if_range = request.headers.get("If-Range", "")
    if found is None or (if_range and if_range != etag):
        return whole
    first, last = found.groups()
    if not first and not last:
        return whole
    if not first:
        length = int(last)
        return (max(size - length, 0), size) if length else None
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


def _chunks(key: str, start: int, stop: int) -> Iterator[bytes]:
    with open_blob(key) as source:
        source.seek(start)
        left = stop - start
        while left > 0 and (data := source.read(min(_CHUNK, left))):
            left -= len(data)
            yield data


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield first
        yield from rest
    finally:
        with suppress(AttributeError):
            rest.close()  # type: ignore[attr-defined]  # a generator holds the file open
