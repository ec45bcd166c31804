"""English texts: complete, well formed, and collected from wherever they are marked."""

import ast
import os
import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template import Engine
from django.template.base import FilterExpression, Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import trans_real

from wbk_portal.common import catalogue
from wbk_portal.common.terms import term_evidence, term_unit

ROOT = settings.BASE_DIR

PYTHON = '''
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy, npgettext, pgettext
from django.utils import translation
from wbk_portal.common.terms import gettext_noop

A = _("lazy "
      "dan bersambung")
B = ngettext("%(n)d satu", "%(n)d banyak", 2)
C = pgettext("layar", "dengan konteks")
D = gettext_noop("hanya ditandai")
E = ngettext_lazy("%(n)d malas satu", "%(n)d malas banyak", "n")
F = npgettext("layar", "%(n)d konteks satu", "%(n)d konteks banyak", 2)

def text():
    """A text that is not marked: _ and gettext stand in words only."""
    found = f"{_now('dengan nama lain')}: {count}"
    return found + translation.gettext("lewat modul") + _(variable) + ngettext(*both)
'''
TEMPLATE = """
{% load i18n %}{# {% translate "di komentar" %} #}
{% translate "biasa" %} {% translate 'kutip tunggal' as said %}
{% translate "berkonteks" context "layar" %} {% translate "100% pasti" %}
  {{ label|default:_("lewat saringan") }} {{ _("lewat variabel") }}
    {% include "x.html" with title=_("lewat tag") only %}
{% blocktranslate with name=user.name %}Halo {{ name }}{% endblocktranslate %}
{% blocktranslate trimmed count n=rows|length %}
  {{ n }} baris,
  satu
{% plural %}
  {{ n }} baris,
  banyak
{% endblocktranslate %}
"""
EXPECTED = {
    (None, "lazy dan bersambung"),
    (None, ("%(n)d satu", "%(n)d banyak")),
    ("layar", "dengan konteks"),
    (None, "hanya ditandai"),
    (None, ("%(n)d malas satu", "%(n)d malas banyak")),
    ("layar", ("%(n)d konteks satu", "%(n)d konteks banyak")),
    (None, "dengan nama lain"),
    (None, "lewat modul"),
    (None, "biasa"),
    (None, "kutip tunggal"),
    ("layar", "berkonteks"),
    (None, "100%% pasti"),
    (None, "lewat saringan"),
    (None, "lewat variabel"),
    (None, "lewat tag"),
    (None, "Halo %(name)s"),
    (None, ("%(n)s baris, satu", "%(n)s baris, banyak")),
    (None, "di folder aplikasi"),
}


