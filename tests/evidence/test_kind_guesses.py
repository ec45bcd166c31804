"""Guessing the kind from a file's name: what an item expects, else a generic kind."""

import pytest

from evidence.kind_choices import read_kinds
from indicators.models import EvidenceKind
from tests import factories

pytestmark = pytest.mark.django_db


def guessed(slug, name):
    item = factories.get_item(slug)
    kinds = read_kinds([item.pk])
    ending = name.rsplit(".", 1)[-1].lower()
    return kinds.kinds[kinds.guess(name, ending, item)].key


@pytest.mark.parametrize(
    ("slug", "name", "key"),
    [
        ("06.01", "SK Standar Pelayanan 2026.pdf", "sk_standar_pelayanan"),
        ("06.01", "daftar jenis layanan.xlsx", "daftar_jenis_layanan"),
        ("06.02", "Maklumat Pelayanan ttd.pdf", "maklumat_bertanda_tangan"),
        ("06.02", "SK Maklumat Pelayanan.pdf", "sk_maklumat"),
        ("06.02", "foto maklumat loket.jpg", "foto_maklumat"),
        ("06.02", "maklumat di ruang tunggu.jpg", "foto_maklumat"),
        ("06.02", "screenshot publikasi standar.png", "tangkapan_publikasi_standar"),
        ("06.03", "SOP Perizinan.pdf", "sop_layanan"),
        ("06.04", "Notulen rapat reviu SOP.docx", "bukti_rapat_reviu"),
        ("06.04", "Laporan reviu SOP 2026.pdf", "laporan_reviu"),
        ("06.05", "usulan perubahan SOP.pdf", "surat_usulan_perubahan"),
        ("06.06", "Absensi pelatihan.pdf", "bukti_pelatihan"),
        ("06.11", "Denah.pdf", "denah_layanan"),
        ("06.13", "foto kotak pengaduan.jpg", "foto_sarana_pengaduan"),
        ("06.13", "06.13 daftar kanal.pdf", "daftar_kanal_pengaduan"),
        ("06.14", "SOP pengaduan.pdf", "sop_pengaduan"),
        ("06.14", "flowchart pengaduan.pdf", "alur_pengaduan"),
        ("06.15", "SK Tim Pengelola Pengaduan.pdf", "sk_tim_pengaduan"),
        ("06.15", "Surat Tugas admin SP4N.pdf", "surat_tugas_sp4n"),
        ("06.16", "register aduan 2026.xlsx", "register_pengaduan"),
        ("06.17", "Notulen evaluasi pengaduan.pdf", "notula_evaluasi"),
        ("06.19", "Laporan SKM TW1 2026.pdf", "laporan_skm"),
        ("06.19", "kuisioner.docx", "kuesioner_skm"),
        ("06.21", "RTL SKM.pdf", "rencana_tindak_lanjut"),
    ],
)
def test_what_the_item_expects(catalogue, slug, name, key):
    assert guessed(slug, name) == key


@pytest.mark.parametrize(
    ("slug", "name", "key"),
    [
        # A photograph is neither a decree nor a procedure.
        ("06.01", "IMG_2033.jpg", "foto"),
        ("06.01", "SK Standar Pelayanan.jpg", "foto"),
        ("06.03", "SOP Perizinan.heic", "foto"),
        ("06.02", "IMG_2033.jpg", "foto"),
        ("06.02", "20260312_101500.png", "tangkapan_layar"),
        # The sort of paper fits, what it is about does not.
        ("06.01", "SK.pdf", "keputusan"),
        ("06.01", "SK Pengangkatan Pegawai.pdf", "keputusan"),
        ("06.14", "SOP Perizinan.pdf", "sop"),
        ("06.10", "KEPUTUSAN_PENETAPAN_STANDAR_PELAYANAN.pdf", "keputusan"),
        ("06.19", "Laporan keuangan.pdf", "laporan"),
        ("06.15", "surat masuk.pdf", "surat"),
        ("06.11", "foto loket.jpg", "foto_layanan_terpadu"),
    ],
)
def test_else_the_generic_kind_of_its_sort(catalogue, slug, name, key):
    assert guessed(slug, name) == key


@pytest.mark.parametrize(
    "name",
    ["scan001.pdf", "final rev 2.docx", ".pdf", "Berkas 12.pdf", "anggaran.xlsx"],
)
@pytest.mark.parametrize("slug", ["06.01", "06.02", "06.13", "06.19"])
def test_a_name_that_says_nothing_is_of_no_kind(catalogue, slug, name):
    assert guessed(slug, name) == EvidenceKind.OTHER


def test_the_units_own_name_tells_nothing(catalogue):
    item = factories.get_item("06.02")
    kinds = read_kinds([item.pk])
    name = "Maklumat Pelayanan Kantor Perizinan Semarang 2026.pdf"
    found = [
        kinds.kinds[kinds.guess(name, "pdf", item, unit)].key
        for unit in ("Kantor Perizinan Semarang", "Balai Uji Medan")
    ]
    assert found == ["maklumat_bertanda_tangan", EvidenceKind.OTHER]


def test_without_an_item_only_generic_kinds_are_guessed(catalogue):
    kinds = read_kinds([])
    found = kinds.kinds[kinds.guess("SK Standar Pelayanan.pdf", "pdf", None)]
    assert found.key == "keputusan"


def test_no_file_name_is_taken_for_a_web_address(catalogue):
    assert guessed("06.20", "alamat web hasil survei.pdf") != "tautan_web"


def test_the_choice_names_every_kind_once(catalogue):
    item = factories.get_item("06.02")
    groups = read_kinds([item.pk]).groups(item.pk)
    values = [choice.value for group in groups for choice in group.choices]
    assert len(values) == len(set(values)) == EvidenceKind.objects.count()
    assert groups[0].label == "Diharapkan untuk butir ini"
    assert len(groups[0].choices) == 4
