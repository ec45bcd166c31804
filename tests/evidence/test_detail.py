"""The page of one evidence, and the acts on it, over HTTP."""

import re

import pytest

from evidence.models import EvidenceFile, EvidenceLink, TrayFile
from indicators.models import EvidenceKind, State
from tests import factories

pytestmark = pytest.mark.django_db

READERS = {
    "operator",
    "operator_above",
    "head",
    "coach",
    "assessor",
    "lead",
    "manager",
    "auditor",
    "administrator",
}
STAFF = {"operator", "operator_above", "head"}


@pytest.fixture
def operator(people):
    return people["operator"]


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period)


@pytest.fixture
def evidence(world, operator, assessment):
    return factories.make_evidence(
        world.unit, by=operator, title="SK Tim", link_to=[assessment]
    )


def test_who_may_open_the_page(client_for, people, evidence):
    path = f"/bukti/{evidence.pk}/"
    seen = {p for p in people if client_for(p).get(path).status_code == 200}
    assert seen == READERS
    assert client_for("nobody").get(path).status_code == 404
    assert client_for("anonymous").get(path).status_code == 302


@pytest.mark.parametrize(
    ("act", "values"),
    [
        ("ubah", {"version": 1, "title": "Baru", "kind": ""}),
        ("versi-baru", {"expected_version": 1}),
        ("buang", {}),
        ("pulihkan", {}),
        ("tarik", {"reason": ""}),
        ("tautkan", {"assessment": ""}),
    ],
)
def test_who_may_act(client_for, people, evidence, act, values):
    """Nobody but the unit's staff; the values are refused, so that nothing changes."""
    path = f"/bukti/{evidence.pk}/{act}/"
    for person in people:
        status = client_for(person).post(path, values).status_code
        if person in STAFF:
            assert status in {302, 403, 404, 422}
            continue
        assert status == (403 if person in READERS else 404), person


@pytest.mark.parametrize("act", ["buang", "pulihkan", "tarik", "ubah", "tautkan"])
def test_reading_an_act_is_not_allowed(client_for, evidence, act):
    client = client_for("operator")
    assert client.get(f"/bukti/{evidence.pk}/{act}/").status_code == 405


def test_the_page_shows_versions_uses_and_history(client_for, evidence, people):
    client = client_for("operator")
    row = factories.make_tray_file(
        people["operator"], evidence.work_unit, context_key=evidence.key
    )
    client.post(
        f"/bukti/{evidence.pk}/versi-baru/",
        {"expected_version": 1, "tray": [row.pk], "note": "Sudah ditandatangani"},
    )
    text = client.get(f"/bukti/{evidence.pk}/").text
    assert "Versi 2" in text
    assert "1 versi sebelumnya" in text
    assert "Sudah ditandatangani" in text
    assert "Perlu ditinjau ulang" in text
    assert "terakhir ditinjau pada versi 1" in text
    assert "Versi 2 dengan 1 berkas" in text
    assert people["operator"].name in text
    old = evidence.versions.get(number=1).files.get()
    assert f"/berkas/{old.pk}/unduh/" in text


def test_a_rejected_file_stands_on_top(client_for, world, operator):
    made = factories.make_evidence(
        world.unit, by=operator, file_state=EvidenceFile.State.REJECTED
    )
    EvidenceFile.objects.update(state_reason="truncated")
    text = client_for("operator").get(f"/bukti/{made.pk}/").text
    assert "ditolak setelah diterima" in text
    assert "Salin ulang dari sumbernya" in text


def test_confirming_and_taking_off(client_for, evidence, assessment):
    factories.make_version(evidence)
    link = EvidenceLink.objects.get()
    client = client_for("operator")
    back = "/2026/unit/PN-SKM/06.13/#bukti-1"
    answer = client.post(f"/bukti/tautan/{link.pk}/tinjau/", {"next": back})
    assert answer.url == back
    link.refresh_from_db()
    assert link.seen_version.number == 2
    client.post(f"/bukti/tautan/{link.pk}/lepas/")
    assert not EvidenceLink.objects.exists()
    # The second click of a double one.
    assert client.post(f"/bukti/tautan/{link.pk}/lepas/").status_code == 404


