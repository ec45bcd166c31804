"""What the parts of the institution share: its sizes, states and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db import models

from indicators.models import (
    State,
)

REGIONS = 10
EVIDENCE = 24
NO_PASSWORD = "!"  # noqa: S105 - Django's word for "cannot sign in"
TREND_DAYS = 30
KINDS = ("Kantor pelayanan", "Balai uji", "Balai pelatihan", "Kantor layanan terpadu")

# Two of ten items are empty, two decided, the others spread over the work flow.
STATES = (
    State.EMPTY,
    State.EMPTY,
    State.DRAFT,
    State.DRAFT,
    State.AWAITING_APPROVAL,
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.NEEDS_REVISION,
    State.SCORED,
    State.SCORED,
)
FROZEN = set(STATES) - {State.EMPTY, State.DRAFT}
NARRATIVE = (
    "Unit telah menetapkan dan melaksanakan ketentuan ini sejak awal tahun. Dokumen "
    "pendukung memuat tanggal, penanggung jawab dan hasil pemantauan setiap bulan."
)

Row = TypeVar("Row", bound=models.Model)


def save(rows: Iterable[Row]) -> list[Row]:
    found = list(rows)
    if found:
        type(found[0])._default_manager.bulk_create(found, batch_size=500)
    return found
