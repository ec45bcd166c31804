"""Drop zone and tray as pages show them: on the unit's home, an item, and alone.

A view builds one `UploadArea` and includes two partials with it:

    context["upload"] = upload_area(
        user=request.user, work_unit=unit, next_url=request.path,
        assessment=assessment,            # the item's page; None on the unit's home
        assessments=assessments,          # the unit's home: for the choice of item
    )

    {% include "evidence/_dropzone.html" with area=upload csrf_token=csrf_token only %}
    {% include "evidence/_tray.html" with area=upload csrf_token=csrf_token only %}
    {% block scripts %}<script src="{% static 'js/upload.js' %}" defer></script>
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from evidence.forms.filing import FilingForm
from evidence.models import Evidence, TrayFile
from evidence.services import tray
from indicators.models import Assessment
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.common.filegate import KINDS
from wbk_portal.common.numbers import format_size

from .kind_choices import KindGroup, read_kinds
from .tray_choices import Choice, others_of
from .tray_places import Problem, names_of, page_with_one, places_of, problems_of
from .tray_rows import TrayRow, bare_row, presets_of, tray_rows, unlocked

ROWS = 20
"""Files of the tray that one form shows; the whole form turns their pages."""

PAGE = "baki"
"""Name of the tray's page in addresses and forms."""

RARE_FIELDS = (
    "covers_from",
    "covers_until",
    "valid_until",
    "note",
    "url",
    "seen_on",
    "applies_below",
)
"""Fields that stand folded away on pages that are not for uploading alone."""

SOON = dt.timedelta(days=7)
"""Time before files leave the tray in which the page says so louder."""


