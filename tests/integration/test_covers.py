"""Covers on the real MinIO and mongod: shown to a browser, set concurrently, and set while workers are killed."""

import random
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import sleep
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient

from service.ports import Ports
from service.settings import Settings
from service.shared.errors import Unavailable
from service.uploads.errors import FileDeleted
from service.uploads.model import Upload
from service.uploads.queries import UploadQuery
from service.uploads.usecases.covers import find_cover, remove_cover
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.read import list_files
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import (
    ALICE,
    NO_METADATA,
    OTHER_PICTURE,
    PICTURE,
    SONG,
    a_covered_file,
    a_file,
    a_sent_cover,
    confirm_upload,
    fetch,
    later,
)
from tests.conftest import Service
from tests.helpers.faults import each_fault, with_fault
from tests.integration.leftovers import left_behind, sweep_in_two_days

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

ROUNDS = 6
AT_ONCE = 4
# A confirm of a cover takes some 40 ms: a kill comes before, in the midst of and after it.
LONGEST_WAIT_S = 0.08


def confirm(ports: Ports, upload: Upload) -> Upload:
    return confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)


def whole(settings: Settings, ports: Ports, owner: str = "alice") -> list[bytes | None]:
    """Check that only files and their covers are stored, and return the covers of all files."""
    for days in (2, 4, 6):
        sweep(later(ports, days=days))
    files = list_files(ports, replace(ALICE, owner=owner), UploadQuery(owner, limit=200))
    covers = {file.upload_id: find_cover(ports, file) for file in files if file.cover_id}
    objects, documents = left_behind(settings)
    assert sorted(objects) == sorted(upload.object_key for upload in [*files, *covers.values()])
    assert len(documents) == len(objects)
    return [fetch(ports, covers[file.upload_id]) if file.cover_id else None for file in files]


def test_a_browser_is_shown_the_picture(real_client: FlaskClient, real_ports: Ports) -> None:
    """Inline, with its type, and cacheable while its URL is valid."""
    song = real_client.post("/v1/uploads", json=upload_request(SONG, "song.mp3", "audio/mpeg")).get_json()
    sent(song["transfer"], SONG)
    real_client.post(f"/v1/uploads/{song['upload_id']}/confirm")
    cover = upload_request(PICTURE, "Hülle.jpg", "image/jpeg", cover_of=song["upload_id"])
    started = real_client.post("/v1/uploads", json=cover).get_json()
    sent(started["transfer"], PICTURE)
    file = real_client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()

    shown = real_client.get(f"/v1/files/{file['file_id']}/cover?cover_id={file['cover_id']}")
    picture = urllib3.request("GET", shown.headers["Location"], redirect=False)

    assert (shown.status_code, picture.status, picture.data) == (302, 200, PICTURE)
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Content-Disposition"].startswith("inline;")
    assert picture.headers["Cache-Control"] == "private, max-age=3600"


def upload_request(body: bytes, filename: str, content_type: str, **more: str) -> dict[str, Any]:
    return {"filename": filename, "content_type": content_type, "size_bytes": len(body), **more}


def sent(transfer: dict[str, Any], body: bytes) -> None:
    headers = {name: value for name, value in transfer["headers"].items() if name != "content-length"}
    assert urllib3.request(transfer["method"], transfer["url"], body=body, headers=headers).status == 200


def test_of_covers_confirmed_at_once_one_stays(settings: Settings, real_ports: Ports) -> None:
    """The cover started last wins, in whatever order they arrive."""
    song = a_file(real_ports)
    pictures = [PICTURE + bytes([number]) for number in range(8)]
    covers = [a_sent_cover(real_ports, song, picture) for picture in pictures]

    def outcome_of(cover: Upload) -> str:
        try:
            return str(confirm(real_ports, cover).cover_id)
        except FileDeleted:
            return "removed"

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(outcome_of, covers * 3))

    assert {answers[7], answers[15], answers[23]} == {covers[7].upload_id}
    for cover, answer in zip(covers * 3, answers, strict=True):
        assert answer in (cover.upload_id, "removed")
    assert whole(settings, real_ports) == [pictures[7]]


def test_covers_confirmed_while_their_songs_are_deleted_leave_nothing(settings: Settings, real_ports: Ports) -> None:
    """Or while covers are removed: the song then has a cover or none."""
    songs = [a_covered_file(real_ports) for _ in range(20)]
    covers = [a_sent_cover(real_ports, song, OTHER_PICTURE) for song in songs]

    def act(number: int) -> None:
        with suppress(Exception):
            confirm(real_ports, covers[number])

    def end(number: int) -> None:
        call = delete_file if number % 2 else remove_cover
        call(real_ports, ALICE, songs[number].upload_id)

    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(call, number) for number in range(20) for call in (act, end)]
        for each in done:
            each.result()

    bodies = whole(settings, real_ports)
    assert len(bodies) == 10
    assert set(bodies) <= {None, OTHER_PICTURE}


