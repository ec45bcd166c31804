"""Which documents every unit keeps, for which items, and with which mistakes."""

from __future__ import annotations

import random
from collections.abc import Container
from enum import StrEnum

from wbk_portal.demo.documents import KINDS, DemoFile, build, faults_for
from wbk_portal.demo.documents.summaries import ALL_ITEMS
from wbk_portal.demo.institution import DemoUnit, UnitKind
from wbk_portal.demo.profiles import OPEN_YEAR

from .items import BY_SLUG
from .states import unit_plan
from .types import PlannedAnswer, PlannedEvidence

Links = tuple[tuple[str, str], ...]
_Row = tuple[str, tuple[str, ...], str]


class Detail(StrEnum):
    """How many documents a unit gets: all kinds, about seventeen, or a handful."""

    FULL = "full"
    MEDIUM = "medium"
    SLIM = "slim"


_FULL_UNITS = {"KP-SMG"}
_MEDIUM_UNITS = {"KP-MKS", "KP-DJJ", "KT-PKU", "LP-SBY", "BP-YYK"}

# Evidence: kind, further files of the same evidence, items with pages ("06.01:1-2").
_FULL: tuple[_Row, ...] = (
    ("sk_standar_pelayanan", (), "06.01 LKE-I.i.d:1-3"),
    ("daftar_jenis_layanan", (), "06.01 06.11"),
    ("maklumat_bertanda_tangan", (), "06.02 LKE-I.i.d"),
    ("sk_maklumat", (), "06.02"),
    ("foto_maklumat", (), "06.02"),
    ("tangkapan_publikasi_standar", (), "06.02 LKE-I.i.d 06.07"),
    ("sop_layanan", ("sop_layanan_kedua",), "06.03"),
    ("sop_layanan_docx", (), "06.03"),
    ("matriks_sop_layanan", (), "06.03"),
    (
        "notula_reviu",
        ("undangan_reviu", "daftar_hadir_pindai", "foto_rapat_reviu"),
        "06.04 LKE-I.i.c",
    ),
    ("laporan_reviu", (), "06.04 LKE-I.i.c:2-3"),
    ("dokumen_sebelum_sesudah", (), "06.04 LKE-I.i.c"),
    ("surat_usulan_perubahan", (), "06.05"),
    ("rancangan_sop", (), "06.05"),
    ("tanggapan_usulan", (), "06.05"),
    ("jadwal_pelatihan", (), "06.06"),
    (
        "sertifikat_pelatihan",
        ("foto_pelatihan", "materi_pelatihan"),
        "06.06",
    ),
    ("laporan_pelatihan", (), "06.06"),
    ("monev_kompetensi", (), "06.06 06.08"),
    ("tangkapan_info_daring", (), "06.07"),
    ("tangkapan_sippn", (), "06.07"),
    ("foto_info_luring", (), "06.07"),
    ("tautan_web_layanan", (), "06.07 LKE-I.i.d"),
    ("kebijakan_reward_sanksi", (), "06.08"),
    ("hasil_penilaian_petugas", (), "06.08"),
    ("bukti_penghargaan", (), "06.08"),
    ("bukti_sanksi_nihil", (), "06.08"),
    ("kebijakan_kompensasi", (), "06.09"),
    ("pengumuman_kompensasi", (), "06.09"),
    ("catatan_kompensasi", (), "06.09"),
    ("profil_inovasi", ("paparan_inovasi",), "06.10 LKE-II.i.a"),
    ("sk_inovasi", (), "06.10"),
    ("data_dampak_inovasi", (), "06.10 LKE-II.i.a"),
    ("bukti_replikasi", (), "06.10"),
    ("daftar_layanan_dipermudah", (), "LKE-II.i.b 06.10"),
    ("foto_layanan_terpadu", (), "06.11"),
    ("denah_layanan", (), "06.11"),
    ("tangkapan_sistem_terintegrasi", (), "06.12 LKE-I.v.b"),
    ("daftar_integrasi_sistem", (), "06.12 LKE-I.v.b"),
    ("daftar_kanal_pengaduan", (), "06.13 06.18 LKE-II.ii.a"),
    ("profil_sp4n", (), "06.13 06.15"),
    ("foto_sarana_pengaduan", (), "06.18"),
    ("tangkapan_kanal_daring", (), "06.18 06.13 LKE-II.ii.a"),
    ("alur_pengaduan", (), "06.14 06.13"),
    ("sk_tim_pengaduan", (), "06.15 06.13:2"),
    ("surat_tugas_sp4n", (), "06.15"),
    ("tangkapan_akses_admin", (), "06.15"),
    ("register_pengaduan", (), "06.16 LKE-II.ii.a 06.17"),
    ("surat_tindak_lanjut", (), "06.16"),
    ("laporan_perbaikan_layanan", (), "06.16 06.21 LKE-II.i.a"),
    ("laporan_evaluasi_pengaduan", (), "06.17 LKE-II.ii.a:2"),
    ("notula_evaluasi", (), "06.17"),
    ("laporan_skm_tw4", (), "06.19"),
    ("laporan_skm_tw1", (), "06.19"),
    ("laporan_skm_tw2", (), "06.19"),
    ("laporan_skm", (), "06.19 06.21:5"),
    ("kuesioner_skm", ("poster_qr_survei",), "06.19"),
    ("data_responden", (), "06.19"),
    ("tangkapan_publikasi_skm", (), "06.20"),
    ("poster_skm", (), "06.20"),
    ("foto_papan_skm", (), "06.20"),
    ("analisis_unsur_terendah", (), "06.21"),
    ("rencana_tindak_lanjut", (), "06.21 LKE-II.i.a"),
    ("bukti_realisasi", (), "06.21"),
    ("rencana_ti", (), "06.22"),
    ("rencana_kerja_anggaran", (), "06.22"),
    ("daftar_aplikasi_layanan", (), "06.23"),
    ("tangkapan_aplikasi", (), "06.23"),
    ("laporan_penerapan_ti", (), "06.23 LKE-I.v.b"),
    ("riwayat_versi", (), "06.24"),
    ("laporan_perbaikan_ti", (), "06.24 06.23"),
)
_MEDIUM: tuple[_Row, ...] = (
    ("sk_standar_pelayanan", (), "06.01 LKE-I.i.d:1-3"),
    ("maklumat_bertanda_tangan", (), "06.02 LKE-I.i.d"),
    ("sop_layanan", (), "06.03"),
    ("notula_reviu", ("daftar_hadir",), "06.04 LKE-I.i.c"),
    ("surat_usulan_perubahan", (), "06.05"),
    ("laporan_pelatihan", (), "06.06"),
    ("tangkapan_info_daring", (), "06.07 LKE-I.i.d"),
    ("bukti_sanksi_nihil", (), "06.08"),
    ("kebijakan_kompensasi", (), "06.09"),
    ("profil_inovasi", (), "06.10 LKE-II.i.a"),
    ("daftar_layanan_dipermudah", (), "LKE-II.i.b"),
    ("foto_layanan_terpadu", (), "06.11"),
    ("daftar_integrasi_sistem", (), "06.12 LKE-I.v.b"),
    ("daftar_kanal_pengaduan", (), "06.13 06.18"),
    ("surat_tugas_sp4n", (), "06.15"),
    ("register_pengaduan", (), "06.16 LKE-II.ii.a"),
    ("notula_evaluasi", (), "06.17"),
    ("laporan_skm", (), "06.19 06.20:3-4 06.21:5"),
    ("laporan_penerapan_ti", (), "06.23 06.22"),
    ("riwayat_versi", (), "06.24"),
)
_EVERYTHING = " ".join(ALL_ITEMS)
_SLIM: tuple[_Row, ...] = (
    ("laporan_mandiri", (), _EVERYTHING),
    ("maklumat_bertanda_tangan", (), "06.02 LKE-I.i.d"),
    ("laporan_skm", (), "06.19 06.20:3-4 06.21:5"),
    ("register_pengaduan", (), "06.16 LKE-II.ii.a"),
    ("daftar_layanan_dipermudah", (), "LKE-II.i.b 06.11"),
)
_ARCHIVE: _Row = ("rekap_bukti_lama", (), _EVERYTHING)
# Kept by a higher unit, valid below: owner ("parent" or the agency), kind, items.
_FROM_ABOVE: tuple[tuple[str, str, str], ...] = (
    ("agency", "sop_pengaduan", "06.14"),
    ("agency", "kebijakan_reward_sanksi", "06.08"),
    ("agency", "surat_tugas_sp4n", "06.15"),
    ("parent", "sk_tim_pengaduan", "06.15 06.13"),
)
_AGENCY = "BKAN"

