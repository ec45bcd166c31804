"""The pages of the portal and the states that each of them has.

`tests/browser/test_every_page.py` opens them; an address that answers GET and stands
neither in `PAGES` nor in `NOT_PAGES` fails there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from indicators.models import Assessment, ScoreDraft
from tests import realfiles
from tests.factories import PASSWORD

from .site import LOCKED

HOME = "/2026/unit/PN-SKM/"
DESK = "/2026/penilaian/PN-SKM/"

NOT_PAGES = {
    "healthz": "plain text for the supervisor",
    "mfa_download_recovery_codes": "a text file",
    "accounts:start": "takes the secret out of the address and leads to start-page",
    "evidence:tray": "a part of the upload page, for scripts",
    "evidence:tray-download": "a file",
    "evidence:file-download": "a file",
    "evidence:page-image": "an image",
    "evidence:page-thumb": "an image",
    "evidence:page-text": "a part of the desk, for scripts",
}
"""Addresses that answer GET with something else than a page, and with what."""


@dataclass(frozen=True)
class Case:
    """One page in one state.

    Attributes:
        person: Who opens it, by the names of `Site.people`.
        path: Address; words in braces are rows of `Site.things`.
        status: Answer of the first request.
        act: What is done on the page to bring it into its state.
        allowed: What the console may say in this state.
        is_main: Also looked at in forced colours.
        name: Tells states of one address apart.
    """

    person: str
    path: str
    status: int = 200
    act: Callable[[Page], None] | None = None
    allowed: tuple[str, ...] = ()
    is_main: bool = False
    name: str = ""

    def __str__(self) -> str:
        return f"{self.path}{' ' + self.name if self.name else ''} as {self.person}"


# --- What brings a page into its state ----------------------------------------------
def press(selector: str, status: int = 0, **fields: str) -> Callable[[Page], None]:
    """Fill in fields, switch the browser's own checks off, and press a button."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}]").first.fill(value)
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        if not status:
            page.locator(selector).first.click()
            return
        with page.expect_response(
            lambda answer: answer.request.method == "POST"
        ) as answered:
            page.locator(selector).first.click()
        assert answered.value.status == status
        page.wait_for_load_state()

    return act


