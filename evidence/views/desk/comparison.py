"""A round beside the one before it: what was asked, and what the unit changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from evidence.models import EvidenceFile, SubmissionItem
from evidence.presenters import value_text
from indicators.models import Revision, SubmissionRound
from wbk_portal.common.worddiff import Piece, word_diff

from .viewer import EvidenceRow


@dataclass(frozen=True)
class Answer:
    """The unit's answer in a round."""

    value: str
    text: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Point:
    """One thing that the assessor asked for, and where to look at it."""

    revision: Revision
    title: str = ""
    file: EvidenceFile | None = None


@dataclass(frozen=True)
class EvidenceChange:
    """One evidence in the two rounds; a side is None where it did not belong."""

    old: EvidenceRow | None
    new: EvidenceRow | None

    @property
    def title(self) -> str:
        """Name of the evidence."""
        row = self.new or self.old
        return row.item.evidence.title if row else ""

    @property
    def is_same(self) -> bool:
        """The same version, and the same pages of it."""
        return (
            self.old is not None
            and self.new is not None
            and self.old.item.version_id == self.new.item.version_id
            and self.old.item.pages == self.new.item.pages
        )


@dataclass
class Comparison:
    """Two rounds side by side."""

    before: SubmissionRound
    shown: SubmissionRound
    rows: list[EvidenceRow]
    points: list[Point] = field(default_factory=list)
    old_answer: Answer = field(default_factory=lambda: Answer(""))
    new_answer: Answer = field(default_factory=lambda: Answer(""))
    old_text: list[Piece] = field(default_factory=list)
    new_text: list[Piece] = field(default_factory=list)
    changed: list[EvidenceChange] = field(default_factory=list)
    unchanged: list[EvidenceChange] = field(default_factory=list)

    @property
    def same_answer(self) -> bool:
        """The unit chose the same answer again."""
        return self.old_answer == self.new_answer

    @property
    def same_text(self) -> bool:
        """The explanation is the same, letter by letter."""
        return self.before.narrative == self.shown.narrative

    @property
    def is_same(self) -> bool:
        """Nothing was changed at all."""
        return self.same_answer and self.same_text and not self.changed


def round_before(
    rounds: Sequence[SubmissionRound], shown: SubmissionRound | None
) -> SubmissionRound | None:
    """Return the round that the shown one followed, among those newest first."""
    if shown is None:
        return None
    return next((one for one in rounds if one.number < shown.number), None)


def rows_of(frozen: SubmissionRound) -> list[EvidenceRow]:
    """Return the evidence of an earlier round with its files. Two queries."""
    files = EvidenceFile.objects.select_related("blob").order_by("position")
    items = (
        SubmissionItem.objects.filter(round=frozen)
        .select_related("evidence__kind", "evidence__work_unit", "version")
        .prefetch_related(Prefetch("version__files", queryset=files))
        .order_by("position")
    )
    return [EvidenceRow(one, list(one.version.files.all()), None) for one in items]


def compare(
    before: SubmissionRound,
    before_rows: list[EvidenceRow],
    shown: SubmissionRound,
    rows: Sequence[EvidenceRow],
    requests: Sequence[Revision],
) -> Comparison:
    """Return what stands side by side; asks the database nothing."""
    found = Comparison(before=before, shown=shown, rows=before_rows)
    found.points = points_of(
        [r for r in requests if r.round_id == before.pk and r.sent_at], before_rows
    )
    found.old_answer, found.new_answer = _answer(before), _answer(shown)
    if not found.same_text:
        found.old_text, found.new_text = word_diff(before.narrative, shown.narrative)
    old = {row.item.evidence_id: row for row in before_rows}
    new = {row.item.evidence_id: row for row in rows}
    pairs = [EvidenceChange(old.get(key), row) for key, row in new.items()]
    pairs += [EvidenceChange(row, None) for key, row in old.items() if key not in new]
    found.changed = [pair for pair in pairs if not pair.is_same]
    found.unchanged = [pair for pair in pairs if pair.is_same]
    return found


def points_of(requests: Sequence[Revision], rows: Sequence[EvidenceRow]) -> list[Point]:
    """Return requests with the evidence and the file of the page that they name."""
    known = {row.item.key: row for row in rows}
    points = []
    for request in requests:
        row = known.get(request.about_key)
        if row is None:
            points.append(Point(request))
            continue
        page = request.page or 1
        file = next((f for f in row.files if (f.pages or 1) >= page), None)
        points.append(Point(request, row.item.evidence.title, file))
    return points


def _answer(frozen: SubmissionRound) -> Answer:
    option = frozen.self_option
    return Answer(
        value=value_text(
            option, frozen.self_numerator, frozen.self_denominator, frozen.self_na
        ),
        text=option.text if option else "",
        reason=frozen.na_reason if frozen.self_na else "",
    )
