"""Faults of a data file are refused with the place where they stand."""

import copy
import json

import pytest

from indicators.services.catalogue import DATA_FOLDER, CatalogueError, read_files
from indicators.services.catalogue.spec import parse

LKE = json.loads((DATA_FOLDER / "lke-90-2021-area-vi.json").read_text())
WBK = json.loads((DATA_FOLDER / "wbk-06.json").read_text())


def first(content):
    return content["subareas"][0]["items"][0]


@pytest.mark.parametrize(
    ("content", "edit", "message"),
    [
        (LKE, lambda c: c.update(edition=0), "edition: harus bilangan bulat"),
        (LKE, lambda c: c.update(edition=True), "edition: harus bilangan bulat"),
        (LKE, lambda c: c.update(name="  "), "name: teks wajib"),
        (LKE, lambda c: c.update(nama="LKE"), "kolom tidak dikenal: nama"),
        (LKE, lambda c: first(c).pop("code"), "1, code: teks wajib"),
        (LKE, lambda c: first(c).update(weight=0.25), "weight: harus pecahan"),
        (LKE, lambda c: first(c).update(weight="-1/4"), "weight: harus pecahan"),
        (LKE, lambda c: first(c).update(weight="1/0"), "weight: harus pecahan"),
        (LKE, lambda c: first(c).update(weight="1/5"), "A.I.6.i, weight: bobot setiap"),
        (LKE, lambda c: first(c)["options"].pop(), "jawaban terbaik bernilai 1"),
        (LKE, lambda c: first(c)["options"].reverse(), "dari nilai tertinggi"),
        (
            LKE,
            lambda c: first(c)["options"][1].update(code="a"),
            "kode jawaban berulang",
        ),
        (
            LKE,
            lambda c: first(c)["options"][0].update(value="101/100"),
            "A.I.6.i.a · a, value: nilai jawaban paling tinggi 1",
        ),
        (
            LKE,
            lambda c: first(c).update(code="A.I.6.i.b"),
            r"code: berulang: A\.I\.6\.i\.b",
        ),
        (LKE, lambda c: first(c).update(slug="LKE-I.i.b"), "slug: berulang"),
        (
            LKE,
            lambda c: first(c).update(may_be_not_applicable=True),
            "selalu berlaku",
        ),
        (LKE, lambda c: c["subareas"][0].update(items=[]), "subarea tanpa butir"),
        (LKE, lambda c: c.update(subareas={}), "subareas: harus daftar"),
        (LKE, lambda c: c.update(subareas=["x"]), "harus objek"),
        (
            LKE,
            lambda c: c["subareas"][5]["items"][1].pop("numerator"),
            r"A\.II\.6\.i\.b, numerator: teks wajib",
        ),
        (WBK, lambda c: first(c).update(may_be_not_applicable=True), "selalu berlaku"),
        (WBK, lambda c: first(c).update(questions=[]), "yang dipimpin harus full"),
        (WBK, lambda c: first(c).update(roles=["x"]), "roles: x tidak dikenal"),
        (WBK, lambda c: first(c).update(roles="x"), "roles: harus daftar teks"),
        (
            WBK,
            lambda c: first(c)["renewal"].update(rule="kadang"),
            "renewal: kadang tidak dikenal",
        ),
        (
            WBK,
            lambda c: first(c)["questions"][0].update(coverage="half"),
            "coverage: full, partial",
        ),
        (
            WBK,
            lambda c: first(c)["rubric"].update(leads="ya"),
            "leads: harus true atau false",
        ),
        (
            WBK,
            lambda c: c["subareas"][0]["items"][3].update(twins=["WBK.06.01"]),
            r"twins: WBK\.06\.01 tidak menyebut balik",
        ),
        (
            WBK,
            lambda c: c["subareas"][1]["items"][6]["rubric"].update(leads=True),
            "dipimpin dua indikator",
        ),
    ],
)
def test_a_fault_is_refused_with_its_place(content, edit, message):
    changed = copy.deepcopy(content)
    edit(changed)
    with pytest.raises(CatalogueError, match=message):
        parse(changed, place="berkas.json")


def test_files_are_read_in_the_order_in_which_they_build_on_each_other():
    order = [spec.key for spec in read_files()]
    assert sorted(order) == sorted(
        ["evidence-kinds", "pmprb-area-8", "lke-90-2021-area-vi", "wbk-06"]
    )
    assert order[-1] == "wbk-06"
    assert order.index("evidence-kinds") < order.index("lke-90-2021-area-vi")


def test_what_is_no_file_no_json_or_double_is_refused(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(CatalogueError, match="tidak dapat dibaca"):
        read_files([path])
    path.write_text("{")
    with pytest.raises(CatalogueError, match="tidak dapat dibaca"):
        read_files([path])
    twice = [DATA_FOLDER / "wbk-06.json"] * 2
    with pytest.raises(CatalogueError, match="wbk-06 diberikan dua kali"):
        read_files(twice)


def test_files_that_build_on_each_other_in_a_circle_are_refused(tmp_path):
    paths = []
    for key, other in (("satu", "dua"), ("dua", "satu")):
        content = {"key": key, "edition": 1, "name": key, "regulation": "-"}
        paths.append(tmp_path / f"{key}.json")
        paths[-1].write_text(json.dumps({**content, "references": {other: 1}}))
    with pytest.raises(CatalogueError, match="saling merujuk: satu, dua"):
        read_files(paths)
