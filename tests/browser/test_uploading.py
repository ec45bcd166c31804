"""Uploading, the tray, the list and the pages of evidence in a real browser."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from evidence.models import Evidence, TrayFile
from tests import factories

from .conftest import audit_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/unggah/PN-SKM/"
PDF = factories.pdf_bytes("Daftar kanal pengaduan", "Halaman dua")


def file(name, data=PDF, mime="application/pdf"):
    return {"name": name, "mimeType": mime, "buffer": data}


@pytest.fixture
def enter(world, live_server):
    """Return a function that signs a person in by cookie, without the form."""

    def signed_in(page, name="operator"):
        client = Client()
        client.force_login(world.people[name])
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return signed_in


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period)


def test_good_files_stay_when_others_are_refused(page, enter, assessment):
    enter(page).goto(f"{HOME}?konteks={assessment.key}")
    page.locator("#files").set_input_files(
        [
            file("Daftar kanal.pdf"),
            file("laman.pdf", b"<!doctype html><html><body>x</body></html>"),
            file("kosong.pdf", b""),
            file("foto loket.png", factories.png_bytes(), "image/png"),
        ]
    )
    tray = page.locator("[data-tray]")
    tray.get_by_text("2 berkas di baki").wait_for()
    refused = page.locator("[data-upload-queue] [data-state=refused]")
    assert refused.count() == 2
    assert "HTML" in refused.nth(0).inner_text()
    assert "kosong" in refused.nth(1).inner_text()
    assert page.locator("[data-upload-queue] [data-state=accepted]").count() == 0
    assert TrayFile.objects.count() == 2
    audit_page(page, allowed=("422",))
    tray.get_by_role("button", name="Simpan yang dipilih").click()
    page.get_by_text("2 bukti dukung tersimpan").wait_for()
    assert set(Evidence.objects.values_list("title", flat=True)) == {
        "Daftar kanal",
        "Foto loket",
    }
    assessment.refresh_from_db()
    assert assessment.n_links == 2


def test_a_broken_line_is_retried_and_makes_one_row(page, enter, assessment):
    """Twice the line breaks on the way; once the answer is lost after the row stood."""
    calls = []

    def break_twice(route):
        calls.append(route.request.url)
        if len(calls) < 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    enter(page).goto(HOME)
    page.route("**/berkas/", break_twice)
    page.locator("#files").set_input_files(file("SK.pdf"))
    page.get_by_text("1 berkas di baki").wait_for()
    assert len(calls) == 3
    assert TrayFile.objects.count() == 1


def test_a_line_that_stays_broken_is_said_as_that(page, enter, assessment):
    enter(page).goto(HOME)
    page.route("**/berkas/", lambda route: route.abort("connectionreset"))
    page.locator("#files").set_input_files(file("SK.pdf"))
    row = page.locator("[data-upload-queue] [data-state=unsent]")
    row.wait_for(timeout=15_000)
    assert "Belum terkirim karena sambungan terputus" in row.inner_text()
    summary = page.locator("[data-upload-summary]").inner_text()
    assert summary == "1 belum terkirim"
    audit_page(page, allowed=("ERR_CONNECTION_RESET",))
    page.unroute("**/berkas/")
    row.get_by_role("button", name="Coba lagi").click()
    page.get_by_text("1 berkas di baki").wait_for()


def test_the_tray_stands_as_the_files_were_chosen(page, enter, assessment):
    """The first of five arrives last, and a later choice comes behind them."""
    held = []

    def hold_the_first(route):
        if not held:
            held.append(route)
        else:
            route.continue_()

    names = [f"dokumen {n:02}.pdf" for n in range(1, 6)]
    enter(page).goto(f"{HOME}?konteks={assessment.key}")
    page.route("**/berkas/", hold_the_first)
    page.locator("#files").set_input_files(
        [file(name, factories.pdf_bytes(name)) for name in names]
    )
    page.locator("[data-upload-queue] [data-state=accepted]").nth(3).wait_for()
    page.locator("#files").set_input_files([file("Akhir.pdf")])
    page.locator("[data-upload-queue] [data-state=accepted]").nth(4).wait_for()
    held[0].continue_()
    page.get_by_text("6 berkas di baki").wait_for()
    shown = page.locator("[data-tray] a.file__name").all_inner_texts()
    assert shown == [*names, "Akhir.pdf"]
    # Enter in a title files, with scripts too.
    page.locator("[data-tray] input[name^=title-]").first.press("Enter")
    page.get_by_text("6 bukti dukung tersimpan").wait_for()
    titles = [link.evidence.title for link in assessment.links.all()]
    assert titles[0] == f"{assessment.item.title} – dokumen 01"
    assert titles == [*sorted(titles[:-1]), "Akhir"]


def test_more_than_a_tray_holds_is_refused_as_a_whole(page, enter, assessment):
    enter(page).goto(HOME)
    page.locator("[data-upload]").evaluate("e => { e.dataset.maxFiles = '3'; }")
    page.locator("#files").set_input_files([file(f"{n}.pdf") for n in range(4)])
    page.get_by_text("belum ada yang diunggah").wait_for()
    assert page.locator("[data-upload-queue] li").count() == 0
    page.locator("#files").set_input_files([file(f"{n}.pdf") for n in range(3)])
    page.get_by_text("3 berkas di baki").wait_for()
    assert page.get_by_text("belum ada yang diunggah").count() == 0
    assert TrayFile.objects.count() == 3


def test_the_whole_form_stays_whole_after_an_upload(page, enter, assessment):
    enter(page).goto(HOME)
    page.locator("#files").set_input_files(file("SK.pdf"))
    page.get_by_text("1 berkas di baki").wait_for()
    assert page.get_by_text("Pakai juga untuk butir lain").count() == 1


def test_an_answer_lost_on_the_way_makes_no_second_row(page, enter, assessment):
    calls = []

    def lose_the_answer(route):
        calls.append(1)
        if len(calls) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    enter(page).goto(HOME)
    page.route("**/berkas/", lose_the_answer)
    page.locator("#files").set_input_files(file("SK.pdf"))
    page.get_by_text("1 berkas di baki").wait_for()
    assert len(calls) == 2
    assert TrayFile.objects.count() == 1


def test_cancel_and_try_again(page, enter, assessment):
    held = []
    enter(page).goto(HOME)
    page.route("**/berkas/", lambda route: held.append(route))
    page.locator("#files").set_input_files([file(f"{n}.pdf") for n in range(5)])
    page.locator("[data-state=uploading]").nth(2).wait_for()
    assert page.locator("[data-state=queued]").count() == 2
    page.get_by_role("button", name="Batalkan semua").click()
    assert page.locator("[data-state=cancelled]").count() == 5
    page.unroute("**/berkas/")
    page.get_by_role("button", name="Coba lagi semua").click()
    page.get_by_text("5 berkas di baki").wait_for()
    assert TrayFile.objects.count() == 5


def test_a_session_that_ended_is_said_and_nothing_lost(page, enter, assessment):
    enter(page).goto(HOME)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#files").set_input_files([file("A.pdf"), file("B.pdf")])
    page.locator("[data-state=unsent]").nth(1).wait_for()
    text = page.locator("[data-upload-queue]").inner_text()
    assert text.count("sesi Anda berakhir") == 2
    enter(page)
    page.get_by_role("button", name="Coba lagi semua").click()
    page.get_by_text("2 berkas di baki").wait_for()


def test_five_hundred_files_at_once(page, enter, assessment):
    enter(page).goto(f"{HOME}?konteks={assessment.key}")
    page.locator("#files").set_input_files(
        [
            file(f"Foto {n:03}.png", factories.png_bytes(8, 8, n + 1), "image/png")
            for n in range(500)
        ]
    )
    page.get_by_text("500 berkas di baki").wait_for(timeout=120_000)
    assert TrayFile.objects.count() == 500
    page.get_by_role("button", name="Simpan semua (500)").click()
    dialog = page.locator("#confirm")
    assert dialog.locator("h2").inner_text() == "Simpan semua 500 berkas di baki?"
    assert "berlaku untuk semuanya" in dialog.inner_text()
    audit_page(page)
    dialog.get_by_role("button", name="Simpan semua (500)").click()
    page.get_by_text("500 bukti dukung tersimpan").wait_for(timeout=60_000)
    assert Evidence.objects.count() == 500


def test_what_was_typed_survives_later_uploads(page, enter, assessment):
    enter(page).goto(f"{HOME}?konteks={assessment.key}")
    page.locator("#files").set_input_files(file("scan001.pdf"))
    title = page.get_by_label("Judul").first
    title.fill("Daftar kanal tahun 2026")
    page.locator("#files").set_input_files(file("Lain.pdf", factories.png_bytes()))
    page.get_by_text("2 berkas di baki").wait_for()
    assert page.get_by_label("Judul").first.input_value() == "Daftar kanal tahun 2026"


def test_without_scripts_a_plain_form_does_the_same(open_page, enter, assessment):
    page = enter(open_page(java_script_enabled=False))
    page.goto(f"{HOME}?konteks={assessment.key}&next=/bukti/")
    page.locator("#files").set_input_files(
        [file("SK Tim.pdf"), file("laman.pdf", b"<!doctype html><html>")]
    )
    page.get_by_role("button", name="Unggah", exact=True).click()
    assert page.get_by_text("1 berkas masuk baki").is_visible()
    assert page.get_by_text("Berkas “laman.pdf” belum bisa diterima").is_visible()
    # The form leads back to the tray, and later files take what is typed along.
    page.get_by_label("Judul").first.fill("SK Tim Pengaduan")
    page.locator("#id_note").fill("Catatan untuk semuanya")
    page.locator("#files").set_input_files([file("Lampiran.pdf", PDF + b"\n")])
    page.get_by_role("button", name="Unggah", exact=True).click()
    assert page.get_by_text("2 berkas di baki").is_visible()
    assert page.get_by_label("Judul").first.input_value() == "SK Tim Pengaduan"
    assert page.locator("#id_note").input_value() == "Catatan untuk semuanya"
    # Enter in a title files what is ticked, as the button below does.
    page.get_by_label("Judul").first.press("Enter")
    page.wait_for_url("**/bukti/")
    made = Evidence.objects.order_by("pk").select_related("latest")
    assert [one.title for one in made] == ["SK Tim Pengaduan", "Lampiran"]
    assert {one.latest.note for one in made} == {"Catatan untuk semuanya"}


@pytest.fixture
def shown(world, people, assessment):
    """Evidence in several states with versions, links and previews."""
    from evidence.services import processing

    operator = people["operator"]
    twin = factories.make_assessment(world.unit, world.period, "06.18")
    made = factories.make_evidence(
        world.unit,
        by=operator,
        title="Daftar kanal pengaduan dan konsultasi beserta petugasnya tahun 2026",
        kind=factories.get_kind("daftar_kanal_pengaduan"),
        files=[PDF, factories.png_bytes(400, 300)],
        file_state="pending",
        link_to=[assessment, twin],
    )
    factories.make_version(
        made, files=[factories.pdf_bytes(*map(str, range(8)))], state="pending"
    )
    for version in made.versions.all():
        for one in version.files.all():
            processing.process(one.pk)
    factories.make_evidence(
        world.unit,
        by=operator,
        title="Foto kotak saran",
        file_kind="png",
        files=[b"\x89PNG\r\n\x1a\n"],
        file_state="rejected",
    )
    factories.make_evidence(
        world.unit, by=operator, title="Profil unit pada SP4N-LAPOR!"
    )
    factories.make_tray_file(operator, world.unit, display_name="SK_Maklumat.pdf")
    factories.make_tray_file(operator, world.unit, display_name="scan001.pdf")
    return made


def test_pages_are_turned_in_the_viewer(page, enter, shown):
    pdf = shown.latest.files.get()
    enter(page).goto(f"/berkas/{pdf.pk}/")
    assert "1 / 8" in page.locator(".viewer").inner_text()
    page.get_by_role("link", name="Halaman berikutnya").first.click()
    page.wait_for_url(re.compile("halaman=2"))
    natural = page.locator(".viewer__stage img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert natural > 500
