"""The whole log: who reads what of it, filters, pages, and the file."""

import csv
import io
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_assessments, make_membership, make_user
from wbk_portal import audit
from wbk_portal.accounts.models import Role
from wbk_portal.audit.models import AuditEntry

PAGE = "/jejak-audit/"


@pytest.fixture
def log(world):
    """Entries of two units and of the installation, one of them withheld."""
    people = world.people
    made = make_assessments(world.unit, world.period)
    entries = {
        "unit": {
            "action": "unit.created",
            "target": ("unit", str(world.unit.pk)),
            "unit_key": world.unit.key,
            "payload": {"name": "Kantor A", "code": "PN-SKM"},
        },
        "elsewhere": {
            "action": "unit.created",
            "target": ("unit", str(world.elsewhere.pk)),
            "unit_key": world.elsewhere.key,
            "payload": {"name": "Kantor B", "code": "PN-AMB"},
        },
        "person": {
            "action": "user.created",
            "target": ("user", str(people["operator"].pk)),
            "payload": {"name": "Operator", "username": "operator"},
        },
        "score": {
            "action": "score.submitted",
            "target": ("assessment", str(made["06.01"].pk)),
            "unit_key": world.unit.key,
            "payload": {"option": "a", "round": 1},
            "withheld": True,
            "actor_key": people["assessor"].key,
        },
    }
    found = {}
    with transaction.atomic():
        for name, values in entries.items():
            values.setdefault("actor_key", people["administrator"].key)
            found[name] = audit.record(**values)
    return found


@pytest.fixture
def branch_admin(world):
    """Administers the region elsewhere, nothing else."""
    person = make_user("cabang")
    make_membership(person, world.region_elsewhere, Role.ADMINISTRATOR)
    world.people["cabang"] = person
    return person


def ids(response):
    return [row.line.id for row in response.context["rows"]]


def pks(log, *names):
    return [log[name].pk for name in names]


def test_an_auditor_reads_everything_newest_first(client_for, log):
    response = client_for("auditor").get(PAGE)
    assert ids(response) == pks(log, "score", "person", "elsewhere", "unit")
    text = response.content.decode()
    assert "Unit Kantor A (PN-SKM) dibuat" in text
    assert "isinya belum dibuka" in text
    assert "/2026/unit/PN-SKM/06.01/" in text
    assert " WIB" in text


def test_what_is_withheld_shows_no_value_and_an_administrator_none_of_it(
    client_for, log
):
    line = client_for("auditor").get(PAGE).context["rows"][0].line
    assert line.payload is None
    assert "Nilai …" in line.text
    assert log["score"].pk not in ids(client_for("administrator").get(PAGE))
    with transaction.atomic():
        audit.reveal(("assessment", log["score"].target_key))
    assert ids(client_for("administrator").get(PAGE))[0] == log["score"].pk


def test_a_branch_is_read_by_who_administers_it(client_for, log, branch_admin):
    response = client_for("cabang").get(PAGE)
    assert ids(response) == pks(log, "elsewhere")
    response = client_for("cabang").get(PAGE + "?orang=administrator")
    assert response.status_code == 422
    response = client_for("cabang").get(PAGE + "?unit=PN-SKM")
    assert response.status_code == 422
    assert ids(response) == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("orang=Assessor", ["score"]),
        ("orang=sistem", []),
        ("unit=pn-skm", ["score", "unit"]),
        ("unit=KW-JTG", ["score", "unit"]),
        ("unit=layanan sukamaju", ["score", "unit"]),
        ("jenis=orang", ["person"]),
        ("jenis=unit", ["elsewhere", "unit"]),
        ("jenis=penilaian&orang=assessor", ["score"]),
        ("jenis=penilaian&unit=PN-AMB", []),
        ("dari=2020-01-01&sampai=2020-12-31", []),
        ("dari=2020-01-01", ["score", "person", "elsewhere", "unit"]),
        ("sampai=2020-01-01", []),
    ],
)
def test_filters(client_for, log, query, names):
    response = client_for("auditor").get(f"{PAGE}?{query}")
    assert response.status_code == 200
    assert ids(response) == pks(log, *names)


def test_a_part_of_a_name_is_enough_where_one_has_it(client_for, log, people):
    people["assessor"].name = "Binsar Manurung"
    people["assessor"].save()
    client = client_for("auditor")
    assert ids(client.get(f"{PAGE}?orang=manurung")) == pks(log, "score")
    people["lead"].name = "Tiur Manurung"
    people["lead"].save()
    response = client.get(f"{PAGE}?orang=manurung")
    assert response.status_code == 422
    assert "Tulis salah satu: assessor, lead" in response.content.decode()


