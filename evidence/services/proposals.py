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

from indicators.models import Assessment, Item, ItemKind

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
    seluruh jenis bukti layanan pelayanan tentang kepala telah disahkan
    penanganan tempat""".split()  # noqa: SIM905
)

LEAST = 0.4
"""Least fit before anything is proposed."""


def words_of(text: str) -> list[str]:
    """Return the telling words of a name or label, in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found: list[str] = []
    for word in re.findall(r"[a-z]+[0-9]?[a-z]*", plain.lower()):
        found.extend(_MEANINGS.get(word, word).split())
    return [word for word in found if word not in _EMPTY and len(word) > 1]


@dataclass(frozen=True)
class Vocabulary:
    """What each assessment's item and its expected kinds are called.

    Attributes:
        phrases: Word sets by assessment key: the item's name, and each kind's label.
        weights: How telling each word is: the rarer, the more.
        codes: Assessment keys by the item's short code ("06.13").
        seconds: Keys of items that stand back when another fits alike.
    """

    phrases: Mapping[int, Sequence[frozenset[str]]]
    weights: Mapping[str, float]
    codes: Mapping[str, int]
    seconds: frozenset[int]

    def fit(self, words: frozenset[str], key: int) -> float:
        """Return how well words fit an item: the best phrase, by agreeing words.

        A phrase counts more the more of it and of the name agree.
        """
        best = 0.0
        given = self._sum(words)
        for phrase in self.phrases[key]:
            agreed = self._sum(words & phrase)
            if agreed:
                best = max(best, agreed * agreed / (self._sum(phrase) + given))
        return best * (0.9 if key in self.seconds else 1.0)

    def _sum(self, words: frozenset[str]) -> float:
        return sum(self.weights.get(word, 0.5) for word in words)


def vocabulary(assessments: Sequence[Assessment]) -> Vocabulary:
    """Read names and expected kinds of the assessments' items. One query.

    Args:
        assessments: With their items.
    """
    instruments = {a.item.instrument_id for a in assessments}
    labels: dict[int, list[str]] = {}
    rows = ItemKind.objects.filter(
        item__is_assessed=True, item__instrument__in=instruments
    ).values_list("item_id", "label", "kind__label")
    for item_id, label, kind_label in rows:
        labels.setdefault(item_id, []).append(label or kind_label)
    return build(
        (
            a.pk,
            a.item.short_label,
            [a.item.name, *labels.get(a.item_id, ())],
            a.item.kind == Item.Kind.QUESTION,
        )
        for a in assessments
    )


def build(rows: Iterable[tuple[int, str, Sequence[str], bool]]) -> Vocabulary:
    """Weigh the words of (key, code, name and labels, stands back) of each item."""
    phrases: dict[int, list[frozenset[str]]] = {}
    codes: dict[str, int] = {}
    seconds = set()
    for key, code, texts, stands_back in rows:
        codes[code] = key
        phrases[key] = [frozenset(words_of(text)) for text in texts]
        if stands_back:
            seconds.add(key)
    spread: dict[str, int] = {}
    for own in phrases.values():
        for word in frozenset().union(*own):
            spread[word] = spread.get(word, 0) + 1
    total = max(len(phrases), 1)
    return Vocabulary(
        phrases=phrases,
        weights={word: math.log(1 + total / n) for word, n in spread.items()},
        codes=codes,
        seconds=frozenset(seconds),
    )


def propose(name: str, known: Vocabulary) -> int | None:
    """Return the key of the assessment that a file's name fits best, None if none.

    A code in the name decides ("06.13 foto.jpg", "WBK 06-13"). Where two fit alike,
    nothing is proposed: a wrong preset costs more than a choice.
    """
    for code in re.findall(r"(?<![0-9])0?6[.\-_ ]([0-2][0-9])(?![0-9])", name):
        if f"06.{code}" in known.codes:
            return known.codes[f"06.{code}"]
    words = frozenset(words_of(name))
    fits = sorted(((known.fit(words, key), key) for key in known.phrases), reverse=True)
    if not fits or fits[0][0] < LEAST:
        return None
    if len(fits) > 1 and fits[1][0] > 0.95 * fits[0][0]:
        return None
    return fits[0][1]
