"""Typed reading of a data file: every complaint names the place."""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _


class CatalogueError(Exception):
    """A data file cannot be loaded; the message says where and why.

    Attributes:
        details: Further lines for the person, for instance the differences found.
    """

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        """Keep message and details apart, so that a command can indent the latter."""
        super().__init__(message)
        self.details = details


def canonical(raw: Mapping[str, Any]) -> bytes:
    """Return the content without regard to layout and order of fields."""
    return json.dumps(
        raw, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


class Node:
    """One object of the file with its place, read field by field.

    `finish` refuses fields that nobody read: a misspelt name must not be lost.
    """

    def __init__(self, raw: object, place: str) -> None:
        """Wrap `raw`, found at `place`; it must be an object."""
        if not isinstance(raw, dict):
            raise CatalogueError(_("%(place)s: harus objek.") % {"place": place})
        self._raw: dict[str, Any] = raw
        self._read: set[str] = set()
        self.place = place

    def error(self, field: str, reason: str) -> CatalogueError:
        """Return an error that names this object and `field`."""
        return CatalogueError(f"{self.place}, {field}: {reason}")

    def has(self, field: str) -> bool:
        """Return True when the field stands in the file."""
        return field in self._raw

    def skip(self, *fields: str) -> None:
        """Accept fields that document the file and are not loaded."""
        self._read.update(fields)

    def raw(self, field: str, default: Any) -> Any:
        """Return the field as it stands, or `default`."""
        self._read.add(field)
        return self._raw.get(field, default)

    def text(self, field: str, default: str | None = None) -> str:
        """Return a non-empty string; `default` when absent and a default is given."""
        value = self.raw(field, None)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.error(field, _("teks wajib diisi."))
        return value

    def integer(self, field: str, *, minimum: int) -> int:
        """Return a whole number of at least `minimum`."""
        value = self.raw(field, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise self.error(
                field,
                _("harus bilangan bulat, sedikitnya %(minimum)d.")
                % {"minimum": minimum},
            )
        return value

    def flag(self, field: str) -> bool:
        """Return True or False; False when absent."""
        value = self.raw(field, False)
        if not isinstance(value, bool):
            raise self.error(field, _("harus true atau false."))
        return value

    def fraction(self, field: str) -> Fraction:
        """Return an exact fraction of at least 0, written as text ("67/100")."""
        value = self.raw(field, None)
        try:
            result = Fraction(value) if isinstance(value, str) else None
        except (ValueError, ZeroDivisionError):
            result = None
        if result is None or result < 0:
            raise self.error(field, _('harus pecahan sebagai teks, misalnya "67/100".'))
        return result

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of strings; empty when absent."""
        value = self.raw(field, [])
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise self.error(field, _("harus daftar teks."))
        return tuple(value)

    def nodes(self, field: str, name_by: str) -> "Iterator[Node]":
        """Yield the objects of a list, each placed by its own field `name_by`."""
        value = self.raw(field, [])
        if not isinstance(value, list):
            raise self.error(field, _("harus daftar."))
        for number, raw in enumerate(value, start=1):
            name = raw.get(name_by, number) if isinstance(raw, dict) else number
            yield Node(raw, f"{self.place} · {name}")

    def finish(self) -> None:
        """Refuse fields that were not read."""
        unknown = sorted(set(self._raw) - self._read)
        if unknown:
            raise CatalogueError(
                _("%(place)s: kolom tidak dikenal: %(fields)s.")
                % {"place": self.place, "fields": ", ".join(unknown)}
            )
