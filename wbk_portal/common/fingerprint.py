"""A version for what has no column of versions."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def fingerprint(values: Mapping[str, Any]) -> int:
    """Return a number that differs when one of the values does.

    A form carries it from reading to writing, as other forms carry the row's version:
    the service compares it with the values that stand then. It fits into 48 bits, so
    that every JSON reader keeps it whole.
    """
    text = json.dumps(dict(values), sort_keys=True, cls=DjangoJSONEncoder)
    return int.from_bytes(sha256(text.encode()).digest()[:6])
