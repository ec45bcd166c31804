"""The inbox page: whose notices, in which order, what pressing does."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _

from tests.factories import make_user
from wbk_portal.common import registry
from wbk_portal.ops import services
from wbk_portal.ops.inbox import Cursor, inbox_page
from wbk_portal.ops.models import Notice

TODAY = dt.datetime(2026, 5, 29, 8, 58, tzinfo=dt.UTC)  # Friday, 15.58 WIB


@pytest.fixture
def kind():
    text = registry.NoticeText(
        "t.revision", _("%(item)s perlu perbaikan"), icon="rotate-ccw"
    )
    registry.notices.register(text)
    yield text.key
    registry.notices.unregister(text.key)


@pytest.fixture
def sari(db):
    return make_user("sari")


@pytest.fixture
def browser(client, sari):
    client.force_login(sari)
    return client


def tell(person, key="1", kind="t.revision", item="06.13"):
    services.notify(person.key, kind, key, f"/2026/unit/PN-SKM/{item}/", {"item": item})
    return Notice.objects.get(recipient_key=person.key, kind=kind, key=key)


def test_the_door_is_closed(client, db):
    response = client.get("/kotak-masuk/")
    assert response.status_code == 302
    assert response["Location"].startswith("/masuk/")


def test_an_empty_inbox_says_so(browser):
    page = browser.get("/kotak-masuk/").content.decode()
    assert "Kotak masuk Anda kosong" in page
    assert "Tandai semua sudah dibaca" not in page


def test_unseen_stand_first_grouped_by_day(browser, sari, kind):
    days = [
        (9, "06.01", True),
        (1, "06.02", False),
        (0, "06.03", True),
        (0, "06.04", 0),
    ]
    for ago, item, seen in days:
        with time_machine.travel(TODAY - dt.timedelta(days=ago), tick=False):
            notice = tell(sari, item, item=item)
            if seen:
                services.mark_seen(sari.key, [notice.pk])
    with time_machine.travel(TODAY, tick=False):
        browser.force_login(sari)
        page = browser.get("/kotak-masuk/").content.decode()
    pattern = (
        r"<h2 id=.hari-\d+.>([^<]+)|(06\.\d\d) perlu perbaikan"
        r"|class=\"badge tone-(\w+)"
    )
    found = re.findall(pattern, page)
    assert ["".join(hit) for hit in found] == [
        *("Hari ini", "amber", "06.04"),
        *("Kemarin", "amber", "06.02"),
        *("Hari ini", "idle", "06.03"),
        *("Rabu, 20 Mei 2026", "idle", "06.01"),
    ]
    assert "15.58 WIB" in page


def test_opening_marks_as_seen_and_leads_to_the_item(browser, sari, kind):
    notice = tell(sari)
    response = browser.post(f"/kotak-masuk/{notice.pk}/buka/")
    assert (response.status_code, response["Location"]) == (
        302,
        "/2026/unit/PN-SKM/06.13/",
    )
    assert services.unseen_count(sari.key) == 0
    page = browser.get("/kotak-masuk/").content.decode()
    assert 'href="/2026/unit/PN-SKM/06.13/"' in page


def test_reading_the_page_writes_nothing(browser, sari, kind):
    notice = tell(sari)
    browser.get("/kotak-masuk/")
    assert services.unseen_count(sari.key) == 1
    assert browser.get(f"/kotak-masuk/{notice.pk}/buka/").status_code == 405
    assert browser.get("/kotak-masuk/dibaca/").status_code == 405


def test_another_person_s_notice_is_not_there(browser, sari, kind):
    budi = make_user("budi")
    notice = tell(budi, item="06.24")
    assert "06.24" not in browser.get("/kotak-masuk/").content.decode()
    assert browser.post(f"/kotak-masuk/{notice.pk}/buka/").status_code == 404
    browser.post("/kotak-masuk/dibaca/", {"sampai": str(notice.pk)})
    assert services.unseen_count(budi.key) == 1


def test_marking_all_spares_what_came_after_the_page(browser, sari, kind):
    for n in range(3):
        newest = tell(sari, str(n)).pk
    page = browser.get("/kotak-masuk/").content.decode()
    assert f'name="sampai" value="{newest}"' in page
    tell(sari, "later")
    response = browser.post("/kotak-masuk/dibaca/", {"sampai": newest}, follow=True)
    assert "3 pemberitahuan ditandai sudah dibaca." in response.content.decode()
    assert services.unseen_count(sari.key) == 1


@pytest.mark.parametrize("value", ["", "-1", "1 OR 1", "٣", "9" * 30])
def test_marking_with_nonsense_marks_nothing(browser, sari, kind, value):
    tell(sari)
    response = browser.post("/kotak-masuk/dibaca/", {"sampai": value})
    assert response.status_code == 302
    assert services.unseen_count(sari.key) == 1


@pytest.mark.parametrize(("unseen", "seen"), [(7, 0), (0, 7), (3, 4), (4, 9), (6, 3)])
def test_pages_by_key_show_each_notice_once(sari, kind, unseen, seen):
    for n in range(unseen + seen):
        tell(sari, str(n))
    marked = Notice.objects.order_by("?").values_list("pk", flat=True)[:seen]
    services.mark_seen(sari.key, list(marked))
    shown, cursor = [], None
    while True:
        page = inbox_page(sari.key, cursor, size=3)
        shown += [line for group in page.groups for line in group.lines]
        if page.older is None:
            break
        cursor = Cursor.parse(str(page.older))
    rows = Notice.objects.all()
    new = sorted((n.pk for n in rows if n.seen_at is None), reverse=True)
    old = sorted((n.pk for n in rows if n.seen_at is not None), reverse=True)
    assert [line.id for line in shown] == new + old


@pytest.mark.parametrize(
    "text", ["", "baru", "lama-", "x-3", "baru--3", "lama-" + "9" * 40]
)
def test_a_broken_cursor_is_no_error(browser, sari, kind, text):
    tell(sari)
    assert browser.get("/kotak-masuk/", {"mulai": text}).status_code == 200


def test_texts_are_escaped_and_unknown_kinds_have_a_sentence(browser, sari, kind):
    tell(sari, item="<script>alert(1)</script>")
    tell(sari, kind="t.unknown")
    page = browser.get("/kotak-masuk/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "Ada perkembangan baru." in page


def test_the_page_costs_the_same_for_any_number(browser, sari, kind):
    counts = []
    for size in (3, 90):
        for n in range(size):
            tell(sari, f"{size}/{n}")
        marked = Notice.objects.filter(key__endswith="1").values_list("pk", flat=True)
        services.mark_seen(sari.key, list(marked))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/kotak-masuk/").status_code == 200
        counts.append(len(queries))
        notices = [q for q in queries if "ops_notice" in q["sql"]]
        # Two parts of the page, and the bell.
        assert len(notices) <= 3
    assert counts[1] <= counts[0] <= 10


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 item of Kantor Layanan Sukamaju awaits your approval."),
        (4, "4 items of Kantor Layanan Sukamaju await your approval."),
    ],
)
def test_a_count_agrees_with_its_sentence(browser, sari, count, sentence):
    services.notify(
        sari.key,
        "round.awaiting_approval",
        "x",
        "/",
        {"unit": "Kantor Layanan Sukamaju", "count": count},
    )
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert sentence in browser.get("/kotak-masuk/").content.decode()