@pytest.mark.parametrize("act", ["lepas", "tinjau", "halaman"])
def test_who_may_act_on_a_link(client_for, people, evidence, act):
    link = EvidenceLink.objects.get()
    path = f"/bukti/tautan/{link.pk}/{act}/"
    for person in people:
        if person in STAFF:
            continue
        status = client_for(person).post(path, {"pages": "1"}).status_code
        assert status == (403 if person in READERS else 404), person
    assert EvidenceLink.objects.get().pages == ""


def test_pages_of_a_link_are_changed_or_the_slip_named(client_for, evidence):
    link = EvidenceLink.objects.get()
    client = client_for("operator")
    client.post(f"/bukti/tautan/{link.pk}/halaman/", {"pages": "4-6"})
    assert EvidenceLink.objects.get().pages == "4–6"
    answer = client.post(
        f"/bukti/tautan/{link.pk}/halaman/", {"pages": "x"}, follow=True
    )
    assert "Tulis halaman seperti" in answer.text


def test_linking_from_the_page_of_the_evidence(client_for, world, evidence):
    other = factories.make_assessment(world.unit, world.period, "06.18")
    locked = factories.make_assessment(
        world.unit, world.period, "06.19", state=State.SUBMITTED
    )
    client = client_for("operator")
    text = client.get(f"/bukti/{evidence.pk}/").text
    assert "06.18" in text
    assert "06.19" not in text
    path = f"/bukti/{evidence.pk}/tautkan/"
    bad = client.post(path, {"assessment": other.pk, "pages": "?"})
    assert bad.status_code == 422
    assert "Tulis halaman seperti" in bad.text
    client.post(path, {"assessment": other.pk, "pages": "2"})
    assert other.links.get().pages == "2"
    assert client.post(path, {"assessment": locked.pk}).status_code == 403
    foreign = factories.make_assessment(world.elsewhere, world.period)
    assert client.post(path, {"assessment": foreign.pk}).status_code == 404


def test_two_people_edit_the_title(client_for, evidence):
    path = f"/bukti/{evidence.pk}/ubah/"
    kind = factories.get_kind().pk
    first = client_for("operator").post(
        path, {"version": 1, "title": "Judul Rina", "kind": kind}
    )
    second = client_for("head").post(
        path, {"version": 1, "title": "Judul Budi", "kind": kind}
    )
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Judul Rina" in second.text
    assert "Judul Budi" in second.text
    evidence.refresh_from_db()
    assert evidence.title == "Judul Rina"


def test_two_people_add_a_version(client_for, world, people, evidence):
    path = f"/bukti/{evidence.pk}/versi-baru/"
    rows = [
        factories.make_tray_file(
            people[name],
            world.unit,
            display_name=f"{name}.pdf",
            context_key=evidence.key,
        )
        for name in ("operator", "head")
    ]
    values = {"expected_version": 1, "note": "Catatan saya"}
    first = client_for("operator").post(path, {**values, "tray": [rows[0].pk]})
    second = client_for("head").post(path, {**values, "tray": [rows[1].pk]})
    assert (first.status_code, second.status_code) == (302, 409)
    for words in ("operator.pdf", "head.pdf", "Catatan saya"):
        assert words in second.text
    assert 'name="expected_version" value="2"' in second.text
    third = client_for("head").post(path, {"expected_version": 2, "tray": [rows[1].pk]})
    assert third.status_code == 302
    assert evidence.versions.count() == 3


