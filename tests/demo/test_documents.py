"""The documents: the same bytes every time, readable, fitting, and right in figures."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import defusedxml.ElementTree
import pypdfium2
import pytest
import python_calamine
from django.conf import settings
from PIL import Image

from wbk_portal.demo.documents import (
    FAULTS,
    KINDS,
    DemoFile,
    build,
    faults_for,
    kinds_for,
)
from wbk_portal.demo.documents.facts import Facts
from wbk_portal.demo.documents.survey import grade
from wbk_portal.demo.documents.typeset import _press
from wbk_portal.demo.institution import build_institution
from wbk_portal.demo.plan import ITEMS, evidence_plan, files_of

from .test_institution import catalogue

INSTITUTION = build_institution()
SEMARANG = INSTITUTION.unit("KP-SMG")
YEAR = 2026


def made(kind: str, **more) -> DemoFile:
    """A document of the main unit, unless something else is asked for."""
    return build(kind, **{"unit": SEMARANG, "year": YEAR, **more})


def pdf_text(content: bytes) -> str:
    """All text of a PDF."""
    pdf = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def office_text(content: bytes) -> str:
    """All text of a DOCX or PPTX; every XML part must be well-formed."""
    words = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = defusedxml.ElementTree.fromstring(archive.read(name))
                words += [
                    n.text for n in root.iter() if n.tag.endswith("}t") and n.text
                ]
    return "\n".join(words)


def sheet_rows(content: bytes) -> list[list]:
    """Rows of the first sheet."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def check_opens(file: DemoFile) -> None:
    """Read a file to its end with the library that fits it."""
    ending = file.name.rsplit(".", 1)[1]
    if ending == "pdf":
        pdf = pypdfium2.PdfDocument(file.bytes)
        assert 1 <= len(pdf) <= 12
        pdf.close()
    elif ending in {"jpg", "png"}:
        with Image.open(io.BytesIO(file.bytes)) as picture:
            picture.load()
            assert picture.width >= 300
    elif ending == "xlsx":
        assert len(sheet_rows(file.bytes)) >= 3
    else:
        assert len(office_text(file.bytes)) > 300


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_opens_and_is_the_same_twice(kind):
    unit = INSTITUTION.assessed_units[sorted(KINDS).index(kind) % 28]
    file = made(kind, unit=unit)
    check_opens(file)
    assert made(kind, unit=unit) == file
    assert file.document_date is not None
    assert date(2025, 12, 31) < file.document_date < date(2026, 10, 31)
    assert file.document_date.weekday() < 5
    if file.covers_from and file.covers_until:
        assert file.covers_from <= file.covers_until
    assert 0 < len(file.title) <= 200
    assert re.fullmatch(r"[^/\\\x00-\x1f]{5,120}", file.name)
    assert "{" not in file.name + file.title
    assert (file.url != "") == (file.seen_on is not None)


def test_a_fresh_compiler_gives_the_same_bytes():
    kinds = ("laporan_skm", "foto_maklumat", "tangkapan_info_daring", "notula_reviu")
    before = [made(kind).bytes for kind in kinds]
    _press.cache_clear()
    assert [made(kind).bytes for kind in kinds] == before


def test_another_process_gives_the_same_bytes():
    code = (
        "import hashlib\n"
        "from wbk_portal.demo.documents import build\n"
        "from wbk_portal.demo.institution import build_institution\n"
        "unit = build_institution().unit('KP-SMG')\n"
        "for kind in ('laporan_reviu', 'register_pengaduan', 'paparan_inovasi'):\n"
        "    file = build(kind, unit=unit, year=2026)\n"
        "    print(hashlib.sha256(file.bytes).hexdigest())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONHASHSEED": "123"},
        text=True,
    )
    assert result.stdout.split() == [
        hashlib.sha256(made(kind).bytes).hexdigest()
        for kind in ("laporan_reviu", "register_pengaduan", "paparan_inovasi")
    ]


def test_units_and_years_and_seeds_differ():
    other = INSTITUTION.unit("KP-MKS")
    for kind in ("sk_standar_pelayanan", "laporan_skm", "register_pengaduan"):
        file = made(kind).bytes
        assert made(kind, unit=other).bytes != file
        assert made(kind, year=2025).bytes != file
        assert made(kind, seed=7).bytes != file


