"""Where files stand in a long tray, and what is wrong with some of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import ngettext

from evidence.models import TrayFile
from wbk_portal.common.numbers import format_number

MAX_NAMED = 20
"""Files that a summary of errors names one by one; the others are counted."""


@dataclass(frozen=True)
class Place:
    """A file's name, and the page of the tray that shows it."""

    name: str
    page: int


@dataclass(frozen=True)
class Problem:
    """What is wrong with one file, as the summary above the tray names it.

    Attributes:
        page: Page of the tray that shows it; 0 for the one that is shown.
        anchor: Its field there; empty where none is shown.
    """

    label: str
    text: str
    page: int = 0
    anchor: str = ""


def places_of(
    waiting: QuerySet[TrayFile], keys: Collection[int], rows: int
) -> dict[int, Place]:
    """Return where files stand, in the tray's order. One query, none without files.

    Args:
        rows: Files on each page.
    """
    if not keys:
        return {}
    return {
        pk: Place(name, 1 + number // rows)
        for number, (pk, name) in enumerate(waiting.values_list("pk", "display_name"))
        if pk in keys
    }


def page_with_one(places: Mapping[int, Place], page: int) -> int:
    """Return the page if one of the files stands there, else the first that has one."""
    pages = [place.page for place in places.values()]
    return page if not pages or page in pages else pages[0]


def problems_of(
    errors: Mapping[int, str], places: Mapping[int, Place], page: int
) -> list[Problem]:
    """Return what a summary says: each file by name, with the page where it stands.

    Args:
        errors: What is wrong, by file.
        page: The page that is shown.
    """
    found = [
        Problem(
            label=place.name,
            text=errors[pk],
            page=place.page if place.page != page else 0,
            anchor=f"title-{pk}",
        )
        for pk, place in list(places.items())[:MAX_NAMED]
    ]
    others = [text for pk, text in errors.items() if pk not in places]
    others += [errors[pk] for pk in list(places)[MAX_NAMED:]]
    if others:
        label = ngettext(
            "%(count)s berkas lain", "%(count)s berkas lain", len(others)
        ) % {"count": format_number(len(others))}
        found.append(Problem(label=label, text=others[0]))
    return found


def names_of(files: QuerySet[TrayFile]) -> list[str]:
    """Return the names of files. One query."""
    return list(files.values_list("display_name", flat=True))
