"""Typed texts: nothing invisible, in no form."""

import importlib
import pkgutil

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

import evidence
import indicators
import wbk_portal
from evidence.models import Evidence
from indicators.models import AssessmentPeriod
from tests.factories import make_evidence
from wbk_portal.accounts.models import Service, User, WorkUnit
from wbk_portal.common.fields import LineField, LinesField
from wbk_portal.common.texts import clean_line, clean_lines

TURNED = "Kantor \u202egnuregnu\u202c\u2066 \u200bA\x00\x07\u200f"
CLEAN = "Kantor gnuregnu A"
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (TURNED, CLEAN),
        ("  Balai\tPelatihan\r\n I  ", "Balai Pelatihan I"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("Nur\u2019aini \u0639\u0645\u0631", "Nur\u2019aini \u0639\u0645\u0631"),
        ("\ud800x", "x"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("\u202e\u200b", ""),
        ("", ""),
    ],
)
def test_one_line_keeps_what_is_seen(typed, clean):
    assert clean_line(typed) == clean


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("satu\r\n\tdua\n\n\u202etiga", "satu\r\n\tdua\n\ntiga"),
        ("a\x00b\x1bc\u2067d\ud800", "abcd"),
        ("dua  spasi", "dua  spasi"),
    ],
)
def test_many_lines_keep_their_breaks(typed, clean):
    assert clean_lines(typed) == clean


@given(st.text())
def test_cleaning_is_whole_and_done_once(text):
    line, lines = clean_line(text), clean_lines(text)
    assert not BIDI & set(line)
    assert not BIDI & set(lines)
    assert not {char for char in line if char < " "}
    assert clean_line(line) == line
    assert clean_lines(lines) == lines


def every_form():
    """All form classes of the portal."""
    for package in (wbk_portal, indicators, evidence):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "forms" in module.name.split(".") or module.name.endswith("_form"):
                importlib.import_module(module.name)
    found, todo = set(), [forms.BaseForm]
    while todo:
        for one in todo.pop().__subclasses__():
            todo.append(one)
            if one.__module__.split(".")[0] in {"wbk_portal", "indicators", "evidence"}:
                found.add(one)
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


def test_every_text_field_of_every_form_is_cleaned():
    plain, n_cleaned = [], 0
    for form in every_form():
        if form.__module__.endswith((".forms.signin", ".gallery")):
            continue  # Names and codes to look up; and a page that stores nothing.
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field.widget, forms.PasswordInput):
                continue
            n_cleaned += isinstance(field, LineField | LinesField)
            if type(field) is forms.CharField:
                plain.append(f"{form.__module__}.{form.__qualname__}.{name}")
    assert plain == []
    assert n_cleaned > 30


@pytest.mark.django_db
def test_names_are_stored_without_what_turns_them(client_for, world, people):
    client = client_for("administrator")
    role = {"language": "id", "unit": "PN-SKM", "role": "operator"}
    day = {"active_from": "2026-01-01", "time_zone": "Asia/Jakarta"}
    for path, data in (
        ("/unit-kerja/baru/?induk=KW-JTG", {"name": TURNED, "code": "KB-1", **day}),
        ("/orang/baru/", {"name": TURNED, "username": "dewi", **role}),
        ("/unit-kerja/PN-SKM/layanan/baru/", {"name": TURNED, "code": "L-1", **day}),
        (
            "/periode/baru/",
            {
                "slug": "2027",
                "year": "2027",
                "name": TURNED,
                "release": "by_lead",
                "zero_denominator": "zero",
                "revision_days": "5",
            },
        ),
    ):
        assert client.post(path, data).status_code in (200, 302), path
    assert WorkUnit.objects.get(code="KB-1").name == CLEAN
    assert User.objects.get(username="dewi").name == CLEAN
    assert Service.objects.get(code="L-1").name == CLEAN
    assert AssessmentPeriod.objects.get(slug="2027").name == CLEAN
    row = make_evidence(world.unit, by=people["operator"])
    data = {"version": row.version, "title": TURNED, "kind": row.kind_id}
    answer = client_for("operator").post(f"/bukti/{row.pk}/ubah/", data)
    assert answer.status_code == 302
    assert Evidence.objects.get(pk=row.pk).title == CLEAN
