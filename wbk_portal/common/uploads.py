"""Receiving files: straight into the store's incoming folder, hashed on the way.

Set globally in FILE_UPLOAD_HANDLERS, because the CSRF check reads the body before a
view could choose a handler. Django's own handlers would write each byte twice.

A file that is refused while it arrives (too large, one too many, nobody signed in) is
not cut off: its bytes are read and dropped, and an upload with `refusal` stands in
`request.FILES` in its place, so that the page can say which file and why.
"""

import errno
import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from wbk_portal.common import filegate, names
from wbk_portal.common.filegate import Accepted, Refused
from wbk_portal.common.storage import Incoming, StoredBytes, has_room, ingest

if TYPE_CHECKING:
    _UploadedFile = UploadedFile[bytes]
else:  # generic in the stubs only
    _UploadedFile = UploadedFile

FORM_BYTES = 4 * 1024 * 1024
"""Room in a request for what is not files: fields and boundaries."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class UploadLimits:
    """What one request may bring.

    Attributes:
        max_bytes: Largest file.
        max_files: Most files; 0 when this request may bring none.
    """

    max_bytes: int
    max_files: int

    @property
    def max_request_bytes(self) -> int:
        """Return the longest body that is read to its end."""
        return self.max_bytes * max(self.max_files, 1) + FORM_BYTES


class IncomingUpload(_UploadedFile):
    """A file of `request.FILES`: received and hashed, or refused on the way.

    Attributes:
        original_name: The name as sent; `name` is the clean one.
        incoming: The bytes in the incoming folder; None when refused.
        refusal: Why nothing was kept; None when the bytes are there.
    """

    def __init__(
        self,
        original_name: str,
        content_type: str | None,
        *,
        incoming: Incoming | None = None,
        refusal: Refused | None = None,
    ) -> None:
        """Wrap what arrived."""
        source = cast("IO[Any]", incoming.file if incoming else io.BytesIO())
        size = incoming.size if incoming else 0
        super().__init__(source, names.clean_name(original_name)[0], content_type, size)
        self.original_name = original_name
        self.incoming = incoming
        self.refusal = refusal

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes, "" when they were refused."""
        return self.incoming.sha256 if self.incoming else ""

    @property
    def temp_path(self) -> str:
        """Return where the bytes are until they are kept, "" when refused."""
        return str(self.incoming.path) if self.incoming else ""

    def close(self) -> None:
        """Close, and delete what nobody kept; Django calls it after the request."""
        if self.incoming:
            self.incoming.close()


def inspect_upload(upload: _UploadedFile) -> Accepted:
    """Send one file of `request.FILES` through the gate.

    Raises:
        Refused: While it arrived, or by the gate; `message` is for the person.
    """
    if isinstance(upload, IncomingUpload):
        if upload.refusal:
            raise upload.refusal
        name = upload.original_name
    else:
        name = upload.name or ""
    return filegate.inspect(
        cast("Any", upload.file),
        name=name,
        size=upload.size or 0,
        max_bytes=settings.UPLOAD_MAX_BYTES,
    )


def keep_upload(upload: _UploadedFile, *, realm: str) -> StoredBytes:
    """Keep an inspected file for good; call it before the transaction begins.

    Raises:
        Refused: While it arrived; or "store_full", when the disk has no room.
    """
    if isinstance(upload, IncomingUpload) and upload.refusal:
        raise upload.refusal
    try:
        if isinstance(upload, IncomingUpload) and upload.incoming:
            return ingest(upload.incoming, realm=realm)
        return ingest(upload.chunks(), realm=realm)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        clean = names.clean_name(upload.name or "")[0]
        raise Refused("store_full", name=clean) from error


def limits_for(request: HttpRequest | None) -> UploadLimits:
    """Return what a request may bring: its own `upload_limits`, or by its session.

    A page for people without an account sets `request.upload_limits` before it
    touches the body (and is exempt from the CSRF check that would read it first).
    """
    own = getattr(request, "upload_limits", None)
    if isinstance(own, UploadLimits):
        return own
    session = getattr(request, "session", None)
    signed_in = session is not None and SESSION_KEY in session
    count = settings.UPLOAD_MAX_FILES_PLAIN_FORM if signed_in else 0
    return UploadLimits(settings.UPLOAD_MAX_BYTES, count)


class HashingUploadHandler(FileUploadHandler):
    """Write each file once, to the disk where it will stay, and hash it meanwhile."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin with nothing received."""
        super().__init__(request)
        self._limits = UploadLimits(0, 0)
        self._room = 0
        self._parsing = False
        self._count = 0
        self._incoming: Incoming | None = None
        self._refusal: Refused | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, _UploadedFile]] | None:
        """Parse the request with a parser that leaves names alone."""
        if self._parsing:
            return None
        self._parsing = True
        self._limits = limits_for(self.request)
        self._room = min(content_length, self._limits.max_bytes)
        if content_length > self._limits.max_request_bytes:
            msg = "The request is longer than all its files may be."
            raise RequestDataTooBig(msg)
        parser = _Parser(META, input_data, [self], encoding)
        try:
            return parser.parse()
        finally:
            self._drop()

    def new_file(self, field_name: str, file_name: str, *args: Any, **kw: Any) -> None:
        """Decide whether the next file is kept, before its first byte."""
        super().new_file(field_name, file_name, *args, **kw)
        self._count += 1
        self._refusal = None
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        if most is not None and self._count >= most:
            # One more would be an error without words; the rest is read and dropped.
            raise StopUpload(connection_reset=False)
        if not self._limits.max_files:
            self._refuse("not_allowed")
        elif self._count > self._limits.max_files:
            self._refuse("too_many_files", limit=self._limits.max_files)
        elif not has_room(self._room):
            self._refuse("store_full")
        else:
            self._incoming = Incoming()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash one chunk, or drop it when the file is refused."""
        if self._incoming is None:
            return
        if start + len(raw_data) > self._limits.max_bytes:
            self._refuse("too_large", limit=self._limits.max_bytes)
            return
        try:
            self._incoming.write(raw_data)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            self._refuse("store_full")

    def file_complete(self, file_size: int) -> IncomingUpload:
        """Return the received or refused file."""
        incoming, self._incoming = self._incoming, None
        return IncomingUpload(
            self.file_name or "",
            self.content_type,
            incoming=incoming,
            refusal=self._refusal,
        )

    def upload_interrupted(self) -> None:
        """Drop the file whose end never came."""
        self._drop()

    def _refuse(self, code: str, **params: int) -> None:
        clean = names.clean_name(self.file_name or "")[0]
        self._refusal = Refused(code, name=clean, **params)
        self._drop()

    def _drop(self) -> None:
        if self._incoming:
            self._incoming.close()
            self._incoming = None


class _Parser(MultiPartParser):
    """Django's parser, except that it neither cuts names nor drops odd ones."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name as sent; None for a file field that was left empty."""
        return file_name or None
