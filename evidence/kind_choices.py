"""Kinds of evidence to choose from, those expected of an item first, and the guess."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from evidence.services import proposals
from evidence.services.proposals import KindWords
from indicators.models import EvidenceKind, Item, ItemKind


@dataclass(frozen=True)
class KindChoice:
    """One entry of the select."""

    value: int
    label: str


@dataclass(frozen=True)
class KindGroup:
    """Entries under one heading."""

    label: str
    choices: Sequence[KindChoice]


@dataclass
class KindChoices:
    """All kinds, and which ones certain items expect; see `read_kinds`.

    Attributes:
        other: The neutral kind: it says nothing and fulfils no expectation.
        kinds: Every kind by key, in order.
        expected: Keys and labels in order, by item.
        words: How kinds are called, by item; generic ones under 0.
    """

    other: EvidenceKind
    kinds: dict[int, EvidenceKind]
    expected: dict[int, list[tuple[int, str]]]
    words: dict[int, list[KindWords]]
    _groups: dict[tuple[int, ...], list[KindGroup]] = field(default_factory=dict)

    def groups(self, *item_ids: int) -> Sequence[KindGroup]:
        """Return the choices for a file of these items, the expected ones first."""
        if item_ids not in self._groups:
            self._groups[item_ids] = self._grouped(item_ids)
        return self._groups[item_ids]

    def _grouped(self, item_ids: tuple[int, ...]) -> list[KindGroup]:
        wanted = {
            pk: label
            for item_id in item_ids
            for pk, label in self.expected.get(item_id, ())
        }
        free = [kind for pk, kind in self.kinds.items() if pk not in wanted]
        groups = [
            KindGroup(
                _("Diharapkan untuk butir ini"),
                [KindChoice(pk, label) for pk, label in wanted.items()],
            ),
            KindGroup(
                _("Umum"), [KindChoice(k.pk, k.label) for k in free if k.is_generic]
            ),
            KindGroup(
                _("Jenis lain"),
                [KindChoice(k.pk, k.label) for k in free if not k.is_generic],
            ),
        ]
        return [group for group in groups if group.choices]

    def guess(
        self, name: str, file_kind: str, item: Item | None, unit_name: str = ""
    ) -> int:
        """Return the key of the kind that a file's name tells, else the neutral one.

        Args:
            file_kind: The gate's kind of the file: "pdf".
            item: What the file is for; None while nobody knows.
            unit_name: The unit's, which stands in many names.
        """
        found = proposals.propose_kind(
            name,
            file_kind,
            expected=self.words.get(item.pk, ()) if item else (),
            generic=self.words[0],
            around=frozenset(
                proposals.words_of(
                    f"{item.name} {item.title} {unit_name}" if item else unit_name
                )
            ),
        )
        return found or self.other.pk


def read_kinds(item_ids: Collection[int]) -> KindChoices:
    """Read all kinds, and those that items expect. Two queries."""
    kinds = {k.pk: k for k in EvidenceKind.objects.order_by("position", "key")}
    expected: dict[int, list[tuple[int, str]]] = {}
    rows = ItemKind.objects.filter(item__in=item_ids).order_by("item_id", "position")
    for item_id, kind_id, label in rows.values_list("item_id", "kind_id", "label"):
        shown = label or kinds[kind_id].label
        expected.setdefault(item_id, []).append((kind_id, shown))
    # A web address cannot be told from a file, and the neutral kind has no words.
    silent = {EvidenceKind.OTHER, EvidenceKind.WEB_ADDRESS}
    generic = [k for k in kinds.values() if k.is_generic and k.key not in silent]
    words = {
        item_id: [
            proposals.kind_words(pk, (label, kinds[pk].label, kinds[pk].key))
            for pk, label in found
            if kinds[pk].key not in silent
        ]
        for item_id, found in expected.items()
    }
    words[0] = [
        proposals.kind_words(k.pk, (k.label,), is_generic=True) for k in generic
    ]
    return KindChoices(
        other=next(k for k in kinds.values() if k.key == EvidenceKind.OTHER),
        kinds=kinds,
        expected=expected,
        words=words,
    )