@dataclass(frozen=True)
class UploadArea:
    """What the two partials need.

    Attributes:
        assessment: The item whose page this is; None where each file has its own.
        rows: At most `ROWS` files of the tray.
        count: Files of the tray in all.
        page: The page of the tray that `rows` are, from 1.
        oldest_at: When the first of `rows` came in; None without any.
        kinds: Groups for the select of one kind for all files.
        kind: Key of what was chosen there; 0: each file has its own.
        items: Items that a file can be filed for; empty on an item's page.
        others: Items that the files can support beside their own (whole form only).
        pages_here: Page range typed for the page's own item.
        full: Whether this is the whole form on its own page.
        author: Key of the person whose tray this is; what the form keeps is theirs.
        is_open: Whether something stands in the fold with the rarer fields.
        own_url: Page that has this tray; empty where the tray has one of its own.
        problems: What is wrong with titles of files, wherever in the tray they stand.
        token: Makes the plain form's files known again when it is sent twice.
    """

    code: str
    assessment: Assessment | None
    context_key: str
    next_url: str
    rows: Sequence[TrayRow]
    count: int
    kinds: Sequence[KindGroup]
    items: Sequence[Choice]
    form: FilingForm
    has_units_below: bool
    kind: int = 0
    author: str = ""
    is_open: bool = False
    full: bool = False
    others: Sequence[Choice] = ()
    pages_here: str = ""
    own_url: str = ""
    page: int = 1
    oldest_at: dt.datetime | None = None
    problems: Sequence[Problem] = ()
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def n_more(self) -> int:
        """Files of the tray that this page does not show."""
        return self.count - len(self.rows)

    @property
    def first(self) -> int:
        """Number of the first file shown."""
        return (self.page - 1) * ROWS + 1

    @property
    def last(self) -> int:
        """Number of the last file shown."""
        return self.first + len(self.rows) - 1

    @property
    def previous(self) -> int:
        """Number of the page before; 0 on the first."""
        return self.page - 1

    @property
    def following(self) -> int:
        """Number of the next page; 0 on the last."""
        return self.page + 1 if self.last < self.count else 0

    @property
    def expires_at(self) -> dt.datetime | None:
        """When the oldest file shown leaves the tray, if nobody files it."""
        return self.oldest_at + tray.KEEP if self.oldest_at else None

    @property
    def expires_soon(self) -> bool:
        """Whether that is near."""
        at = self.expires_at
        return at is not None and at - timezone.now() < SOON

    @property
    def keep_days(self) -> int:
        """Days that a file stays in the tray."""
        return tray.KEEP.days

    @property
    def max_files(self) -> int:
        """Files that a tray holds, and that can be chosen at once."""
        return tray.MAX_FILES

    @property
    def max_bytes(self) -> int:
        """Largest file, in bytes."""
        return int(settings.UPLOAD_MAX_BYTES)

    @property
    def max_text(self) -> str:
        """Largest file, as people read it."""
        return format_size(self.max_bytes)

    @property
    def accept(self) -> str:
        """The `accept` attribute: what the file window offers first."""
        endings = [f".{a}" for kind in KINDS.values() for a in sorted(kind.aliases)]
        return ",".join(endings)

    @property
    def hint(self) -> str:
        """What may come in, in a line."""
        return _(
            "PDF, Word, Excel, PowerPoint (.docx, .xlsx, .pptx), JPG, PNG, WebP, HEIC; "
            "paling besar %(size)s per berkas."
        ) % {"size": self.max_text}

    @property
    def max_plain(self) -> int:
        """Files that the plain form takes at once."""
        return int(settings.UPLOAD_MAX_FILES_PLAIN_FORM)

    @property
    def query(self) -> str:
        """Query string that brings a page back to this place."""
        return urlencode({"konteks": self.context_key, "next": self.next_url})

    @property
    def plain_url(self) -> str:
        """Address of the plain form."""
        return reverse("evidence:upload", args=[self.code])

    @property
    def one_url(self) -> str:
        """Address for one file, answered with JSON."""
        return reverse("evidence:upload-file", args=[self.code])

    @property
    def tray_url(self) -> str:
        """Address from which the tray can be read again."""
        if self.own_url:
            return self.own_url
        whole = f"&penuh=1&{PAGE}={self.page}" if self.full else ""
        return f"{reverse('evidence:tray', args=[self.code])}?{self.query}{whole}"

    @property
    def back_url(self) -> str:
        """Address that the plain form leads to after its files are in."""
        return self.own_url or (self.full_url if self.full else self.next_url)

    @property
    def form_id(self) -> str:
        """Name of the tray's form, which the plain form's fields join without
        scripts, so that nothing typed there is lost; empty while there is none."""
        return "baki-isian" if self.rows and not self.own_url else ""

    @property
    def now(self) -> int:
        """The portal's time in milliseconds; the script counts on from it."""
        return int(timezone.now().timestamp() * 1000)

    @property
    def full_url(self) -> str:
        """Address of the whole form."""
        return f"{self.plain_url}?{self.query}"

    @property
    def file_url(self) -> str:
        """Address that files the chosen ones."""
        return reverse("evidence:tray-file", args=[self.code])

    @property
    def keep_url(self) -> str:
        """Address that keeps what is typed, and turns the page."""
        return reverse("evidence:tray-keep", args=[self.code])

    @property
    def discard_url(self) -> str:
        """Address that throws the chosen ones away."""
        return reverse("evidence:tray-discard", args=[self.code])


