"""Proving that nobody changed the log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Max

from . import hashing
from .models import AuditEntry, AuditPayload, Chain

CHUNK = 2000
"""Entries held in memory at once."""


@dataclass(frozen=True)
class Report:
    """What the check of one chain found.

    Attributes:
        key: The chain.
        entries: Entries that were read.
        seq: The first broken number; None when the chain is whole.
        problem: What is wrong there, for a technician; empty when whole.
        head: Number and hash of the last entry as the chain names it.
    """

    key: str
    entries: int
    seq: int | None
    problem: str
    head: tuple[int, str]

    @property
    def ok(self) -> bool:
        """Whether the chain is whole."""
        return self.seq is None


def heads() -> dict[str, tuple[int, str]]:
    """Return number and hash of each chain's last entry, by key; one query.

    Kept elsewhere (bundles, backups) they prove later that a log was not rewritten
    as a whole: `verify_all(against=…)`.
    """
    rows = Chain.objects.values_list("key", "head_seq", "head_hash")
    return {key: (seq, hash_) for key, seq, hash_ in rows}


def verify_all(
    against: Mapping[str, tuple[int, str]] | None = None,
) -> Iterator[Report]:
    """Check every chain by key, those that only `against` knows included.

    Args:
        against: Heads kept earlier; each must still stand in its chain.
    """
    known = against or {}
    keys = {*Chain.objects.values_list("key", flat=True), *known}
    for key in sorted(keys):
        yield verify(key, anchor=known.get(key))


def verify(chain_key: str, anchor: tuple[int, str] | None = None) -> Report:
    """Check one chain from its first entry to its head, streaming.

    Finds changed, missing, added, swapped and cut-off entries and changed or missing
    payloads. An erased payload is whole when its salt is gone too. Entries written
    while it runs are left to the next check.

    Args:
        chain_key: ``unit:7`` or ``installation``.
        anchor: Number and hash kept elsewhere, to be found in the chain.
    """
    chain = (
        Chain.objects.filter(key=chain_key).annotate(last=Max("entries__seq")).first()
    )
    if chain is None:
        return Report(chain_key, 0, 1, "the chain is gone", (0, ""))
    head = (chain.head_seq, chain.head_hash)
    previous, count = hashing.genesis(chain_key), 0
    rows = (
        AuditEntry.objects.filter(chain=chain, seq__lte=chain.head_seq)
        .select_related("payload")
        .order_by("seq")
    )
    for entry in rows.iterator(chunk_size=CHUNK):
        problem = _problem(chain_key, entry, count + 1, previous)
        if (
            not problem
            and anchor
            and anchor[0] == entry.seq
            and anchor[1] != entry.hash
        ):
            problem = "the entry is not the one whose hash was kept elsewhere"
        if problem:
            return Report(chain_key, count, count + 1, problem, head)
        previous, count = entry.hash, count + 1
    problem = _head_problem(chain.head_seq, chain.head_hash, count, previous)
    if not problem and (chain.last or 0) > chain.head_seq:
        problem = "entries stand behind the head"
    if not problem and anchor and anchor[0] > count:
        problem = "the chain is shorter than the head kept elsewhere"
    if problem:
        return Report(chain_key, count, count + 1, problem, head)
    return Report(chain_key, count, None, "", head)


def _problem(chain_key: str, entry: AuditEntry, seq: int, previous: str) -> str:
    """Say what is wrong with one entry, or return ""."""
    if entry.seq != seq:
        return "the entry is missing"
    if entry.prev != previous:
        return "the entry does not follow the one before"
    digest = hashing.digest(
        chain=chain_key,
        at=entry.at,
        action=entry.action,
        actor_key=entry.actor_key,
        target_type=entry.target_type,
        target_key=entry.target_key,
        payload_hash=entry.payload_hash,
    )
    if entry.hash != hashing.link(previous, digest):
        return "the entry was changed"
    try:
        payload = entry.payload
    except AuditPayload.DoesNotExist:
        return "the payload is gone"
    return _payload_problem(payload, entry.payload_hash)


def _payload_problem(payload: AuditPayload, payload_hash: str) -> str:
    if payload.data is None and payload.salt is None:
        return "" if payload.erased_at else "the payload was emptied, not erased"
    if payload.data is None or payload.salt is None or payload.erased_at:
        return "the payload was erased by half"
    if hashing.commitment(payload.salt, payload.data) != payload_hash:
        return "the payload was changed"
    return ""


def _head_problem(head_seq: int, head_hash: str, count: int, last_hash: str) -> str:
    if count < head_seq:
        return "entries before the head are missing"
    if head_hash != last_hash:
        return "the head names another last entry"
    return ""
