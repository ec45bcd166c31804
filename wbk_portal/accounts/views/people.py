"""The list of people, and the page of one of them."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.core import signing
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Membership, Role, User, UserQuerySet
from wbk_portal.accounts.permissions import can_administer, can_manage_person
from wbk_portal.audit.history import history_of
from wbk_portal.common.dates import format_moment

from .base import (
    administrators_only,
    here,
    my_people,
    people_crumb,
    person_crumb,
    readers_only,
    seen_branches,
    seen_people,
    seen_person_or_404,
    tabs,
    trail,
    unit_or_404,
)

PAGE = 50
"""People on one page."""

PICK = 20
"""People that a search for a unit's new member shows."""

HISTORY_LINES = 10
_SALT = "accounts.people"


@require_safe
@readers_only
def people(request: AuthenticatedRequest) -> HttpResponse:
    """List people by name, page by page by key; a constant number of queries."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    role = request.GET.get("peran", "")
    state = request.GET.get("status", "")
    rows = seen_people(request.user).search(query)
    if state in {"aktif", "nonaktif"}:
        rows = rows.filter(is_active=state == "aktif")
    if role in Role.values:
        holding = Membership.objects.active_on(timezone.localdate()).filter(role=role)
        rows = rows.filter(pk__in=holding.values("user_id"))
    cursor = _cursor(request.GET.get("mulai", ""))
    if cursor is not None:
        rows = rows.after(*cursor)
    page = list(_with_roles(rows.by_name())[: PAGE + 1])
    more = len(page) > PAGE
    page = page[:PAGE]
    params = {"q": query, "peran": role, "status": state}
    kept = {key: value for key, value in params.items() if value}
    next_url = ""
    if more:
        last = page[-1]
        mark = signing.dumps([last.name, last.pk], salt=_SALT, compress=True)
        next_url = f"?{urlencode({**kept, 'mulai': mark})}"
    return render(
        request,
        "accounts/people.html",
        {
            "tabs": tabs("accounts:people"),
            "people": page,
            "query": query,
            "role": role,
            "state": state,
            "roles": Role.choices,
            "is_filtered": bool(kept),
            "may_add": bool(can_administer(request.user)),
            "count_text": ngettext("%(n)d orang", "%(n)d orang", len(page))
            % {"n": len(page)},
            "first_url": f"?{urlencode(kept)}" if cursor is not None else "",
            "next_url": next_url,
        },
    )


def _cursor(mark: str) -> tuple[str, int] | None:
    """Return the last row of the page before; None at the start or for nonsense."""
    try:
        name, pk = signing.loads(mark, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return str(name), int(pk)


def _with_roles(rows: UserQuerySet) -> UserQuerySet:
    """Add `roles_now` to each person: one query for the whole page."""
    now = (
        Membership.objects.active_on(timezone.localdate())
        .select_related("work_unit")
        .order_by("work_unit__path", "role")
    )
    return rows.prefetch_related(
        Prefetch("memberships", queryset=now, to_attr="roles_now")
    )


@require_safe
@readers_only
def person(request: AuthenticatedRequest, username: str) -> HttpResponse:
    """Show a person: account, roles, history; a constant number of queries."""
    found = seen_person_or_404(request.user, username)
    today = timezone.localdate()
    held = list(
        found.memberships.select_related("work_unit", "delegator").order_by(
            "-valid_from", "work_unit__path"
        )
    )
    current = [m for m in held if m.valid_until is None or m.valid_until >= today]
    verdict = can_manage_person(request.user, found, current)
    seen = tuple(seen_branches(request.user))
    return render(
        request,
        "accounts/person.html",
        {
            "person": found,
            "crumbs": [people_crumb(), here(found.name)],
            "current": [
                {
                    "membership": m,
                    "may_see": m.work_unit.path.startswith(seen),
                    "may_end": bool(can_administer(request.user, m.work_unit.path)),
                }
                for m in current
            ],
            "ended": [m for m in held if m not in current][:20],
            "today": today,
            "verdict": verdict,
            "may_grant": bool(can_administer(request.user)),
            "is_self": found.pk == request.user.pk,
            "has_second_step": Authenticator.objects.filter(
                user=found, type=Authenticator.Type.TOTP
            ).exists(),
            "history": _history(found),
        },
    )


def _history(person: User) -> list[dict[str, str]]:
    return [
        {"what": line.text, "when": format_moment(line.at), "who": line.actor}
        for line in history_of("user", str(person.pk), HISTORY_LINES)
    ]


@require_safe
@administrators_only
def pick_person(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Search for somebody who gets a role in a unit.

    Administrators of a branch find those known in it, and anybody by the whole
    sign-in name.
    """
    unit = unit_or_404(request.user, code)
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found: list[User] = []
    if query:
        found = list(
            _with_roles(
                my_people(request.user).search(query).filter(is_active=True).by_name()
            )[:PICK]
        )
        known = {one.pk for one in found}
        exact = User.objects.filter(username__iexact=query, is_active=True).first()
        if exact is not None and exact.pk not in known:
            exact.roles_now = []  # type: ignore[attr-defined]
            found.insert(0, exact)
    title = _("Tambah orang")
    return render(
        request,
        "accounts/pick_person.html",
        {
            "unit": unit,
            "query": query,
            "found": found,
            "title": title,
            "crumbs": trail(request.user, unit, here(title)),
            "new_url": f"{reverse('accounts:person-create')}?unit={unit.code}",
        },
    )


def person_url(person: User) -> str:
    """Return the address of a person's page."""
    return person_crumb(person)["url"]
