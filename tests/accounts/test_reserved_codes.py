"""No code of a unit, and no slug of an item, is a word in the portal's addresses."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, get_resolver, resolve, reverse

from indicators.models import Item
from wbk_portal.accounts.models import User, WorkUnit

OTHERS = {"period": "2026", "slug": "06.01", "number": "A-1", "username": "operator"}


def patterns(resolver=None, space="", start=""):
    """Yield name and whole pattern of every address."""
    for one in (resolver or get_resolver()).url_patterns:
        here = f"{start}{one.pattern}"
        if hasattr(one, "url_patterns"):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from patterns(one, inner, here)
        else:
            yield f"{space}{one.name}", here


def words():
    """Every fixed part of an address."""
    parts = {part for _name, pattern in patterns() for part in pattern.split("/")}
    return {part for part in parts if part and "<" not in part}


def collisions(place):
    """Words that lead elsewhere when they stand in place of `place`."""
    found = set()
    for name, pattern in patterns():
        given = re.findall(r"<(?:(\w+):)?(\w+)>", pattern)
        if place not in {part for _kind, part in given}:
            continue
        values = {
            part: 1 if kind == "int" else OTHERS.get(part, "X-1")
            for kind, part in given
        }
        for word in words():
            try:
                path = reverse(name, kwargs={**values, place: word})
            except NoReverseMatch:
                continue
            if resolve(path).view_name != name:
                found.add(word)
    return found


def test_words_of_addresses_are_no_codes_of_units():
    assert len(words()) > 40
    assert collisions("code") == WorkUnit.RESERVED_CODES


def test_words_of_addresses_are_no_sign_in_names():
    assert collisions("username") == User.RESERVED_NAMES


@pytest.mark.django_db
def test_no_item_is_named_like_a_page_beside_it(world):
    taken = collisions("slug")
    assert "persetujuan" in taken
    assert not taken & set(Item.objects.values_list("slug", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted(WorkUnit.RESERVED_CODES))
def test_a_reserved_code_is_refused_in_any_case(client_for, world, code):
    for written in (code, code.upper()):
        with pytest.raises(ValidationError):
            WorkUnit(code=written, name="X").clean()
        answer = client_for("administrator").post(
            "/unit-kerja/baru/",
            {
                "name": "X",
                "code": written,
                "time_zone": "Asia/Jakarta",
                "active_from": "2026-01-01",
            },
        )
        assert answer.status_code == 422
        assert "Kode ini dipakai oleh portal sendiri." in answer.content.decode()
