"""Loading: repeatable, all or nothing, editions that never change behind anyone."""

import json

import pytest
from django.core.management import CommandError, call_command

from indicators.models import (
    AssessmentPeriod,
    EvidenceKind,
    Instrument,
    Item,
    ItemKind,
    ItemMap,
    Option,
    PeriodInstrument,
    SubArea,
)
from indicators.services.catalogue import (
    DATA_FOLDER,
    CatalogueError,
    Outcome,
    edition_in_use,
    editions_for_period,
    load_instruments,
)
from tests import factories
from wbk_portal.audit.history import history_of
from wbk_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
KEYS = ["evidence-kinds", "pmprb-area-8", "lke-90-2021-area-vi", "wbk-06"]
TABLES = [ItemKind, ItemMap, Option, Item, SubArea, Instrument, EvidenceKind]


@pytest.fixture(autouse=True)
def loaded(catalogue):
    """Every test starts from the catalogue that the portal ships."""


@pytest.fixture
def empty():
    """An installation that never loaded anything."""
    ItemKind.objects.all().delete()
    ItemMap.objects.all().delete()
    Item.objects.indicators().delete()
    SubArea.objects.filter(counterpart__isnull=False).delete()
    for model in TABLES:
        model.objects.all().delete()


@pytest.fixture
def edited(tmp_path):
    """Return a function: the path of a data file changed by `edit(content)`."""

    def write(key, edit, *, edition=None):
        content = json.loads((DATA_FOLDER / f"{key}.json").read_text())
        edit(content)
        if edition is not None:
            content["edition"] = edition
        path = tmp_path / f"{key}.json"
        path.write_text(json.dumps(content))
        return path

    return write


def rename_first(content):
    content["subareas"][0]["items"][0]["guidance"] = "Panduan yang ditulis ulang."


def counts():
    return [model.objects.count() for model in TABLES]


def test_first_load_and_the_same_again(empty, capsys):
    call_command("load_instruments")
    first = capsys.readouterr().out.splitlines()
    assert first == [
        "evidence-kinds ed. 1: dimuat (75 jenis dokumen)",
        "pmprb-area-8 ed. 1: dimuat (5 subarea, 21 butir)",
        "lke-90-2021-area-vi ed. 1: dimuat (7 subarea, 22 butir)",
        "wbk-06 ed. 1: dimuat (5 subarea, 24 butir)",
    ]
    before = counts(), list(Item.objects.values_list("pk", "code").order_by("pk"))
    call_command("load_instruments")
    assert capsys.readouterr().out.count("tidak berubah") == 4
    after = counts(), list(Item.objects.values_list("pk", "code").order_by("pk"))
    assert after == before
    assert Item.objects.count() == 24 + 22 + 21


def test_layout_and_order_of_fields_are_no_change(edited):
    def reorder(content):
        for key in sorted(content):
            content[key] = content.pop(key)

    (result,) = load_instruments([edited("wbk-06", reorder)])
    assert result.outcome is Outcome.UNCHANGED


def test_a_changed_file_must_raise_its_edition(edited, capsys):
    path = edited("wbk-06", rename_first)
    with pytest.raises(CommandError) as caught:
        call_command("load_instruments", str(path))
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        "wbk-06 ed. 1: isinya berubah tetapi edisinya tetap. Naikkan edisinya."
    )
    assert len(lines) == 2
    assert lines[1].startswith('  ~ WBK.06.01 · guidance: "Indikator ini menanyakan')
    assert lines[1].endswith('→ "Panduan yang ditulis ulang."')
    assert "ditulis ulang" not in Item.objects.get(code="WBK.06.01").guidance


def test_a_higher_edition_stands_beside_the_older_and_says_what_changed(edited, capsys):
    def edit(content):
        rename_first(content)
        first = content["subareas"][0]["items"]
        first[3].pop("may_be_not_applicable")
        first[4]["kinds"].pop()

    call_command("load_instruments", str(edited("wbk-06", edit, edition=2)))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "wbk-06 ed. 2: dimuat (5 subarea, 24 butir)"
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  ~ WBK.06.01 · guidance",
        "  ~ WBK.06.04 · may_be_not_applicable",
        "  ~ WBK.06.05 · kind tanggapan_usulan",
    ]
    assert lines[2].endswith('"True" → "False"')
    old, new = Item.objects.filter(code="WBK.06.01").order_by("instrument__edition")
    assert (old.instrument.edition, new.instrument.edition) == (1, 2)
    assert old.guidance != new.guidance == "Panduan yang ditulis ulang."
    assert old.rubric == new.rubric
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.target_key) == ("catalogue.created", "wbk-06:2")
    (line,) = history_of("instrument", "wbk-06:2")
    assert line.text == "Instrumen wbk-06 ed. 2 dimuat"
    assert Instrument.objects.newest("wbk-06").edition == 2
    # The older edition's file is still known, and still unchanged.
    (again,) = load_instruments([DATA_FOLDER / "wbk-06.json"])
    assert (again.title, again.outcome) == ("wbk-06 ed. 1", Outcome.UNCHANGED)


def test_added_and_removed_options_stand_in_the_differences(edited):
    def edit(content):
        item = content["subareas"][0]["items"][0]
        item["options"][1] = {"code": "x", "text": "Baru", "value": "3/5"}

    (result,) = load_instruments(
        [edited("pmprb-area-8", _with_choices(edit), edition=2)]
    )
    assert '~ 8.1.a · option x: "" → "Baru = 3/5"' in result.differences


