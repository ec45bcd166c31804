"""What a period needs of the catalogue: its editions, and their weights."""

from __future__ import annotations

from django.utils.translation import gettext as _

from indicators.models import AssessmentPeriod, Instrument, Item
from indicators.readiness import Catalogue, Question
from indicators.scoring import Group
from indicators.verdicts import Thresholds

from .reader import CatalogueError


def editions_for_period() -> list[Instrument]:
    """Return the editions that a new period uses: all it depends on, newest first.

    The newest edition of the indicators, and exactly the editions it builds on. A
    period names all of them (PeriodInstrument), so that the guards freeze all.

    Raises:
        CatalogueError: The catalogue was never loaded.
    """
    newest = Instrument.objects.newest(Instrument.INDICATORS)
    if newest is None:
        raise CatalogueError(_("Katalog indikator belum dimuat (load_instruments)."))
    editions, waiting = [newest], [newest]
    while waiting:
        # Sorted: PostgreSQL keeps JSON objects in an order of its own.
        for key, edition in sorted(waiting.pop().builds_on.items()):
            found = Instrument.objects.get(key=key, edition=edition)
            if found not in editions:
                editions.append(found)
                waiting.append(found)
    return editions


def catalogue_of(period: AssessmentPeriod) -> Catalogue:
    """Return weights, questions and minima of the period's editions; four queries.

    An opened period's editions never change, so the result may be kept as long as
    the process runs.

    Raises:
        CatalogueError: The period has no edition of the indicators or of the LKE.
    """
    editions = {
        link.instrument.key: link.instrument
        for link in period.instruments.select_related("instrument")
    }
    for key in (Instrument.INDICATORS, Instrument.LKE):
        if key not in editions:
            raise CatalogueError(
                _("Periode %(period)s belum memiliki instrumen %(key)s.")
                % {"period": period, "key": key}
            )
    indicators, lke = editions[Instrument.INDICATORS], editions[Instrument.LKE]
    return Catalogue(
        indicator_groups=_groups(indicators),
        lke_groups=_groups(lke),
        questions=tuple(
            Question(key=code, group=group)
            for code, group in Item.objects.filter(instrument=lke)
            .order_by("position")
            .values_list("code", "subarea__key")
        ),
        thresholds=Thresholds.from_data(lke.thresholds["area"]),
    )


def _groups(instrument: Instrument) -> tuple[Group, ...]:
    return tuple(
        Group(key=subarea.key, weight=subarea.weight)
        for subarea in instrument.subareas.order_by("position")
    )
