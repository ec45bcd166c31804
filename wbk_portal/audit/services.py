"""Writing the log: `record` in the transaction of the act it records."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from . import hashing
from .models import INSTALLATION, AuditEntry, AuditPayload, Chain

UNIT_PREFIX = "unit:"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act to record; the meaning of each part stands at `record`."""

    actor_key: str
    action: str
    target: tuple[str, str]
    unit_key: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    withheld: bool = False
    day_only: bool = False

    def __post_init__(self) -> None:
        """Refuse what a column could not hold or a reader could not tell apart."""
        if self.unit_key is not None and not self.unit_key.startswith(UNIT_PREFIX):
            raise ValueError(f"{self.unit_key!r} is no key of a unit")
        for text, most in (
            (self.chain_key, 80),
            (self.actor_key, 80),
            (self.action, 80),
            (self.target[0], 40),
            (self.target[1], 120),
        ):
            if not text or len(text) > most or "\0" in text:
                raise ValueError(f"{text!r} cannot stand in the log")

    @property
    def chain_key(self) -> str:
        """Key of the chain that the act belongs to."""
        return self.unit_key or INSTALLATION


@dataclass(frozen=True)
class _Sealed:
    """An act made ready: all of the entry but its place."""

    act: Act
    at: dt.datetime
    salt: str
    data: str
    payload_hash: str
    digest: str

    @classmethod
    def of(cls, act: Act) -> "_Sealed":
        """Fix the time and the payload, and hash both."""
        at = timezone.now()
        if act.day_only:
            at = timezone.localtime(at).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
        salt, data = hashing.new_salt(), hashing.canonical(act.payload)
        payload_hash = hashing.commitment(salt, data)
        digest = hashing.digest(
            chain=act.chain_key,
            at=at,
            action=act.action,
            actor_key=act.actor_key,
            target_type=act.target[0],
            target_key=act.target[1],
            payload_hash=payload_hash,
        )
        return cls(act, at, salt, data, payload_hash, digest)

    def entry(self, chain_id: int, seq: int, prev: str, hash_: str) -> AuditEntry:
        """Return the row, not yet written."""
        return AuditEntry(
            chain_id=chain_id,
            seq=seq,
            at=self.at,
            action=self.act.action,
            actor_key=self.act.actor_key,
            target_type=self.act.target[0],
            target_key=self.act.target[1],
            payload_hash=self.payload_hash,
            prev=prev,
            hash=hash_,
        )

    def payload(self, entry: AuditEntry) -> AuditPayload:
        """Return the row beside a written entry."""
        return AuditPayload(
            entry=entry, salt=self.salt, data=self.data, withheld=self.act.withheld
        )


def record(
    *,
    actor_key: str,
    action: str,
    target: tuple[str, str],
    unit_key: str | None = None,
    payload: Mapping[str, Any] | None = None,
    withheld: bool = False,
    day_only: bool = False,
) -> AuditEntry:
    """Record one act in its own transaction: both stand, or none.

    Three statements; five for the first entry of a chain. The chain stays locked
    until the transaction ends, so call it after the slow part. Entries of several
    chains, or many of one, go through `record_many`.

    Args:
        actor_key: Who: ``user:7`` (`User.key`), ``system``, ``guest:12``.
        action: What, dotted: ``evidence.submitted``.
        target: On what: type and key, ``("evidence", "12")``.
        unit_key: `WorkUnit.key` of the unit concerned; None: the installation.
        payload: Names, texts and values, as far as a later reader needs them. No
            complaint text, reporter or survey answer.
        withheld: Keep the whole entry out of histories until `reveal`.
        day_only: Keep only the date (anonymous complaints).

    Raises:
        TransactionManagementError: Called outside `transaction.atomic`.
        ValueError: A key is empty, too long, or no unit's key.
        TypeError: The payload cannot be written as JSON.
    """
    act = Act(
        actor_key=actor_key,
        action=action,
        target=target,
        unit_key=unit_key,
        payload=payload or {},
        withheld=withheld,
        day_only=day_only,
    )
    _require_transaction()
    sealed = _Sealed.of(act)
    place = _advance(act.chain_key, sealed.digest)
    if place is None:
        _create_chains([act.chain_key])
        place = _advance(act.chain_key, sealed.digest)
    if place is None:
        raise RuntimeError(f"chain {act.chain_key!r} cannot be made")
    entry = sealed.entry(*place)
    entry.save(force_insert=True)
    sealed.payload(entry).save(force_insert=True)
    return entry


