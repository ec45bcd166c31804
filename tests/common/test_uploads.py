"""Receiving: hashed on the way, refused in words, nothing left behind."""

import errno
import hashlib
import io

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest

from tests import files
from wbk_portal.common import uploads
from wbk_portal.common.filegate import Refused
from wbk_portal.common.storage import Incoming, incoming_folder, open_blob
from wbk_portal.common.uploads import (
    IncomingUpload,
    UploadLimits,
    inspect_upload,
    keep_upload,
    limits_for,
)

LIMITS = UploadLimits(max_bytes=1_000_000, max_files=20)
BOUNDARY = b"----batas"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of its own for each test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }


def body_of(*parts: tuple[str, bytes], fields: tuple[tuple[str, str], ...] = ()):
    """Return a multipart body with files (name, content) and fields."""
    out = io.BytesIO()
    for name, content in parts:
        out.write(b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; ")
        out.write(b'name="berkas"; filename="%b"\r\n' % name.encode())
        out.write(b"Content-Type: application/octet-stream\r\n\r\n")
        out.write(content + b"\r\n")
    for name, value in fields:
        out.write(b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; ")
        out.write(b'name="%b"\r\n\r\n%b\r\n' % (name.encode(), value.encode()))
    out.write(b"--" + BOUNDARY + b"--\r\n")
    return out.getvalue()


def request_of(body, limits=LIMITS, length=None):
    """Return a request as it reaches Django, with nothing read yet."""
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY.decode()}",
            "CONTENT_LENGTH": str(len(body) if length is None else length),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
        }
    )
    if limits:
        request.upload_limits = limits
    return request


def leftovers():
    """Return the names in the incoming folder."""
    return [path.name for path in incoming_folder().iterdir()]


def test_a_file_is_hashed_while_it_arrives_and_kept_without_a_copy():
    """One write, one rename, byte-equal; fields around it arrive as well."""
    data = files.pdf("halaman " * 9000)
    request = request_of(
        body_of(("SK.pdf", data), fields=(("butir", "06.13"),)),
    )
    upload = request.FILES["berkas"]
    assert request.POST["butir"] == "06.13"
    assert isinstance(upload, IncomingUpload)
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert (upload.name, upload.size) == ("SK.pdf", len(data))
    before = open(upload.temp_path, "rb")  # noqa: SIM115, PTH123
    assert inspect_upload(upload).kind == "pdf"
    stored = keep_upload(upload, realm="unit:7")
    assert stored.sha256 == upload.sha256
    request.close()
    with before, open_blob(stored.storage_key) as kept:
        assert before.read() == kept.read() == data
    assert leftovers() == []


def test_what_nobody_keeps_is_gone_after_the_request():
    """A view that refuses a file need not clean up."""
    request = request_of(body_of(("a.html", files.HTML)))
    with pytest.raises(Refused, match="html"):
        inspect_upload(request.FILES["berkas"])
    assert len(leftovers()) == 1
    request.close()
    assert leftovers() == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../", "berkas"),
        ("..", "berkas"),
        ("../../SK.pdf", "SK.pdf"),
        ("C:\\data\\SK.pdf", "SK.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\0b.pdf", "ab.pdf"),
        ("😀" * 63 + ".pdf", "😀" * 62 + ".pdf"),
        ("a&amp;b.pdf", "a&amp;b.pdf"),
    ],
)
def test_odd_names_arrive(name, clean):
    """No name makes a file vanish; the original is kept for the record."""
    request = request_of(body_of((name, files.pdf())))
    upload = request.FILES["berkas"]
    assert upload.name == clean
    assert upload.original_name == name
    assert inspect_upload(upload).kind == "pdf"
    request.close()


def test_an_empty_file_field_is_no_file():
    """Browsers send a nameless part for a field that was left empty."""
    request = request_of(body_of(("", b"")))
    assert request.FILES.getlist("berkas") == []


def test_a_file_over_the_limit_is_dropped_while_it_arrives():
    """The rest of the form arrives, the disk does not grow, the page can say why."""
    request = request_of(
        body_of(
            ("besar.pdf", b"%PDF-" + b"x" * 1_200_000),
            ("kecil.pdf", files.pdf()),
            fields=(("butir", "06.13"),),
        )
    )
    big, small = request.FILES.getlist("berkas")
    assert big.refusal.code == "too_large"
    assert "“besar.pdf”" in big.refusal.message
    assert (big.size, big.sha256, big.temp_path, big.read()) == (0, "", "", b"")
    with pytest.raises(Refused, match="too_large"):
        inspect_upload(big)
    with pytest.raises(Refused, match="too_large"):
        keep_upload(big, realm="unit:7")
    assert inspect_upload(small).kind == "pdf"
    assert request.POST["butir"] == "06.13"
    assert len(leftovers()) == 1
    request.close()


