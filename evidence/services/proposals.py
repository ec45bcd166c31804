"""Which item a file is probably for, guessed from its name alone.

A guess is only ever a preset that a person sees and changes. Pure arithmetic on words;
`vocabulary` reads the words once per page.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.models import Assessment, ItemKind

# What files are called, and what that is in the words of the catalogue.
_MEANINGS: dict[str, str] = {
    "skm": "survei kepuasan masyarakat skm",
    "ikm": "survei kepuasan masyarakat skm hasil",
    "sk": "keputusan sk",
    "kep": "keputusan sk",
    "sop": "sop",
    "sp": "standar pelayanan",
    "lapor": "sp4n lapor pengaduan",
    "sp4n": "sp4n lapor pengaduan",
    "dumas": "pengaduan masyarakat",
    "aduan": "pengaduan",
    "keluhan": "pengaduan keluhan",
    "notulen": "notula",
    "notulensi": "notula",
    "dokumentasi": "foto",
    "screenshot": "tangkapan layar",
    "ss": "tangkapan layar",
    "rtl": "rencana tindak lanjut",
    "diklat": "pelatihan",
    "bimtek": "pelatihan",
    "reward": "penghargaan reward",
    "punishment": "sanksi punishment",
    "review": "reviu",
    "revisi": "reviu perbaikan",
    "ptsp": "layanan terpadu loket",
    "website": "situs web daring",
    "aplikasi": "aplikasi",
    "ti": "teknologi informasi ti",
    "it": "teknologi informasi ti",
}

# Words that stand in every second name and tell nothing apart.
_EMPTY = frozenset(
    """dan di ke dari yang untuk pada dengan atau atas oleh dalam per tahun tw bulan
    triwulan final rev fix copy salinan baru lama unit kerja kantor dokumen berkas file
    scan ttd tte no nomor pdf docx xlsx pptx jpg jpeg png webp heic hasil beserta tiap
    seluruh jenis bukti layanan pelayanan""".split()
)

LEAST = 1.0
"""Least weight of agreeing words before anything is proposed."""


def words_of(text: str) -> list[str]:
    """Return the telling words of a name or label, in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found: list[str] = []
    for word in re.findall(r"[a-z]+[0-9]?[a-z]*", plain.lower()):
        found.extend(_MEANINGS.get(word, word).split())
    return [word for word in found if word not in _EMPTY and len(word) > 1]


@dataclass(frozen=True)
class Vocabulary:
    """The words of each assessment's item, and how telling each word is.

    Attributes:
        words: Weights of the words by assessment key.
        codes: Assessment keys by the item's short code ("06.13").
    """

    words: Mapping[int, Mapping[str, float]]
    codes: Mapping[str, int]


def vocabulary(assessments: Sequence[Assessment]) -> Vocabulary:
    """Read names and expected kinds of the assessments' items. One query.

    Args:
        assessments: With their items.
    """
    labels: dict[int, list[str]] = {}
    items = {a.item_id for a in assessments}
    rows = ItemKind.objects.filter(
        item__is_assessed=True, item__instrument__in={a.item.instrument_id for a in assessments}
    ).values_list("item_id", "label", "kind__label")
    for item_id, label, kind_label in rows:
        if item_id in items:
            labels.setdefault(item_id, []).append(label or kind_label)
    return build(
        (a.pk, a.item.short_label, a.item.name, labels.get(a.item_id, ()))
        for a in assessments
    )


def build(rows: Iterable[tuple[int, str, str, Iterable[str]]]) -> Vocabulary:
    """Weigh the words of (key, code, name, labels of kinds) of each item."""
    counts: dict[int, dict[str, float]] = {}
    codes: dict[str, int] = {}
    for key, code, name, labels in rows:
        codes[code] = key
        own: dict[str, float] = {}
        for word in words_of(name):
            own[word] = 2.0
        for label in labels:
            for word in words_of(label):
                own.setdefault(word, 1.0)
        counts[key] = own
    spread: dict[str, int] = {}
    for own in counts.values():
        for word in own:
            spread[word] = spread.get(word, 0) + 1
    total = max(len(counts), 1)
    return Vocabulary(
        words={
            key: {w: n * math.log(1 + total / spread[w]) for w, n in own.items()}
            for key, own in counts.items()
        },
        codes=codes,
    )


def propose(name: str, known: Vocabulary) -> int | None:
    """Return the key of the assessment that a file's name fits best, None if none.

    A code in the name decides ("06.13 foto.jpg", "WBK 06-13"). Of two that fit alike,
    nothing is proposed: a wrong preset costs more than a choice.
    """
    for code in re.findall(r"(?<![0-9])0?6[.\-_ ]([0-2][0-9])(?![0-9])", name):
        if f"06.{code}" in known.codes:
            return known.codes[f"06.{code}"]
    wanted = set(words_of(name))
    scores = sorted(
        (
            (sum(own.get(word, 0.0) for word in wanted), -key)
            for key, own in known.words.items()
        ),
        reverse=True,
    )
    if not scores or scores[0][0] < LEAST:
        return None
    if len(scores) > 1 and scores[0][0] - scores[1][0] < 0.15 * scores[0][0]:
        return None
    return -scores[0][1]
