"""Addresses and people of the measured pages."""

from __future__ import annotations

from benchmarks.names import FIRST_UNIT, PERIOD

UNIT_HOME = ("operator", f"/{PERIOD}/unit/{FIRST_UNIT}/")
ITEM = ("operator", f"/{PERIOD}/unit/{FIRST_UNIT}/06.13/")
APPROVAL = ("head", f"/{PERIOD}/unit/{FIRST_UNIT}/persetujuan/")
LIST_OF_UNIT = ("operator", "/bukti/")
LIST_OF_ALL = ("manager", "/bukti/")
LIST_OF_ASSESSOR = ("assessor", "/bukti/")
QUEUE = ("assessor", f"/{PERIOD}/penilaian/")
DASHBOARD = ("manager", f"/{PERIOD}/kesiapan/")
BRANCH = ("manager", f"/{PERIOD}/kesiapan/KW-01/")
UPLOAD = f"/unggah/{FIRST_UNIT}/berkas/"
UPLOAD_PAGE = f"/unggah/{FIRST_UNIT}/"
EXPORT = f"/{PERIOD}/kesiapan-unduh/"
SIGN_IN = "/masuk/"
