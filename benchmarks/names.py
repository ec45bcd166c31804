"""Names that the builder and the measuring side share; needs no Django."""

PERIOD = "2026"
FIRST_UNIT = "UL-0001"
PASSWORD = "kata-sandi-ukur-2026"  # noqa: S105 - of invented people
