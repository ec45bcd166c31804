"""The tray: uploads that passed the gate and wait to be filed as evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import Blob, TrayFile
from evidence.permissions import can_upload, is_staff
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.audit.services import Act, record, record_many
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.numbers import format_number
from wbk_portal.common.permissions import require
from wbk_portal.common.storage import StoredBytes, delete_blob
from wbk_portal.common.texts import clean_line
from wbk_portal.common.uploads import inspect_upload, keep_upload

MAX_FILES = 1000
"""Files that one person's tray of one unit holds; 500 at once must pass."""

KEEP = dt.timedelta(days=30)
"""Time that a file waits in the tray; then it goes, unless it became evidence."""

ORDER = ("chosen_at", "position", "pk")
"""The tray's order, and that of what is made of it: as the person chose the files."""

AHEAD = dt.timedelta(minutes=5)
"""How far a browser's measure of time may run before the portal's clock."""

LAST_POSITION = 32_767
"""Highest place of a file among those chosen with it."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class TrayFullError(PermissionDenied):
    """The tray holds so many files that some must be filed first."""


def clean_token(token: str) -> str:
    """Return a browser's token, or nothing when it is no token."""
    return token if _TOKEN.fullmatch(token) else ""


def accept(
    *,
    user: User,
    work_unit: WorkUnit,
    context_key: str = "",
    upload: UploadedFile[Any],
    client_token: str = "",
    chosen_at: dt.datetime | None = None,
    position: int = 0,
) -> TrayFile:
    """Keep one upload: gate, bytes on the disk, then the row.

    The same token again returns the row of the first time. Nothing of a refused or
    interrupted file remains.

    Args:
        context_key: The page it was dropped on: ``assessment:12``, or empty.
        client_token: Of the browser, 8 to 64 of ``A-Za-z0-9_-``; anything else counts
            as none.
        chosen_at: When it was chosen; None, and what can be no such moment, count as
            now.
        position: Its place among the files chosen at the same moment.

    Raises:
        PermissionDenied: `can_upload` refuses, or the tray is full.
        Refused: The gate's answer, with its sentence.
        ConflictError: The token was used for another file.
    """
    token = clean_token(client_token)
    if token and (known := _known(user, work_unit, token, upload)):
        return known
    require(can_upload(user, work_unit))
    # One query at most, and none that grows: the index gives up at the limit.
    if of(user=user, work_unit=work_unit)[MAX_FILES - 1 : MAX_FILES].exists():
        raise TrayFullError(
            _("Baki Anda sudah berisi %(count)s berkas. Simpan atau buang dulu.")
            % {"count": format_number(MAX_FILES)}
        )
    accepted = inspect_upload(upload)
    stored = keep_upload(upload, realm=work_unit.key)
    row = TrayFile(
        work_unit=work_unit,
        user=user,
        context_key=context_key[:60],
        kind=accepted.kind,
        display_name=accepted.clean_name,
        original_name=accepted.original_name,
        client_token=token,
        chosen_at=_clean_moment(chosen_at),
        position=position if 0 <= position <= LAST_POSITION else 0,
    )
    try:
        try:
            return _write(row, accepted.mime, stored)
        except IntegrityError:
            # The same token, or the same bytes, arrived twice at one moment. The
            # first row stands; the second attempt finds the bytes of the other.
            if token and (known := _known(user, work_unit, token, upload)):
                delete_blob(stored.storage_key)
                return known
            return _write(row, accepted.mime, stored)
    except BaseException:
        delete_blob(stored.storage_key)
        raise


