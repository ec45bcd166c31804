"""Bytes without rows, rows without bytes, and what nobody refers to."""

import datetime as dt
import io
import os
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.models import Blob, EvidenceFile, TrayFile
from evidence.services import cleaning
from evidence.services.evidence import Filing, file_tray
from tests import factories
from wbk_portal.audit.history import history_of
from wbk_portal.common import storage
from wbk_portal.common.storage import blob_exists, delete_blob, ingest
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db

OLD = 3 * 24 * 3600


@pytest.fixture
def evidence(world, people):
    return factories.make_evidence(world.unit, by=people["operator"])


def age(key):
    """Let stored bytes look three days old."""
    path = storage._root() / key
    then = time.time() - OLD
    os.utime(path, (then, then))


def age_rows():
    Blob.objects.update(created_at=timezone.now() - dt.timedelta(seconds=OLD))


def reconcile(**options):
    out, err = io.StringIO(), io.StringIO()
    call_command("reconcile", stdout=out, stderr=err, **options)
    return out.getvalue()


def test_all_is_well_where_every_row_has_its_bytes(evidence):
    age_rows()
    assert reconcile() == "every row has its bytes\n"


def test_bytes_without_a_row_are_listed_then_deleted(evidence):
    orphan = ingest([b"orphan"], realm="unit:1").storage_key
    assert orphan not in reconcile()  # it may wait for its transaction
    age(orphan)
    assert f"bytes without a row: {orphan}" in reconcile()
    assert blob_exists(orphan)
    assert "1 orphans" in reconcile(delete=True)
    assert not blob_exists(orphan)


def test_lost_bytes_end_the_command_with_an_error(evidence):
    blob = Blob.objects.get()
    delete_blob(blob.storage_key)
    with pytest.raises(CommandError, match="1 rows without bytes"):
        reconcile()


def test_what_nothing_refers_to_goes_after_a_day(world, people, evidence):
    operator = people["operator"]
    kept = factories.make_tray_file(operator, world.unit)
    gone = factories.make_tray_file(operator, world.unit)
    key = gone.blob.storage_key
    TrayFile.objects.filter(pk=gone.pk).delete()
    call_command("empty_bin", stdout=io.StringIO())
    assert blob_exists(key)
    age_rows()
    call_command("empty_bin", stdout=io.StringIO())
    assert not blob_exists(key)
    used = {kept.blob_id, EvidenceFile.objects.get().blob_id}
    assert set(Blob.objects.values_list("pk", flat=True)) == used


def test_emptying_the_bin_frees_the_bytes(evidence):
    evidence.discarded_at = timezone.now() - dt.timedelta(days=8)
    evidence.save()
    key = Blob.objects.get().storage_key
    age_rows()
    out = io.StringIO()
    call_command("empty_bin", stdout=out)
    assert out.getvalue() == "1 evidence, 1 blobs deleted\n"
    assert not blob_exists(key)


def test_what_was_in_a_round_survives_the_bin(world, people, evidence):
    assessment = factories.make_assessment(world.unit, world.period)
    factories.make_link(evidence, assessment)
    factories.make_round(assessment, by=people["operator"])
    evidence.discarded_at = timezone.now() - dt.timedelta(days=8)
    evidence.save()
    assert cleaning.empty_bin() == 0


def test_a_tray_keeps_its_files_for_thirty_days(world, people):
    operator, now = people["operator"], timezone.now()
    ages = {"young": 29, "old": 31}
    rows = {
        name: factories.make_tray_file(
            operator,
            world.unit,
            display_name=f"{name}.pdf",
            received_at=now - dt.timedelta(days=days),
        )
        for name, days in ages.items()
    }
    assert cleaning.empty_trays() == 1
    assert list(TrayFile.objects.all()) == [rows["young"]]
    (line,) = history_of("tray", str(rows["old"].pk))
    assert line.actor_key == "system"
    assert line.text == "Berkas “old.pdf” dibuang karena 30 hari menunggu di baki"
    # Again, as a job may run twice.
    assert cleaning.empty_trays() == 0
    age_rows()
    cleaning.delete_unreferenced()
    assert not blob_exists(rows["old"].blob.storage_key)
    assert blob_exists(rows["young"].blob.storage_key)


