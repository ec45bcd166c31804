"""Linking evidence to items, and the counts that follow."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from evidence.models import EvidenceFile, EvidenceLink
from evidence.services import links
from indicators.models import AssessmentPeriod, State
from tests import factories
from wbk_portal.audit.models import AuditEntry
from wbk_portal.ops.models import Notice
from wbk_portal.ops.services import notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period)


@pytest.fixture
def evidence(world, people):
    return factories.make_evidence(world.unit, by=people["operator"], title="SK Tim")


def test_a_link_counts_and_makes_the_item_a_draft(people, assessment, evidence):
    link = links.link(
        user=people["operator"],
        evidence=evidence,
        assessment=assessment,
        pages="3 - 7,12",
        quote=" Tim   pengelola ",
    )
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.state) == (1, State.DRAFT)
    assert (link.pages, link.quote) == ("3–7, 12", "Tim pengelola")
    assert link.seen_version == evidence.latest
    entries = AuditEntry.objects.filter(chain__key=assessment.work_unit.key)
    actions = set(entries.values_list("action", "target_type"))
    assert actions == {
        ("evidence.linked", "evidence"),
        ("assessment.evidence_linked", "assessment"),
    }


def test_linking_twice_changes_the_pages_only(people, assessment, evidence):
    for pages in ("1", "2"):
        links.link(
            user=people["operator"],
            evidence=evidence,
            assessment=assessment,
            pages=pages,
        )
    assert EvidenceLink.objects.get().pages == "2"


@pytest.mark.parametrize("pages", ["satu", "7-3", "0", "1-", "1,,b", "9" * 61])
def test_malformed_pages_are_refused(people, assessment, evidence, pages):
    with pytest.raises(ValidationError) as error:
        links.link(
            user=people["operator"],
            evidence=evidence,
            assessment=assessment,
            pages=pages,
        )
    assert "pages" in error.value.error_dict


@pytest.mark.parametrize(
    "person",
    [
        "coach",
        "assessor",
        "lead",
        "manager",
        "auditor",
        "administrator",
        "nobody",
        "operator_elsewhere",
        "head_elsewhere",
        "assessor_unassigned",
    ],
)
def test_only_the_units_staff_link(people, assessment, evidence, person):
    with pytest.raises(PermissionDenied):
        links.link(user=people[person], evidence=evidence, assessment=assessment)
    assert not EvidenceLink.objects.exists()


def test_evidence_of_a_neighbour_cannot_be_used(world, people, assessment):
    foreign = factories.make_evidence(world.sibling, by=people["operator"])
    with pytest.raises(PermissionDenied, match="milik unit lain"):
        links.link(user=people["operator"], evidence=foreign, assessment=assessment)


def test_evidence_from_above_is_used_only_if_it_applies_below(
    world, people, assessment
):
    above = factories.make_evidence(world.region, by=people["operator_above"])
    with pytest.raises(PermissionDenied, match="milik unit lain"):
        links.link(user=people["operator"], evidence=above, assessment=assessment)
    above.applies_below = True
    above.save()
    links.link(user=people["operator"], evidence=above, assessment=assessment)
    assert EvidenceLink.objects.get().assessment == assessment


def test_a_submitted_item_takes_no_link(people, assessment, evidence):
    factories.make_round(assessment, by=people["operator"])
    with pytest.raises(PermissionDenied):
        links.link(user=people["operator"], evidence=evidence, assessment=assessment)


def test_unlinking_the_last_one_makes_an_empty_draft_empty_again(
    people, assessment, evidence
):
    link = factories.make_link(evidence, assessment)
    links.unlink(user=people["head"], link_id=link.pk)
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.state) == (0, State.EMPTY)


def test_a_newer_version_is_stale_until_somebody_has_looked(
    people, assessment, evidence
):
    link = factories.make_link(evidence, assessment)
    factories.make_version(evidence)
    links.recount([assessment.pk])
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.n_stale) == (1, 1)
    notify(
        people["operator"].key,
        "evidence.version_added",
        f"version:{evidence.latest.pk}",
        f"/bukti/{evidence.pk}/",
    )
    links.mark_seen(user=people["operator"], link_id=link.pk)
    assessment.refresh_from_db()
    assert assessment.n_stale == 0
    assert Notice.objects.get().seen_at is not None


def test_expired_rejected_and_discarded_evidence_does_not_count(
    world, people, assessment
):
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    by = people["operator"]
    for valid_until in (today - day, today, today + 9 * day, None):
        factories.make_evidence(
            world.unit,
            by=by,
            link_to=[assessment],
            version={"valid_until": valid_until},
        )
    factories.make_evidence(
        world.unit,
        by=by,
        link_to=[assessment],
        file_state=EvidenceFile.State.REJECTED,
    )
    for gone in ("discarded_at", "withdrawn_at"):
        factories.make_evidence(
            world.unit, by=by, link_to=[assessment], **{gone: timezone.now()}
        )
    links.recount([assessment.pk])
    assessment.refresh_from_db()
    assert assessment.n_links == 3
    assert assessment.n_rejected_files == 1
    assert assessment.next_expiry == today


def test_counts_of_a_closed_period_stand_still(world, people, assessment, evidence):
    factories.make_link(evidence, assessment)
    AssessmentPeriod.objects.update(state=AssessmentPeriod.State.CLOSED)
    evidence.discarded_at = timezone.now()
    evidence.save()
    links.recount([assessment.pk])
    assessment.refresh_from_db()
    assert assessment.n_links == 1


def test_many_are_linked_at_once_and_used_ones_passed_over(
    world, people, assessment, evidence
):
    factories.make_link(evidence, assessment)
    other = factories.make_evidence(world.unit, by=people["operator"])
    made = links.link_many(
        user=people["operator"],
        assessment=assessment,
        pages={evidence.pk: "", other.pk: "4"},
    )
    assert [(m.evidence, m.pages) for m in made] == [(other, "4")]
    assessment.refresh_from_db()
    assert assessment.n_links == 2


@pytest.fixture
def rejected(world, people):
    return factories.make_evidence(
        world.unit,
        by=people["operator"],
        title="Scan rusak",
        files=2,
        file_state=EvidenceFile.State.REJECTED,
    )


def test_evidence_of_rejected_files_takes_no_new_link(
    people, assessment, evidence, rejected
):
    with pytest.raises(ValidationError, match="“Scan rusak” belum dapat dipakai"):
        links.link(user=people["operator"], evidence=rejected, assessment=assessment)
    with pytest.raises(ValidationError, match="“Scan rusak” belum dapat dipakai"):
        links.link_many(
            user=people["operator"],
            assessment=assessment,
            pages={evidence.pk: "", rejected.pk: ""},
        )
    assert not EvidenceLink.objects.exists()
    # One good file is enough; and a link that stands keeps its pages changeable.
    rejected.latest.files.filter(position=1).update(state=EvidenceFile.State.READY)
    links.link(user=people["operator"], evidence=rejected, assessment=assessment)
    rejected.latest.files.update(state=EvidenceFile.State.REJECTED)
    links.link(
        user=people["operator"], evidence=rejected, assessment=assessment, pages="2"
    )
    assert EvidenceLink.objects.get().pages == "2"


def test_a_new_version_makes_rejected_evidence_usable(people, assessment, rejected):
    factories.make_version(rejected)
    links.link(user=people["operator"], evidence=rejected, assessment=assessment)
    assert EvidenceLink.objects.get().evidence == rejected


def test_linking_many_costs_the_same_for_ten_as_for_two(
    world, people, assessment, django_assert_max_num_queries
):
    def cost(count):
        rows = [
            factories.make_evidence(world.unit, by=people["operator"])
            for _ in range(count)
        ]
        with django_assert_max_num_queries(40) as captured:
            links.link_many(
                user=people["operator"],
                assessment=assessment,
                pages={row.pk: "" for row in rows},
            )
        return len(captured)

    cost(1)
    assert cost(2) == cost(10)
