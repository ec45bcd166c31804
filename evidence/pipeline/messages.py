"""Sentences for the ends that a preview can have."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    # The file itself is at fault: ditolak setelah diterima.
    "truncated": _(
        "Isi berkas terpotong, kemungkinan karena penyalinan yang tidak selesai. "
        "Salin ulang dari sumbernya, pastikan bisa dibuka sampai akhir, lalu unggah "
        "lagi."
    ),
    "corrupt": _(
        "Isi berkas rusak dan tidak dapat dibuka. Buka di program pembuatnya, simpan "
        "sebagai berkas baru, lalu unggah lagi."
    ),
    "locked": _(
        "Berkas terkunci kata sandi sehingga penilai tidak dapat membukanya. Simpan "
        "salinan tanpa kata sandi, lalu unggah lagi."
    ),
    "too_many_pixels": _(
        "Gambar terlalu besar untuk ditampilkan. Perkecil ukurannya, lalu unggah lagi."
    ),
    # The preview is at fault; the file can still be downloaded.
    "no_converter": _(
        "Gambar halaman tidak dapat dibuat di portal ini; yang tampil hanya teksnya. "
        "Unduh berkas untuk melihat tata letaknya."
    ),
    "conversion_failed": _(
        "Gambar halaman tidak berhasil dibuat; yang tampil hanya teksnya. Unduh berkas "
        "untuk melihat tata letaknya."
    ),
    "too_heavy": _(
        "Berkas terlalu berat untuk ditampilkan di portal. Unduh berkas untuk "
        "melihatnya."
    ),
    "failed": _("Pratinjau tidak berhasil dibuat. Unduh berkas untuk melihatnya."),
    "some_pages": _(
        "Sebagian halaman tidak dapat ditampilkan. Unduh berkas untuk melihat semuanya."
    ),
}
"""Keys are what `Preview.reason` may hold besides ""."""


def reason_message(reason: str) -> str:
    """Return the sentence for a reason in the active language, "" for none."""
    return str(REASONS[reason]) if reason else ""
