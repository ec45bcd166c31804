"""Which item a file is probably for, and what kind it is, guessed from its name alone.

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
    "photo": "foto",
    "poto": "foto",
    "absensi": "daftar hadir",
    "absen": "daftar hadir",
    "presensi": "daftar hadir",
    "flowchart": "bagan alur",
    "kuisioner": "kuesioner",
    "matrik": "matriks",
    "screenshot": "tangkapan layar",
    "screenshoot": "tangkapan layar",
    "capture": "tangkapan layar",
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
    penanganan tempat penetapan""".split()  # noqa: SIM905
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


# --- The kind -----------------------------------------------------------------------
PICTURES = frozenset({"jpg", "png", "webp", "heic"})
"""The gate's kinds that hold one picture: a photograph or a capture, no paper."""

_PHOTO, _CAPTURE = "foto", "tangkapan"

# Two words that name one sort of paper, and the words that it is known by.
_PAIRS = {
    ("surat", "keputusan"): ("keputusan",),
    ("surat", "edaran"): ("edaran", "surat"),
    ("surat", "tugas"): ("penugasan", "surat"),
    ("surat", "penugasan"): ("penugasan", "surat"),
    ("surat", "usulan"): ("usulan", "surat"),
    ("daftar", "hadir"): ("hadir",),
    ("tangkapan", "layar"): (_CAPTURE,),
    ("bagan", "alur"): ("alur",),
    ("nota", "dinas"): ("nota",),
}

# Beside a sort of paper these say when and whose it is, not what.
_WHEN = frozenset(
    """januari februari maret april mei juni juli agustus september oktober november
    desember jan feb mar apr jun jul agu ags agt sep okt nov des semester tanggal tgl
    pn kab kota img""".split()  # noqa: SIM905
)


def _paper_words(text: str) -> list[str]:
    """Return the telling words in their order, sorts of paper in one word."""
    words = words_of(text)
    found: list[str] = []
    at = 0
    while at < len(words):
        pair = _PAIRS.get((words[at], words[at + 1])) if at + 1 < len(words) else None
        found.extend(pair or (words[at],))
        at += 2 if pair else 1
    return [word for word in found if word != "sk"]


@dataclass(frozen=True)
class KindWords:
    """What a kind of evidence is called.

    In Indonesian the sort of paper stands first: "Foto maklumat di tempat layanan" is
    a photograph, "Keputusan tentang maklumat" a decree.

    Attributes:
        value: Key of the kind.
        heads: The sorts of paper that it may be.
        rest: What the paper is about.
    """

    value: int
    heads: frozenset[str]
    rest: frozenset[str]

    @property
    def is_picture(self) -> bool:
        """Whether a photograph or a capture can be of this kind."""
        return not self.heads.isdisjoint({_PHOTO, _CAPTURE})


def kind_words(
    value: int, labels: Iterable[str], *, is_generic: bool = False
) -> KindWords:
    """Read what a kind is called from its labels and its key.

    Commas and "atau" part the sorts of paper in one label ("Undangan, daftar hadir,
    notula"); in a generic one "dan" does so too.
    """
    parting = r",\s*(?:dan|atau)?\s|\satau\s" + (r"|\sdan\s" if is_generic else "")
    heads, rest = set(), set()
    for label in labels:
        plain = re.sub(r"\([^)]*\)", " ", label.replace("_", " ")).lower()
        for part in re.split(parting, plain):
            words = _paper_words(part)
            heads.update(words[:1])
            rest.update(words[1:])
    return KindWords(value, frozenset(heads), frozenset(rest - heads))


def propose_kind(
    name: str,
    file_kind: str,
    *,
    expected: Sequence[KindWords],
    generic: Sequence[KindWords],
    around: frozenset[str] = frozenset(),
) -> int | None:
    """Return the key of the kind that a file's name tells, None if it tells none.

    A kind that the item expects must be named: its sort of paper and a word of what
    it is about; where the sort is telling by itself ("Denah.pdf"), that is enough if
    the name speaks of nothing else. Where two fit alike, and where none does, the
    generic kind of the sort remains, which fulfils no expectation.

    Args:
        file_kind: The gate's kind; a picture is no paper, whatever its name.
        expected: Kinds that the item expects.
        generic: Kinds that fit every item.
        around: Words that the item and the unit are called: they tell nothing more.
    """
    words = _paper_words(name)
    implied = 0
    if file_kind in PICTURES:
        expected = [kind for kind in expected if kind.is_picture]
        generic = [kind for kind in generic if kind.is_picture]
        if not {_PHOTO, _CAPTURE} & set(words):
            # Telephones make photographs as JPEG or HEIC and captures as PNG.
            sorts = [_PHOTO, _CAPTURE]
            words += sorts[::-1] if file_kind == "png" else sorts
            implied = len(sorts)
    common = frozenset[str]().union(*(kind.heads for kind in generic))
    place = {word: at for at, word in reversed(list(enumerate(words)))}
    fits = []
    for kind in expected:
        heads = sorted(kind.heads & place.keys(), key=place.__getitem__)
        if not heads:
            continue
        agreed = len(kind.rest & place.keys())
        others = place.keys() - kind.heads - kind.rest - around - _WHEN
        bare = not kind.rest or (heads[0] not in common and not others)
        if agreed or bare:
            # What the picture's sort only implies: the subject decides first.
            at = place[heads[0]]
            is_implied = at >= len(words) - implied
            order = (0, -agreed, at) if is_implied else (at, -agreed, 0)
            fits.append((order, kind.value))
    fits.sort()
    if fits and (len(fits) == 1 or fits[0][0] != fits[1][0]):
        return fits[0][1]
    sorts_found = [
        (min(place[head] for head in kind.heads & place.keys()), kind.value)
        for kind in generic
        if kind.heads & place.keys()
    ]
    return min(sorts_found)[1] if sorts_found else None
