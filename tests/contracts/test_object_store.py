"""The ObjectStore contract on each store, and tests that only a real store can pass."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer

from dev.servers import MongodServer
from service.settings import Settings
from service.store.memory.objects import MemoryObjectStore
from service.store.model import PresignedPost, PresignedRequest
from service.store.s3.setup import StoreSetup
from service.store.s3.store import S3ObjectStore, s3_client
from tests.builders import KEYRING, OTHER, SONG, StoreResponse, send_http
from tests.conftest import PAGE_ORIGIN, Store, settings_for
from tests.contracts.multipart_contract import EnforcingMultipartContract, MultipartContract
from tests.contracts.object_store_contract import (
    KEY,
    SEALED,
    TYPED,
    EnforcingStoreContract,
    ObjectStoreContract,
    World,
)
from tests.contracts.real_stores import RealMultipartContract, form_over_http, over_http
from tests.contracts.transfers_contract import TransfersContract

# Half a second on an idle machine.
SOON_S = 8.0


@pytest.fixture(scope="module")
def moto_endpoint() -> Iterator[str]:
    """One moto in this process."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def minio_world(minio: Store, mongod: MongodServer) -> tuple[World, Settings]:
    """A bucket prepared once, because making its two credentials takes a second."""
    settings = settings_for(minio, mongod)
    store = S3ObjectStore(settings, KEYRING)
    assert store.prepare((settings.minio_bucket,)) == []
    return World(store, settings.minio_bucket, over_http, form_over_http), settings


class TestMemory(EnforcingStoreContract, EnforcingMultipartContract, TransfersContract):
    """The fake that the use cases' tests rely on."""

    @pytest.fixture
    def world(self) -> World:
        store = MemoryObjectStore()
        store.prepare(("songs",))

        def send(transfer: PresignedRequest, body: bytes, headers: Mapping[str, str] | None) -> StoreResponse:
            sent = transfer.headers if headers is None else headers
            return StoreResponse(*store.send(transfer.url, at=datetime.now(UTC), body=body, headers=sent))

        def send_form(form: PresignedPost, fields: Mapping[str, str], file: bytes) -> int:
            return store.send_form(form.url, at=datetime.now(UTC), fields=fields, file=file)

        return World(store, "songs", send, send_form)


class TestMoto(ObjectStoreContract, MultipartContract, TransfersContract):
    """The demo's store: it verifies no signature, expiry or length, but must store what it gets."""

    @pytest.fixture
    def world(self, moto_endpoint: str) -> World:
        settings = Settings(auth_mode="open", minio_endpoint=moto_endpoint, minio_bucket=f"moto-{uuid4().hex}")
        store = S3ObjectStore(settings, KEYRING)
        store.prepare((settings.minio_bucket,))
        return World(store, settings.minio_bucket, over_http, form_over_http)

    def test_the_probe_finds_that_nothing_is_enforced(self, world: World) -> None:
        """The start-up check must never accept such a store as safe."""
        failed = {check.name for check in world.store.check(world.bucket) if check.must and not check.ok}

        assert {"signature", "expiry", "length", "anonymous"} & failed


