"""The summary rows of units: written with every change, proven afterwards.

`refresh` runs inside the transaction of the change. Order of locks everywhere:
assessments by key, then the period, then the chain of the log, then the readiness
row. The row is locked before the assessments are read, so that of two changes to
different items of one unit the later one sees both.

How time alone changes a row: an evidence whose `valid_until` has passed is no longer
usable, so the item it supported may fall out of *terisi*. The evidence app counts
links; on the morning after the first expiry `refresh_due` asks it to count afresh
(`indicators.hooks.recounts`) and rewrites the row. What was submitted stays *terisi*:
its round froze evidence that was valid then.
"""

from .due import refresh_due
from .facts import basis_of
from .proof import Difference, Proof, rebuild
from .rows import refresh, refresh_many

__all__ = [
    "Difference",
    "Proof",
    "basis_of",
    "rebuild",
    "refresh",
    "refresh_due",
    "refresh_many",
]
