"""Where upper apps follow the tree of units."""

from __future__ import annotations

from collections.abc import Callable

from wbk_portal.common.registry import Registry

from .models import WorkUnit

unit_changed: Registry[Callable[[WorkUnit], None]] = Registry(
    "told of a unit that was made, changed or moved, in the same transaction"
)


def tell_unit_changed(unit: WorkUnit) -> None:
    """Tell everybody who follows the tree; queries as much as they do."""
    for follow in unit_changed:
        follow(unit)
