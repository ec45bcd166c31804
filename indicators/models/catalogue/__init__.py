"""The catalogue: instruments, sub-areas, items, options, and how they relate.

Rows come from the versioned files in `indicators/data` through the command
`load_instruments` and from nowhere else; a loaded edition is not edited, a changed
file becomes a new edition beside it. Official names and answer texts are kept to the
letter and are never translated.
"""

from .instrument import Instrument, InstrumentQuerySet, SubArea
from .item import Item, ItemQuerySet, Option, first_line_of
from .relation import EvidenceKind, ItemKind, ItemMap

__all__ = [
    "EvidenceKind",
    "Instrument",
    "InstrumentQuerySet",
    "Item",
    "ItemKind",
    "ItemMap",
    "ItemQuerySet",
    "Option",
    "SubArea",
    "first_line_of",
]