def record_many(acts: Iterable[Act]) -> list[AuditEntry]:
    """Record several acts in their order; entries come back in the same order.

    Three statements and one more for each chain, however many acts. Chains are locked
    in the order of their keys, so two such calls cannot wait for each other.
    """
    sealed = [_Sealed.of(act) for act in acts]
    if not sealed:
        return []
    _require_transaction()
    chains = _locked({s.act.chain_key for s in sealed})
    entries = []
    for one in sealed:
        chain = chains[one.act.chain_key]
        chain.previous_hash = chain.head_hash
        chain.head_hash = hashing.link(chain.head_hash, one.digest)
        chain.head_seq += 1
        entries.append(
            one.entry(chain.pk, chain.head_seq, chain.previous_hash, chain.head_hash)
        )
    for chain in chains.values():
        chain.save(update_fields=["head_seq", "head_hash", "previous_hash"])
    entries = AuditEntry.objects.bulk_create(entries)
    AuditPayload.objects.bulk_create(
        one.payload(entry) for one, entry in zip(sealed, entries, strict=True)
    )
    return entries


def reveal(
    target: tuple[str, str],
    *,
    actions: Collection[str] = (),
    actor_key: str | None = None,
) -> int:
    """Let withheld entries of one target appear in histories; one statement.

    Args:
        target: Type and key as recorded.
        actions: Only these actions; empty: all.
        actor_key: Only entries of this actor; None: of all.

    Returns:
        How many entries were withheld until now.
    """
    rows = AuditPayload.objects.filter(
        withheld=True, entry__target_type=target[0], entry__target_key=target[1]
    )
    if actions:
        rows = rows.filter(entry__action__in=actions)
    if actor_key is not None:
        rows = rows.filter(entry__actor_key=actor_key)
    return rows.update(withheld=False)


@transaction.atomic
def erase(*, entry_ids: Collection[int], actor_key: str, reason: str) -> int:
    """Erase payloads for good; entries, hashes and the reason stay.

    Every chain touched gets an entry ``audit.erased`` that names the numbers. Who may
    ask for it, and that two people agreed, is the caller's rule.

    Returns:
        How many payloads held something until now.
    """
    rows = AuditPayload.objects.filter(entry_id__in=entry_ids, data__isnull=False)
    touched = rows.values_list("entry__chain__key", "entry__seq", "pk")
    seqs: dict[str, list[int]] = {}
    pks = []
    for chain_key, seq, pk in touched.order_by("entry__chain__key", "entry__seq"):
        seqs.setdefault(chain_key, []).append(seq)
        pks.append(pk)
    AuditPayload.objects.filter(pk__in=pks).update(
        data=None, salt=None, erased_at=timezone.now()
    )
    record_many(
        Act(
            actor_key=actor_key,
            action="audit.erased",
            target=("chain", chain_key),
            unit_key=None if chain_key == INSTALLATION else chain_key,
            payload={"seqs": numbers, "reason": reason, "count": len(numbers)},
        )
        for chain_key, numbers in seqs.items()
    )
    return len(pks)


def _require_transaction() -> None:
    """Refuse to write outside a transaction of the caller's own.

    The transaction that a test case wraps around a test does not count.
    """
    blocks = connection.atomic_blocks
    if all(getattr(block, "_from_testcase", False) for block in blocks):
        raise TransactionManagementError("audit.record needs transaction.atomic")


def _advance(chain_key: str, digest: str) -> tuple[int, int, str, str] | None:
    """Move a chain's head by one entry: lock, count and hash in one statement.

    Returns:
        Chain id, seq, hash before, hash; None when there is no such chain yet.
    """
    if connection.vendor == "sqlite":
        # Django registers SHA256 with every SQLite connection.
        linked = "SHA256(head_hash || ':' || %s)"
    else:
        linked = "encode(sha256(convert_to(head_hash || ':' || %s, 'UTF8')), 'hex')"
    statement = (
        "UPDATE audit_chain SET previous_hash = head_hash, head_seq = head_seq + 1,"  # noqa: S608
        f" head_hash = {linked} WHERE key = %s"
        " RETURNING id, head_seq, previous_hash, head_hash"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [digest, chain_key])
        rows = cursor.fetchall()
    return tuple(rows[0]) if rows else None


def _locked(keys: Collection[str]) -> dict[str, Chain]:
    """Return the chains, locked in the order of their keys, made where missing."""
    rows = Chain.objects.select_for_update().filter(key__in=keys).order_by("key")
    chains = {chain.key: chain for chain in rows}
    if len(chains) < len(keys):
        _create_chains(set(keys) - set(chains))
        chains = {chain.key: chain for chain in rows.all()}
    return chains


def _create_chains(keys: Iterable[str]) -> None:
    """Begin chains; one that another transaction began meanwhile stays as it is."""
    Chain.objects.bulk_create(
        [
            Chain(
                key=key,
                head_hash=hashing.genesis(key),
                previous_hash=hashing.genesis(key),
            )
            for key in sorted(keys)
        ],
        ignore_conflicts=True,
    )
