"""The file gate: what comes in, what is refused, and with which sentence."""

import io
import struct
import sys

import pytest
from django.utils.translation import override

from tests import files
from wbk_portal.common.filegate import KINDS, Accepted, Refused, inspect
from wbk_portal.common.filegate.messages import CONTENTS, SENTENCES

LIMIT = 50 * 1024 * 1024


def check(data: bytes, name: str, **options) -> Accepted:
    """Send bytes through the gate under a name."""
    options.setdefault("max_bytes", LIMIT)
    return inspect(io.BytesIO(data), name=name, size=len(data), **options)


@pytest.mark.parametrize("key", files.SAMPLES)
def test_each_kind_comes_in(key):
    """Every accepted kind passes under its own name and media type."""
    sample = files.SAMPLES[key]
    accepted = check(sample.data, sample.name)
    assert accepted.kind == sample.kind
    assert accepted.mime == KINDS[sample.kind].mime
    assert accepted.clean_name == sample.name
    assert accepted.size == len(sample.data)


@pytest.mark.parametrize("key", files.ODD_SAMPLES)
def test_sound_files_of_unusual_make_come_in(key):
    """Odd but valid files are not punished for their writer."""
    sample = files.ODD_SAMPLES[key]
    assert check(sample.data, sample.name).kind == sample.kind


@pytest.mark.parametrize("key", files.FAULTS)
def test_each_fault_is_refused_with_a_sentence(key):
    """The refusal names the file and nothing technical."""
    fault = files.FAULTS[key]
    with pytest.raises(Refused) as caught:
        check(fault.data, fault.name)
    assert caught.value.code == fault.code
    message = caught.value.message
    assert f"“{fault.name}”" in message
    assert "%(" not in message
    assert message.startswith("Berkas “")


def test_every_sentence_names_reason_and_remedy():
    """All sentences have the same build and render with their parameters."""
    every = {"name": "a.pdf", "claimed": "pdf", "actual": "html", "target": "docx"}
    every |= {"limit": LIMIT, "width": 9, "height": 9, "megapixels": 120}
    for code in SENTENCES:
        text = Refused(code, **every).message
        assert text.startswith("Berkas “a.pdf” belum bisa di"), code
        assert " karena " in text, code
        assert text.endswith("."), code
        assert text.count(". ") >= 1, code  # the remedy is a sentence of its own
    assert set(KINDS) <= set(CONTENTS)


def test_the_limit_is_said_in_megabytes():
    """A file above the limit is refused with the limit, whatever its size says."""
    with pytest.raises(Refused) as caught:
        check(files.pdf(after=b" " * 2_000_000), "besar.pdf", max_bytes=1024 * 1024)
    assert caught.value.code == "too_large"
    assert "batas 1 MB" in caught.value.message


def test_the_sentence_follows_the_active_language():
    """A refusal kept over a change of language is put together when it is read."""
    refused = Refused("disguised", name="a.pdf", claimed="pdf", actual="html")
    with override("id"):
        assert "halaman web" in refused.message


@pytest.mark.parametrize(
    ("data", "name", "clean", "renamed"),
    [
        (files.jpg, "foto.png", "foto.jpg", "png"),
        (files.jpg, "foto.JPEG", "foto.JPEG", None),
        (files.pdf, "faktur.pdf.exe", "faktur.pdf", "exe"),
        (files.pdf, "laporan v1.2", "laporan v1.2.pdf", None),
        (files.pdf, "SK.final", "SK.final.pdf", None),
        (files.docx, "notula.doc", "notula.docx", "doc"),
        (files.docx, "notula", "notula.docx", None),
        (files.png, "../", "berkas.png", None),
    ],
)
def test_an_accepted_kind_under_a_wrong_name_gets_the_right_one(
    data, name, clean, renamed
):
    """The content decides; the extension follows it."""
    accepted = check(data(), name)
    assert accepted.clean_name == clean
    assert accepted.facts.get("renamed_from") == renamed
    assert f".{accepted.extension}" == clean[clean.rindex(".") :].lower()


def test_the_declared_size_counts_too():
    """A sender that announces more than the limit is believed."""
    with pytest.raises(Refused, match="too_large"):
        inspect(io.BytesIO(files.pdf()), name="a.pdf", size=LIMIT + 1, max_bytes=LIMIT)


def test_the_file_is_left_at_its_start():
    """Whoever stores the file reads it from the first byte."""
    source = io.BytesIO(files.docx())
    inspect(source, name="a.docx", size=1, max_bytes=LIMIT)
    assert source.tell() == 0
    source = io.BytesIO(files.odf())
    with pytest.raises(Refused):
        inspect(source, name="a.odt", size=1, max_bytes=LIMIT)
    assert source.tell() == 0


def test_facts():
    """The gate remarks what it sees on the way."""
    assert check(files.jpg(640, 480), "a.jpg").facts == {"width": 640, "height": 480}
    facts = check(files.docx("Strict", strict=True), "a.docx").facts
    assert facts["strict"] is True
    inner = files.docx(parts={"word/embeddings/Tabel.xlsx": files.xlsx()})
    facts = check(inner, "a.docx").facts
    assert facts["embedded"] == 1
    assert facts["strict"] is False
    assert check(files.pdf(), "a.pdf").facts["pdf_version"] == "1.7"


