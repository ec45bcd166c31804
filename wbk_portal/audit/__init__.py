"""The log of acts: `record` writes, `history_of` reads, `verify` proves.

Imported from here once Django is set up::

    from wbk_portal import audit

    audit.record(actor_key=user.key, action="evidence.submitted", target=(...))
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .history import HistoryLine, history_of, history_of_many, lines_of
    from .services import Act, erase, record, record_many, reveal
    from .verification import heads, verify, verify_all

_WHERE = {
    "HistoryLine": "history",
    "history_of": "history",
    "history_of_many": "history",
    "lines_of": "history",
    "Act": "services",
    "erase": "services",
    "record": "services",
    "record_many": "services",
    "reveal": "services",
    "heads": "verification",
    "verify": "verification",
    "verify_all": "verification",
}

__all__ = [
    "Act",
    "HistoryLine",
    "erase",
    "heads",
    "history_of",
    "history_of_many",
    "lines_of",
    "record",
    "record_many",
    "reveal",
    "verify",
    "verify_all",
]


def __getattr__(name: str) -> Any:
    """Load a name on first use: models cannot be imported before apps are ready."""
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