# Mistakes in the main unit: (kind, fault, versions). With two versions the mistake
# was mended by the second.
_MAIN_FAULTS: tuple[tuple[str, str, int], ...] = (
    ("laporan_skm_tw2", "last_year", 1),
    ("sk_tim_pengaduan", "unsigned", 1),
    ("surat_tugas_sp4n", "last_year", 1),
    ("kebijakan_kompensasi", "scan", 1),
    ("sertifikat_pelatihan", "generic_name", 1),
    ("rencana_ti", "wrong_unit", 1),
    ("foto_info_luring", "sideways", 1),
    ("tangkapan_sippn", "low_resolution", 1),
    ("laporan_reviu", "unsigned", 2),
    ("register_pengaduan", "generic_name", 2),
)
# Kind that the main unit files once more under the twin of its item.
_TWINS = {"foto_sarana_pengaduan": "06.13", "denah_layanan": "06.12"}
# Mistakes that other units make, drawn by seed.
_COMMON_FAULTS = ("last_year", "unsigned", "scan", "generic_name", "wrong_unit")


def detail_of(unit_code: str, year: int) -> Detail:
    """Return how richly a unit is furnished; last year everybody slimly."""
    if year < OPEN_YEAR:
        return Detail.SLIM
    if unit_code in _FULL_UNITS:
        return Detail.FULL
    return Detail.MEDIUM if unit_code in _MEDIUM_UNITS else Detail.SLIM


