"""The tray: what is accepted, by whom, once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from evidence.models import Blob, TrayFile
from evidence.services import tray
from indicators.models import AssessmentPeriod, StageWindow, State
from tests import factories
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.filegate import Refused
from wbk_portal.common.storage import iter_keys, open_blob

pytestmark = pytest.mark.django_db

PDF = factories.pdf_bytes("Standar pelayanan")


def upload(name="SK Standar.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def accept(user, unit, **values):
    values.setdefault("upload", upload())
    return tray.accept(user=user, work_unit=unit, **values)


def test_an_accepted_file_has_bytes_row_and_log(world, people):
    row = accept(people["operator"], world.unit, context_key="assessment:1")
    assert (row.kind, row.display_name) == ("pdf", "SK Standar.pdf")
    assert row.blob.realm == world.unit.key
    with open_blob(row.blob.storage_key) as stored:
        assert stored.read() == PDF
    entry = AuditEntry.objects.get(target_type="tray")
    assert (entry.action, entry.chain.key) == ("upload.accepted", world.unit.key)


@pytest.mark.parametrize("person", ["operator", "head", "operator_above"])
def test_the_units_staff_and_those_above_may_upload(world, people, person):
    assert accept(people[person], world.unit).pk


@pytest.mark.parametrize(
    "person",
    [
        "coach",
        "operator_elsewhere",
        "head_elsewhere",
        "assessor",
        "lead",
        "controller",
        "manager",
        "auditor",
        "administrator",
        "complaint_officer",
        "nobody",
    ],
)
def test_nobody_else_may(world, people, person):
    with pytest.raises(PermissionDenied):
        accept(people[person], world.unit)
    assert not Blob.objects.exists()
    assert not list(iter_keys())


def test_when_filling_is_closed_only_a_request_for_revision_opens_the_door(
    world, people
):
    StageWindow.objects.update(closes_at=timezone.now() - dt.timedelta(hours=1))
    with pytest.raises(PermissionDenied, match="Masa pengisian"):
        accept(people["operator"], world.unit)
    factories.make_assessment(world.unit, world.period, state=State.NEEDS_REVISION)
    assert accept(people["operator"], world.unit).pk
    AssessmentPeriod.objects.update(state=AssessmentPeriod.State.CLOSED)
    with pytest.raises(PermissionDenied):
        accept(people["operator"], world.unit)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("kosong.pdf", b"", "kosong"),
        ("halaman.pdf", b"<!doctype html><html><body>x</body></html>", "HTML"),
        ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        ("setup.pdf", b"MZ\x90\0" + b"\0" * 200, "program"),
    ],
)
def test_a_refused_file_leaves_nothing(world, people, name, data, words):
    with pytest.raises(Refused) as refused:
        accept(people["operator"], world.unit, upload=upload(name, data))
    assert name in refused.value.message
    assert words in refused.value.message
    assert not TrayFile.objects.exists()
    assert not list(iter_keys())


def test_the_same_token_makes_one_row(world, people):
    token = "a1b2c3d4e5f6"
    first = accept(people["operator"], world.unit, client_token=token)
    again = accept(people["operator"], world.unit, client_token=token)
    assert first == again
    assert TrayFile.objects.count() == 1


def test_a_token_is_the_persons_own(world, people):
    token = "a1b2c3d4e5f6"
    accept(people["operator"], world.unit, client_token=token)
    accept(people["head"], world.unit, client_token=token)
    assert TrayFile.objects.count() == 2


def test_a_token_of_another_unit_is_a_conflict(world, people):
    token = "a1b2c3d4e5f6"
    accept(people["operator_above"], world.unit, client_token=token)
    with pytest.raises(ConflictError):
        accept(people["operator_above"], world.sibling, client_token=token)


def test_malformed_tokens_count_as_none(world, people):
    for token in ("x", "a b c d e f g h", "'; drop table", "é" * 9):
        accept(people["operator"], world.unit, client_token=token)
    assert set(TrayFile.objects.values_list("client_token", flat=True)) == {""}


def test_the_same_bytes_are_kept_once_in_a_unit(world, people):
    accept(people["operator"], world.unit)
    accept(people["head"], world.unit, upload=upload("Salinan.pdf"))
    assert TrayFile.objects.count() == 2
    assert Blob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_copy_leaves_the_disk(world, people):
    for name in ("SK.pdf", "Salinan.pdf"):
        accept(people["operator"], world.unit, upload=upload(name))
    assert list(iter_keys()) == [Blob.objects.get().storage_key]


def test_units_do_not_share_bytes(world, people):
    accept(people["operator_above"], world.unit)
    accept(people["operator_above"], world.sibling)
    assert set(Blob.objects.values_list("realm", flat=True)) == {
        world.unit.key,
        world.sibling.key,
    }


def test_a_full_tray_asks_to_be_emptied(world, people, monkeypatch):
    monkeypatch.setattr(tray, "MAX_FILES", 2)
    for number in range(2):
        accept(people["operator"], world.unit, upload=upload(f"{number}.pdf"))
    with pytest.raises(PermissionDenied, match="sudah berisi 2 berkas"):
        accept(people["operator"], world.unit)


def test_discarding_takes_only_the_own_files(world, people):
    mine = accept(people["operator"], world.unit)
    other = accept(people["head"], world.unit, upload=upload("Lain.pdf"))
    count = tray.discard(
        user=people["operator"], work_unit=world.unit, ids=[mine.pk, other.pk]
    )
    assert count == 1
    assert list(TrayFile.objects.all()) == [other]


def test_the_tray_stands_as_its_files_were_chosen(world, people):
    """They arrive in any order, and those chosen later may overtake them."""
    now = timezone.now()
    first, second = now - dt.timedelta(seconds=30), now - dt.timedelta(seconds=10)
    arrivals = [("C", first, 2), ("E", second, 1), ("A", first, 0), ("D", second, 0)]
    for name, chosen_at, position in [*arrivals, ("B", first, 1)]:
        accept(
            people["operator"],
            world.unit,
            upload=upload(f"{name}.pdf"),
            chosen_at=chosen_at,
            position=position,
        )
    rows = tray.of(user=people["operator"], work_unit=world.unit)
    assert [row.display_name for row in rows] == [f"{n}.pdf" for n in "ABCDE"]
    with transaction.atomic():
        taken = tray.take(
            user=people["operator"], work_unit=world.unit, ids=[r.pk for r in rows]
        )
    assert taken == list(rows)


@pytest.mark.parametrize(
    ("hours", "position", "kept"), [(24 * 31, 3, 3), (-1, 32_768, 0), (0.5, -1, 0)]
)
def test_odd_moments_and_places_count_as_none(world, people, hours, position, kept):
    before = timezone.now()
    chosen_at = before - dt.timedelta(hours=hours)
    row = accept(people["operator"], world.unit, chosen_at=chosen_at, position=position)
    row.refresh_from_db()
    assert row.position == kept
    assert (row.chosen_at == chosen_at) is (hours == 0.5)
    assert row.chosen_at == chosen_at or row.chosen_at >= before


def test_the_tray_shows_the_place_of_the_drop(world, people):
    here = accept(people["operator"], world.unit, context_key="assessment:7")
    accept(people["operator"], world.unit, upload=upload("Lain.pdf"))
    rows = tray.of(
        user=people["operator"], work_unit=world.unit, context_key="assessment:7"
    )
    assert list(rows) == [here]
