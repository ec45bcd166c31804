"""The history of an object: sentences, names, order, what is withheld."""

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wbk_portal import audit
from wbk_portal.common import registry


@pytest.fixture
def texts():
    """Sentences and names as upper apps hang them in."""
    registry.history.register(
        registry.HistoryText("x.filed", _("Bukti %(title)s disimpan (%(count)d)")),
        registry.HistoryText(
            "x.dated", "Sampai %(day)s", prepare=lambda p: {"day": p["on"][:4]}
        ),
    )
    registry.actors.register(
        registry.ActorSource("tester", lambda keys: dict.fromkeys(keys, "Rina Astuti"))
    )
    yield
    registry.history.unregister("x.filed", "x.dated")
    registry.actors.unregister("tester")


def record(action="x.filed", target=("x", "1"), **values):
    values.setdefault("actor_key", "tester:1")
    with transaction.atomic():
        return audit.record(action=action, target=target, unit_key="unit:7", **values)


def test_lines_read_as_sentences_newest_first(db, texts):
    record(payload={"title": "SK", "count": 2})
    record("x.dated", payload={"on": "2026-05-01"}, actor_key="system")
    record("x.unknown", actor_key="guest:3")
    assert [(line.text, line.actor) for line in audit.history_of("x", "1")] == [
        ("Perubahan tercatat", "–"),
        ("Sampai 2026", "Sistem"),
        ("Bukti SK disimpan (2)", "Rina Astuti"),
    ]


def test_only_the_object_s_own_entries(db, texts):
    record(target=("x", "1"))
    record(target=("x", "2"))
    record(target=("y", "1"))
    assert len(audit.history_of("x", "1")) == 1
    many = audit.history_of_many([("x", "1"), ("x", "2"), ("y", "9")])
    assert [line.target for line in many] == [("x", "2"), ("x", "1")]
    assert audit.history_of_many([]) == []


def test_pages_by_key(db, texts):
    ids = [record().pk for _n in range(5)]
    first = audit.history_of("x", "1", limit=3)
    rest = audit.history_of("x", "1", limit=3, before=first[-1].id)
    assert [line.id for line in first + rest] == ids[::-1]


@pytest.mark.parametrize("size", [3, 30])
def test_costs_one_query_and_one_for_names(db, texts, django_assert_num_queries, size):
    for _n in range(size):
        record(payload={"title": "SK"})
    registry.actors.unregister("tester")

    def names(keys):
        from wbk_portal.audit.models import Chain

        list(Chain.objects.all())
        return dict.fromkeys(keys, "Rina")

    registry.actors.register(registry.ActorSource("tester", names))
    with django_assert_num_queries(2):
        assert len(audit.history_of("x", "1")) == size


def test_withheld_entries_do_not_show_until_revealed(db, texts):
    record(payload={"title": "SK", "count": 1})
    record("x.dated", payload={"on": "2026"}, withheld=True)
    record("x.dated", payload={"on": "2027"}, withheld=True, actor_key="tester:2")
    assert [line.action for line in audit.history_of("x", "1")] == ["x.filed"]
    everything = audit.history_of("x", "1", include_withheld=True)
    assert [(line.text, line.payload, line.withheld) for line in everything[:2]] == [
        ("Sampai …", None, True)
    ] * 2

    assert audit.reveal(("x", "1"), actions=["x.dated"], actor_key="tester:1") == 1
    assert [line.text for line in audit.history_of("x", "1")] == [
        "Sampai 2026",
        "Bukti SK disimpan (1)",
    ]
    assert audit.verify("unit:7").ok


def test_erased_entries_stay_without_their_words(db, texts):
    entry = record(payload={"title": "Surat Sari", "count": 1})
    audit.erase(entry_ids=[entry.pk], actor_key="tester:1", reason="Permintaan")
    (line,) = audit.history_of("x", "1")
    assert (line.text, line.payload, line.erased) == (
        "Bukti … disimpan (…)",
        None,
        True,
    )
