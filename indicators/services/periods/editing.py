"""Preparing a period: its rules, its windows, more time for single units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import (
    AssessmentPeriod,
    Grace,
    PeriodInstrument,
    Stage,
    StageWindow,
)
from indicators.period_permissions import can_manage_periods
from indicators.recipients import people_near
from indicators.services.catalogue import CatalogueError, editions_for_period
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fingerprint import fingerprint
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import notify

FIELDS = (
    "slug",
    "year",
    "name",
    "release",
    "zero_denominator",
    "requires_approval",
    "revision_days",
)
"""Columns that the form of a period changes."""

DRAFT_ONLY = frozenset({"slug", "year", "zero_denominator"})
"""Columns that stand once the period is open: addresses, and what values rest on."""


FIRST_YEAR = 2012
"""Zona Integritas began with PermenPANRB 60/2012."""

YEARS_AHEAD = 2
"""Years from now for which a period is prepared, and a schedule may run on."""


def key_of(user: User | None) -> str:
    """Return the actor's key for the log; the machine's without a person."""
    return user.key if user else "system"


def ask(user: User | None) -> None:
    """Refuse a person who does not keep periods; a command has no person.

    Raises:
        PermissionDenied: see `can_manage_periods`.
    """
    if user is not None:
        require(can_manage_periods(user))


def lock_period(period_id: int) -> AssessmentPeriod:
    """Return the period, held against every writer of it until the transaction ends.

    Order of locks everywhere: assessments, period, chain of the log, readiness row.
    """
    return AssessmentPeriod.objects.select_for_update().get(pk=period_id)


def refuse_closed(period: AssessmentPeriod) -> None:
    if period.state == AssessmentPeriod.State.CLOSED:
        raise PermissionDenied(
            _("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")
        )


def values_of(period: AssessmentPeriod) -> dict[str, Any]:
    """Return the columns of `FIELDS`, for the log and for the page of a conflict."""
    return {name: getattr(period, name) for name in FIELDS}


def attach_newest_editions(period: AssessmentPeriod) -> None:
    """Give a period in preparation the newest editions of the catalogue.

    Raises:
        ValidationError: The catalogue was never loaded.
    """
    try:
        wanted = editions_for_period()
    except CatalogueError as error:
        raise ValidationError(str(error)) from error
    ids = [instrument.pk for instrument in wanted]
    stored = PeriodInstrument.objects.filter(period=period)
    stored.exclude(instrument_id__in=ids).delete()
    PeriodInstrument.objects.bulk_create(
        [PeriodInstrument(period=period, instrument=one) for one in wanted],
        ignore_conflicts=True,
    )


@transaction.atomic
def create_period(*, user: User | None, **fields: Any) -> AssessmentPeriod:
    """Prepare a period with the newest editions of the catalogue.

    Args:
        user: An administrator of the institution; None for a command.
        **fields: Values of `FIELDS`.

    Raises:
        PermissionDenied: `can_manage_periods` refuses.
        ValidationError: A value is wrong, or there is no catalogue.
    """
    ask(user)
    period = AssessmentPeriod(**fields)
    _check(period)
    period.save()
    attach_newest_editions(period)
    log(user, "period.created", period, values_of(period))
    return period


@transaction.atomic
def update_period(
    *, user: User | None, period_id: int, version: int, **fields: Any
) -> AssessmentPeriod:
    """Change a period's rules.

    Args:
        version: The version in view.
        **fields: Values of `FIELDS`; those of `DRAFT_ONLY` only in preparation.

    Raises:
        PermissionDenied: `can_manage_periods` refuses, or the period is closed.
        ValidationError: A value is wrong, or stands since the opening.
        ConflictError: Somebody else changed it since `version`.
    """
    ask(user)
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
    refuse_closed(period)
    before = values_of(period)
    if period.version != version:
        raise ConflictError(
            _("Periode ini sudah diubah orang lain. Periksa isinya, lalu simpan lagi."),
            current=before,
            version=period.version,
        )
    for name, value in fields.items():
        setattr(period, name, value)
    after = values_of(period)
    if after == before:
        return period
    if period.is_open:
        fixed = {n for n in DRAFT_ONLY if after[n] != before[n]}
        if fixed:
            raise ValidationError(
                {
                    name: _("Tidak dapat diubah setelah periode dibuka.")
                    for name in fixed
                }
            )
    _check(period)
    period.version += 1
    period.save()
    log(user, "period.changed", period, {"before": before, "after": after})
    return period


def _check(period: AssessmentPeriod) -> None:
    check_year(period.year)
    period.full_clean(exclude=["state"])
    if str(period.year) != period.slug[:4]:
        raise ValidationError(
            {"slug": _("Alamat harus dimulai dengan tahun periode ini.")}
        )


def years() -> tuple[int, int]:
    """Return the first and the last year that a period can be prepared for."""
    return FIRST_YEAR, timezone.localdate().year + YEARS_AHEAD


def check_year(year: int) -> None:
    """Refuse a year before the first and after the last that makes sense.

    Raises:
        ValidationError: On field ``year``.
    """
    first, last = years()
    if not first <= year <= last:
        raise ValidationError(
            {
                "year": _("Tahun periode harus antara %(first)d dan %(last)d.")
                % {"first": first, "last": last}
            }
        )


def refuse_far(period: AssessmentPeriod, **moments: dt.datetime) -> None:
    """Refuse what is years away from the period: a typing error such as 1500.

    Raises:
        ValidationError: On the field of each moment that is.
    """
    first, last = period.year - 1, period.year + YEARS_AHEAD
    text = _(
        "Tanggal jadwal periode %(year)d harus antara tahun %(first)d dan %(last)d."
    ) % {"year": period.year, "first": first, "last": last}
    far = {n: text for n, m in moments.items() if not first <= m.year <= last}
    if far:
        raise ValidationError(far)


def grace_version(graces: Iterable[Grace]) -> int:
    """Return the version of all that was given in a period, which a form carries."""
    return fingerprint(
        {
            f"{one.window_id}:{one.work_unit_id}": [one.until, one.reason]
            for one in graces
        }
    )


@transaction.atomic
def grant_grace(
    *,
    user: User | None,
    period_id: int,
    stage: Stage,
    work_unit: WorkUnit,
    until: dt.datetime,
    reason: str,
    version: int | None = None,
) -> Grace:
    """Give one unit more time in a stage; again replaces what was given before.

    The unit's staff is told; the same once more changes nothing and tells nobody.

    Args:
        version: `grace_version` of what is in view; None for who has no page.

    Raises:
        ConflictError: The unit was given other time since `version`.
        PermissionDenied: `can_manage_periods` refuses, or the period is closed.
        ValidationError: The stage has no window, the time is not later than the
            window's end or has passed, or the reason is missing.
    """
    ask(user)
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
    refuse_closed(period)
    refuse_far(period, until=until)
    window = StageWindow.objects.filter(period=period, stage=stage).first()
    errors = {}
    if window is None:
        errors["stage"] = _("Tahap ini belum punya jadwal.")
    elif until <= window.closes_at:
        errors["until"] = _("Tambahan waktu harus melewati waktu tutup tahap ini.")
    elif until <= timezone.now():
        errors["until"] = _("Tambahan waktu harus setelah saat ini.")
    reason = reason.replace("\x00", "").strip()
    if not reason:
        errors["reason"] = _("Tuliskan alasan tambahan waktu.")
    if errors or window is None:
        raise ValidationError(errors)
    reason = reason[:300]
    stored = {
        (one.window_id, one.work_unit_id): one
        for one in Grace.objects.filter(window__period=period)
    }
    given = stored.get((window.pk, work_unit.pk))
    if given is not None:
        if (given.until, given.reason) == (until, reason):
            return given
        newest = grace_version(stored.values())
        if version is not None and version != newest:
            raise ConflictError(
                _("Unit ini sudah diberi tambahan waktu sejak Anda membuka halaman."),
                current={"until": given.until, "reason": given.reason},
                version=newest,
            )
    grace, _created = Grace.objects.update_or_create(
        window=window,
        work_unit=work_unit,
        defaults={"until": until, "reason": reason},
    )
    record(
        actor_key=key_of(user),
        action="period.grace_granted",
        target=("period", str(period.pk)),
        unit_key=work_unit.key,
        payload={
            "stage": str(stage),
            "unit": work_unit.name,
            "until": until,
            "zone": work_unit.time_zone,
            "reason": grace.reason,
        },
    )
    for person in people_near(work_unit, [Role.OPERATOR, Role.HEAD]):
        notify(
            recipient_key=person.key,
            kind="period.grace_granted",
            key=f"grace:{grace.pk}:{until.isoformat()}",
            url=f"/{period.slug}/unit/{work_unit.code}/",
            params={
                "stage": str(stage),
                "until": until.isoformat(),
                "zone": work_unit.time_zone,
                "unit": work_unit.name,
            },
        )
    return grace


@transaction.atomic
def revoke_grace(*, user: User | None, grace_id: int) -> None:
    """Take more time away again.

    Raises:
        PermissionDenied: `can_manage_periods` refuses, or the period is closed.
    """
    ask(user)
    grace = (
        Grace.objects.select_for_update(of=("self",))
        .select_related("window__period", "work_unit")
        .get(pk=grace_id)
    )
    refuse_closed(grace.window.period)
    record(
        actor_key=key_of(user),
        action="period.grace_revoked",
        target=("period", str(grace.window.period_id)),
        unit_key=grace.work_unit.key,
        payload={
            "stage": grace.window.stage,
            "unit": grace.work_unit.name,
            "until": grace.until,
            "zone": grace.work_unit.time_zone,
        },
    )
    grace.delete()


def log(
    user: User | None, action: str, period: AssessmentPeriod, payload: dict[str, Any]
) -> None:
    """Write one entry about the period in the installation's chain."""
    record(
        actor_key=key_of(user),
        action=action,
        target=("period", str(period.pk)),
        payload={"name": period.name, **payload},
    )