def _with_choices(edit):
    def change(content):
        item = content["subareas"][0]["items"][0]
        item["options"].append({"code": "z", "text": "Tidak", "value": "0"})
        edit(content)

    return change


def test_an_unseen_lower_edition_is_refused(edited):
    load_instruments([edited("wbk-06", rename_first, edition=3)])
    with pytest.raises(CatalogueError, match="edisi harus lebih tinggi daripada 3"):
        load_instruments([edited("wbk-06", rename_first, edition=2)])


@pytest.mark.parametrize("state", ["open", "closed"])
def test_an_edition_of_an_opened_period_is_immutable(edited, state):
    factories.make_period("2031", state=state)
    path = edited("wbk-06", rename_first)
    with pytest.raises(CatalogueError, match="sudah dipakai periode"):
        load_instruments([path], replace_unused=True)
    assert "ditulis ulang" not in Item.objects.get(code="WBK.06.01").guidance


def test_what_a_used_edition_builds_on_is_in_use_too():
    period = factories.make_period("2031", state="draft")
    PeriodInstrument.objects.filter(period=period).exclude(
        instrument__key="wbk-06"
    ).delete()
    editions = {edition.key: edition for edition in editions_for_period()}
    assert sorted(editions) == sorted(KEYS)
    assert not any(edition_in_use(edition) for edition in editions.values())
    AssessmentPeriod.objects.filter(pk=period.pk).update(state="open")
    assert all(edition_in_use(edition) for edition in editions.values())
    newer = Instrument.objects.create(key="lke-90-2021-area-vi", edition=2)
    assert not edition_in_use(newer)


def test_an_edition_that_nothing_uses_can_be_replaced_on_request(edited, capsys):
    factories.make_period("2031", state="draft", stages=[])
    path = edited("wbk-06", rename_first, edition=2)
    load_instruments([path])
    path = edited("wbk-06", lambda content: None, edition=2)
    call_command("load_instruments", str(path), "--replace-unused")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "wbk-06 ed. 2: diganti (5 subarea, 24 butir)"
    assert lines[1].startswith("  ~ WBK.06.01 · guidance")
    assert Item.objects.filter(guidance="Panduan yang ditulis ulang.").count() == 0
    assert Item.objects.filter(instrument__key="wbk-06").count() == 48


def test_an_edition_that_another_builds_on_is_not_replaced(edited):
    def edit(content):
        content["subareas"][0]["items"][0]["notes"] = ["Catatan baru."]

    before = counts()
    with pytest.raises(CatalogueError, match="dirujuk oleh data lain"):
        load_instruments([edited("lke-90-2021-area-vi", edit)], replace_unused=True)
    assert counts() == before


def test_rows_that_were_tampered_with_are_not_called_unchanged():
    Option.objects.filter(item__code="A.II.6.ii.a", code="b").update(value_num=68)
    with pytest.raises(CatalogueError, match="isi basis data berbeda") as caught:
        load_instruments()
    assert len(caught.value.details) == 1
    assert "A.II.6.ii.a · option b" in caught.value.details[0]
    assert "17/25" in caught.value.details[0]


def test_a_newer_list_of_kinds_relabels_and_keeps_what_fell_out(edited):
    def edit(content):
        content["kinds"][0]["label"] = "SK standar pelayanan"
        content["kinds"].pop()

    used = ItemKind.objects.filter(kind__key="sk_standar_pelayanan").first()
    (result,) = load_instruments([edited("evidence-kinds", edit, edition=2)])
    assert result.differences[0].startswith("~ sk_standar_pelayanan · name")
    assert result.differences[-1].startswith("- lainnya")
    kind = EvidenceKind.objects.get(key="sk_standar_pelayanan")
    assert kind.label == "SK standar pelayanan"
    assert ItemKind.objects.get(pk=used.pk).label == used.label != kind.label
    assert EvidenceKind.objects.filter(key="lainnya").exists()
    # Everything loads again, the older list included.
    assert {result.outcome for result in load_instruments()} == {Outcome.UNCHANGED}


def test_an_error_in_one_file_leaves_all_unwritten(edited, empty, tmp_path):
    def lose_a_question(content):
        content["subareas"][0]["items"][0]["rubric"]["question"] = "A.I.6.i.z"
        content["subareas"][0]["items"][0]["questions"][0]["question"] = "A.I.6.i.z"

    paths = [DATA_FOLDER / f"{key}.json" for key in KEYS[:3]]
    paths.append(edited("wbk-06", lose_a_question))
    with pytest.raises(CatalogueError, match="merujuk yang tidak ada") as caught:
        load_instruments(paths)
    assert "WBK.06.01 · lke-90-2021-area-vi A.I.6.i.z" in caught.value.details
    assert counts() == [0] * len(TABLES)


def test_a_missing_edition_below_is_named(edited):
    def edit(content):
        content["references"]["pmprb-area-8"] = 7

    with pytest.raises(CatalogueError, match=r"pmprb-area-8 ed\. 7, yang belum dimuat"):
        load_instruments([edited("wbk-06", edit, edition=2)])


def test_every_question_needs_exactly_one_item(edited):
    def unlead(content):
        content["subareas"][1]["items"][5]["rubric"]["leads"] = False

    with pytest.raises(CatalogueError, match="tanpa butir yang menjawab") as caught:
        load_instruments([edited("wbk-06", unlead, edition=2)])
    assert caught.value.details == ("A.I.6.ii.e",)
