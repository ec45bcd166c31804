"""Sentences of answers, rounds, scores and revisions: in histories and in the inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wbk_portal.common import registry
from wbk_portal.common.dates import format_day
from wbk_portal.common.registry import HistoryText, NoticeText
from wbk_portal.common.terms import term_evidence

# `evidence.models.LinkReview.Result.FITS`, which lies in the layer above.
_FITS = "fits"


def answer_text(payload: Mapping[str, Any]) -> str:
    """Return a recorded answer in a few characters; a dash for none."""
    if payload.get("not_applicable"):
        return _now("tidak berlaku")
    if option := payload.get("option"):
        text = str(option)
        return text.upper() if len(text) == 1 else text.capitalize()
    if payload.get("denominator") is not None:
        return f"{payload.get('numerator')}/{payload.get('denominator')}"
    return "–"


def _answered(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**payload, "answer": answer_text(payload)}


def _scored(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    findings = payload.get("findings") or []
    misfits = [f for f in findings if f.get("result") != _FITS]
    return {
        **_answered(payload),
        "term": term_evidence(),
        "count": len(findings),
        "fits": len(findings) - len(misfits),
        "misfits": ", ".join(f"“{f.get('title')}”" for f in misfits),
    }


def _found(payload: Mapping[str, Any]) -> str | Promise:
    """Return the sentence for a value with or without findings on its evidence."""
    findings = payload.get("findings") or []
    if not findings:
        return _("Nilai %(answer)s diberikan atas pengajuan ke-%(round)s")
    if all(f.get("result") == _FITS for f in findings):
        return _(
            "Nilai %(answer)s diberikan atas pengajuan ke-%(round)s; %(term)s sesuai: "
            "%(fits)s dari %(count)s"
        )
    return _(
        "Nilai %(answer)s diberikan atas pengajuan ke-%(round)s; %(term)s sesuai: "
        "%(fits)s dari %(count)s, tidak sesuai: %(misfits)s"
    )


def _corrected(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    before = payload.get("before") or {}
    return {**payload, "before": answer_text(before), "answer": answer_text(payload)}


def _requested(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    texts = [str(r.get("text", "")) for r in payload.get("requests") or []]
    return {**payload, "text": "; ".join(texts) or "…"}


def _dated(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    due = payload.get("due")
    return {
        **payload,
        "due": format_day(dt.date.fromisoformat(due)) if due else "–",
    }


def _saved(payload: Mapping[str, Any]) -> str | Promise:
    """Return the sentence for an answer with or without option and explanation."""
    explained = bool(payload.get("narrative"))
    if answer_text(payload) != "–":
        return (
            _("Jawaban %(answer)s dan penjelasannya disimpan")
            if explained
            else _("Jawaban %(answer)s disimpan")
        )
    if explained:
        return _("Penjelasan disimpan; jawaban belum dipilih")
    return _("Jawaban dan penjelasan dikosongkan")


HISTORY = (
    HistoryText(
        "answer.saved",
        _("Jawaban dan penjelasan disimpan"),
        _answered,
        choose=_saved,
    ),
    HistoryText(
        "round.submitted",
        _("Diajukan (pengajuan ke-%(round)s, tanda terima %(receipt)s)"),
    ),
    HistoryText("round.approved", _("Pengajuan ke-%(round)s disetujui kepala unit")),
    HistoryText("round.returned", _("Pengajuan ke-%(round)s dikembalikan: %(reason)s")),
    HistoryText("round.withdrawn", _("Pengajuan ke-%(round)s ditarik kembali")),
    HistoryText("review.started", _("Penilaian dimulai")),
    HistoryText(
        "score.submitted",
        _("Nilai %(answer)s diberikan atas pengajuan ke-%(round)s"),
        _scored,
        choose=_found,
    ),
    HistoryText("score.undone", _("Nilai atas pengajuan ke-%(round)s dibatalkan")),
    HistoryText("value.released", _("Nilai %(answer)s dilepas kepada unit"), _answered),
    HistoryText(
        "value.corrected",
        _("Nilai dikoreksi dari %(before)s menjadi %(answer)s: %(reason)s"),
        _corrected,
    ),
    HistoryText("value.finalised", _("Nilai ditetapkan")),
    HistoryText(
        "revision.sent", _("Dikembalikan untuk diperbaiki: %(text)s"), _requested
    ),
    HistoryText(
        "revision.overdue",
        _("Batas waktu perbaikan %(due)s terlewati; kembali kepada penilai"),
        _dated,
    ),
)

NOTICES = (
    NoticeText(
        "round.awaiting_approval",
        lambda n: ngettext(
            "%(count)s butir %(unit)s menunggu persetujuan Anda.",
            "%(count)s butir %(unit)s menunggu persetujuan Anda.",
            n,
        ),
        icon="hourglass",
    ),
    NoticeText(
        "round.returned",
        _("Kepala unit mengembalikan %(item)s: %(reason)s"),
        icon="undo-2",
    ),
    NoticeText(
        "round.submitted",
        lambda n: ngettext(
            "%(unit)s mengajukan %(count)s butir untuk dinilai.",
            "%(unit)s mengajukan %(count)s butir untuk dinilai.",
            n,
        ),
        icon="send",
    ),
    NoticeText(
        "revision.sent",
        _("%(item)s dikembalikan untuk diperbaiki, batas waktu %(due)s."),
        icon="undo-2",
        prepare=_dated,
    ),
    NoticeText(
        "revision.answered",
        _("%(unit)s menjawab permintaan perbaikan %(item)s."),
        icon="reply",
    ),
    NoticeText(
        "revision.overdue",
        _("%(unit)s melewati batas waktu perbaikan %(item)s; kembali kepada Anda."),
        icon="clock-alert",
    ),
    NoticeText(
        "revision.missed",
        _("Batas waktu perbaikan %(item)s terlewati; butir kembali kepada penilai."),
        icon="clock-alert",
    ),
    NoticeText(
        "value.released", _("%(item)s selesai dinilai."), icon="clipboard-check"
    ),
    NoticeText(
        "value.corrected",
        _("Nilai %(item)s dikoreksi: %(reason)s"),
        icon="pencil-line",
    ),
)


def register_all() -> None:
    """Hang the sentences in; called once when Django is ready."""
    registry.history.register(*HISTORY)
    registry.notices.register(*NOTICES)
