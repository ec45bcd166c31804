"""In a closed period every act of the desk is refused with the reason."""

import datetime as dt

import pytest
from django.utils import timezone

from indicators.models import AssessmentPeriod, Decision, Revision, State
from tests.factories import (
    get_item,
    make_assessments,
    make_evidence,
    make_round,
)

pytestmark = pytest.mark.django_db

UNIT = "/2026/penilaian/PN-SKM/"
ITEM = f"{UNIT}06.01/"
CLOSED = "Periode ini sudah ditutup; isinya tidak dapat diubah lagi."
LATER = (timezone.localdate() + dt.timedelta(days=9)).isoformat()
REQUEST = {"reason_code": "other", "text": "Tulisan saya", "due": LATER}
ACTS = [
    ("assessor", f"{ITEM}mulai/", {}),
    ("assessor", f"{UNIT}mulai/", {}),
    ("assessor", f"{ITEM}tandai/", {"result": "fits"}),
    ("assessor", f"{ITEM}tandai/", {"item": "{item}", "result": "fits"}),
    ("assessor", f"{ITEM}nilai/", {}),
    ("assessor", f"{ITEM}nilai/", {"round": "{round}", "note": "Tulisan saya"}),
    (
        "assessor",
        f"{ITEM}nilai/",
        {"round": "{round}", "option": "{option}", "note": "Tulisan saya"},
    ),
    ("assessor", f"{ITEM}nilai/", {"round": "{round}", "draft": "1", "note": "x"}),
    ("assessor", f"{ITEM}batal/", {}),
    ("assessor", f"{ITEM}koreksi/", {}),
    (
        "assessor",
        f"{ITEM}koreksi/",
        {"option": "{option}", "note": "Tulisan saya", "reason": "x"},
    ),
    ("assessor", f"{ITEM}perbaikan/", {}),
    ("assessor", f"{ITEM}perbaikan/", REQUEST),
    ("assessor", f"{UNIT}perbaikan/{{draft}}/buang/", {}),
    ("assessor", f"{UNIT}kirim/", {}),
    ("lead", f"{UNIT}lepas/", {}),
    ("lead", f"{UNIT}tetapkan/", {}),
]


@pytest.fixture(params=[State.UNDER_REVIEW, State.SCORED, State.FINAL])
def values(request, world, people):
    """A closed period; its item was left at one of the states of the desk."""
    row = make_assessments(world.unit, world.period)["06.01"]
    chosen = get_item("06.01").answer_options[0]
    row.self_option = chosen
    row.save()
    make_evidence(world.unit, by=people["operator"], link_to=[row])
    frozen = make_round(row, by=people["operator"], state=State.UNDER_REVIEW)
    draft = Revision.objects.create(
        round=frozen, user=people["assessor"], reason_code="other", text="x", due=LATER
    )
    if request.param != State.UNDER_REVIEW:
        row.decision = Decision.objects.create(
            assessment=row,
            round=frozen,
            kind=Decision.Kind.AGREE,
            option=chosen,
            by=people["assessor"],
        )
        row.state = request.param
        row.released_at = timezone.now()
        row.save()
    AssessmentPeriod.objects.update(state=AssessmentPeriod.State.CLOSED)
    return {
        "round": frozen.pk,
        "item": frozen.items.get().pk,
        "option": chosen.pk,
        "draft": draft.pk,
    }


@pytest.mark.parametrize(("name", "path", "data"), ACTS)
def test_is_refused_with_the_reason(client_for, values, name, path, data):
    sent = {key: text.format(**values) for key, text in data.items()}
    response = client_for(name).post(path.format(**values), sent)
    page = response.content.decode()
    assert response.status_code == 403
    assert CLOSED in page
    # Nothing typed is lost.
    assert ("Tulisan saya" in page) == ("Tulisan saya" in sent.values())


@pytest.mark.parametrize("data", [{}, {"round": "{round}", "note": "x"}])
def test_a_script_that_saves_gets_the_reason(client_for, values, data):
    sent = {key: text.format(**values) for key, text in data.items()}
    headers = {"accept": "application/json"}
    response = client_for("assessor").post(f"{ITEM}nilai/", sent, headers=headers)
    assert response.status_code == 403
    assert response.json()["message"] == CLOSED


def test_every_act_of_the_desk_is_listed():
    from evidence.urls import urlpatterns

    acts = {
        str(one.pattern)
        for one in urlpatterns
        if "penilaian/" in str(one.pattern) and one.name not in ("queue", "desk")
    }
    listed = {
        path.replace(ITEM, "ITEM/").replace(UNIT, "UNIT/").format(draft="1")
        for _name, path, _data in ACTS
    }
    assert len(acts) == len(listed) == 11
