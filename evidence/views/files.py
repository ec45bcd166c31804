"""One stored file: its pages to look at, its text, its bytes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from evidence.jobs import render_pages
from evidence.models import Blob, EvidenceFile, PageImage, PageText
from evidence.services.processing import can_render, reason_text
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.dates import format_moment
from wbk_portal.common.filegate import KINDS
from wbk_portal.common.jobs import enqueue
from wbk_portal.common.numbers import format_number, format_size
from wbk_portal.ops.ratelimit import hit

from .serving import SANDBOX, serve_blob

ASK_AGAIN_SECONDS = 60
"""How often the worker is asked for the same page at most."""

# Shown in the place of a page that is being made; the browser asks again by itself.
_PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842" '
    'viewBox="0 0 595 842"><rect width="595" height="842" fill="#fff"/>'
    '<g fill="none" stroke="#857f71" stroke-width="6" stroke-linecap="round">'
    '<path d="M297 371v50l34 20"/><circle cx="297" cy="421" r="62"/></g></svg>'
)


def open_file(request: AuthenticatedRequest, pk: int) -> EvidenceFile:
    """Return a file that the person may see, or 404."""
    rows = EvidenceFile.objects.visible_to(request.user).select_related(
        "blob", "version__evidence__work_unit"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@never_cache
def file_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one page of a file: its image, else its text, else why there is neither."""
    file = open_file(request, pk)
    pages = max(file.pages or 1, 1)
    page = _page_number(request.GET.get("halaman", ""), pages)
    image = file.page_images.filter(page=page, size=PageImage.Size.PAGE).first()
    text = file.page_texts.filter(page=page).first()
    coming = image is None and can_render(file, page)
    url = reverse("evidence:file", args=[file.pk])
    others = file.version.files.order_by("position")
    context = {
        "file": file,
        "evidence": file.version.evidence,
        "page": page,
        "pages": pages,
        "image_url": (
            reverse("evidence:page-image", args=[file.pk, page])
            if image or coming
            else ""
        ),
        "alt": _("Halaman %(page)d dari %(name)s")
        % {"page": page, "name": file.display_name},
        "text": text.text if text else "",
        "prev_url": f"{url}?halaman={page - 1}" if page > 1 else "",
        "next_url": f"{url}?halaman={page + 1}" if page < pages else "",
        "download_url": reverse("evidence:file-download", args=[file.pk]),
        "reason": reason_text(file),
        "state_tone": "red" if file.state == EvidenceFile.State.REJECTED else "amber",
        "facts": _facts(file),
        "others": list(others),
    }
    return render(request, "evidence/file.html", context)


def _facts(file: EvidenceFile) -> list[dict[str, str]]:
    """Return what is known of the file, for the list beside the page."""
    evidence = file.version.evidence
    rows = [
        (_("Jenis berkas"), KINDS[file.kind].label),
        (_("Ukuran"), format_size(file.blob.size)),
        (_("Halaman"), format_number(file.pages) if file.pages else ""),
        (_("Versi"), str(file.version.number)),
        (
            _("Diterima"),
            format_moment(file.version.at, evidence.work_unit.time_zone),
        ),
        (
            _("Nama asli"),
            file.original_name if file.original_name != file.display_name else "",
        ),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _page_number(text: str, pages: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
    return min(max(number, 1), pages)


@require_safe
def download(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Send a file's bytes as an attachment, exactly as they came in."""
    file = open_file(request, pk)
    if file.blob.scan_state == Blob.Scan.FOUND:
        raise Http404
    return serve_blob(request, file.blob, name=file.display_name)


@require_safe
def page_image(request: AuthenticatedRequest, pk: int, page: int) -> HttpResponseBase:
    """Send the image of a page; one not made yet is asked for, with a placeholder."""
    image = _image(request, pk, page, PageImage.Size.PAGE)
    if image is not None:
        return _serve(request, image)
    file = open_file(request, pk)
    if not can_render(file, page):
        raise Http404
    if hit(f"page:{file.pk}:{page}", 1, ASK_AGAIN_SECONDS).allowed:
        enqueue(render_pages, file.pk, page)
    response = HttpResponse(_PLACEHOLDER, status=202, content_type="image/svg+xml")
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "3"
    return response


@require_safe
def page_thumb(request: AuthenticatedRequest, pk: int, page: int) -> HttpResponseBase:
    """Send the small image of a page."""
    image = _image(request, pk, page, PageImage.Size.THUMB)
    if image is None:
        raise Http404
    return _serve(request, image)


def _image(
    request: AuthenticatedRequest, pk: int, page: int, size: str
) -> PageImage | None:
    """Return a page's image if the person may see its file. One query."""
    rows = PageImage.objects.filter(
        file__in=EvidenceFile.objects.visible_to(request.user).order_by(),
        file_id=pk,
        page=page,
        size=size,
    )
    return rows.select_related("blob").first()


def _serve(request: AuthenticatedRequest, image: PageImage) -> HttpResponseBase:
    ending = image.blob.mime.rpartition("/")[2]
    name = f"{image.file_id}-{image.page}.{ending}"
    return serve_blob(request, image.blob, name=name, image=True)


@require_GET
@never_cache
def page_text(request: AuthenticatedRequest, pk: int, page: int) -> HttpResponse:
    """Show the text of a page as a part of a page, for files without images."""
    file = open_file(request, pk)
    row = get_object_or_404(PageText, file=file, page=page)
    return render(
        request, "evidence/_page_text.html", {"file": file, "page": page, "text": row}
    )
