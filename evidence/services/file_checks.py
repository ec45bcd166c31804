"""What the worker has found out, or not yet, about files that are handed in.

A file is accepted at the gate and looked into afterwards. Submitting does not wait for
that; a file that is rejected afterwards keeps its round from being approved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.models import EvidenceFile, EvidenceLink, SubmissionItem
from wbk_portal.common.numbers import format_number

from .processing import reason_text


def count_checking(assessment_ids: Collection[int]) -> int:
    """Return how many files of these items are still being looked into. One query."""
    return (
        EvidenceFile.objects.filter(
            state=EvidenceFile.State.PENDING,
            version__in=EvidenceLink.objects.filter(
                assessment__in=assessment_ids,
                lane=EvidenceLink.Lane.MAIN,
                evidence__withdrawn_at__isnull=True,
                evidence__discarded_at__isnull=True,
            ).values("evidence__latest"),
        ).count()
        if assessment_ids
        else 0
    )


def checking_text(count: int) -> str:
    """Say before a submission that files are still being checked; empty for none."""
    if not count:
        return ""
    return ngettext(
        "%(n)s berkas masih diperiksa. Mengajukan tetap boleh; Anda diberi tahu bila "
        "ada yang ditolak.",
        "%(n)s berkas masih diperiksa. Mengajukan tetap boleh; Anda diberi tahu bila "
        "ada yang ditolak.",
        count,
    ) % {"n": format_number(count)}


@dataclass(frozen=True)
class Rejected:
    """A file that was rejected after it was accepted.

    Attributes:
        name: As people see it.
        reason: Why, with the remedy.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class FileStates:
    """What stands against the files of a frozen round, if anything."""

    n_checking: int
    rejected: Sequence[Rejected]

    @classmethod
    def of(cls, items: Iterable[SubmissionItem]) -> FileStates:
        """Sum up the files of the frozen versions, read with them: no query."""
        files = [file for one in items for file in one.version.files.all()]
        return cls(
            n_checking=sum(f.state == EvidenceFile.State.PENDING for f in files),
            rejected=[
                Rejected(f.display_name, reason_text(f))
                for f in files
                if f.state == EvidenceFile.State.REJECTED
            ],
        )


def bars(round_ids: Sequence[int]) -> Mapping[int, str]:
    """Return why rounds cannot be approved, by their keys. One query.

    The file is named, and what to do: its round goes back to the operator.
    """
    rows = (
        EvidenceFile.objects.filter(
            state=EvidenceFile.State.REJECTED, version__submissions__round__in=round_ids
        )
        .order_by("version__submissions__position", "position")
        .values_list(
            "version__submissions__round",
            "version__submissions__round__assessment__item__short_label",
            "display_name",
        )
    )
    names: dict[int, list[str]] = {}
    labels: dict[int, str] = {}
    for round_id, label, name in rows:
        if round_id in round_ids:
            labels[round_id] = label
            names.setdefault(round_id, []).append(name)
    return {
        round_id: ngettext(
            "%(item)s belum dapat disetujui: berkas %(files)s ditolak setelah "
            "diterima. Kembalikan kepada operator agar berkasnya diganti.",
            "%(item)s belum dapat disetujui: berkas %(files)s ditolak setelah "
            "diterima. Kembalikan kepada operator agar berkasnya diganti.",
            len(found),
        )
        % {
            "item": labels[round_id],
            "files": ", ".join(f"“{name}”" for name in found),
        }
        for round_id, found in names.items()
    }


def return_reason(rejected: Sequence[Rejected]) -> str:
    """Return what a head can tell the operator with a round that goes back."""
    return "\n".join(
        _("Berkas “%(file)s” ditolak setelah diterima. %(reason)s")
        % {"file": one.name, "reason": one.reason}
        for one in rejected
    )