@pytest.mark.parametrize("form", ["jpg", "png", "webp", "heic"])
def test_pixels_are_counted_from_the_header(form):
    """The limit on pixels holds for every picture kind."""
    data = getattr(files, form)(640, 480)
    assert check(data, f"a.{form}", max_pixels=640 * 480).facts["width"] == 640
    with pytest.raises(Refused, match="too_many_pixels"):
        check(data, f"a.{form}", max_pixels=640 * 480 - 1)


def test_a_lossy_and_an_animated_webp():
    """All three forms of WebP tell their size."""
    for options in ({"lossless": True}, {"quality": 40}, {"exif": b"Exif\0\0MM\0*"}):
        facts = check(files.webp(123, 77, **options), "a.webp").facts
        assert (facts["width"], facts["height"]) == (123, 77)


class TestPdf:
    """Locked PDF files are found by structure, not by the word alone."""

    def test_locked_behind_junk_and_wrong_offsets(self):
        """Junk in front shifts every offset; the lock is still seen."""
        for data in (
            b"\r\n" * 40 + files.pdf_locked(),
            files.pdf_locked() + b"\0" * 5000,
            files.pdf_locked().replace(b"startxref\n", b"startxref\n99"),
        ):
            with pytest.raises(Refused, match="password_pdf"):
                check(data, "a.pdf")

    def test_the_word_in_the_text_locks_nothing(self):
        """A manual that explains /Encrypt is no locked file."""
        data = files.pdf("/Encrypt 12 0 R adalah kunci", extra_trailer=b"/EncryptX 1")
        assert check(data, "a.pdf").facts["locked"] is False

    def test_the_setting_allows_locked_files(self):
        """Where the setting says so, the lock is only remarked."""
        accepted = check(files.pdf_locked(), "a.pdf", allow_locked_pdf=True)
        assert accepted.facts["locked"] is True

    def test_a_long_table_before_the_trailer(self):
        """The trailer is found behind a table of 100,000 objects."""
        table = b"xref\n0 100000\n" + b"0000000000 65535 f \n" * 100_000
        head = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n"
        end = b"trailer\n<< /Size 1 /Encrypt 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        with pytest.raises(Refused, match="password_pdf"):
            check(head + table + end % len(head), "a.pdf")

    def test_digits_do_not_slow_the_gate(self):
        """Two megabytes of digits are searched in linear time."""
        data = b"%PDF-1.4 1 0 obj " + b"1" * 2_000_000
        assert check(data, "a.pdf").kind == "pdf"


class TestContainers:
    """Documents in zip form."""

    def test_main_part_typed_by_its_extension(self):
        """Some writers declare the main part through a default only."""
        data = files.docx()
        declared = files.MAIN_TYPES["docx"].encode()
        plain = files.package(
            "docx",
            {
                "[Content_Types].xml": (
                    b'<Types><Default Extension="xml" ContentType="application/vnd.'
                    b"openxmlformats-officedocument.%b.main+xml"
                    % declared
                    + b'"/></Types>'
                ),
                "word/document.xml": b"<w/>",
            },
        )
        assert check(data, "a.docx").kind == check(plain, "a.docx").kind == "docx"

    def test_backslashes_between_folders(self):
        """Old writers on Windows; Office opens them."""
        data = files.docx().replace(b"word/document.xml", b"word\\document.xml", 1)
        at = data.rindex(b"word/document.xml")
        data = data[:at] + b"word\\document.xml" + data[at + 17 :]
        assert check(data, "a.docx").kind == "docx"

    def test_a_doctype_is_refused(self):
        """Entities have no place in the list of contents."""
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>'
        data = files.package("docx", {"[Content_Types].xml": bomb})
        with pytest.raises(Refused, match="office_broken"):
            check(data, "a.docx")

    def test_a_wrong_checksum_is_damage(self):
        """A flipped bit inside a part is found while inflating."""
        data = bytearray(files.docx(compression=0))
        at = data.index(b"Maklumat")
        data[at] ^= 1
        with pytest.raises(Refused, match="office_broken"):
            check(bytes(data), "a.docx")

    def test_a_cyclic_chain_in_a_compound_file_ends(self):
        """A directory that points at itself is read once."""
        data = bytearray(files.ole("Isi"))
        struct.pack_into("<L", data, 512 + 4, 1)
        with pytest.raises(Refused, match="unknown"):
            check(bytes(data), "a.doc")


def test_the_gate_needs_only_the_standard_library():
    """In a bare interpreter the gate decides; neither Django nor Pillow is loaded."""
    import subprocess
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    code = (
        f"import sys, io; sys.path.insert(0, {str(root)!r})\n"
        "from wbk_portal.common.filegate import inspect\n"
        "a = inspect(io.BytesIO(b'%PDF-1.4\\n1 0 obj\\n'), name='a.pdf', size=1,"
        " max_bytes=99)\n"
        "bad = {'django', 'PIL', 'pypdfium2', 'zipfile'} & set(sys.modules)\n"
        "print(a.kind, sorted(bad))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "pdf []"