def test_every_item_has_kinds_that_fit_it():
    found = catalogue()
    for item in ITEMS:
        kinds = {kind.kind_key for kind in kinds_for(item.slug)}
        expected = {entry["key"] for entry in found[item.slug]["entry"]["kinds"]}
        if item.slug == "LKE-II.i.b":
            assert "daftar_layanan_dipermudah" in kinds
        else:
            assert expected <= kinds, item.slug
    assert len(KINDS) >= 60


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_can_be_made(fault):
    kinds = [kind for kind in KINDS.values() if fault in faults_for(kind)]
    assert kinds
    kind = kinds[0].key
    file = made(kind, fault=fault)
    check_opens(file)
    assert made(kind, fault=fault) == file


def test_a_fault_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="sideways"):
        made("laporan_skm", fault="sideways")
    with pytest.raises(KeyError):
        made("surat_cinta")


def test_last_years_paper_hides_under_this_years_cover():
    file = made("laporan_skm_tw2", fault="last_year")
    text = pdf_text(file.bytes)
    assert "Triwulan II Tahun 2026" in text
    assert "30 Juni 2025" in text
    assert file.document_date.year == 2026


def test_without_signature_the_ink_is_missing_but_not_the_name():
    signed, bare = made("sk_tim_pengaduan"), made("sk_tim_pengaduan", fault="unsigned")
    assert "Bagus Wibisono" in pdf_text(bare.bytes)
    assert len(bare.bytes) < len(signed.bytes)
    assert bare.name == signed.name


def test_a_scan_has_pages_but_no_text():
    file = made("sk_tim_pengaduan", fault="scan")
    assert pdf_text(file.bytes).strip() == ""
    assert len(pypdfium2.PdfDocument(file.bytes)) == 2
    assert made("daftar_hadir_pindai").name.startswith("Scan")
    assert pdf_text(made("daftar_hadir_pindai").bytes).strip() == ""


def test_a_duplicate_has_the_same_bytes_under_another_name():
    first = made("foto_sarana_pengaduan")
    copy = made("foto_sarana_pengaduan", fault="duplicate")
    assert copy.bytes == first.bytes
    assert copy.name != first.name
    assert copy.title != first.title


def test_a_copied_template_names_the_other_unit():
    file = made("rencana_ti", fault="wrong_unit")
    text = pdf_text(file.bytes)
    assert INSTITUTION.sibling(SEMARANG).name in text
    assert INSTITUTION.sibling(SEMARANG).name not in pdf_text(made("rencana_ti").bytes)


def test_photographs_lie_on_their_side_or_are_too_small():
    upright = Image.open(io.BytesIO(made("foto_info_luring").bytes))
    lying = Image.open(io.BytesIO(made("foto_info_luring", fault="sideways").bytes))
    assert upright.size == tuple(reversed(lying.size))
    small = made("foto_maklumat", fault="low_resolution")
    assert Image.open(io.BytesIO(small.bytes)).width < 400
    assert len(small.bytes) < 20_000


def test_photographs_carry_a_day_and_no_position():
    picture = Image.open(io.BytesIO(made("foto_layanan_terpadu").bytes))
    exif = picture.getexif()
    assert exif[0x0132].startswith("2026:")
    assert 0x8825 not in exif


def test_the_survey_report_recomputes():
    for unit in INSTITUTION.assessed_units[::5]:
        survey = Facts(unit=unit, year=YEAR, seed=6).surveys[3]
        answers = [person.answers for person in survey.respondents]
        assert all(len(a) == 9 and set(a) <= {1, 2, 3, 4} for a in answers)
        means = [Fraction(sum(a[i] for a in answers), len(answers)) for i in range(9)]
        exact = sum(means) / 9 * 25
        index = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        assert survey.index == index
        assert survey.grade == grade(index)
        text = pdf_text(build("laporan_skm", unit=unit, year=YEAR).bytes)
        shown = str(index).replace(".", ",")
        assert f"{shown}, mutu {survey.grade[0]}" in text.replace("\r\n", " ")
        for mean in means:
            three = (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(
                Decimal("0.001"), ROUND_HALF_UP
            )
            assert str(three).replace(".", ",") in text
        poster = pdf_text(build("poster_skm", unit=unit, year=YEAR).bytes)
        assert shown in poster


def test_the_direction_of_change_follows_the_sign():
    for unit in INSTITUTION.assessed_units:
        before, after = Facts(unit=unit, year=YEAR, seed=6).surveys[2:]
        text = pdf_text(build("laporan_skm", unit=unit, year=YEAR).bytes)
        change = after.index - before.index
        word = "naik" if change > 0 else "turun" if change < 0 else "tetap"
        assert f"IKM {word}" in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("index", "letter"),
    [
        ("64.99", "D"),
        ("65.00", "C"),
        ("76.60", "C"),
        ("76.61", "B"),
        ("88.30", "B"),
        ("88.31", "A"),
    ],
)
def test_grades_at_their_bounds(index, letter):
    assert grade(Decimal(index))[0] == letter


