"""The two words that differ by institution: one setting each, used everywhere.

`settings.TERM_EVIDENCE` and `settings.TERM_WORK_UNIT` hold the Indonesian words. In
another language the known variants below are translated, an unknown one stays.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

KNOWN_EVIDENCE_TERMS = (
    gettext_noop("bukti dukung"),
    gettext_noop("eviden"),
    gettext_noop("data dukung"),
)
"""Words that institutions use for evidence."""

KNOWN_UNIT_TERMS = (gettext_noop("unit kerja"), gettext_noop("satuan kerja"))
"""Words that institutions use for a work unit."""


def _term(setting: str, capital: bool) -> str:
    """Return the word of a setting in the active language."""
    word = gettext(str(getattr(settings, setting)))
    return str(capfirst(word)) if capital else word


def term_evidence(*, capital: bool = False) -> str:
    """Return the institution's word for evidence: "bukti dukung"."""
    return _term("TERM_EVIDENCE", capital)


def term_unit(*, capital: bool = False) -> str:
    """Return the institution's word for a work unit: "unit kerja"."""
    return _term("TERM_WORK_UNIT", capital)


def with_terms(text: str, **values: object) -> str:
    """Fill the words of the institution into a translated text, and the rest.

    ``%(term)s`` and ``%(Term)s`` stand for evidence, ``%(work_unit)s`` and
    ``%(Work_unit)s`` for a work unit; the capital is the word's own.
    """
    return text % {
        "term": term_evidence(),
        "Term": term_evidence(capital=True),
        "work_unit": term_unit(),
        "Work_unit": term_unit(capital=True),
        **values,
    }
