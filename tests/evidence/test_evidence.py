"""Filing, versions, editing, the bin, withdrawing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from evidence.models import Evidence, EvidenceFile, EvidenceLink, TrayFile
from evidence.services import cleaning, evidence
from evidence.services.evidence import Filing, VersionFacts, title_from_name
from indicators.models import State
from tests import factories
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.storage import open_blob
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def operator(people):
    return people["operator"]


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period)


def create(world, operator, files=1, **values):
    rows = [factories.make_tray_file(operator, world.unit) for _ in range(files)]
    values.setdefault("kind", factories.get_kind())
    values.setdefault("title", "SK Tim Pengelola")
    return evidence.create_evidence(
        user=operator, work_unit=world.unit, tray_ids=[r.pk for r in rows], **values
    )


# --- Filing -------------------------------------------------------------------------
def test_files_of_the_tray_become_one_evidence(world, operator, assessment):
    made = create(
        world,
        operator,
        files=3,
        facts=VersionFacts(document_date=TODAY, note=" Asli di arsip "),
        link_to=[(assessment, "1-3")],
    )
    version = made.latest
    assert (version.number, version.document_date) == (1, TODAY)
    assert version.note == "Asli di arsip"
    files = list(version.files.all())
    assert [f.position for f in files] == [1, 2, 3]
    assert {f.state for f in files} == {EvidenceFile.State.PENDING}
    assert not TrayFile.objects.exists()
    assert EvidenceLink.objects.get().pages == "1–3"
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.state) == (1, State.DRAFT)
    actions = AuditEntry.objects.filter(target_key=str(made.pk), target_type="evidence")
    assert set(actions.values_list("action", flat=True)) == {
        "evidence.created",
        "evidence.linked",
    }


def test_several_are_filed_at_once_or_not_at_all(world, operator, assessment):
    rows = [factories.make_tray_file(operator, world.unit) for _ in range(4)]
    filings = [
        Filing(
            kind=factories.get_kind(),
            title=title,
            tray_ids=(row.pk,),
            link_to=((assessment.pk, ""),),
        )
        for row, title in zip(rows, ["A", "B", "C", " "], strict=True)
    ]
    with pytest.raises(ValidationError) as error:
        evidence.file_tray(user=operator, work_unit=world.unit, filings=filings)
    assert "title" in error.value.error_dict
    assert not Evidence.objects.exists()
    evidence.file_tray(user=operator, work_unit=world.unit, filings=filings[:3])
    assert TrayFile.objects.count() == 1
    assessment.refresh_from_db()
    assert assessment.n_links == 3


def test_a_double_click_is_told_and_makes_no_second_one(world, operator):
    row = factories.make_tray_file(operator, world.unit)
    values = {
        "user": operator,
        "work_unit": world.unit,
        "kind": factories.get_kind(),
        "title": "SK",
        "tray_ids": [row.pk],
    }
    evidence.create_evidence(**values)
    with pytest.raises(ConflictError):
        evidence.create_evidence(**values)
    assert Evidence.objects.count() == 1


def test_files_of_another_persons_tray_cannot_be_taken(world, people):
    row = factories.make_tray_file(people["head"], world.unit)
    with pytest.raises(ConflictError):
        evidence.create_evidence(
            user=people["operator"],
            work_unit=world.unit,
            kind=factories.get_kind(),
            title="SK",
            tray_ids=[row.pk],
        )


def test_an_item_of_another_unit_cannot_be_linked(world, people):
    foreign = factories.make_assessment(world.sibling, world.period)
    with pytest.raises(PermissionDenied, match="milik unit lain"):
        create(world, people["operator"], link_to=[(foreign, "")])
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("count", [0, 21])
def test_one_to_twenty_files(world, operator, count):
    with pytest.raises(ValidationError):
        create(world, operator, files=count)


def test_a_web_address_needs_address_day_and_capture(world, operator):
    kind = factories.get_kind("tautan_web")
    with pytest.raises(ValidationError) as error:
        create(world, operator, kind=kind)
    assert "url" in error.value.error_dict
    with pytest.raises(ValidationError) as error:
        create(world, operator, kind=kind, facts=VersionFacts(url="https://bps.go.id"))
    assert "seen_on" in error.value.error_dict
    for url in ("javascript:alert(1)", "ftp://x", "bps.go.id"):
        facts = VersionFacts(url=url, seen_on=TODAY)
        with pytest.raises(ValidationError) as error:
            create(world, operator, kind=kind, facts=facts)
        assert "url" in error.value.error_dict
    facts = VersionFacts(url="https://bps.go.id/skm", seen_on=TODAY)
    assert create(world, operator, kind=kind, facts=facts).latest.url


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"document_date": TODAY + dt.timedelta(days=30)}, "document_date"),
        ({"document_date": dt.date(202, 6, 1)}, "document_date"),
        (
            {"covers_from": TODAY, "covers_until": TODAY - dt.timedelta(1)},
            "covers_until",
        ),
        ({"document_date": TODAY, "valid_until": dt.date(2020, 1, 1)}, "valid_until"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_slips_in_dates_are_named(world, operator, facts, field):
    with pytest.raises(ValidationError) as error:
        create(world, operator, facts=VersionFacts(**facts))
    assert field in error.value.error_dict


def test_applies_below_only_where_something_is_below(world, people):
    with pytest.raises(ValidationError) as error:
        create(world, people["operator"], applies_below=True)
    assert "applies_below" in error.value.error_dict
    above = people["operator_above"]
    row = factories.make_tray_file(above, world.region)
    made = evidence.create_evidence(
        user=above,
        work_unit=world.region,
        kind=factories.get_kind(),
        title="SOP Wilayah",
        tray_ids=[row.pk],
        applies_below=True,
    )
    assert made.applies_below


@pytest.mark.parametrize(
    ("name", "fallback", "title"),
    [
        ("SK_Standar-Pelayanan_2026.pdf", "", "SK Standar Pelayanan 2026"),
        ("scan001.pdf", "Maklumat", "Maklumat – scan001"),
        ("dokumen 01.pdf", "maklumat", "Maklumat – dokumen 01"),
        ("IMG_20260312_101112.jpg", "Maklumat", "Maklumat – IMG 20260312 101112"),
        (
            "WhatsApp Image 2026-03-12 at 10.11.12.jpeg",
            "Maklumat",
            "Maklumat – WhatsApp Image 2026-03-12 at 10.11.12",
        ),
        ("01.pdf", "M" * 300, "M" * 195 + " – 01"),
        ("scan001.pdf", "", "Scan001"),
        ("laporan skm tw 1.docx", "Maklumat", "Laporan skm tw 1"),
    ],
)
def test_titles_come_from_names_that_say_something(name, fallback, title):
    assert title_from_name(name, fallback) == title


def test_several_of_one_title_are_numbered():
    assert title_from_name("SK Tim.pdf", "Maklumat", 2) == "SK Tim (2)"
    assert title_from_name("image.jpg", "Maklumat", 3) == "Maklumat – image (3)"


# --- Versions -----------------------------------------------------------------------
def test_a_new_version_leaves_the_old_one_and_asks_for_a_look(
    world, people, operator, assessment
):
    twin = factories.make_assessment(world.unit, world.period, "06.18")
    made = factories.make_evidence(
        world.unit, by=operator, files=[b"%PDF-1.4 one"], link_to=[assessment, twin]
    )
    row = factories.make_tray_file(people["head"], world.unit)
    version = evidence.add_version(
        user=people["head"], evidence=made, expected_version=1, tray_ids=[row.pk]
    )
    assert version.number == 2
    old = made.versions.get(number=1).files.get()
    with open_blob(old.blob.storage_key) as stored:
        assert stored.read() == b"%PDF-1.4 one"
    for item in (assessment, twin):
        item.refresh_from_db()
        assert (item.n_links, item.n_stale) == (1, 1)
    notice = Notice.objects.get()
    assert notice.recipient_key == operator.key
    assert notice.kind == "evidence.version_added"
    assert notice.url == f"/bukti/{made.pk}/"


def test_the_second_of_two_new_versions_gets_a_conflict(world, people, operator):
    made = factories.make_evidence(world.unit, by=operator)
    for user in (operator, people["head"]):
        factories.make_tray_file(user, world.unit)
    mine, theirs = TrayFile.objects.order_by("pk")
    evidence.add_version(
        user=operator, evidence=made, expected_version=1, tray_ids=[mine.pk]
    )
    with pytest.raises(ConflictError) as conflict:
        evidence.add_version(
            user=people["head"], evidence=made, expected_version=1, tray_ids=[theirs.pk]
        )
    assert conflict.value.version == 2
    assert operator.name in conflict.value.message
    assert TrayFile.objects.get() == theirs
    assert made.versions.count() == 2


def test_files_can_be_kept_with_their_previews(world, operator):
    made = factories.make_evidence(world.unit, by=operator, files=2)
    keep = made.latest.files.first()
    new = factories.make_tray_file(operator, world.unit)
    version = evidence.add_version(
        user=operator,
        evidence=made,
        expected_version=1,
        keep_ids=[keep.pk],
        tray_ids=[new.pk],
    )
    files = list(version.files.order_by("position"))
    assert [f.blob_id for f in files] == [keep.blob_id, new.blob_id]
    assert [f.state for f in files] == ["ready", "pending"]


def test_a_rejected_file_cannot_be_kept(world, operator):
    made = factories.make_evidence(
        world.unit, by=operator, file_state=EvidenceFile.State.REJECTED
    )
    with pytest.raises(ValidationError, match="ditolak setelah diterima"):
        evidence.add_version(
            user=operator,
            evidence=made,
            expected_version=1,
            keep_ids=[made.latest.files.get().pk],
        )


def test_units_below_that_use_it_are_told_and_counted(world, people):
    above = people["operator_above"]
    made = factories.make_evidence(world.region, by=above, applies_below=True)
    below = factories.make_assessment(world.unit, world.period)
    factories.make_link(made, below, by=people["operator"])
    row = factories.make_tray_file(above, world.region)
    evidence.add_version(
        user=above, evidence=made, expected_version=1, tray_ids=[row.pk]
    )
    below.refresh_from_db()
    assert below.n_stale == 1
    assert Notice.objects.get().recipient_key == people["operator"].key


# --- Editing, the bin, withdrawing --------------------------------------------------
def test_editing_with_a_stale_version_is_a_conflict(world, operator):
    made = factories.make_evidence(world.unit, by=operator, title="Lama")
    values = {"user": operator, "evidence": made, "kind": made.kind, "version": 1}
    evidence.edit_evidence(**values, title="Baru", applies_below=False)
    with pytest.raises(ConflictError) as conflict:
        evidence.edit_evidence(**values, title="Lain", applies_below=False)
    assert conflict.value.current["title"] == "Baru"
    # The same words from two tabs are no conflict.
    evidence.edit_evidence(**values, title="Baru ", applies_below=False)


def test_the_bin_takes_out_of_the_count_and_gives_back(world, operator, assessment):
    made = factories.make_evidence(world.unit, by=operator, link_to=[assessment])
    evidence.discard_evidence(user=operator, evidence=made)
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.state) == (0, State.EMPTY)
    evidence.restore_evidence(user=operator, evidence=made)
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.state) == (1, State.DRAFT)


def test_what_stood_in_a_round_is_only_withdrawn(world, people, operator, assessment):
    made = factories.make_evidence(world.unit, by=operator, link_to=[assessment])
    factories.make_round(assessment, by=operator)
    with pytest.raises(PermissionDenied, match="pernah diajukan"):
        evidence.discard_evidence(user=operator, evidence=made)
    with pytest.raises(ValidationError):
        evidence.withdraw_evidence(user=operator, evidence=made, reason="  ")
    evidence.withdraw_evidence(user=operator, evidence=made, reason="Salah unit")
    made.refresh_from_db()
    assert made.withdrawn_reason == "Salah unit"
    file = made.latest.files.get()
    with open_blob(file.blob.storage_key) as stored:
        assert stored.read(4) == b"%PDF"
    with pytest.raises(PermissionDenied, match="sudah ditarik"):
        evidence.add_version(user=operator, evidence=made, expected_version=1)


@pytest.mark.parametrize(
    "person", ["coach", "assessor", "manager", "administrator", "operator_elsewhere"]
)
def test_others_change_nothing(world, people, person):
    made = factories.make_evidence(world.unit, by=people["operator"])
    for act in (evidence.discard_evidence, evidence.restore_evidence):
        with pytest.raises(PermissionDenied):
            act(user=people[person], evidence=made)
    with pytest.raises(PermissionDenied):
        evidence.withdraw_evidence(user=people[person], evidence=made, reason="x")


def test_the_bin_is_emptied_after_seven_days(world, operator, assessment):
    now = timezone.now()
    old = factories.make_evidence(
        world.unit,
        by=operator,
        link_to=[assessment],
        discarded_at=now - dt.timedelta(days=8),
    )
    young = factories.make_evidence(
        world.unit, by=operator, discarded_at=now - dt.timedelta(days=6)
    )
    assert cleaning.empty_bin(now) == 1
    assert cleaning.empty_bin(now) == 0
    assert list(Evidence.objects.all()) == [young]
    assert AuditEntry.objects.filter(
        action="evidence.deleted", target_key=str(old.pk)
    ).exists()
