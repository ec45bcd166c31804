"""Sentences that name evidence by the institution's own word."""

from __future__ import annotations

from wbk_portal.common.terms import term_evidence


def with_term(text: str, **values: object) -> str:
    """Fill `%(term)s` and `%(Term)s` (capital) of a translated text, and the rest."""
    return text % {
        "term": term_evidence(),
        "Term": term_evidence(capital=True),
        **values,
    }
