"""The pages of a round's evidence: which file, which page, and where words stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from evidence.models import (
    EvidenceFile,
    LinkReview,
    PageImage,
    PageText,
    SubmissionItem,
)
from evidence.services.pages import first_page
from evidence.services.processing import can_render, reason_text
from evidence.views.keys import key_from
from indicators.models import SubmissionRound
from wbk_portal.accounts.http import AuthenticatedRequest

BY_ITEM = "butir"
READ = (EvidenceFile.State.READY, EvidenceFile.State.PARTIAL)
HITS = 20
SHORTEST_QUERY = 3


@dataclass(frozen=True)
class EvidenceRow:
    """One evidence of the round, its files, and the person's own finding."""

    item: SubmissionItem
    files: list[EvidenceFile]
    review: LinkReview | None

    @property
    def rejected(self) -> list[tuple[EvidenceFile, str]]:
        """The files that were rejected after they were accepted, and why."""
        return [
            (file, reason_text(file))
            for file in self.files
            if file.state == EvidenceFile.State.REJECTED
        ]

    @property
    def is_rejected(self) -> bool:
        """A file of it cannot be opened: not to be marked along with the others."""
        return bool(self.rejected)


@dataclass(frozen=True)
class Hit:
    """A page that holds the words looked for."""

    file: EvidenceFile
    page: int
    before: str
    match: str
    after: str


@dataclass
class Viewer:
    """What the middle of the desk shows."""

    rows: list[EvidenceRow] = field(default_factory=list)
    row: EvidenceRow | None = None
    file: EvidenceFile | None = None
    query: str = ""
    hits: list[Hit] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    image_url: str = ""
    text: str = ""
    state: str = ""
    is_earlier: bool = False
    is_chosen: bool = False
    alt: str = ""
    prev_url: str = ""
    next_url: str = ""
    download_url: str = ""
    keep: str = ""


def viewer_of(
    request: AuthenticatedRequest,
    shown: SubmissionRound | None,
    earlier: Sequence[EvidenceRow] = (),
    *,
    at: str,
) -> Viewer:
    """Return the evidence of the round and the page to look at: six queries.

    Args:
        request: Says which file and page.
        shown: The round on the desk.
        earlier: Evidence of the round before, whose files can be looked at as well.
        at: Address of the item at the desk; the page may stand at that of an act.
    """
    viewer = Viewer()
    if shown is None:
        return viewer
    viewer.rows = _rows(request, shown)
    pairs = [(row, file) for row in viewer.rows for file in row.files]
    known = {file.pk for _row, file in pairs}
    olds = [(r, f) for r in earlier for f in r.files if f.pk not in known]
    # PostgreSQL refuses NUL.
    viewer.query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    viewer.hits = _hits([file for _row, file in pairs], viewer.query)
    chosen = request.GET.get("berkas", "")
    asked = [pair for pair in pairs + olds if str(pair[1].pk) == chosen]
    if asked or pairs:
        viewer.row, viewer.file = (asked or pairs)[0]
        viewer.is_earlier = viewer.file.pk not in known
        viewer.is_chosen = bool(asked or viewer.query)
        _open_page(request, viewer, viewer.row.item, viewer.file, at)
    return viewer


def _rows(request: AuthenticatedRequest, shown: SubmissionRound) -> list[EvidenceRow]:
    files = EvidenceFile.objects.select_related("blob").order_by("position")
    items = (
        SubmissionItem.objects.filter(round=shown)
        .select_related("evidence__kind", "evidence__work_unit", "version")
        .prefetch_related(Prefetch("version__files", queryset=files))
        .order_by("position")
    )
    own = {
        review.item_id: review
        for review in LinkReview.objects.filter(item__round=shown, user=request.user)
    }
    return [
        EvidenceRow(one, list(one.version.files.all()), own.get(one.pk))
        for one in items
    ]


def _open_page(
    request: AuthenticatedRequest,
    viewer: Viewer,
    item: SubmissionItem,
    file: EvidenceFile,
    at: str,
) -> None:
    viewer.pages = file.pages or 1
    wanted = request.GET.get("hlm", "")
    asked = key_from(wanted)
    page = min(max(asked or first_page(item.pages) or 1, 1), viewer.pages)
    viewer.page = page
    viewer.state = file.state
    # A page that has no image yet is made when it is asked for; text stands in for
    # office files that have none at all.
    has_image = PageImage.objects.filter(
        file=file, page=page, size=PageImage.Size.PAGE
    ).exists()
    if has_image or can_render(file, page):
        viewer.image_url = reverse("evidence:page-image", args=[file.pk, page])
    else:
        viewer.text = (
            PageText.objects.filter(file=file, page=page)
            .values_list("text", flat=True)
            .first()
            or ""
        )
        if not viewer.text and file.state in READ:
            viewer.state = EvidenceFile.State.UNAVAILABLE
    viewer.alt = _("Halaman %(page)d dari %(file)s") % {
        "page": page,
        "file": file.display_name,
    }
    keep = f"&urut={BY_ITEM}" if request.GET.get("urut") == BY_ITEM else ""
    if number := key_from(request.GET.get("pengajuan", "")):
        keep += f"&pengajuan={number}"
    link = f"{at}?berkas={file.pk}{keep}&hlm="
    viewer.keep = keep
    viewer.prev_url = f"{link}{page - 1}" if page > 1 else ""
    viewer.next_url = f"{link}{page + 1}" if page < viewer.pages else ""
    viewer.download_url = reverse("evidence:file-download", args=[file.pk])


def _hits(files: list[EvidenceFile], query: str) -> list[Hit]:
    """Return the pages of these files whose text holds the words. One query."""
    if len(query) < SHORTEST_QUERY:
        return []
    rows = (
        PageText.objects.filter(file__in=files, text__icontains=query)
        .select_related("file")
        .order_by("file__version", "file__position", "page")[:HITS]
    )
    found = []
    for row in rows:
        at = max(row.text.lower().find(query.lower()), 0)
        end = at + len(query)
        found.append(
            Hit(
                file=row.file,
                page=row.page,
                before=row.text[max(at - 40, 0) : at],
                match=row.text[at:end],
                after=row.text[end : end + 60],
            )
        )
    return found
