"""The sentences of the gate: which file, why not, and what to do now.

Every code that `Refused` may carry stands here; a test walks all of them.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wbk_portal.common.filegate.kinds import KINDS

CONTENTS: dict[str, str | Promise] = {
    **{key: kind.label for key, kind in KINDS.items()},
    "html": _("halaman web (HTML)"),
    "svg": _("gambar SVG yang dapat memuat program"),
    "program": _("program komputer"),
    "script": _("program (skrip)"),
    "archive": _("arsip (ZIP, RAR, atau sejenisnya)"),
    "text": _("teks biasa"),
    "xml": _("data XML"),
    "email": _("surat elektronik"),
    "gif": "GIF",
    "bmp": "BMP",
    "tiff": "TIFF",
    "psd": "Photoshop (PSD)",
    "ico": "ICO",
    "jp2": "JPEG 2000",
    "jxl": "JPEG XL",
    "avif": "AVIF",
    "video": _("video"),
    "audio": _("rekaman suara"),
    "database": _("basis data"),
    "postscript": "PostScript",
    "unknown": _("data yang tidak dikenal"),
}
"""What a file really holds, as a noun that fits the middle of a sentence."""

SAVE_AS: dict[str, str | Promise] = {
    "docx": _("Dokumen Word (.docx)"),
    "xlsx": _("Buku Kerja Excel (.xlsx)"),
    "pptx": _("Presentasi PowerPoint (.pptx)"),
    "": _("format tanpa makro"),
}
"""Names of the formats in the "Save as" window of the Indonesian Office."""

SENTENCES: dict[str, Promise] = {
    "empty": _(
        "Berkas “%(name)s” belum bisa diterima karena kosong. Buka berkas aslinya, "
        "pastikan isinya tampil, simpan, lalu unggah lagi."
    ),
    "too_large": _(
        "Berkas “%(name)s” belum bisa diterima karena lebih besar dari batas "
        "%(limit)s. Perkecil ukurannya (misalnya pindai dengan resolusi lebih rendah) "
        "atau pisahkan menjadi beberapa berkas, lalu unggah lagi."
    ),
    "truncated": _(
        "Berkas “%(name)s” belum bisa diterima karena isinya terpotong. Salin ulang "
        "dari sumbernya atau simpan ulang, pastikan bisa dibuka, lalu unggah lagi."
    ),
    "disguised": _(
        "Berkas “%(name)s” belum bisa diterima karena namanya menyebut %(claimed)s "
        "padahal isinya %(actual)s. Buka berkasnya, simpan atau cetak sebagai PDF, "
        "lalu unggah PDF itu."
    ),
    "disguised_program": _(
        "Berkas “%(name)s” belum bisa diterima karena namanya menyebut %(claimed)s "
        "padahal isinya %(actual)s. Jangan buka berkas itu; minta dokumen aslinya dari "
        "pengirimnya, lalu unggah dokumen itu."
    ),
    "legacy_doc": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat Word lama. Buka di "
        "Word, pilih Simpan Sebagai → Dokumen Word (.docx), lalu unggah lagi."
    ),
    "legacy_xls": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat Excel lama. Buka di "
        "Excel, pilih Simpan Sebagai → Buku Kerja Excel (.xlsx), lalu unggah lagi."
    ),
    "legacy_ppt": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat PowerPoint lama. Buka "
        "di PowerPoint, pilih Simpan Sebagai → Presentasi PowerPoint (.pptx), lalu "
        "unggah lagi."
    ),
    "odt": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat dokumen OpenDocument "
        "(.odt). Buka di LibreOffice, pilih Simpan Sebagai → Word 2007–365 (.docx) "
        "atau Ekspor sebagai PDF, lalu unggah lagi."
    ),
    "ods": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat lembar OpenDocument "
        "(.ods). Buka di LibreOffice, pilih Simpan Sebagai → Excel 2007–365 (.xlsx) "
        "atau Ekspor sebagai PDF, lalu unggah lagi."
    ),
    "odp": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat presentasi "
        "OpenDocument (.odp). Buka di LibreOffice, pilih Simpan Sebagai → PowerPoint "
        "2007–365 (.pptx) atau Ekspor sebagai PDF, lalu unggah lagi."
    ),
    "odf_other": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat OpenDocument. Buka di "
        "LibreOffice, pilih Ekspor sebagai PDF, lalu unggah PDF itu."
    ),
    "iwork": _(
        "Berkas “%(name)s” belum bisa diterima karena dibuat dengan Pages, Numbers, "
        "atau Keynote. Pilih Ekspor → PDF di program itu, lalu unggah PDF-nya."
    ),
    "rtf": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat RTF. Buka di Word, "
        "pilih Simpan Sebagai → Dokumen Word (.docx), lalu unggah lagi."
    ),
    "xlsb": _(
        "Berkas “%(name)s” belum bisa diterima karena berformat Excel biner (.xlsb). "
        "Buka di Excel, pilih Simpan Sebagai → Buku Kerja Excel (.xlsx), lalu unggah "
        "lagi."
    ),
    "office_template": _(
        "Berkas “%(name)s” belum bisa diterima karena disimpan sebagai templat atau "
        "peragaan. Buka berkasnya, pilih Simpan Sebagai → %(target)s, lalu unggah "
        "lagi."
    ),
    "macro": _(
        "Berkas “%(name)s” belum bisa diterima karena memuat makro (program kecil di "
        "dalam dokumen). Buka berkasnya, pilih Simpan Sebagai → %(target)s, lalu "
        "unggah lagi."
    ),
    "password_pdf": _(
        "Berkas “%(name)s” belum bisa diterima karena PDF-nya terkunci kata sandi "
        "atau pembatasan. Buka berkasnya, pilih Cetak → Simpan sebagai PDF, atau "
        "minta salinan tanpa kunci dari pembuatnya, lalu unggah lagi."
    ),
    "password_office": _(
        "Berkas “%(name)s” belum bisa diterima karena terkunci kata sandi. Buka "
        "berkasnya, pilih Berkas → Info → Proteksi → Enkripsi dengan Kata Sandi, "
        "kosongkan kata sandinya, simpan, lalu unggah lagi."
    ),
    "office_broken": _(
        "Berkas “%(name)s” belum bisa diterima karena isinya rusak. Buka di program "
        "pembuatnya, pilih Simpan Sebagai dengan nama baru, lalu unggah berkas baru "
        "itu."
    ),
    "not_readable": _(
        "Berkas “%(name)s” belum bisa diterima karena isinya rusak dan tidak terbaca "
        "sebagai %(claimed)s. Buka di program pembuatnya, simpan dengan nama baru, "
        "lalu unggah berkas baru itu."
    ),
    "zip_bomb": _(
        "Berkas “%(name)s” belum bisa diterima karena isinya membengkak tidak wajar "
        "ketika dibuka. Hapus objek atau lembar yang tidak perlu, simpan sebagai "
        "berkas baru, lalu unggah lagi."
    ),
    "archive": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa arsip (ZIP, RAR, atau "
        "sejenisnya). Ekstrak arsipnya, lalu unggah berkas di dalamnya satu per satu."
    ),
    "archive_locked": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa arsip yang terkunci kata "
        "sandi. Ekstrak arsipnya, lalu unggah berkas di dalamnya satu per satu."
    ),
    "html": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa halaman web. Buka di "
        "peramban, pilih Cetak → Simpan sebagai PDF, lalu unggah PDF itu."
    ),
    "svg": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa gambar SVG. Buka "
        "gambarnya, simpan sebagai PNG atau cetak sebagai PDF, lalu unggah lagi."
    ),
    "program": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa program, bukan dokumen. "
        "Pilih dokumen atau gambar yang dimaksud, lalu unggah lagi."
    ),
    "picture_other": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa gambar %(actual)s. Buka "
        "di Paint atau program gambar lain, pilih Simpan Sebagai → PNG, lalu unggah "
        "lagi."
    ),
    "media": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa %(actual)s. Unggah "
        "tangkapan layarnya sebagai gambar, atau cantumkan alamat web tempat rekaman "
        "itu ditayangkan."
    ),
    "text": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa %(actual)s. Buka "
        "berkasnya, simpan sebagai PDF, Word (.docx), atau Excel (.xlsx), lalu unggah "
        "lagi."
    ),
    "email": _(
        "Berkas “%(name)s” belum bisa diterima karena berupa surat elektronik. Buka "
        "suratnya, pilih Cetak → Simpan sebagai PDF, lalu unggah PDF itu."
    ),
    "unknown": _(
        "Berkas “%(name)s” belum bisa diterima karena jenisnya tidak dikenal. Yang "
        "dapat diterima: PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), dan "
        "gambar JPG, PNG, WebP, atau HEIC. Simpan ulang dalam salah satu format itu, "
        "lalu unggah lagi."
    ),
    "too_many_pixels": _(
        "Berkas “%(name)s” belum bisa diterima karena gambarnya terlalu besar "
        "(%(width)d × %(height)d piksel; batasnya %(megapixels)d juta piksel). "
        "Perkecil ukuran gambarnya, lalu unggah lagi."
    ),
    "too_many_files": _(
        "Berkas “%(name)s” belum bisa diterima karena sekali kirim paling banyak "
        "%(limit)d berkas. Unggah berkas ini pada pengiriman berikutnya."
    ),
    "not_allowed": _(
        "Berkas “%(name)s” belum bisa diterima karena Anda belum masuk. Masuk dahulu, "
        "lalu unggah lagi."
    ),
    "store_full": _(
        "Berkas “%(name)s” belum bisa disimpan karena tempat penyimpanan portal penuh. "
        "Beri tahu administrator portal, lalu unggah lagi setelah ada kabar."
    ),
}


def refusal_message(code: str, params: Mapping[str, str | int]) -> str:
    """Return the sentence for a refusal in the active language.

    Args:
        code: A key of SENTENCES.
        params: `name` always; `claimed` and `actual` as keys of CONTENTS, `target` as
            a key of SAVE_AS, `limit` in bytes for "too_large".
    """
    values: dict[str, str | int] = {"name": "", **params}
    for key in ("claimed", "actual"):
        if key in values:
            values[key] = str(CONTENTS[str(values[key])])
    if "target" in values:
        values["target"] = str(SAVE_AS[str(values["target"])])
    if code == "too_large":
        # Limits are whole mebibytes, which people call MB.
        values["limit"] = f"{int(values['limit']) // (1024 * 1024)} MB"
    return str(SENTENCES[code]) % values
