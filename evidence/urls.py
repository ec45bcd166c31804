"""Addresses of the unit home, the items, the desk and the files."""

from django.urls import URLPattern, URLResolver, path

from . import converters  # noqa: F401 - the names of parts must be known first
from .file_urls import FILE_URLS
from .views import approval, desk, item, submission, unit_home

app_name = "evidence"

UNIT = "<period:period>/unit/<code:code>/"
ITEM = UNIT + "<code:slug>/"
QUEUE = "<period:period>/penilaian/"
DESK_UNIT = QUEUE + "<code:code>/"
DESK = DESK_UNIT + "<code:slug>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(UNIT, unit_home.unit_home, name="unit-home"),
    path(UNIT + "ajukan/", submission.submit_ready, name="submit-ready"),
    path(UNIT + "persetujuan/", approval.approval, name="approval"),
    path(UNIT + "persetujuan/setujui/", approval.approve, name="approve"),
    path(
        UNIT + "persetujuan/<int:pk>/kembalikan/",
        approval.send_back,
        name="send-back",
    ),
    path(
        "<period:period>/tanda-terima/<code:number>/",
        submission.receipt,
        name="receipt",
    ),
    path(ITEM, item.item_page, name="item"),
    path(ITEM + "simpan/", item.save_answer, name="save-answer"),
    path(ITEM + "ajukan/", submission.submit_one, name="submit-one"),
    path(ITEM + "tarik/", submission.withdraw, name="withdraw"),
    path(ITEM + "buang-tulisan/", item.drop_draft, name="drop-draft"),
    path(QUEUE, desk.queue, name="queue"),
    path(DESK_UNIT + "mulai/", desk.start_unit, name="start-unit"),
    path(DESK_UNIT + "kirim/", desk.send_revisions, name="send-revisions"),
    path(DESK_UNIT + "lepas/", desk.release, name="release"),
    path(DESK_UNIT + "tetapkan/", desk.finalise, name="finalise"),
    path(
        DESK_UNIT + "perbaikan/<int:pk>/buang/",
        desk.discard_revision,
        name="discard-revision",
    ),
    path(DESK, desk.desk, name="desk"),
    path(DESK + "mulai/", desk.start, name="start"),
    path(DESK + "tandai/", desk.mark_links, name="mark-links"),
    path(DESK + "nilai/", desk.save_score, name="save-score"),
    path(DESK + "batal/", desk.undo, name="undo-score"),
    path(DESK + "koreksi/", desk.correct, name="correct"),
    path(DESK + "perbaikan/", desk.add_revision, name="add-revision"),
    *FILE_URLS,
]
