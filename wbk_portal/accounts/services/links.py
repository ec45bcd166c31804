"""Links that open one page once.

The token has 256 random bits and is shown to the person who asked for it, once; the
database keeps its SHA-256. A wrong, used or expired token all look the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Membership, OneTimeLink, Role, User, WorkUnit
from wbk_portal.accounts.permissions import can_manage_person
from wbk_portal.audit.services import record
from wbk_portal.common.permissions import require

from .base import SYSTEM
from .memberships import grant
from .people import create_person, remove_second_step, set_password
from .units import create_unit

FIRST_ADMIN_HOURS = 24
PASSWORD_HOURS = 72
"""How long links work, in hours."""

Purpose = OneTimeLink.Purpose


class LinkGone(Exception):
    """The link is wrong, used, replaced or expired."""


@dataclass(frozen=True)
class Issued:
    """A fresh link; its token exists only here.

    Attributes:
        token: Part of the address.
        expires_at: Until when it works.
    """

    token: str
    expires_at: dt.datetime


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def has_administrator() -> bool:
    """Whether somebody administers a top unit today and may sign in; one query."""
    return (
        Membership.objects.active_on(timezone.localdate())
        .filter(role=Role.ADMINISTRATOR, work_unit__depth=1, user__is_active=True)
        .exists()
    )


@transaction.atomic
def issue_first_admin_link() -> Issued | None:
    """Make the link for the first administrator; None when there is one already.

    Earlier links stop working.
    """
    if has_administrator():
        return None
    return _issue(Purpose.FIRST_ADMIN, None, SYSTEM, FIRST_ADMIN_HOURS, False)


@transaction.atomic
def issue_password_link(
    *, by: User, user_id: int, resets_second_factor: bool = False
) -> Issued:
    """Make a link with which a person sets a password; earlier ones stop working.

    Until it is used the old password stays as it is.

    Args:
        resets_second_factor: Using the link also removes the second step.

    Raises:
        PermissionDenied: `can_manage_person` refuses.
        ValidationError: The person may not sign in.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    require(can_manage_person(by, user))
    if not user.is_active:
        raise ValidationError(_("Akun ini nonaktif. Aktifkan dulu akunnya."))
    issued = _issue(
        Purpose.SET_PASSWORD, user, by.key, PASSWORD_HOURS, resets_second_factor
    )
    record(
        actor_key=by.key,
        action="user.link_issued",
        target=("user", str(user.pk)),
        payload={"name": user.name, "second_step": resets_second_factor},
    )
    return issued


def _issue(
    purpose: Purpose, user: User | None, by_key: str, hours: int, resets: bool
) -> Issued:
    now = timezone.now()
    OneTimeLink.objects.usable().filter(purpose=purpose, user=user).update(used_at=now)
    token = secrets.token_urlsafe(32)
    link = OneTimeLink.objects.create(
        token_hash=hash_of(token),
        purpose=purpose,
        user=user,
        resets_second_factor=resets,
        created_by_key=by_key,
        created_at=now,
        expires_at=now + dt.timedelta(hours=hours),
    )
    return Issued(token, link.expires_at)


def find_link(token_hash: str) -> OneTimeLink | None:
    """Return the link that a hash opens now, with its person; one query."""
    link = (
        OneTimeLink.objects.usable()
        .select_related("user")
        .filter(token_hash=token_hash)
        .first()
    )
    if link is None or (link.user is not None and not link.user.is_active):
        return None
    if link.purpose == Purpose.FIRST_ADMIN and has_administrator():
        return None
    return link


def _take(token_hash: str, purpose: Purpose) -> OneTimeLink:
    """Lock a link and mark it as used; of two at once the second finds it gone."""
    row = (
        OneTimeLink.objects.select_for_update()
        .filter(token_hash=token_hash, purpose=purpose)
        .first()
    )
    if row is None or not row.is_usable or find_link(token_hash) is None:
        raise LinkGone
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    return row


@transaction.atomic
def use_password_link(*, token_hash: str, password: str) -> User:
    """Set the person's password; sessions elsewhere end.

    Raises:
        LinkGone: The link no longer works.
        ValidationError: The password breaks a rule; the link still works.
    """
    found = find_link(token_hash)
    if found is None or found.user is None:
        raise LinkGone
    # The person before the link, as everywhere.
    user = User.objects.select_for_update(no_key=True).get(pk=found.user.pk)
    link = _take(token_hash, Purpose.SET_PASSWORD)
    user = set_password(actor_key=user.key, user_id=user.pk, password=password)
    if link.resets_second_factor:
        remove_second_step(actor_key=link.created_by_key, user=user)
    return user


@transaction.atomic
def use_first_admin_link(
    *,
    token_hash: str,
    username: str,
    name: str,
    password: str,
    agency_code: str = "",
    agency_name: str = "",
) -> User:
    """Make the first administrator and, on an empty portal, the top unit.

    Where units stand already (all administrators have gone) the person administers
    the first top unit.

    Raises:
        LinkGone: The link no longer works, or there is an administrator by now.
        ValidationError: A value is wrong (fields ``username``, ``name``,
            ``password``, ``agency_code``, ``agency_name``); the link still works.
    """
    _take(token_hash, Purpose.FIRST_ADMIN)
    top = WorkUnit.objects.filter(depth=1).order_by("path").first()
    user = create_person(username=username, name=name, password=password)
    if top is None:
        try:
            top = create_unit(
                actor_key=user.key,
                parent=None,
                code=agency_code.strip(),
                name=agency_name.strip(),
            )
        except ValidationError as error:
            raise ValidationError(
                {f"agency_{field}": texts for field, texts in error.error_dict.items()}
                if hasattr(error, "error_dict")
                else error
            ) from error
    grant(user=user, work_unit=top, role=Role.ADMINISTRATOR)
    return user


def prune_links(days: int = 30) -> int:
    """Delete links that expired so many days ago; return how many."""
    limit = timezone.now() - dt.timedelta(days=days)
    return OneTimeLink.objects.filter(expires_at__lt=limit).delete()[0]
