"""Filing evidence, adding versions, throwing away, withdrawing.

`from evidence.services import evidence` and then `evidence.create_evidence(...)`.
"""

from .facts import (
    MAX_FILES,
    Filing,
    VersionFacts,
    clean_title,
    title_from_name,
)
from .filing import create_evidence, file_tray
from .lifecycle import (
    discard_evidence,
    edit_evidence,
    restore_evidence,
    set_kind,
    withdraw_evidence,
)
from .versions import add_version

__all__ = [
    "MAX_FILES",
    "Filing",
    "VersionFacts",
    "add_version",
    "clean_title",
    "create_evidence",
    "discard_evidence",
    "edit_evidence",
    "file_tray",
    "restore_evidence",
    "set_kind",
    "title_from_name",
    "withdraw_evidence",
]
