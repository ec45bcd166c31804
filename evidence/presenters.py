"""Rows as pages show them: prepared in Python, so that templates only print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.returns import Returned
from indicators.models import Assessment, Item, Option, State
from wbk_portal.common.dates import format_day_short
from wbk_portal.common.numbers import format_number, format_points
from wbk_portal.common.terms import with_terms

NANO = 1_000_000_000

# What stands where a value is missing; four things, four looks.
NOT_APPLICABLE = "–"


def value_text(
    option: Option | None,
    numerator: int | None,
    denominator: int | None,
    not_applicable: bool,
) -> str:
    """Return an answer in a few characters: "A", "Ya", "12 dari 40"; empty if none."""
    if not_applicable:
        return _("tidak berlaku")
    if option is not None:
        return option.label
    if numerator is not None and denominator is not None:
        return _("%(part)s dari %(all)s") % {
            "part": format_number(numerator),
            "all": format_number(denominator),
        }
    return ""


def self_text(assessment: Assessment) -> str:
    """Return the unit's own answer in a few characters."""
    return value_text(
        assessment.self_option,
        assessment.self_numerator,
        assessment.self_denominator,
        assessment.self_na,
    )


def agreed_text(assessment: Assessment) -> str:
    """Return the released value in a few characters; empty before release."""
    if not assessment.is_released:
        return ""
    return value_text(
        assessment.agreed_option,
        assessment.agreed_numerator,
        assessment.agreed_denominator,
        assessment.agreed_na,
    )


def stake_text(item: Item) -> str:
    """Return the LKE points that the item decides: "2,50"; empty for none."""
    return format_points(item.lke_points) if item.lke_points else ""


@dataclass(frozen=True)
class Figure:
    """A small label with its value."""

    label: str
    value: str


@dataclass(frozen=True)
class ItemRow:
    """A line of the unit's home: one item and where it stands."""

    code: str
    name: str
    url: str
    state: str
    meta: list[str]
    figures: list[Figure]


@dataclass
class Group:
    """Items of one sub-area."""

    name: str
    rows: list[ItemRow] = field(default_factory=list)
    n_done: int = 0


@dataclass(frozen=True)
class TaskRow:
    """Something that waits for the person, with why and what it is worth."""

    url: str
    title: str
    icon: str
    tone: str
    why: str
    points: str = ""
    due: str = ""
    # Of the title: an item's official name stays Indonesian.
    lang: str = "id"
    rank: tuple[int, Fraction] = (9, Fraction(0))


def state_key(assessment: Assessment, returned: Returned | None = None) -> str:
    """Return the key under which the look of the item's state is known.

    For everybody but the assessors: a value not released shows nowhere.

    Args:
        returned: What came back to the unit: a draft that the head sent back looks
            like that until something in it is changed.
    """
    if assessment.is_released and assessment.agreed_na:
        return "not_applicable"
    if (
        assessment.state == State.DRAFT
        and returned is not None
        and returned.is_shown_as_sent_back
    ):
        return "sent_back"
    return assessment.shown_state


def item_row(
    assessment: Assessment, base: str, returned: Returned | None = None
) -> ItemRow:
    """Return the line of an item on the unit's home."""
    item = assessment.item
    meta = []
    if stake := stake_text(item):
        meta.append(_("bobot LKE %(points)s") % {"points": stake})
    if assessment.n_links:
        meta.append(
            with_terms(
                ngettext("%(n)s %(term)s", "%(n)s %(term)s", assessment.n_links),
                n=format_number(assessment.n_links),
            )
        )
    if assessment.n_stale:
        meta.append(_("perlu ditinjau ulang"))
    if assessment.n_rejected_files:
        meta.append(_("berkas ditolak setelah diterima"))
    if assessment.state == State.NEEDS_REVISION and assessment.revision_due:
        meta.append(
            _("batas %(day)s") % {"day": format_day_short(assessment.revision_due)}
        )
    figures = []
    if own := self_text(assessment):
        figures.append(Figure(_("Mandiri"), own))
    if agreed := agreed_text(assessment):
        figures.append(Figure(_("Penilai"), agreed))
    return ItemRow(
        code=item.short_label,
        name=item.title,
        url=f"{base}{item.slug}/",
        state=state_key(assessment, returned),
        meta=meta,
        figures=figures,
    )


