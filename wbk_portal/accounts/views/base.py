"""What the administration pages share: who may open them, and their frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypedDict

from django.forms import DateField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.forms.base import PortalForm
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role, User, UserQuerySet, WorkUnit
from wbk_portal.accounts.models import WorkUnitQuerySet as Units
from wbk_portal.accounts.permissions import (
    LOOKING_ROLES,
    can_administer,
    can_administer_everything,
    can_look_at_administration,
)
from wbk_portal.common.dates import format_day
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fields import status_of
from wbk_portal.common.permissions import Verdict, require
from wbk_portal.common.terms import term_unit

P = ParamSpec("P")
View = Callable[Concatenate[AuthenticatedRequest, P], HttpResponse]


class Crumb(TypedDict):
    """One step of the path above a page."""

    label: str
    url: str


def administrators_only(view: View[P]) -> View[P]:
    """Let only those in who administer something; others read the reason (403)."""
    return _guarded(view, can_administer)


def readers_only(view: View[P]) -> View[P]:
    """Let those in who administer or audit something; others read the reason (403)."""
    return _guarded(view, can_look_at_administration)


def _guarded(view: View[P], rule: Callable[[User], Verdict]) -> View[P]:
    @wraps(view)
    def guarded(
        request: AuthenticatedRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        require(rule(request.user))
        response = view(request, *args, **kwargs)
        # Names and links of people: nothing for a shared computer to keep.
        response.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def branches(user: User) -> list[str]:
    """Return the paths of the branches that the person administers."""
    return user.branches(Role.ADMINISTRATOR)


def my_units(user: User) -> Units:
    """Return the units that the person administers, in the order of the tree."""
    found: Units = WorkUnit.objects.in_branches(branches(user)).by_tree()
    return found


def seen_branches(user: User) -> list[str]:
    """Return the paths of the branches that the person administers or audits."""
    return user.branches(*LOOKING_ROLES)


def seen_units(user: User) -> Units:
    """Return the units that the person administers or audits, in the tree's order."""
    found: Units = WorkUnit.objects.in_branches(seen_branches(user)).by_tree()
    return found


def open_units(user: User) -> Units:
    """Return those of `my_units` that are not closed."""
    found: Units = my_units(user).exclude(active_until__lt=timezone.localdate())
    return found


def my_people(user: User) -> UserQuerySet:
    """Return the people that the person sees: all, or those known in the branches."""
    people = User.objects.people()
    if can_administer_everything(user):
        return people
    return people.known_in(branches(user))


def seen_people(user: User) -> UserQuerySet:
    """Return `my_people`, and those whom the person sees as an auditor."""
    people = User.objects.people()
    paths = seen_branches(user)
    if any(len(path) == WorkUnit.steplen for path in paths):
        return people
    return people.known_in(paths)


def unit_or_404(user: User, code: str) -> WorkUnit:
    """Return a unit that the person administers, by its code; one query."""
    unit: WorkUnit = get_object_or_404(my_units(user), code=code)
    return unit


def person_or_404(user: User, username: str) -> User:
    """Return a person that the person sees, by sign-in name; one query."""
    return _one(my_people(user), username)


def seen_unit_or_404(user: User, code: str) -> WorkUnit:
    """Return a unit that the person administers or audits; one query."""
    unit: WorkUnit = get_object_or_404(seen_units(user), code=code)
    return unit


def seen_person_or_404(user: User, username: str) -> User:
    """Return a person of `seen_people`, by sign-in name; one query."""
    return _one(seen_people(user), username)


def _one(people: UserQuerySet, username: str) -> User:
    found = people.filter(username__iexact=username).first()
    if found is None:
        raise Http404
    return found


def trail(user: User, unit: WorkUnit, *after: Crumb) -> list[Crumb]:
    """Return the path to a unit, from the top of the person's branch; one query."""
    above = seen_units(user).filter(path__in=unit.ancestor_paths)
    return [
        units_crumb(),
        *(unit_crumb(one) for one in above),
        unit_crumb(unit),
        *after,
    ]


def units_crumb() -> Crumb:
    """Return the step to the tree of units."""
    return {"label": term_unit(capital=True), "url": reverse("accounts:unit-list")}


def people_crumb() -> Crumb:
    """Return the step to the list of people."""
    return {"label": _("Orang"), "url": reverse("accounts:people")}


def unit_crumb(unit: WorkUnit) -> Crumb:
    """Return the step to one unit."""
    return {"label": unit.name, "url": reverse("accounts:unit", args=[unit.code])}


def person_crumb(person: User) -> Crumb:
    """Return the step to one person."""
    return {
        "label": person.name,
        "url": reverse("accounts:person", args=[person.username]),
    }


def here(label: str) -> Crumb:
    """Return the last step, which is the page itself."""
    return {"label": label, "url": ""}


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the three lists of administration, one of them the current one."""
    return [
        {
            "label": label,
            "url": reverse(name),
            "icon": icon,
            "current": name == current,
        }
        for name, label, icon in (
            ("accounts:unit-list", term_unit(capital=True), "network"),
            ("accounts:people", _("Orang"), "users"),
            ("accounts:holidays", _("Hari libur"), "calendar-off"),
        )
    ]


class BothSides(TypedDict):
    """A conflict as its page shows it: what stands, and what was sent."""

    message: str
    rows: list[dict[str, Any]]


def both_sides(form: PortalForm, error: ConflictError) -> BothSides:
    """Compare a form with what stands now, and let it carry the new version.

    Only what differs is shown; all of it when somebody changed the same thing.

    The form keeps what the person typed; sent again it replaces what stands.
    """
    rows = []
    for row in form.rows:
        for field in row:
            if field.name not in error.current:
                continue
            stored, sent = error.current[field.name], field.value()
            rows.append(
                {
                    "label": field.label,
                    "stored": _shown(field, stored),
                    "sent": _shown(field, sent),
                    "differs": _plain(stored) != _plain(sent),
                }
            )
    form.carry_version(error.version)
    differing = [row for row in rows if row["differs"]]
    return {"message": error.message, "rows": differing or rows}


def form_page(
    request: AuthenticatedRequest, context: dict[str, Any], status: int | None = None
) -> HttpResponse:
    """Answer with the page of one form: 409 for a conflict, 422 for what is refused.

    Args:
        context: What `accounts/form.html` needs.
        status: To be answered with instead.
    """
    if status is None:
        status = 409 if "conflict" in context else status_of(context["form"])
    return render(request, "accounts/form.html", context, status=status)


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value in {"on", "True", "False"}:
        return str(value in {True, "on", "True"})
    return "" if value is None else str(value)


def _shown(field: Any, value: Any) -> str:
    """Write a value as its field shows it."""
    choices = dict(getattr(field.field, "choices", ()))
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool) or value in {"on", "True", "False"}:
        return _("ya") if value in {True, "on", "True"} else _("tidak")
    if value and isinstance(field.field, DateField):
        try:
            return format_day(dt.date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value or "–")
