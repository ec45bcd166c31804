"""The file gate: what a file really is, and whether it may come in.

Pure functions on an open file, standard library only (messages alone use gettext), so
that the gate runs in the web process and in a child without Django. Nothing is decoded
here beyond headers and the zip container; the full decode is the worker's.
"""

from wbk_portal.common.filegate.gate import inspect
from wbk_portal.common.filegate.kinds import KINDS, Kind, kind_of
from wbk_portal.common.filegate.results import Accepted, Refused

__all__ = ["KINDS", "Accepted", "Kind", "Refused", "inspect", "kind_of"]
