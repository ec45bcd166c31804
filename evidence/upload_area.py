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

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from evidence.forms.filing import FilingForm
from evidence.models import Evidence, TrayFile
from evidence.services import proposals, tray
from evidence.services.evidence import title_from_name
from indicators.models import Assessment, EvidenceKind, ItemKind
from indicators.workflow import LOCKED_FOR_UNIT
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.common.filegate import KINDS
from wbk_portal.common.numbers import format_size

ROWS = 20
"""Files of the tray that one form shows; the others wait their turn."""

CONTEXT = "assessment:"
"""Beginning of the context key of an item's page."""


@dataclass(frozen=True)
class Choice:
    """One entry of a select, or a checkbox with a field for pages."""

    value: int
    label: str
    chosen: bool = False
    pages: str = ""


@dataclass(frozen=True)
class ChoiceGroup:
    """Entries under one heading."""

    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class TrayRow:
    """One file of the tray with its presets.

    Attributes:
        pk: Key of the tray's file.
        ext: Its kind: "pdf".
        size: Bytes.
        title: Preset, or what the person typed before an error.
        item: Key of the assessment preset for it; None for none.
        checked: Whether it is among those to be filed.
    """

    pk: int
    name: str
    ext: str
    size: int
    title: str
    item: int | None
    url: str
    checked: bool = True


@dataclass(frozen=True)
class UploadArea:
    """What the two partials need.

    Attributes:
        assessment: The item whose page this is; None where each file has its own.
        rows: At most `ROWS` files of the tray.
        n_more: Files beyond them.
        kinds: Groups for the select of the kind.
        items: Items that a file can be filed for; empty on an item's page.
        others: Items that the files can support beside their own (whole form only).
        pages_here: Page range typed for the page's own item.
        full: Whether this is the whole form on its own page.
        own_url: Page that has this tray; empty where the tray has one of its own.
        token: Makes the plain form's files known again when it is sent twice.
    """

    code: str
    assessment: Assessment | None
    context_key: str
    next_url: str
    rows: Sequence[TrayRow]
    n_more: int
    kinds: Sequence[ChoiceGroup]
    items: Sequence[Choice]
    form: FilingForm
    has_units_below: bool
    full: bool = False
    others: Sequence[Choice] = ()
    pages_here: str = ""
    own_url: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def count(self) -> int:
        """Files of the tray in all."""
        return len(self.rows) + self.n_more

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
        return f"{reverse('evidence:tray', args=[self.code])}?{self.query}"

    @property
    def back_url(self) -> str:
        """Address that the plain form leads to after its files are in."""
        return self.own_url or self.next_url

    @property
    def full_url(self) -> str:
        """Address of the whole form."""
        return f"{self.plain_url}?{self.query}"

    @property
    def file_url(self) -> str:
        """Address that files the chosen ones."""
        return reverse("evidence:tray-file", args=[self.code])

    @property
    def discard_url(self) -> str:
        """Address that throws the chosen ones away."""
        return reverse("evidence:tray-discard", args=[self.code])


def context_evidence(context_key: str) -> int | None:
    """Return the evidence that a context key names, or None."""
    return _number_after("evidence:", context_key)


def context_assessment(context_key: str) -> int | None:
    """Return the assessment that a context key names, or None."""
    return _number_after(CONTEXT, context_key)


def _number_after(start: str, key: str) -> int | None:
    number = key.removeprefix(start)
    if number == key or not number.isascii() or not number.isdecimal():
        return None
    return int(number) if len(number) < 18 else None


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
    full: bool = False,
) -> UploadArea:
    """Prepare drop zone and tray. Four queries at most: tray, its count, kinds, words.

    Args:
        next_url: Path to come back to.
        assessment: The item's page this is; its files alone are shown.
        assessments: Of this unit, with items, for the choice of an item per file;
            those that stand still are left out.
        form: The form with errors, after a refused attempt.
        posted: What was typed then (`request.POST`).
        chosen: Files that were chosen then.
        full: The whole form, with further items.
    """
    context_key = assessment.key if assessment else ""
    assessments = [a for a in assessments if a.state not in LOCKED_FOR_UNIT]
    waiting = tray.of(
        user=user,
        work_unit=work_unit,
        context_key=context_key if assessment else None,
    )
    files = list(waiting[:ROWS])
    n_more = waiting.count() - ROWS if len(files) == ROWS else 0
    # Without a file there is nothing to choose for.
    kinds = _kinds(assessment, (posted or {}).get("kind", "")) if files else ()
    typed = posted or {}
    presets = _presets(files, assessments) if assessment is None else {}
    rows = [
        TrayRow(
            pk=file.pk,
            name=file.display_name,
            ext=file.kind,
            size=file.blob.size,
            title=typed.get(f"title-{file.pk}")
            or title_from_name(file.display_name, _fallback(assessment)),
            item=_typed_item(typed, file.pk, presets.get(file.pk)),
            url=reverse("evidence:tray-download", args=[file.pk]),
            checked=chosen is None or file.pk in chosen,
        )
        for file in files
    ]
    items = [Choice(a.pk, str(a.item)) for a in assessments] if files else ()
    return UploadArea(
        code=str(work_unit.code),
        assessment=assessment,
        context_key=context_key,
        next_url=next_url,
        rows=rows,
        n_more=max(n_more, 0),
        kinds=kinds,
        items=items if assessment is None else (),
        form=form or FilingForm(),
        has_units_below=bool(work_unit.numchild),
        full=full,
        others=_others(assessments, typed) if full else (),
        pages_here=typed.get(f"pages-{assessment.pk}", "") if assessment else "",
    )


