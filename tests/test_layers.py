"""An app imports only from lines below its own; imports in functions count too."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the lowest line to the highest. Apps on one line do not import each other.
LINES = [
    {"wbk_portal.common"},
    {"wbk_portal.audit", "wbk_portal.ops"},
    {"wbk_portal.accounts"},
    {"indicators"},
    {"evidence"},
    {"surveys", "complaints"},
    {"wbk_portal.dashboard"},
    {"wbk_portal.demo"},
    {"wbk_portal.settings", "wbk_portal.views"},
    {"wbk_portal.urls", "wbk_portal.wsgi"},
]
LEVEL = {name: level for level, names in enumerate(LINES) for name in names}


def app_of(module: str) -> str | None:
    """Return the app (or top module) that a dotted module name belongs to."""
    for name in LEVEL:
        if module == name or module.startswith(name + "."):
            return name
    return None


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Return the dotted names of everything that a file imports, at any depth."""
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name} | {f"{name}.{alias.name}" for alias in node.names}
    return found


def sources() -> list[Path]:
    tops = ["wbk_portal", "indicators", "evidence", "surveys", "complaints"]
    return sorted(
        path
        for top in tops
        for path in (ROOT / top).rglob("*.py")
        if app_of(module_of(path)) is not None
    )


def upward(path: Path) -> list[str]:
    own = app_of(module_of(path))
    return sorted(
        name
        for name in imports_of(path)
        if (app := app_of(name)) not in (None, own) and LEVEL[app] >= LEVEL[own]
    )


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_imports_from_its_own_line_or_above(path):
    assert upward(path) == []


def test_the_walk_sees_an_import_inside_a_function(tmp_path, monkeypatch):
    module = tmp_path / "wbk_portal" / "common" / "bad.py"
    module.parent.mkdir(parents=True)
    module.write_text(
        "def f():\n    from evidence.models import Blob\n    return Blob\n"
    )
    monkeypatch.setattr("tests.test_layers.ROOT", tmp_path)
    assert upward(module) == ["evidence.models", "evidence.models.Blob"]


def test_common_has_no_models():
    assert not (ROOT / "wbk_portal" / "common" / "models.py").exists()
    assert not (ROOT / "wbk_portal" / "common" / "migrations").exists()
