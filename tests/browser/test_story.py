"""The whole story, told in both languages: from the first file to a moved number."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from indicators.models import Assessment, State, UnitReadiness
from indicators.services import readiness
from tests import realfiles
from tests.factories import PASSWORD, make_assessments

from .conftest import audit_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/2026/unit/PN-SKM/"
DESK = "/2026/penilaian/PN-SKM/"


@pytest.fixture
def stage(world, settings):
    """The institution with all items of one unit, and jobs that run when told to."""
    make_assessments(world.unit, world.period)
    with transaction.atomic():
        readiness.refresh(work_unit_id=world.unit.pk, period_id=world.period.pk)
    return world


class Actor:
    """One person at one browser, pressing what stands on the page."""

    def __init__(self, page, name):
        self.page = page
        self.clicks = 0
        self.screens = []
        sign_in(page, name, PASSWORD)
        self.see()

    def see(self):
        if not self.screens or self.screens[-1] != self.page.url.split("?")[0]:
            self.screens.append(self.page.url.split("?")[0])

    def go(self, path):
        self.page.goto(path)
        self.see()

    def click(self, selector, **kwargs):
        self.clicks += 1
        self.page.locator(selector).first.click(**kwargs)
        self.page.wait_for_load_state()
        self.see()

    def confirm(self):
        """Say yes in the portal's own dialog."""
        self.clicks += 1
        self.page.locator("#confirm [data-confirm-yes], #confirm .btn--primary").click()
        self.page.wait_for_load_state()

    def choose(self, *files):
        """Pick files as the dialog of the operating system would."""
        self.clicks += 1
        self.page.locator("#files").set_input_files(
            [
                {
                    "name": realfiles.file_name(name),
                    "mimeType": "application/octet-stream",
                    "buffer": realfiles.get(name),
                }
                for name in files
            ]
        )
        expect(self.page.locator("#baki input[name=tray]")).to_have_count(len(files))

    def answer(self, number, text):
        """Choose an answer, type, and wait until the server has it."""
        self.page.locator(f"label[for=option-{number}]").click()
        self.page.locator("#narrative").fill(text)
        with self.page.expect_response(re.compile("/simpan/$")) as answered:
            pass
        assert answered.value.status == 200
        expect(self.page.locator("#answer-status")).to_have_attribute(
            "data-state", "saved"
        )


