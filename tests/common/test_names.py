"""Clean file names: safe on every system, recognisable, never empty."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wbk_portal.common.names import (
    MAX_BYTES,
    MAX_CHARS,
    MAX_ORIGINAL_CHARS,
    clean_name,
    escape_name,
    split_extension,
)


@pytest.mark.parametrize(
    ("original", "clean"),
    [
        ("SK Tim ZI 2026.pdf", "SK Tim ZI 2026.pdf"),
        ("../", "berkas"),
        ("..", "berkas"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Rina\\Dokumen\\SOP.docx", "SOP.docx"),
        ("surat\x00tugas.pdf", "surattugas.pdf"),
        ("surat\u202efdp.exe", "suratfdp.exe"),
        ("notula\u2028rapat.pdf", "notula rapat.pdf"),
        ("  rekap   SKM .xlsx", "rekap SKM.xlsx"),
        (".pdf", "berkas.pdf"),
        (".htaccess", "berkas.htaccess"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        ('a<b>c:d"e|f?g*h.pdf', "a_b_c_d_e_f_g_h.pdf"),
        ("laporan.pdf. . ", "laporan.pdf"),
        ("\udcff\udcfe.pdf", "berkas.pdf"),
        ("👩‍💻👍🏽.png", "👩‍💻👍🏽.png"),
        ("a\u200db.pdf", "ab.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("", "berkas"),
    ],
)
def test_clean_names(original, clean):
    """Each odd name becomes the expected clean one."""
    assert clean_name(original)[0] == clean


def test_255_bytes_of_emoji_keep_their_extension():
    """A long name is cut at the stem, between characters."""
    clean, _ = clean_name("😀" * 300 + ".docx")
    assert clean.endswith(".docx")
    assert len(clean.encode()) <= MAX_BYTES
    assert set(clean.removesuffix(".docx")) == {"😀"}


def test_the_original_shows_what_was_hidden():
    """Invisible characters of the original are written out, backslashes doubled."""
    assert (
        escape_name("a\u202eb\x00c\\d\udcff.pdf") == "a\\u202eb\\x00c\\\\d\\udcff.pdf"
    )


@given(st.text(alphabet=st.characters(), max_size=400))
@example("\ud800" * 300)
@example("." * 300)
@example("A\u0300" * 400)
@example("\U0001f3f4\u200d" * 300 + ".pdf")
def test_any_name_becomes_safe(original):
    """No input breaks a promise of clean_name."""
    clean, escaped = clean_name(original)
    assert clean
    assert clean not in {".", ".."}
    assert len(clean) <= MAX_CHARS
    assert len(clean.encode()) <= MAX_BYTES
    assert unicodedata.normalize("NFC", clean) == clean
    assert not set(clean) & set('/\\:*?"<>|\0')
    assert not clean.startswith((".", " "))
    assert not clean.endswith((".", " "))
    bad = {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.category(char) for char in clean} & bad
    assert "\u202e" not in clean
    assert "\0" not in escaped
    escaped.encode()
    assert len(escaped) <= MAX_ORIGINAL_CHARS
    assert clean_name(clean)[0] == clean


def test_split_extension():
    """Only a short ASCII ending with a letter counts as an extension."""
    assert split_extension("SK Tim.PDF") == ("SK Tim", ".PDF")
    assert split_extension("laporan v1.2") == ("laporan v1.2", "")
    assert split_extension("catatan") == ("catatan", "")
