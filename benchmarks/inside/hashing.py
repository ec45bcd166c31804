"""The password of the measured people, hashed as the portal hashes."""

from django.contrib.auth.hashers import make_password

from benchmarks.names import PASSWORD


def password() -> dict[str, str]:
    """Return the text and its hash."""
    return {"text": PASSWORD, "hash": make_password(PASSWORD)}
