"""Concurrent uploads to the same key on real servers: a confirmed file keeps its own bytes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.ports import Ports
from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES, UPLOADS_WRITE
from service.uploads.errors import ObjectKeyTaken
from service.uploads.model import Upload
from service.uploads.object_keys import staging_key
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.by_key import find_by_key
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import ALICE, NO_METADATA, OTHER, SONG, a_declaration, a_staged_upload, fetch, send

pytestmark = pytest.mark.real

ROUNDS = 25
UPLOADER = Caller("alice", frozenset({UPLOADS_WRITE}))


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Return the result of each call: its answer or its error."""

    def tried(call: Callable[[], object]) -> object:
        try:
            return call()
        except MoodropError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(tried, calls))


@pytest.mark.timeout(300)
def test_a_confirmed_file_never_has_the_bytes_that_were_staged_for_its_key(real_ports: Ports) -> None:
    """The owner's PUT and confirms race with a staged upload that an older version allowed for the same key."""
    ports = real_ports
    for _ in range(ROUNDS):
        upload, transfer = start_upload(ports, ALICE, a_declaration(SONG, checksum=None))
        with pytest.raises(ObjectKeyTaken):
            start_staged(ports, ALICE, upload.object_key)
        staged = a_staged_upload(ports, body=OTHER)
        ports.records.change(staged.upload_id, {}, {"target_key": upload.object_key})

        def confirm(upload: Upload = upload) -> Upload:
            return confirm_upload(ports, ALICE, upload.upload_id, NO_METADATA)

        def steal(staged: Upload = staged) -> Upload:
            return confirm_upload(ports, ALICE, staged.upload_id, NO_METADATA)

        results = at_once(steal, confirm, lambda key=upload.object_key: find_by_key(ports, ALICE, key), steal, confirm)
        assert isinstance(results[0], ObjectKeyTaken)
        assert send(ports, transfer, SONG).status == 200
        at_once(confirm, steal, confirm)

        file = confirm()
        assert fetch(ports, file) == SONG
        assert ports.objects.head(file.bucket, file.object_key, file.version_id) is not None


@pytest.mark.timeout(300)
def test_of_two_uploads_that_may_replace_nothing_the_confirmed_one_keeps_its_bytes(real_ports: Ports) -> None:
    """Both may be copied before either is recorded, and one may be deleted meanwhile."""
    ports = real_ports
    for number in range(ROUNDS):
        key = f"uploads/alice/song {number}"
        bodies = dict(zip(("a", "b"), (SONG, OTHER), strict=True))
        both = {name: a_staged_upload(ports, key, body, UPLOADER) for name, body in bodies.items()}

        results = at_once(
            *(
                lambda upload=upload: confirm_upload(ports, UPLOADER, upload.upload_id, NO_METADATA)
                for upload in (*both.values(), *both.values())
            )
        )

        files = [one for one in results if isinstance(one, Upload)]
        assert {type(one) for one in results} == {Upload, ObjectKeyTaken}
        assert len({(file.upload_id, file.version_id) for file in files}) == 1
        [name] = [name for name, upload in both.items() if upload.upload_id == files[0].upload_id]
        assert fetch(ports, files[0]) == bodies[name]
        if number % 2:
            delete_file(ports, ALICE, files[0].upload_id)
            assert ports.objects.head(files[0].bucket, key, files[0].version_id) is None


def test_a_tombstone_is_in_nobodys_way(real_ports: Ports) -> None:
    """A staged file's key is reused after its deletion, even if somebody uses a name that tombstones once had."""
    ports = real_ports
    local = Caller("alice", frozenset(ALL_SCOPES), any_prefix=True)
    file = confirm_upload(ports, ALICE, a_staged_upload(ports).upload_id, NO_METADATA)
    odd = a_staged_upload(ports, f"{file.object_key}#{file.upload_id}", OTHER, local)
    confirm_upload(ports, local, odd.upload_id, NO_METADATA)

    delete_file(ports, ALICE, file.upload_id)
    again = confirm_upload(ports, ALICE, a_staged_upload(ports, body=OTHER).upload_id, NO_METADATA)

    tombstone = ports.records.get(file.upload_id)
    assert tombstone is not None
    assert tombstone.object_key == staging_key("alice", file.upload_id)
    assert (again.object_key, fetch(ports, again)) == (file.object_key, OTHER)