@pytest.fixture
def tree(tmp_path):
    """A project of one app, with every way of marking a text."""
    app = tmp_path / "app"
    (app / "migrations").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "marked.py").write_text(PYTHON, encoding="utf-8")
    (app / "migrations" / "0001_initial.py").write_text('x = _("dari migrasi")')
    (app / "templates").mkdir()
    (app / "templates" / "in_app.txt").write_text(
        '{% translate "di folder aplikasi" %}'
    )
    (tmp_path / "wbk_portal" / "common").mkdir(parents=True)
    (tmp_path / "wbk_portal" / "common" / "library_texts.py").write_text(
        'x = _("Enter a number.")'
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").write_text('x = _("dari uji")')
    (tmp_path / "templates" / "pages").mkdir(parents=True)
    (tmp_path / "templates" / "pages" / "page.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture(scope="module")
def collected():
    """The texts that the portal marks; collecting takes seconds."""
    return catalogue.collect(ROOT)


@pytest.fixture(scope="module")
def known(collected):
    """The same as pairs of context and text; a plural also by its singular alone."""
    found = texts_of(collected)
    pairs = {(context, text) for context, text in found if isinstance(text, tuple)}
    return found | {(context, text[0]) for context, text in pairs}


def texts_of(collected):
    """Return (context, text or pair) of every message."""
    return {(m.context, m.id) for m in collected if m.id}


def fill(root, translations, language="en"):
    """Store translations by (singular) text; update must have been called."""
    path = catalogue.po_path(root, language)
    stored = catalogue.load(path, language)
    for text, english in translations.items():
        stored.get(text).string = english
    catalogue.store(path, stored)


# --- The portal's own catalogue ------------------------------------------------------
def test_every_text_has_its_english(collected):
    assert len(collected) > 1000
    assert catalogue.untranslated(ROOT, collected=collected) == []
    assert catalogue.faults(ROOT, collected=collected) == []


def test_what_libraries_say_has_our_words_in_both_languages(collected):
    ours = texts_of(catalogue.collect_library_texts(ROOT))
    assert len(ours) > 40
    assert ours <= texts_of(collected)
    assert catalogue.untranslated(ROOT, "id") == []
    assert catalogue.faults(ROOT, "id") == []


def test_the_stored_file_is_as_the_command_writes_it(tmp_path):
    path = catalogue.po_path(ROOT)
    stored = catalogue.load(path)
    assert stored.num_plurals == 2
    assert stored.plural_expr == "(n != 1)"
    catalogue.store(tmp_path / "django.po", stored)
    assert (tmp_path / "django.po").read_bytes() == path.read_bytes()


def _marked(value, found):
    """Add the texts that wait for translation inside a node's attribute."""
    if isinstance(value, Promise):
        found.add((None, str(value)))
    elif isinstance(value, FilterExpression):
        _marked(value.var, found)
        for _function, arguments in value.filters:
            _marked(arguments, found)
    elif isinstance(value, dict):
        _marked(list(value.values()), found)
    elif isinstance(value, (list, tuple)):
        for one in value:
            _marked(one, found)


def _constant(expression):
    return expression and expression.resolve({})


def _node_texts(node, found):
    context = None
    if isinstance(node, (TranslateNode, BlockTranslateNode)):
        context = _constant(node.message_context)
    if isinstance(node, TranslateNode):
        text = getattr(node.filter_expression.var, "literal", None)
        if text is not None:
            found.add((context, str(text).replace("%", "%%")))
    elif isinstance(node, BlockTranslateNode):
        text = node.render_token_list(node.singular)[0]
        if node.plural:
            text = (text, node.render_token_list(node.plural)[0])
        found.add((context, text))
    for value in vars(node).values():
        _marked(value, found)


def test_what_the_template_engine_translates_is_collected(known):
    """Ask Django's own parser, which knows nothing of how texts are collected."""
    found = set()
    folder = ROOT / "templates"
    with translation.override(None):
        for path in sorted(folder.rglob("*.*")):
            template = Engine.get_default().get_template(str(path.relative_to(folder)))
            for node in template.nodelist.get_nodes_by_type(Node):
                _node_texts(node, found)
    assert len(found) > 400
    assert found - known == set()


UNREAD = {"tests", "benchmarks", "migrations"}


def test_what_the_modules_mark_can_be_collected(known):
    """Follow the imports; a text that is put together at run time is in no list."""
    found, made_up = set(), []
    for path in ROOT.glob("*/**/*.py"):
        place = path.relative_to(ROOT)
        if place.parts[0].startswith(".") or UNREAD & set(place.parts):
            continue
        tree = ast.parse(path.read_bytes())
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name.startswith("gettext")
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                text = node.args[0]
                if isinstance(text, ast.Constant):
                    found.add(text.value)
                else:
                    made_up.append(f"{place}: {ast.unparse(node)}")
    assert len(found) > 400
    assert found - {text for _context, text in known} == set()
    # The words of the settings are in the list by name.
    assert [one for one in made_up if "common/terms.py" not in one] == []


# --- Collecting ----------------------------------------------------------------------
def test_every_way_of_marking_is_found(tree):
    assert texts_of(catalogue.collect(tree)) == EXPECTED


def test_an_update_keeps_translations_and_drops_what_is_gone(tree):
    catalogue.update(tree)
    fill(tree, {"biasa": "plain", "dengan nama lain": "by another name"})
    (tree / "app" / "marked.py").write_text('x = _("biasa saja")')
    catalogue.update(tree)
    stored = catalogue.load(catalogue.po_path(tree))
    assert stored.get("biasa").string == "plain"
    assert stored.get("biasa saja").string == ""
    assert stored.get("dengan nama lain") is None
    assert not stored.obsolete
    before = catalogue.po_path(tree).read_bytes()
    catalogue.update(tree)
    assert catalogue.po_path(tree).read_bytes() == before
    assert b"Date" not in before


def test_a_text_that_becomes_plural_must_be_translated_anew(tree):
    (tree / "app" / "marked.py").write_text('x = _("%(n)d baris")')
    catalogue.update(tree)
    fill(tree, {"%(n)d baris": "%(n)d rows"})
    (tree / "app" / "marked.py").write_text(
        'x = ngettext("%(n)d baris", "%(n)d baris", n)'
    )
    catalogue.update(tree)
    assert "%(n)d baris" in catalogue.untranslated(tree)


# --- Checking ------------------------------------------------------------------------
def test_missing_and_fuzzy_texts_are_reported(tree):
    catalogue.update(tree)
    missing = catalogue.untranslated(tree)
    assert len(missing) == len(EXPECTED)
    fill(tree, {"biasa": "plain", "%(n)d satu": ("%(n)d one", "")})
    assert len(catalogue.untranslated(tree)) == len(missing) - 1
    path = catalogue.po_path(tree)
    stored = catalogue.load(path)
    stored.get("biasa").flags.add("fuzzy")
    catalogue.store(path, stored)
    assert "biasa" in catalogue.untranslated(tree)


@pytest.mark.parametrize(
    ("source", "english", "fault"),
    [
        ("%(n)d berkas", "%(n)d files", ""),
        ("%(n)d berkas", "files", "placeholders"),
        ("%(n)d berkas", "%(n)s files", "placeholders"),
        ("%(n)d berkas", "%(m)d files", "placeholders"),
        ("%(a)s dari %(b)s", "of %(b)s, %(a)s", ""),
        ("%(a)s dari %(b)s", "%(a)s of %(a)s", "placeholders"),
        ("%s berkas", "files", "placeholders"),
        ("{kept} tersimpan", "{kept} saved", ""),
        ("{kept} tersimpan", "{keep} saved", "placeholders"),
        ("100%% pasti", "surely 100%%", ""),
        ("%(Term)s ini", "this %(term)s", ""),
        ("%(Nama)s ini", "this %(nama)s", "placeholders"),
        ('<a href="%(u)s">satu</a>', '<a href="%(u)s">one</a>', ""),
        ('<a href="%(u)s">satu</a>', '<a href="%(u)s">one<a>', "tags"),
        ("<b>satu</b>", "one", "tags"),
        ("a &amp; b", "a and b", "entities"),
        ("satu ", "one", "spaces at the ends"),
        ("satu", "one", ""),
    ],
)
def test_a_translation_has_the_parts_of_its_source(tree, source, english, fault):
    (tree / "app" / "marked.py").write_text(f"x = _({source!r})")
    catalogue.update(tree)
    fill(tree, {source: english})
    found = catalogue.faults(tree)
    assert len(found) == bool(fault)
    assert all(fault in one and repr(source) in one for one in found)


def test_each_plural_form_is_held_against_its_own_source(tree):
    source = 'x = ngettext("satu dari %(all)s", "%(n)d dari %(all)s", n)'
    (tree / "app" / "marked.py").write_text(source)
    catalogue.update(tree)
    fill(tree, {"satu dari %(all)s": ("one of %(all)s", "%(n)d of %(all)s")})
    assert catalogue.faults(tree) == []
    fill(tree, {"satu dari %(all)s": ("%(n)d of %(all)s", "%(n)d of %(all)s")})
    assert len(catalogue.faults(tree)) == 1


def test_an_entry_without_its_source_is_a_fault(tree):
    catalogue.update(tree)
    (tree / "templates" / "pages" / "page.html").write_text("{% load i18n %}")
    assert "'biasa': not in the code" in catalogue.faults(tree)


def test_the_command_fails_on_gaps_and_faults(tree, settings, capsys):
    settings.BASE_DIR = tree
    count = len(EXPECTED) + 1
    with pytest.raises(CommandError, match=f"^{count} texts have no translation"):
        call_command("texts", "--check")
    assert "untranslated: en: 'biasa'" in capsys.readouterr().out
    assert not catalogue.po_path(tree).exists()
    (tree / "app" / "marked.py").write_text('x = _("%(n)d baris")')
    shutil.rmtree(tree / "templates")
    shutil.rmtree(tree / "app" / "templates")
    call_command("texts")
    fill(tree, {"%(n)d baris": "rows"})
    fill(tree, {"Enter a number.": "Tulis angka."}, "id")
    with pytest.raises(CommandError, match="1 entries are wrong"):
        call_command("texts", "--check")
    fill(tree, {"%(n)d baris": "%(n)d rows"})
    call_command("texts", "--check")


# --- Compiling -----------------------------------------------------------------------
@pytest.fixture
def compiled(tmp_path, settings):
    """The portal's catalogue, compiled elsewhere and read by Django afresh."""
    path = catalogue.po_path(tmp_path)
    path.parent.mkdir(parents=True)
    shutil.copyfile(catalogue.po_path(ROOT), path)
    assert catalogue.compile_catalogues(tmp_path) == [path.with_suffix(".mo")]
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    kept = dict(trans_real._translations)
    trans_real._translations.clear()
    yield tmp_path
    trans_real._translations.clear()
    trans_real._translations.update(kept)


@pytest.mark.usefixtures("compiled")
def test_english_is_spoken_once_compiled():
    with translation.override("en"):
        assert translation.gettext("Simpan draf") == "Save draft"
        assert translation.pgettext("unit", "Tutup") == "Closed"
        assert translation.gettext("Tutup") == "Close"
        one, two = (
            translation.ngettext("%(n)d hari kerja", "%(n)d hari kerja", n) % {"n": n}
            for n in (1, 2)
        )
        assert (one, two) == ("1 working day", "2 working days")
        assert term_evidence(capital=True) == "Evidence"
        assert term_unit() == "work unit"
    with translation.override("id"):
        assert translation.gettext("Simpan draf") == "Simpan draf"
        one = translation.ngettext("%(n)d hari kerja", "%(n)d hari kerja", 1)
        assert one == "%(n)d hari kerja"


def test_a_catalogue_is_compiled_again_only_when_it_is_newer(compiled):
    assert catalogue.compile_catalogues(compiled) == []
    path = catalogue.po_path(compiled)
    later = path.with_suffix(".mo").stat().st_mtime + 1
    os.utime(path, (later, later))
    assert catalogue.compile_catalogues(compiled) == [path.with_suffix(".mo")]
    assert not list(path.parent.glob("*.part"))