def tell(open_page, stage, run_jobs, language):
    for person in stage.people.values():
        person.language = language
        person.save(update_fields=["language"])
    actors = {}

    def actor(name, view="light-1366"):
        if name not in actors:
            actors[name] = Actor(open_page(view), name)
            expect(actors[name].page.locator("html")).to_have_attribute(
                "lang", language
            )
        return actors[name]

    manager = actor("manager")
    manager.go("/2026/kesiapan/")
    before = points(stage)
    audit_page(manager.page)

    # The operator uploads three real files of different kinds to two items.
    operator = actor("operator")
    audit_page(operator.page)
    operator.click(f"a.item[href='{HOME}06.01/']")
    operator.choose("docx", "pdf")
    audit_page(operator.page)
    operator.click("button[name=act][value=file]:not(.sr)")
    expect(operator.page.locator("article.evidence")).to_have_count(2)
    operator.answer(1, "SK 12/2026, lampiran halaman 3 sampai 9")
    operator.go(f"{HOME}06.02/")
    operator.choose("phone_photo")
    operator.click("button[name=act][value=file]:not(.sr)")
    expect(operator.page.locator("article.evidence")).to_have_count(1)
    operator.answer(1, "Maklumat terpasang di ruang tunggu")
    run_jobs()
    operator.page.reload()
    audit_page(operator.page)
    operator.go(HOME)
    operator.click(f"form[action='{HOME}ajukan/'] button")
    operator.confirm()
    expect(operator.page).to_have_url(re.compile("/2026/tanda-terima/PJ-2026-0001/$"))
    audit_page(operator.page)

    # The head approves on a phone: the entry, then one press.
    head = actor("head", "light-390")
    head.clicks = 0
    head.click(".bottomnav a[href$='/persetujuan/']")
    audit_page(head.page)
    head.click(f"form[action='{HOME}persetujuan/setujui/'] button")
    assert head.clicks <= 6
    assert states(stage, "06.01", "06.02") == [State.SUBMITTED] * 2

    # The assessor begins, and asks for a revision of the first.
    assessor = actor("assessor")
    audit_page(assessor.page)
    assessor.click(f"form[action='{DESK}mulai/'] button")
    assessor.go(f"{DESK}06.01/")
    expect(assessor.page.locator("#viewer img")).to_be_visible()
    audit_page(assessor.page)
    assessor.page.keyboard.press("r")
    assessor.page.locator("#id_text").fill("Lampiran belum ditandatangani")
    assessor.click("form[action$='/06.01/perbaikan/'] button")
    audit_page(assessor.page)
    assessor.click(f"form[action='{DESK}kirim/'] button")
    assessor.confirm()
    assert states(stage, "06.01") == [State.NEEDS_REVISION]

    # The operator mends it with a new version of the paper.
    operator.go(f"{HOME}06.01/")
    audit_page(operator.page)
    operator.click("a[href*='/versi-baru/']")
    operator.choose("signed_pdf")
    operator.click("form[action$='/versi-baru/'] button.btn--primary")
    expect(operator.page).to_have_url(re.compile("/06.01/"))
    operator.click("form[action$='/tinjau/'] button")
    operator.page.locator("#response").fill("Sudah ditandatangani")
    operator.click("[data-submit]")
    head.click(".bottomnav a[href$='/persetujuan/']")
    head.click(f"form[action='{HOME}persetujuan/setujui/'] button")
    run_jobs()

    # The same assessor sees old and new, and gives the value with the keyboard.
    assessor.go(f"{DESK}06.01/")
    assessor.click(f"form[action='{DESK}06.01/mulai/'] button")
    expect(assessor.page.get_by_text("Sudah ditandatangani").first).to_be_visible()
    assessor.page.keyboard.press("Shift+S")
    assessor.page.wait_for_load_state()
    expect(
        assessor.page.locator("form[action$='/tandai/'] input[value=fits]")
    ).to_have_count(0)
    audit_page(assessor.page)
    assessor.page.keyboard.press("1")
    assessor.page.keyboard.press("Control+Enter")
    expect(assessor.page).to_have_url(re.compile(f"{DESK}06.02/"))
    assert states(stage, "06.01") == [State.SCORED]

    # The manager sees the number move, and the unit the value.
    after = points(stage)
    assert after - before == 250_000_000
    manager.page.reload()
    expect(manager.page.locator("main")).to_contain_text(
        "0,25" if language == "id" else "0.25"
    )
    audit_page(manager.page)
    operator.go(f"{HOME}06.01/")
    expect(operator.page.locator("#hasil")).to_contain_text("A")
    audit_page(operator.page)


def points(stage):
    return UnitReadiness.objects.get(work_unit=stage.unit).nano_certain


def states(stage, *slugs):
    rows = Assessment.objects.filter(work_unit=stage.unit, item__slug__in=slugs)
    return [row.state for row in rows.order_by("item__slug")]


@pytest.mark.pg_story
def test_the_story_in_indonesian(open_page, stage, run_jobs):
    tell(open_page, stage, run_jobs, "id")


def test_the_story_in_english(open_page, stage, run_jobs):
    tell(open_page, stage, run_jobs, "en")


def test_a_new_operators_first_pdf(open_page, stage):
    """At most three screens and six clicks after sign-in."""
    operator = Actor(open_page(), "operator")
    operator.clicks, operator.screens = 0, [operator.page.url]
    operator.click(f"a.item[href='{HOME}06.20/']")
    operator.choose("pdf")
    operator.click("button[name=act][value=file]:not(.sr)")
    expect(operator.page.locator("article.evidence")).to_have_count(1)
    assert operator.clicks <= 6
    assert len(operator.screens) <= 3


def test_verdict_days_and_three_tasks_fit_a_small_screen(open_page, stage):
    page = open_page(viewport={"width": 1366, "height": 625})
    Actor(page, "operator")
    for locator in (
        page.locator(".verdict__text").first,
        page.locator(".page-head .lead").first,
        page.locator(".task").nth(0),
        page.locator(".task").nth(1),
        page.locator(".task").nth(2),
    ):
        box = locator.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 625
