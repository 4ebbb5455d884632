"""What every ObjectStore promises; a store's tests are a subclass with a `world` fixture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from service.store.errors import StoreUnavailable
from service.store.model import (
    PresignedPost,
    PresignedRequest,
    ReadMethod,
    StoredObject,
)
from service.store.port import ObjectStore
from tests.builders import OTHER, SONG, StoreResponse, sha256_of

KEY = "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S.mp3"
HARD_KEYS = ["uploads/u1/a b.mp3", "uploads/u1/1+1=2 & 50%.mp3", "uploads/u1/été/日本語 🎵.mp3"]
STAGED = "incoming/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S"
TYPED = {"content-type": "audio/mpeg"}


@dataclass(frozen=True)
class World:
    """A store with one prepared bucket, and the client that uses its URLs."""

    store: ObjectStore
    bucket: str
    send: Callable[[PresignedRequest, bytes, Mapping[str, str] | None], StoreResponse]
    send_form: Callable[[PresignedPost, Mapping[str, str], bytes], int]  # the status of the answer

    def presign_put(self, headers: Mapping[str, str], *, key: str = KEY, age: float = 0) -> PresignedRequest:
        at = datetime.now(UTC) - timedelta(seconds=age)
        return self.store.presign_put(self.bucket, key, headers=headers, at=at, expires_in=60)

    def put(self, body: bytes = SONG, *, key: str = KEY, headers: Mapping[str, str] = TYPED) -> StoredObject:
        assert self.send(self.presign_put(headers, key=key), body, None).status == 200
        return self.head(key)

    def presign_post(self, *, key: str = STAGED, age: float = 0) -> PresignedPost:
        """Return a form for a file of 10 to 20 bytes (SONG has 20)."""
        return self.store.presign_post(
            self.bucket,
            key,
            fields={"content-type": "audio/mpeg", "success_action_status": "201"},
            min_size_bytes=10,
            max_size_bytes=20,
            at=datetime.now(UTC) - timedelta(seconds=age),
            expires_in=60,
        )

    def head(self, key: str = KEY) -> StoredObject:
        stored = self.store.head(self.bucket, key)
        assert stored is not None
        return stored

    def presign_get(
        self, *, key: str = KEY, age: float = 0, method: ReadMethod = "GET", **params: str
    ) -> PresignedRequest:
        at = datetime.now(UTC) - timedelta(seconds=age)
        return self.store.presign_get(self.bucket, key, params=params, at=at, expires_in=60, method=method)

    def get(self, *, key: str = KEY, **params: str) -> StoreResponse:
        return self.send(self.presign_get(key=key, **params), b"", {})


def undated(stored: StoredObject | None) -> StoredObject | None:
    """Return the object without its time: VersityGW changes a version's date whenever a newer one comes or goes."""
    return stored and replace(stored, modified_at=datetime.min.replace(tzinfo=UTC))


