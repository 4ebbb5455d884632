"""The shell lines of the README, and of docs/api.md, listening.md and recommendations.md, run as printed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.shell import blocks_of, run
from tests.helpers.tokens import SECRET, token

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("jq"), reason="the printed lines need jq: apt-get install jq"),
]

STAGED_KEY = "uploads/local/a b.mp3"


def started(service: Service, song: Path) -> tuple[str, str, dict[str, str]]:
    """Return a new upload: its id, and the URL and headers for its bytes."""
    new = {"filename": song.name, "content_type": "audio/mpeg", "size_bytes": song.stat().st_size, "mood": "happy"}
    answer = urllib3.request("POST", f"{service.url}/v1/uploads", json=new).json()
    transfer = answer["transfer"]
    headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
    return answer["upload_id"], transfer["url"], headers


def an_id_for(block: str, service: Service, song: Path) -> str:
    """Return what $ID means there: a file, a sent upload, or a pending one."""
    upload_id, url, headers = started(service, song)
    if "/v1/files/$ID" in block or "confirm" in block:
        urllib3.request("PUT", url, body=song.read_bytes(), headers=headers)
    if "/v1/files/$ID" in block:
        urllib3.request("POST", f"{service.url}/v1/uploads/{upload_id}/confirm")
    return upload_id


def a_staged_song(service: Service, song: Path) -> None:
    """Upload what the seed's client sends before it asks for the song."""
    url = urllib3.request("GET", f"{service.url}/s3/upload-url", fields={"key": STAGED_KEY}).json()["url"]
    urllib3.request("PUT", url, body=song.read_bytes(), headers={"Content-Type": "audio/mpeg"})


def test_the_five_lines_of_curl_bring_a_song_there_and_back(
    settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """The downloaded bytes equal the uploaded ones."""
    (lines,) = blocks_of("README.md")
    song = a_song("song.mp3")

    ran = run(lines.replace("http://127.0.0.1:5000", serve(settings).url), tmp_path)

    assert ran.returncode == 0, ran.stderr.decode()
    assert (tmp_path / "again.mp3").read_bytes() == song.read_bytes()


def test_every_call_of_the_walk_through_is_answered(
    settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """Each curl command in docs/api.md works as printed."""
    service, song = serve(settings), a_song("song.mp3", seconds=0.1)
    a_staged_song(service, song)
    blocks = [block for block in blocks_of("docs/api.md") if "$TOKEN" not in block]

    for block in blocks:
        ran = run(block, tmp_path, MOODROP=service.url, ID=an_id_for(block, service, song))

        assert ran.returncode == 0, f"{block}\n{ran.stdout.decode()}{ran.stderr.decode()}"
    assert len(blocks) > 5


def test_every_call_about_listening_is_answered(
    settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """In order, about one song. The report comes first, and the switch last but for the plays."""
    service, song = serve(settings.model_copy(update={"history": True})), a_song("song.mp3", seconds=0.1)
    blocks = blocks_of("docs/listening.md")
    file_id = an_id_for("/v1/files/$ID", service, song)

    runs = [run(block, tmp_path, MOODROP=service.url, ID=file_id) for block in blocks]

    assert [ran.stderr.decode() for ran in runs if ran.returncode] == []
    assert runs[0].stdout == b'{"accepted":1}'
    assert file_id.encode() in runs[1].stdout
    assert runs[2].stdout.endswith(b'{"enabled":false}')
    assert len(blocks) == 4


def test_every_call_about_recommendations_is_answered(
    settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """The list has the only song, and a radio goes on from it."""
    service, song = serve(settings), a_song("song.mp3", seconds=0.1)
    (block,) = blocks_of("docs/recommendations.md")

    ran = run(block, tmp_path, MOODROP=service.url, ID=an_id_for("/v1/files/$ID", service, song))

    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.count(b'"recommendations":[{"file":') == 2


def test_the_calls_that_want_a_token_are_answered_with_one(
    settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """Signing in and out, as printed."""
    service = serve(settings.model_copy(update={"auth_mode": "jwt", "jwt_secret": SECRET}))
    blocks = [block for block in blocks_of("docs/api.md") if "$TOKEN" in block]

    for block in blocks:
        ran = run(block, tmp_path, MOODROP=service.url, TOKEN=token())

        assert ran.returncode == 0, f"{block}\n{ran.stdout.decode()}{ran.stderr.decode()}"
    assert blocks
