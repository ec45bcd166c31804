"""The frame's values: navigation, bottom bar, theme."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from wbk_portal.common import registry
from wbk_portal.common.context import PortalContext
from wbk_portal.common.registry import NavEntry, PeriodChoice


@pytest.fixture
def person():
    return SimpleNamespace(is_authenticated=True)


@pytest.fixture(autouse=True)
def empty_registries(monkeypatch):
    for name in ("navigation", "periods", "inbox_counters", "role_texts"):
        monkeypatch.setattr(registry, name, registry.Registry(name))


def frame(path, user, **cookies):
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return PortalContext(request)


def entries(count):
    return [
        NavEntry(f"n{n}", f"/n{n}/", "inbox", order=100 - n)
        for n in range(count, 0, -1)
    ]


def test_nobody_signed_in_has_no_navigation():
    registry.navigation.register(lambda user, request: entries(3))
    portal = frame("/", SimpleNamespace(is_authenticated=False))
    assert list(portal.nav) == []
    assert portal.inbox_count == 0
    assert portal.role_text == ""
    assert list(portal.periods) == []


def test_entries_are_ordered_and_the_longest_match_is_current(person):
    registry.navigation.register(
        lambda user, request: [
            NavEntry("Bukti", "/bukti/", "inbox", order=30),
            NavEntry("Unit", "/2026/unit/", "inbox", order=20, also=("/2026/u/",)),
            NavEntry("Awal", "/", "house", order=10),
            NavEntry("Kesiapan", "/2026/", "gauge", order=15),
        ]
    )
    portal = frame("/2026/unit/PN-SKM/", person)
    assert [shown.entry.label for shown in portal.nav] == [
        "Awal", "Kesiapan", "Unit", "Bukti"
    ]  # fmt: skip
    current = [shown.entry.label for shown in portal.nav if shown.current]
    assert current == ["Unit"]
    assert not any(shown.current for shown in frame("/lain/", person).nav)
    assert frame("/", person).nav[0].current


@pytest.mark.parametrize(
    ("count", "bottom", "rest"), [(3, 3, 0), (5, 5, 0), (6, 4, 2), (9, 4, 5)]
)
def test_the_bottom_bar_has_at_most_five_places(person, count, bottom, rest):
    registry.navigation.register(lambda user, request: entries(count))
    portal = frame("/n1/", person)
    assert len(portal.bottom) == bottom
    assert len(portal.bottom_rest) == rest
    assert portal.rest_current == (rest > 0)


def test_sums_and_texts_come_from_the_registries(person):
    registry.inbox_counters.register(lambda user: 2)
    registry.inbox_counters.register(lambda user: 3)
    registry.role_texts.register(lambda user: "")
    registry.role_texts.register(lambda user: "Penilai TPI")
    registry.periods.register(
        lambda request: [
            PeriodChoice("2026", "/2026/"),
            PeriodChoice("2025", "/2025/", current=True),
        ]
    )
    portal = frame("/", person)
    assert portal.inbox_count == 5
    assert portal.role_text == "Penilai TPI"
    assert portal.period.label == "2025"


@pytest.mark.parametrize(
    ("cookie", "theme"),
    [("dark", "dark"), ("light", "light"), ("auto", "auto"), ('"><script>', "auto")],
)
def test_the_theme_is_one_of_three(person, cookie, theme):
    assert frame("/", person, theme=cookie).theme == theme


def test_choosing_a_theme(client):
    response = client.post("/tampilan/", {"theme": "dark", "next": "/masuk/"})
    assert response.status_code == 302
    assert response["Location"] == "/masuk/"
    cookie = response.cookies["theme"]
    assert cookie.value == "dark"
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", ""])
def test_the_way_back_stays_in_the_portal(client, target):
    response = client.post("/tampilan/", {"theme": "dark", "next": target})
    assert response["Location"] == "/"


def test_an_unknown_theme_and_a_get_change_nothing(client):
    response = client.post("/tampilan/", {"theme": "pink", "next": "/masuk/"})
    assert "theme" not in response.cookies
    assert client.get("/tampilan/").status_code == 405