CALLS: dict[str, tuple[Callable[[Ports, Upload], object], list[list[bytes | None]]]] = {
    "confirm": (confirm, [[OTHER_PICTURE]]),
    "take it away": (
        lambda ports, cover: remove_cover(ports, ALICE, str(cover.cover_of)),
        [[None], [PICTURE], [OTHER_PICTURE]],
    ),
    "delete the song": (lambda ports, cover: delete_file(ports, ALICE, str(cover.cover_of)), [[], [OTHER_PICTURE]]),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_breaks_off_anywhere_is_mended_by_the_sweeper(
    settings: Settings, real_ports: Ports, name: str
) -> None:
    """Afterwards it is done or undone, never half."""
    call, allowed = CALLS[name]
    tried = 0
    for fault in each_fault(80):
        cover = a_sent_cover(real_ports, a_covered_file(real_ports), OTHER_PICTURE)
        try:
            call(with_fault(real_ports, fault), cover)
        except Unavailable:
            tried += 1
        assert whole(settings, real_ports) in allowed, fault
        for file in list_files(real_ports, ALICE, UploadQuery("alice")):
            delete_file(real_ports, ALICE, file.upload_id)
    assert tried >= 16


@dataclass
class Client:
    """Sets covers over HTTP, and remembers the answers."""

    url: str
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=AT_ONCE, retries=False))
    acknowledged: dict[str, str] = field(default_factory=dict)  # song -> the cover that a confirm has acknowledged
    deleted: set[str] = field(default_factory=set)

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Return the answer; None if the worker was killed."""
        with suppress(urllib3.exceptions.HTTPError):
            answer = self.http.request(method, f"{self.url}{path}", **more)
            return answer.json() if answer.data and answer.status < 300 else answer.status
        return None

    def upload(self, body: bytes, **fields: Any) -> str:
        started = self.call("POST", "/v1/uploads", json={"filename": "a", "size_bytes": len(body), **fields})
        sent(started["transfer"], body)
        return str(started["upload_id"])

    def song(self) -> str:
        song = self.upload(SONG, content_type="audio/mpeg")
        assert self.call("POST", f"/v1/uploads/{song}/confirm")["file_id"] == song
        return song

    def cover(self, song: str, body: bytes) -> str:
        return self.upload(body, content_type="image/png", cover_of=song)

    def confirm(self, song: str, cover: str) -> None:
        answer = self.call("POST", f"/v1/uploads/{cover}/confirm")
        if isinstance(answer, dict):
            assert (answer["file_id"], answer["cover_id"]) == (song, cover)
            self.acknowledged[song] = cover

    def delete(self, song: str) -> None:
        if self.call("DELETE", f"/v1/files/{song}") == 204:
            self.deleted.add(song)


def test_killed_workers_leave_no_cover_over(
    settings: Settings, real_ports: Ports, serve: Callable[..., Service]
) -> None:
    """Kills during confirms, replacements and deletions: acknowledged covers stay, and nothing else does."""
    service = serve(settings)
    client, chance = Client(service.url), random.Random(7)
    songs: list[str] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            round_ = [client.song() for _ in range(AT_ONCE)]
            for song in round_[1:]:
                client.confirm(song, client.cover(song, PICTURE))
            newer = [(song, client.cover(song, OTHER_PICTURE)) for song in round_]
            calls = [pool.submit(client.confirm, *pair) for pair in newer[:-1]]
            calls.append(pool.submit(client.delete, round_[-1]))
            if number % 2:  # on a busy machine too, some are through and the others on their way
                wait(calls, return_when=FIRST_COMPLETED)
            else:
                sleep(chance.uniform(0, LONGEST_WAIT_S))
            service.kill_workers()
            for call in calls:
                call.result()
            service.wait("/readyz")
            songs += round_
    sweep_in_two_days(settings)

    bodies = whole(settings, real_ports, owner="local")
    # Who was not confirmed was taken in by the sweeper: each song that is left has the last cover that was sent.
    assert set(bodies) == {OTHER_PICTURE}
    files = list_files(real_ports, replace(ALICE, owner="local"), UploadQuery("local", limit=200))
    there, to_delete = {file.upload_id for file in files}, set(songs[AT_ONCE - 1 :: AT_ONCE])
    assert set(songs) - to_delete <= there
    assert not there & client.deleted
    # The acknowledged cover, or one that was started after it.
    assert all(str(file.cover_id) >= client.acknowledged.get(file.upload_id, "") for file in files)
