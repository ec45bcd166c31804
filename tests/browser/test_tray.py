"""The tray in a real browser: guesses that are seen, and what is typed kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from evidence.models import Evidence, TrayFile
from tests import factories

from .conftest import audit_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/unggah/PN-SKM/"
KEPT = "/unggah/PN-SKM/baki/simpan/"


def key_of(kind):
    return str(factories.get_kind(kind).pk)


def enter(page):
    sign_in(page, "operator", factories.PASSWORD)
    page.goto(HOME)


@pytest.fixture
def waiting(world):
    """Twenty-two files in the operator's tray, and two items to choose from."""
    for slug in ("06.01", "06.02"):
        factories.make_assessment(world.unit, world.period, slug)
    user = world.people["operator"]
    names = ["SK Maklumat", *(f"Berkas {number:02}" for number in range(2, 23))]
    return [
        factories.make_tray_file(user, world.unit, display_name=f"{name}.pdf")
        for name in names
    ]


def test_another_item_brings_its_kinds_and_its_guess(page, world, waiting):
    first = waiting[0]
    items = {a.item.slug: str(a.pk) for a in world.unit.assessments.all()}
    enter(page)
    kind = page.locator(f"#kind-{first.pk}")
    expect(kind).to_have_value(key_of("sk_maklumat"))
    page.locator(f"#item-{first.pk}").select_option(items["06.01"])
    expect(kind).to_have_value(key_of("keputusan"))
    mark = page.locator(f"[data-tray-kind='{first.pk}'] [data-guess-mark]")
    expect(mark).to_be_visible()
    # What a person chose is no guess, and another item leaves it alone.
    kind.select_option(key_of("foto"))
    expect(mark).to_be_hidden()
    page.locator(f"#item-{first.pk}").select_option(items["06.02"])
    expect(page.locator(f"#kind-{first.pk} optgroup").first).to_contain_text(
        "Keputusan tentang maklumat"
    )
    expect(kind).to_have_value(key_of("foto"))
    audit_page(page)


def test_what_is_typed_is_kept_before_the_tab_is_closed(page, waiting):
    second = waiting[1]
    enter(page)
    with page.expect_response(lambda answer: answer.url.endswith(KEPT)) as kept:
        page.locator(f"#title-{second.pk}").fill("Judul yang diketik")
    assert kept.value.status == 200
    page.goto("/bukti/")
    page.goto(HOME)
    expect(page.locator(f"#title-{second.pk}")).to_have_value("Judul yang diketik")
    # Typed at the last moment: the page that goes away takes it along.
    page.locator(f"#title-{second.pk}").fill("Diketik paling akhir")
    page.goto("/bukti/")
    page.wait_for_timeout(800)
    assert TrayFile.objects.get(pk=second.pk).typed["title"] == "Diketik paling akhir"


@pytest.mark.parametrize("scripts", [True, False])
def test_pages_are_turned_with_everything_typed(open_page, waiting, scripts):
    page = open_page(java_script_enabled=scripts)
    enter(page)
    second, last = waiting[1], waiting[-1]
    page.locator(f"#title-{second.pk}").fill("Di halaman satu")
    page.locator(f"#kind-{second.pk}").select_option(key_of("laporan"))
    page.locator("#id_note").fill("Untuk semuanya")
    page.get_by_role("button", name="Berikutnya").click()
    page.locator(f"#title-{last.pk}").fill("Di halaman dua")
    expect(page.locator("#id_note")).to_have_value("Untuk semuanya")
    page.get_by_role("button", name="Sebelumnya").click()
    expect(page.locator(f"#title-{second.pk}")).to_have_value("Di halaman satu")
    expect(page.locator(f"#kind-{second.pk}")).to_have_value(key_of("laporan"))
    # Back and forth in the browser's own history asks for nothing to be sent again.
    page.go_back()
    expect(page.locator(f"#title-{last.pk}")).to_be_visible()
    page.go_forward()
    page.get_by_role("button", name="Simpan semua (22)").click()
    if scripts:
        page.locator("#confirm .btn--primary").click()
    page.wait_for_load_state()
    expect(page.get_by_text("22 bukti dukung tersimpan.")).to_be_visible()
    made = Evidence.objects.select_related("kind", "latest")
    assert made.get(title="Di halaman satu").kind.key == "laporan"
    assert made.get(title="Di halaman dua").latest.note == "Untuk semuanya"


def test_an_emptied_title_is_found_from_the_summary(page, waiting):
    second, last = waiting[1], waiting[-1]
    enter(page)
    with page.expect_response(lambda answer: answer.url.endswith(KEPT)):
        page.locator(f"#title-{second.pk}").fill("")
    page.get_by_role("button", name="Simpan yang dipilih").last.click()
    page.wait_for_load_state()
    alert = page.locator("[data-refused]")
    expect(alert).to_contain_text("Berkas 02.pdf: Isi judulnya.")
    field = page.locator(f"#title-{second.pk}")
    expect(field).to_have_value("")
    expect(field).to_have_attribute("aria-invalid", "true")
    audit_page(page, allowed=("422",))
    alert.get_by_role("link", name="Berkas 02.pdf").click()
    expect(field).to_be_in_viewport()
    field.fill("SK Tim")
    # Emptied on the second page, filed from the first: the second comes up.
    page.get_by_role("button", name="Berikutnya").click()
    page.locator(f"#title-{last.pk}").fill("")
    page.get_by_role("button", name="Sebelumnya").click()
    page.get_by_role("button", name="Simpan semua (22)").click()
    page.locator("#confirm .btn--primary").click()
    page.wait_for_load_state()
    expect(page.locator("[data-refused]")).to_contain_text("Berkas 22.pdf: Isi")
    expect(page.locator(f"#title-{last.pk}")).to_have_attribute("aria-invalid", "true")
    page.locator(f"#title-{last.pk}").fill("Yang terakhir")
    page.get_by_role("button", name="Simpan semua (22)").click()
    page.locator("#confirm .btn--primary").click()
    expect(page.get_by_text("22 bukti dukung tersimpan.")).to_be_visible()
    assert Evidence.objects.filter(title__in=["SK Tim", "Yang terakhir"]).count() == 2