def test_101_files_in_one_form():
    """The first 20 are received, each of the others is named."""
    request = request_of(
        body_of(
            *((f"{number}.pdf", files.pdf(str(number))) for number in range(101)),
            fields=(("butir", "06.13"),),
        )
    )
    all_files = request.FILES.getlist("berkas")
    assert len(all_files) == 101
    assert [inspect_upload(upload).kind for upload in all_files[:20]] == ["pdf"] * 20
    assert {upload.refusal.code for upload in all_files[20:]} == {"too_many_files"}
    assert "paling banyak 20 berkas" in all_files[20].refusal.message
    assert request.POST["butir"] == "06.13"
    assert len(leftovers()) == 20
    request.close()
    assert leftovers() == []


def test_a_flood_of_parts_ends_quietly():
    """Beyond Django's bound the rest is read and dropped: no error page."""
    request = request_of(body_of(*[("a.pdf", b"x")] * 1100))
    assert len(request.FILES.getlist("berkas")) == 999
    request.close()
    assert leftovers() == []


def test_a_body_longer_than_all_files_may_be_is_not_read():
    """A length beyond every limit is refused before the first byte is kept."""
    request = request_of(b"", length=LIMITS.max_request_bytes + 1)
    with pytest.raises(RequestDataTooBig):
        request.FILES  # noqa: B018


@pytest.mark.parametrize("cut", [30, 200, 5000, -9, -1])
def test_a_line_cut_in_the_middle(cut):
    """A file whose end never came is none; nothing of it remains."""
    body = body_of(("SK.pdf", files.pdf("x" * 9000)))
    cut = len(body) + cut if cut < 0 else cut
    request = request_of(body[: cut - len(BOUNDARY) - 8], length=len(body))
    assert request.FILES.getlist("berkas") == []
    assert leftovers() == []


def test_a_broken_connection(monkeypatch):
    """An error of the server while it reads leaves nothing either."""

    class Broken(io.BytesIO):
        """Fails after its content."""

        def read(self, size=-1):
            data = super().read(size)
            if not data:
                raise OSError(errno.ECONNRESET, "reset")
            return data

    body = body_of(("SK.pdf", files.pdf("x" * 9000)))
    request = request_of(body, length=len(body) + 100)
    request.environ["wsgi.input"] = None
    request._stream = Broken(body[:3000])
    with pytest.raises(OSError, match="reset"):
        request.FILES  # noqa: B018
    assert leftovers() == []


def test_a_full_disk_is_said_in_words(monkeypatch):
    """Without room, or when the disk fills up meanwhile, the file is refused."""
    body = body_of(("SK.pdf", files.pdf()))
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "has_room", lambda count: False)
        refusal = request_of(body).FILES["berkas"].refusal
    assert refusal.code == "store_full"

    def full(self, data):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Incoming, "write", full)
        refusal = request_of(body).FILES["berkas"].refusal
    assert refusal.code == "store_full"
    request = request_of(body)
    upload = request.FILES["berkas"]
    monkeypatch.setattr(Incoming, "sync", lambda self: full(self, b""))
    with pytest.raises(Refused, match="store_full"):
        keep_upload(upload, realm="unit:7")
    request.close()
    assert leftovers() == []


def test_nobody_signed_in_means_no_bytes_on_disk():
    """A stranger's file is read and dropped, whatever page it is sent to."""
    request = request_of(body_of(("SK.pdf", files.pdf())), limits=None)
    upload = request.FILES["berkas"]
    assert upload.refusal.code == "not_allowed"
    assert leftovers() == []


def test_limits_follow_the_session(settings):
    """A signed-in session may bring what the settings say."""
    request = request_of(b"", limits=None)
    request.session = {}
    assert limits_for(request).max_files == 0
    request.session = {SESSION_KEY: "1"}
    assert limits_for(request) == UploadLimits(
        settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_FILES_PLAIN_FORM
    )


@pytest.mark.django_db
def test_through_the_whole_stack(client, django_user_model):
    """The global handler serves every page, before and after sign-in."""
    response = client.post("/masuk/", {"berkas": io.BytesIO(files.pdf())})
    assert response.status_code == 200
    assert leftovers() == []


def test_memory_stays_flat():
    """A file of 40 MB never stands in memory: chunks go through."""
    import tracemalloc

    start = body_of(("SK.pdf", b""))[: -len(BOUNDARY) - 8]
    end = b"\r\n--" + BOUNDARY + b"--\r\n"
    count = 640 * 65536

    class Body(io.RawIOBase):
        """Head, 40 MB, tail."""

        def __init__(self):
            self.pieces = iter([start, *([bytes(65536)] * 640), end])
            self.rest = b""

        def read(self, size=-1):
            if not self.rest:
                self.rest = next(self.pieces, b"")
            piece, self.rest = self.rest[:size], self.rest[size:]
            return piece

    request = request_of(
        b"", UploadLimits(100_000_000, 1), len(start) + count + len(end)
    )
    request._stream = Body()
    tracemalloc.start()
    try:
        assert request.FILES["berkas"].size == count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        request.close()
    assert peak < 6 * 1024 * 1024
