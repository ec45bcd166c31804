"""Damaged, locked and heavy files: a clear end each time, never a stuck job."""

import json
import time

import pytest

from evidence.pipeline import (
    PARTIAL,
    READY,
    REJECTED,
    UNAVAILABLE,
    convert,
    make_preview,
    preview,
    progress,
)
from tests import files, realfiles
from wbk_portal.common import sandbox
from wbk_portal.common.sandbox import Outcome


@pytest.fixture
def out(tmp_path):
    """An empty folder for images."""
    folder = tmp_path / "hasil"
    folder.mkdir()
    return folder


@pytest.fixture
def make(tmp_path, out):
    """Preview some bytes."""

    def make(data, kind, **options):
        path = tmp_path / "berkas"
        path.write_bytes(data)
        return make_preview(path, kind=kind, out_dir=out, **options)

    return make


@pytest.mark.parametrize(
    ("build", "kind", "reason"),
    [
        (files.jpg_cut, "jpg", "truncated"),
        (lambda: files.png(900, 900)[:3000], "png", "truncated"),
        (lambda: files.heic(600, 600)[:9000], "heic", "truncated"),
        (lambda: files.webp(900, 900)[:3000], "webp", "corrupt"),
        (lambda: files.png(900, 900).replace(b"IDAT", b"IDOT"), "png", "corrupt"),
        (files.png_huge, "png", "too_many_pixels"),
        (files.pdf_locked, "pdf", "locked"),
        (files.pdf_broken, "pdf", "corrupt"),
        (lambda: realfiles.get("long_pdf")[:200_000], "pdf", "corrupt"),
        (lambda: files.docx()[:-40], "docx", "corrupt"),
        (lambda: realfiles.get("xlsx")[:2000], "xlsx", "corrupt"),
        (lambda: b"PK\x03\x04", "pptx", "corrupt"),
    ],
)
def test_damage_is_the_files_fault(make, build, kind, reason):
    """Nobody could open these: ditolak setelah diterima, with the reason."""
    result = make(build(), kind)
    assert (result.state, result.reason) == (REJECTED, reason)
    assert result.pages == ()
    assert result.page_count is None


def test_a_picture_under_another_kind_is_not_opened(make):
    """Only the decoder of the gate's kind is tried, never one that fits."""
    for data in (files.picture("TIFF"), files.picture("GIF"), b"%!PS-Adobe-3.0 EPSF"):
        assert make(data, "png").state == REJECTED


def test_time_runs_out(make, monkeypatch):
    """The wall limit ends the child and the job goes on."""
    monkeypatch.setattr(preview, "WALL_S", 0.05)
    start = time.monotonic()
    result = make(realfiles.get("phone_photo"), "jpg")
    assert (result.state, result.reason) == (UNAVAILABLE, "too_heavy")
    assert "timeout" in result.detail
    assert time.monotonic() - start < 3


def test_memory_runs_out(make, monkeypatch):
    """A limit of ours is not the file's fault."""
    monkeypatch.setattr(preview, "PICTURE_MEM_BYTES", 100 << 20)
    result = make(files.png(5000, 5000), "png")
    assert (result.state, result.reason) == (UNAVAILABLE, "too_heavy")


def test_a_crash_without_a_page(make, monkeypatch):
    """A library that dies at once leaves a file without preview."""
    monkeypatch.setattr(
        sandbox, "run", lambda *a, **k: Outcome(failure="crash", detail="signal 11")
    )
    result = make(files.pdf(), "pdf")
    assert (result.state, result.reason) == (UNAVAILABLE, "failed")
    assert result.detail == "crash: signal 11"


