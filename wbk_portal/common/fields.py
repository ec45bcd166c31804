"""Fields for what people type, and what an answered form is answered with.

Every text field of the portal's forms is one of these (a test walks over them), but
for passwords, which are kept as they were typed.
"""

from typing import Any

from django import forms

from .texts import clean_line, clean_lines


class LineField(forms.CharField):
    """A text of one line, cleaned by `clean_line`."""

    def to_python(self, value: Any) -> str:
        """Return the text without what cannot be seen."""
        return clean_line(super().to_python(value) or "")


class LinesField(forms.CharField):
    """A text of many lines, cleaned by `clean_lines`."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text without what turns its direction around."""
        cleaned = clean_lines(super().to_python(value) or "")
        return cleaned.strip() if self.strip else cleaned


class KeyField(forms.CharField):
    """A value that the page sends and nobody types: taken as it is, or refused."""


def status_of(form: forms.BaseForm) -> int:
    """Return 422 for a form that was sent and refused, else 200."""
    return 422 if form.is_bound and form.errors else 200
