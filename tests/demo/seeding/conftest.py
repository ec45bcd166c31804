"""The demo, seeded twice, in a transaction that ends with this package."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from indicators.models import (
    AssessmentPeriod,
)
from wbk_portal.demo.seeding import Phases, seed

from .helpers import dump


@pytest.fixture(scope="package")
def seeded(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    """Seed twice and keep the second, in a transaction that ends with the package."""
    from django.conf import settings

    folder = Path(tempfile.mkdtemp(prefix="wbk-seeding-"))
    storages = {
        **settings.STORAGES,
        "default": {
            **settings.STORAGES["default"],
            "OPTIONS": {"location": folder, "base_url": None},
        },
    }
    phases = Phases()
    with django_db_blocker.unblock(), override_settings(STORAGES=storages):
        with transaction.atomic():
            seed()
            first = dump()
            transaction.set_rollback(True)
        with transaction.atomic():
            begun = time.monotonic()
            assert seed(phases=phases)
            seconds = time.monotonic() - begun
            yield {
                "first": first,
                "second": dump(),
                "phases": phases,
                "seconds": seconds,
                "storages": storages,
            }
            transaction.set_rollback(True)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _own_files(settings, seeded) -> None:
    """Read the files of the seeding in every test, not of a folder of its own."""
    settings.STORAGES = seeded["storages"]


@pytest.fixture
def period(seeded) -> AssessmentPeriod:
    return AssessmentPeriod.objects.get(slug="2026")