def test_a_page_that_kills_its_child_is_left_out(make, out, monkeypatch):
    """The pages before and behind it are shown; the end is said to be partial."""
    real, calls = sandbox.run, []

    def deadly(target, args, **options):
        """Die on page 3 as a broken library would."""
        calls.append(args["first"])
        if args["first"] == 1:
            outcome = real(target, {**args, "last": 2}, **options)
            lines = (out / progress.FILE_NAME).read_text().splitlines()[:4]
            lines.append('{"begin": 3}')
            (out / progress.FILE_NAME).write_text("\n".join(lines) + '\n{"numb')
            assert outcome.ok
            return Outcome(failure="crash", detail="signal 11")
        return real(target, args, **options)

    monkeypatch.setattr(sandbox, "run", deadly)
    result = make(files.pdf("satu", "dua", "tiga", "empat", "lima"), "pdf")
    assert calls == [1, 4]
    assert (result.state, result.reason) == (PARTIAL, "some_pages")
    assert result.page_count == 5
    assert [page.number for page in result.pages] == [1, 2, 4, 5]
    assert [page.text for page in result.pages] == ["satu", "dua", "empat", "lima"]


def test_pages_that_kill_every_child_end_the_work(make, monkeypatch):
    """After a few restarts it is given up."""
    calls = []

    def deadly(target, args, *, out_dir, **options):
        calls.append(args["first"])
        with (out_dir / progress.FILE_NAME).open("a") as lines:
            lines.write(json.dumps({"begin": args["first"]}) + "\n")
        return Outcome(failure="crash")

    monkeypatch.setattr(sandbox, "run", deadly)
    result = make(files.pdf(), "pdf")
    assert calls == [1, 2, 3, 4]
    assert result.state == UNAVAILABLE


def test_what_the_child_says_is_not_believed(tmp_path):
    """A child that was taken over can name no file outside its folder."""
    (tmp_path / "page-1.webp").write_bytes(b"x")
    (tmp_path / "page-2.webp").symlink_to("/etc/passwd")
    image = '{"name": "%s", "width": 1, "height": 1, "size": 1}'
    names = ["page-1.webp", "page-2.webp", "../x", "/etc/passwd", "none.webp"]
    lines = [
        f'{{"number": {number}, "image": {image % name}}}'
        for number, name in enumerate(names, 1)
    ]
    lines += ["[]", "null", '{"number": "x"}', '{"number": 9, "image": 5}', "\udcff"]
    (tmp_path / progress.FILE_NAME).write_bytes(
        "\n".join(lines).encode(errors="surrogateescape")
    )
    pages, begun = progress.read(tmp_path)
    assert begun == 0
    assert [bool(pages[number].image) for number in range(1, 6)] == [
        True,
        False,
        False,
        False,
        False,
    ]


class TestWithoutConverter:
    """Machines without LibreOffice, or where it fails."""

    def test_missing(self, make, monkeypatch):
        """The text is shown, and that images are missing here."""
        monkeypatch.setattr(convert, "find_converter", lambda: "")
        result = make(files.docx(), "docx")
        assert (result.state, result.reason) == (PARTIAL, "no_converter")
        assert result.pages[0].text == "Maklumat pelayanan.\nKami sanggup melayani."
        assert result.pages[0].image is None
        assert result.converted == ""

    def test_it_hangs(self, make, out, monkeypatch, tmp_path):
        """The wall limit holds; nothing of it stays in the folder."""
        hanging = tmp_path / "hanging"
        hanging.write_text("#!/bin/sh\nexec sleep 60\n")
        hanging.chmod(0o755)
        monkeypatch.setattr(convert, "find_converter", lambda: str(hanging))
        monkeypatch.setattr(convert, "WALL_S", 0.3)
        start = time.monotonic()
        result = make(files.docx(), "docx")
        assert (result.state, result.reason) == (PARTIAL, "conversion_failed")
        assert result.pages[0].text.startswith("Maklumat")
        assert time.monotonic() - start < 5
        assert list(out.iterdir()) == []

    def test_it_fails(self, make, monkeypatch):
        """An exit status of its own is no crash of ours."""
        monkeypatch.setattr(convert, "find_converter", lambda: "/bin/false")
        assert make(files.xlsx(), "xlsx").reason == "conversion_failed"


def test_a_profile_of_its_own_each_time(make, out):
    """Nothing of the program's profile or the source stays beside the images."""
    result = make(files.docx(), "docx")
    assert result.state == READY
    names = {path.name for path in out.iterdir()}
    images = {"page-1.webp", "thumb-1.webp"}
    assert names == images | {"converted.pdf", progress.FILE_NAME}
    assert result.converted == "converted.pdf"