def evidence_plan(
    unit: DemoUnit, year: int, *, detail: Detail | None = None, seed: int = 6
) -> list[PlannedEvidence]:
    """Return what a unit keeps and links in the period of `year`.

    Every item that has evidence in the plan of states (`PlannedAnswer.has_evidence`)
    is supported by at least one entry. Entries whose `owner` is another unit are to
    be linked only; that unit's own plan makes them. For the agency and the regional
    offices: what they keep for the units below, without items.
    """
    if not unit.is_assessed:
        return _shared(unit, year)
    plan = unit_plan(unit, year, seed)
    if plan is None:
        return []
    answers = {answer.item: answer for answer in plan.answers if answer.has_evidence}
    if not answers:
        return []
    level = detail or detail_of(unit.code, year)
    rows = list({Detail.FULL: _FULL, Detail.MEDIUM: _MEDIUM, Detail.SLIM: _SLIM}[level])
    if year < OPEN_YEAR:
        rows = [_ARCHIVE, rows[1]]
    rng = random.Random(f"{seed}:{unit.code}:{year}:evidence")  # noqa: S311
    found = []
    for kind, more, items in rows:
        links = tuple(
            link for link in _links(items) if _wanted(answers, link[0], kind, rng)
        )
        if links:
            found.append(
                PlannedEvidence(unit.code, kind, items=links, more=more, year=year)
            )
    found = _with_faults(found, answers, level, rng)
    return [*found, *_linked_from_above(unit, year, answers)]


def _links(items: str) -> Links:
    """Read "06.01 LKE-I.i.d:1-3" as slugs with pages."""
    pairs = (item.partition(":") for item in items.split())
    return tuple((slug, pages) for slug, _colon, pages in pairs)


