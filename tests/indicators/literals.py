"""The catalogue written out by hand, for tests that must not trust the data files."""

from fractions import Fraction

from indicators.readiness import Catalogue, ItemFact, Question
from indicators.scoring import Group
from indicators.verdicts import Thresholds

NAMES = {
    "WBK.06.01": "Kebijakan standar pelayanan",
    "WBK.06.02": "Maklumat standar pelayanan",
    "WBK.06.03": "SOP standar pelayanan",
    "WBK.06.04": "Reviu dan perbaikan atas SOP",
    "WBK.06.05": "Usulan reviu dan perbaikan atas SOP",
    "WBK.06.06": "Pelatihan penerapan budaya pelayanan prima (capacity building)",
    "WBK.06.07": "Informasi pelayanan melalui media",
    "WBK.06.08": "Reward/Punishment kepada penerima layanan bila layanan tidak sesuai",
    "WBK.06.09": "Pemberian kompensasi kepada penerima layanan",
    "WBK.06.10": "Inovasi layanan",
    "WBK.06.11": "Sarana layanan terpadu",
    "WBK.06.12": "Sarana layanan terpadu/terintegrasi",
    "WBK.06.13": "Media pengaduan layanan",
    "WBK.06.14": "SOP pengaduan layanan",
    "WBK.06.15": "Unit pengelola pengaduan pelayanan",
    "WBK.06.16": "Tindak lanjut pengaduan pelayanan untuk perbaikan kualitas",
    "WBK.06.17": "Evaluasi penanganan keluhan/masukan",
    "WBK.06.18": "Unit kerja memiliki media pengaduan pelayanan",
    "WBK.06.19": "Survei kepuasan masyarakat terhadap pelayanan",
    "WBK.06.20": "Hasil survei kepuasan masyarakat",
    "WBK.06.21": "Tindak lanjut hasil survei kepuasan masyarakat",
    "WBK.06.22": "Rencana penerapan Teknologi Informasi dalam pemberian pelayanan",
    "WBK.06.23": "Penerapan Teknologi Informasi dalam memberikan pelayanan",
    "WBK.06.24": "Perbaikan layanan secara terus-menerus",
}

INDICATORS = {
    "standar_pelayanan": ["01", "02", "03", "04", "05"],
    "budaya_pelayanan_prima": ["06", "07", "08", "09", "10", "11", "12"],
    "pengelolaan_pengaduan": ["13", "14", "15", "16", "17", "18"],
    "penilaian_kepuasan": ["19", "20", "21"],
    "pemanfaatan_ti": ["22", "23", "24"],
}

# Leading indicator -> the question whose answer it gives.
LEADS = {
    "01": "A.I.6.i.a",
    "02": "A.I.6.i.b",
    "06": "A.I.6.ii.a",
    "07": "A.I.6.ii.b",
    "08": "A.I.6.ii.c",
    "09": "A.I.6.ii.d",
    "10": "A.I.6.ii.f",
    "11": "A.I.6.ii.e",
    "13": "A.I.6.iii.a",
    "15": "A.I.6.iii.b",
    "17": "A.I.6.iii.c",
    "19": "A.I.6.iv.a",
    "20": "A.I.6.iv.b",
    "21": "A.I.6.iv.c",
    "23": "A.I.6.v.a",
    "24": "A.I.6.v.c",
}

# The other eight borrow options only.
BORROWS = {
    "03": "8.1.c",
    "04": "8.1.e",
    "05": "8.1.e",
    "12": "A.I.6.ii.e",
    "14": "8.3.b",
    "16": "8.3.d",
    "18": "8.3.a",
    "22": "8.5.a",
}

DIRECT = [
    "A.I.6.i.c",
    "A.I.6.i.d",
    "A.I.6.v.b",
    "A.II.6.i.a",
    "A.II.6.i.b",
    "A.II.6.ii.a",
]

# Question -> points of 10, written as decimals or as a division by hand.
WEIGHTS = {
    **dict.fromkeys(
        ["A.I.6.i.a", "A.I.6.i.b", "A.I.6.i.c", "A.I.6.i.d"], Fraction(1, 4)
    ),
    **dict.fromkeys([f"A.I.6.ii.{letter}" for letter in "abcdef"], Fraction(1, 6)),
    **dict.fromkeys([f"A.I.6.iii.{letter}" for letter in "abc"], Fraction(1, 3)),
    **dict.fromkeys([f"A.I.6.iv.{letter}" for letter in "abc"], Fraction(1, 3)),
    **dict.fromkeys([f"A.I.6.v.{letter}" for letter in "abc"], Fraction(1, 3)),
    "A.II.6.i.a": Fraction(5, 4),
    "A.II.6.i.b": Fraction(5, 4),
    "A.II.6.ii.a": Fraction(5, 2),
}

LKE_GROUPS = {
    "A.I.6.i": Fraction(1),
    "A.I.6.ii": Fraction(1),
    "A.I.6.iii": Fraction(1),
    "A.I.6.iv": Fraction(1),
    "A.I.6.v": Fraction(1),
    "A.II.6.i": Fraction(5, 2),
    "A.II.6.ii": Fraction(5, 2),
}

THRESHOLDS = Thresholds(wbk=Fraction(3, 5), wbbm=Fraction(3, 4), almost=Fraction(1, 2))

CATALOGUE = Catalogue(
    indicator_groups=tuple(Group(key, Fraction(1)) for key in INDICATORS),
    lke_groups=tuple(Group(key, weight) for key, weight in LKE_GROUPS.items()),
    questions=tuple(Question(key, key.rsplit(".", 1)[0]) for key in WEIGHTS),
    thresholds=THRESHOLDS,
)


def facts(**changes):
    """Return the facts of all 30 items, untouched by anyone but for `changes`.

    Args:
        changes: Dicts of `ItemFact` fields by item: "i13" for the indicator 06.13,
            "A_II_6_ii_a" for the question of that code.
    """
    made = []
    for group, numbers in INDICATORS.items():
        for number in numbers:
            made.append(
                ItemFact(
                    key=f"WBK.06.{number}",
                    is_indicator=True,
                    group=group,
                    question=LEADS.get(number, ""),
                    may_be_not_applicable=number in {"04", "05"},
                    **changes.pop(f"i{number}", {}),
                )
            )
    for code in DIRECT:
        made.append(
            ItemFact(
                key=code,
                is_indicator=False,
                group=code.rsplit(".", 1)[0],
                question=code,
                **changes.pop(code.replace(".", "_"), {}),
            )
        )
    assert not changes, f"no such items: {changes}"
    return made


def decided(value, **more):
    """Return fields of an item decided and released with `value`."""
    return {"is_released": True, "agreed_value": Fraction(value), **more}


def decided_questions(values):
    """Return fields for `facts` that decide questions: {"A.I.6.i.a": value}."""
    by_question = {question: f"i{number}" for number, question in LEADS.items()}
    return {
        by_question.get(code, code.replace(".", "_")): decided(value)
        for code, value in values.items()
    }
