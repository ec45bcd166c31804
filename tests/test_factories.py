"""The builders make rows that hold together, and bytes that pass for what they are."""

import io

import pytest

from evidence.models import Evidence
from indicators.models import Assessment, State
from wbk_portal.common.filegate import inspect

from . import factories

pytestmark = pytest.mark.django_db


def test_an_institution_has_each_role_once(world, people):
    assert people["operator"].has_role_at(world.unit.path, ["operator"])
    assert not people["operator"].has_role_at(world.sibling.path, ["operator"])
    assert people["manager"].has_role_at(world.sibling.path, ["manager"])
    assert Assessment.objects.count() == 0


def test_all_thirty_assessments_are_made(world):
    rows = factories.make_assessments(world.unit, world.period)
    assert len(rows) == 30
    assert rows["06.13"].item.code == "WBK.06.13"


def test_an_evidence_with_links_is_visible_to_its_unit_and_its_assessor(world, people):
    assessment = factories.make_assessment(world.unit, world.period)
    evidence = factories.make_evidence(
        world.unit, by=people["operator"], link_to=[assessment], files=2
    )
    assert evidence.latest.files.count() == 2
    assert (assessment.n_links, assessment.state) == (1, State.DRAFT)
    seen = {
        name
        for name, user in people.items()
        if Evidence.objects.visible_to(user).exists()
    }
    assert seen == {
        "operator",
        "operator_above",
        "head",
        "coach",
        "assessor",
        "lead",
        "manager",
        "auditor",
        "administrator",
    }


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("pdf", factories.pdf_bytes("Halaman satu", "Halaman dua")),
        ("png", factories.png_bytes()),
        ("jpg", factories.jpg_bytes()),
        ("docx", factories.docx_bytes("Paragraf")),
    ],
)
def test_made_bytes_pass_the_gate(kind, data):
    found = inspect(
        io.BytesIO(data), name=f"contoh.{kind}", size=len(data), max_bytes=10**6
    )
    assert found.kind == kind
