"""What the log says of everyday refusals."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied


class ShortRefusals(logging.Filter):
    """Keep the line of a refusal and drop its traceback: it is no error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass; a refusal without where it was raised."""
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