class ObjectStoreContract:
    """Promises of any store, even of one that enforces nothing."""

    unknown_version = "5c1d3c2e-7f0b-4b7e-9a43-0d1f2e3c4b5a"

    def test_an_absent_object_is_none(self, world: World) -> None:
        """None means nothing else."""
        assert world.store.head(world.bucket, "uploads/alice/none") is None
        assert world.get(key="uploads/alice/none").status == 404

    def test_a_missing_bucket_is_not_a_missing_object(self, world: World) -> None:
        """Otherwise a wrong setting would look like 'not uploaded yet'."""
        with pytest.raises(StoreUnavailable, match="does not exist"):
            world.store.head("no-such-bucket-here", KEY)
        with pytest.raises(StoreUnavailable):
            world.store.ping("no-such-bucket-here")

    def test_ping_tells_the_clocks_difference(self, world: World) -> None:
        """In seconds; on one machine it is negligible."""
        assert abs(world.store.ping(world.bucket)) < 2

    def test_what_is_put_is_found(self, world: World) -> None:
        """With its size, type, time, version, and ETag without quotes."""
        stored = world.put()

        assert (stored.size_bytes, stored.content_type, stored.content_encoding) == (len(SONG), "audio/mpeg", None)
        assert stored.etag
        assert '"' not in stored.etag
        assert stored.version_id
        assert abs(stored.modified_at - datetime.now(UTC)) < timedelta(seconds=5)
        assert world.get().body == SONG

    def test_an_empty_object_is_an_object(self, world: World) -> None:
        """Size 0 does not mean absent."""
        assert world.put(b"").size_bytes == 0

    def test_a_foreign_content_encoding_is_told(self, world: World) -> None:
        """The signature does not cover it, so confirm must check it."""
        transfer = world.presign_put(TYPED)
        assert world.send(transfer, SONG, {**TYPED, "content-encoding": "br"}).status == 200

        assert world.head().content_encoding == "br"

    @pytest.mark.parametrize("key", HARD_KEYS)
    def test_any_name_may_be_a_key(self, world: World, key: str) -> None:
        """The seed's clients choose keys with spaces and Unicode: put, head, get, copy and remove work."""
        stored = world.put(key=key)

        copied = world.store.copy(world.bucket, key, f"{key}.2", if_match=stored.etag, content_type="audio/ogg")

        assert copied is not None
        assert world.get(key=f"{key}.2").body == SONG
        assert world.store.purge(world.bucket, key)
        assert world.store.head(world.bucket, key) is None
        assert world.store.head(world.bucket, f"{key}.2") == copied

    def test_a_presigned_request_says_how_long_it_lives(self, world: World) -> None:
        """And the store does not refuse it earlier."""
        at = datetime.now(UTC)

        put = world.store.presign_put(world.bucket, KEY, headers=TYPED, at=at, expires_in=60)
        get = world.store.presign_get(world.bucket, KEY, params={}, at=at, expires_in=5)

        assert (put.method, dict(put.headers), get.method, dict(get.headers)) == ("PUT", TYPED, "GET", {})
        assert timedelta(seconds=59) <= put.expires_at - at <= timedelta(seconds=60)
        assert timedelta(seconds=4) <= get.expires_at - at <= timedelta(seconds=5)

    def test_each_put_makes_a_version_that_stays(self, world: World) -> None:
        """A download names the recorded version, whatever is written later."""
        first = world.put(SONG)
        second = world.put(OTHER)

        assert first.version_id != second.version_id
        assert world.store.head(world.bucket, KEY) == second
        assert world.store.head(world.bucket, KEY, first.version_id) == first
        assert world.get(versionId=str(first.version_id)).body == SONG
        assert world.get().body == OTHER

    def test_an_unknown_version_is_none(self, world: World) -> None:
        """Like an unknown key."""
        world.put()

        assert world.store.head(world.bucket, KEY, self.unknown_version) is None

    def test_a_copy_has_the_bytes_and_the_type_it_was_given(self, world: World) -> None:
        """Unsigned headers that the client added to the source are not copied."""
        transfer = world.presign_put(TYPED, key="incoming/alice/1")
        world.send(transfer, SONG, {**TYPED, "content-encoding": "br"})
        source = world.head("incoming/alice/1")

        copied = world.store.copy(world.bucket, "incoming/alice/1", KEY, if_match=source.etag, content_type="audio/ogg")

        assert copied is not None
        assert copied == world.head()
        assert (copied.content_type, copied.content_encoding, copied.size_bytes) == ("audio/ogg", None, len(SONG))
        assert world.get().body == SONG
        assert world.store.head(world.bucket, "incoming/alice/1") == source

    def test_a_copy_of_nothing_is_none(self, world: World) -> None:
        """The source has been removed meanwhile."""
        copied = world.store.copy(world.bucket, "incoming/alice/9", KEY, if_match="0" * 32, content_type="audio/ogg")

        assert copied is None

    def test_the_digest_is_that_of_the_version(self, world: World) -> None:
        """Read from its bytes; of an object that is not there it is None, and a crc32c is not computed."""
        older = world.put(SONG)
        world.put(OTHER)
        digests = {
            version: world.store.digest(world.bucket, KEY, version, "sha256") for version in (older.version_id, None)
        }

        assert list(digests.values()) == [sha256_of(SONG).value_base64, sha256_of(OTHER).value_base64]
        assert world.store.digest(world.bucket, KEY, None, "crc32c") is None
        assert world.store.digest(world.bucket, "uploads/alice/none", None, "md5") is None

    def test_a_copy_onto_an_object_makes_a_new_version(self, world: World) -> None:
        """The older version stays until it is removed."""
        older = world.put(SONG)
        source = world.put(OTHER, key="incoming/alice/1")

        copied = world.store.copy(world.bucket, "incoming/alice/1", KEY, if_match=source.etag, content_type="audio/ogg")

        assert copied is not None
        assert copied.version_id not in (None, older.version_id)
        assert undated(world.store.head(world.bucket, KEY, older.version_id)) == undated(older)

    def test_one_version_is_removed_for_good(self, world: World) -> None:
        """Only that one; removing it again succeeds."""
        first = world.put(SONG)
        second = world.put(OTHER)

        for _ in range(2):
            world.store.delete_version(world.bucket, KEY, second.version_id)

        assert undated(world.store.head(world.bucket, KEY)) == undated(first)
        assert world.store.head(world.bucket, KEY, second.version_id) is None
        world.store.delete_version(world.bucket, KEY, first.version_id)
        assert world.store.head(world.bucket, KEY) is None

    def test_purge_removes_every_version_of_exactly_this_key(self, world: World) -> None:
        """Keys with the same beginning stay; purging nothing succeeds."""
        versions = [world.put(body) for body in (SONG, OTHER, b"")]
        others = [world.put(key=f"{KEY}{more}") for more in (" b", "2", ".bak")]

        assert world.store.purge(world.bucket, KEY)
        assert world.store.purge(world.bucket, KEY)

        for version in versions:
            assert world.store.head(world.bucket, KEY, version.version_id) is None
        assert [world.head(f"{KEY}{more}") for more in (" b", "2", ".bak")] == others

    def test_purge_spares_what_it_is_told_to_keep(self, world: World) -> None:
        """And reports that nothing else is left."""
        _, spared, _ = (world.put(body) for body in (SONG, OTHER, SONG))

        assert world.store.purge(world.bucket, KEY, keep={spared.version_id})

        assert undated(world.head()) == undated(spared)
        world.store.delete_version(world.bucket, KEY, spared.version_id)
        assert world.store.head(world.bucket, KEY) is None

    def test_purge_spares_what_is_young_and_says_so(self, world: World) -> None:
        """It may be a copy that is about to be recorded."""
        stored = world.put()

        assert not world.store.purge(world.bucket, KEY, before=stored.modified_at - timedelta(seconds=60))
        assert world.head() == stored
        assert world.store.purge(world.bucket, KEY, before=stored.modified_at + timedelta(seconds=60))
        assert world.store.head(world.bucket, KEY) is None

    def test_everything_below_a_folder_is_removed_in_every_version(self, world: World) -> None:
        """What lies beside it stays; removing nothing succeeds."""
        folder = "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8S/"
        gone = [f"{folder}image/2/96.webp", f"{folder}image/12/96.webp", f"{folder}audio/4/peaks.json"]
        versions = [(key, world.put(body, key=key).version_id) for key in gone for body in (SONG, OTHER)]
        beside = "uploads/alice/01JD8ZK3V0X5W9QH2M4N6P7R8T/image/2/96.webp"
        stored = world.put(key=beside)

        world.store.purge_below(world.bucket, folder)
        world.store.purge_below(world.bucket, folder)

        assert [world.store.head(world.bucket, key, version) for key, version in versions] == [None] * 6
        assert world.head(beside) == stored

    @pytest.mark.parametrize("prefix", ["", "/", "derived/alice", "/derived/"])
    def test_only_a_folder_is_removed(self, world: World, prefix: str) -> None:
        """What begins with `image/1` may be `image/12`, and what begins with nothing is everything."""
        with pytest.raises(ValueError, match="is not a folder"):
            world.store.purge_below(world.bucket, prefix)

    def test_preparing_again_changes_nothing(self, world: World) -> None:
        """Each worker prepares at each start."""
        stored = world.put()
        before = world.presign_get()

        world.store.prepare((world.bucket,))

        assert world.head() == stored
        assert world.send(before, b"", {}).body == SONG


