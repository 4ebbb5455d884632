"""docs/recipes.md: each recipe, run as printed."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3

from service.settings import Settings
from tests.conftest import ROOT, Service
from tests.e2e.shell import run

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("jq"), reason="the recipes need jq: apt-get install jq"),
]

MIB = 1024 * 1024
PAGE = (ROOT / "docs/recipes.md").read_text()
RECIPES = dict(re.findall(r"^## (.+?)\n.*?^```(?:sh|js)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(settings)


def cook(name: str, folder: Path, service: Service) -> str:
    """Run that bash recipe; return its output."""
    ran = run(RECIPES[name], folder, MOODROP=service.url)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


def node(name: str, folder: Path, service: Service, *arguments: str) -> str:
    """Run that JavaScript recipe; return its output."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("no Node on PATH")
    (folder / "recipe.mjs").write_text(RECIPES[name])
    environment = {**os.environ, "MOODROP": service.url}
    command = [program, "recipe.mjs", *arguments]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def ask(service: Service, method: str, path: str, **fields: Any) -> Any:
    answer = urllib3.request(method, service.url + path, **fields)
    assert answer.status < 300, answer.data
    return answer.json() if answer.data else None


def start(service: Service, **body: object) -> Any:
    return ask(service, "POST", "/v1/uploads", json={"content_type": "audio/mpeg", **body})


def send(service: Service, filename: str, body: bytes, **more: object) -> str:
    """Upload the file; return its id."""
    started = start(service, filename=filename, size_bytes=len(body), **more)
    urllib3.request("PUT", started["transfer"]["url"], body=body, headers=started["transfer"]["headers"])
    return str(ask(service, "POST", f"/v1/uploads/{started['upload_id']}/confirm")["file_id"])


def files(service: Service) -> dict[str, dict[str, Any]]:
    """Return all files in the library by name."""
    return {file["filename"]: file for file in ask(service, "GET", "/v1/files")["files"]}


def content(service: Service, file_id: str) -> bytes:
    return urllib3.request("GET", f"{service.url}/v1/files/{file_id}/download?redirect=1").data


def test_a_folder_of_songs(service: Service, tmp_path: Path) -> None:
    """Including names with spaces and quotes."""
    songs = {'one "two".mp3': os.urandom(1000), "Tönë.mp3": os.urandom(2000)}
    (tmp_path / "music").mkdir()
    for name, body in songs.items():
        (tmp_path / "music" / name).write_bytes(body)

    cook("bash: a folder of songs", tmp_path, service)

    stored = files(service)
    assert songs == {name: content(service, file["file_id"]) for name, file in stored.items()}
    assert {True} == {file["checksum"]["verified"] for file in stored.values()}


@pytest.mark.parametrize("begun", [False, True])
def test_a_large_file_goes_on_where_it_stopped(service: Service, tmp_path: Path, begun: bool) -> None:
    """A stored part is not sent again: it differs from the file here, and stays so."""
    large, first = tmp_path / "large.mp3", os.urandom(16 * MIB)
    large.write_bytes(os.urandom(33 * MIB))
    modified_ms = large.stat().st_mtime_ns // 1_000_000
    if begun:
        fingerprint = f"large.mp3|{33 * MIB}|{modified_ms}"
        started = start(service, filename="large.mp3", size_bytes=33 * MIB, fingerprint=fingerprint)
        urllib3.request("PUT", started["transfer"]["parts"][0]["url"], body=first)

    printed = cook("bash: a large file that resumes", tmp_path, service)

    expected = first + large.read_bytes()[16 * MIB :] if begun else large.read_bytes()
    assert expected == content(service, printed.split()[0])
    assert [] == ask(service, "GET", "/v1/uploads?status=pending")["uploads"]


def test_all_songs_of_a_mood(service: Service, tmp_path: Path) -> None:
    """Under their own names, whatever those are."""
    songs = {'a "b" \\ c.mp3': b"one", "Tönë.mp3": b"two"}
    for name, body in songs.items():
        send(service, name, body, mood="happy")
    send(service, "sad.mp3", b"three", mood="sad")

    cook("bash: all songs of a mood", tmp_path, service)

    got = {path.name: path.read_bytes() for path in (tmp_path / "songs").iterdir()}
    assert sorted(songs.values()) == sorted(got.values())
    assert set(files(service)) - {"sad.mp3"} == set(got)


def test_tidy_up(service: Service, tmp_path: Path) -> None:
    for number in range(5):
        send(service, f"{number}.mp3", b"draft", tags=["draft"])
    send(service, "kept.mp3", b"kept")

    cook("bash: tidy up", tmp_path, service)

    assert {"kept.mp3"} == set(files(service))


@pytest.mark.parametrize("size", [1000, 33 * MIB])
def test_javascript_uploads_a_file_of_any_size(service: Service, tmp_path: Path, size: int) -> None:
    """In one piece, and in three parts."""
    (tmp_path / "film.mp4").write_bytes(body := os.urandom(size))

    printed = node("JavaScript: upload a file of any size", tmp_path, service, "film.mp4")

    assert body == content(service, printed.split()[0])


def test_javascript_lists_files(service: Service, tmp_path: Path) -> None:
    """More than one page of them; the URLs play."""
    ids = [send(service, f"{number}.mp3", b"song", mood="happy", title=f"Song {number}") for number in range(55)]

    lines = node("JavaScript: list files, and play one", tmp_path, service).splitlines()

    assert [f"Song {number}" for number in reversed(range(55))] == [line.rpartition(" ")[0] for line in lines]
    assert ids[-1] in lines[0]
    assert urllib3.request("GET", lines[0].split()[-1]).data == b"song"


def test_no_recipe_is_left_out() -> None:
    """A test above runs each heading of the page."""
    text = Path(__file__).read_text()

    assert RECIPES
    assert [name for name in RECIPES if f'"{name}"' not in text] == []
