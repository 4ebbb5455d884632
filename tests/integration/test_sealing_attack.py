"""A confirmed file's bytes never change, whoever holds its URLs: attacked over HTTP on the real servers.

tests/integration/sealing.py describes a round. At the end the clock moves past the last URL and the sweeper runs:
nothing may be left in the store or the database. Then the test takes each seal out of the real adapter in turn, and
the attack must notice.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider

from dev.credentials import Credentials
from dev.servers import MongodServer, VersitygwServer
from service.settings import Settings
from service.store.minio.credentials import upload_policy
from service.store.s3.setup import StoreSetup
from service.store.s3.store import s3_client
from tests.builders import KEYRING
from tests.conftest import BUCKETS, Service, Store, settings_for
from tests.integration.leftovers import left_behind, open_multiparts, sweep_in_two_days
from tests.integration.sealing import (
    HOSTILE,
    SIZE,
    BoundPartsClient,
    PartsClient,
    SeedClient,
    Siege,
    SlowPut,
    Tally,
    V1Client,
    sendable,
    sha256_of,
)

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

KINDS = [V1Client, SeedClient, PartsClient, BoundPartsClient]
OLD = Credentials("mdup-of-an-old-start", "the-secret-of-an-old-start")
UNSEALED = "tests.integration.unsealed:app"


def make_account(store: Store, account: Credentials, policy: dict[str, Any]) -> MinioAdmin:
    """Make a MinIO account with its root credential."""
    endpoint, root = store.endpoint.removeprefix("http://"), StaticProvider(store.access_key, store.secret_key)
    admin = MinioAdmin(endpoint=endpoint, credentials=root, secure=False)
    admin.add_service_account(access_key=account.access_key, secret_key=account.secret_key, policy=policy)
    return admin


def only_allowing(policy: dict[str, Any]) -> dict[str, Any]:
    """Return the policy without its Deny statements."""
    return {**policy, "Statement": [row for row in policy["Statement"] if row["Effect"] == "Allow"]}


@pytest.fixture(scope="module")
def old_on_minio(minio: Store) -> str:
    """Return the key id of an account that an earlier start made and a later one removed."""
    admin = make_account(minio, OLD, only_allowing(upload_policy((BUCKETS,))))
    admin.delete_service_account(OLD.access_key)
    return OLD.access_key


@pytest.fixture(scope="module")
def old_on_versitygw(versitygw: Store) -> str:
    """Return the key id of an account that no policy names any more."""
    assert isinstance(versitygw.server, VersitygwServer)
    versitygw.server.create_user(OLD)
    return OLD.access_key


@dataclass(frozen=True)
class Target:
    """A store to attack: its settings, and the key ids of former accounts."""

    settings: Settings
    old_key_ids: tuple[str, ...] = ()
    is_versitygw: bool = False


@pytest.fixture(params=["minio", "versitygw"])
def target(request: pytest.FixtureRequest) -> Target:
    settings = {"minio": "settings", "versitygw": "versitygw_settings"}[request.param]
    old_key_id = request.getfixturevalue(f"old_on_{request.param}")
    # Waived, because the attack uses every kind of upload on both stores.
    attacked = request.getfixturevalue(settings).model_copy(update={"waived_checks": ("half_body",)})
    return Target(attacked, (old_key_id,), request.param == "versitygw")


@pytest.fixture
def made_target(versitygw: Store, mongod: MongodServer, old_on_versitygw: str) -> Target:
    """VersityGW with the accounts that the service makes there itself, and the policy that it gives the bucket."""
    settings = settings_for(versitygw, mongod, waived_checks=("half_body",))
    return Target(settings, (old_on_versitygw, *former_accounts(settings)), is_versitygw=True)


def former_accounts(settings: Settings) -> tuple[str, str]:
    """Have another deployment make its two accounts for this bucket, which the next start replaces."""
    before = StoreSetup(settings, s3_client(settings), KEYRING)
    before.ensure_bucket(settings.minio_bucket)
    pair, refused = before.ensure_signing_pair((settings.minio_bucket,))
    assert refused == []
    return pair.upload.access_key, pair.download.access_key


def besieged(
    target: Target,
    serve: Callable[..., Service],
    kind: type[V1Client],
    rounds: int,
    *,
    share: int = 36,
    workers: int = 2,
    **how: Any,
) -> Siege:
    """Run the rounds against a service of their own."""
    limited = target.settings.model_copy(update={"put_max_bytes": kind.put_max_bytes, "upload_url_expires_in": 3600})
    client = kind(serve(limited, workers=workers, **how).url, Tally())
    siege = Siege(client, limited, target.old_key_ids, share, target.is_versitygw)
    siege.run(rounds)
    return siege


def assert_nothing_changes(
    target: Target,
    serve: Callable[..., Service],
    kind: type[V1Client],
    rounds: int,
    report: Callable[[str, object], None],
    *,
    share: int = 36,
) -> None:
    siege = besieged(target, serve, kind, rounds, share=share)
    sweep_in_two_days(target.settings)

    tally, settings = siege.tally, target.settings
    report("statuses", sorted(tally.statuses.items()))
    report("repeated", sorted(tally.repeated.items()))
    assert tally.findings() == {}
    assert tally.sent("replay") >= 2 * HOSTILE * rounds, "the attackers did try"
    assert tally.sent("forged") >= 12 * rounds
    assert left_behind(settings) == ([], [])
    assert open_multiparts(settings, siege.client.object_keys) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_holder_of_a_url_changes_a_confirmed_file(
    target: Target,
    serve: Callable[..., Service],
    kind: type[V1Client],
    record_property: Callable[[str, object], None],
) -> None:
    """36 rounds that try every forgery: no byte changes, nothing is accepted, and the sweep leaves nothing."""
    assert_nothing_changes(target, serve, kind, 36, record_property)


@pytest.mark.torture("1,000 rounds")
@pytest.mark.timeout(4 * 60 * 60)
@pytest.mark.parametrize("kind", KINDS)
def test_no_holder_of_a_url_changes_a_confirmed_file_in_1000_rounds(
    target: Target,
    serve: Callable[..., Service],
    kind: type[V1Client],
    record_property: Callable[[str, object], None],
) -> None:
    """The same, however long it takes."""
    assert_nothing_changes(target, serve, kind, 1000, record_property)


@pytest.mark.parametrize("kind", KINDS)
def test_nor_with_the_accounts_that_the_service_makes_on_versitygw(
    made_target: Target,
    serve: Callable[..., Service],
    kind: type[V1Client],
    record_property: Callable[[str, object], None],
) -> None:
    """12 rounds that try every forgery, also with the key ids of accounts that it has removed."""
    assert_nothing_changes(made_target, serve, kind, 12, record_property, share=12)
    assert is_limited(made_target.settings)


@pytest.mark.torture("300 rounds")
@pytest.mark.timeout(4 * 60 * 60)
@pytest.mark.parametrize("kind", KINDS)
def test_nor_with_the_accounts_that_the_service_makes_on_versitygw_in_300_rounds(
    made_target: Target,
    serve: Callable[..., Service],
    kind: type[V1Client],
    record_property: Callable[[str, object], None],
) -> None:
    """The same, however long it takes."""
    assert_nothing_changes(made_target, serve, kind, 300, record_property)


def is_limited(settings: Settings) -> bool:
    """Return whether the bucket's policy names the service's accounts alone, and no more than it made last."""
    policy = json.loads(s3_client(settings).get_bucket_policy(Bucket=settings.minio_bucket)["Policy"])
    return [one["Sid"] for one in policy["Statement"]] == ["moodrop-upload-1", "moodrop-download-1"]


# --- each seal taken out in turn ----------------------------------------------------------------------
@dataclass(frozen=True)
class Seal:
    """The class in tests/integration/unsealed.py that lacks it, and what the attack then finds."""

    lacking: str
    kind: type[V1Client]
    finding: str
    text: str


SEALS = [
    Seal("WithoutWriteOnce", V1Client, "accepted", "replay: 200"),
    Seal("WithoutLength", V1Client, "accepted", "longer: 412"),
    Seal("WithoutLength", PartsClient, "accepted", "longer: 404"),
    Seal("WithoutType", V1Client, "accepted", "other type: 412"),
    Seal("WithoutDigest", BoundPartsClient, "accepted", "other digest: 404"),
    Seal("WithoutVersion", V1Client, "loose", "names no version"),
    Seal("WithoutVersion", SeedClient, "loose", "names no version"),
    Seal("WithoutVersion", PartsClient, "loose", "names no version"),
    Seal("WithoutVersioning", V1Client, "loose", "names no version"),
]


@pytest.mark.parametrize("seal", SEALS, ids=lambda seal: f"{seal.lacking}-{seal.kind.__name__}")
def test_the_attack_sees_a_seal_that_is_gone(settings: Settings, serve: Callable[..., Service], seal: Seal) -> None:
    """Each one by itself, although the other seals hold."""
    # One worker: another that starts later would put the bucket's versioning back in the middle of the attack.
    tally = besieged(Target(settings), serve, seal.kind, 1, workers=1, app=UNSEALED, TAKEN_OUT=seal.lacking).tally

    assert any(seal.text in finding for finding in getattr(tally, seal.finding)), tally.findings()


# The start-up checks that also notice it.
DENY_CHECKS, LEAST_CHECKS = ("unsigned_write",), ("copy_source", "upload_cannot_read", "unsigned_write")


@pytest.mark.parametrize("kind", KINDS)
def test_the_attack_sees_that_streamed_writes_are_not_denied(
    minio: Store, settings: Settings, serve: Callable[..., Service], kind: type[V1Client]
) -> None:
    """Without the policy statement against unsigned writes, confirmed bytes change."""
    account = Credentials(f"mdup-{kind.__name__[:8]}-bare", "the-secret-of-an-account")
    make_account(minio, account, only_allowing(upload_policy((BUCKETS,))))
    signs = {"minio_upload_access_key": account.access_key, "minio_upload_secret_key": account.secret_key}
    bare = Settings(**{**settings.model_dump(exclude_unset=True), **signs, "waived_checks": DENY_CHECKS})

    tally = besieged(Target(bare), serve, kind, 1, share=1).tally

    assert any("forged: 200" in finding for finding in tally.accepted), tally.findings()
    assert tally.changed, "the recorded version was replaced"


def test_the_attack_sees_an_upload_account_that_may_read(
    minio: Store, settings: Settings, serve: Callable[..., Service]
) -> None:
    """An unsigned x-amz-copy-source reads what the signer may read; then only write-once stops it."""
    account = Credentials("mdup-that-may-read", "the-secret-of-an-account")
    policy = upload_policy((BUCKETS,))
    policy["Statement"][0]["Action"].append("s3:GetObject")
    make_account(minio, account, policy)
    signs = {"minio_upload_access_key": account.access_key, "minio_upload_secret_key": account.secret_key}
    reading = Settings(**{**settings.model_dump(exclude_unset=True), **signs, "waived_checks": LEAST_CHECKS})

    tally = besieged(Target(reading), serve, V1Client, 1).tally

    assert any("copy: " in finding for finding in tally.accepted), (tally.findings(), tally.statuses)


def swapped_before_copy(settings: Settings, service: Service) -> list[str]:
    """Return what goes wrong if a staged upload is filled again between its check and its copy."""
    client = SeedClient(service.url, Tally())
    started = client.begin(1)
    assert client.send(started, b"h" * SIZE) == 200
    answer = client.http.request("POST", f"{service.url}/v1/uploads/{started.upload_id}/confirm")
    again = client.http.request("POST", f"{service.url}/v1/uploads/{started.upload_id}/confirm")
    # Then it is checked again, and its type is not allowed.
    right = [(409, 409), (409, 422), (409, 400), (409, 415)]
    return [] if (answer.status, again.status) in right else [f"{answer.status} {again.status} {answer.data!r}"]


def test_what_is_copied_is_what_was_looked_at(settings: Settings, serve: Callable[..., Service]) -> None:
    """The copy names the checked ETag; without it, unchecked bytes would be copied."""
    sealed, bare = (serve(settings, app=UNSEALED, TAKEN_OUT=f"{name}") for name in COPIES)

    assert swapped_before_copy(settings, sealed) == []
    assert swapped_before_copy(settings, bare) != []


COPIES = ("SwappedBeforeCopy", "CopiedUnconditionally")
COMPLETES = ("TakenBeforeComplete", "CompletedUnconditionally")


def taken_before_complete(settings: Settings, service: Service) -> list[str]:
    """Return what goes wrong if another object takes the key before the parts do."""
    client = PartsClient(service.url, Tally())
    started = client.begin(1)
    assert client.send(started, b"h" * SIZE) == 200
    client.http.request("POST", f"{service.url}/v1/uploads/{started.upload_id}/confirm")
    listing = s3_client(settings).list_object_versions(Bucket=settings.minio_bucket, Prefix=client.object_keys[0])
    replaced = [row["Key"] for row in listing.get("Versions", []) if row["Size"] == SIZE]
    return [f"{key} was replaced" for key in replaced]


def test_parts_replace_no_object(settings: Settings, serve: Callable[..., Service]) -> None:
    """Complete sends if-none-match; without it, an existing object would be replaced."""
    values = {"put_max_bytes": 0, "waived_checks": ("multipart_write_once",)}
    limited = settings.model_copy(update=values)
    sealed, bare = (serve(limited, app=UNSEALED, TAKEN_OUT=name) for name in COMPLETES)

    assert taken_before_complete(limited, sealed) == []
    assert taken_before_complete(limited, bare) != []


def test_a_slow_put_begun_first_cannot_pass_off_other_bytes(settings: Settings, serve: Callable[..., Service]) -> None:
    """On MinIO a write-once PUT locks its key: whichever comes first there, the honest one wins by its checksum."""
    service, body = serve(settings), b"h" * SIZE
    http = urllib3.PoolManager(retries=False, timeout=20)
    digest = sha256_of(body)
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": SIZE}
    checksum = {"checksum": {"algorithm": "sha256", "value_base64": digest}}
    started = http.request("POST", f"{service.url}/v1/uploads", json=new | checksum).json()
    url, headers = started["transfer"]["url"], sendable(started["transfer"]["headers"])

    slow = SlowPut(url, headers, b"\xed" * SIZE)
    with ThreadPoolExecutor(1) as honest:
        sent = honest.submit(http.request, "PUT", url, body=body, headers=headers)
        refused = slow.finish()
    file = http.request("POST", f"{service.url}/v1/uploads/{started['upload_id']}/confirm").json()

    assert refused in (400, 412)
    assert sent.result().status == 200
    assert file["checksum"]["value_base64"] == digest
