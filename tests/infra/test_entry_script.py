"""`./portal`: its verbs, and one sentence with the way out where it cannot run."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wbk_portal.accounts.models import Role

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [
    *("cat", "cut", "dash", "dirname", "env", "flock", "grep", "head", "id", "kill"),
    *("ls", "mkdir", "readlink", "rm", "sha256sum", "sh", "sleep", "tail", "uname"),
]


@pytest.fixture
def clone(tmp_path):
    """Copy what the script needs before anything is installed."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copy2(ROOT / "portal", folder)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    return folder


@pytest.fixture
def path(tmp_path):
    """Make a PATH of plain tools, without Python, apt or sudo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def program(folder: Path, name: str, script: str) -> None:
    """Put a small shell program into a folder."""
    target = folder / name
    target.unlink(missing_ok=True)
    target.write_text(f"#!/bin/sh\n{script}\n")
    target.chmod(0o755)


def run(clone: Path, *words: str, path: Path, **environ: str):
    """Run the script with nothing but the given environment, in at most 5 seconds."""
    begin = time.monotonic()
    done = subprocess.run(
        [clone / "portal", *words],
        env={"PATH": str(path), "HOME": str(clone), **environ},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    # A machine on which others compute too may take its time.
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert time.monotonic() - begin < 5 * crowd
    return done


def sentences(done) -> str:
    """Check that the words are one sentence in each language, and return them."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    own, english = done.stderr.strip().splitlines()[-2:]
    assert own.startswith("portal: ")
    assert english.startswith("(")
    assert english.endswith(")")
    return done.stderr


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_alone_it_lists_the_verbs(clone, path, words):
    done = run(clone, *words, path=path)
    assert done.returncode == 0
    assert "./portal test " in done.stdout
    for verb in ("demo", "demo --fresh", "demo --people", "start", "manage", "prepare"):
        assert f"./portal {verb} " in done.stdout


def test_an_unknown_verb_is_refused_with_the_list(clone, path):
    done = run(clone, "serve", path=path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "./portal demo" in done.stderr


def test_the_people_are_printed_before_anything_is_installed(clone, path):
    (path / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    for name in ("__init__.py", "demo"):
        source = ROOT / "wbk_portal" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        (clone / "wbk_portal").mkdir(exist_ok=True)
        copy(source, clone / "wbk_portal" / name)
    done = run(clone, "demo", "--people", path=path)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert list(rows[0]) == ["username", "password", "role", "unit", "name"]
    assert rows[0]["username"] == "rina.astuti"
    assert {row["role"] for row in rows} == {str(role.label) for role in Role}
    assert "contoh belum dibuat" in done.stderr
    assert "./portal demo membuatnya" in done.stderr
    assert not (clone / ".venv-run").exists()
    (clone / ".data" / "demo").mkdir(parents=True)
    (clone / ".data" / "demo" / "portal.sqlite3").touch()
    again = run(clone, "demo", "--people", path=path)
    assert (again.stdout, again.stderr) == (done.stdout, "")


@pytest.mark.parametrize("verb", ["demo", "start", "test", "manage"])
def test_an_old_python_is_named_with_the_way_out(clone, path, verb):
    program(path, "python3", "echo 3.10")
    words = sentences(run(clone, verb, path=path))
    assert "Python 3.10 terlalu lama" in words
    assert "Debian 12 atau 13" in words


def test_a_newer_python_beside_an_old_one_is_taken(clone, path):
    program(path, "python3", "echo 3.9")
    program(
        path, "python3.13", 'case "$*" in *ensurepip*) exit 1;; *) echo 3.13;; esac'
    )
    words = sentences(run(clone, "demo", path=path))
    assert "python3.13-venv" in words


def test_without_apt_the_missing_thing_is_named(clone, path):
    words = sentences(run(clone, "demo", path=path))
    assert "python3 python3-venv" in words
    assert "tidak memakai apt" in words


def test_without_rights_the_command_for_root_is_named(clone, path):
    program(path, "apt-get", "exit 100")
    program(path, "id", "echo 1000")
    words = sentences(run(clone, "demo", path=path))
    assert "apt-get install --no-install-recommends python3 python3-venv" in words


def test_another_system_is_named(clone, path):
    program(path, "uname", "echo Darwin")
    words = sentences(run(clone, "demo", path=path))
    assert "bukan di Darwin" in words


def test_a_folder_of_somebody_else_is_named(clone, path):
    (path / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    program(path, "mkdir", "exit 1")
    program(path, "id", "echo nobody")
    words = sentences(run(clone, "start", path=path))
    assert "tidak dapat ditulis oleh nobody" in words
    assert "./portal prepare" in words


def test_no_network_for_apt(clone, path):
    program(path, "id", "echo 0")
    program(path, "apt-get", "echo 'Err:1 Temporary failure resolving'; exec sleep 60")
    words = sentences(run(clone, "demo", path=path))
    assert "sambungkan mesin ini ke jaringan" in words


@pytest.fixture
def silent_port():
    """Listen, accept nothing: a network that swallows everything."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


@pytest.fixture
def closed_port():
    """Give a port where nobody listens: an answer, and it is no."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.mark.parametrize("kind", ["silent_port", "closed_port"])
def test_no_network_for_python_packages(clone, path, kind, request):
    port = request.getfixturevalue(kind)
    (path / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    environ = {
        "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_CACHE_DIR": str(clone / "cache"),
    }
    words = sentences(run(clone, "demo", path=path, **environ))
    assert "sambungkan mesin ini ke jaringan" in words
    assert not (clone / ".venv-run" / ".stamp").exists()


def test_ci_runs_the_same_tests():
    text = (ROOT / ".ci" / "run").read_text()
    assert "exec ./portal test" in text
    for script in ("portal", ".ci/run"):
        assert os.access(ROOT / script, os.X_OK)
