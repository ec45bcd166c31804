"""Where an installation's data lies, and what its processes are told."""

import os
import re
import socket
import stat
from pathlib import Path

import pytest

from wbk_portal.launch import __main__ as launch
from wbk_portal.launch import serve, site
from wbk_portal.launch.stamps import Stamp, fingerprint


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Stand in an empty clone."""
    monkeypatch.setattr(site, "ROOT", tmp_path / "clone")
    (tmp_path / "clone").mkdir()
    return tmp_path / "clone"


def claim(place: site.Site) -> None:
    """Claim a folder and let it go again."""
    with serve.claim(place):
        pass


def refusal(capsys, call, *args) -> str:
    with pytest.raises(SystemExit) as ended:
        call(*args)
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_the_defaults(root):
    demo, own = site.demo_site({}), site.own_site({})
    assert demo.data_dir == root / ".data" / "demo"
    assert own.data_dir == root / ".data" / "portal"
    assert (demo.address, own.address) == ("http://127.0.0.1:8000",) * 2
    assert (demo.environ["DEMO"], own.environ["DEMO"]) == ("1", "0")
    assert (demo.environ["DEBUG"], own.environ["DEBUG"]) == ("0", "0")


def test_the_key_is_made_once_and_readable_by_its_owner_only(root):
    first, second = site.demo_site({}), site.demo_site({})
    key = first.environ["SECRET_KEY"]
    assert len(key) > 60
    assert second.environ["SECRET_KEY"] == key
    assert site.own_site({}).environ["SECRET_KEY"] != key
    path = first.data_dir / "keys" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    site.demo_site({})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_the_demo_never_hears_of_the_organisations_settings(root):
    (root / ".env").write_text("DATABASE_URL=postgres://own\nSECRET_KEY=own\n")
    environ = site.demo_site({"DATABASE_URL": "postgres://own", "HTTPS": "1"}).environ
    assert "DATABASE_URL" not in environ
    assert environ.get("HTTPS") is None
    assert environ["SECRET_KEY"] != "own"
    assert environ["ENV_FILE"] == os.devnull


def test_the_environment_goes_before_the_file(root, tmp_path):
    (root / ".env").write_text(
        "# comment\n\nexport PORT=9000\nALLOWED_HOSTS='portal.example'\n"
        f'DATA_DIR="{tmp_path / "of its own"}"\nSECRET_KEY=from-file\n'
    )
    own = site.own_site({"PORT": "9001"})
    assert own.port == 9001
    assert own.data_dir == tmp_path / "of its own"
    assert own.environ["SECRET_KEY"] == "from-file"
    assert own.host_header == "portal.example"


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０"])
def test_a_wrong_port_is_named(root, capsys, port):
    assert f"PORT={port}" in refusal(capsys, site.demo_site, {"PORT": port})


def test_a_folder_that_cannot_be_made_is_named(root, capsys):
    (root / "file").touch()
    given = {"DATA_DIR": str(root / "file" / "data")}
    assert "DATA_DIR=/jalur/folder" in refusal(capsys, site.demo_site, given)


@pytest.mark.parametrize(
    ("environ", "url", "host"),
    [
        ({}, "http://127.0.0.1:8000", "127.0.0.1"),
        ({"ALLOWED_HOSTS": "*"}, "http://127.0.0.1:8000", "127.0.0.1"),
        ({"ALLOWED_HOSTS": ".example, b"}, "http://127.0.0.1:8000", "example"),
        ({"CSRF_TRUSTED_ORIGINS": "https://p.example"}, "https://p.example", None),
        ({"BIND": "0.0.0.0"}, "http://127.0.0.1:8000", None),  # noqa: S104
    ],
)
def test_the_addresses_for_people_and_for_ourselves(root, environ, url, host):
    own = site.own_site(environ)
    assert own.public_url == url
    assert host in (None, own.host_header)


def test_one_folder_serves_once(root, capsys):
    demo = site.demo_site({})
    with serve.claim(demo):
        assert "sudah berjalan" in refusal(capsys, claim, demo)
    claim(demo)


def test_a_demo_does_not_touch_an_organisations_folder(root, capsys, tmp_path):
    given = {"DATA_DIR": str(tmp_path / "data")}
    own = site.own_site(given)
    claim(own)
    (own.data_dir / "portal.sqlite3").touch()
    assert "data instansi" in refusal(capsys, claim, site.demo_site(given))


def test_an_organisation_does_not_start_on_a_demo(root, capsys):
    demo = site.demo_site({})
    claim(demo)
    own = site.own_site({"DATA_DIR": str(demo.data_dir)})
    assert "orang rekaan" in refusal(capsys, claim, own)


def test_a_taken_port_is_named_with_another_one(root, capsys):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        demo = site.demo_site({"PORT": str(port)})
        assert f"PORT={port + 1}" in refusal(capsys, serve.need_port, demo)
    serve.need_port(demo)


def test_starting_over_removes_the_demo_and_nothing_else(root):
    demo = site.demo_site({})
    (demo.data_dir / "files" / "ab").mkdir(parents=True)
    for name in ("portal.sqlite3", "portal.sqlite3-wal", "catatan.txt"):
        (demo.data_dir / name).touch()
    Stamp(demo.run_dir / "stamp-seed", "x").set()
    launch.clear(demo)
    left = {path.name for path in demo.data_dir.iterdir()}
    assert left == {"run", "catatan.txt"}
    assert list(demo.run_dir.iterdir()) == []


def test_people_stand_in_columns():
    rows = [
        {"nama": "rina", "unit": "PN-SKM"},
        {"nama": "bambang", "unit": "Kantor Pusat"},
    ]
    assert serve.table(rows) == (
        "  nama     unit\n  rina     PN-SKM\n  bambang  Kantor Pusat"
    )
    assert serve.table([]) == "(belum ada)"


def test_a_fingerprint_sees_names_and_contents_but_not_times(tmp_path):
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / "one.py"
    file.write_text("1")
    tops = [tmp_path / "a", tmp_path / "missing"]
    first = fingerprint(tops, root=tmp_path)
    os.utime(file, (1, 1))
    (tmp_path / "a" / "one.pyc").write_text("x")
    assert fingerprint(tops, root=tmp_path) == first
    file.write_text("2")
    second = fingerprint(tops, root=tmp_path)
    file.rename(file.with_name("two.py"))
    assert len({first, second, fingerprint(tops, root=tmp_path)}) == 3


def test_a_stamp_holds_for_its_own_value_only(tmp_path):
    stamp = Stamp(tmp_path / "deep" / "x", "one")
    assert not stamp.is_current
    stamp.set()
    assert stamp.is_current
    assert not Stamp(tmp_path / "deep" / "x", "two").is_current
    stamp.clear()
    assert not stamp.is_current


def test_every_setting_stands_in_the_example():
    """`.env.example` names each variable that the settings read."""
    root = Path(__file__).resolve().parents[2]
    code = (root / "wbk_portal" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code)) - {"ENV_FILE", "DEMO"}
    example = (root / ".env.example").read_text()
    assert {name for name in read if f"{name}=" not in example} == set()