def test_files_for_a_new_version_wait_on_its_own_page(client_for, world, evidence):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_for("operator")
    path = f"/bukti/{evidence.pk}/versi-baru/"
    answer = client.post(
        "/unggah/PN-SKM/",
        {
            "files": [SimpleUploadedFile("Baru.pdf", factories.pdf_bytes("b"))],
            "konteks": evidence.key,
            "next": f"{path}?next=/bukti/",
        },
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == f"{path}?next=/bukti/"
    assert "Baru.pdf" in answer.text
    assert TrayFile.objects.get().context_key == evidence.key


def test_the_bin_and_back(client_for, evidence):
    client = client_for("operator")
    client.post(f"/bukti/{evidence.pk}/buang/")
    text = client.get(f"/bukti/{evidence.pk}/").text
    assert "Ada di tempat sampah" in text
    client.post(f"/bukti/{evidence.pk}/pulihkan/")
    evidence.refresh_from_db()
    assert evidence.is_usable


def test_withdrawing_asks_for_a_reason(client_for, evidence, assessment, operator):
    factories.make_round(assessment, by=operator)
    client = client_for("operator")
    assert "Pernah diajukan" in client.get(f"/bukti/{evidence.pk}/").text
    path = f"/bukti/{evidence.pk}/tarik/"
    assert client.post(path, {"reason": ""}).status_code == 422
    client.post(path, {"reason": "Salah unggah"})
    text = client.get(f"/bukti/{evidence.pk}/").text
    assert "Salah unggah" in text
    assert "Versi baru" not in text


# --- Picking what is there already ----------------------------------------------------
PICK = "/2026/unit/PN-SKM/06.13/pakai-yang-ada/"


def test_the_picker_offers_own_and_higher_evidence(
    client_for, world, people, assessment
):
    operator = people["operator"]
    factories.make_evidence(world.unit, by=operator, title="Milik sendiri")
    factories.make_evidence(
        world.region,
        by=people["operator_above"],
        title="SOP wilayah",
        applies_below=True,
    )
    factories.make_evidence(world.region, by=operator, title="Hanya wilayah")
    factories.make_evidence(world.sibling, by=operator, title="Milik tetangga")
    factories.make_evidence(
        world.unit, by=operator, title="Sudah dipakai", link_to=[assessment]
    )
    text = client_for("operator").get(PICK).text
    for title, shown in {
        "Milik sendiri": True,
        "SOP wilayah": True,
        "Hanya wilayah": False,
        "Milik tetangga": False,
        "Sudah dipakai": False,
    }.items():
        assert (title in text) == shown, title


def test_several_are_picked_with_pages_in_one_press(
    client_for, world, operator, assessment
):
    rows = [factories.make_evidence(world.unit, by=operator) for _ in range(3)]
    answer = client_for("operator").post(
        PICK,
        {"evidence": [rows[0].pk, rows[1].pk], f"pages-{rows[1].pk}": "7"},
    )
    assert answer.url == "/2026/unit/PN-SKM/06.13/"
    pages = dict(assessment.links.values_list("evidence_id", "pages"))
    assert pages == {rows[0].pk: "", rows[1].pk: "7"}
    assessment.refresh_from_db()
    assert assessment.n_links == 2


def test_expected_kinds_come_first_and_words_are_searched(
    client_for, world, operator, assessment
):
    kind = factories.get_kind("daftar_kanal_pengaduan")
    factories.make_evidence(world.unit, by=operator, title="Kanal", kind=kind)
    factories.make_evidence(world.unit, by=operator, title="Notula")
    client = client_for("operator")
    text = client.get(PICK).text
    assert text.index("Kanal") < text.index("Notula")
    assert "Notula" not in client.get(f"{PICK}?jenis=sesuai").text
    assert "Kanal" not in client.get(f"{PICK}?q=notula").text


def test_rejected_evidence_is_shown_last_and_cannot_be_ticked(
    client_for, world, operator, assessment, django_assert_max_num_queries
):
    kind = factories.get_kind("daftar_kanal_pengaduan")
    bad = factories.make_evidence(
        world.unit, by=operator, title="Rusak", kind=kind, file_state="rejected"
    )
    good = factories.make_evidence(world.unit, by=operator, title="Baik")
    client = client_for("operator")

    def cost():
        with django_assert_max_num_queries(40) as captured:
            assert client.get(PICK).status_code == 200
        return len(captured)

    text = client.get(PICK).text
    assert text.index(">Baik<") < text.index(">Rusak<")
    box = re.search(rf'<input[^>]*value="{bad.pk}"[^>]*>', text)[0]
    assert "disabled" in box
    assert "semua berkasnya ditolak setelah diterima" in text
    assert f'href="/bukti/{bad.pk}/versi-baru/?next={PICK}"' in text
    assert f'name="pages-{bad.pk}"' not in text
    # Rejected after the page was read: nothing is linked, the choice stays.
    answer = client.post(PICK, {"evidence": [good.pk, bad.pk]})
    assert answer.status_code == 422
    assert "“Rusak” belum dapat dipakai" in answer.text
    box = re.search(rf'<input[^>]*value="{good.pk}"[^>]*>', answer.text)[0]
    assert "checked" in box
    assert not assessment.links.exists()
    few = cost()
    for _ in range(10):
        factories.make_evidence(world.unit, by=operator, file_state="rejected")
    assert cost() == few


def test_a_rejected_evidence_offers_a_new_version_instead_of_items(
    client_for, world, operator, assessment
):
    bad = factories.make_evidence(world.unit, by=operator, file_state="rejected")
    client = client_for("operator")
    text = client.get(f"/bukti/{bad.pk}/").text
    assert "Belum dapat dipakai: semua berkasnya ditolak" in text
    assert f'action="/bukti/{bad.pk}/tautkan/"' not in text
    answer = client.post(f"/bukti/{bad.pk}/tautkan/", {"assessment": assessment.pk})
    assert answer.status_code == 422
    assert not assessment.links.exists()


@pytest.mark.parametrize("values", [{}, {"evidence": ["x"]}, {"evidence": ["-3"]}])
def test_nothing_picked_is_said(client_for, world, operator, assessment, values):
    factories.make_evidence(world.unit, by=operator)
    assert client_for("operator").post(PICK, values).status_code == 422


def test_who_may_pick(client_for, people, world, assessment):
    for person in people:
        status = client_for(person).get(PICK).status_code
        if person in STAFF:
            assert status == 200
        else:
            assert status == (403 if person in READERS else 404), person


# --- Cost -----------------------------------------------------------------------------
def test_the_page_costs_the_same_with_more_of_everything(
    client_for, world, people, operator, evidence, django_assert_max_num_queries
):
    client = client_for("operator")
    path = f"/bukti/{evidence.pk}/"
    client.get(path)
    with django_assert_max_num_queries(30) as few:
        client.get(path)
    for assessment in factories.make_assessments(world.sibling, world.period).values():
        factories.make_link(evidence, assessment)
    for slug in ("06.14", "06.15", "06.18"):
        factories.make_link(
            evidence, factories.make_assessment(world.unit, world.period, slug)
        )
    for _ in range(6):
        factories.make_version(evidence, files=5)
    with django_assert_max_num_queries(30) as many:
        client.get(path)
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("path", "most"), [(PICK, 18), ("/unggah/PN-SKM/", 18), ("{}versi-baru/", 20)]
)
def test_the_forms_cost_the_same_with_more_to_choose_from(
    client_for, world, operator, evidence, django_assert_max_num_queries, path, most
):
    client = client_for("operator")
    path = path.format(f"/bukti/{evidence.pk}/")
    factories.make_tray_file(operator, world.unit)
    factories.make_evidence(world.unit, by=operator)
    client.get(path)
    with django_assert_max_num_queries(most) as few:
        client.get(path)
    for number in range(15):
        key = evidence.key if number % 2 else ""
        factories.make_tray_file(operator, world.unit, context_key=key)
        factories.make_evidence(world.unit, by=operator, files=2)
    with django_assert_max_num_queries(most) as many:
        client.get(path)
    assert len(few) == len(many)


