"""Filling an empty portal with the demo institution and two periods of its work.

`seed` writes everything once; `is_seeded` says whether that was done; `people_rows`
lists who may sign in.
"""

from .people import people_rows
from .run import Phases, is_seeded, seed

__all__ = ["Phases", "is_seeded", "people_rows", "seed"]
