"""The accounts that sign URLs on VersityGW: what the service makes, changes, removes and leaves alone."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dev.credentials import Credentials as User
from dev.servers import MongodServer, VersitygwServer
from service.settings import Settings
from service.shared.memory.keyring import MemoryKeyring
from service.store.checks.probe import SigningPair, credential_works
from service.store.minio.credentials import derived_credentials, download_policy, upload_policy
from service.store.s3.setup import StoreSetup
from service.store.s3.store import S3ObjectStore, s3_client
from service.store.sigv4.query import Credentials
from service.store.versitygw.accounts import VersitygwAccounts, speaks_versitygw
from service.store.versitygw.policy import principals
from tests.builders import KEYRING
from tests.conftest import Store, settings_for

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.real


@pytest.fixture
def root_only(versitygw: Store, mongod: MongodServer) -> Settings:
    """The settings of a service that knows nothing but root, with its bucket."""
    settings = settings_for(versitygw, mongod)
    StoreSetup(settings, s3_client(settings), KEYRING).ensure_bucket(settings.minio_bucket)
    return settings


def pair_of(settings: Settings, *buckets: str, keyring: Any = KEYRING) -> SigningPair:
    setup = StoreSetup(settings, s3_client(settings), keyring)
    pair, refused = setup.ensure_signing_pair(buckets or (settings.minio_bucket,))
    assert refused == []
    return pair


def policy_of(settings: Settings, bucket: str = "") -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(
        s3_client(settings).get_bucket_policy(Bucket=bucket or settings.minio_bucket)["Policy"]
    )
    return policy


def named(policy: Mapping[str, Any]) -> set[str]:
    return {key for statement in policy["Statement"] for key in principals(statement)}


def test_what_answers_is_told_apart(root_only: Settings, settings: Settings) -> None:
    """By its own name, so that no other store is sent a request that it would take for a write."""
    assert speaks_versitygw(root_only)
    assert not speaks_versitygw(settings)


def test_both_accounts_are_made_once(root_only: Settings) -> None:
    """A second start finds them, and writes nothing."""
    pair = pair_of(root_only)
    before = policy_of(root_only)

    assert named(before) == {pair.upload.access_key, pair.download.access_key}
    assert pair_of(root_only) == pair
    assert policy_of(root_only) == before
    own = Credentials(root_only.minio_access_key, root_only.minio_secret_key.get_secret_value())
    assert own not in (pair.upload, pair.download)


def test_statements_of_others_stay(root_only: Settings, versitygw: Store) -> None:
    """An operator may let a backup read the bucket."""
    assert isinstance(versitygw.server, VersitygwServer)
    versitygw.server.create_user(User("backup-of-others", "s" * 40))
    bucket = f"arn:aws:s3:::{root_only.minio_bucket}"
    theirs = {
        "Sid": "moodrop-backup",
        "Effect": "Allow",
        "Principal": {"AWS": ["backup-of-others"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"{bucket}/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [theirs]})
    s3_client(root_only).put_bucket_policy(Bucket=root_only.minio_bucket, Policy=policy)

    pair_of(root_only)

    assert policy_of(root_only)["Statement"][0] == theirs
    assert len(policy_of(root_only)["Statement"]) == 3


def test_a_widened_policy_is_set_right(root_only: Settings) -> None:
    """As on MinIO, each start resets what its accounts may do."""
    pair_of(root_only)
    right = policy_of(root_only)
    wide = json.loads(json.dumps(right))
    wide["Statement"][0]["Action"] = ["s3:*"]
    s3_client(root_only).put_bucket_policy(Bucket=root_only.minio_bucket, Policy=json.dumps(wide))

    pair_of(root_only)

    assert sorted(map(str, policy_of(root_only)["Statement"])) == sorted(map(str, right["Statement"]))


def test_another_secret_key_replaces_the_secrets(root_only: Settings) -> None:
    """URLs that were signed before are refused at once."""
    before = pair_of(root_only)
    after = pair_of(root_only, keyring=MemoryKeyring("another key of the tests: 5f1e"))

    assert after.upload.access_key == before.upload.access_key
    assert credential_works(root_only, after.upload, root_only.minio_bucket)
    assert not credential_works(root_only, before.upload, root_only.minio_bucket)


def test_accounts_of_an_earlier_start_are_removed(root_only: Settings) -> None:
    """Other buckets make other accounts; whoever kept an old key id may do nothing any more."""
    other = f"{root_only.minio_bucket}x"
    StoreSetup(root_only, s3_client(root_only), KEYRING).ensure_bucket(other)
    before = pair_of(root_only)

    after = pair_of(root_only, root_only.minio_bucket, other)

    assert named(policy_of(root_only)) == named(policy_of(root_only, other))
    assert named(policy_of(root_only)) == {after.upload.access_key, after.download.access_key}
    assert not credential_works(root_only, before.upload, root_only.minio_bucket)
    assert credential_works(root_only, after.upload, other)


def test_the_workers_account_is_made(versitygw: Store, mongod: MongodServer) -> None:
    """With the pair that the operator chose, whatever is in its secret."""
    secret = "a&b<c>\"d'e" + "s" * 30
    settings = settings_for(
        versitygw, mongod, minio_worker_access_key="worker-of-the-tests", minio_worker_secret_key=secret
    )
    store = S3ObjectStore(settings, KEYRING)

    refused = store.prepare((settings.minio_bucket,))
    checks = {check.name: check for check in store.check(settings.minio_bucket)}

    assert refused == []
    assert checks["worker_account"].ok, checks["worker_account"].finding


def test_six_workers_at_once_agree(root_only: Settings) -> None:
    with ThreadPoolExecutor(6) as pool:
        pairs = list(pool.map(lambda _: pair_of(root_only), range(6)))

    assert len({pair.upload for pair in pairs} | {pair.download for pair in pairs}) == 2
    assert named(policy_of(root_only)) == {pairs[0].upload.access_key, pairs[0].download.access_key}
    assert all(credential_works(root_only, one, root_only.minio_bucket) for one in (pairs[0].upload, pairs[0].download))


def test_no_account_is_taken_for_another_after_it_was_changed(versitygw: Store, mongod: MongodServer) -> None:
    """As VersityGW's cache of accounts does, which is therefore off."""
    statuses = []
    for number in range(12):
        settings = settings_for(versitygw, mongod)
        bucket, client = settings.minio_bucket, s3_client(settings)
        setup = StoreSetup(settings, client, MemoryKeyring("k" * 32, deployment_id=f"deployment-{number}"))
        setup.ensure_bucket(bucket)
        pair, _ = setup.ensure_signing_pair((bucket,))
        accounts = VersitygwAccounts(settings, client)
        for name, one, policy in (
            ("moodrop-upload", pair.upload, upload_policy((bucket,))),
            ("moodrop-download", pair.download, download_policy((bucket,))),
        ):
            for _ in range(3):
                accounts.ensure(name, one, policy)
                statuses += [credential_works(settings, each, bucket) for each in (pair.upload, pair.download)]
    assert statuses == [True] * 12 * 12