def test_the_last_day_is_part_of_the_span(client_for, log):
    today = timezone.localdate().isoformat()
    response = client_for("auditor").get(f"{PAGE}?dari={today}&sampai={today}")
    assert len(ids(response)) == 4


def test_one_object_is_named_and_left_again(client_for, log, world):
    reference = f"unit:{world.unit.pk}"
    response = client_for("auditor").get(PAGE, {"objek": reference})
    assert ids(response) == pks(log, "unit")
    assert "Hanya tentang: <strong>Kantor Layanan Sukamaju" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "orang=tidak-ada",
        "unit=TIDAK-ADA",
        "jenis=lain",
        "dari=kemarin",
        "dari=2026-02-01&sampai=2026-01-01",
        "objek=tanpa-titik-dua",
    ],
)
def test_a_filter_that_means_nothing_says_so(client_for, log, query):
    response = client_for("auditor").get(f"{PAGE}?{query}")
    assert response.status_code == 422
    assert ids(response) == []
    assert response.context["form"].errors
    sent = dict(part.split("=") for part in query.split("&"))
    assert client_for("auditor").post(f"{PAGE}unduh/", sent).status_code == 404


def test_pages_by_key_show_every_entry_once(client_for, world):
    with transaction.atomic():
        for number in range(120):
            audit.record(actor_key="system", action="x.y", target=("x", str(number)))
    browser, found, url = client_for("auditor"), [], "?orang=sistem"
    while url:
        response = browser.get(PAGE + url)
        found += ids(response)
        assert "orang=sistem" in url
        url = response.context["next_url"]
    assert len(found) == 120
    assert found == sorted(set(found), reverse=True)
    assert browser.get(PAGE + "?sebelum=abc").status_code == 200


def test_the_page_costs_the_same_for_any_number(client_for, log, world):
    browser = client_for("auditor")

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(PAGE).status_code == 200
        return len(captured)

    few = queries()
    with transaction.atomic():
        for entry in list(AuditEntry.objects.all()) * 10:
            audit.record(
                actor_key=entry.actor_key,
                action=entry.action,
                target=(entry.target_type, entry.target_key),
                unit_key=None if entry.target_type == "user" else world.sibling.key,
            )
    assert queries() == few


def test_the_file_holds_what_is_filtered_and_is_logged(client_for, log, world):
    with transaction.atomic():
        audit.record(
            actor_key=world.people["operator"].key,
            action="membership.granted",
            target=("user", str(world.people["operator"].pk)),
            payload={"name": '=HYPERLINK("x")', "role": "operator", "unit": "A"},
        )
    page = client_for("auditor").get(PAGE).content.decode()
    response = client_for("auditor").post(f"{PAGE}unduh/", {"jenis": "orang"})
    assert response.streaming
    # The page stays: its button must work again.
    button = re.search(r"<form[^>]*jejak-audit/unduh/[^>]*>", page)
    assert button
    assert "data-again" in button[0]
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][:4] == ["Nomor", "Waktu", "Pelaku", "Kegiatan"]
    assert [row[6] for row in rows[1:]] == ["membership.granted", "user.created"]
    assert rows[1][3].startswith("'=HYPERLINK")
    assert rows[2][10] == log["person"].hash
    assert rows[2][1].endswith("+07:00")
    last = AuditEntry.objects.order_by("-pk").first()
    assert (last.action, last.actor_key) == (
        "trail.exported",
        world.people["auditor"].key,
    )
    assert last.payload.values == {"filters": {"jenis": "orang"}}


def test_the_file_is_read_in_pieces(client_for, world, monkeypatch):
    monkeypatch.setattr("wbk_portal.dashboard.views.trail.CHUNK", 7)
    with transaction.atomic():
        for number in range(21):
            audit.record(actor_key="system", action="x.y", target=("x", str(number)))
    response = client_for("auditor").post(f"{PAGE}unduh/", {"orang": "sistem"})
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[7] for row in rows[1:]] == [f"x:{n}" for n in reversed(range(21))]


def test_the_way_there_stands_in_the_frame_of_readers_alone(client_for, world):
    for name, shown in (("auditor", True), ("administrator", True), ("lead", False)):
        text = client_for(name).get("/akun/").content.decode()
        assert ('href="/jejak-audit/"' in text) is shown
