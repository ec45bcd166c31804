"""Filling an empty portal with the demo institution and two periods of its work.

`seed` writes everything once; `is_seeded` says whether that was done.
"""

from .run import Phases, is_seeded, seed

__all__ = ["Phases", "is_seeded", "seed"]
