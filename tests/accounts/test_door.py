"""Where somebody stands after signing in again."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

ACT = "/2026/unit/PN-SKM/06.01/simpan/"
PAGE = "/2026/unit/PN-SKM/06.01/"


def test_a_page_is_come_back_to():
    assert Client().get(PAGE)["Location"] == f"/masuk/?next={PAGE}"


def test_a_form_sent_too_late_leads_back_to_its_page():
    response = Client().post(ACT, headers={"referer": f"http://testserver{PAGE}?q=1"})
    assert response["Location"] == f"/masuk/?next={PAGE}%3Fq%3D1"


@pytest.mark.parametrize("referer", ["", "http://elsewhere.example/x/", "//x"])
def test_never_to_an_act_and_never_elsewhere(referer):
    response = Client().post(ACT, headers={"referer": referer} if referer else {})
    assert response["Location"] == "/masuk/?next=/"
