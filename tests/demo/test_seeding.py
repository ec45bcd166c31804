"""The seeded demo agrees with what the portal's own services would have written."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Count, F
from django.test import Client, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from evidence.models import (
    Blob,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    LinkReview,
    SubmissionItem,
    TrayFile,
)
from evidence.services import links, processing
from evidence.services.submission import manifest_of
from indicators.models import (
    Approval,
    Assessment,
    AssessmentPeriod,
    Assignment,
    Decision,
    ReadinessDay,
    Receipt,
    Revision,
    Score,
    ScoreDraft,
    Stage,
    State,
    SubmissionRound,
    UnitReadiness,
)
from indicators.services import readiness
from indicators.services.periods import days_left, open_stages
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.audit.history import history_of_many
from wbk_portal.audit.models import AuditEntry
from wbk_portal.audit.verification import verify_all
from wbk_portal.common import registry
from wbk_portal.common.storage import open_blob
from wbk_portal.demo.institution import build_institution, demo_password
from wbk_portal.demo.people import people_rows
from wbk_portal.demo.plan import unit_plan
from wbk_portal.demo.seeding import Phases, is_seeded, seed
from wbk_portal.demo.seeding.special import BROKEN_NAME
from wbk_portal.ops.inbox import inbox_page
from wbk_portal.ops.models import Notice

# Each test in a savepoint of the transaction in which the module's data stands.
pytestmark = pytest.mark.django_db

MAIN = "KP-SMG"


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    """Seed twice and keep the second, in a transaction that ends with the module."""
    from django.conf import settings

    folder = Path(tempfile.mkdtemp(prefix="wbk-seeding-"))
    storages = {
        **settings.STORAGES,
        "default": {
            **settings.STORAGES["default"],
            "OPTIONS": {"location": folder, "base_url": None},
        },
    }
    phases = Phases()
    with django_db_blocker.unblock(), override_settings(STORAGES=storages):
        with transaction.atomic():
            seed()
            first = dump()
            transaction.set_rollback(True)
        with transaction.atomic():
            begun = time.monotonic()
            assert seed(phases=phases)
            seconds = time.monotonic() - begun
            yield {
                "first": first,
                "second": dump(),
                "phases": phases,
                "seconds": seconds,
                "storages": storages,
            }
            transaction.set_rollback(True)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _own_files(settings, seeded) -> None:
    """Read the files of the seeding in every test, not of a folder of its own."""
    settings.STORAGES = seeded["storages"]


@pytest.fixture
def period(seeded) -> AssessmentPeriod:
    return AssessmentPeriod.objects.get(slug="2026")


def dump() -> dict[str, list[str]]:
    """Return everything that the seed decides: no keys, no times, no random names."""
    tables = {
        "units": WorkUnit.objects.values_list(
            "path", "code", "name", "kind", "time_zone", "is_assessed"
        ),
        "people": User.objects.values_list("username", "name", "email"),
        "roles": Membership.objects.values_list(
            "user__username", "work_unit__code", "role", "delegation"
        ),
        "assignments": Assignment.objects.values_list(
            "user__username", "work_unit__code", "period__slug", "duty"
        ),
        "assessments": Assessment.objects.values_list(
            "work_unit__code",
            "period__slug",
            "item__slug",
            "state",
            "version",
            "self_option__code",
            "self_numerator",
            "self_denominator",
            "self_na",
            "narrative",
            "n_links",
            "n_stale",
            "n_accepted",
            "agreed_option__code",
            "agreed_numerator",
            "agreed_na",
            "agreed_nano",
        ),
        "rounds": SubmissionRound.objects.values_list(
            "assessment__work_unit__code",
            "assessment__period__slug",
            "assessment__item__slug",
            "number",
            "receipt__number",
            "by__username",
        ),
        "items": SubmissionItem.objects.values_list(
            "round__assessment__work_unit__code",
            "round__assessment__period__slug",
            "round__assessment__item__slug",
            "round__number",
            "position",
            "evidence__title",
            "version__number",
            "pages",
        ),
        "reviews": LinkReview.objects.values_list(
            "item__evidence__title", "user__username", "result", "reason_code", "note"
        ),
        "revisions": Revision.objects.values_list(
            "round__assessment__work_unit__code", "reason_code", "text", "page"
        ),
        "files": EvidenceFile.objects.values_list(
            "version__evidence__work_unit__code",
            "version__evidence__title",
            "version__number",
            "position",
            "display_name",
            "kind",
            "blob__sha256",
        ),
        "links": EvidenceLink.objects.values_list(
            "evidence__title",
            "assessment__work_unit__code",
            "assessment__item__slug",
            "assessment__period__slug",
            "pages",
            "seen_version__number",
        ),
        "rows": UnitReadiness.objects.values_list(
            "work_unit__code", "period__slug", "nano_certain", "nano_possible"
        ),
        "acts": AuditEntry.objects.values_list("action").annotate(n=Count("pk")),
        "notices": Notice.objects.values_list("kind").annotate(n=Count("pk")),
    }
    return {
        name: sorted(json.dumps(row) for row in rows.order_by())
        for name, rows in tables.items()
    }


# --- The whole -----------------------------------------------
def test_the_same_seed_gives_the_same_data(seeded):
    for name, rows in seeded["first"].items():
        assert rows, name
        assert rows == seeded["second"][name], name


def test_a_second_run_changes_nothing_and_is_quick(seeded):
    before = AuditEntry.objects.count()
    begun = time.monotonic()
    call_command("seed_demo")
    assert time.monotonic() - begun < 2
    assert is_seeded()
    assert not seed()
    assert AuditEntry.objects.count() == before


def test_phases_are_measured(seeded):
    spent = seeded["phases"].seconds
    assert {"institution", "evidence", "log", "readiness"} <= set(spent)
    assert sum(spent.values()) <= seeded["seconds"]


def test_the_people_that_are_printed_may_sign_in(seeded):
    rows = people_rows()
    assert list(rows[0]) == ["username", "password", "role", "unit", "name"]
    assert rows[0]["username"] == "rina.astuti"
    assert rows[0]["unit"] == "Kantor Perizinan Semarang"
    assert {row["role"] for row in rows} == {str(role.label) for role in Role}
    for row in rows:
        assert User.objects.get(username=row["username"]).check_password(
            row["password"]
        )


def test_a_portal_of_its_own_is_never_filled(seeded):
    from wbk_portal.ops.models import JobRun

    JobRun.objects.all().delete()
    units = WorkUnit.objects.count()
    with pytest.raises(CommandError, match="masih kosong"):
        call_command("seed_demo")
    assert WorkUnit.objects.count() == units


# --- The institution -----------------------------------------------
def test_the_institution_has_units_of_four_kinds_in_three_zones(seeded):
    assessed = WorkUnit.objects.assessed()
    assert assessed.count() >= 24
    assert set(assessed.values_list("time_zone", flat=True)) == {
        "Asia/Jakarta",
        "Asia/Makassar",
        "Asia/Jayapura",
    }
    assert len(set(assessed.values_list("kind", flat=True))) == 4
    assert WorkUnit.objects.values("depth").distinct().count() == 3
    assert not assessed.annotate(n=Count("services")).filter(n=0).exists()


def test_every_role_is_held_and_every_unit_is_assessed_by_somebody(seeded, period):
    held = Membership.objects.active_on(timezone.localdate())
    assert set(held.values_list("role", flat=True)) == set(Role.values)
    for unit in WorkUnit.objects.assessed():
        mine = Assignment.objects.filter(period=period, work_unit=unit)
        assert mine.filter(duty="assessor").count() == 1
        assert mine.filter(duty="lead").count() == 1
        assert mine.filter(duty="controller").count() == 1
        for row in mine.select_related("user"):
            assert row.user.has_role(row.duty)
    controller = User.objects.get(memberships__role=Role.CONTROLLER)
    assert {str(m.role) for m in controller.active_memberships} == {"controller"}


def test_somebody_stands_in_for_a_head_who_is_away(seeded):
    deputy = Membership.objects.get(delegation="plh")
    today = timezone.localdate()
    assert deputy.valid_from <= today <= deputy.valid_until
    assert deputy.title == "Plh. Kepala unit"
    waiting = Assessment.objects.filter(
        work_unit=deputy.work_unit, state=State.AWAITING_APPROVAL
    )
    assert waiting.exists()


# --- Periods and states -----------------------------------------------
def test_last_year_is_closed_and_this_year_is_open_for_weeks(seeded, period):
    last = AssessmentPeriod.objects.get(slug="2025")
    assert last.state == AssessmentPeriod.State.CLOSED
    assert last.closed_at.year == 2025
    assert period.is_open
    unit = WorkUnit.objects.get(code=MAIN)
    assert open_stages(period, unit) == {Stage.FILLING, Stage.REVIEW}
    assert days_left(period, unit, Stage.FILLING) >= 14
    assert days_left(period, unit, Stage.REVIEW) >= 28
    assert period.windows.get(stage=Stage.FILLING).graces.count() == 1


def test_every_state_occurs(seeded):
    states = set(Assessment.objects.values_list("state", flat=True))
    assert states == set(State.values)


def test_states_are_those_of_the_plan(seeded):
    demo = build_institution()
    for unit in demo.assessed_units:
        for year in demo.years:
            plan = unit_plan(unit, year)
            if plan is None:
                continue
            rows = Assessment.objects.filter(
                work_unit__code=unit.code, period__year=year
            )
            found = dict(rows.values_list("item__slug", "state"))
            for answer in plan.answers:
                wanted = {answer.state}
                if answer.revision is not None and answer.revision.is_overdue:
                    wanted = {State.UNDER_REVIEW}
                elif (unit.code, year, answer.item) == (MAIN, 2026, "06.02"):
                    wanted = {State.DRAFT}
                assert found[answer.item] in wanted, (unit.code, year, answer.item)


def test_points_are_those_of_the_plan(seeded):
    demo = build_institution()
    for row in UnitReadiness.objects.select_related("work_unit", "period"):
        plan = unit_plan(demo.unit(row.work_unit.code), row.period.year)
        if row.work_unit.code == MAIN and row.period.year == 2026:
            continue  # its withdrawn evidence does not count in the plan
        assert abs(row.nano_certain - plan.certain * 10**9) <= 1
        if row.period.is_open:
            assert abs(row.nano_possible - plan.possible * 10**9) <= 1


def test_special_situations_occur(seeded, period):
    main = Assessment.objects.filter(period=period, work_unit__code=MAIN)
    overdue = Assessment.objects.filter(revision_overdue=True)
    assert set(overdue.values_list("state", flat=True)) == {State.UNDER_REVIEW}
    assert overdue.filter(work_unit__code=MAIN).exists()
    assert Assessment.objects.filter(self_na=True).exclude(na_reason="").exists()
    assert Assessment.objects.filter(agreed_na=True, state=State.SCORED).exists()
    assert main.filter(n_stale__gt=0, item__slug="06.13").exists()
    assert main.filter(n_stale__gt=0, item__slug="06.18").exists()
    assert main.filter(n_stale__gt=0, state=State.DRAFT).exists()
    assert SubmissionRound.objects.filter(number=2).exists()
    assert Approval.objects.filter(result=Approval.Result.RETURNED).exists()
    assert Decision.objects.filter(kind=Decision.Kind.CORRECTION).count() == 1
    assert Evidence.objects.filter(withdrawn_at__isnull=False).count() == 1
    assert Evidence.objects.filter(discarded_at__isnull=False).count() == 1
    assert TrayFile.objects.filter(user__username="rina.astuti").count() == 3
    drafts = Revision.objects.filter(user__username="binsar.manurung", sent_at=None)
    assert drafts.filter(round__assessment__work_unit__code=MAIN).exists()
    assert ScoreDraft.objects.filter(user__username="binsar.manurung").exists()
    finals = Assessment.objects.filter(period=period, state=State.FINAL)
    assert finals.values("work_unit").distinct().count() == 1
    head = main.filter(state=State.AWAITING_APPROVAL)
    assert head.count() >= 4


def test_an_sk_of_the_region_serves_the_units_below(seeded, period):
    shared = EvidenceLink.objects.exclude(
        evidence__work_unit=F("assessment__work_unit")
    )
    assert shared.count() > 20
    for link in shared.select_related("evidence__work_unit", "assessment__work_unit"):
        assert link.evidence.applies_below
        assert link.evidence.work_unit.contains(link.assessment.work_unit.path)


def test_twins_share_bytes_and_documents(seeded):
    main = EvidenceFile.objects.filter(version__evidence__work_unit__code=MAIN)
    twice = main.values("blob").annotate(n=Count("pk")).filter(n__gt=1)
    assert twice.exists()
    both = (
        EvidenceLink.objects.filter(assessment__item__slug__in=["06.13", "06.18"])
        .values("evidence", "assessment__work_unit", "assessment__period")
        .annotate(n=Count("pk"))
        .filter(n=2)
    )
    assert both.exists()


# --- Agreement with the services -----------------------------------------------
def test_readiness_rows_are_right(seeded):
    assert readiness.rebuild(check=True).differences == []


def test_the_trend_grows(seeded, period):
    for code in ("LP-SBY", MAIN):
        days = list(
            ReadinessDay.objects.filter(period=period, work_unit__code=code)
            .order_by("day")
            .values_list("nano_certain", "nano_possible", "n_submitted")
        )
        assert len(days) >= 6
        certain = [day[0] for day in days]
        possible = [day[1] for day in days]
        assert certain[0] == 0 < certain[-1]
        assert possible[0] == 10 * 10**9 > possible[-1]
        assert [day[2] for day in days] == sorted(day[2] for day in days)


def test_the_log_is_whole_and_in_the_order_of_time(seeded):
    assert [result for result in verify_all() if not result.ok] == []
    last: dict[int, Any] = {}
    # The tests load the catalogue before the story begins.
    rows = AuditEntry.objects.exclude(action__startswith="catalogue.")
    for chain, at in rows.order_by("chain", "seq").values_list("chain", "at"):
        assert at >= last.get(chain, at)
        last[chain] = at
    assert max(last.values()) <= timezone.now()


def test_counts_equal_a_recount(seeded):
    columns = ("n_links", "n_stale", "n_rejected_files", "next_expiry", "state")
    rows = Assessment.objects.filter(period__slug="2026").order_by("pk")
    before = list(rows.values_list("pk", *columns))
    links.recount(pk for pk, *_ in before)
    assert list(rows.values_list("pk", *columns)) == before
    closed = Assessment.objects.filter(period__slug="2025")
    for row in closed.annotate(n=Count("links")):
        assert row.n_links == row.n, row
        assert row.n_stale == 0, row


def test_accepted_counts_equal_the_reviews(seeded):
    for decision in Decision.objects.select_related("assessment"):
        reviews = LinkReview.objects.filter(item__round=decision.round_id)
        assert decision.n_accepted == reviews.filter(result="fits").count()
        assert reviews.count() == decision.round.items.count()
    assert not (
        Assessment.objects.filter(decision__isnull=False)
        .exclude(n_accepted=F("decision__n_accepted"))
        .exists()
    )


def test_values_have_a_score_and_a_note_where_they_differ(seeded):
    assert Score.objects.count() == Decision.objects.filter(kind="agree").count()
    rounds = SubmissionRound.objects.in_bulk()
    for score in Score.objects.all():
        frozen = rounds[score.round_id]
        same = (score.option_id, score.numerator, score.is_na) == (
            frozen.self_option_id,
            frozen.self_numerator,
            frozen.self_na,
        )
        assert same or score.note


def test_manifests_recompute(seeded):
    rounds = SubmissionRound.objects.select_related(
        "assessment__item",
        "assessment__work_unit",
        "assessment__period",
        "self_option",
    ).prefetch_related("items__version__files__blob")
    for frozen in rounds:
        then = Assessment(
            item=frozen.assessment.item,
            work_unit=frozen.assessment.work_unit,
            period=frozen.assessment.period,
            self_option=frozen.self_option,
            self_numerator=frozen.self_numerator,
            self_denominator=frozen.self_denominator,
            self_na=frozen.self_na,
            na_reason=frozen.na_reason,
            narrative=frozen.narrative,
        )
        used = [
            EvidenceLink(
                evidence=Evidence(pk=item.evidence_id, latest=item.version),
                pages=item.pages,
                quote=item.quote,
            )
            for item in frozen.items.all()
        ]
        assert manifest_of(then, used) == frozen.manifest_sha256
        assert used or frozen.self_na


def test_receipts_are_numbered_without_gaps(seeded):
    for period in AssessmentPeriod.objects.all():
        numbers = list(
            Receipt.objects.filter(period=period)
            .order_by("at", "pk")
            .values_list("number", flat=True)
        )
        wanted = [f"PJ-{period.slug}-{n:04d}" for n in range(1, len(numbers) + 1)]
        assert numbers == wanted
        assert period.last_receipt == len(numbers)


def test_times_stand_in_order(seeded):
    assert not EvidenceLink.objects.filter(at__lt=F("evidence__created_at")).exists()
    assert not SubmissionItem.objects.filter(version__at__gt=F("round__at")).exists()
    assert not Approval.objects.filter(at__lt=F("round__at")).exists()
    assert not Score.objects.filter(at__lt=F("round__approval__at")).exists()
    now = timezone.now()
    for rows, column in (
        (SubmissionRound.objects, "at"),
        (Score.objects, "at"),
        (Evidence.objects, "changed_at"),
        (EvidenceLink.objects, "at"),
        (Assessment.objects, "changed_at"),
        (Notice.objects, "created_at"),
    ):
        assert not rows.filter(**{f"{column}__gt": now}).exists(), column
    for file in Evidence.objects.select_related("latest"):
        version = file.versions.get(number=1)
        if version.document_date is not None:
            assert version.document_date <= version.at.date()


# --- Files -----------------------------------------------
def test_there_are_many_real_documents(seeded):
    assert Evidence.objects.count() >= 60
    kinds = Counter(EvidenceFile.objects.values_list("kind", flat=True))
    assert set(kinds) >= {"pdf", "docx", "xlsx", "pptx", "jpg", "png"}
    main = Evidence.objects.filter(work_unit__code=MAIN, created_at__year=2026)
    assert main.count() >= 60


def test_every_file_is_stored_with_its_hash(seeded):
    for blob in Blob.objects.all():
        with open_blob(blob.storage_key) as source:
            content = source.read()
        assert len(content) == blob.size
        assert hashlib.sha256(content).hexdigest() == blob.sha256
        assert WorkUnit.objects.filter(pk=int(blob.realm.removeprefix("unit:")))


def test_every_file_waits_for_the_worker_the_broken_one_first(seeded):
    waiting = DBTaskResult.objects.filter(status="READY")
    assert waiting.count() == EvidenceFile.objects.count()
    keys = [row.args_kwargs["args"][0] for row in waiting[:20]]
    files = EvidenceFile.objects.in_bulk(keys)
    assert files[keys[0]].display_name == BROKEN_NAME
    assert {files[key].version.evidence.work_unit.code for key in keys} == {MAIN}


def test_the_broken_picture_is_rejected_afterwards(seeded):
    file = EvidenceFile.objects.get(display_name=BROKEN_NAME)
    item = Assessment.objects.get(links__evidence=file.version.evidence)
    assert item.n_links == 1
    assert processing.process(file.pk) == EvidenceFile.State.REJECTED
    item.refresh_from_db()
    assert item.n_rejected_files == 1
    assert item.n_links == 0


# --- Words and pages -----------------------------------------------
def test_every_act_and_notice_has_its_sentence(seeded):
    actions = set(AuditEntry.objects.values_list("action", flat=True).distinct())
    assert actions <= {text.key for text in registry.history.all()}
    kinds = set(Notice.objects.values_list("kind", flat=True).distinct())
    assert kinds <= {text.key for text in registry.notices.all()}
    for action in sorted(actions):
        entry = AuditEntry.objects.filter(action=action).latest("pk")
        lines = history_of_many([(entry.target_type, entry.target_key)], 400)
        mine = [line for line in lines if line.action == action]
        assert mine, action
        for line in mine:
            assert "…" not in line.text, line.text
            assert line.actor != "–", action


def test_the_main_people_have_news(seeded):
    for name in ("rina.astuti", "bagus.wibisono", "binsar.manurung"):
        page = inbox_page(User.objects.get(username=name).key)
        fresh = [line for group in page.groups for line in group.lines if not line.seen]
        assert fresh, name
        for group in page.groups:
            for line in group.lines:
                assert "…" not in line.text, line.text
                assert line.text != "Ada perkembangan baru."


@pytest.mark.parametrize("row", people_rows(), ids=lambda row: row["username"])
def test_main_people_sign_in_and_see_their_place(seeded, row):
    client = Client()
    assert client.login(username=row["username"], password=row["password"])
    answer = client.get("/", follow=True)
    assert answer.status_code == 200
    assert row["password"] == demo_password(row["username"])
    assert client.get("/kotak-masuk/").status_code == 200


def test_the_main_pages_show_the_story(seeded):
    def page(username: str, path: str) -> str:
        client = Client()
        client.force_login(User.objects.get(username=username))
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    home = page("rina.astuti", f"/2026/unit/{MAIN}/")
    assert "06.13" in home
    assert "Kantor Perizinan Semarang" in home
    assert "Daftar Kanal Pengaduan" in page("rina.astuti", f"/2026/unit/{MAIN}/06.18/")
    assert "06.22" in page("bagus.wibisono", f"/2026/unit/{MAIN}/persetujuan/")
    assert MAIN in page("binsar.manurung", "/2026/penilaian/")
    assert "06.01" in page("binsar.manurung", f"/2026/penilaian/{MAIN}/06.01/")
    assert "Kantor Wilayah" in page("hendri.chaniago", "/2026/kesiapan/")
