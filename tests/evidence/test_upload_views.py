"""Uploading over HTTP: one file with an answer in JSON, and the plain form."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from evidence.models import TrayFile
from evidence.views import upload
from tests import factories
from wbk_portal.common.storage import iter_keys

pytestmark = pytest.mark.django_db

ONE = "/unggah/PN-SKM/berkas/"
PAGE = "/unggah/PN-SKM/"
FILE = "/unggah/PN-SKM/simpan/"

STAFF = {"operator": 200, "head": 200, "operator_above": 200}
READERS = dict.fromkeys(
    ["coach", "assessor", "lead", "manager", "auditor", "administrator"], 403
)
STRANGERS = dict.fromkeys(
    [
        "operator_elsewhere",
        "head_elsewhere",
        "assessor_unassigned",
        "controller",
        "manager_elsewhere",
        "complaint_officer",
        "nobody",
    ],
    404,
)
EVERYBODY = {"anonymous": 302, **STAFF, **READERS, **STRANGERS}


def pdf(name="SK Standar.pdf", text="isi"):
    return SimpleUploadedFile(name, factories.pdf_bytes(text), "text/html")


# --- One file -----------------------------------------------------------------------
@pytest.mark.parametrize(("person", "status"), EVERYBODY.items())
def test_who_may_send_a_file(client_for, person, status):
    answer = client_for(person).post(ONE, {"file": pdf()})
    assert answer.status_code == status
    assert TrayFile.objects.count() == (status == 200)
    if status != 200:
        assert not list(iter_keys())


@pytest.mark.parametrize(("person", "status"), EVERYBODY.items())
def test_who_may_open_the_upload_page(client_for, person, status):
    assert client_for(person).get(PAGE).status_code == status


def test_an_accepted_file_is_answered_with_its_row(client_for):
    answer = client_for("operator").post(
        ONE, {"file": pdf(), "client_token": "abcdefgh12345678"}
    )
    row = TrayFile.objects.get()
    assert answer.json() == {
        "id": row.pk,
        "name": "SK Standar.pdf",
        "size": row.blob.size,
        "size_text": answer.json()["size_text"],
        "kind": "pdf",
    }


def test_the_order_of_choosing_is_kept_and_forged_ones_ignored(client_for):
    client = client_for("operator")
    at = int(timezone.now().timestamp() * 1000)
    for position, name in ((2, "C"), (0, "A"), (1, "B")):
        values = {"chosen_at": at, "position": position}
        client.post(ONE, {"file": pdf(f"{name}.pdf", name), **values})
    names = list(TrayFile.objects.values_list("display_name", flat=True))
    assert names == ["A.pdf", "B.pdf", "C.pdf"]
    for forged in ("x", "-1", "9" * 14, "9" * 13, "²", "1 OR 1"):
        values = {"chosen_at": forged, "position": forged}
        answer = client.post(ONE, {"file": pdf("Z.pdf", forged), **values})
        assert answer.status_code == 200
        row = TrayFile.objects.get(pk=answer.json()["id"])
        assert row.position == 0
        assert row.chosen_at.timestamp() * 1000 >= at - 1


def test_a_repeated_token_is_answered_with_the_same_row(client_for):
    client = client_for("operator")
    answers = [
        client.post(ONE, {"file": pdf(), "client_token": "abcdefgh12345678"}).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert TrayFile.objects.count() == 1


def test_a_token_of_another_file_is_a_conflict(client_for):
    client = client_for("operator")
    client.post(ONE, {"file": pdf(), "client_token": "abcdefgh12345678"})
    answer = client.post(
        ONE, {"file": pdf(text="lain"), "client_token": "abcdefgh12345678"}
    )
    assert answer.status_code == 409
    assert "tertukar dengan unggahan lain" in answer.json()["reason"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("kosong.pdf", b"", "kosong"),
        ("laman.pdf", b"<!doctype html><html>", "HTML"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "SVG"),
        ("notula.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "notula.doc"),
    ],
)
def test_a_refusal_names_file_and_reason(client_for, name, data, words):
    answer = client_for("operator").post(ONE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert words in answer.json()["reason"]
    assert not list(iter_keys())


def test_a_file_over_the_limit_is_answered_with_413(client_for, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    big = SimpleUploadedFile("besar.pdf", b"%PDF-1.4\n" + b"x" * 2000)
    answer = client_for("operator").post(ONE, {"file": big})
    assert answer.status_code == 413
    assert "besar.pdf" in answer.json()["reason"]
    assert not list(iter_keys())


@pytest.mark.parametrize(("count", "status"), [(0, 400), (2, 422)])
def test_exactly_one_file_per_request(client_for, count, status):
    files = [pdf(f"{n}.pdf") for n in range(count)]
    answer = client_for("operator").post(ONE, {"file": files})
    assert answer.status_code == status
    assert not TrayFile.objects.exists()


def test_odd_names_come_in_cleaned(client_for):
    name = "..\\..\\laporan\u202efdp.exe" + "😀" * 60 + ".pdf"
    answer = client_for("operator").post(ONE, {"file": pdf(name)})
    assert answer.status_code == 200
    row = TrayFile.objects.get()
    assert "/" not in row.display_name
    assert "\u202e" not in row.display_name
    assert len(row.display_name.encode()) <= 255
    assert "\\u202e" in row.original_name


def test_the_place_of_the_drop_must_be_the_units_own(client_for, world):
    mine = factories.make_assessment(world.unit, world.period)
    foreign = factories.make_assessment(world.sibling, world.period)
    client = client_for("operator")
    for key in (mine.key, foreign.key, "assessment:x", "unit:1"):
        client.post(ONE, {"file": pdf(text=key), "konteks": key})
    keys = TrayFile.objects.order_by("pk").values_list("context_key", flat=True)
    assert list(keys) == [mine.key, "", "", ""]


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_a_line_cut_in_the_middle_leaves_nothing(client_for, share):
    body = encode_multipart(BOUNDARY, {"client_token": "abcdefgh1234", "file": pdf()})
    client = client_for("operator")
    client.raise_request_exception = False
    answer = client.generic(
        "POST", ONE, body[: int(len(body) * share)], content_type=MULTIPART_CONTENT
    )
    assert answer.status_code in {400, 422}
    assert not TrayFile.objects.exists()
    assert not list(iter_keys())
    again = client.post(ONE, {"client_token": "abcdefgh1234", "file": pdf()})
    assert again.status_code == 200


def test_get_is_not_allowed(client_for):
    assert client_for("operator").get(ONE).status_code == 405


# --- The plain form -----------------------------------------------------------------
def test_the_plain_form_keeps_the_good_and_names_the_bad(client_for):
    bad = SimpleUploadedFile("laman.pdf", b"<!doctype html><html>")
    answer = client_for("operator").post(
        PAGE, {"files": [pdf("SK.pdf"), bad, pdf("SOP.pdf", "sop")]}, follow=True
    )
    text = answer.content.decode()
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "2 berkas masuk baki" in text
    assert "Berkas “laman.pdf” belum bisa diterima" in text
    assert set(TrayFile.objects.values_list("display_name", flat=True)) == {
        "SK.pdf",
        "SOP.pdf",
    }
    assert 'value="SK"' in text
    # In the order of the form.
    rows = TrayFile.objects.values_list("display_name", "position")
    assert list(rows) == [("SK.pdf", 0), ("SOP.pdf", 2)]


def test_the_plain_form_keeps_what_stands_in_the_tray(client_for, world, operator):
    row = factories.make_tray_file(operator, world.unit)
    other = factories.make_tray_file(operator, world.unit)
    client = client_for("operator")
    text = client.get(f"{PAGE}?next=/bukti/").content.decode()
    # Without scripts the drop zone's fields are the tray's form's own.
    for field in ('name="files"', 'name="token"', 'name="kembali"'):
        tag = next(t for t in re.findall(r"<input[^>]*>", text) if field in t)
        assert 'form="baki-isian"' in tag
    assert re.search(r'<form[^>]*id="baki-isian"', text)
    # Enter in a title files, as it did: the form's first button is that one.
    first = re.search(r'<button[^>]*form="baki-isian"[^>]*>', text)[0]
    assert 'value="file"' in first
    home = f"{PAGE}?konteks=&next=%2Fbukti%2F"
    answer = client.post(
        PAGE,
        {
            "files": [pdf("Baru.pdf", "baru")],
            "token": "abcdefgh",
            "kembali": home,
            "konteks": "",
            "next": "/bukti/",
            "author": operator.key,
            "tray": [row.pk],
            f"title-{row.pk}": "Judul yang diketik",
            f"title-{other.pk}": "",
            "note": "Catatan untuk semuanya",
        },
    )
    assert answer.url == home
    text = client.get(answer.url).content.decode()
    assert 'value="Judul yang diketik"' in text
    assert "Catatan untuk semuanya" in text
    assert "Baru.pdf" in text
    other.refresh_from_db()
    assert other.typed == {"title": "", "left": True}
    away = client.post(PAGE, {"kembali": "https://jahat.example/", "next": "/bukti/"})
    assert away.url == "/bukti/"


def test_an_empty_tray_leaves_the_plain_form_alone(client_for):
    assert 'form="' not in client_for("operator").get(PAGE).content.decode()


@pytest.mark.parametrize("count", [21, 101])
def test_more_than_twenty_keep_the_first_twenty(client_for, count):
    files = [pdf(f"Berkas {n}.pdf", f"isi {n}") for n in range(count)]
    answer = client_for("operator").post(PAGE, {"files": files}, follow=True)
    assert answer.status_code == 200
    assert TrayFile.objects.count() == 20
    text = answer.content.decode()
    assert "paling banyak 20 berkas" in text
    # Each one that stayed behind is named, and nothing is cut.
    behind = text[text.index("20 berkas sudah masuk baki") :]
    behind = behind[: behind.index("Pilih lagi yang belum")]
    assert all(f"Berkas {n}.pdf" in behind for n in range(20, count))
    assert "…" not in behind


def test_of_very_many_the_first_and_the_last_are_named():
    names = [f"Foto {n}.jpg" for n in range(1500)]
    text = upload._left_out_text(names, 20)
    assert "1.500 berkas lainnya" in text
    assert "dari “Foto 0.jpg” sampai “Foto 1499.jpg”" in text


def test_a_second_click_on_the_plain_form_makes_no_second_files(client_for):
    client = client_for("operator")
    for _ in range(2):
        client.post(
            PAGE, {"files": [pdf("A.pdf", "a"), pdf("B.pdf", "b")], "token": "abcdefgh"}
        )
    assert TrayFile.objects.count() == 2
    client.post(PAGE, {"files": [pdf("C.pdf", "c")], "token": "abcdefgh"})
    assert TrayFile.objects.count() == 3


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/2026/unit/PN-SKM/", "/2026/unit/PN-SKM/"),
        ("https://jahat.example/", PAGE),
        ("//jahat.example/", PAGE),
        ("", PAGE),
    ],
)
def test_the_way_back_stays_in_the_portal(client_for, target, goes_to):
    answer = client_for("operator").post(PAGE, {"files": [pdf()], "next": target})
    assert answer.status_code == 302
    assert answer.url == goes_to


@pytest.fixture
def operator(people):
    return people["operator"]


# --- Cost ---------------------------------------------------------------------------
def statements_of_upload(client, text, captured):
    with captured as queries:
        answer = client.post(
            ONE, {"file": pdf(text=text), "client_token": f"token-{text}-0001"}
        )
    assert answer.status_code == 200
    return len(queries)


def test_an_upload_costs_the_same_with_ten_times_the_data(
    client_for, world, operator, django_assert_max_num_queries
):
    client = client_for("operator")
    client.post(ONE, {"file": pdf(text="warm")})
    small = statements_of_upload(client, "a", django_assert_max_num_queries(24))
    for _ in range(40):
        factories.make_tray_file(operator, world.unit)
        factories.make_evidence(world.unit, by=operator)
    factories.make_assessments(world.unit, world.period)
    large = statements_of_upload(client, "b", django_assert_max_num_queries(24))
    assert small == large
