"""The two words that differ by institution: only the settings say them."""

import re

from django.conf import settings

from wbk_portal.common import catalogue
from wbk_portal.common.terms import KNOWN_EVIDENCE_TERMS, KNOWN_UNIT_TERMS

ROOT = settings.BASE_DIR

NAMES = {
    "bukti dukung",
    "Bukti dukung",
    "unit kerja",
    "jenis bukti dukung",
    "jenis bukti dukung yang diharapkan",
    "Versi bukti dukung tidak dapat diubah; tambahkan versi baru.",
    "Bukti dukung ini sudah dipakai pada butir itu.",
}
"""The words themselves, names of models, and what migrations and guards hold."""

SKIPPED = {"tests", "benchmarks", ".venv", ".venv-run"}

WRITTEN_OUT = {
    "Ada bukti dukung dengan versi baru yang perlu ditinjau ulang.",
    "Anda tidak dapat menilai unit kerja Anda sendiri.",
    "Belum ada jawaban dan bukti dukung.",
    "Bukti dukung punya versi baru yang perlu ditinjau ulang.",
    "Bukti dukung sudah ada, jawaban belum dipilih.",
    "Jawaban sudah dipilih, bukti dukung belum ada.",
    "Penjelasan paling panjang %(limit_value)d huruf; tulisan Anda %(show_value)d "
    "huruf. Pindahkan rinciannya ke dokumen bukti dukung.",
    "Pilih bukti dukung dari satu pengajuan.",
    "Tambahkan sedikitnya satu bukti dukung.",
    "Tandai dulu %(count)d bukti dukung: sesuai atau tidak sesuai.",
    "Unit mengisi jawaban, mengunggah bukti dukung, dan mengajukan.",
}
"""Sentences in which the setting has no say yet. The set may only shrink."""


def test_no_source_has_another_variant():
    own = {"bukti dukung", "unit kerja"}
    others = {*KNOWN_EVIDENCE_TERMS, *KNOWN_UNIT_TERMS, "OPD"} - own
    assert others == {"eviden", "data dukung", "satuan kerja", "OPD"}
    variant = re.compile(rf"\b(?:{'|'.join(sorted(others))})\b", re.IGNORECASE)
    files = [
        *(ROOT / "templates").rglob("*.*"),
        *(ROOT / "static" / "js").rglob("*.js"),
        *(path for path in ROOT.glob("*/**/*.py") if path.parts[-2] != "migrations"),
    ]
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files
        if path.relative_to(ROOT).parts[0] not in SKIPPED and path.name != "terms.py"
        for match in variant.finditer(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_new_sentence_writes_a_word_out():
    """Templates have tags for the words, modules have functions."""
    words = re.compile("bukti dukung|unit kerja", re.IGNORECASE)
    written = {
        text
        for message in catalogue.collect(ROOT)
        for text in ([message.id] if isinstance(message.id, str) else message.id)
        if words.search(text)
    }
    assert written - NAMES - WRITTEN_OUT == set()
