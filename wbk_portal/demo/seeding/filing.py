"""Evidence: which was filed when, in which versions, for which items."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from evidence.models import Evidence, EvidenceLink, EvidenceVersion
from indicators.models import State
from wbk_portal.accounts.models import User
from wbk_portal.demo.documents import DemoFile
from wbk_portal.demo.plan import PlannedEvidence, PlannedRevision, evidence_plan
from wbk_portal.demo.press import Order, Press
from wbk_portal.demo.profiles import OPEN_YEAR

from .cast import Place
from .clock import moment
from .story import Track, earlier_round

# Hours in which staff file and link.
_HOURS = (9, 16)
_HOUR = dt.timedelta(hours=1)
_DAY = dt.timedelta(days=1)

# States whose item may have been sent back once before.
_MAY_HAVE_COME_BACK = {
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.SCORED,
    State.FINAL,
}

# What the assessor asked for when the first version had a mistake.
_REQUESTS: dict[str, tuple[str, str]] = {
    "unsigned": (
        "unsigned",
        "Dokumen yang diajukan belum ditandatangani. Mohon unggah yang sudah "
        "ditandatangani dan dibubuhi cap.",
    ),
    "last_year": (
        "outdated",
        "Sampulnya tahun ini, tetapi isi dan tanggalnya tahun lalu. Mohon unggah "
        "dokumen tahun berjalan.",
    ),
    "scan": (
        "unreadable",
        "Hasil pindai ini tidak memuat teks dan sulit dibaca. Mohon unggah dokumen "
        "aslinya.",
    ),
    "generic_name": (
        "other",
        "Nama berkas tidak menyebut isinya. Mohon unggah lagi dengan nama yang jelas.",
    ),
    "wrong_unit": (
        "wrong_document",
        "Isi dokumen menyebut unit lain. Mohon unggah dokumen milik unit ini.",
    ),
}


@dataclass(eq=False)
class Version:
    """One version of an evidence; `order` is None when `files` are given."""

    number: int
    at: dt.datetime
    by: User
    order: Order | None = None
    files: list[DemoFile] = field(default_factory=list)
    row: EvidenceVersion | None = None

    @property
    def stored(self) -> EvidenceVersion:
        """The written row."""
        if self.row is None:
            raise LookupError("the version is not written yet")
        return self.row


@dataclass(eq=False)
class Link:
    """An evidence used for an item.

    Attributes:
        seen: The unit looked at these versions, when.
    """

    track: Track
    pages: str
    at: dt.datetime
    seen: list[tuple[dt.datetime, Version]] = field(default_factory=list)
    row: EvidenceLink | None = None


@dataclass(eq=False)
class Paper:
    """One evidence with its versions and links; times in UTC.

    Attributes:
        planned: What the plan says of it.
        withdrawn: When, by whom, why.
    """

    place: Place
    planned: PlannedEvidence
    rng: random.Random
    versions: list[Version] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    discarded: dt.datetime | None = None
    withdrawn: tuple[dt.datetime, User, str] | None = None
    row: Evidence | None = None

    @property
    def stored(self) -> Evidence:
        """The written row."""
        if self.row is None:
            raise LookupError("the evidence is not written yet")
        return self.row

    @property
    def latest(self) -> Version:
        """The newest version."""
        return self.versions[-1]

    def version_at(self, when: dt.datetime) -> Version:
        """The newest version of a moment; it must have existed."""
        return [version for version in self.versions if version.at <= when][-1]

    def fault_of(self, version: Version) -> str:
        """The mistake in a version: the first one's, if the plan has one."""
        return (self.planned.fault or "") if version.number == 1 else ""

    def usable_at(self, when: dt.datetime) -> bool:
        """Whether it was neither withdrawn nor in the bin."""
        gone = self.withdrawn[0] if self.withdrawn else self.discarded
        return gone is None or gone > when


def plan_papers(
    place: Place, year: int, tracks: Sequence[Track], seed: int
) -> tuple[list[Paper], list[tuple[PlannedEvidence, Track, str]]]:
    """Return the evidence that a unit keeps, and what it links of units above.

    Links know their item, times are not set yet (`date_papers`).
    """
    by_slug = {track.plan.item: track for track in tracks}
    own: list[Paper] = []
    from_above: list[tuple[PlannedEvidence, Track, str]] = []
    for index, planned in enumerate(evidence_plan(place.demo, year, seed=seed)):
        links = [(by_slug[slug], pages) for slug, pages in planned.items]
        if planned.owner != place.demo.code:
            from_above += [(planned, track, pages) for track, pages in links]
            continue
        paper = Paper(
            place=place,
            planned=planned,
            rng=random.Random(  # noqa: S311 - made-up matter, nothing secret
                f"{seed}:{planned.owner}:{year}:{planned.kind}:{index}:paper"
            ),
        )
        unset = dt.datetime.max.replace(tzinfo=dt.UTC)
        paper.links = [Link(track, pages, unset) for track, pages in links]
        for number in range(1, planned.versions + 1):
            order = Order(planned, number, seed)
            paper.versions.append(Version(number, unset, place.operator, order))
        own.append(paper)
    return own, from_above


