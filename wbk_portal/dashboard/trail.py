"""The whole log as an auditor or administrator reads it: who sees what, and filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wbk_portal.accounts.forms.base import date_field
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.accounts.permissions import LOOKING_ROLES
from wbk_portal.accounts.views.base import seen_people, seen_units
from wbk_portal.audit.history import SYSTEM, HistoryLine, lines_of
from wbk_portal.audit.models import INSTALLATION, AuditEntry, Chain
from wbk_portal.audit.services import UNIT_PREFIX
from wbk_portal.common import registry
from wbk_portal.common.dates import format_clock, format_day_short
from wbk_portal.common.fields import KeyField, LineField
from wbk_portal.common.registry import Address
from wbk_portal.common.terms import term_evidence, term_unit

KINDS: dict[str, tuple[str | Promise | None, tuple[str, ...]]] = {
    "orang": (_("Orang dan peran"), ("user.", "membership.")),
    "unit": (_("Unit dan layanan"), ("unit.", "service.")),
    "periode": (
        _("Periode, jadwal dan hari libur"),
        ("period.", "assessments.", "catalogue.", "holiday"),
    ),
    "penugasan": (_("Penugasan penilai"), ("assignment.",)),
    "bukti": (
        None,
        ("evidence.", "upload.", "assessment.evidence"),
    ),
    "pengajuan": (
        _("Jawaban dan pengajuan"),
        ("answer.", "round.", "assessment.not_submitted"),
    ),
    "penilaian": (_("Penilaian dan nilai"), ("review.", "score.", "value.")),
    "perbaikan": (_("Permintaan perbaikan"), ("revision.",)),
    "laporan": (_("Unduhan dan jejak audit"), ("report.", "trail.", "audit.")),
}
"""Kinds of acts: label (None: the institution's word for evidence), and how their
actions begin."""


# --- Who sees what -------------------------------------------------------------------
def sees_whole_log(user: User) -> bool:
    """Whether a top unit is administered or audited: then nothing is left out."""
    return any(len(p) == WorkUnit.steplen for p in user.branches(*LOOKING_ROLES))


def entries_seen_by(user: User) -> Q:
    """Return the condition for entries that the person reads; three queries at most.

    Who administers or audits a branch reads the chains of its units; who does so for
    a top unit also the installation's. What is withheld until a decision stands there
    for auditors alone, without its values.
    """
    if not user.has_role(*LOOKING_ROLES):
        return Q(pk__in=[])
    seen = _chains(user, *LOOKING_ROLES)
    audited = _chains(user, Role.AUDITOR)
    condition = Q() if seen is None else Q(chain_id__in=seen)
    if audited is None:
        return condition
    open_ = Q(payload__withheld=False)
    return condition & (open_ | Q(chain_id__in=audited) if audited else open_)


def _chains(user: User, *roles: Role) -> list[int] | None:
    """Return the chains that some roles reach; None for all of them.

    A list and no subquery: over a million entries SQLite would sort them all instead
    of reading the newest.
    """
    paths = user.branches(*roles)
    if not paths:
        return []
    units = WorkUnit.objects.in_branches(paths).values_list("pk", flat=True)
    keys = {f"{UNIT_PREFIX}{pk}" for pk in units}
    if any(len(path) == WorkUnit.steplen for path in paths):
        keys.add(INSTALLATION)
    known = dict(Chain.objects.values_list("pk", "key"))
    found = [pk for pk, key in known.items() if key in keys]
    return None if len(found) == len(known) else found


_NAMED = 5
"""Most people or units of one name that an error lists."""


# --- Filters -------------------------------------------------------------------------
class TrailForm(forms.Form):
    """What is looked for; every field may stay empty."""

    hide_optional = True

    orang = LineField(label=_("Pelaku"), max_length=60, required=False)
    unit = LineField(label=_("Unit"), max_length=120, required=False)
    jenis = forms.ChoiceField(label=_("Jenis kegiatan"), required=False)
    dari = date_field(label=_("Dari tanggal"), required=False)
    sampai = date_field(label=_("Sampai tanggal"), required=False)
    objek = KeyField(widget=forms.HiddenInput, max_length=160, required=False)

    def __init__(self, user: User, data: object) -> None:
        """Offer the kinds in the language in use."""
        super().__init__(data, auto_id="saring-%s")  # type: ignore[arg-type]
        self.user = user
        self.actor_key = ""
        self.branch = ""
        kinds = [
            (key, term_evidence(capital=True) if label is None else label)
            for key, (label, _begin) in KINDS.items()
        ]
        self.fields["jenis"].choices = [("", _now("Semua")), *kinds]  # type: ignore[attr-defined]

    def clean_orang(self) -> str:
        """Find the person; "sistem" is the portal itself."""
        name: str = self.cleaned_data["orang"]
        if name.lower() == "sistem":
            self.actor_key = SYSTEM
        elif name:
            people = seen_people(self.user)
            found = list(people.filter(username__iexact=name)[:1]) or list(
                people.filter(name__icontains=name).order_by("name")[:_NAMED]
            )
            if not found:
                raise ValidationError(_now("Tidak ada orang dengan nama ini."))
            if len(found) > 1:
                raise ValidationError(
                    _now("Beberapa orang bernama begitu. Tulis salah satu: %(names)s")
                    % {"names": ", ".join(person.username for person in found)}
                )
            self.actor_key = found[0].key
        return name

    def clean_unit(self) -> str:
        """Find the unit among those that the person sees."""
        code: str = self.cleaned_data["unit"]
        if code:
            units = seen_units(self.user)
            found = list(units.filter(code__iexact=code)[:1]) or list(
                units.filter(name__icontains=code).order_by("name")[:_NAMED]
            )
            if not found:
                raise ValidationError(_now("Tidak ada unit dengan nama atau kode ini."))
            if len(found) > 1:
                raise ValidationError(
                    _now("Beberapa unit bernama begitu. Tulis salah satu: %(codes)s")
                    % {"codes": ", ".join(unit.code for unit in found)}
                )
            self.branch = found[0].path
        return code

    def clean_objek(self) -> str:
        """Take "type:key" or nothing."""
        reference: str = self.cleaned_data["objek"]
        if reference and not all(reference.partition(":")):
            raise ValidationError(_now("Objek ini tidak dikenal."))
        return reference

    def clean(self) -> dict[str, object]:
        """Refuse an end before the beginning."""
        found: dict[str, object] = super().clean() or {}
        first, last = found.get("dari"), found.get("sampai")
        if first and last and last < first:  # type: ignore[operator]
            self.add_error("sampai", _now("Tanggal akhir mendahului tanggal awal."))
        return found

    @property
    def chosen(self) -> dict[str, str]:
        """The filters in use, as they stand in the address."""
        if not self.is_valid():
            return {}
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in self.cleaned_data.items()
            if value
        }

    def condition(self) -> Q:
        """Return the condition of the filters; nothing matches a refused form.

        At most two queries, for a unit.
        """
        if not self.is_valid():
            return Q(pk__in=[])
        values = self.cleaned_data
        found = Q()
        if self.actor_key:
            found &= Q(actor_key=self.actor_key)
        if self.branch:
            units = WorkUnit.objects.in_branches([self.branch])
            keys = [f"{UNIT_PREFIX}{pk}" for pk in units.values_list("pk", flat=True)]
            chains = Chain.objects.filter(key__in=keys).values_list("pk", flat=True)
            found &= Q(chain_id__in=list(chains))
        if values["jenis"]:
            of_kind = Q()
            for begin in KINDS[values["jenis"]][1]:
                of_kind |= Q(action__startswith=begin)
            found &= of_kind
        if values["objek"]:
            kind, _colon, key = values["objek"].partition(":")
            found &= Q(target_type=kind, target_key=key)
        if values["dari"]:
            found &= Q(at__gte=_midnight(values["dari"]))
        if values["sampai"]:
            found &= Q(at__lt=_midnight(values["sampai"] + dt.timedelta(days=1)))
        return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


# --- Rows ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One entry as it is shown.

    Attributes:
        unit: Unit of the chain; None for the installation.
        target: The object and its page; None where it has none.
        reference: The object as the log names it, ``assessment:7``.
        number: Place in its chain, from 1.
    """

    line: HistoryLine
    when: str
    unit: Address | None
    target: Address | None
    reference: str
    chain: str
    number: int
    hash: str


def read(
    user_condition: Q, wanted: Q, limit: int, before: int | None = None
) -> list[Row]:
    """Return entries, newest first.

    One query, one for each type of actor and one for each type of object.

    Args:
        user_condition: What the person reads (`entries_seen_by`).
        wanted: What is looked for (`TrailForm.condition`).
        limit: Most rows returned.
        before: Only entries older than the one with this id.
    """
    entries = AuditEntry.objects.filter(user_condition, wanted)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.select_related("payload", "chain").order_by("-pk")[:limit])
    return _rows(found)


