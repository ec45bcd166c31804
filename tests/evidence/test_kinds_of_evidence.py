"""The kind: seen before it is saved, said afterwards where the name told none."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import Evidence
from evidence.services import evidence as services
from tests import factories
from wbk_portal.audit.history import history_of
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common.errors import ConflictError

from .test_tray_keeping import shown
from .test_upload_views import FILE, PAGE

pytestmark = pytest.mark.django_db

ITEM = "/2026/unit/PN-SKM/06.02/"


@pytest.fixture
def operator(people):
    return people["operator"]


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period, "06.02")


def key_of(kind):
    return str(factories.get_kind(kind).pk)


def ticks(text):
    """Return how many of the expected kinds the item's page shows as there."""
    part = text[text.index('id="jenis"') :]
    return part[: part.index("</section>")].count("(ada)")


# --- Before -------------------------------------------------------------------------
def test_each_file_shows_its_own_guess_as_a_guess(
    client_for, world, operator, assessment
):
    rows = {
        name: factories.make_tray_file(
            operator,
            world.unit,
            display_name=name,
            kind=name.rsplit(".", 1)[1],
            context_key=assessment.key,
        )
        for name in ("SK Maklumat.pdf", "IMG_2041.jpg", "scan001.pdf")
    }
    text = client_for("operator").get(ITEM).content.decode()
    found = {name: shown(text, f"kind-{row.pk}") for name, row in rows.items()}
    assert found == {
        "SK Maklumat.pdf": key_of("sk_maklumat"),
        "IMG_2041.jpg": key_of("foto"),
        "scan001.pdf": key_of("lainnya"),
    }
    marks = re.findall(r"data-guess-mark\s*>\((.*?)\)", text)
    assert marks == [
        "tebakan dari nama berkas",
        "tebakan dari nama berkas",
        "tak tertebak dari nama berkas",
    ]
    assert "Jenis untuk semua berkas" in text


def test_a_single_file_asks_for_its_kind_once(client_for, world, operator, assessment):
    factories.make_tray_file(operator, world.unit, context_key=assessment.key)
    text = client_for("operator").get(ITEM).content.decode()
    assert len(re.findall(r'<select[^>]*name="kind', text)) == 1


def test_a_photograph_ticks_no_decree(client_for, world, operator, assessment):
    row = factories.make_tray_file(
        operator,
        world.unit,
        factories.jpg_bytes(),
        kind="jpg",
        display_name="IMG_2041.jpg",
        context_key=assessment.key,
    )
    client = client_for("operator")
    page = client.get(ITEM).content.decode()
    form = {"tray": row.pk, "konteks": assessment.key, "next": ITEM}
    seen = shown(page, f"kind-{row.pk}")
    client.post(FILE, {**form, f"kind-{row.pk}": seen})
    made = Evidence.objects.get()
    assert made.kind.key == "foto"
    assert ticks(client.get(ITEM).content.decode()) == 0


def test_what_was_seen_is_saved_and_one_select_changes_it(
    client_for, world, operator, assessment
):
    row = factories.make_tray_file(
        operator, world.unit, display_name="scan001.pdf", context_key=assessment.key
    )
    client = client_for("operator")
    chosen = key_of("maklumat_bertanda_tangan")
    client.post(
        FILE, {"tray": row.pk, "konteks": assessment.key, f"kind-{row.pk}": chosen}
    )
    assert str(Evidence.objects.get().kind_id) == chosen
    assert ticks(client.get(ITEM).content.decode()) == 1


def test_several_files_each_of_their_kind_or_all_of_one(client_for, world, operator):
    client = client_for("operator")
    first = [
        factories.make_tray_file(operator, world.unit, display_name=name)
        for name in ("Notula rapat.pdf", "Laporan kegiatan.pdf")
    ]
    client.post(FILE, {"tray": [r.pk for r in first]})
    kinds = Evidence.objects.order_by("pk").values_list("kind__key", flat=True)
    assert list(kinds) == ["notula", "laporan"]
    second = [factories.make_tray_file(operator, world.unit) for _ in range(2)]
    client.post(FILE, {"tray": [r.pk for r in second], "kind": key_of("surat")})
    last = Evidence.objects.order_by("-pk")[:2]
    assert {e.kind.key for e in last} == {"surat"}


@pytest.mark.parametrize("value", ["999999", "x", ""])
def test_a_kind_that_does_not_exist_is_refused(client_for, world, operator, value):
    row = factories.make_tray_file(operator, world.unit)
    answer = client_for("operator").post(
        FILE, {"tray": row.pk, f"kind-{row.pk}": value}
    )
    assert answer.status_code == 422
    assert "Pilih jenis dari daftar" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_the_tray_costs_the_same_with_twenty_files(client_for, world, operator):
    factories.make_assessments(world.unit, world.period)
    client = client_for("operator")

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    factories.make_tray_file(operator, world.unit, display_name="SK Maklumat.pdf")
    client.get(PAGE)
    one = cost()
    for name in ("Foto", "Laporan SKM", "SOP", "Notula", "Denah") * 3:
        factories.make_tray_file(operator, world.unit, display_name=f"{name}.pdf")
    assert cost() == one


