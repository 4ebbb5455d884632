"""Helpers have their own modules: a test module that others import cannot be split or renamed freely."""

import ast
import logging
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.helpers.forked import FORKING, inherited

TESTS = Path(__file__).parent


def _imported(path: Path) -> set[str]:
    """Return the names of the modules that a file imports, and of what it imports from them."""
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _is_test_module(name: str) -> bool:
    parts = name.split(".")
    folder = TESTS.parent
    return parts[0] == "tests" and any(
        part.startswith("test_") and folder.joinpath(*parts[:index], f"{part}.py").is_file()
        for index, part in enumerate(parts)
    )


def test_no_module_imports_from_a_test_module() -> None:
    """What two test modules need goes into a helper module beside them, or into tests/helpers."""
    imports = {path: _imported(path) for path in TESTS.rglob("*.py")}

    assert [f"{path}: {name}" for path, names in imports.items() for name in names if _is_test_module(name)] == []


def test_an_import_of_a_test_module_is_noticed(tmp_path: Path) -> None:
    """In both ways to write it; helpers and functions named test_… do not count."""
    file = tmp_path / "some.py"
    file.write_text("from tests import test_docs\nimport tests.test_words as words\nfrom tests.builders import SONG\n")

    assert sorted(filter(_is_test_module, _imported(file))) == ["tests.test_docs", "tests.test_words"]


def test_a_forked_server_inherits_nothing_that_hides_a_fault() -> None:
    """It reads its own environment and makes its own log safe; the imports are done."""
    with ProcessPoolExecutor(1, mp_context=FORKING) as servers:
        modules, makes_records = servers.submit(inherited).result()

    assert makes_records is logging.LogRecord
    assert modules.isdisjoint({"gunicorn", "granian", "prometheus_client", "opentelemetry", "service.wsgi"})
    assert {"service.app", "service.store.s3.store", "service.store.minio.accounts"} <= modules