def test_what_became_evidence_stays_however_old(world, people):
    operator = people["operator"]
    then = timezone.now() - dt.timedelta(days=400)
    row = factories.make_tray_file(operator, world.unit, received_at=then)
    (made,) = file_tray(
        user=operator,
        work_unit=world.unit,
        filings=[
            Filing(
                kind=factories.get_kind("lainnya"), title="Notula", tray_ids=(row.pk,)
            )
        ],
    )
    age_rows()
    assert cleaning.empty_trays() == 0
    cleaning.delete_unreferenced()
    assert blob_exists(made.latest.files.get().blob.storage_key)


def test_the_same_bytes_in_a_tray_and_in_evidence_outlive_the_tray(world, people):
    data = factories.pdf_bytes("dua kali")
    operator = people["operator"]
    kept = factories.make_evidence(world.unit, by=operator, files=[data])
    blob = kept.latest.files.get().blob
    row = factories.make_tray_file(operator, world.unit)
    TrayFile.objects.filter(pk=row.pk).update(
        blob=blob, received_at=timezone.now() - dt.timedelta(days=31)
    )
    assert cleaning.empty_trays() == 1
    age_rows()
    cleaning.delete_unreferenced()
    assert blob_exists(blob.storage_key)


class TestTellingBeforeTraysAreEmptied:
    NOW = dt.datetime(2026, 6, 30, 1, tzinfo=dt.UTC)

    def put(self, user, unit, *, days):
        """Put a file into the tray that leaves it after so many days."""
        row = factories.make_tray_file(user, unit)
        received = self.NOW - cleaning.KEEP + dt.timedelta(days=days)
        TrayFile.objects.filter(pk=row.pk).update(received_at=received)

    def told(self):
        return list(Notice.objects.order_by("pk"))

    def test_once_for_a_person_and_unit_with_the_number_and_the_first_day(
        self, world, people
    ):
        operator = people["operator"]
        for days in (2, 4, 20):
            self.put(operator, world.unit, days=days)
        self.put(people["head"], world.unit, days=3)
        assert cleaning.tell_expiring(self.NOW) == 2
        notices = {n.recipient_key: n for n in self.told()}
        mine = notices[operator.key]
        assert mine.url == "/unggah/PN-SKM/"
        assert mine.params == {
            "unit": "Kantor Layanan Sukamaju",
            "count": 2,
            "day": "2026-07-02",
        }
        page = client_of(operator).get("/kotak-masuk/").content.decode()
        assert (
            "2 berkas di baki Kantor Layanan Sukamaju dibuang mulai 2 Juli 2026 bila "
            "belum disimpan."
        ) in page
        # The same files are told once, however often it runs.
        cleaning.tell_expiring(self.NOW + dt.timedelta(hours=20))
        assert len(self.told()) == 2

    def test_further_files_are_told_again_on_their_day(self, world, people):
        self.put(people["operator"], world.unit, days=4)
        self.put(people["operator"], world.unit, days=6)
        cleaning.tell_expiring(self.NOW)
        assert len(self.told()) == 1
        cleaning.tell_expiring(self.NOW + dt.timedelta(days=2))
        assert [n.params["count"] for n in self.told()] == [1, 2]

    def test_who_left_the_unit_is_told_nothing(self, world, people):
        self.put(people["operator"], world.unit, days=2)
        self.put(people["operator"], world.sibling, days=2)
        people["operator"].memberships.update(valid_until="2026-01-31")
        assert cleaning.tell_expiring(self.NOW) == 0
        assert self.told() == []

    def test_files_in_several_trays_cost_the_same(self, world, people):
        self.put(people["operator"], world.unit, days=2)
        with CaptureQueriesContext(connection) as few:
            cleaning.tell_expiring(self.NOW)
        Notice.objects.all().delete()
        for _n in range(6):
            self.put(people["operator"], world.unit, days=2)
        with CaptureQueriesContext(connection) as many:
            cleaning.tell_expiring(self.NOW)
        assert len(few) == len(many)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client
