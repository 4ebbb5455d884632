"""The worker's credential on the real MinIO: it reads files and puts what it derives, and can do nothing else.

It is what somebody has who broke out of the sandbox by a hostile file.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError

from service.ports import Ports
from service.settings import Settings
from service.shared.checks import StoreCheck
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import worker_policy
from service.store.s3.store import s3_client
from service.store.sigv4.query import Credentials
from service.uploads.object_keys import derived_key
from tests.builders import SONG, a_file, fetch, send_http
from tests.conftest import prepared_ports
from tests.contracts.record_store_contract import an_id

pytestmark = pytest.mark.real

WORKER = Credentials("tests-moodrop-worker", "the-secret-of-the-tests-worker")
SECOND = Credentials("tests-moodrop-work-2", "the-secret-of-the-second-one")


@pytest.fixture
def with_worker(settings: Settings) -> Settings:
    """The same service, which is given the worker's pair too."""
    return given(settings, WORKER)


def given(settings: Settings, pair: Credentials) -> Settings:
    values = {"minio_worker_access_key": pair.access_key, "minio_worker_secret_key": pair.secret_key}
    return Settings(**{**settings.model_dump(), **values})


def client_of(settings: Settings, pair: Credentials) -> Any:
    own = {"minio_access_key": pair.access_key, "minio_secret_key": pair.secret_key}
    return s3_client(Settings(auth_mode="open", minio_endpoint=settings.minio_endpoint, **own))


def refused(call: Any, **arguments: Any) -> bool:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return bool(error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403)


def checks_of(ports: Ports, bucket: str) -> dict[str, StoreCheck]:
    return {check.name: check for check in ports.objects.check(bucket)}


def test_the_workers_credential_can_do_two_things(with_worker: Settings) -> None:
    """Read a version of a file, and put an object below `derived/`."""
    with prepared_ports(with_worker) as ports:
        file = a_file(ports)
        client, bucket = client_of(with_worker, WORKER), with_worker.minio_bucket
        key = derived_key(file, "image", 2, "96.webp")

        read = client.get_object(Bucket=bucket, Key=file.object_key, VersionId=file.version_id)
        client.put_object(Bucket=bucket, Key=key, Body=b"webp")

        assert read["Body"].read() == SONG
        for call, named in (
            (client.put_object, {"Key": f"uploads/alice/{an_id(1)}", "Body": b"x"}),
            (client.put_object, {"Key": f"incoming/alice/{an_id(1)}", "Body": b"x"}),
            (client.get_object, {"Key": key}),
            (client.get_object, {"Key": f"incoming/alice/{an_id(1)}"}),
            (client.delete_object, {"Key": key}),
            (client.delete_object, {"Key": file.object_key}),
            (client.delete_object, {"Key": file.object_key, "VersionId": file.version_id}),
            (client.list_objects_v2, {}),
            (client.list_object_versions, {}),
            (client.get_bucket_policy, {}),
            (client.copy_object, {"Key": key + ".2", "CopySource": {"Bucket": bucket, "Key": key}}),
        ):
            assert refused(call, Bucket=bucket, **named), named
        assert fetch(ports, file) == SONG


def test_download_urls_reach_what_is_derived(with_worker: Settings) -> None:
    with prepared_ports(with_worker) as ports:
        bucket, key = with_worker.minio_bucket, "derived/alice/x/image/2/96.webp"
        client_of(with_worker, WORKER).put_object(Bucket=bucket, Key=key, Body=b"webp")

        signed = ports.objects.presign_get(bucket, key, params={}, at=ports.now(), expires_in=60)

        assert send_http(signed).body == b"webp"


def test_the_checks_see_a_credential_that_may_too_much_or_too_little(with_worker: Settings) -> None:
    """Another's, for example: neither stops the start."""
    with prepared_ports(with_worker) as ports:
        bucket = with_worker.minio_bucket
        right = checks_of(ports, bucket)
        wide = worker_policy((bucket,))
        wide["Statement"][0]["Action"] += ["s3:DeleteObject", "s3:ListBucket"]
        wide["Statement"][0]["Resource"] = [f"arn:aws:s3:::{bucket}/*", f"arn:aws:s3:::{bucket}"]
        assert MinioAccounts(with_worker).ensure("moodrop-worker", WORKER, wide) is None
        wrong = checks_of(ports, bucket)

    assert right["worker_account"].ok
    assert right["download_reads_derived"].ok
    assert not wrong["worker_account"].ok
    assert not wrong["worker_account"].must
    assert wrong["worker_account"].finding == (
        "GET under derived/ answered 200; DELETE answered 204; LIST answered 200"
    )


def test_the_probe_of_derived_objects_leaves_nothing(with_worker: Settings) -> None:
    with prepared_ports(with_worker) as ports:
        ports.objects.check(with_worker.minio_bucket)

        assert list(ports.objects.iter_objects(with_worker.minio_bucket)) == []


def test_a_start_gives_the_account_its_policy_back_and_removes_the_one_before(with_worker: Settings) -> None:
    """A service that is not given the pair removes none: it cannot know which one the workers have."""
    policy = worker_policy((with_worker.minio_bucket,))
    accounts = MinioAccounts(with_worker)
    with prepared_ports(with_worker):
        assert accounts.has(WORKER.access_key, policy)
    with prepared_ports(given(with_worker, Credentials("", ""))):
        assert accounts.has(WORKER.access_key, policy)
    with prepared_ports(given(with_worker, SECOND)):
        assert accounts.has(SECOND.access_key, policy)
        assert not accounts.has(WORKER.access_key, policy)


@pytest.mark.parametrize(
    ("pair", "wrong"),
    [
        (Credentials("test-root", "another secret of the tests"), "is another credential's"),
        (Credentials("only-a-key", ""), None),
        (Credentials("", "only-a-secret-of-the-tests"), "belongs to MINIO_WORKER_ACCESS_KEY"),
    ],
)
def test_a_pair_is_whole_and_its_own(settings: Settings, pair: Credentials, wrong: str | None) -> None:
    """The worker must never have the store's root credential."""
    with pytest.raises(ValidationError, match=wrong or "set both or neither"):
        given(settings, pair)


def test_without_the_pair_nothing_is_checked_of_the_worker(settings: Settings) -> None:
    """It is the workers' own then."""
    with prepared_ports(settings) as ports:
        assert "worker_account" not in checks_of(ports, settings.minio_bucket)
