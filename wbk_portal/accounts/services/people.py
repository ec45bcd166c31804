"""Making people, giving and ending memberships."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError


@transaction.atomic
def create_person(
    *,
    actor_key: str,
    username: str,
    name: str,
    email: str = "",
    language: str = "id",
    password: str | None = None,
) -> User:
    """Create a person; the log keeps the key, the payload the name.

    Raises:
        ValidationError: The sign-in name is taken or malformed, or the password
            breaks a rule.
    """
    username = username.strip()
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": _("Nama pengguna ini sudah dipakai.")})
    user = User(username=username, name=name.strip(), email=email, language=language)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save()
    record(
        actor_key=actor_key,
        action="user.created",
        target=("user", str(user.pk)),
        payload={"username": user.username, "name": user.name},
    )
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


@transaction.atomic
def update_person(*, actor_key: str, user_id: int, version: int, **fields: Any) -> User:
    """Change name, e-mail, language, or whether the person may sign in.

    Raises:
        ConflictError: Somebody else changed the person since `version`.
        ValidationError: A value is wrong.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    if user.version != version:
        raise ConflictError(
            _("Data ini sudah diubah orang lain. Periksa isinya, lalu simpan lagi."),
            current={"name": user.name, "email": user.email},
            version=user.version,
        )
    for column, value in fields.items():
        setattr(user, column, value)
    user.full_clean(exclude=["password"])
    user.version += 1
    user.save()
    record(
        actor_key=actor_key,
        action="user.changed",
        target=("user", str(user.pk)),
        payload={"name": user.name, "active": user.is_active},
    )
    return user


@transaction.atomic
def set_password(*, actor_key: str, user_id: int, password: str) -> User:
    """Set a person's password, as an administrator or through a one-time link.

    Raises:
        ValidationError: The password breaks a rule (field ``password``).
    """
    user = User.objects.select_for_update().get(pk=user_id)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        actor_key=actor_key,
        action="user.password_set",
        target=("user", str(user.pk)),
    )
    return user


@transaction.atomic
def grant(
    *,
    actor_key: str,
    user: User,
    work_unit: WorkUnit,
    role: Role | str,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    delegator: User | None = None,
    delegation: str = "",
) -> Membership:
    """Give a role for a branch from a day on.

    Raises:
        ValidationError: Dates or delegation are wrong, or the same role already
            holds on some of these days.
    """
    membership = Membership(
        user=user,
        work_unit=work_unit,
        role=str(role),
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
        delegator=delegator,
        delegation=delegation,
    )
    membership.full_clean()
    same = Membership.objects.filter(
        user=user, work_unit=work_unit, role=membership.role
    ).overlapping(membership.valid_from, valid_until or dt.date.max)
    if same.exists():
        raise ValidationError(
            {"role": _("Peran ini sudah berlaku di unit itu pada tanggal tersebut.")}
        )
    membership.save()
    user.forget_memberships()
    record(
        actor_key=actor_key,
        action="membership.granted",
        target=("user", str(user.pk)),
        unit_key=work_unit.key,
        payload={
            "role": membership.role,
            "from": membership.valid_from.isoformat(),
            "until": valid_until.isoformat() if valid_until else None,
            "delegation": delegation,
        },
    )
    return membership


@transaction.atomic
def end_membership(
    *, actor_key: str, membership_id: int, last_day: dt.date
) -> Membership:
    """Let a role end on a day; one that would end before it began is refused.

    The last administrator of a top unit keeps the role, or nobody could mend it.

    Raises:
        ValidationError: see above.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("work_unit", "user")
        .get(pk=membership_id)
    )
    if (
        membership.role == Role.ADMINISTRATOR
        and membership.work_unit.depth == 1
        and last_day <= timezone.localdate()
    ):
        others = (
            Membership.objects.active_on(timezone.localdate())
            .filter(role=Role.ADMINISTRATOR, work_unit__depth=1, user__is_active=True)
            .exclude(pk=membership.pk)
        )
        if not others.exists():
            raise ValidationError(
                _("Administrator terakhir tidak dapat diakhiri. Tunjuk dulu yang lain.")
            )
    membership.valid_until = last_day
    membership.full_clean()
    membership.save()
    record(
        actor_key=actor_key,
        action="membership.ended",
        target=("user", str(membership.user_id)),
        unit_key=membership.work_unit.key,
        payload={"role": membership.role, "until": last_day.isoformat()},
    )
    return membership
