"""What forms say: always the portal's own words, never a library's.

Every form of the project is built and its fields get odd values; what comes back is
held against the catalogues that Django and allauth bring.
"""

import gettext
import inspect
from pathlib import Path

import allauth
import django
import pytest
from allauth.core import context
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import get_resolver
from django.utils import translation

from indicators.forms import PeriodForm
from wbk_portal.accounts.adapter import PortalAccountAdapter
from wbk_portal.accounts.forms.signin import SignInForm
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.catalogue import compile_catalogues

pytestmark = pytest.mark.django_db

APPS = ("wbk_portal.", "indicators.", "evidence.", "surveys.", "complaints.")
ODD = ["", None, "zzz", "\0", "x" * 20_000, "9" * 30, "-1", "2026-13-45", ["zzz"]]
DJANGO, ALLAUTH = (Path(one.__file__).parent for one in (django, allauth))
CATALOGUES = [
    DJANGO / "conf" / "locale",
    DJANGO / "contrib" / "auth" / "locale",
    ALLAUTH / "locale",
]


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    compile_catalogues(settings.BASE_DIR)


def theirs() -> set[str]:
    """Return every sentence of the libraries, in English and in Indonesian."""
    found: set[str] = set()
    for folder in CATALOGUES:
        with (folder / "id" / "LC_MESSAGES" / "django.mo").open("rb") as stream:
            texts = gettext.GNUTranslations(stream)._catalog
        for key, text in texts.items():
            found |= {key[0] if isinstance(key, tuple) else key, text}
    # Single words ("and") are in every language's hands.
    return {text for text in found if len(text.split()) > 1}


THEIRS = theirs()


def said(error: ValidationError) -> list[tuple[str, dict]]:
    """Return each sentence of an error with what was filled in."""
    return [(one.messages[0], one.params or {}) for one in error.error_list]


def is_theirs(sentence: str, params: dict) -> bool:
    """Whether a library has this sentence, filled in or not."""
    if sentence in THEIRS:
        return True
    params = {k: v for k, v in params.items() if not isinstance(v, (Model, type))}
    for text in THEIRS:
        if "%" not in text:
            continue
        try:
            if text % params == sentence or text % params.get("min_length") == sentence:
                return True
        except (KeyError, TypeError, ValueError):
            continue
    return False


def project_forms() -> list[type[forms.BaseForm]]:
    """Return every form class of the project that a page may show."""
    get_resolver().url_patterns  # noqa: B018  reads every module of views
    found, todo = set(), [forms.BaseForm]
    while todo:
        one = todo.pop()
        todo += one.__subclasses__()
        if one.__module__.startswith(APPS) and not one.__name__.startswith("_"):
            found.add(one)
    return sorted(found, key=lambda one: (one.__module__, one.__name__))


@pytest.fixture
def known(world, rf):
    """What forms ask for when they are made."""
    request = rf.get("/")
    request.user = world.people["administrator"]
    request.session = {}
    with context.request_context(request):
        yield {
            "units": WorkUnit.objects.all(),
            "windows": [],
            "candidates": [],
            "user": world.people["administrator"],
            "data": None,
        }


def made(form_class, known):
    """Return the form, with what its signature requires."""
    kwargs = {}
    for one in type.mro(form_class):
        for name, parameter in inspect.signature(one.__init__).parameters.items():
            is_needed = parameter.default is inspect.Parameter.empty
            named = parameter.kind in {
                inspect.Parameter.KEYWORD_ONLY,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
            }
            if name != "self" and is_needed and named:
                kwargs[name] = known.get(name, True)
    if form_class.__module__ == SignInForm.__module__ and form_class is not SignInForm:
        kwargs["user"] = known["user"]
    return form_class(**kwargs)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_field_speaks_in_the_words_of_a_library(known, language):
    classes = project_forms()
    assert len(classes) > 25
    n_said, wrong = 0, []
    with translation.override(language):
        for form_class in classes:
            form = made(form_class, known)
            assert form.fields or form_class.__name__ in {"PortalForm"}
            for name, field in form.fields.items():
                for value in ODD:
                    if isinstance(value, list) and not hasattr(field, "choices"):
                        continue
                    try:
                        field.clean(value)
                    except ValidationError as error:
                        for sentence, params in said(error):
                            n_said += 1
                            if is_theirs(sentence, params):
                                wrong.append((form_class.__name__, name, sentence))
    assert n_said > 200
    assert sorted(set(wrong)) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_column_speaks_in_the_words_of_a_library(world, language):
    wrong = []
    with translation.override(language):
        for model in apps.get_models():
            if not model.__module__.startswith(APPS):
                continue
            for field in model._meta.fields:
                errors = []
                for value in ODD:
                    if isinstance(value, list) or field.is_relation:
                        continue
                    try:
                        field.clean(value, None)
                    except ValidationError as error:
                        errors += said(error)
                unique = model().unique_error_message(model, (field.name,))
                errors += said(ValidationError([unique]))
                wrong += [
                    (model.__name__, field.name, sentence)
                    for sentence, params in errors
                    if is_theirs(sentence, params)
                ]
            for names in model._meta.total_unique_constraints:
                pair = tuple(names.fields)
                if len(pair) > 1:
                    unique = model().unique_error_message(model, pair)
                    for sentence, params in said(ValidationError([unique])):
                        assert not is_theirs(sentence, params), (model, pair)
    assert sorted(set(wrong)) == []


def test_a_taken_address_says_what_to_do(world):
    data = {"slug": "2026", "name": "Sekali lagi"}
    form = PeriodForm(data)
    assert not form.is_valid()
    assert form.errors["slug"] == [
        "Periode penilaian lain sudah memakai isian “Alamat” ini. Isi yang berbeda."
    ]
    assert form.errors["year"] == ["Belum diisi. Isi atau pilih dahulu."]


@pytest.mark.parametrize("language", ["id", "en"])
def test_passwords_are_judged_in_our_words(world, language):
    with translation.override(language):
        for password in ("", "12345678901", "password", "operator2026", "qwertyuiop"):
            with pytest.raises(ValidationError) as caught:
                validate_password(password, world.people["operator"])
            for sentence, params in said(caught.value):
                assert not is_theirs(sentence, params)
        for sentence in password_validators_help_texts():
            assert not is_theirs(sentence, {"min_length": 10})


REACHED = {
    "account_inactive", "enter_current_password", "incorrect_code",
    "incorrect_password", "invalid_login", "invalid_or_expired_key",
    "same_as_current", "too_many_login_attempts", "rate_limited",
    "username_password_mismatch",
}  # fmt: skip
"""Of allauth's texts those that the portal's pages can show: no sign-up, no mail."""


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_door_speaks_in_our_words(language):
    texts = PortalAccountAdapter.error_messages
    assert set(texts) >= REACHED
    with translation.override(language):
        assert [k for k in sorted(REACHED) if is_theirs(str(texts[k]), {})] == []
