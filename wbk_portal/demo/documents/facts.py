"""Everything the papers of one unit and year agree on: names, figures, dates."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from wbk_portal.demo.data import load
from wbk_portal.demo.institution import DemoService, DemoStaff, DemoUnit
from wbk_portal.demo.profiles import level

from .complaints import Complaint, make_complaints
from .emblem import emblem, signature, stamp
from .survey import Survey, make_survey
from .wording import ROMAN, long_date

# No paper is dated much later than this day of its year: what was submitted in
# November must have existed.
_LAST_MONTH, _LAST_DAY = 10, 12


@dataclass(frozen=True)
class Facts:
    """The facts of a unit in a year.

    `shown_name` is the name that stands in the text (another unit's when a template
    was copied); `inner_year` is the year of dates inside the paper (last year's when
    only the cover was renewed); `unsigned` leaves the place of the signature empty.
    """

    unit: DemoUnit
    year: int
    seed: int
    kind: str = ""
    shown_name: str = ""
    inner_year: int = 0
    unsigned: bool = False

    def rng(self, topic: str) -> random.Random:
        """Return a fresh random source for a topic; the same topic, the same draw."""
        return random.Random(  # noqa: S311 - made-up matter, nothing secret
            f"{self.seed}:{self.unit.code}:{self.year}:{topic}"
        )

    def with_kind(self, kind: str) -> Facts:
        """The same facts, seen by the builder of a kind."""
        return replace(self, kind=kind)

    # --- Names ------------------------------------------------------------------
    @property
    def name(self) -> str:
        """The unit's name as the text writes it."""
        return self.shown_name or self.unit.name

    @property
    def inside(self) -> int:
        """The year of the dates inside the paper."""
        return self.inner_year or self.year

    @property
    def level(self) -> float:
        """Quality of the unit's work in this year, 0 to 1."""
        return level(self.unit.code, self.year)

    @property
    def counter_staff(self) -> tuple[DemoStaff, ...]:
        """Those who meet the public."""
        return tuple(
            person
            for person in self.unit.staff
            if person.position.startswith(("Petugas Loket", "Petugas Pengaduan"))
        )

    @property
    def section_head(self) -> DemoStaff:
        """The head of section, third of the staff; in small offices the last."""
        return self.unit.staff[min(2, len(self.unit.staff) - 1)]

    @property
    def complaint_officer(self) -> DemoStaff:
        """Who handles complaints."""
        return self.unit.staff[min(3, len(self.unit.staff) - 1)]

    @property
    def head_title(self) -> str:
        """ "Kepala …", or the title of whoever leads the agency."""
        if self.unit.parent_code:
            return f"Kepala {self.name}"
        return self.unit.head.position

    def staff_with(self, position: str) -> DemoStaff:
        """Somebody whose position begins so; the operator when nobody has it."""
        for person in self.unit.staff:
            if person.position.startswith(position):
                return person
        return self.unit.operator

    def service(self, topic: str) -> DemoService:
        """One of the unit's services, chosen by topic."""
        return self.rng(f"service:{topic}").choice(self.unit.services)

    @property
    def palette(self) -> int:
        """The unit's colours on posters and covers, 0 to 2."""
        return self.rng("palette").randint(0, 2)

    # --- Dates and numbers ---------------------------------------------------------
    def date(self, topic: str, first: int, last: int) -> dt.date:
        """A working day between two months, in the year inside the paper."""
        rng = self.rng(f"date:{topic}")
        month = rng.randint(first, min(last, _LAST_MONTH))
        last_day = _LAST_DAY if month == _LAST_MONTH else 26
        day = dt.date(self.inside, month, rng.randint(3, last_day))
        # Saturday and Sunday become the Monday after; the 28th at the latest.
        return day + dt.timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))

    def number(self, form: str, topic: str, day: dt.date) -> str:
        """An official number in the usual forms.

        Args:
            form: "SK", "ST" (assignment), "S" (letter), "ND" (note), "UND", "BA",
                "SOP", "LAP".
        """
        serial = self.rng(f"number:{form}:{topic}").randint(3, 240)
        office = self.unit.code.replace("-", ".")
        if self.unit.parent_code:
            office = f"{self.unit.agency_short}.{office}"
        return f"{form}-{serial:03d}/{office}/{ROMAN[day.month - 1]}/{day.year}"

    # --- Parts for templates ---------------------------------------------------------
    @cached_property
    def letterhead(self) -> dict[str, str]:
        """The unit as the templates want it."""
        unit = self.unit
        return {
            "agency": unit.agency_name,
            "parent": unit.parent_name,
            "name": unit.name,
            "address": unit.address,
            "phone": unit.phone,
            "email": unit.email,
            "web": unit.web,
            "city": unit.city,
            "province": unit.province,
            "whatsapp": unit.whatsapp,
        }

    def sign(
        self,
        day: dt.date,
        who: DemoStaff | None = None,
        *,
        title: str = "",
        stamped: bool = True,
        place: bool = True,
    ) -> dict[str, Any]:
        """A signature block: the head's, unless somebody else is named."""
        person = who or self.unit.head
        block: dict[str, Any] = {
            "place": self.unit.city if place else "",
            "date": long_date(day),
            "title": title or person.position,
            "name": person.name,
            "nip": person.nip,
            "ink": "",
            "stamp": "",
        }
        if not self.unsigned:
            block["ink"] = signature(person.name)
            if stamped:
                block["stamp"] = stamp(
                    self.unit.agency_name.upper(), self.unit.name.upper()
                )
        return block

    def paper(self, title: str, day: dt.date, **more: Any) -> dict[str, Any]:
        """The frame of data that the template ``paper`` needs."""
        frame: dict[str, Any] = {
            "title": title,
            "unit": self.letterhead,
            "emblem": emblem(),
            "made": [day.year, day.month, day.day],
            "footer": title if len(title) < 70 else self.name,
        }
        return {**frame, **more}

    # --- Matter --------------------------------------------------------------------
    def survey(self, quarter: int, year: int | None = None) -> Survey:
        """The unit's survey of a quarter (of the year inside the paper)."""
        return make_survey(
            key=f"{self.seed}:{self.unit.code}",
            level=self.level,
            year=year or self.inside,
            quarter=quarter,
            services=tuple(service.name for service in self.unit.services),
        )

    @cached_property
    def surveys(self) -> tuple[Survey, ...]:
        """The last four surveys: fourth quarter of last year to the third of this."""
        return (
            self.survey(4, self.inside - 1),
            *(self.survey(quarter) for quarter in (1, 2, 3)),
        )

    @cached_property
    def complaints(self) -> tuple[Complaint, ...]:
        """Complaints from January to September, in order of arrival."""
        return make_complaints(
            rng=self.rng("complaints"),
            kind=self.unit.kind.value,
            year=self.inside,
            level=self.level,
            services=tuple(service.name for service in self.unit.services),
        )

    @cached_property
    def innovation(self) -> dict[str, Any]:
        """The unit's innovation; neighbours of one kind have different ones."""
        ideas = load("documents/content.toml")["innovation"][self.unit.kind.value]
        idea: dict[str, Any] = ideas[self.unit.ordinal // 4 % len(ideas)]
        return idea

    @cached_property
    def trainings(self) -> list[tuple[str, int, str, dt.date]]:
        """Title, hours, provider and day of this year's trainings."""
        rows = load("documents/content.toml")["training"]
        keep = 2 + round(self.level * (len(rows) - 2))
        return [
            (title, hours, provider, self.date(f"training:{title}", month, month))
            for title, hours, provider, month in rows[:keep]
        ]

    @cached_property
    def eased(self) -> tuple[DemoService, ...]:
        """Services that were made easier: more of them in better units."""
        services = self.unit.services
        count = max(1, min(len(services), round(self.level * len(services) + 0.1)))
        return services[:count]
