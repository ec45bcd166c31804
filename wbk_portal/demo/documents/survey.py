"""A public satisfaction survey (SKM) made up answer by answer; its figures follow.

Source: PermenPANRB 14/2017: nine elements, four points, weight 1/9 each, index × 25.
"""

from __future__ import annotations

import datetime as dt
import functools
import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from .wording import ROMAN, half_up

# Key, full name, short name; U1 to U9 in the order of the reports.
ELEMENTS = (
    ("persyaratan", "Persyaratan", "Persyaratan"),
    ("prosedur", "Sistem, Mekanisme, dan Prosedur", "Prosedur"),
    ("waktu", "Waktu Penyelesaian", "Waktu penyelesaian"),
    ("biaya", "Biaya/Tarif", "Biaya/tarif"),
    ("produk", "Produk Spesifikasi Jenis Pelayanan", "Produk layanan"),
    ("kompetensi", "Kompetensi Pelaksana", "Kompetensi pelaksana"),
    ("perilaku", "Perilaku Pelaksana", "Perilaku pelaksana"),
    ("pengaduan", "Penanganan Pengaduan, Saran, dan Masukan", "Penanganan pengaduan"),
    ("sarana", "Sarana dan Prasarana", "Sarana dan prasarana"),
)
AGES = ("≤ 25 tahun", "26–35 tahun", "36–45 tahun", "46–55 tahun", "≥ 56 tahun")
EDUCATION = ("SD/SMP", "SMA/sederajat", "Diploma", "S1", "S2/S3")
OCCUPATIONS = ("PNS/TNI/Polri", "Pegawai swasta", "Wirausaha", "Pelajar", "Lainnya")


def grade(value: Decimal) -> tuple[str, str]:
    """Return letter and word of an index already rounded to two decimals."""
    if value >= Decimal("88.31"):
        return "A", "Sangat baik"
    if value >= Decimal("76.61"):
        return "B", "Baik"
    if value >= Decimal("65.00"):
        return "C", "Kurang baik"
    return "D", "Tidak baik"


@dataclass(frozen=True)
class Respondent:
    """One filled form without any name."""

    sex: str
    age: str
    education: str
    occupation: str
    service: str
    answers: tuple[int, ...]


@dataclass(frozen=True)
class Survey:
    """One survey: quarter 1 to 4 of a year, population, received and valid forms."""

    year: int
    quarter: int
    population: int
    received: int
    respondents: tuple[Respondent, ...]

    @property
    def label(self) -> str:
        """ "Triwulan I Tahun 2026"."""
        return f"Triwulan {ROMAN[self.quarter - 1]} Tahun {self.year}"

    @property
    def short_label(self) -> str:
        """ "TW I 2026"."""
        return f"TW {ROMAN[self.quarter - 1]} {self.year}"

    @property
    def first_day(self) -> dt.date:
        """First day of the quarter."""
        return dt.date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last_day(self) -> dt.date:
        """Last day of the quarter."""
        after = dt.date(self.year + self.quarter // 4, 3 * self.quarter % 12 + 1, 1)
        return after - dt.timedelta(days=1)

    @property
    def valid(self) -> int:
        """Number of forms that count."""
        return len(self.respondents)

    @property
    def sample(self) -> int:
        """Krejcie and Morgan's sample for the population, rounded to nearest."""
        n = self.population
        return round(3.841 * n * 0.25 / (0.05**2 * (n - 1) + 3.841 * 0.25))

    @cached_property
    def sums(self) -> tuple[int, ...]:
        """Sum of the answers per element."""
        return tuple(
            sum(person.answers[index] for person in self.respondents)
            for index in range(len(ELEMENTS))
        )

    @cached_property
    def means(self) -> tuple[Fraction, ...]:
        """NRR per element, exact."""
        return tuple(Fraction(total, self.valid) for total in self.sums)

    @cached_property
    def index(self) -> Decimal:
        """IKM: sum of NRR / 9 × 25, rounded half-up to two decimals, once."""
        return half_up(sum(self.means, Fraction(0)) / len(ELEMENTS) * 25, 2)

    @property
    def grade(self) -> tuple[str, str]:
        """Letter and word of the index."""
        return grade(self.index)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Indices of the elements from lowest to highest."""
        return tuple(sorted(range(len(ELEMENTS)), key=lambda i: (self.means[i], i)))

    @property
    def lowest(self) -> tuple[int, ...]:
        """The three lowest elements, lowest first."""
        return self.order[:3]

    @property
    def highest(self) -> tuple[int, ...]:
        """The three highest elements, highest first."""
        return tuple(reversed(self.order[-3:]))

    def counts(self, field: str) -> list[tuple[str, int]]:
        """How many respondents gave each value of a field, in a fixed order."""
        values = [str(getattr(person, field)) for person in self.respondents]
        order = {
            "sex": ("Laki-laki", "Perempuan"),
            "age": AGES,
            "education": EDUCATION,
            "occupation": OCCUPATIONS,
        }.get(field) or tuple(dict.fromkeys(values))
        return [(value, values.count(value)) for value in order]


@functools.lru_cache(maxsize=512)
def make_survey(
    *, key: str, level: float, year: int, quarter: int, services: tuple[str, ...]
) -> Survey:
    """Return the survey of a unit for a quarter; same arguments, same answers.

    Args:
        key: Seed and unit; fixes the unit's strong and weak elements.
        level: Quality of the unit, 0 to 1; moves the mean from about 2.8 to 3.7.
        services: Names of the services that respondents received.
    """
    habit = random.Random(f"survey:{key}")  # noqa: S311 - made-up answers
    offsets = [habit.uniform(-0.22, 0.22) for _ in ELEMENTS]
    rng = random.Random(f"survey:{key}:{year}:{quarter}")  # noqa: S311
    drift = (year - 2025) * 0.05 + quarter * 0.015 + rng.uniform(-0.05, 0.05)
    aims = [
        min(3.92, 2.72 + 0.95 * level + offset + drift + rng.uniform(-0.05, 0.05))
        for offset in offsets
    ]
    valid = rng.randint(54, 148)
    respondents = tuple(
        Respondent(
            sex=rng.choice(("Laki-laki", "Perempuan")),
            age=rng.choices(AGES, (2, 5, 5, 3, 1))[0],
            education=rng.choices(EDUCATION, (1, 5, 3, 5, 1))[0],
            occupation=rng.choices(OCCUPATIONS, (1, 4, 5, 1, 2))[0],
            service=rng.choice(services),
            answers=_answers(rng, aims),
        )
        for _ in range(valid)
    )
    return Survey(
        year=year,
        quarter=quarter,
        # Better units reach the sample that their population asks for.
        population=round(valid * rng.uniform(1.2, 1.5 if level > 0.5 else 3.4)),
        received=valid + rng.randint(0, 6),
        respondents=respondents,
    )


def _answers(rng: random.Random, aims: list[float]) -> tuple[int, ...]:
    """Return nine answers around the aims; a person is glad or sour as a whole."""
    mood = rng.gauss(0, 0.22)
    return tuple(max(1, min(4, int(aim + mood + rng.random()))) for aim in aims)
