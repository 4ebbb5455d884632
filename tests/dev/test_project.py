"""The inputs of a run: `.env`, the environment, the port."""

from pathlib import Path

import pytest

from dev.errors import LauncherError, is_no_network, last_line
from dev.project import port_of, read_dotenv, settings


def test_dotenv_takes_plain_quoted_and_exported_values(tmp_path: Path) -> None:
    """As people write them; a `#` in a value stays unless a space precedes it."""
    path = tmp_path / ".env"
    path.write_text("# a comment\n\nPORT=5001\nexport HOST = 127.0.0.1\nA='x # y'\nB=\"z\"\nC=p#q # note\nD=\nE=k=v\n")

    expected = {"PORT": "5001", "HOST": "127.0.0.1", "A": "x # y", "B": "z", "C": "p#q", "D": "", "E": "k=v"}

    assert expected == read_dotenv(path)


def test_dotenv_may_come_from_another_system(tmp_path: Path) -> None:
    """With a byte order mark and CRLF; any other encoding is refused in one line."""
    path = tmp_path / ".env"
    path.write_bytes(b"\xef\xbb\xbfPORT=5001\r\nMOODS='calm'\r\n")
    assert {"PORT": "5001", "MOODS": "calm"} == read_dotenv(path)

    path.write_bytes("MOODS=gelöst\n".encode("latin-1"))
    with pytest.raises(LauncherError, match="UTF-8"):
        read_dotenv(path)


def test_no_dotenv_means_no_settings(tmp_path: Path) -> None:
    """A checkout works without one."""
    assert {} == read_dotenv(tmp_path / ".env")


@pytest.mark.parametrize("line", ["PORT 5001", "=5001", "1PORT=5001", "PO RT=1"])
def test_dotenv_names_the_line_that_it_cannot_read(tmp_path: Path, line: str) -> None:
    """Otherwise people would look elsewhere for the silently missing setting."""
    path = tmp_path / ".env"
    path.write_text(f"HOST=127.0.0.1\n{line}\n")

    with pytest.raises(LauncherError, match=r"\.env, line 2"):
        read_dotenv(path)


def test_the_environment_wins_over_dotenv(tmp_path: Path) -> None:
    """`PORT=5002 make run` means what it says."""
    path = tmp_path / ".env"
    path.write_text("PORT=5001\nMOODS=happy\n")

    assert {"PORT": "5002", "MOODS": "happy"} == settings({"PORT": "5002"}, path)


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "50 00"])
def test_a_port_that_is_none_is_refused(value: str) -> None:
    """Before anything slow begins, with a valid example."""
    with pytest.raises(LauncherError, match="PORT=5001"):
        port_of({"PORT": value})


@pytest.mark.parametrize(("given", "port"), [({}, 5000), ({"PORT": ""}, 5000), ({"PORT": "8080"}, 8080)])
def test_the_port_defaults_to_5000(given: dict[str, str], port: int) -> None:
    """An empty PORT, as make exports it, counts as unset."""
    assert port == port_of(given)


@pytest.mark.parametrize(
    "output",
    [
        "pip: NewConnectionError('<pip._vendor...>: Failed to establish a new connection')",
        "npm error code EAI_AGAIN",
        "npm error Exit handler never called!",
        "go: dial tcp: lookup proxy.golang.org: no such host",
    ],
)
def test_each_tools_way_to_say_no_network_is_understood(output: str) -> None:
    """pip, npm and Go word it differently."""
    assert is_no_network(output)


def test_the_reason_is_the_last_line_that_tells_something() -> None:
    """pip ends with advice about itself."""
    output = "Collecting x\nERROR: No matching distribution found for x\n\n[notice] A new release of pip\n"

    assert last_line(output) == "ERROR: No matching distribution found for x"
