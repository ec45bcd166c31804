"""Two people, or two tabs, at the same moment: real threads on a real database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from evidence.models import Blob, Evidence, EvidenceLink, TrayFile
from evidence.services import evidence, links, processing, tray
from tests import factories
from wbk_portal.accounts.models import User
from wbk_portal.audit import verify_all
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.storage import iter_keys

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run functions in threads of their own; return results and errors in order."""

    def run(act):
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def fresh(user):
    """Return the person as another request would read them."""
    return User.objects.get(pk=user.pk)


def test_one_token_from_two_tabs_makes_one_row(world, people):
    def send():
        return tray.accept(
            user=fresh(people["operator"]),
            work_unit=world.unit,
            upload=SimpleUploadedFile("SK.pdf", factories.pdf_bytes("satu")),
            client_token="abcdefgh1234",
        )

    found = at_once(*[send] * 4)
    assert {row.pk for row in found} == {TrayFile.objects.get().pk}
    assert list(iter_keys()) == [Blob.objects.get().storage_key]


def test_the_same_bytes_from_several_people_make_one_blob(world, people):
    def sender(name):
        return lambda: tray.accept(
            user=fresh(people[name]),
            work_unit=world.unit,
            upload=SimpleUploadedFile("SK.pdf", factories.pdf_bytes("satu")),
        )

    found = at_once(*map(sender, ["operator", "head", "operator_above"]))
    assert len({row.pk for row in found}) == 3
    assert list(iter_keys()) == [Blob.objects.get().storage_key]


def test_one_of_two_filings_of_the_same_file_wins(world, people):
    row = factories.make_tray_file(people["operator"], world.unit)
    kind = factories.get_kind()

    def file():
        return evidence.create_evidence(
            user=fresh(people["operator"]),
            work_unit=world.unit,
            kind=kind,
            title="SK",
            tray_ids=[row.pk],
        )

    found = at_once(file, file, file)
    assert sum(isinstance(one, Evidence) for one in found) == 1
    assert sum(isinstance(one, ConflictError) for one in found) == 2
    assert Evidence.objects.count() == 1


def test_one_of_two_new_versions_wins_and_the_links_are_counted(world, people):
    assessment = factories.make_assessment(world.unit, world.period)
    made = factories.make_evidence(
        world.unit, by=people["operator"], link_to=[assessment]
    )
    rows = {
        name: factories.make_tray_file(people[name], world.unit)
        for name in ("operator", "head")
    }

    def adder(name):
        return lambda: evidence.add_version(
            user=fresh(people[name]),
            evidence=Evidence.objects.get(pk=made.pk),
            expected_version=1,
            tray_ids=[rows[name].pk],
        )

    found = at_once(adder("operator"), adder("head"))
    assert sum(isinstance(one, ConflictError) for one in found) == 1
    assert made.versions.count() == 2
    assert TrayFile.objects.count() == 1
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.n_stale) == (1, 1)


def test_links_made_at_once_are_all_counted(world, people):
    assessment = factories.make_assessment(world.unit, world.period)
    rows = [
        factories.make_evidence(world.unit, by=people["operator"]) for _ in range(4)
    ]

    def linker(row):
        return lambda: links.link(
            user=fresh(people["operator"]), evidence=row, assessment=assessment
        )

    found = at_once(*map(linker, rows))
    assert all(isinstance(one, EvidenceLink) for one in found), found
    assessment.refresh_from_db()
    assert assessment.n_links == 4
    assert all(report.ok for report in verify_all())


def test_linking_while_a_version_is_added_counts_right(world, people):
    assessment = factories.make_assessment(world.unit, world.period)
    made = factories.make_evidence(world.unit, by=people["operator"])
    row = factories.make_tray_file(people["head"], world.unit)
    at_once(
        lambda: links.link(
            user=fresh(people["operator"]), evidence=made, assessment=assessment
        ),
        lambda: evidence.add_version(
            user=fresh(people["head"]),
            evidence=made,
            expected_version=1,
            tray_ids=[row.pk],
        ),
    )
    link = EvidenceLink.objects.select_related("evidence").get()
    assessment.refresh_from_db()
    stale = link.seen_version_id != link.evidence.latest_id
    assert (assessment.n_links, assessment.n_stale) == (1, int(stale))


def test_two_workers_on_one_file_leave_one_set_of_images(world, people):
    made = factories.make_evidence(
        world.unit,
        by=people["operator"],
        files=[factories.png_bytes(60, 40)],
        file_kind="png",
        file_state="pending",
    )
    file = made.latest.files.get()
    found = at_once(*[lambda: processing.process(file.pk)] * 2)
    assert found == ["ready", "ready"]
    assert file.page_images.count() == 2
    assert set(iter_keys()) == set(Blob.objects.values_list("storage_key", flat=True))
