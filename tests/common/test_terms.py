"""The two words that differ by institution: only the settings say them."""

import re

import pytest
from django.conf import settings

from indicators.models import State
from tests import factories
from wbk_portal.common import catalogue
from wbk_portal.common.terms import (
    KNOWN_EVIDENCE_TERMS,
    KNOWN_UNIT_TERMS,
    with_terms,
)

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

PORTAL_NAMES = {"Portal Bukti", "Portal Bukti Zona Integritas"}
"""The portal's own name is no term of an institution."""


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
    words = re.compile(r"\bbukti\b|unit kerja", re.IGNORECASE)
    written = {
        text
        for message in catalogue.collect(ROOT)
        for text in ([message.id] if isinstance(message.id, str) else message.id)
        if words.search(text)
    }
    assert written - NAMES - PORTAL_NAMES == set()


def test_sentences_follow_the_settings(settings):
    settings.TERM_EVIDENCE, settings.TERM_WORK_UNIT = "eviden", "satuan kerja"
    text = "%(Term)s dan %(term)s, %(Work_unit)s dan %(work_unit)s, %(n)s"
    filled = "Eviden dan eviden, Satuan kerja dan satuan kerja, 3"
    assert with_terms(text, n=3) == filled


@pytest.mark.django_db
def test_pages_of_an_institution_with_other_words_say_only_those(
    settings, world, people, client_for
):
    """Sentences of rules and of lists too, which no template writes."""
    settings.TERM_EVIDENCE, settings.TERM_WORK_UNIT = "eviden", "satuan kerja"
    made = factories.make_assessments(world.unit, world.period)
    evidence = factories.make_evidence(
        world.unit, by=people["operator"], title="SK", link_to=[made["06.01"]]
    )
    factories.make_tray_file(people["operator"], world.unit)
    factories.make_round(made["06.02"], by=people["operator"], state=State.UNDER_REVIEW)
    pages = {
        "operator": [
            "/2026/unit/PN-SKM/",
            "/2026/unit/PN-SKM/06.01/",
            "/2026/unit/PN-SKM/06.03/",
            "/unggah/PN-SKM/",
            "/bukti/",
            f"/bukti/{evidence.pk}/",
        ],
        "head": ["/2026/unit/PN-SKM/persetujuan/"],
        "assessor": ["/2026/penilaian/", "/2026/penilaian/PN-SKM/06.02/"],
        "administrator": ["/periode/2026/", "/unit-kerja/", "/orang/"],
    }
    for name, addresses in pages.items():
        client = client_for(name)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, address
            shown = re.sub(r'lang="id"[^<]*', "", answer.content.decode())
            shown = re.sub(r"<[^>]*>", " ", shown)
            found = re.findall(r".{40}bukti dukung.{20}|.{40}unit kerja.{20}", shown)
            assert found == [], address
