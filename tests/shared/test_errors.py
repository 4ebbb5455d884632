"""The error catalogue: a kind has the status, a class its code; docs/errors.md shows the same."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from service.shared.api.problem import catalogue
from service.shared.errors import MoodropError
from tests.catalogue import CATALOGUE, KINDS, MODULES

ROOT = Path(__file__).parent.parent.parent


def test_a_kind_alone_carries_the_status() -> None:
    """All errors of a kind share its status, and no two kinds have the same."""
    assert all(error.status == kind.status for kind in KINDS for error in catalogue(kind))
    assert len({kind.status for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.code)
def test_an_error_says_what_happened_and_what_to_do(kind: type[MoodropError]) -> None:
    """The title replaces a missing detail; code and class name correspond."""
    error = kind()

    assert error.detail == kind.title == str(error)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert kind.hint.endswith(".")


def test_only_what_may_pass_by_itself_is_retryable() -> None:
    """Clients would retry other errors for ever."""
    retryable = {kind.code for kind in CATALOGUE if kind.retryable}

    assert retryable == {
        "request_too_slow",
        "object_missing",
        "parts_missing",
        "upload_busy",
        "unavailable",
        "not_ready",
        "store_unavailable",
        "store_denied",
        "database_unavailable",
        "identity_unavailable",
        "too_busy",
        "too_many",
        "too_much_pending",
        "rate_limited",
        "passwords_busy",
        "device_pending",
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.split(".")[1])
def test_the_tree_in_the_docstring_is_the_tree(module: ModuleType) -> None:
    """A house's errors.py shows every class of that house under its kind."""
    # A line without a branch continues the one above it.
    lines = re.sub(r"\n[│ ]{20,}", "  ", module.__doc__ or "").splitlines()
    drawn = {}
    for line in (line for line in lines if "─ " in line):
        kind, status, *children = line.split("─ ")[1].split()
        drawn[kind] = (int(status), set(children))

    here = {kind: {c.__name__ for c in kind.__subclasses__() if c.__module__ == module.__name__} for kind in KINDS}
    is_ground = module.__name__ == MoodropError.__module__  # draws the kinds themselves
    assert drawn == {kind.__name__: (kind.status, own) for kind, own in here.items() if own or is_ground}


def test_the_page_of_errors_lists_them_all() -> None:
    """docs/errors.md: code, status, whether to retry, meaning, what to do."""
    table = re.findall(
        r"^\| `(\w+)` \| (\d+) \| (yes|no) \| (.+?) \| (.+?) \|$", (ROOT / "docs/errors.md").read_text(), re.MULTILINE
    )

    assert table == [
        (kind.code, str(kind.status), "yes" if kind.retryable else "no", kind.title, kind.hint.replace("|", "\\|"))
        for kind in sorted(CATALOGUE, key=lambda kind: (kind.status, kind.code))
    ]
