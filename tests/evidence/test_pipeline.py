"""Previews of files that real programs made: readable, small, without secrets."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from evidence.pipeline import EAGER_PAGES, PARTIAL, READY, make_preview, render_pages
from evidence.pipeline.messages import REASONS, reason_message
from tests import files, realfiles
from wbk_portal.common.filegate import inspect

LIMIT = 40_000


@pytest.fixture
def out(tmp_path):
    """An empty folder for images."""
    folder = tmp_path / "hasil"
    folder.mkdir()
    return folder


def preview_of(data, kind, out, **options):
    """Store bytes outside the output folder and preview them."""
    path = out.parent / "berkas"
    path.write_bytes(data)
    return make_preview(path, kind=kind, out_dir=out, **options)


def pictures(preview, out):
    """Return the images of a preview, decoded; each is checked against its words."""
    found = []
    for page in preview.pages:
        for image in (page.image, page.thumb):
            if image is None:
                continue
            path = out / image.name
            assert path.stat().st_size == image.size <= LIMIT
            decoded = Image.open(path, formats=["WEBP"])
            decoded.load()
            assert decoded.size == (image.width, image.height)
            assert not decoded.getexif()
            found.append(decoded)
    return found


@pytest.mark.parametrize("name", realfiles.NAMES)
def test_real_files_come_in_and_are_readable(name, out):
    """Through the gate, then a page image and, where there is any, the text."""
    data, kind = realfiles.get(name), realfiles.kind_of(name)
    file_name = realfiles.file_name(name)
    accepted = inspect(
        io.BytesIO(data), name=file_name, size=len(data), max_bytes=50 << 20
    )
    assert (accepted.kind, accepted.clean_name) == (kind, file_name)
    preview = preview_of(data, kind, out, last=2)
    assert (preview.state, preview.reason) == (READY, "")
    images = pictures(preview, out)
    assert max(images[0].size) >= 450
    assert len(images[0].convert("L").histogram()) == 256
    assert images[0].convert("L").getextrema()[0] < 128  # something is drawn
    assert max(images[1].size) <= 400  # the thumbnail
    text = preview.pages[0].text
    expected = {
        "xlsx": "Persyaratan\t3.42\t31/03/2026",
        "strict_xlsx": "Persyaratan\t3.42\t31/03/2026",
        "pptx": "Inovasi antrean daring",
        "long_pdf": "Bagian 1",
        "scan": "",
        "phone_photo": "",
        "heic": "",
    }.get(name, "sanggup menyelenggarakan pelayanan")
    assert expected in text
    assert preview.facts["has_text"] is bool(expected)


def test_a_long_report(out):
    """200 pages: images of the first ones now, of others on demand, text of all."""
    data = realfiles.get("long_pdf")
    preview = preview_of(data, "pdf", out)
    assert (preview.state, preview.page_count) == (READY, 200)
    assert [page.number for page in preview.pages] == list(range(1, 201))
    assert all(
        f"nomor {page.number} " in " ".join(page.text.split()) for page in preview.pages
    )
    with_image = [page.number for page in preview.pages if page.image]
    assert with_image == list(range(1, EAGER_PAGES + 1))
    assert [page.number for page in preview.pages if page.thumb] == [1]
    sizes = sorted(page.image.size for page in preview.pages if page.image)
    assert sizes[len(sizes) // 2] <= LIMIT
    later = out.parent / "nanti"
    later.mkdir()
    more = render_pages(out.parent / "berkas", out_dir=later, first=150, last=151)
    assert [page.number for page in more.pages] == [150, 151]
    assert all(page.image and not page.text for page in more.pages)
    assert len(pictures(more, later)) == 2
    end = out.parent / "akhir"
    end.mkdir()
    more = render_pages(out.parent / "berkas", out_dir=end, first=200, last=260)
    assert [page.number for page in more.pages] == [200]


def test_a_phone_photograph_stands_upright_and_tells_no_place(out):
    """The turn is applied; position and device are not in the image."""
    data = realfiles.get("phone_photo")
    original = Image.open(io.BytesIO(data))
    assert original.getexif().get_ifd(0x8825)  # the position is in the original
    assert original.height > original.width
    preview = preview_of(data, "jpg", out)
    page, thumb = pictures(preview, out)
    assert page.width > page.height
    green = page.getpixel((page.width // 24 * 2, page.height // 18 * 3))
    assert green[1] > green[0]  # the sign hangs on the upper left
    raw = (out / "page-1.webp").read_bytes() + (out / "thumb-1.webp").read_bytes()
    assert b"Exif" not in raw
    assert b"Ponsel" not in raw
    assert thumb.width == 200


def test_a_signature_is_remarked(out):
    """Signed files are told apart; an update after the end is no damage."""
    preview = preview_of(realfiles.get("signed_pdf"), "pdf", out)
    assert preview.facts["signatures"] == 1
    assert preview.facts["javascript"] is False
    assert preview.facts["attachments"] == 0


def test_a_capture_of_a_whole_web_page_becomes_pages(out):
    """A picture far taller than wide is cut into slices that can be read."""
    preview = preview_of(files.png(800, 4000), "png", out)
    assert (preview.state, preview.page_count) == (READY, 4)
    assert [page.image.height for page in preview.pages] == [1131, 1131, 1131, 607]
    longer = out.parent / "panjang"
    longer.mkdir()
    preview = preview_of(files.png(100, 9000), "png", longer)
    assert preview.state == PARTIAL
    assert preview.reason == "some_pages"


@pytest.mark.parametrize(
    ("mode", "form"),
    [("I;16", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("1", "PNG"), ("CMYK", "JPEG")],
)
def test_every_colour_model_is_shown(mode, form, out):
    """Grey of 16 bit, palettes, transparency, print colours."""
    source = Image.linear_gradient("L").resize((300, 300))
    if mode == "I;16":
        image = Image.new("I;16", (300, 300))
        image.paste(65535, (0, 150, 300, 300))
    elif mode == "P":
        image = source.convert("RGB").quantize(16)
    else:
        image = source.convert(mode)
    data = io.BytesIO()
    image.save(data, form)
    preview = preview_of(data.getvalue(), "png" if form == "PNG" else "jpg", out)
    page = pictures(preview, out)[0].convert("L")
    top, bottom = page.getpixel((150, 5)), page.getpixel((150, 290))
    assert top < 60
    assert bottom > 190


def test_transparency_lies_on_white(out):
    """A logo on nothing is a logo on paper."""
    data = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(data, "PNG")
    preview = preview_of(data.getvalue(), "png", out)
    assert pictures(preview, out)[0].getpixel((9, 9)) == (255, 255, 255)


def test_answers_in_a_form_are_drawn(out):
    """What was typed into a PDF form belongs to the page."""
    plain = preview_of(files.pdf("Nama:"), "pdf", out)
    bare = (out / plain.pages[0].image.name).read_bytes()
    filled = out.parent / "isi"
    filled.mkdir()
    preview = preview_of(files.pdf_form("Nama:", "Rina Astuti"), "pdf", filled)
    assert preview.state == READY
    assert (filled / preview.pages[0].image.name).read_bytes() != bare


def test_the_web_process_loads_none_of_the_libraries():
    """Importing the pipeline costs no memory: the children load what they need."""
    code = (
        "import sys; import evidence.pipeline, evidence.pipeline.convert\n"
        "print(sorted({'PIL', 'pypdfium2', 'defusedxml', 'zipfile', 'pillow_heif',"
        " 'django'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = done.stdout.strip()
    assert loaded in {"[]", "['zipfile']"}  # shutil may load zipfile


def test_every_reason_has_a_sentence():
    """And each fits the column that keeps it."""
    for reason in REASONS:
        text = reason_message(reason)
        assert text.endswith(".")
        assert len(text) <= 300
    assert reason_message("") == ""
