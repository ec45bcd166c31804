"""Making people, changing them, letting them in and keeping them out."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.accounts.permissions import can_administer, can_manage_person
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError

from .base import (
    SYSTEM,
    actor_of,
    ask,
    changed_meanwhile,
    lock_tree,
    only,
    refused_when_taken,
    require_administrator_left,
    top_administrators,
)
from .memberships import grant

PERSON_FIELDS = ("username", "name", "email", "language")
"""Columns that the form of a person changes."""


@transaction.atomic
def create_person(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    username: str,
    name: str,
    email: str = "",
    language: str = "id",
    password: str | None = None,
    work_unit: WorkUnit | None = None,
    role: Role | str = "",
) -> User:
    """Create a person, with a first role if one is given.

    Args:
        actor_key: Who does it, when no person of the portal does.
        by: The administrator who does it.
        password: None: nobody can sign in until a link has set one.
        work_unit: Where the first role holds, from today on.

    Raises:
        PermissionDenied: `by` does not administer the unit, or gives no role without
            administering the institution.
        ValidationError: The sign-in name is taken or malformed, or the password
            breaks a rule.
    """
    if by is not None:
        ask(by, can_administer(by, work_unit.path if work_unit else ""))
    user = User(
        username=username.strip(), name=name.strip(), email=email, language=language
    )
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    user.full_clean(exclude=["password"])
    with refused_when_taken(_("Nama pengguna ini sudah dipakai.")):
        user.save()
    actor = actor_of(by, actor_key)
    record(
        actor_key=actor,
        action="user.created",
        target=("user", str(user.pk)),
        payload={"username": user.username, "name": user.name},
    )
    if work_unit is not None:
        grant(actor_key=actor, by=by, user=user, work_unit=work_unit, role=role)
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error


@transaction.atomic
def update_person(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    user_id: int,
    version: int,
    **fields: Any,
) -> User:
    """Change columns of `PERSON_FIELDS`.

    Raises:
        ConflictError: Somebody else changed the person since `version`.
        PermissionDenied: `can_manage_person` refuses.
        ValidationError: A value is wrong.
    """
    only(fields, PERSON_FIELDS)
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if by is not None:
        ask(by, can_manage_person(by, user))
    if user.version != version:
        raise ConflictError(
            changed_meanwhile(("user", str(user.pk))),
            current={column: getattr(user, column) for column in PERSON_FIELDS},
            version=user.version,
        )
    before = {column: getattr(user, column) for column in PERSON_FIELDS}
    for column, value in fields.items():
        setattr(user, column, value.strip())
    user.full_clean(exclude=["password"])
    after = {column: getattr(user, column) for column in PERSON_FIELDS}
    if after == before:
        return user
    user.version += 1
    with refused_when_taken(_("Nama pengguna ini sudah dipakai.")):
        user.save(update_fields=[*PERSON_FIELDS, "version"])
    record(
        actor_key=actor_of(by, actor_key),
        action="user.changed",
        target=("user", str(user.pk)),
        payload={"name": user.name, "before": before, "after": after},
    )
    return user


@transaction.atomic
def deactivate_person(
    *, actor_key: str = SYSTEM, by: User | None = None, user_id: int
) -> User:
    """Keep a person out from now on: no sign-in, open sessions end, links too.

    Roles stay on record; doing it twice changes nothing.

    Raises:
        PermissionDenied: `can_manage_person` refuses.
        ValidationError: The person themselves, or the last administrator.
    """
    lock_tree()
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if by is not None:
        ask(by, can_manage_person(by, user))
        if by.pk == user.pk:
            raise ValidationError(_("Anda tidak dapat menonaktifkan akun sendiri."))
    if not user.is_active:
        return user
    if top_administrators(timezone.localdate()).filter(user=user).exists():
        require_administrator_left(without_person=user.pk)
    user.is_active = False
    user.session_epoch += 1
    user.version += 1
    user.save(update_fields=["is_active", "session_epoch", "version"])
    user.links.usable().update(used_at=timezone.now())
    record(
        actor_key=actor_of(by, actor_key),
        action="user.deactivated",
        target=("user", str(user.pk)),
        payload={"name": user.name},
    )
    return user


@transaction.atomic
def reactivate_person(
    *, actor_key: str = SYSTEM, by: User | None = None, user_id: int
) -> User:
    """Let a person in again, with the roles that still hold.

    Raises:
        PermissionDenied: `can_manage_person` refuses.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if by is not None:
        ask(by, can_manage_person(by, user))
    if user.is_active:
        return user
    user.is_active = True
    user.version += 1
    user.save(update_fields=["is_active", "version"])
    record(
        actor_key=actor_of(by, actor_key),
        action="user.reactivated",
        target=("user", str(user.pk)),
        payload={"name": user.name},
    )
    return user


@transaction.atomic
def set_password(*, actor_key: str, user_id: int, password: str) -> User:
    """Set a person's password: by themselves, a one-time link, or a command.

    Sessions elsewhere end, for they hang on the password.

    Raises:
        ValidationError: The password breaks a rule (field ``password``).
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        actor_key=actor_key,
        action="user.password_set",
        target=("user", str(user.pk)),
        payload={"name": user.name},
    )
    return user


@transaction.atomic
def remove_second_step(*, actor_key: str, user: User) -> bool:
    """Take the authenticator and its codes away; return whether there were any."""
    found = list(Authenticator.objects.filter(user=user))
    for authenticator in found:
        authenticator.removed_by = actor_key
        authenticator.delete()
    return bool(found)


@transaction.atomic
def note_second_step(*, user: User, action: str, actor_key: str = "") -> None:
    """Record that a second step came or went, or that codes were made.

    Args:
        actor_key: Who did it, when not the person.
    """
    record(
        actor_key=actor_key or user.key,
        action=action,
        target=("user", str(user.pk)),
        payload={"name": user.name},
    )


@transaction.atomic
def end_sessions(*, user: User) -> int:
    """End all sessions of the person; return the epoch that new ones carry."""
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    row.session_epoch += 1
    row.save(update_fields=["session_epoch"])
    record(
        actor_key=user.key,
        action="user.sessions_ended",
        target=("user", str(user.pk)),
        payload={"name": user.name},
    )
    return row.session_epoch


@transaction.atomic
def update_own_account(*, user: User, version: int, email: str, language: str) -> User:
    """Change what a person may change alone: the e-mail address and the language.

    Raises:
        ConflictError: Somebody else changed the person since `version`.
        ValidationError: A value is wrong.
    """
    return update_person(
        actor_key=user.key,
        user_id=user.pk,
        version=version,
        email=email,
        language=language,
    )


def set_own_language(*, user: User, language: str) -> None:
    """Keep the language that a person switched to; an unknown one is ignored.

    A matter of taste on every page: neither recorded nor counted as a version.
    """
    if language in dict(settings.LANGUAGES) and language != user.language:
        User.objects.filter(pk=user.pk).update(language=language)
