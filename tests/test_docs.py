"""The documents stay true: what they name exists, and every setting is documented."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from tests.catalogue import CATALOGUE
from tests.helpers.openapi_check import document
from tests.helpers.setting_docs import EXAMPLE, ROWS
from worker.settings import WorkerSettings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
FIELDS = {**Settings.model_fields, **WorkerSettings.model_fields}
NAMES = {name.upper() for name in FIELDS}
# A variable that somebody reads occurs in one of these.
SOURCES = (
    "service/**/*.py",
    "worker/**/*.py",
    "moodrop/**/*.py",
    "dev/**/*.py",
    "tests/**/*.py",
    "deploy/*",
    "compose.yaml",
    "Makefile",
)
# Read by other programs.
FOREIGN = {
    *("WEB_CONCURRENCY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_EXPORTER_OTLP_CERTIFICATE"),
    *("OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"),
}


def _code(page: Path) -> str:
    """Return what a page says in code: its blocks and its `spans`."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join(blocks + spans)


def _default_as_text(name: str) -> str:
    value: Any = FIELDS[name.lower()].default
    if value is None or value is PydanticUndefined:  # none, or it has to be set
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, bool):
        return str(int(value))
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)


# --- settings ----------------------------------------------------------------------------------
def test_the_example_lists_every_setting_and_nothing_else() -> None:
    """.env.example is the place to look for what can be set."""
    assert set(EXAMPLE) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_setting_has_its_default_in_the_example_and_in_the_table(name: str) -> None:
    """One value in settings.py, .env.example and docs/settings.md, with a line that explains it."""
    default = _default_as_text(name)

    assert default == EXAMPLE[name]
    documented, _, what, who = ROWS[name]
    assert documented.strip("`") == default
    assert what
    assert who


def test_the_table_lists_no_setting_that_there_is_not() -> None:
    """A setting without effect is worse than none."""
    assert set(ROWS) == NAMES


UNITS = {"s", "days", "bytes", "KiB", "files", "uploads", "proxies", "jobs"}


def test_numbers_have_a_unit() -> None:
    """60 of what?"""
    numbers = {name for name in NAMES if FIELDS[name.lower()].annotation is int and not name.endswith("PORT")}

    assert {name for name in numbers if ROWS[name][1] not in UNITS} == set()


# --- what pages name ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def sources() -> str:
    """Return the text of everything that could read a variable."""
    files = (file for pattern in SOURCES for file in ROOT.glob(pattern) if file.is_file() and file != Path(__file__))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_variable_that_nobody_reads(page: Path, sources: str) -> None:
    """Each NAME_LIKE_THIS is a setting, or occurs in the code that reads it."""
    named = set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", _code(page)))

    assert {name for name in named - NAMES - FOREIGN if not re.search(rf"\b{name}\b", sources)} == set()


def _addresses(page: Path) -> Iterator[tuple[str, str]]:
    base = r"(?:\$MOODROP|http://[\w.:]+|(?<![\w.}]))"
    pattern = r"(?:\b(GET|POST|PUT|PATCH|DELETE) \"?)?" + base + r"(/(?:v1|s3|songs|healthz|readyz)\b[\w/{}$.-]*)"
    for method, address in re.findall(pattern, re.sub(r"\$\(.*?\)", "ID", _code(page))):
        yield method, address.rstrip("/.")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_address_that_there_is_not(page: Path) -> None:
    """Each /v1/… is an operation, with that method if one is given."""
    paths = {re.sub(r"\{.*?\}", "[^/]+", path): set(operations) for path, operations in document()["paths"].items()}
    for method, address in _addresses(page):
        if address in ("/v1", "/s3"):
            continue
        methods = {one for pattern, operations in paths.items() if re.fullmatch(pattern, address) for one in operations}
        assert methods, f"{page.name}: {address}"
        assert method.lower() in methods | {""}, f"{page.name}: {method} {address}"


def test_the_walk_through_leaves_no_call_out() -> None:
    """docs/api.md shows every operation that no page of its own shows."""
    examples = "".join(
        _code(ROOT / "docs" / name)
        for name in ("api.md", "accounts.md", "media.md", "listening.md", "recommendations.md", "deploy.md", "uppy.md")
    )
    for path in document()["paths"]:
        pattern = re.sub(r"\\{\w+\\}", r"\\S+", re.escape(path))
        assert re.search(pattern, examples), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_make_target_that_there_is_not(page: Path) -> None:
    """Every command to type works."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z-]+)", _code(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_command_that_there_is_not(page: Path, ports: Ports) -> None:
    """flask --app service …"""
    commands = set(create_app(Settings(auth_mode="open"), ports).cli.commands)

    assert set(re.findall(r"flask --app service ([a-z-]+)", _code(page))) <= commands


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_error_that_there_is_not(page: Path) -> None:
    """A status before a code, as in 409 `object_missing`, is that code's own."""
    text = page.read_text(encoding="utf-8")

    assert set(re.findall(r"\b([45]\d\d) `([a-z_]+)`", text)) <= {(str(kind.status), kind.code) for kind in CATALOGUE}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    """Files, and headings in them."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, heading = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name}: {target}"
        if heading:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}
            assert heading in slugs, f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_source_file_that_there_is_not(page: Path) -> None:
    """Files move, and the pages must follow."""
    named = re.findall(
        r"(?<![\w/])((?:moodrop|service|tests|dev|web|docs|deploy|requirements)/[\w./-]+\.\w+)", _code(page)
    )

    assert {file for file in named if not (ROOT / file).exists()} <= {"web/dist/index.html"}


@pytest.fixture(scope="module")
def modules() -> str:
    """Return the path of each Python module, one per line."""
    folders = ("bench", "dev", "moodrop", "recommender", "service", "tests", "worker")
    return "\n".join(str(file) for folder in folders for file in (ROOT / folder).rglob("*.py")) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_module_that_there_is_not(page: Path, modules: str) -> None:
    """A page may omit a module's folders, but must follow when the module moves."""
    named = re.findall(r"(?<![\w/.>…*])([\w/]+\.py)\b", _code(page))

    assert {file for file in named if f"/{file}\n" not in modules} == set()


# --- what code names ---------------------------------------------------------------------------
def test_no_comment_names_a_file_that_there_is_not() -> None:
    """Comments and docstrings must follow when a file moves. The recipes name files that a reader is to make."""
    folders = ("bench", "dev", "moodrop", "recommender", "service", "tests", "worker")
    code = [file for folder in folders for file in (ROOT / folder).rglob("*.py") if file.name != "recipes.py"]
    path = r"(?<![\w/.-])(?:bench|dev|docs|moodrop|service|tests)/[\w/.-]+\.(?:py|md)\b"
    named = {(str(file.relative_to(ROOT)), name) for file in code for name in re.findall(path, file.read_text("utf-8"))}

    assert {(file, name) for file, name in named if not (ROOT / name).exists()} == set()