@pytest.mark.real
class TestMinio(EnforcingStoreContract, RealMultipartContract, TransfersContract):
    """The real one, with its two least-privilege credentials."""

    @pytest.fixture
    def s3(self, minio_world: tuple[World, Settings]) -> Any:
        return s3_client(minio_world[1])

    @pytest.fixture
    def world(self, minio_world: tuple[World, Settings], s3: Any) -> World:
        world, _ = minio_world
        listing = s3.list_object_versions(Bucket=world.bucket)
        for row in [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=world.bucket, Key=row["Key"], VersionId=row["VersionId"])
        return world

    def test_the_probe_finds_all_in_order_and_soon(self, world: World, s3: Any) -> None:
        """Every check, required or not; and it leaves nothing behind."""
        took = []
        for _ in range(3):
            begun = perf_counter()
            checks = world.store.check(world.bucket)
            took.append(perf_counter() - begun)

        assert [(check.name, check.finding) for check in checks if not (check.ok or check.note)] == []
        assert {"put", "write_once", "length", "checksum", "expiry", "copy_source", "cors"} <= {c.name for c in checks}
        assert min(took) < SOON_S
        assert "Versions" not in s3.list_object_versions(Bucket=world.bucket)

    def test_preparing_where_all_is_there_takes_little_time(self, minio_world: tuple[World, Settings]) -> None:
        """A second worker or a restart finds the credentials ready."""
        world, settings = minio_world
        took = []
        for _ in range(3):
            begun = perf_counter()
            assert S3ObjectStore(settings, KEYRING).prepare((world.bucket,)) == []
            took.append(perf_counter() - begun)

        assert min(took) < SOON_S

    def test_workers_that_prepare_at_once_agree(self, minio: Store, mongod: MongodServer, s3: Any) -> None:
        """On a new bucket: all succeed, and the URLs of each work."""
        settings = settings_for(minio, mongod)
        stores = [S3ObjectStore(settings, KEYRING) for _ in range(6)]

        with ThreadPoolExecutor(6) as pool:
            notes = list(pool.map(lambda store: store.prepare((settings.minio_bucket,)), stores))

        assert notes == [[]] * 6
        assert s3.get_bucket_versioning(Bucket=settings.minio_bucket)["Status"] == "Enabled"
        for number, store in enumerate(stores):
            key = f"uploads/alice/{number}"
            put = store.presign_put(settings.minio_bucket, key, headers={}, at=datetime.now(UTC), expires_in=60)
            assert send_http(put, SONG).status == 200
            get = store.presign_get(settings.minio_bucket, key, params={}, at=datetime.now(UTC), expires_in=60)
            assert send_http(get).body == SONG

    def test_of_many_puts_at_once_one_wins(self, world: World) -> None:
        """And its bytes stay."""
        loose = {"content-type": "audio/mpeg", "if-none-match": "*"}
        bodies = [SONG + bytes([number]) for number in range(12)]

        with ThreadPoolExecutor(12) as pool:
            statuses = list(pool.map(lambda body: world.send(world.presign_put(loose), body, None).status, bodies))

        assert sorted(statuses) == [200] + [412] * 11
        assert world.get().body == bodies[statuses.index(200)]

    def test_a_download_has_the_name_and_type_it_was_signed_with(self, world: World) -> None:
        """The user's file name, in Unicode too, whatever the object's type is."""
        world.put(headers={"content-type": "text/html"})
        disposition = "attachment; filename=\"Ete.mp3\"; filename*=UTF-8''%C3%89t%C3%A9.mp3"
        named = {"response-content-disposition": disposition, "response-content-type": "audio/mpeg"}

        answer = world.get(**named)

        assert answer.headers["content-disposition"] == disposition
        assert answer.headers["content-type"] == "audio/mpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_a_url_is_for_head_or_for_get(self, world: World) -> None:
        """HEAD returns the headers of GET, and neither URL works for the other method."""
        world.put()
        named = {"response-content-disposition": "inline; filename=Ete", "response-content-type": "audio/mpeg"}
        head, get = world.presign_get(method="HEAD", **named), world.presign_get(**named)

        answer = send_http(head)
        assert (answer.status, answer.headers["content-length"]) == (200, str(len(SONG)))
        assert answer.headers["content-disposition"] == named["response-content-disposition"]
        assert send_http(replace(head, method="GET")).status == 403
        assert send_http(replace(get, method="HEAD")).status == 403

    @pytest.mark.parametrize("edit", [("Ete", "Evil"), ("X-Amz-Expires=60", "X-Amz-Expires=600"), ("?", "?a=b&")])
    def test_an_edited_download_is_refused(self, world: World, edit: tuple[str, str]) -> None:
        """Every parameter was signed."""
        world.put()
        transfer = world.presign_get(**{"response-content-disposition": "attachment; filename=Ete"})

        assert send_http(transfer, url=transfer.url.replace(*edit)).status == 403

    def test_a_put_url_is_for_its_own_key_alone(self, world: World) -> None:
        """And not for reading."""
        world.put()
        transfer = world.presign_put(TYPED)

        assert send_http(transfer, SONG, url=transfer.url.replace("01JD8", "01JD9")).status == 403
        reading = PresignedRequest("GET", transfer.url, TYPED, transfer.expires_at)
        assert send_http(reading).status == 403

    def test_a_digest_that_was_signed_is_kept(self, world: World) -> None:
        """So confirm can compare it with the declared one."""
        stored = world.put(headers=SEALED)

        assert stored.checksums == {"sha256": SEALED["x-amz-checksum-sha256"], "crc32c": None}

    @pytest.mark.parametrize(
        ("header", "right", "wrong"),
        [
            ("x-amz-checksum-crc32c", "PP5heQ==", "AAAAAA=="),
            ("content-md5", "GJ7O1c2eLb8Pvdo9PrzZ/A==", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ],
    )
    def test_other_digests_are_checked_too(self, world: World, header: str, right: str, wrong: str) -> None:
        """A PUT with other bytes than declared fails."""
        answers = [
            world.send(world.presign_put({**TYPED, header: value}), body, None).status
            for value, body in ((wrong, SONG), (right, OTHER), (right, SONG))
        ]

        assert answers == [400, 400, 200]

    def test_a_delete_marker_is_absent_and_is_purged_too(self, world: World, s3: Any) -> None:
        """Somebody deleted the object by hand without naming a version."""
        stored = world.put()
        s3.delete_object(Bucket=world.bucket, Key=KEY)

        assert world.store.head(world.bucket, KEY) is None
        assert world.store.head(world.bucket, KEY, stored.version_id) == stored
        assert world.store.purge(world.bucket, KEY)
        listing = s3.list_object_versions(Bucket=world.bucket)
        assert "Versions" not in listing
        assert "DeleteMarkers" not in listing

    def test_a_key_below_another_is_another(self, world: World) -> None:
        """`a` and `a/b` are two objects; purging one spares the other."""
        world.put(SONG, key="uploads/alice/a")
        world.put(OTHER, key="uploads/alice/a/b")

        assert world.store.purge(world.bucket, "uploads/alice/a")

        assert world.get(key="uploads/alice/a/b").body == OTHER
        assert world.store.head(world.bucket, "uploads/alice/a") is None

    def test_a_key_that_hides_below_another_is_purged(self, world: World) -> None:
        """MinIO's listings hide `a/b` if there is an `a`, but every version of it must go."""
        world.put(SONG, key="uploads/alice/a")
        for body in (SONG, OTHER):
            world.put(body, key="uploads/alice/a/b")

        assert world.store.purge(world.bucket, "uploads/alice/a/b")

        assert world.store.head(world.bucket, "uploads/alice/a/b") is None
        assert world.get(key="uploads/alice/a").body == SONG

    def test_what_hides_below_another_is_spared_as_any_other(self, world: World) -> None:
        """If it is to be kept, or young."""
        world.put(SONG, key="uploads/alice/a")
        stored = world.put(OTHER, key="uploads/alice/a/b")

        assert not world.store.purge(world.bucket, stored_key := "uploads/alice/a/b", before=stored.modified_at)
        assert world.store.purge(world.bucket, stored_key, keep={stored.version_id})
        assert world.store.head(world.bucket, stored_key) == stored

    def test_a_bucket_without_versions_is_a_store_too(self, world: World, s3: Any) -> None:
        """If versioning was refused, objects have no version and are removed as they are."""
        bucket = f"{world.bucket}-plain"
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=KEY, Body=SONG)

        stored = world.store.head(bucket, KEY)

        assert stored is not None
        assert stored.version_id is None
        assert world.store.purge(bucket, KEY, keep={None})
        assert world.store.head(bucket, KEY) == stored
        world.store.delete_version(bucket, KEY, None)
        assert world.store.head(bucket, KEY) is None
        s3.put_object(Bucket=bucket, Key=KEY, Body=SONG)
        assert world.store.purge(bucket, KEY)
        assert world.store.head(bucket, KEY) is None

    def test_the_page_may_send_and_read_what_it_needs(self, world: World) -> None:
        """The browser's preflight succeeds, and the page can read the ETag."""
        headers = {
            "Origin": PAGE_ORIGIN,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type,if-none-match,x-amz-checksum-sha256",
        }
        asked = PresignedRequest("OPTIONS", world.presign_put(SEALED).url, headers, datetime.now(UTC))

        answer = send_http(asked)

        assert answer.headers["access-control-allow-origin"] == PAGE_ORIGIN


@pytest.mark.real
class TestVersitygw(EnforcingStoreContract, RealMultipartContract, TransfersContract):
    """A second real store, with the two accounts that the service makes there."""

    unknown_version = "01JD8ZK3V0X5W9QH2M4N6P7R8S"  # of the form that it gives; it calls others invalid

    @pytest.fixture(scope="class")
    @classmethod
    def prepared(cls, versitygw: Store, mongod: MongodServer) -> tuple[S3ObjectStore, Settings]:
        """Look at the store once, because that takes a while."""
        settings = settings_for(versitygw, mongod)
        store = S3ObjectStore(settings, KEYRING)
        store.prepare((settings.minio_bucket,))
        return store, settings

    @pytest.fixture
    def world(self, prepared: tuple[S3ObjectStore, Settings]) -> World:
        """A bucket of its own."""
        store, settings = prepared
        bucket = f"t{uuid4().hex[:16]}"
        setup = StoreSetup(settings, s3_client(settings), KEYRING)
        setup.ensure_bucket(bucket)
        pair, refused = setup.ensure_signing_pair((bucket,))
        assert refused == []
        store.sign_with(pair)
        return World(store, bucket, over_http, form_over_http)
