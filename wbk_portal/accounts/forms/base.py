"""What the portal's forms share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.http import QueryDict

EARLIEST, LATEST = dt.date(1945, 8, 17), dt.date(2100, 12, 31)
"""Days that a form takes: a typing error never becomes the year 20266."""


class PortalForm(forms.Form):
    """A form whose fields stand in rows.

    Attributes:
        layout: Names of fields, one tuple for each row; fields not named follow.
    """

    layout: Sequence[tuple[str, ...]] = ()

    @property
    def rows(self) -> list[list[BoundField]]:
        """Visible fields, row by row."""
        visible = {field.name: field for field in self.visible_fields()}
        rows = [
            [visible.pop(name) for name in names if name in visible]
            for names in self.layout
        ]
        return [row for row in rows if row] + [[field] for field in visible.values()]

    def take_errors(
        self, error: ValidationError, names: Mapping[str, str] | None = None
    ) -> None:
        """Show a service's errors, those of fields that are not here above the form.

        Args:
            names: Names of form fields by the service's names, where they differ.
        """
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            field = (names or {}).get(name, name)
            self.add_error(field if field in self.fields else None, errors)

    def carry_version(self, version: int) -> None:
        """Let the form, sent once more, replace what stands now."""
        data = QueryDict(mutable=True)
        for name in self.data:
            values = getattr(self.data, "getlist", lambda n: [self.data[n]])(name)
            data.setlist(name, values)
        data["version"] = str(version)
        self.data = data


def date_field(**options: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        **options,
    )
