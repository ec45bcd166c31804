"""Files, words and pages of the seeded demo."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from evidence.models import (
    Blob,
    Evidence,
    EvidenceFile,
)
from evidence.services import processing
from indicators.models import (
    Assessment,
    Item,
)
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.audit.history import history_of_many
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common import registry
from wbk_portal.common.storage import open_blob
from wbk_portal.demo.institution import demo_password
from wbk_portal.demo.people import people_rows
from wbk_portal.demo.seeding.special import BROKEN_NAME
from wbk_portal.ops.inbox import inbox_page
from wbk_portal.ops.models import Notice

from .helpers import MAIN

# Each test in a savepoint of the transaction in which the package's data stands.
pytestmark = pytest.mark.django_db


# --- Files -----------------------------------------------
def test_there_are_many_real_documents(seeded):
    assert Evidence.objects.count() >= 60
    kinds = Counter(EvidenceFile.objects.values_list("kind", flat=True))
    assert set(kinds) >= {"pdf", "docx", "xlsx", "pptx", "jpg", "png"}
    main = Evidence.objects.filter(work_unit__code=MAIN, created_at__year=2026)
    assert main.count() >= 60


def test_every_file_is_stored_with_its_hash(seeded):
    for blob in Blob.objects.all():
        with open_blob(blob.storage_key) as source:
            content = source.read()
        assert len(content) == blob.size
        assert hashlib.sha256(content).hexdigest() == blob.sha256
        assert WorkUnit.objects.filter(pk=int(blob.realm.removeprefix("unit:")))


def test_every_file_waits_for_the_worker_the_broken_one_first(seeded):
    waiting = DBTaskResult.objects.filter(status="READY")
    assert waiting.count() == EvidenceFile.objects.count()
    keys = [row.args_kwargs["args"][0] for row in waiting[:20]]
    files = EvidenceFile.objects.in_bulk(keys)
    assert files[keys[0]].display_name == BROKEN_NAME
    assert {files[key].version.evidence.work_unit.code for key in keys} == {MAIN}


def test_the_broken_picture_is_rejected_afterwards(seeded):
    file = EvidenceFile.objects.get(display_name=BROKEN_NAME)
    item = Assessment.objects.get(links__evidence=file.version.evidence)
    assert item.n_links == 1
    assert processing.process(file.pk) == EvidenceFile.State.REJECTED
    item.refresh_from_db()
    assert item.n_rejected_files == 1
    assert item.n_links == 0


# --- Words and pages -----------------------------------------------
def test_every_act_and_notice_has_its_sentence(seeded):
    actions = set(AuditEntry.objects.values_list("action", flat=True).distinct())
    assert actions <= {text.key for text in registry.history.all()}
    kinds = set(Notice.objects.values_list("kind", flat=True).distinct())
    assert kinds <= {text.key for text in registry.notices.all()}
    for action in sorted(actions):
        entry = AuditEntry.objects.filter(action=action).latest("pk")
        lines = history_of_many([(entry.target_type, entry.target_key)], 400)
        mine = [line for line in lines if line.action == action]
        assert mine, action
        for line in mine:
            assert "…" not in gaps_of(line.text), line.text
            assert line.actor != "–", action


def gaps_of(text: str) -> str:
    """Return the text without official names, of which some end in "…"."""
    for item in Item.objects.assessed():
        text = text.replace(str(item), "").replace(item.title, "")
    return text


def test_the_main_people_have_news(seeded):
    for name in ("rina.astuti", "bagus.wibisono", "binsar.manurung"):
        page = inbox_page(User.objects.get(username=name).key)
        fresh = [line for group in page.groups for line in group.lines if not line.seen]
        assert fresh, name
        for group in page.groups:
            for line in group.lines:
                assert "…" not in gaps_of(line.text), line.text
                assert line.text != "Ada perkembangan baru."


@pytest.mark.parametrize("row", people_rows(), ids=lambda row: row["username"])
def test_main_people_sign_in_and_see_their_place(seeded, row):
    client = Client()
    assert client.login(username=row["username"], password=row["password"])
    answer = client.get("/", follow=True)
    assert answer.status_code == 200
    assert row["password"] == demo_password(row["username"])
    assert client.get("/kotak-masuk/").status_code == 200


def test_the_main_pages_show_the_story(seeded):
    def page(username: str, path: str) -> str:
        client = Client()
        client.force_login(User.objects.get(username=username))
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    home = page("rina.astuti", f"/2026/unit/{MAIN}/")
    assert "06.13" in home
    assert "Kantor Perizinan Semarang" in home
    assert "Daftar Kanal Pengaduan" in page("rina.astuti", f"/2026/unit/{MAIN}/06.18/")
    assert "06.22" in page("bagus.wibisono", f"/2026/unit/{MAIN}/persetujuan/")
    assert MAIN in page("binsar.manurung", "/2026/penilaian/")
    assert "06.01" in page("binsar.manurung", f"/2026/penilaian/{MAIN}/06.01/")
    assert "Kantor Wilayah" in page("hendri.chaniago", "/2026/kesiapan/")
