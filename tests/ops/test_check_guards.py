"""The command that compares and repairs the database's guards."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from wbk_portal.common import guards


def test_says_how_many_stand(db, capsys):
    call_command("check_guards")
    count = len(guards.expected_guards(connection))
    assert capsys.readouterr().out == f"{count} guards stand\n"


def test_names_what_is_missing_and_repairs_only_when_told(db, capsys):
    guards.drop(connection)
    with pytest.raises(CommandError, match="guards differ") as failure:
        call_command("check_guards")
    assert failure.value.returncode == 1
    assert "wbkg_audit_entry_upd\n" in capsys.readouterr().out
    assert guards.installed_guards(connection) == {}
    call_command("check_guards", repair=True)
    assert guards.installed_guards(connection) == guards.expected_guards(connection)
