"""The health answer, and the pages for errors with the portal's own policy."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.test import Client, override_settings
from django.urls import path

from wbk_portal import urls


def test_healthz_answers_anybody_without_a_session(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_healthz_says_when_the_database_is_gone(client, db, monkeypatch):
    class Gone:
        def cursor(self) -> None:
            raise DatabaseError("gone")

    monkeypatch.setattr("wbk_portal.views.connection", Gone())
    assert client.get("/healthz").status_code == 503


@override_settings(SECURE_SSL_REDIRECT=True)
def test_healthz_answers_over_plain_http_behind_tls(client, db):
    assert client.get("/healthz").status_code == 200


def test_healthz_takes_no_post(client, db):
    assert client.post("/healthz").status_code == 405


def _denied(request):
    raise PermissionDenied("Hanya penilai yang ditugaskan yang dapat memberi nilai.")


def _broken(request):
    raise RuntimeError("secret detail")


class Faulty:
    """Addresses that fail, beside the real ones."""

    urlpatterns = [
        path("ditolak/", _denied),
        path("rusak/", _broken),
        *urls.urlpatterns,
    ]
    handler400 = staticmethod(urls.handler400)
    handler403 = staticmethod(urls.handler403)
    handler404 = staticmethod(urls.handler404)
    handler500 = staticmethod(urls.handler500)


@pytest.fixture
def visitor(client_for, settings) -> Client:
    settings.ROOT_URLCONF = Faulty
    client = client_for("operator")
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "status"),
    [("/ditolak/", 403), ("/rusak/", 500), ("/tidak-ada/di-sini/", 404)],
)
def test_an_error_page_has_the_policy_and_no_inner_detail(visitor, address, status):
    answer = visitor.get(address)
    assert answer.status_code == status
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    text = answer.content.decode()
    assert "<html" in text
    assert "secret detail" not in text
    assert "Traceback" not in text


def test_a_refusal_shows_its_reason(visitor):
    answer = visitor.get("/ditolak/")
    assert "Hanya penilai yang ditugaskan" in answer.content.decode()


def test_a_wrong_host_gets_a_page(visitor):
    answer = visitor.get("/healthz", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_form_without_token_gets_a_page(db):
    answer = Client(enforce_csrf_checks=True).post("/bahasa/", {"language": "en"})
    assert answer.status_code == 403
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Muat ulang" in answer.content.decode()