def take_files(papers: Iterable[Paper], press: Press) -> None:
    """Fetch the finished documents of all versions."""
    for paper in papers:
        for version in paper.versions:
            if version.order is not None and not version.files:
                version.files = press.files(version.order)


def date_papers(
    papers: Sequence[Paper], opening: dt.datetime, now: dt.datetime, seed: int
) -> None:
    """Set when papers were filed, linked and renewed; their files are there.

    Filed before the first of its items was submitted, and not before the document was
    dated. A second version mended what an assessor had found, where time allows.
    """
    for paper in papers:
        if len(paper.versions) > 1:
            _may_come_back(paper, seed)
    for paper in papers:
        rng, zone = paper.rng, paper.place.unit.zone
        deadlines = [link.track.first_act for link in paper.links]
        first = min((d for d in deadlines if d is not None), default=now - _DAY)
        day = first.astimezone(zone).date() - rng.randint(1, 9) * _DAY
        wished = moment(day, zone, _HOURS, rng)
        filed = min(max(wished, dated(paper), opening + _DAY), first - _HOUR)
        paper.versions[0].at = filed
        for link in paper.links:
            _date_link(link, filed, now, rng)
        for version in paper.versions[1:]:
            version.at = _renewal(paper, now)
        see(paper)


def date_shared(
    paper: Paper,
    wanted: Iterable[tuple[Track, str]],
    opening: dt.datetime,
    now: dt.datetime,
) -> None:
    """Date what a higher unit keeps, and link it where units below use it."""
    rng = paper.rng
    paper.versions[0].at = filed = max(dated(paper), opening + 3 * _DAY)
    for track, pages in wanted:
        until = track.first_act or now
        if until - _DAY > filed:
            link = Link(track, pages, filed)
            _date_link(link, max(filed, until - rng.randint(2, 6) * _DAY), now, rng)
            paper.links.append(link)
    see(paper)


def dated(paper: Paper) -> dt.datetime:
    """Return the evening of the day on which the first version is dated."""
    days = [f.document_date for f in paper.versions[0].files if f.document_date]
    day = max(days, default=dt.date(paper.planned.year, 1, 1))
    return dt.datetime.combine(day, dt.time(17), tzinfo=paper.place.unit.zone)


def _date_link(
    link: Link, filed: dt.datetime, now: dt.datetime, rng: random.Random
) -> None:
    """Linked when filed, or days later with "Pakai yang sudah ada"."""
    until = (link.track.first_act or now - _DAY) - dt.timedelta(minutes=20)
    later = filed + rng.choice((0, 0, 1, 2)) * _DAY + rng.randint(1, 50) * _HOUR / 30
    link.at = max(filed, min(later, until))


def _may_come_back(paper: Paper, seed: int) -> None:
    """Let one of the items have been submitted before, with the first version."""
    if paper.planned.year < OPEN_YEAR:
        return
    request = _REQUESTS.get(paper.planned.fault or "")
    for link in paper.links:
        track = link.track
        if (
            request is None
            or track.plan.state not in _MAY_HAVE_COME_BACK
            or len(track.rounds) != 1
            or track.rounds[0].submitted - 16 * _DAY < dated(paper)
        ):
            continue
        early = earlier_round(track, seed)
        early.revision = PlannedRevision(
            reason=request[0], text=request[1], asked_days_ago=0, due_in_days=0
        )
        return


def _renewal(paper: Paper, now: dt.datetime) -> dt.datetime:
    """When the second version came: before the round that answers, if there is one."""
    for link in paper.links:
        if len(link.track.rounds) > 1 and link.track.rounds[0].asked is not None:
            return link.track.rounds[1].submitted - dt.timedelta(hours=23)
    first = paper.versions[0].at
    ends = [link.track.first_act or now for link in paper.links]
    # Last year everything was mended in time; this year some comes too late.
    end = min(ends, default=now) if paper.planned.year < OPEN_YEAR else now
    return first + (end - first) * 0.6


def see(paper: Paper) -> None:
    """Let the unit look at a new version before it submits with it.

    Items that stand still keep "perlu ditinjau ulang"; so do drafts.
    """
    for link in paper.links:
        link.seen = [(link.at, paper.version_at(link.at))]
        for round_ in link.track.rounds:
            newest = paper.version_at(round_.submitted)
            if newest.number > link.seen[-1][1].number:
                seen_at = max(newest.at, round_.submitted - dt.timedelta(minutes=30))
                link.seen.append((seen_at, newest))


def add_version(
    paper: Paper, when: dt.datetime, by: User, order: Order, press: Press
) -> None:
    """Add a version that nobody has looked at yet."""
    version = Version(len(paper.versions) + 1, when, by, order)
    version.files = press.files(order)
    paper.versions.append(version)
