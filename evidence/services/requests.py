"""A request for revision that names evidence and a page of it."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from evidence.models import EvidenceFile, SubmissionItem
from indicators.models import Revision
from indicators.services import revisions
from wbk_portal.accounts.models import User
from wbk_portal.common.numbers import format_number
from wbk_portal.common.terms import with_terms

WAITING = Q(version__files__state=EvidenceFile.State.PENDING)


def draft_request(
    *,
    user: User,
    round_id: int,
    reason_code: str,
    text: str,
    due: dt.date,
    page: int | None = None,
    about: str = "",
) -> Revision:
    """Write a request that waits for "Kirim semua".

    Args:
        about: `SubmissionItem.key` of the evidence concerned; anything else means the
            whole item.
        page: A page of that evidence. Where the round has only one, it is that one's.

    Raises:
        PermissionDenied: see `indicators.services.revisions.draft`.
        ValidationError: As there; or a page that the evidence does not have.
    """
    items = {
        one.key: one
        for one in SubmissionItem.objects.filter(round_id=round_id)
        .annotate(
            n_pages=Max("version__files__pages"),
            n_waiting=Count("version__files", filter=WAITING),
        )
        .order_by("position")
    }
    if page is not None and about not in items and len(items) == 1:
        about = next(iter(items))
    if page is not None and items:
        _check_page(page, items.get(about))
    return revisions.draft(
        user=user,
        round_id=round_id,
        reason_code=reason_code,
        text=text,
        due=due,
        page=page,
        about_key=about if about in items else "",
    )


def _check_page(page: int, item: SubmissionItem | None) -> None:
    if item is None:
        raise ValidationError(
            {"page": with_terms(_("Pilih %(term)s yang halamannya Anda maksud."))}
        )
    # Believed while a file is still being prepared: its pages are not counted yet.
    if item.n_waiting:  # type: ignore[attr-defined]
        return
    known: int | None = item.n_pages  # type: ignore[attr-defined]
    if known is None:
        raise ValidationError(
            {
                "page": with_terms(
                    _(
                        "Halaman %(term)s ini tidak dapat dibaca portal. Kosongkan, "
                        "dan sebut tempatnya pada yang perlu diperbaiki."
                    )
                )
            }
        )
    if page > known:
        raise ValidationError(
            {
                "page": with_terms(
                    _(
                        "Halaman %(page)s tidak ada: %(term)s ini hanya sampai "
                        "halaman %(last)s."
                    ),
                    page=format_number(page),
                    last=format_number(known),
                )
            }
        )
