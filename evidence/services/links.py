"""Which evidence supports which item; and what that means for the item's counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import Evidence, EvidenceFile, EvidenceLink
from evidence.permissions import can_link
from indicators.models import Assessment, AssessmentPeriod
from indicators.permissions import can_edit_answer
from indicators.services import evidence_counts
from indicators.services.base import lock_many
from indicators.standing import Standing
from wbk_portal.accounts.models import User
from wbk_portal.audit.services import Act, record_many
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import with_terms
from wbk_portal.common.texts import clean_line
from wbk_portal.ops.services import mark_done

from .pages import clean_pages


def lock_evidence(evidence_id: int) -> Evidence:
    """Return the evidence, locked until the transaction ends.

    Order of locks everywhere: evidence, then assessments, then chain of the log, then
    readiness row. Its key stays free: a submission, which holds the assessments,
    writes rows that point to it.

    Raises:
        Evidence.DoesNotExist: There is none with this key.
    """
    found = _lock_all([evidence_id])
    if not found:
        raise Evidence.DoesNotExist
    return found[0]


def _lock_all(evidence_ids: Collection[int]) -> list[Evidence]:
    """Return the evidence locked in the order of keys.

    Two statements: the first waits, the second reads. In one, PostgreSQL would join a
    row for which it had to wait to the versions as they were before, and miss the one
    that was added meanwhile.
    """
    rows = Evidence.objects.filter(pk__in=evidence_ids).order_by("pk")
    held = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    return list(rows.filter(pk__in=held).select_related("work_unit", "kind", "latest"))


def lock_with_uses(evidence_id: int) -> Evidence:
    """Return the evidence, locked together with the open assessments that use it.

    For whoever logs first and counts afterwards: the assessments come before the
    chain of the log, or a submission at the same moment and this act would wait for
    each other.
    """
    locked = lock_evidence(evidence_id)
    lock_many(sorted(set(_uses([evidence_id]))))
    return locked


def _uses(evidence_ids: Collection[int]) -> QuerySet[EvidenceLink, int]:
    return EvidenceLink.objects.filter(
        evidence_id__in=evidence_ids,
        assessment__period__state=AssessmentPeriod.State.OPEN,
    ).values_list("assessment_id", flat=True)


def open_uses(evidence_id: int) -> list[Assessment]:
    """Return the assessments of open periods that use an evidence; one query."""
    return list(
        Assessment.objects.filter(pk__in=_uses([evidence_id]))
        .select_related("work_unit")
        .order_by("pk")
    )


def _clean_quote(text: str) -> str:
    quote = clean_line(text)
    if len(quote) > 500:
        raise ValidationError({"quote": _("Kutipan paling panjang 500 huruf.")})
    return quote


@transaction.atomic
def link(
    *,
    user: User,
    evidence: Evidence,
    assessment: Assessment,
    pages: str = "",
    quote: str = "",
) -> EvidenceLink:
    """Use an evidence for an item; used already, only pages and quote change.

    Raises:
        PermissionDenied: `can_link` refuses.
        ValidationError: Pages or quote are malformed, or every file was rejected.
    """
    cleaned, quote = clean_pages(pages), _clean_quote(quote)
    locked = lock_evidence(evidence.pk)
    (target,) = lock_many([assessment.pk])
    require(
        can_link(Standing.of(user, target.work_unit, target.period), target, locked)
    )
    existing = EvidenceLink.objects.filter(
        evidence=locked, assessment=target, lane=EvidenceLink.Lane.MAIN
    ).first()
    if existing is not None:
        return _change(existing, user, target, cleaned, quote)
    _check_files([locked])
    return add_links(
        user=user, assessment=target, evidence={locked: cleaned}, quote=quote
    )[0]


@transaction.atomic
def link_many(
    *, user: User, assessment: Assessment, pages: Mapping[int, str]
) -> list[EvidenceLink]:
    """Use several evidence for one item; what is used already is passed over.

    Args:
        pages: Page ranges by evidence key; may be empty texts.

    Returns:
        The links made.

    Raises:
        PermissionDenied: `can_link` refuses one of them.
        ValidationError: Nothing chosen, malformed pages, or one of which every file
            was rejected.
    """
    if not pages:
        raise ValidationError(with_terms(_("Pilih sedikitnya satu %(term)s.")))
    cleaned = {pk: clean_pages(text) for pk, text in pages.items()}
    locked = _lock_all(cleaned)
    (target,) = lock_many([assessment.pk])
    standing = Standing.of(user, target.work_unit, target.period)
    used = set(
        EvidenceLink.objects.filter(
            assessment=target, lane=EvidenceLink.Lane.MAIN
        ).values_list("evidence_id", flat=True)
    )
    wanted = {}
    for evidence in locked:
        require(can_link(standing, target, evidence))
        if evidence.pk not in used:
            wanted[evidence] = cleaned[evidence.pk]
    _check_files(wanted)
    return add_links(user=user, assessment=target, evidence=wanted)


def _check_files(evidence: Iterable[Evidence]) -> None:
    """Refuse evidence of which no file can be used. One query.

    Args:
        evidence: Locked by the caller: a file that is rejected at this moment waits,
            and counts the items anew afterwards.
    """
    by_key = {one.pk: one for one in evidence}
    rows = Evidence.objects.filter(pk__in=by_key)
    good = set(rows.with_good_file().order_by().values_list("pk", flat=True))
    errors = [
        _(
            "“%(title)s” belum dapat dipakai: semua berkasnya ditolak setelah "
            "diterima. Ganti berkasnya dengan versi baru."
        )
        % {"title": one.title}
        for pk, one in by_key.items()
        if pk not in good
    ]
    if errors:
        raise ValidationError(errors)


def add_links(
    *,
    user: User,
    assessment: Assessment,
    evidence: Mapping[Evidence, str],
    quote: str = "",
) -> list[EvidenceLink]:
    """Write links that the caller has checked, log them and count again.

    Args:
        assessment: Locked by the caller.
        evidence: Cleaned page ranges by evidence, each locked or just made.
    """
    if not evidence:
        return []
    now = timezone.now()
    made = EvidenceLink.objects.bulk_create(
        EvidenceLink(
            evidence=one,
            assessment=assessment,
            pages=pages,
            quote=quote,
            by=user,
            at=now,
            seen_version=one.latest,
        )
        for one, pages in evidence.items()
    )
    record_many(
        act
        for one in made
        for act in _acts(user, "linked", one.evidence, assessment, pages=one.pages)
    )
    recount_locked([assessment])
    return made


def _change(
    existing: EvidenceLink, user: User, assessment: Assessment, pages: str, quote: str
) -> EvidenceLink:
    if (existing.pages, existing.quote) != (pages, quote):
        existing.pages, existing.quote = pages, quote
        existing.save(update_fields=["pages", "quote"])
        record_many(
            _acts(user, "link_changed", existing.evidence, assessment, pages=pages)
        )
    return existing


@transaction.atomic
def unlink(*, user: User, link_id: int) -> Assessment:
    """Take an evidence off an item; what was submitted with it stays as it was.

    Raises:
        EvidenceLink.DoesNotExist: It is gone already.
        PermissionDenied: `can_edit_answer` refuses.
    """
    found, assessment = _locked_link(user, link_id)
    evidence = found.evidence
    found.delete()
    record_many(_acts(user, "unlinked", evidence, assessment))
    recount_locked([assessment])
    return assessment


@transaction.atomic
def mark_seen(*, user: User, link_id: int) -> EvidenceLink:
    """Say that the evidence's latest version fits the item too.

    Raises:
        EvidenceLink.DoesNotExist: It is gone.
        PermissionDenied: `can_edit_answer` refuses.
    """
    found, assessment = _locked_link(user, link_id)
    latest = found.evidence.latest
    if latest is not None and found.seen_version_id != latest.pk:
        found.seen_version = latest
        found.save(update_fields=["seen_version"])
        record_many(
            _acts(user, "link_seen", found.evidence, assessment, version=latest.number)
        )
        recount_locked([assessment])
        mark_done(user.key, "evidence.version_added", [f"version:{latest.pk}"])
    return found


def _locked_link(user: User, link_id: int) -> tuple[EvidenceLink, Assessment]:
    """Return the link and its assessment, both locked, after asking the rule."""
    found = EvidenceLink.objects.get(pk=link_id)
    evidence = lock_evidence(found.evidence_id)
    (assessment,) = lock_many([found.assessment_id])
    # Once more: somebody may have taken it off before the locks were ours.
    found = EvidenceLink.objects.get(pk=link_id)
    found.evidence = evidence
    standing = Standing.of(user, assessment.work_unit, assessment.period)
    require(can_edit_answer(standing, assessment))
    return found, assessment


def _acts(
    user: User,
    what: str,
    evidence: Evidence,
    assessment: Assessment,
    **more: str | int,
) -> list[Act]:
    """Return the act for the histories of both: the evidence and the item."""
    payload = {
        "title": evidence.title,
        "item": assessment.item.short_label,
        "period": assessment.period.slug,
        "unit": assessment.work_unit.code,
        "evidence": evidence.pk,
        **more,
    }
    targets = {
        f"evidence.{what}": ("evidence", str(evidence.pk)),
        f"assessment.evidence_{what}": ("assessment", str(assessment.pk)),
    }
    return [
        Act(
            actor_key=user.key,
            action=action,
            target=target,
            unit_key=assessment.work_unit.key,
            payload=payload,
        )
        for action, target in targets.items()
    ]


# --- Counts on the assessment --------------------------------------------------------
def recount(assessment_ids: Iterable[int]) -> None:
    """Tell `indicators` the counts of these assessments, in the caller's transaction.

    Locks them; those of closed periods stand still and are passed over.
    """
    recount_locked(lock_many(sorted(set(assessment_ids))))


def recount_evidence(evidence_ids: Collection[int]) -> None:
    """Recount every assessment of open periods that uses one of these evidence."""
    recount(_uses(evidence_ids))


def recount_locked(assessments: Sequence[Assessment]) -> None:
    """Tell `indicators` the counts of assessments that the caller has locked.

    One query for all of them; further ones only where a count changed.
    """
    open_ones = {a.pk: a for a in assessments if a.period.is_open}
    if not open_ones:
        return
    usable = ~Q(evidence__latest__files__state=EvidenceFile.State.REJECTED)
    rows = (
        EvidenceLink.objects.filter(
            assessment_id__in=open_ones,
            lane=EvidenceLink.Lane.MAIN,
            evidence__withdrawn_at__isnull=True,
            evidence__discarded_at__isnull=True,
        )
        .annotate(
            n_good=Count("evidence__latest__files", filter=usable),
            n_bad=Count("evidence__latest__files", filter=~usable),
        )
        .values_list(
            "assessment_id",
            "seen_version_id",
            "evidence__latest_id",
            "evidence__latest__valid_until",
            "n_good",
            "n_bad",
        )
    )
    counts = {pk: _Counts() for pk in open_ones}
    for pk, seen, latest, valid_until, n_good, n_bad in rows:
        today = timezone.localdate(timezone=open_ones[pk].work_unit.zone)
        count = counts[pk]
        count.n_rejected_files += n_bad
        count.n_stale += seen != latest
        if n_good and (valid_until is None or valid_until >= today):
            count.n_links += 1
            if valid_until is not None:
                count.expiries.append(valid_until)
    for pk, assessment in open_ones.items():
        counts[pk].tell(assessment)


class _Counts:
    """The counts of one assessment while they are summed up."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.n_links = self.n_stale = self.n_rejected_files = 0
        self.expiries: list[dt.date] = []

    def tell(self, assessment: Assessment) -> None:
        """Hand them to `indicators` if any of them changed."""
        next_expiry = min(self.expiries, default=None)
        told = (
            assessment.n_links,
            assessment.n_stale,
            assessment.n_rejected_files,
            assessment.next_expiry,
        )
        if told == (self.n_links, self.n_stale, self.n_rejected_files, next_expiry):
            return
        evidence_counts.update(
            assessment=assessment,
            n_links=self.n_links,
            n_stale=self.n_stale,
            n_rejected_files=self.n_rejected_files,
            next_expiry=next_expiry,
        )