# --- Afterwards ---------------------------------------------------------------------
def test_the_item_asks_for_the_kind_that_was_not_said(
    client_for, world, operator, assessment
):
    made = factories.make_evidence(world.unit, by=operator, link_to=[assessment])
    client = client_for("operator")
    text = client.get(ITEM).content.decode()
    assert "Jenisnya belum disebut" in text
    assert ticks(text) == 0
    answer = client.post(
        f"/bukti/{made.pk}/jenis/",
        {"seen": made.kind_id, "kind": key_of("sk_maklumat"), "next": ITEM},
        follow=True,
    )
    text = answer.content.decode()
    assert answer.redirect_chain == [(ITEM, 302)]
    assert "Jenisnya belum disebut" not in text
    assert ticks(text) == 1
    lines = [line.text for line in history_of("evidence", str(made.pk), 5)]
    assert lines[0] == (
        "Jenis diubah dari “Dokumen lainnya” menjadi “Keputusan tentang maklumat "
        "pelayanan”"
    )


@pytest.mark.parametrize(("state", "count"), [("pending", 1), ("rejected", 0)])
def test_a_rejected_file_is_not_there(
    client_for, world, operator, assessment, state, count
):
    factories.make_evidence(
        world.unit,
        by=operator,
        link_to=[assessment],
        kind=factories.get_kind("sk_maklumat"),
        file_state=state,
    )
    assert ticks(client_for("operator").get(ITEM).content.decode()) == count


def test_the_evidences_own_page_asks_with_its_items_kinds_first(
    client_for, world, operator, assessment
):
    made = factories.make_evidence(world.unit, by=operator, link_to=[assessment])
    text = client_for("operator").get(f"/bukti/{made.pk}/").content.decode()
    part = text[text.index("Jenisnya belum disebut") :]
    assert part.index(f'value="{key_of("sk_maklumat")}"') < part.index(
        f'value="{key_of("foto")}"'
    )
    assert "Jenisnya belum disebut" not in (
        client_for("assessor").get(f"/bukti/{made.pk}/").content.decode()
    )


def test_evidence_of_a_unit_above_is_not_asked_about(
    client_for, world, operator, assessment
):
    factories.make_evidence(
        world.region, by=operator, link_to=[assessment], applies_below=True
    )
    text = client_for("operator").get(ITEM).content.decode()
    assert "Jenisnya belum disebut" not in text


def test_a_kind_given_meanwhile_is_not_written_over(world, operator):
    made = factories.make_evidence(world.unit, by=operator)
    seen = made.kind_id
    services.set_kind(
        user=world.people["head"],
        evidence=made,
        seen_kind_id=seen,
        kind=factories.get_kind("foto"),
    )
    with pytest.raises(ConflictError, match="diubah menjadi “Foto”"):
        services.set_kind(
            user=operator,
            evidence=made,
            seen_kind_id=seen,
            kind=factories.get_kind("laporan"),
        )
    made.refresh_from_db()
    assert made.kind.key == "foto"
    assert made.version == 2
    # The same kind once more, as on a second press, is no conflict and no entry.
    services.set_kind(
        user=operator,
        evidence=made,
        seen_kind_id=seen,
        kind=factories.get_kind("foto"),
    )
    assert AuditEntry.objects.filter(action="evidence.changed").count() == 1


@pytest.mark.parametrize("kind", ["tautan_web", "none", ""])
def test_a_kind_that_cannot_be_is_told(client_for, world, operator, kind):
    made = factories.make_evidence(world.unit, by=operator)
    value = key_of(kind) if kind == "tautan_web" else kind
    answer = client_for("operator").post(
        f"/bukti/{made.pk}/jenis/", {"seen": made.kind_id, "kind": value}, follow=True
    )
    text = answer.content.decode()
    said = "memerlukan alamat web" if kind == "tautan_web" else "Pilih jenis dari"
    assert said in text
    made.refresh_from_db()
    assert made.kind.key == "lainnya"


def test_an_edit_names_both_kinds_where_they_differ(client_for, world, operator):
    made = factories.make_evidence(world.unit, by=operator, title="Lama")
    path = f"/bukti/{made.pk}/ubah/"
    form = {"version": 1, "title": "Lama", "kind": key_of("foto")}
    assert client_for("head").post(path, form).status_code == 302
    answer = client_for("operator").post(
        path, {"version": 1, "title": "Baru", "kind": key_of("laporan")}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Jenis: Foto" in text
    assert "Jenis: Laporan" in text


def test_the_words_of_a_submitted_item_keep_a_file_from_the_next_best(
    client_for, world, operator
):
    factories.make_assessment(world.unit, world.period, "06.01", state="submitted")
    factories.make_assessment(world.unit, world.period, "06.10")
    row = factories.make_tray_file(
        operator, world.unit, display_name="SK_Penetapan_Standar_Pelayanan.pdf"
    )
    text = client_for("operator").get(PAGE).content.decode()
    assert shown(text, f"item-{row.pk}") == ""
    assert shown(text, f"kind-{row.pk}") == key_of("keputusan")
