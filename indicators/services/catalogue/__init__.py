"""Loading and comparing the catalogue's data files."""

from .load import (
    DATA_FOLDER,
    LoadResult,
    Outcome,
    edition_in_use,
    load_instruments,
    read_files,
)
from .period import catalogue_of, editions_for_period
from .reader import CatalogueError
from .store import read_back

__all__ = [
    "DATA_FOLDER",
    "CatalogueError",
    "LoadResult",
    "Outcome",
    "catalogue_of",
    "edition_in_use",
    "editions_for_period",
    "load_instruments",
    "read_back",
    "read_files",
]
