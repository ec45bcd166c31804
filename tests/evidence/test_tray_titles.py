"""Titles in the tray: proposed apart, emptied ones named where they stand."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import Evidence, TrayFile
from tests import factories

from .test_filing_views import KEEP
from .test_tray_keeping import form_of, shown
from .test_upload_views import FILE, PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(people):
    return people["operator"]


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period)


@pytest.fixture
def here(assessment):
    return f"{PAGE}?konteks={assessment.key}"


@pytest.fixture
def scans(world, operator, assessment):
    """Thirty files whose names say nothing, in the tray of one item."""
    return [
        factories.make_tray_file(
            operator,
            world.unit,
            display_name=f"dokumen {number:02}.pdf",
            context_key=assessment.key,
        )
        for number in range(1, 31)
    ]


def field(text, row):
    return re.search(rf'<input[^>]*id="title-{row.pk}"[^>]*>', text)[0]


def summary(text):
    return re.search(r"data-refused.*?</ul>", text, re.S)[0]


def said(text):
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


# --- Proposed -----------------------------------------------------------------------
def test_files_that_say_nothing_get_titles_that_differ(
    client_for, assessment, scans, here
):
    client = client_for("operator")
    title = assessment.item.title
    text = client.get(here).content.decode()
    assert shown(text, f"title-{scans[0].pk}") == f"{title} – dokumen 01"
    client.post(FILE, form_of(text, act="all"))
    # In the order of the tray, for the item and whoever assesses it.
    links = assessment.links.select_related("evidence")
    assert [link.evidence.title for link in links] == [
        f"{title} – dokumen {number:02}" for number in range(1, 31)
    ]


def test_files_of_one_name_are_numbered_over_all_pages(
    client_for, world, operator, assessment, here
):
    rows = [
        factories.make_tray_file(
            operator,
            world.unit,
            display_name="image.jpg",
            kind="jpg",
            context_key=assessment.key,
        )
        for _ in range(22)
    ]
    client = client_for("operator")
    title = f"{assessment.item.title} – image"
    first = client.get(here).content.decode()
    second = client.get(f"{here}&baki=2").content.decode()
    assert shown(first, f"title-{rows[0].pk}") == title
    assert shown(first, f"title-{rows[1].pk}") == f"{title} (2)"
    assert shown(second, f"title-{rows[21].pk}") == f"{title} (22)"
    client.post(FILE, form_of(first, act="all"))
    assert Evidence.objects.values("title").distinct().count() == 22


# --- Emptied ------------------------------------------------------------------------
def test_an_emptied_title_is_marked_in_its_row_and_named(client_for, scans, here):
    client = client_for("operator")
    second = scans[1]
    page = client.get(here).content.decode()
    form = form_of(page, act="file", **{f"title-{second.pk}": ""})
    form["tray"] = [scans[0].pk, second.pk]
    answer = client.post(FILE, form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert not Evidence.objects.exists()
    tag = field(text, second)
    assert 'value=""' in tag
    assert 'aria-invalid="true"' in tag
    assert f'aria-describedby="title-{second.pk}_error"' in tag
    error = re.search(rf'id="title-{second.pk}_error".*?</p>', text, re.S)[0]
    assert "Isi judulnya." in error
    assert text.count("aria-invalid") == 1
    named = summary(text)
    assert "dokumen 02.pdf: Isi judulnya." in said(named)
    assert f'href="#title-{second.pk}"' in named
    assert "id_title" not in named
    # What was left out stays left out.
    assert re.findall(r'name="tray"[^>]*value="(\d+)"[^>]*checked', text) == [
        str(scans[0].pk),
        str(second.pk),
    ]


def test_every_emptied_title_is_named_beside_other_errors(client_for, scans, here):
    client = client_for("operator")
    form = form_of(
        client.get(here).content.decode(),
        act="file",
        url="x" * 501,
        **{f"title-{row.pk}": " " for row in scans[:2]},
    )
    text = client.post(FILE, form).content.decode()
    named = said(summary(text))
    for words in ("dokumen 01.pdf: Isi", "dokumen 02.pdf: Isi", "Alamat web: "):
        assert words in named
    assert "dokumen 03.pdf" not in named


def test_the_page_of_an_emptied_title_is_shown(client_for, scans, here):
    """Emptied on the second page, filed from the first: the second is shown."""
    client = client_for("operator")
    last = scans[-1]
    second = client.get(f"{here}&baki=2").content.decode()
    turned = client.post(KEEP, form_of(second, ke="1", **{f"title-{last.pk}": ""}))
    first = client.get(turned.url).content.decode()
    typed = {f"title-{scans[0].pk}": "Baru diketik"}
    answer = client.post(FILE, form_of(first, act="all", **typed))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert not Evidence.objects.exists()
    assert 'aria-invalid="true"' in field(text, last)
    assert 'value=""' in field(text, last)
    assert "dokumen 30.pdf: Isi judulnya." in said(summary(text))
    assert shown(text, "baki") == "2"
    # What was typed on the page that is no longer shown is there.
    first = client.get(here).content.decode()
    assert shown(first, f"title-{scans[0].pk}") == "Baru diketik"


def test_an_emptied_title_of_a_further_page_is_named_with_it(client_for, scans, here):
    client = client_for("operator")
    last = scans[-1]
    second = client.get(f"{here}&baki=2").content.decode()
    turned = client.post(KEEP, form_of(second, ke="1", **{f"title-{last.pk}": ""}))
    first = client.get(turned.url).content.decode()
    emptied = {f"title-{scans[2].pk}": ""}
    text = client.post(FILE, form_of(first, act="all", **emptied)).content.decode()
    assert 'aria-invalid="true"' in field(text, scans[2])
    named = summary(text)
    assert "dokumen 03.pdf: Isi judulnya." in said(named)
    assert "dokumen 30.pdf: Isi judulnya. (di halaman 2)" in said(named)
    address = re.search(rf'href="([^"]+)#title-{last.pk}"', named)[1]
    there = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value=""' in field(there, last)


def test_of_very_many_emptied_titles_the_others_are_counted(client_for, scans, here):
    TrayFile.objects.update(typed={"title": ""})
    client = client_for("operator")
    form = form_of(client.get(here).content.decode(), act="all")
    named = said(summary(client.post(FILE, form).content.decode()))
    assert "dokumen 20.pdf: Isi judulnya." in named
    assert "dokumen 21.pdf" not in named
    assert "10 berkas lain: Isi judulnya." in named


def test_the_title_of_all_together_is_asked_in_its_own_field(client_for, scans, here):
    client = client_for("operator")
    form = form_of(
        client.get(here).content.decode(),
        act="file",
        mode="one",
        title="",
        **{f"title-{scans[0].pk}": ""},
    )
    text = client.post(FILE, form).content.decode()
    assert 'href="#id_title"' in summary(text)
    assert 'aria-invalid="true"' not in field(text, scans[0])


def test_naming_emptied_titles_costs_the_same_for_thirty_as_for_one(
    client_for, scans, here
):
    client = client_for("operator")
    page = client.get(here).content.decode()

    def cost(rows):
        form = form_of(page, act="all", **{f"title-{row.pk}": "" for row in rows})
        with CaptureQueriesContext(connection) as captured:
            assert client.post(FILE, form).status_code == 422
        return len(captured)

    cost(scans[:1])
    few = cost(scans[:1])
    assert cost(scans[:20]) <= few + 1  # the rows that changed are written in one