# Order of kinds of tasks: what is late or broken stands before what is merely open.
_RANK_REJECTED, _RANK_REVISION, _RANK_STALE, _RANK_APPROVAL, _RANK_OPEN = range(5)


def task_of(
    assessment: Assessment, base: str, returned: Returned | None = None
) -> TaskRow | None:
    """Return what the item asks of the unit's staff now, or None.

    Args:
        returned: What came back to the unit, if it did.
    """
    item = assessment.item
    url = f"{base}{item.slug}/"
    points = stake_text(item)
    stake = -item.lke_points
    title = f"{item.short_label} {item.title}"
    if assessment.n_rejected_files and assessment.state in (
        State.DRAFT,
        State.NEEDS_REVISION,
        State.EMPTY,
    ):
        why = _("Ada berkas yang ditolak setelah diterima. Unggah penggantinya.")
        rank = (_RANK_REJECTED, stake)
        return TaskRow(url, title, "file-x", "red", why, points, rank=rank)
    if assessment.n_rejected_files and assessment.state in (
        State.AWAITING_APPROVAL,
        State.SUBMITTED,
    ):
        why = _(
            "Ada berkas yang ditolak setelah diajukan. Tarik kembali, lalu ganti "
            "berkasnya."
        )
        rank = (_RANK_REJECTED, stake)
        return TaskRow(url, title, "file-x", "red", why, points, rank=rank)
    if assessment.state == State.NEEDS_REVISION:
        due = assessment.revision_due
        return TaskRow(
            url,
            title,
            "undo-2",
            "orange",
            sent_back_text(returned) or _("Dikembalikan untuk diperbaiki."),
            points,
            due=_("batas %(day)s") % {"day": format_day_short(due)} if due else "",
            rank=(_RANK_REVISION, stake),
        )
    if assessment.n_stale and assessment.state == State.DRAFT:
        why = with_terms(_("%(Term)s punya versi baru yang perlu ditinjau ulang."))
        rank = (_RANK_STALE, stake)
        return TaskRow(url, title, "refresh-cw", "orange", why, points, rank=rank)
    if assessment.state == State.DRAFT and (why := sent_back_text(returned)):
        rank = (_RANK_REVISION, stake)
        return TaskRow(url, title, "undo-2", "orange", why, points, rank=rank)
    if assessment.state in (State.EMPTY, State.DRAFT):
        return TaskRow(
            url,
            title,
            "pencil-line" if assessment.state == State.DRAFT else "circle-dashed",
            "amber",
            str(missing_text(assessment)),
            points,
            rank=(_RANK_OPEN, stake),
        )
    return None


SHORT_REASON = 160
"""Characters of a reason that a line of the home shows; the item's page has all."""


def sent_back_text(returned: Returned | None) -> str:
    """Say that the head sent the item back, and why; empty once it was changed."""
    if (
        returned is None
        or returned.approval is None
        or not returned.is_shown_as_sent_back
    ):
        return ""
    return _("Dikembalikan kepala unit: %(reason)s") % {
        "reason": Truncator(" ".join(returned.approval.reason.split())).chars(
            SHORT_REASON
        )
    }


def missing_text(assessment: Assessment) -> str | Promise:
    """Say what an open item still lacks."""
    if assessment.is_complete:
        return _("Lengkap, tinggal diajukan.")
    if not assessment.has_self_answer and not assessment.n_links:
        return with_terms(_("Belum ada jawaban dan %(term)s."))
    if not assessment.has_self_answer:
        return with_terms(_("%(Term)s sudah ada, jawaban belum dipilih."))
    return with_terms(_("Jawaban sudah dipilih, %(term)s belum ada."))


def expiring_text(assessment: Assessment) -> str:
    """Say when a linked evidence ends, within the next sixty days; else empty."""
    if assessment.next_expiry is None:
        return ""
    days = (assessment.next_expiry - timezone.localdate()).days
    if days > 60:
        return ""
    return with_terms(
        _("%(term)s berlaku sampai %(day)s"),
        day=format_day_short(assessment.next_expiry),
    )


def sorted_tasks(tasks: Iterable[TaskRow]) -> list[TaskRow]:
    """Return tasks in the order in which they should be done."""
    return sorted(tasks, key=lambda task: task.rank)