SEALED = {
    "content-length": str(len(SONG)),
    "content-type": "audio/mpeg",
    "if-none-match": "*",
    "x-amz-checksum-sha256": sha256_of(SONG).value_base64,
}


class EnforcingStoreContract(ObjectStoreContract):
    """Promises of a store that is safe for production: it accepts exactly what was signed."""

    @pytest.mark.parametrize("name", ["content-type", "if-none-match", "x-amz-checksum-sha256"])
    def test_a_put_is_bound_to_each_of_its_headers(self, world: World, name: str) -> None:
        """A missing or altered header is refused, and nothing is stored."""
        transfer = world.presign_put(SEALED)
        without = {header: value for header, value in SEALED.items() if header != name}
        altered = {**SEALED, name: sha256_of(OTHER).value_base64 if "sha256" in name else "text/html"}

        answers = [world.send(transfer, SONG, headers).status for headers in (without, altered)]

        assert all(400 <= status < 500 for status in answers)
        assert world.store.head(world.bucket, KEY) is None

    @pytest.mark.parametrize("body", [SONG + b"!", SONG[:-1], b""])
    def test_a_put_is_bound_to_its_length(self, world: World, body: bytes) -> None:
        """Not a byte more or less."""
        assert world.send(world.presign_put(SEALED), body, None).status == 403
        assert world.store.head(world.bucket, KEY) is None

    def test_a_put_writes_once(self, world: World) -> None:
        """A second PUT, by the same URL or a new one, gets 412, and the first bytes stay."""
        transfer = world.presign_put(SEALED)

        answers = [world.send(one, SONG, None).status for one in (transfer, transfer, world.presign_put(SEALED))]

        assert answers == [200, 412, 412]
        assert world.get().body == SONG

    def test_a_copy_of_what_has_changed_is_not_made(self, world: World) -> None:
        """The source is copied only if it is still the checked version."""
        seen = world.put(SONG, key="incoming/alice/1")
        world.put(OTHER, key="incoming/alice/1")

        copied = world.store.copy(world.bucket, "incoming/alice/1", KEY, if_match=seen.etag, content_type="audio/ogg")

        assert copied is None
        assert world.store.head(world.bucket, KEY) is None

    def test_urls_die_in_time(self, world: World) -> None:
        """Both kinds, one second after their expiry."""
        world.put()

        assert world.send(world.presign_put(TYPED, age=61), OTHER, None).status == 403
        assert world.send(world.presign_get(age=61), b"", {}).status == 403
        assert world.get().body == SONG

    @pytest.mark.parametrize("key", [STAGED, "incoming/u1/été + 1=2 & 50%.mp3"])
    def test_a_form_stores_the_file_with_its_type(self, world: World, key: str) -> None:
        """Whatever type the browser sends for the file."""
        form = world.presign_post(key=key)

        assert world.send_form(form, form.fields, SONG) == 201

        stored = world.head(key)
        assert (stored.size_bytes, stored.content_type) == (len(SONG), "audio/mpeg")
        assert form.url.endswith("/")
        assert form.fields["key"] == key
        assert timedelta(seconds=58) <= form.expires_at - datetime.now(UTC) <= timedelta(seconds=60)

    def test_a_form_is_bound_to_its_sizes(self, world: World) -> None:
        """Both limits are inclusive."""
        form = world.presign_post()

        assert [world.send_form(form, form.fields, b"x" * size) for size in (0, 9, 21)] == [400] * 3
        assert world.store.head(world.bucket, STAGED) is None
        assert [world.send_form(form, form.fields, b"x" * size) for size in (10, 20)] == [201] * 2

    def test_a_form_is_bound_to_each_of_its_fields(self, world: World) -> None:
        """No field may be altered, left out or added, above all the key."""
        form = world.presign_post()
        altered = [{**form.fields, name: "x" + value} for name, value in form.fields.items()]
        without = [
            {name: form.fields[name] for name in form.fields if name != left} for left in ("content-type", "key")
        ]
        added = {**form.fields, "x-amz-meta-title": "evil"}

        answers = [world.send_form(form, fields, SONG) for fields in (*altered, *without, added)]

        assert all(400 <= status < 500 for status in answers)
        assert list(world.store.iter_objects(world.bucket)) == []

    def test_a_form_dies_in_time(self, world: World) -> None:
        """One second after its expiry."""
        form = world.presign_post(age=61)

        assert world.send_form(form, form.fields, SONG) == 403
