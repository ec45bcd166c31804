"""Writing evidence, versions, files and links: a handful of statements for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from evidence.models import (
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
)
from evidence.services.evidence.facts import VersionFacts, clean_title
from indicators.models import EvidenceKind
from wbk_portal.accounts.models import User
from wbk_portal.demo.documents import DemoFile

from .filing import Link, Paper, Version
from .journal import Journal
from .shelf import Kept, Shelf


def write_papers(papers: Sequence[Paper], shelf: Shelf, journal: Journal) -> None:
    """Write everything about papers whose times and files are set."""
    kinds = {kind.key: kind for kind in EvidenceKind.objects.all()}
    versions = [(paper, version) for paper in papers for version in paper.versions]
    kept = iter(
        shelf.keep(
            [
                (paper.place.unit, file.name, file.bytes)
                for paper, version in versions
                for file in version.files
            ]
        )
    )
    for paper in papers:
        paper.row = _evidence(paper, kinds[paper.versions[0].files[0].kind_key])
    Evidence.objects.bulk_create(paper.stored for paper in papers)
    for paper, version in versions:
        version.row = _version(paper.stored, version)
    EvidenceVersion.objects.bulk_create(version.stored for _paper, version in versions)
    for paper in papers:
        paper.stored.latest = paper.latest.row
    Evidence.objects.bulk_update([paper.stored for paper in papers], ["latest"])
    files: list[EvidenceFile] = []
    for paper, version in versions:
        mine = [next(kept) for _file in version.files]
        files += [_file(version, one, place) for place, one in enumerate(mine, 1)]
        _log_version(paper, version, mine, journal)
    EvidenceFile.objects.bulk_create(files)
    _write_links(papers, journal)
    for paper in papers:
        _log_end(paper, journal)


def _evidence(paper: Paper, kind: EvidenceKind) -> Evidence:
    first, latest = paper.versions[0], paper.latest
    when, reason = (
        (paper.withdrawn[0], paper.withdrawn[2]) if paper.withdrawn else (None, "")
    )
    is_gone = when is not None or paper.discarded is not None
    return Evidence(
        work_unit=paper.place.unit,
        kind=kind,
        title=clean_title(first.files[0].title),
        applies_below=paper.planned.applies_below,
        created_by=first.by,
        created_at=first.at,
        changed_at=latest.at,
        version=len(paper.versions) + is_gone,
        discarded_at=paper.discarded,
        withdrawn_at=when,
        withdrawn_reason=reason,
    )


def _version(evidence: Evidence, version: Version) -> EvidenceVersion:
    facts = facts_of(version.files[0]).checked(evidence.kind)
    return EvidenceVersion(
        evidence=evidence,
        number=version.number,
        by=version.by,
        at=version.at,
        **facts.columns(),
    )


def facts_of(file: DemoFile) -> VersionFacts:
    """Return what the unit says of a document."""
    return VersionFacts(
        document_date=file.document_date,
        covers_from=file.covers_from,
        covers_until=file.covers_until,
        valid_until=file.valid_until,
        note=file.note,
        url=file.url,
        seen_on=file.seen_on,
    )


def _file(version: Version, kept: Kept, position: int) -> EvidenceFile:
    return EvidenceFile(
        version=version.stored,
        blob=kept.blob,
        position=position,
        kind=kept.accepted.kind,
        display_name=kept.accepted.clean_name,
        original_name=kept.accepted.original_name,
    )


def _log_version(
    paper: Paper, version: Version, kept: Sequence[Kept], journal: Journal
) -> None:
    files = [
        {"name": one.accepted.clean_name, "sha256": one.blob.sha256} for one in kept
    ]
    payload = {"title": paper.stored.title, "count": len(files), "files": files}
    is_first = version.number == 1
    if is_first:
        payload["kind"] = paper.stored.kind.key
    else:
        payload["version"] = version.number
    journal.act(
        version.at,
        version.by,
        "evidence.created" if is_first else "evidence.version_added",
        ("evidence", paper.stored.pk),
        paper.place.unit.key,
        payload,
    )
    if not is_first:
        _tell(
            paper,
            version.at,
            version.by,
            "evidence.version_added",
            f"version:{version.stored.pk}",
            journal,
            version=version.number,
        )


def _tell(
    paper: Paper,
    when: dt.datetime,
    actor: User,
    kind: str,
    key: str,
    journal: Journal,
    **params: object,
) -> None:
    """Tell operators of the owner and of units that use it in the open period."""
    places = [paper.place] + [
        link.track.place for link in paper.links if link.track.period.is_open
    ]
    people = {user.key: user for place in places for user in place.operators}
    people.pop(actor.key, None)
    journal.tell(
        when,
        [people[key] for key in sorted(people)],
        kind,
        key,
        reverse("evidence:detail", args=[paper.stored.pk]),
        {"title": paper.stored.title, "name": actor.name, **params},
    )


def _write_links(papers: Sequence[Paper], journal: Journal) -> None:
    links = [(paper, link) for paper in papers for link in paper.links]
    for paper, link in links:
        link.row = EvidenceLink(
            evidence=paper.stored,
            assessment=link.track.assessment,
            pages=link.pages,
            by=link.track.place.operator,
            at=link.at,
            seen_version=link.seen[-1][1].stored,
        )
    EvidenceLink.objects.bulk_create(link.row for _paper, link in links if link.row)
    for paper, link in links:
        _log_link(paper, link, link.at, "linked", journal, pages=link.pages)
        for when, version in link.seen[1:]:
            _log_link(paper, link, when, "link_seen", journal, version=version.number)


def _log_link(
    paper: Paper,
    link: Link,
    when: dt.datetime,
    what: str,
    journal: Journal,
    **more: str | int,
) -> None:
    """Write one line for the evidence and one for the item, as the service does."""
    track = link.track
    payload = {
        "title": paper.stored.title,
        "item": track.item.short_label,
        "period": track.period.slug,
        "unit": track.place.unit.code,
        "evidence": paper.stored.pk,
        **more,
    }
    for action, target in (
        (f"evidence.{what}", ("evidence", paper.stored.pk)),
        (f"assessment.evidence_{what}", ("assessment", track.assessment.pk)),
    ):
        journal.act(
            when, track.place.operator, action, target, track.place.unit.key, payload
        )


def _log_end(paper: Paper, journal: Journal) -> None:
    """Log that it was withdrawn or thrown away."""
    evidence = paper.stored
    target, key = ("evidence", evidence.pk), paper.place.unit.key
    if paper.discarded is not None:
        journal.act(
            paper.discarded,
            paper.place.operator,
            "evidence.discarded",
            target,
            key,
            {"title": evidence.title},
        )
    if paper.withdrawn is not None:
        when, actor, reason = paper.withdrawn
        journal.act(
            when,
            actor,
            "evidence.withdrawn",
            target,
            key,
            {"title": evidence.title, "reason": reason},
        )
        _tell(
            paper,
            when,
            actor,
            "evidence.withdrawn",
            f"{evidence.key}:{evidence.version}",
            journal,
            reason=reason,
        )
