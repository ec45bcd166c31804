"""The password hasher with parameters that fit a small machine."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB of memory, two passes, one lane.

    Django's default takes 100 MiB for each sign-in, too much for an office machine
    on which forty people sign in at eight o'clock.

    Source: OWASP Password Storage Cheat Sheet, Argon2id minimum (m=19456, t=2, p=1).
    """

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
