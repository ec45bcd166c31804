"""Who sits at the desk."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from evidence.views.base import Place, open_place
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.terms import with_terms


def open_desk(request: AuthenticatedRequest, period: str, code: str) -> Place:
    """Return the place for an assigned assessor, its lead, or a controller.

    Raises:
        Http404: The unit is invisible to the person.
        PermissionDenied: It is visible, but not theirs to assess.
    """
    place = open_place(request, period, code)
    standing = place.standing
    if standing.is_own_unit:
        raise PermissionDenied(
            with_terms(_("Anda tidak dapat menilai %(work_unit)s Anda sendiri."))
        )
    if not (standing.is_assessor or standing.is_lead or standing.is_controller):
        raise PermissionDenied(
            _("Meja penilaian hanya untuk penilai yang ditugaskan di unit ini.")
        )
    return place


def open_as_assessor(request: AuthenticatedRequest, period: str, code: str) -> Place:
    """Return the place for what only an assigned assessor does."""
    place = open_desk(request, period, code)
    if not place.standing.is_assessor:
        raise PermissionDenied(
            _("Hanya penilai yang ditugaskan yang dapat melakukan ini.")
        )
    return place


def open_as_lead(request: AuthenticatedRequest, period: str, code: str) -> Place:
    """Return the place for what only the lead of the team does."""
    place = open_desk(request, period, code)
    if not place.standing.is_lead:
        raise PermissionDenied(_("Hanya ketua tim yang dapat melakukan ini."))
    return place


def require_open(place: Place) -> None:
    """Refuse before anything else what would change a closed period.

    Raises:
        PermissionDenied: The period is closed.
    """
    if not place.period.is_open:
        raise PermissionDenied(
            _("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")
        )


def desk_base(place: Place) -> str:
    """Return the address under which the unit's desk stands."""
    return f"/{place.period.slug}/penilaian/{place.work_unit.code}/"
