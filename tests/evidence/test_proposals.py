"""Guessing the item from a file's name; and page ranges as people write them."""

import pytest
from django.core.exceptions import ValidationError

from evidence.services import proposals
from evidence.services.pages import clean_pages, first_page
from tests import factories


@pytest.fixture
def known(world):
    rows = factories.make_assessments(world.unit, world.period)
    slugs = {row.pk: slug for slug, row in rows.items()}
    return slugs, proposals.vocabulary(list(rows.values()))


@pytest.mark.django_db
def test_names_that_offices_give(known):
    slugs, words = known
    expected = {
        "SK Standar Pelayanan 2026.pdf": "06.01",
        "Maklumat Pelayanan ttd.pdf": "06.02",
        "foto maklumat loket.jpg": "06.02",
        "SOP Perizinan.pdf": "06.03",
        "usulan perubahan SOP.pdf": "06.05",
        "kompensasi keterlambatan.pdf": "06.09",
        "06.13 daftar kanal.pdf": "06.13",
        "WBK-06-19.pdf": "06.19",
        "SOP pengaduan.pdf": "06.14",
        "SK Tim Pengelola Pengaduan.pdf": "06.15",
        "register aduan 2026.xlsx": "06.16",
        "Notulen evaluasi pengaduan.pdf": "06.17",
        "Laporan SKM TW1 2026.pdf": "06.19",
        "RTL SKM.pdf": "06.21",
    }
    found = {name: slugs.get(proposals.propose(name, words)) for name in expected}
    assert found == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["scan001.pdf", "IMG_2033.jpg", "final rev 2.docx", "06.99.pdf", ".pdf", ""]
)
def test_names_that_say_nothing_propose_nothing(known, name):
    assert proposals.propose(name, known[1]) is None


def test_without_items_nothing_is_proposed():
    assert proposals.propose("SKM.pdf", proposals.build([])) is None


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", ""),
        ("3", "3"),
        ("3-7", "3–7"),
        ("3 – 7 , 12;15", "3–7, 12, 15"),
        ("5 s.d. 9", "5–9"),
        ("5sd9 & 11", "5–9, 11"),
        ("4-4", "4"),
        ("1\x00", "1"),
    ],
)
def test_pages_are_written_in_one_form(typed, written):
    assert clean_pages(typed) == written


@pytest.mark.parametrize("typed", ["satu", "7-3", "0", "1-", "hal 3", "3.5", "1" * 6])
def test_what_is_no_page_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_pages(typed)


@pytest.mark.parametrize(("pages", "first"), [("", None), ("3–7, 12", 3), ("12", 12)])
def test_the_first_page_is_where_a_file_opens(pages, first):
    assert first_page(pages) == first