def _wanted(
    answers: dict[str, PlannedAnswer], slug: str, kind: str, rng: random.Random
) -> bool:
    """Whether an entry supports an item: weak answers lack the supplementary kinds."""
    answer = answers.get(slug)
    if answer is None:
        return False
    item = BY_SLUG[slug]
    if answer.option is None or kind in _ESSENTIAL:
        return True
    value = float(item.values[answer.option])
    return value > 0.6 or rng.random() < 0.35 + value


# First in its group: without it an item could be left with nothing.
_ESSENTIAL = frozenset(
    {kind for kind, _more, _items in (*_MEDIUM, *_SLIM, _ARCHIVE)}
    | {
        "kebijakan_kompensasi",
        "alur_pengaduan",
        "rencana_ti",
        "kebijakan_reward_sanksi",
    }
)


def _with_faults(
    found: list[PlannedEvidence],
    answered: Container[str],
    level: Detail,
    rng: random.Random,
) -> list[PlannedEvidence]:
    """Put mistakes into some entries, and the same file under a twin."""
    faults: dict[str, tuple[str, int]] = {}
    if level is Detail.FULL:
        faults = {kind: (fault, versions) for kind, fault, versions in _MAIN_FAULTS}
    else:
        chosen = rng.sample(found, min(len(found), 2 if level is Detail.MEDIUM else 1))
        for entry in chosen:
            possible = set(faults_for(KINDS[entry.kind])) & set(_COMMON_FAULTS)
            if possible and rng.random() < 0.8:
                faults[entry.kind] = (
                    rng.choice(sorted(possible)),
                    rng.choice((1, 1, 2)),
                )
    result = []
    for entry in found:
        fault, versions = faults.get(entry.kind, (None, 1))
        result.append(
            PlannedEvidence(
                owner=entry.owner,
                kind=entry.kind,
                items=entry.items,
                more=entry.more,
                fault=fault,
                versions=versions,
                year=entry.year,
            )
        )
        twin = _TWINS.get(entry.kind, "") if level is Detail.FULL else ""
        if twin in answered:
            result.append(_twin(entry, twin))
    return result


def _twin(entry: PlannedEvidence, slug: str) -> PlannedEvidence:
    """The same bytes once more, under the twin of an item."""
    return PlannedEvidence(
        entry.owner,
        entry.kind,
        items=((slug, ""),),
        fault="duplicate",
        year=entry.year,
    )


def _shared(unit: DemoUnit, year: int) -> list[PlannedEvidence]:
    """What agency and regional offices keep for the units below (open year only)."""
    place = {UnitKind.AGENCY: "agency", UnitKind.OFFICE: "parent"}.get(unit.kind)
    if year < OPEN_YEAR:
        return []
    return [
        PlannedEvidence(unit.code, kind, applies_below=True, year=year)
        for owner, kind, _items in _FROM_ABOVE
        if owner == place
    ]


def _linked_from_above(
    unit: DemoUnit, year: int, answers: dict[str, PlannedAnswer]
) -> list[PlannedEvidence]:
    if year < OPEN_YEAR:
        return []
    found = []
    for place, kind, items in _FROM_ABOVE:
        owner = _AGENCY if place == "agency" else unit.parent_code
        links = tuple(link for link in _links(items) if link[0] in answers)
        if links:
            found.append(
                PlannedEvidence(owner, kind, items=links, applies_below=True, year=year)
            )
    return found


def files_of(
    planned: PlannedEvidence,
    unit: DemoUnit,
    *,
    number: int | None = None,
    seed: int = 6,
) -> list[DemoFile]:
    """Make the files of an evidence, in order.

    Args:
        unit: The unit that keeps it (`planned.owner`).
        number: Version from 1; the last one when None. Of two versions only the
            first has the fault.

    Raises:
        ValueError: `unit` is not the owner.
    """
    if unit.code != planned.owner:
        raise ValueError(f"{planned.kind} is kept by {planned.owner}")
    version = number or planned.versions
    fault = planned.fault if version == 1 else None
    first = build(planned.kind, unit=unit, year=planned.year, fault=fault, seed=seed)
    others = (
        build(kind, unit=unit, year=planned.year, seed=seed) for kind in planned.more
    )
    return [first, *others]