def test_the_sheet_of_answers_gives_the_same_index():
    survey = Facts(unit=SEMARANG, year=YEAR, seed=6).surveys[3]
    rows = sheet_rows(made("data_responden").bytes)
    answers = [row[6:15] for row in rows if isinstance(row[0], float)]
    assert len(answers) == survey.valid
    assert tuple(sum(column) for column in zip(*answers, strict=True)) == survey.sums
    assert float(survey.index) in [row[6] for row in rows]


def test_the_standard_has_its_fourteen_components_for_every_service():
    text = pdf_text(made("sk_standar_pelayanan").bytes)
    for component in (
        "Persyaratan",
        "Jangka waktu penyelesaian",
        "Biaya/tarif",
        "Dasar hukum",
        "Jaminan pelayanan",
        "Evaluasi kinerja pelaksana",
    ):
        assert text.count(component) >= len(SEMARANG.services)
    for service in SEMARANG.services:
        assert service.name in text


def test_register_and_report_count_the_same_complaints():
    facts = Facts(unit=SEMARANG, year=YEAR, seed=6)
    rows = sheet_rows(made("register_pengaduan").bytes)
    numbers = [row[0] for row in rows if re.fullmatch(r"\d{3}/2026", str(row[0]))]
    assert numbers == [complaint.number for complaint in facts.complaints]
    report = pdf_text(made("laporan_evaluasi_pengaduan").bytes)
    late = [c.number for c in facts.complaints if not c.on_time]
    assert all(number in report for number in late)
    assert str(len(facts.complaints)) in report
    for complaint in facts.complaints:
        assert complaint.received.year == YEAR
        if complaint.answered:
            assert complaint.answered > complaint.received


def test_higher_units_have_papers_for_those_below():
    for code in ("BKAN", "KW-SUL"):
        unit = INSTITUTION.unit(code)
        shared = evidence_plan(unit, YEAR)
        assert shared
        for entry in shared:
            [file] = files_of(entry, unit)
            check_opens(file)
            text = re.sub(r"\s+", " ", pdf_text(file.bytes))
            assert unit.name.upper() in text


def test_two_versions_differ_and_the_second_is_sound():
    entry = next(
        entry
        for entry in evidence_plan(SEMARANG, YEAR)
        if entry.versions == 2 and entry.kind == "laporan_reviu"
    )
    [first] = files_of(entry, SEMARANG, number=1)
    [last] = files_of(entry, SEMARANG)
    assert first.bytes != last.bytes
    assert last == build("laporan_reviu", unit=SEMARANG, year=YEAR)
    with pytest.raises(ValueError, match="KP-SMG"):
        files_of(entry, INSTITUTION.unit("KP-MDN"))


def test_pages_of_a_link_exist_in_the_paper():
    for code in ("KP-SMG", "KT-PKU", "LP-AMQ"):
        unit = INSTITUTION.unit(code)
        for entry in evidence_plan(unit, YEAR):
            pages = [pages for _slug, pages in entry.items if pages]
            if not pages or entry.owner != code:
                continue
            count = len(pypdfium2.PdfDocument(files_of(entry, unit)[0].bytes))
            assert all(int(part) <= count for p in pages for part in p.split("-"))


def test_every_paper_says_that_it_is_an_example():
    for kind in ("sk_standar_pelayanan", "laporan_skm", "maklumat_bertanda_tangan"):
        assert "lembaga rekaan" in pdf_text(made(kind).bytes)
    assert "lembaga rekaan" in office_text(made("notula_reviu").bytes)


def test_facts_do_not_depend_on_the_order_of_questions():
    one = Facts(unit=SEMARANG, year=YEAR, seed=6)
    two = replace(one)
    first = (one.date("x", 2, 9), one.complaints, one.trainings)
    second = (two.trainings, two.complaints, two.date("x", 2, 9))
    assert first == tuple(reversed(second))
