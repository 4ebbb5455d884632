"""Two stores by settings, as one port: which store a call reaches, and what the documents say of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.store.errors import StoreUnavailable
from service.store.memory.objects import MemoryObjectStore
from service.store.model import PresignedPost, PresignedRequest
from service.store.places import one_of_each_store, split_place
from service.store.stores import Stores
from service.uploads.model import UploadStatus
from service.uploads.mongo.documents import from_document, to_document, to_expected, to_update
from service.uploads.policy import Policy
from tests.builders import StoreResponse, a_record
from tests.contracts.multipart_contract import EnforcingMultipartContract
from tests.contracts.object_store_contract import EnforcingStoreContract, World

KEY_ID, SECRET = "4f1d0a9b3c7e5d2f8a6b", "9c2e7a1f5b3d8e6a4c0f"
SECOND = {
    "store_2_endpoint": "https://s3.other.example",
    "store_2_access_key": KEY_ID,
    "store_2_secret_key": SECRET,
    "store_2_bucket": "songs-2",
}


def settings(**changes: object) -> Settings:
    return Settings(**{"auth_mode": "open", "minio_bucket": "songs", **SECOND, **changes})


class TestTheSecondOfTwo(EnforcingStoreContract, EnforcingMultipartContract):
    """Every promise of a store holds for the second one as well, through the port of both."""

    @pytest.fixture
    def world(self) -> World:
        first, second = MemoryObjectStore(), MemoryObjectStore()
        stores = Stores({"1": first, "2": second})
        stores.prepare(("songs", "2:songs"))

        def send(transfer: PresignedRequest, body: bytes, headers: Mapping[str, str] | None) -> StoreResponse:
            sent = transfer.headers if headers is None else headers
            return StoreResponse(*second.send(transfer.url, at=datetime.now(UTC), body=body, headers=sent))

        def send_form(form: PresignedPost, fields: Mapping[str, str], file: bytes) -> int:
            return second.send_form(form.url, at=datetime.now(UTC), fields=fields, file=file)

        return World(stores, "2:songs", send, send_form)


def test_an_unknown_store_is_no_other_one() -> None:
    stores = Stores({"1": MemoryObjectStore()})

    with pytest.raises(StoreUnavailable, match="'7'"):
        stores.head("7:songs", "uploads/alice/a")


def test_the_second_store_has_its_own_settings() -> None:
    both = settings(
        store_2_public_endpoint="https://files.example",
        store_2_region="eu-west-1",
        store_2_addressing_style="virtual",
        store_2_bucket_by_type="video/*=films",
        store_2_upload_access_key=f"{KEY_ID}up",
        store_2_upload_secret_key=f"{SECRET}up",
        store_2_download_access_key=f"{KEY_ID}down",
        store_2_download_secret_key=f"{SECRET}down",
        store_2_worker_access_key=f"{KEY_ID}work",
        store_2_worker_secret_key=f"{SECRET}work",
        store_2_events_arn="arn:minio:sqs::SECOND:webhook",
        events_secret="2c9d4e1f8a7b6c5d3e0f",
    )

    first, second = both.stores["1"], both.stores["2"]

    assert (first.minio_endpoint, first.places) == ("http://localhost:9000", ("songs",))
    assert second.minio_endpoint == "https://s3.other.example"
    assert second.public_endpoint == "https://files.example"
    assert (second.minio_region, second.minio_addressing_style) == ("eu-west-1", "virtual")
    assert second.places == ("2:songs-2", "2:films")
    assert second.buckets == ("songs-2", "films")
    assert second.minio_access_key == KEY_ID
    assert second.minio_secret_key.get_secret_value() == SECRET
    for purpose, end in (("upload", "up"), ("download", "down"), ("worker", "work")):
        assert getattr(second, f"minio_{purpose}_access_key") == f"{KEY_ID}{end}"
        assert getattr(second, f"minio_{purpose}_secret_key").get_secret_value() == f"{SECRET}{end}"
    assert second.minio_events_arn == "arn:minio:sqs::SECOND:webhook"
    assert list(second.stores) == ["2"]


def test_without_a_second_endpoint_there_is_one_store() -> None:
    alone = settings(store_2_endpoint="")

    assert list(alone.stores) == ["1"]
    assert Policy.from_settings(alone).buckets == ("songs",)


def test_new_files_go_to_the_second_store_when_the_settings_say_so() -> None:
    before, after = Policy.from_settings(settings()), Policy.from_settings(settings(store_2_new_files=True))

    assert (before.bucket, after.bucket) == ("songs", "2:songs-2")
    assert set(before.buckets) == set(after.buckets) == {"songs", "2:songs-2"}
    assert one_of_each_store(after.buckets) == ("2:songs-2", "songs")


def test_types_have_their_buckets_in_the_store_of_new_files() -> None:
    policy = Policy.from_settings(settings(store_2_new_files=True, store_2_bucket_by_type="video/*=films"))

    assert policy.bucket_for("video/mp4") == "2:films"
    assert policy.bucket_for("audio/ogg") == "2:songs-2"


def test_the_store_that_files_moved_to_may_become_the_first_one() -> None:
    """Its settings go to the first one's place, with the name that the documents have for it."""
    moved = settings(store_name="2", store_2_endpoint="")

    assert Policy.from_settings(moved).buckets == ("2:songs",)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"store_2_name": "1"}, "name of the first store too"),
        ({"store_2_name": "a:b"}, "lower-case letters and digits"),
        ({"store_name": "1/2"}, "lower-case letters and digits"),
        ({"store_2_endpoint": "http://localhost:9000", "store_2_bucket": "songs"}, "the two stores are one"),
        ({"store_2_endpoint": "", "store_2_new_files": True}, "needs a second store"),
        ({"store_2_access_key": "minioadmin"}, "can be guessed"),
        ({"store_2_upload_access_key": "key"}, "STORE_2_UPLOAD_ACCESS_KEY: set both or neither"),
        ({"store_2_worker_access_key": KEY_ID}, "another credential's"),
        ({"store_2_bucket": "No"}, "3 to 63 characters"),
    ],
)
def test_a_wrong_second_store_is_refused(changes: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        settings(**changes)


def test_the_page_may_reach_both_stores(ports: Ports) -> None:
    client = create_app(settings(), ports).test_client()

    policy = client.get("/healthz").headers["Content-Security-Policy"]

    assert "http://localhost:9000 https://s3.other.example;" in policy


def test_a_document_names_its_store_beside_its_bucket() -> None:
    first, second = a_record(bucket="songs"), a_record(bucket="2:songs")

    assert to_document(first)["bucket"] == to_document(second)["bucket"] == "songs"
    assert "store" not in to_document(first)
    assert to_document(second)["store"] == "2"
    assert [from_document(to_document(upload)) for upload in (first, second)] == [first, second]


def test_a_change_of_the_store_is_one_update_on_its_condition() -> None:
    assert to_update({"bucket": "2:songs"}) == {"$set": {"bucket": "songs", "store": "2"}}
    assert to_update({"bucket": "songs"}) == {"$set": {"bucket": "songs"}, "$unset": {"store": ""}}
    expected = to_expected({"status": UploadStatus.READY, "bucket": "songs"})
    assert expected == {"status": "ready", "bucket": "songs", "store": None}


def test_a_name_taken_apart() -> None:
    assert split_place("songs") == ("1", "songs")
    assert split_place("2:songs") == ("2", "songs")
    assert replace(a_record(), bucket="2:songs").bucket == "2:songs"
