"""Guards of the catalogue: an edition that an opened period uses never changes.

The loader refuses it in words; these refuse it in the database. They look at the
period's own list of editions, which therefore names every edition it depends on
(`indicators.services.catalogue.editions_for_period`). Kinds of evidence are shared by
all editions and stay editable: an item keeps the label of its edition in `ItemKind`.
"""

from django.utils.translation import gettext_lazy as _

from wbk_portal.common import guards

_PERIOD = "JOIN indicators_assessmentperiod p ON p.id = pi.period_id"


def _frozen(table: str, tables: str, match: str) -> guards.Guard:
    """Freeze rows of `table` for which `tables` find a period that left the draft."""
    return guards.frozen_when(
        f"catalogue_{table}",
        f"indicators_{table}",
        tables=f"{tables} {_PERIOD}",
        match=match,
        when="p.state <> 'draft'",
        lock="p",
        message=_("Edisi ini dipakai periode yang dibuka dan tidak dapat diubah."),
    )


def _by_edition(table: str, column: str) -> guards.Guard:
    """Freeze rows whose `column` is the edition's id."""
    return _frozen(
        table,
        "indicators_periodinstrument pi",
        f"pi.instrument_id = {{row}}.{column}",
    )


def _by_item(table: str, column: str) -> guards.Guard:
    """Freeze rows whose `column` is an item of the edition."""
    return _frozen(
        table,
        "indicators_item i JOIN indicators_periodinstrument pi "
        "ON pi.instrument_id = i.instrument_id",
        f"i.id = {{row}}.{column}",
    )


CATALOGUE_GUARDS = (
    _by_edition("instrument", "id"),
    _by_edition("subarea", "instrument_id"),
    _by_edition("item", "instrument_id"),
    _by_item("option", "item_id"),
    _by_item("itemkind", "item_id"),
    _by_item("itemmap", "indicator_id"),
    _by_item("item_twins", "from_item_id"),
)
"""Registered by the app's configuration."""
