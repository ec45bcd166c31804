"""Addresses of uploading, of evidence and of stored files; part of `evidence.urls`."""

from django.urls import URLPattern, path

from . import converters  # noqa: F401 - the names of parts must be known first
from .views import (
    changing,
    detail,
    evidence_list,
    files,
    filing,
    linking,
    tray_keeping,
    upload,
)

FILE_URLS: list[URLPattern] = [
    path("unggah/<code:code>/", upload.upload, name="upload"),
    path("unggah/<code:code>/berkas/", upload.upload_file, name="upload-file"),
    path("unggah/<code:code>/baki/", upload.show_tray, name="tray"),
    path("unggah/<code:code>/baki/simpan/", tray_keeping.keep_tray, name="tray-keep"),
    path("unggah/<code:code>/simpan/", filing.file_from_tray, name="tray-file"),
    path("unggah/<code:code>/buang/", upload.discard_tray, name="tray-discard"),
    path("baki/<int:pk>/unduh/", upload.download_tray, name="tray-download"),
    path("bukti/", evidence_list.evidence_list, name="list"),
    path("bukti/<int:pk>/", detail.detail, name="detail"),
    path("bukti/<int:pk>/ubah/", changing.edit, name="edit"),
    path("bukti/<int:pk>/jenis/", changing.set_kind, name="set-kind"),
    path("bukti/<int:pk>/versi-baru/", changing.version_add, name="version-add"),
    path("bukti/<int:pk>/buang/", changing.discard, name="discard"),
    path("bukti/<int:pk>/pulihkan/", changing.restore, name="restore"),
    path("bukti/<int:pk>/tarik/", changing.withdraw, name="withdraw-evidence"),
    path("bukti/<int:pk>/tautkan/", linking.link, name="link"),
    path("bukti/tautan/<int:pk>/lepas/", linking.unlink, name="unlink"),
    path("bukti/tautan/<int:pk>/tinjau/", linking.mark_seen, name="link-seen"),
    path("bukti/tautan/<int:pk>/halaman/", linking.change_pages, name="link-pages"),
    path(
        "<period:period>/unit/<code:code>/<code:slug>/pakai-yang-ada/",
        linking.pick,
        name="pick",
    ),
    path("berkas/<int:pk>/", files.file_page, name="file"),
    path("berkas/<int:pk>/unduh/", files.download, name="file-download"),
    path("berkas/<int:pk>/halaman/<int:page>/", files.page_image, name="page-image"),
    path(
        "berkas/<int:pk>/halaman/<int:page>/kecil/",
        files.page_thumb,
        name="page-thumb",
    ),
    path("berkas/<int:pk>/teks/<int:page>/", files.page_text, name="page-text"),
]
