"""Registries: entries by key, references, sentences with gaps."""

import datetime as dt

import pytest

from wbk_portal.common import registry
from wbk_portal.common.registry import (
    ActorSource,
    Address,
    AddressSource,
    HistoryText,
    KeyedRegistry,
    Registry,
    WaitingItem,
    fill,
)


def test_a_registry_keeps_order_and_takes_an_entry_once():
    names: Registry[str] = Registry("names")
    assert names.register("b") == "b"
    names.register("a")
    names.register("b")
    assert names.all() == ("b", "a")
    assert list(names) == ["b", "a"]
    names.unregister("b")
    names.unregister("c")
    assert len(names) == 1


def test_a_key_stands_for_one_entry():
    texts: KeyedRegistry[HistoryText] = KeyedRegistry("texts")
    texts.register(HistoryText("b", "B"), HistoryText("a", "A"))
    texts.register(HistoryText("a", "A"))
    assert [text.key for text in texts.all()] == ["a", "b"]
    with pytest.raises(ValueError, match="texts: 'a' is registered twice"):
        texts.register(HistoryText("a", "another"))
    texts.unregister("a", "unknown")
    assert texts.get("a") is None
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%(unit)s: %(count)d berkas", "PN-SKM: 3 berkas"),
        ("%(unit)s: %(missing)d, %(nothing)s", "PN-SKM: …, …"),
        ("100%% dari %(count)s", "100% dari 3"),
        ("50 % selesai", "50 % selesai"),
    ],
)
def test_a_sentence_survives_missing_values(text, expected):
    assert fill(text, {"unit": "PN-SKM", "count": 3, "nothing": None}) == expected


def test_a_value_is_never_a_template_itself():
    assert fill("%(a)s", {"a": "%(b)s %d", "b": "x"}) == "%(b)s %d"


def test_references_are_asked_once_for_each_type(monkeypatch):
    asked = []

    def find(keys):
        asked.append(list(keys))
        return {
            key: Address(f"Survei {key}", f"/s/{key}/") for key in keys if key != "9"
        }

    addresses: KeyedRegistry[AddressSource] = KeyedRegistry("addresses")
    addresses.register(AddressSource("survey", find))
    monkeypatch.setattr(registry, "addresses", addresses)
    found = registry.addresses_of(["survey:1", "survey:9", "survey:1", "other:2"])
    assert found == {"survey:1": Address("Survei 1", "/s/1/")}
    assert asked == [["1", "9"]]


def test_actors_are_named_by_whole_key(monkeypatch):
    actors: KeyedRegistry[ActorSource] = KeyedRegistry("actors")
    actors.register(ActorSource("user", lambda keys: {key: f"<{key}>" for key in keys}))
    monkeypatch.setattr(registry, "actors", actors)
    assert registry.actor_names(["user:7", "guest:1", "system"]) == {
        "user:7": "<user:7>"
    }


def test_most_points_wait_first_then_the_nearest_date(monkeypatch):
    day = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    waiting: Registry[registry.WaitingSource] = Registry("waiting")
    waiting.register(
        lambda person, limit: [
            WaitingItem("tanpa nilai", "/a/"),
            WaitingItem("besok", "/b/", due=day),
            WaitingItem("0,25", "/c/", nano_points=250_000_000),
        ]
    )
    waiting.register(
        lambda person, limit: [WaitingItem("2,50", "/d/", nano_points=2_500_000_000)]
    )
    monkeypatch.setattr(registry, "waiting", waiting)
    texts = [item.text for item in registry.waiting_for("person", 3)]
    assert texts == ["2,50", "0,25", "besok"]


def test_a_counted_text_follows_the_number():
    def text(n):
        return "%(count)s item" if n == 1 else "%(count)s items"

    assert registry.fill(text, {"count": 1}) == "1 item"
    assert registry.fill(text, {"count": 3}) == "3 items"
    assert registry.fill(text, {}) == "… items"
