"""The root credentials of the local MinIO."""

import stat
from pathlib import Path

import pytest

from dev.credentials import keep_credentials
from dev.errors import LauncherError


def test_credentials_are_made_once_and_kept(tmp_path: Path) -> None:
    """Other ones would lock the owner out of nothing, but end every session."""
    path = tmp_path / "state" / "credentials.json"

    assert keep_credentials(path) == keep_credentials(path)


def test_credentials_differ_from_checkout_to_checkout(tmp_path: Path) -> None:
    """No default password that everybody knows."""
    first, second = (keep_credentials(tmp_path / name / "credentials.json") for name in "ab")

    assert first.secret_key != second.secret_key


def test_credentials_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """Whoever reads them may read every file."""
    path = tmp_path / "credentials.json"

    keep_credentials(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"access_key": "x"}', '{"other": 1}'])
def test_damaged_credentials_name_the_mend(tmp_path: Path, text: str) -> None:
    """A traceback would not say that removing the file is safe."""
    path = tmp_path / "credentials.json"
    path.write_text(text)

    with pytest.raises(LauncherError, match="remove it"):
        keep_credentials(path)