def _clean_moment(chosen_at: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    known = chosen_at is not None and now - KEEP < chosen_at < now + AHEAD
    return chosen_at if chosen_at is not None and known else now


def _known(
    user: User, work_unit: WorkUnit, token: str, upload: UploadedFile[Any]
) -> TrayFile | None:
    """Return the row that this token made before, if any. One query."""
    row = (
        TrayFile.objects.filter(user=user, client_token=token)
        .select_related("blob")
        .first()
    )
    if row is None:
        return None
    sha256 = getattr(upload, "sha256", "") or row.blob.sha256
    if row.work_unit_id != work_unit.pk or row.blob.sha256 != sha256:
        raise ConflictError(
            _("Berkas ini tertukar dengan unggahan lain. Pilih berkasnya sekali lagi."),
            current={"name": row.display_name},
            version=0,
        )
    return row


@transaction.atomic
def _write(row: TrayFile, mime: str, stored: StoredBytes) -> TrayFile:
    row.blob = keep_row(row.work_unit.key, mime, stored)
    row.pk = None
    row.save(force_insert=True)
    record(
        actor_key=row.user.key,
        action="upload.accepted",
        target=("tray", str(row.pk)),
        unit_key=row.work_unit.key,
        payload={
            "name": row.display_name,
            "original_name": row.original_name,
            "sha256": stored.sha256,
            "size": stored.size,
        },
    )
    return row


def keep_row(realm: str, mime: str, stored: StoredBytes) -> Blob:
    """Return the row of stored bytes; known ones of the realm are kept once.

    The second copy is deleted when the transaction ends. Two statements.
    """
    blob = (
        Blob.objects.select_for_update()
        .filter(realm=realm, sha256=stored.sha256)
        .first()
    )
    if blob is not None:
        transaction.on_commit(lambda: delete_blob(stored.storage_key))
        return blob
    return Blob.objects.create(
        realm=realm,
        sha256=stored.sha256,
        size=stored.size,
        mime=mime,
        storage_key=stored.storage_key,
        created_at=timezone.now(),
    )


def of(
    *, user: User, work_unit: WorkUnit, context_key: str | None = None
) -> QuerySet[TrayFile]:
    """Return the person's tray of a unit, as chosen, with the bytes' rows.

    Args:
        context_key: Only what was dropped on this page; None: everything.
    """
    rows = TrayFile.objects.filter(user=user, work_unit=work_unit)
    if context_key is not None:
        rows = rows.filter(context_key=context_key)
    return rows.select_related("blob").order_by(*ORDER)


@transaction.atomic
def discard(*, user: User, work_unit: WorkUnit, ids: Collection[int]) -> int:
    """Throw files out of the person's tray; the bytes go with the next cleaning.

    Returns:
        How many there were; those gone already do not count.

    Raises:
        PermissionDenied: The person no longer works for the unit.
    """
    if not is_staff(user, work_unit):
        raise PermissionDenied(_("Peran Anda di unit ini belum mencakup tindakan ini."))
    rows = list(
        TrayFile.objects.select_for_update()
        .filter(user=user, work_unit=work_unit, pk__in=ids)
        .order_by("pk")
    )
    record_many(
        Act(
            actor_key=user.key,
            action="upload.discarded",
            target=("tray", str(row.pk)),
            unit_key=work_unit.key,
            payload={"name": row.display_name},
        )
        for row in rows
    )
    TrayFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


TITLE_MAX = 200


@transaction.atomic
def keep_typed(
    *, user: User, work_unit: WorkUnit, typed: Mapping[int, Mapping[str, object]]
) -> int:
    """Keep what a person wrote beside files of their own tray; the last one counts.

    Two statements. Nothing is checked yet: filing does that, and says what is wrong.

    Args:
        typed: By file: "title", "item" and "kind" as text, "left" where it was
            unticked. What is absent was not touched.

    Returns:
        How many of the files are there; those of others and those gone do not count.

    Raises:
        PermissionDenied: The person no longer works for the unit.
    """
    if not is_staff(user, work_unit):
        raise PermissionDenied(_("Peran Anda di unit ini belum mencakup tindakan ini."))
    rows = list(
        TrayFile.objects.select_for_update()
        .filter(user=user, work_unit=work_unit, pk__in=list(typed))
        .order_by("pk")
    )
    changed = []
    for row in rows:
        # An item's page asks for no item: what was said of it elsewhere stays.
        before = {k: v for k, v in row.typed.items() if k == "item"}
        clean = _clean_typed({**before, **typed[row.pk]})
        if clean != row.typed:
            row.typed = clean
            changed.append(row)
    TrayFile.objects.bulk_update(changed, ["typed"])
    return len(rows)


def _clean_typed(typed: Mapping[str, object]) -> dict[str, object]:
    kept: dict[str, object] = {}
    if "title" in typed:
        # Emptied is typed, too: it stays empty, and filing asks for it.
        kept["title"] = clean_line(str(typed["title"]))[:TITLE_MAX]
    for name in ("item", "kind"):
        value = str(typed.get(name, ""))
        if name in typed and (not value or (value.isascii() and value.isdecimal())):
            kept[name] = value[:18]
    if typed.get("left"):
        kept["left"] = True
    return kept


def take(*, user: User, work_unit: WorkUnit, ids: Collection[int]) -> list[TrayFile]:
    """Lock files of the tray that are about to be filed, in the tray's order.

    Raises:
        ConflictError: One is gone: filed or thrown away in another tab.
    """
    rows = list(
        TrayFile.objects.select_for_update(of=("self",))
        .filter(user=user, work_unit=work_unit, pk__in=ids)
        .select_related("blob")
        .order_by(*ORDER)
    )
    if len(rows) != len(set(ids)):
        raise ConflictError(
            _(
                "Sebagian berkas sudah disimpan atau dibuang, mungkin di tab lain. "
                "Periksa bakinya."
            ),
            current={"tray": [row.pk for row in rows]},
            version=0,
        )
    return rows