def send(form: str, status: int, **fields: str) -> Callable[[Page], None]:
    """Fill in fields and send the form itself, past the scripts that watch it."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"{form} [name={name}]").fill(value)
        with page.expect_navigation() as answered:
            page.locator(form).evaluate("form => form.submit()")
        assert answered.value.status == status

    return act


def refused(selector: str, status: int, **fields: str) -> dict:
    """Return the values of a `Case` whose form is refused."""
    return {
        "act": press(selector, status, **fields),
        "allowed": (f"status of {status}",),
        "name": f"→ {status}",
    }


def unfold(page: Page) -> None:
    """Open everything that is folded, but menus."""
    page.evaluate("document.querySelectorAll('details.fold').forEach(d => d.open = 1)")


def open_menu(page: Page) -> None:
    page.locator(".topbar .who").click()


def second_step(page: Page) -> None:
    page.locator("input[name=login]").fill("careful")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button.btn--primary").click()
    page.wait_for_url("**/masuk/kode/**")


def follow_link(page: Page) -> None:
    expect(page.locator("input[name=password]")).to_be_visible()


def lose_the_race(page: Page) -> None:
    """Let somebody else save while the page stands open."""
    row = Assessment.objects.get(
        work_unit__code="PN-SKM", period__slug="2026", item__slug="06.10"
    )
    Assessment.objects.filter(pk=row.pk).update(version=row.version + 5)
    send("#answer-form", 409, narrative="Tulisan saya")(page)


def lose_at_the_desk(page: Page) -> None:
    """Let another window of the same assessor save first."""
    ScoreDraft.objects.update(version=5, data={"note": "Dari jendela lain"})
    page.locator("#id_note").fill("Dari jendela ini")
    press("[data-save-here]", 409)(page)
    expect(page.locator("[data-conflict]")).to_be_visible()


def forget_cookie(page: Page) -> None:
    page.context.clear_cookies(name="csrftoken")
    press("main form .btn--primary", 403)(page)


def upload_two(page: Page) -> None:
    """One that is kept and one that is refused with its reason."""
    page.locator("#files").set_input_files(
        [
            {
                "name": "Notula rapat.pdf",
                "mimeType": "application/pdf",
                "buffer": realfiles.get("pdf"),
            },
            {
                "name": "SKM TW1.doc",
                "mimeType": "application/msword",
                "buffer": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            },
        ]
    )
    expect(page.locator("[data-state=refused]")).to_be_visible()
    expect(page.get_by_text("Notula rapat.pdf").first).to_be_visible()


PAGES = (
    # Before the door
    Case("anonymous", "/masuk/", is_main=True),
    Case(
        "anonymous",
        "/masuk/",
        act=press("main form .btn--primary", 200, login="operator", password="keliru"),
        name="wrong",
    ),
    Case(
        "anonymous",
        "/masuk/",
        **refused("main form .btn--primary", 429, login=LOCKED, password="keliru"),
    ),
    Case("anonymous", "/masuk/", act=second_step, name="then the code"),
    Case("anonymous", "/masuk/tidak-aktif/"),
    Case("anonymous", "/mulai/", 410, allowed=("status of 410",)),
    Case("anonymous", "/mulai/{token}/", act=follow_link, name="then the password"),
    Case("anonymous", "/tidak-ada/", 404, allowed=("status of 404",)),
    Case("anonymous", "/uji/400/", 400, allowed=("status of 400",)),
    Case("anonymous", "/uji/500/", 500, allowed=("status of 500",)),
    # Own account
    Case("nobody", "/", name="without a role"),
    Case("complaint_officer", "/", name="without a page of work"),
    Case("operator", "/akun/"),
    Case("operator", "/akun/", act=open_menu, name="menu"),
    Case("operator", "/keluar/"),
    Case("operator", "/akun/kata-sandi/"),
    Case(
        "operator",
        "/akun/kata-sandi/",
        act=press("main form .btn--primary", 200),
        name="wrong",
    ),
    Case(
        "operator",
        "/akun/kata-sandi/",
        act=forget_cookie,
        name="→ 403",
        allowed=("status of 403",),
    ),
    Case("fresh", "/akun/kata-sandi/buat/"),
    Case("operator", "/akun/pastikan/"),
    Case("careful", "/akun/pastikan/kode/"),
    Case("operator", "/akun/dua-langkah/"),
    Case("careful", "/akun/dua-langkah/", name="on"),
    Case("operator", "/akun/dua-langkah/aktifkan/"),
    Case("careful", "/akun/dua-langkah/matikan/"),
    Case("careful", "/akun/dua-langkah/kode/"),
    Case("careful", "/akun/dua-langkah/kode/baru/"),
    Case("operator", "/kotak-masuk/", is_main=True),
    Case("controller", "/kotak-masuk/", name="empty"),
    # Units, people, free days
    Case("administrator", "/unit-kerja/", is_main=True),
    Case("administrator", "/unit-kerja/?q=sukamaju", name="found"),
    Case("administrator", "/unit-kerja/?q=zzz", name="nothing"),
    Case("administrator", "/unit-kerja/baru/"),
    Case(
        "administrator", "/unit-kerja/baru/", **refused("main form .btn--primary", 422)
    ),
    Case("administrator", "/unit-kerja/PN-SKM/"),
    Case("administrator", "/unit-kerja/PN-OLD/", name="closed"),
    Case("administrator", "/unit-kerja/PN-SKM/ubah/"),
    Case("administrator", "/unit-kerja/PN-SKM/pindah/"),
    Case("administrator", "/unit-kerja/PN-SKM/tutup/"),
    Case("administrator", "/unit-kerja/PN-SKM/orang/"),
    Case("administrator", "/unit-kerja/PN-SKM/layanan/baru/"),
    Case("administrator", "/unit-kerja/PN-SKM/layanan/{service}/"),
    Case("administrator", "/orang/", is_main=True),
    Case("administrator", "/orang/?q=zzz", name="nothing"),
    Case("administrator", "/orang/baru/"),
    Case("administrator", "/orang/baru/", **refused("main form .btn--primary", 422)),
    Case("administrator", "/orang/operator/"),
    Case("administrator", "/orang/operator/ubah/"),
    Case("administrator", "/orang/operator/tautan/"),
    Case("administrator", "/orang/operator/nonaktifkan/"),
    Case("administrator", "/orang/operator/peran/"),
    Case("administrator", "/peran/{membership}/akhiri/"),
    Case("administrator", "/hari-libur/"),
    Case("administrator", "/hari-libur/2026/"),
    Case("administrator", "/hari-libur/2027/", name="empty"),
    Case("administrator", "/hari-libur/2026/baru/"),
    Case("administrator", "/hari-libur/2026/{holiday}/"),
    Case("auditor", "/unit-kerja/PN-SKM/", name="read"),
    Case("auditor", "/orang/operator/", name="read"),
    Case("auditor", "/periode/2026/", name="read"),
    Case("operator", "/orang/", 403, allowed=("status of 403",)),
    Case("operator", "/tidak-ada/", 404, allowed=("status of 404",)),
    # Periods
    Case("administrator", "/periode/"),
    Case("administrator", "/periode/baru/"),
    Case("administrator", "/periode/baru/", **refused("main form .btn--primary", 422)),
    Case("administrator", "/periode/2026/"),
    Case("administrator", "/periode/2025/", name="closed"),
    Case("administrator", "/periode/2026/ubah/"),
    Case("administrator", "/periode/2026/jadwal/"),
    Case("administrator", "/periode/2026/tutup/"),
    Case("lead", "/periode/2026/penugasan/"),
    Case("auditor", "/periode/2026/penugasan/", name="read"),
    # Readiness
    Case("manager", "/2026/kesiapan/", is_main=True),
    Case("administrator", "/2026/kesiapan/", name="all"),
    Case("operator", "/2026/kesiapan/", name="one unit"),
    Case("manager", "/2026/kesiapan/KW-JTG/"),
    Case("manager", "/2026/kesiapan-butir/"),
    # The log
    Case("auditor", "/jejak-audit/", is_main=True),
    Case("administrator", "/jejak-audit/?jenis=penilaian", name="one kind"),
    Case("auditor", "/jejak-audit/?objek=user:1&sampai=2020-01-01", name="nothing"),
    Case(
        "auditor",
        "/jejak-audit/?orang=tidak-ada",
        422,
        allowed=("status of 422",),
        name="→ 422",
    ),
    # The unit
    Case("operator", HOME, is_main=True),
    Case("head", HOME, name="head"),
    Case("manager", HOME, name="read"),
    Case("operator", "/2025/unit/PN-SKM/", name="closed"),
    Case("administrator", "/2026/unit/ITJEN/", name="not assessed"),
    Case("operator", HOME, act=press("main .page-head form button"), name="asked"),
    Case("operator", HOME + "06.03/", is_main=True, act=unfold),
    Case("operator", HOME + "06.10/", name="empty"),
    Case(
        "operator",
        HOME + "06.10/",
        act=lose_the_race,
        name="→ 409",
        allowed=("status of 409",),
    ),
    Case("operator", HOME + "06.04/", name="left-over draft"),
    Case("operator", HOME + "06.05/", name="sent back"),
    Case("operator", HOME + "06.07/", name="submitted"),
    Case("operator", HOME + "06.08/", name="scored"),
    Case("operator", HOME + "LKE-II.i.b/", name="share"),
    Case(
        "operator",
        HOME + "LKE-II.i.b/",
        act=send("#answer-form", 422, numerator="banyak"),
        name="→ 422",
        allowed=("status of 422",),
    ),
    Case("coach", HOME + "06.03/", name="read"),
    Case("operator", "/2025/unit/PN-SKM/06.01/", name="closed"),
    Case("operator", HOME + "06.10/pakai-yang-ada/"),
    Case(
        "operator",
        HOME + "06.10/pakai-yang-ada/",
        **refused("main form .btn--primary", 422),
    ),
    Case("head", HOME + "persetujuan/", is_main=True, act=unfold),
    Case(
        "head",
        HOME + "persetujuan/",
        act=lambda page: (
            unfold(page),
            press("form[action$='/kembalikan/'] button", 302)(page),
        ),
        name="refused",
    ),
    Case("head_elsewhere", "/2026/unit/PN-AMB/persetujuan/", name="empty"),
    Case("operator", "/2026/tanda-terima/{receipt}/", is_main=True),
    # Evidence
    Case("operator", "/unggah/PN-SKM/", is_main=True, act=unfold),
    Case("operator_elsewhere", "/unggah/PN-AMB/", name="empty"),
    Case(
        "operator_elsewhere",
        "/unggah/PN-AMB/",
        act=upload_two,
        name="uploaded",
        allowed=("status of 422",),
    ),
    Case("operator", "/bukti/", is_main=True),
    Case("auditor", "/bukti/", name="all"),
    Case("operator", "/bukti/?q=zzz", name="nothing"),
    Case("nobody", "/bukti/", name="empty"),
    Case("operator", "/bukti/{evidence}/", is_main=True, act=unfold),
    Case("manager", "/bukti/{evidence}/", name="read"),
    Case("operator", "/bukti/{withdrawn}/", name="withdrawn"),
    Case("operator", "/bukti/{binned}/", name="binned"),
    Case("operator", "/bukti/{evidence}/versi-baru/", act=unfold),
    Case(
        "operator",
        "/bukti/{evidence}/versi-baru/",
        **refused("main form .actionbar .btn--primary", 422),
    ),
    Case("operator", "/berkas/{file}/", is_main=True),
    Case("operator", "/berkas/{rejected}/", name="rejected"),
    # The desk
    Case("assessor", "/2026/penilaian/", is_main=True),
    Case("lead", "/2026/penilaian/", name="lead"),
    Case("assessor_unassigned", "/2026/penilaian/", name="empty"),
    Case("assessor", DESK + "06.01/", is_main=True, act=unfold),
    Case("assessor", DESK + "06.01/?q=standar", name="found"),
    Case("assessor", DESK + "06.01/?urut=butir", name="one item"),
    Case("assessor", DESK + "06.01/", **refused("[data-key='ctrl+Enter']", 422)),
    Case(
        "assessor", DESK + "06.01/", act=press("[data-dialog-open=tombol]"), name="keys"
    ),
    Case("assessor", DESK + "06.10/", name="nothing yet"),
    Case("assessor", DESK + "06.07/", name="to begin"),
    Case("assessor", DESK + "06.08/", act=unfold, name="to correct"),
    Case("assessor", DESK + "06.12/", is_main=True, name="came back"),
    Case(
        "assessor",
        DESK + "06.01/",
        act=lose_at_the_desk,
        allowed=("status of 409",),
        name="two windows",
    ),
    Case("assessor", DESK + "06.09/", name="to undo"),
    Case("lead", DESK + "06.01/", name="lead"),
)
