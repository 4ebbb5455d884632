"""The root credentials of the local MinIO, and the service's own key."""

import json
import stat
from pathlib import Path

import pytest

from dev.credentials import ensure_credentials
from dev.errors import LauncherError
from service.shared.secret_keys import weakness_of


def test_credentials_are_made_once_and_kept(tmp_path: Path) -> None:
    """New ones would lock nobody out, but would end every session."""
    path = tmp_path / "state" / "credentials.json"

    assert ensure_credentials(path) == ensure_credentials(path)


def test_credentials_differ_from_checkout_to_checkout(tmp_path: Path) -> None:
    """There is no default password that everybody knows."""
    first, second = (ensure_credentials(tmp_path / name / "credentials.json") for name in "ab")

    assert first.secret_key != second.secret_key
    assert first.service_key != second.service_key


def test_the_key_is_one_that_the_service_takes(tmp_path: Path) -> None:
    """Long enough, hard to guess, and not MinIO's."""
    made = ensure_credentials(tmp_path / "credentials.json")

    assert weakness_of(made.service_key) is None
    assert made.service_key not in (made.access_key, made.secret_key)


def test_credentials_of_an_earlier_version_get_a_key(tmp_path: Path) -> None:
    """Once, next to the old ones: MinIO's root stays, so the files stay readable."""
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({"access_key": "root", "secret_key": "of the root"}))

    made = ensure_credentials(path)

    assert (made.access_key, made.secret_key) == ("root", "of the root")
    assert weakness_of(made.service_key) is None
    assert ensure_credentials(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path] == list(tmp_path.iterdir())


def test_credentials_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """Whoever reads them can read every file."""
    path = tmp_path / "credentials.json"

    ensure_credentials(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path] == list(tmp_path.iterdir())


def test_a_key_id_cannot_be_guessed(tmp_path: Path) -> None:
    """For some writes, MinIO asks only for the key id of its root."""
    first, second = (ensure_credentials(tmp_path / name / "credentials.json").access_key for name in "ab")

    assert first != second
    assert len(bytes.fromhex(first)) == len(bytes.fromhex(second)) == 10


def test_a_key_id_of_few_bits_is_made_anew(tmp_path: Path) -> None:
    """Earlier versions made such ids. The secret stays, and with it everything that depends on it."""
    path = tmp_path / "credentials.json"
    path.write_text('{"access_key": "moodrop-0123abcd", "secret_key": "kept"}')

    repaired = ensure_credentials(path)

    assert (len(repaired.access_key), repaired.secret_key) == (20, "kept")
    assert ensure_credentials(path) == repaired
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"access_key": "x"}', '{"other": 1}'])
def test_damaged_credentials_name_the_mend(tmp_path: Path, text: str) -> None:
    """A traceback would not say that the file may be removed safely."""
    path = tmp_path / "credentials.json"
    path.write_text(text)

    with pytest.raises(LauncherError, match="remove it"):
        ensure_credentials(path)