def upload_area(
    *,
    user: User,
    work_unit: WorkUnit,
    next_url: str,
    assessment: Assessment | None = None,
    assessments: Sequence[Assessment] = (),
    form: FilingForm | None = None,
    posted: Mapping[str, str] | None = None,
    chosen: Sequence[int] | None = None,
    kept: Mapping[str, str] | None = None,
    full: bool = False,
    page: int = 1,
    errors: Mapping[int, str] | None = None,
) -> UploadArea:
    """Prepare drop zone and tray. Six queries at most, and one more with errors.

    They are the tray, its count, the names before its page, kinds, expected kinds,
    and words of the items.

    Args:
        next_url: Path to come back to.
        assessment: The item's page this is; its files alone are shown.
        assessments: Of this unit, with items, for the choice of an item per file;
            those that stand still are left out.
        form: The form with errors, after a refused attempt.
        posted: What was typed then (`request.POST`).
        chosen: Files that were chosen then.
        kept: What the person typed for all files before the page was turned.
        full: The whole form, with further items.
        page: Page of the tray; one beyond the last shows the last.
        errors: What is wrong with titles, by file; the first page with one is shown,
            unless `page` has one itself.
    """
    context_key = assessment.key if assessment else ""
    every, assessments = assessments, unlocked(assessments)
    waiting = tray.of(
        user=user,
        work_unit=work_unit,
        context_key=context_key if assessment else None,
    )
    places = places_of(waiting, errors or {}, ROWS)
    page = page_with_one(places, page)
    files, count, page = _page_of(waiting, page)
    typed = posted if posted is not None else kept or {}
    pages = typed.get(f"pages-{assessment.pk}", "") if assessment else ""
    kind = typed.get("kind", "")[:18]
    rows: Sequence[TrayRow] = ()
    kinds: Sequence[KindGroup] = ()
    # Without a file there is nothing to choose for.
    if files:
        own = [*assessments, *([assessment] if assessment else [])]
        choices = read_kinds({a.item_id for a in own})
        presets = presets_of(
            files,
            choices,
            assessments=every,
            unit_name=work_unit.name,
            here=assessment,
            typed=typed,
            names_before=names_of(waiting[: (page - 1) * ROWS]) if page > 1 else (),
        )
        rows = tray_rows(
            files,
            presets,
            choices,
            assessments=own,
            chosen=chosen,
            errors=errors,
        )
        kinds = choices.groups(*([assessment.item_id] if assessment else []))
    found = problems_of(errors or {}, places, page)
    items = [Choice(a.pk, str(a.item)) for a in assessments] if files else ()
    return UploadArea(
        code=str(work_unit.code),
        assessment=assessment,
        context_key=context_key,
        next_url=next_url,
        rows=rows,
        count=count,
        kinds=kinds,
        kind=int(kind) if kind.isascii() and kind.isdecimal() else 0,
        author=user.key,
        items=items if assessment is None else (),
        form=form or FilingForm(initial=dict(kept.items()) if kept else None),
        has_units_below=bool(work_unit.numchild),
        is_open=full or bool(pages) or any(typed.get(name) for name in RARE_FIELDS),
        full=full,
        others=others_of(assessments, typed) if full else (),
        pages_here=pages,
        page=page,
        oldest_at=min((f.received_at for f in files), default=None),
        problems=found,
    )


def _page_of(waiting: QuerySet[TrayFile], page: int) -> tuple[list[TrayFile], int, int]:
    """Return a page's files, how many there are in all, and which page it is."""
    if page <= 1:
        files = list(waiting[:ROWS])
        return files, waiting.count() if len(files) == ROWS else len(files), 1
    count = waiting.count()
    page = max(1, min(page, -(-count // ROWS)))
    return list(waiting[(page - 1) * ROWS : page * ROWS]), count, page


def version_area(
    *,
    user: User,
    evidence: Evidence,
    next_url: str,
    chosen: Sequence[int] | None = None,
) -> UploadArea:
    """Prepare drop zone and tray for a new version of an evidence. Two queries.

    The tray is that of the version's own page, which the script asks for anew.
    """
    context_key = evidence.key
    waiting = tray.of(user=user, work_unit=evidence.work_unit, context_key=context_key)
    files, count, _first = _page_of(waiting, 1)
    rows = [bare_row(f, checked=chosen is None or f.pk in chosen) for f in files]
    page = reverse("evidence:version-add", args=[evidence.pk])
    return UploadArea(
        code=str(evidence.work_unit.code),
        assessment=None,
        context_key=context_key,
        next_url=next_url,
        rows=rows,
        count=count,
        kinds=(),
        items=(),
        form=FilingForm(),
        has_units_below=False,
        own_url=f"{page}?{urlencode({'next': next_url})}",
        oldest_at=min((f.received_at for f in files), default=None),
    )