def test_an_account_that_may_more_elsewhere_is_not_ours(root_only: Settings) -> None:
    """`has` compares all statements that name the account."""
    pair_of(root_only)
    client: S3Client = s3_client(root_only)
    accounts, policy = VersitygwAccounts(root_only, client), upload_policy((root_only.minio_bucket,))
    upload = derived_credentials(root_only, KEYRING, "upload", policy)
    assert accounts.has(upload.access_key, policy)
    assert not accounts.has(upload.access_key, download_policy((root_only.minio_bucket,)))

    changed = policy_of(root_only)
    changed["Statement"].append({**changed["Statement"][0], "Sid": "more", "Action": ["s3:DeleteObject"]})
    client.put_bucket_policy(Bucket=root_only.minio_bucket, Policy=json.dumps(changed))

    assert not accounts.has(upload.access_key, policy)


def test_a_second_start_takes_nothing_away_for_a_moment(root_only: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each policy that it writes allows all that the first start allowed, although it has read an older one."""
    setup = StoreSetup(root_only, s3_client(root_only), KEYRING)
    first, _ = setup.ensure_signing_pair((root_only.minio_bucket,))
    written: list[dict[str, Any]] = []
    late = StoreSetup(root_only, s3_client(root_only), KEYRING)
    put = late.client.put_bucket_policy

    def keep(**how: Any) -> Any:
        written.append(json.loads(how["Policy"]))
        return put(**how)

    monkeypatch.setattr(late.client, "put_bucket_policy", keep)
    # As a worker sees it that read the policy before the other wrote it.
    root = s3_client(root_only)
    root.delete_bucket_policy(Bucket=root_only.minio_bucket)
    late.ensure_signing_pair((root_only.minio_bucket,))

    both = {first.upload.access_key, first.download.access_key}
    assert [named(policy) for policy in written] == [both]
