"""Results of permission rules: allowed, or refused with a reason for the person."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise


@dataclass(frozen=True)
class Verdict:
    """The answer of a rule `can_<verb>(user, obj)`; truthy when allowed.

    Attributes:
        reason: Why the act is refused, ready for the person; empty when allowed.
    """

    reason: str | Promise = ""

    def __bool__(self) -> bool:
        """Return True when the act is allowed."""
        return not self.reason


ALLOWED = Verdict()


def require(verdict: Verdict) -> None:
    """Raise PermissionDenied with the verdict's reason unless it allows."""
    if not verdict:
        raise PermissionDenied(str(verdict.reason))
