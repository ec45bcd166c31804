"""Where upper apps follow the tree of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from wbk_portal.common.registry import Registry

from .models import WorkUnit

unit_changed: Registry[Callable[[WorkUnit], None]] = Registry(
    "told of a unit that was made, changed or moved, in the same transaction"
)


def tell_unit_changed(unit: WorkUnit) -> None:
    """Tell everybody who follows the tree; queries as much as they do."""
    for follow in unit_changed:
        follow(unit)


closing_obstacles: Registry[Callable[[WorkUnit, dt.date], Iterable[str]]] = Registry(
    "says what stands against closing a unit on a day, one sentence each"
)


def obstacles_to_closing(unit: WorkUnit, last_day: dt.date) -> list[str]:
    """Return what upper apps have against closing a unit; queries as they do."""
    return [text for source in closing_obstacles for text in source(unit, last_day)]