def _others(
    assessments: Sequence[Assessment], typed: Mapping[str, str]
) -> list[Choice]:
    """Return the items to tick, with what was ticked and typed before an error."""
    ticked = typed.getlist("link") if isinstance(typed, QueryDict) else []
    return [
        Choice(a.pk, str(a.item), str(a.pk) in ticked, typed.get(f"pages-{a.pk}", ""))
        for a in assessments
    ]


def _fallback(assessment: Assessment | None) -> str:
    """Return the title for a file whose name says nothing."""
    return assessment.item.title if assessment else ""


def _typed_item(
    typed: Mapping[str, str], file_id: int, preset: int | None
) -> int | None:
    value = typed.get(f"item-{file_id}")
    if value is None:
        return preset
    return int(value) if value.isascii() and value.isdecimal() else None


def _presets(
    files: Sequence[TrayFile], assessments: Sequence[Assessment]
) -> dict[int, int]:
    """Return the item proposed for each file: where it was dropped, or by its name."""
    if not files or not assessments:
        return {}
    known = {a.pk for a in assessments}
    words = proposals.vocabulary(assessments)
    found: dict[int, int] = {}
    for file in files:
        preset = context_assessment(file.context_key)
        if preset not in known:
            preset = proposals.propose(file.display_name, words)
        if preset is not None:
            found[file.pk] = preset
    return found


def _kinds(assessment: Assessment | None, typed: str) -> list[ChoiceGroup]:
    """Return the kinds to choose from: those expected of the item first."""
    chosen = int(typed) if typed.isascii() and typed.isdecimal() else None
    expected: list[Choice] = []
    if assessment is not None:
        rows = (
            ItemKind.objects.filter(item_id=assessment.item_id)
            .order_by("position")
            .values_list("kind_id", "label", "kind__label")
        )
        expected = [
            Choice(kind_id, label or kind_label, chosen == kind_id)
            for kind_id, label, kind_label in rows
        ]
    generic: list[Choice] = []
    special: list[Choice] = []
    known = {choice.value for choice in expected}
    for kind in EvidenceKind.objects.order_by("position", "key"):
        if kind.pk in known:
            continue
        choice = Choice(kind.pk, kind.label, chosen == kind.pk)
        (generic if kind.is_generic else special).append(choice)
    groups = [
        ChoiceGroup(_("Diharapkan untuk butir ini"), expected),
        ChoiceGroup(_("Umum"), generic),
        ChoiceGroup(_("Jenis lain"), special),
    ]
    return [group for group in groups if group.choices]


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
    files = list(waiting[: ROWS + 1])
    rows = [
        TrayRow(
            pk=file.pk,
            name=file.display_name,
            ext=file.kind,
            size=file.blob.size,
            title="",
            item=None,
            url=reverse("evidence:tray-download", args=[file.pk]),
            checked=chosen is None or file.pk in chosen,
        )
        for file in files[:ROWS]
    ]
    page = reverse("evidence:version-add", args=[evidence.pk])
    return UploadArea(
        code=str(evidence.work_unit.code),
        assessment=None,
        context_key=context_key,
        next_url=next_url,
        rows=rows,
        n_more=len(files) - len(rows),
        kinds=(),
        items=(),
        form=FilingForm(),
        has_units_below=False,
        own_url=f"{page}?{urlencode({'next': next_url})}",
    )