def _rows(entries: Sequence[AuditEntry]) -> list[Row]:
    references = {f"{e.target_type}:{e.target_key}" for e in entries}
    units = {e.chain.key for e in entries if e.chain.key != INSTALLATION}
    pages = registry.addresses_of(sorted(references | units))
    rows = []
    for entry, line in zip(entries, lines_of(entries), strict=True):
        reference = f"{entry.target_type}:{entry.target_key}"
        rows.append(
            Row(
                line=line,
                when=_when(entry.at),
                unit=pages.get(entry.chain.key),
                target=pages.get(reference),
                reference=reference,
                chain=entry.chain.key,
                number=entry.seq,
                hash=entry.hash,
            )
        )
    return rows


def _when(at: dt.datetime) -> str:
    """Write a moment; an entry that keeps the date alone stands at midnight sharp."""
    local = timezone.localtime(at)
    if local.time() == dt.time():
        return format_day_short(local.date())
    return f"{format_day_short(local.date())}, {format_clock(at)}"


def heads() -> list[str]:
    """Return the heads of the exported columns."""
    return [
        _now("Nomor"),
        _now("Waktu"),
        _now("Pelaku"),
        _now("Kegiatan"),
        term_unit(capital=True),
        _now("Objek"),
        _now("Kode kegiatan"),
        _now("Kode objek"),
        _now("Rantai"),
        _now("Nomor dalam rantai"),
        "SHA-256",
    ]


def cells(row: Row) -> list[str | int]:
    """Return a row as exported: what is shown, and what proves it."""
    return [
        row.line.id,
        timezone.localtime(row.line.at).isoformat(timespec="seconds"),
        row.line.actor,
        row.line.text,
        row.unit.text if row.unit else "",
        row.target.text if row.target else "",
        row.line.action,
        row.reference,
        row.chain,
        row.number,
        row.hash,
    ]
