"""docs/python.md: each example runs as printed, against real servers, and its table has every error."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moodrop import Client, errors
from moodrop.errors import MoodropError, ServiceError
from tests.conftest import ROOT, Service

PAGE = (ROOT / "docs/python.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = {title: re.findall(r"```python\n(.*?)```", text, re.DOTALL) for title, text in SECTIONS}


@pytest.mark.real
@pytest.mark.parametrize("title", EXAMPLES)
def test_the_example_of_each_task_runs_as_printed(
    title: str, service: Service, token: str, a_file: Callable[..., Path], tmp_path: Path
) -> None:
    """One example each; printing an error does not count as success."""
    (example,) = EXAMPLES[title]
    a_file("song.mp3", 3000)
    given = f"base_url, token = {service.url!r}, {token!r}\n"

    command = [sys.executable, "-W", "error", "-c", given + example]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    if title == "When something goes wrong":
        assert ran.stdout.startswith("mood_not_allowed 'angry' is not a mood")
    else:
        assert "error" not in ran.stdout.lower()


@pytest.mark.real
def test_every_method_of_the_client_has_its_example(moodrop: Client) -> None:
    """A task that is missing on the page would not be found."""
    # docs/api.md describes the session, and the lists consist of the single rows.
    plain = {"close", "whoami", "get_file", "get_upload"}
    methods = {name for name in dir(moodrop) if not name.startswith("_")} - plain

    assert {name for name in methods if f"client.{name}(" not in PAGE} == set()


def test_every_error_of_the_client_is_in_the_table() -> None:
    """With its code and its class."""

    def own(kind: type[MoodropError]) -> Iterator[type[MoodropError]]:
        for each in kind.__subclasses__():
            if not issubclass(each, ServiceError):
                yield each
                yield from own(each)

    rows = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE))

    assert rows == {(kind.default_code, kind.__name__) for kind in own(MoodropError) if kind is not errors.LocalError}