def test_a_new_version_of_a_web_capture_asks_for_address_and_day(
    client_for, world, people
):
    made = factories.make_evidence(
        world.unit,
        by=people["operator"],
        kind=factories.get_kind(EvidenceKind.WEB_ADDRESS),
    )
    client = client_for("operator")
    address = f"/bukti/{made.pk}/versi-baru/"
    page = client.get(address).content.decode()
    (day,) = re.findall(r'<input[^>]*name="seen_on"[^>]*>', page)
    assert "required" in day
    label = re.search(r'<label[^>]*for="id_seen_on".*?</label>', page, re.DOTALL)[0]
    assert "(wajib)" in label
    # Open, or the browser could not lead to a field that is missing.
    assert re.search(r'<details class="fold" open>\s*<summary>Alamat web', page)
    kept = made.latest.files.get().pk
    answer = client.post(
        address,
        {"expected_version": 1, "keep": kept, "url": "https://bps.go.id/skm"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    beside = text[text.index('name="seen_on"') :][:600]
    assert "Isi tanggal alamat web itu dilihat." in beside
    # Other evidence is asked for neither.
    other = factories.make_evidence(world.unit, by=people["operator"])
    page = client.get(f"/bukti/{other.pk}/versi-baru/").content.decode()
    (day,) = re.findall(r'<input[^>]*name="seen_on"[^>]*>', page)
    assert "required" not in day
