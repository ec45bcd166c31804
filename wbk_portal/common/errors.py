"""Errors that services raise and views turn into answers."""

from typing import Any


class ConflictError(Exception):
    """Somebody else changed the same thing first; nothing was written.

    A view answers 409 and shows both texts: what the person sent, and `current`.

    Attributes:
        message: A sentence for the person that names who changed it and when.
        current: The values that stand now, by field name.
        version: The version number that a retry must carry.
    """

    def __init__(self, message: str, *, current: dict[str, Any], version: int) -> None:
        """Keep what the view needs to show both sides."""
        super().__init__(message)
        self.message = message
        self.current = current
        self.version = version
