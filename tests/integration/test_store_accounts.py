"""The accounts that sign URLs on MinIO: which ones the service makes, resets, removes and leaves alone."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.crypto import encrypt

from dev.servers import MongodServer, start_minio
from service.settings import Settings
from service.shared.checks import StoreCheck
from service.store.errors import StoreUnavailable
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import (
    NO_STREAMED_WRITES,
    derived_credentials,
    download_policy,
    is_same_policy,
    upload_policy,
)
from service.store.s3.setup import StoreSetup
from service.store.s3.store import S3ObjectStore
from service.store.sigv4.query import Credentials
from tests.builders import KEYRING, OTHER, SONG
from tests.conftest import Store, settings_for
from tests.integration.forging import forge

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Accounts:
    """MinIO's accounts, as its operator sees them."""

    admin: MinioAdmin

    def make(self, name: str, policy: dict[str, Any], description: str = "") -> str:
        """Make an account as an earlier version did; return its key id."""
        key_id = f"old{uuid4().hex[:16]}"
        self.admin.add_service_account(
            access_key=key_id, secret_key="s" * 40, name=name, description=description or None, policy=policy
        )
        return key_id

    def key_ids(self) -> set[str]:
        return {row["accessKey"] for row in json.loads(self.admin.list_service_account(""))["accounts"]}

    def policy(self, key_id: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(json.loads(self.admin.get_service_account(key_id))["policy"])
        return document


@pytest.fixture
def accounts(minio: Store) -> Accounts:
    credentials = StaticProvider(minio.access_key, minio.secret_key)
    return Accounts(MinioAdmin(endpoint=minio.endpoint.removeprefix("http://"), credentials=credentials, secure=False))


@pytest.fixture
def settings(minio: Store, mongod: MongodServer) -> Settings:
    """Settings with which the service makes its own credentials."""
    return settings_for(minio, mongod)


def start(settings: Settings) -> list[StoreCheck]:
    return S3ObjectStore(settings, KEYRING).prepare((settings.minio_bucket,))


def without_the_deny(policy: dict[str, Any]) -> dict[str, Any]:
    """Return the policy as an earlier version had it."""
    return {**policy, "Statement": [one for one in policy["Statement"] if one != NO_STREAMED_WRITES]}


def derived(settings: Settings, purpose: str) -> Credentials:
    policy = upload_policy if purpose == "upload" else download_policy
    return derived_credentials(settings, KEYRING, purpose, policy((settings.minio_bucket,)))


def test_an_account_of_an_earlier_version_is_removed_at_start(settings: Settings, accounts: Accounts) -> None:
    """Old URLs show its key id, which is enough for an unsigned write."""
    start(settings)
    bucket = settings.minio_bucket
    old = accounts.make("moodrop-upload", without_the_deny(upload_policy((bucket,))))
    assert forge(settings.minio_endpoint, bucket, "uploads/alice/a", old, OTHER).status == 200

    assert start(settings) == []

    assert old not in accounts.key_ids()
    assert forge(settings.minio_endpoint, bucket, "uploads/alice/a", old, SONG).status == 403


def test_accounts_of_other_services_stay(settings: Settings, accounts: Accounts) -> None:
    """Accounts of a Moodrop with other buckets, of any version, and accounts with other names."""
    others, here = upload_policy(("otherbucket",)), upload_policy((settings.minio_bucket,))
    longer = upload_policy((f"{settings.minio_bucket}-too",))
    foreign = {
        accounts.make("moodrop-upload", without_the_deny(others)),
        accounts.make("moodrop-upload", others, "buckets: otherbucket"),
        accounts.make("moodrop-download", longer),
        accounts.make("backup", here),
    }

    assert start(settings) == []

    assert foreign <= accounts.key_ids()


def test_a_second_service_on_the_same_store_keeps_its_accounts(
    settings: Settings, minio: Store, mongod: MongodServer, accounts: Accounts
) -> None:
    """Starting one leaves the other's URLs valid."""
    other = settings_for(minio, mongod)

    for service in (settings, other, settings, other):
        assert start(service) == []

    made = {derived(service, purpose).access_key for service in (settings, other) for purpose in ("upload", "download")}
    assert len(made) == 4
    assert made <= accounts.key_ids()


def test_an_account_of_one_shared_bucket_is_removed(minio: Store, mongod: MongodServer, accounts: Accounts) -> None:
    """If a bucket was added since, older accounts name fewer."""
    first = settings_for(minio, mongod)
    start(first)
    more = first.model_copy(update={"minio_bucket_by_type": (f"video/*={first.minio_bucket}-videos",)})

    assert S3ObjectStore(more, KEYRING).prepare((more.minio_bucket, f"{more.minio_bucket}-videos")) == []

    assert derived(first, "upload").access_key not in accounts.key_ids()


@pytest.mark.parametrize("status", ["enabled", "disabled"])
def test_a_changed_account_gets_its_policy_back(settings: Settings, accounts: Accounts, status: str) -> None:
    """Whoever changed it, the next start restores the policy in the code."""
    start(settings)
    policy, key_id = upload_policy((settings.minio_bucket,)), derived(settings, "upload").access_key
    accounts.admin.update_service_account(access_key=key_id, policy=without_the_deny(policy), status=status)

    assert start(settings) == []

    assert is_same_policy(accounts.policy(key_id), policy)
    assert forge(settings.minio_endpoint, settings.minio_bucket, "uploads/alice/a", key_id, OTHER).status == 403


def test_workers_that_start_at_once_do_each_other_no_harm(settings: Settings, accounts: Accounts) -> None:
    """All use the same two accounts and remove the same old ones; none fails because another was faster."""
    old = [accounts.make("moodrop-download", download_policy((settings.minio_bucket,))) for _ in range(3)]

    with ThreadPoolExecutor(4) as workers:
        problems = list(workers.map(start, [settings] * 4))

    assert problems == [[]] * 4
    ours = {derived(settings, purpose).access_key for purpose in ("upload", "download")}
    assert ours <= accounts.key_ids()
    assert not accounts.key_ids() & set(old)


def test_old_accounts_go_where_the_operator_made_the_new_ones(settings: Settings, accounts: Accounts) -> None:
    """Configured accounts stay, whatever their names."""
    buckets = (settings.minio_bucket,)
    start(settings)
    configured = {
        purpose: accounts.make(f"moodrop-{purpose}", policy(buckets))
        for purpose, policy in (("upload", upload_policy), ("download", download_policy))
    }
    by_hand = {f"minio_{purpose}_access_key": key_id for purpose, key_id in configured.items()}
    by_hand |= {f"minio_{purpose}_secret_key": "s" * 40 for purpose in configured}

    assert start(Settings(**{**settings.model_dump(exclude_unset=True), **by_hand})) == []

    assert set(configured.values()) <= accounts.key_ids()
    assert derived(settings, "upload").access_key not in accounts.key_ids()


def test_accounts_for_more_buckets_than_a_description_holds_are_kept_apart_too(
    minio: Store, mongod: MongodServer, accounts: Accounts
) -> None:
    """MinIO's descriptions hold 256 characters; beyond that, the policy distinguishes them."""
    settings = settings_for(minio, mongod)
    buckets = (settings.minio_bucket, *(f"{settings.minio_bucket}-{'x' * 40}{number}" for number in range(5)))
    setup = StoreSetup(settings, S3ObjectStore(settings, KEYRING)._client, KEYRING)  # noqa: SLF001 - the buckets need not be there

    first, notes = setup.ensure_signing_pair(buckets)
    second, _ = setup.ensure_signing_pair(buckets[1:])

    assert notes == []
    assert first != second
    assert first.upload.access_key not in accounts.key_ids()
    assert second.upload.access_key in accounts.key_ids()


def test_no_start_looks_at_more_old_accounts_than_it_has_time_for(
    settings: Settings, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old accounts without named buckets cost a request each; any left are reported and stop nothing."""
    accounts.make("moodrop-upload", upload_policy(("otherbucket",)))
    monkeypatch.setattr("service.store.minio.accounts.MAX_CHECKED", 0)

    [left] = start(settings)

    assert (left.name, left.must) == ("old_accounts", False)
    assert "were not looked at" in left.finding


class _NoMinio(BaseHTTPRequestHandler):
    """Records requests; answers the liveness check and everything else as its class attributes say."""

    asked: list[tuple[str, str]]
    lives: int
    status = 200
    listings = 9  # those after so many are refused
    body = b""

    def _answer(self) -> None:
        self.asked.append((self.command, self.path))
        self.rfile.read(int(self.headers.get("content-length", 0)))
        is_listing = "list-service-accounts" in self.path
        listings = sum("list-service-accounts" in path for _, path in self.asked)
        listed = 200 if listings <= self.listings else 403
        self.send_response(self.lives if self.path == "/minio/health/live" else listed if is_listing else self.status)
        body = self.body if is_listing else b""
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815 - http.server names them

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def no_minio() -> Iterator[ThreadingHTTPServer]:
    """A store that answers 404 to MinIO's liveness check."""
    handler = type("Handler", (_NoMinio,), {"asked": [], "lives": 404})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def signing_pair(server: ThreadingHTTPServer) -> tuple[set[str], list[str]]:
    """Return the key ids that sign, and the warnings."""
    settings = Settings(auth_mode="open", minio_endpoint=f"http://127.0.0.1:{server.server_port}")
    pair, notes = StoreSetup(settings, S3ObjectStore(settings, KEYRING)._client, KEYRING).ensure_signing_pair(("b",))  # noqa: SLF001
    return {pair.upload.access_key, pair.download.access_key}, [note.name for note in notes]


def test_a_store_that_is_no_minio_is_sent_no_account(no_minio: ThreadingHTTPServer) -> None:
    """It would take the call for a write to a bucket named `minio`."""
    assert signing_pair(no_minio) == ({"minioadmin"}, ["upload_account", "download_account"])

    # Both only ask what it is: a MinIO, or a VersityGW.
    asked = no_minio.RequestHandlerClass.asked  # type: ignore[attr-defined]
    assert asked == [("GET", "/minio/health/live"), ("GET", "/")]


def test_a_store_that_does_not_speak_the_account_api_is_no_traceback(no_minio: ThreadingHTTPServer) -> None:
    """It claims to be alive, but its answers cannot be decrypted."""
    no_minio.RequestHandlerClass.lives = 200  # type: ignore[attr-defined]

    keys, notes = signing_pair(no_minio)

    assert keys == {"minioadmin"}
    assert notes == ["upload_account", "download_account", "old_accounts"]


BUSY = [429, 500, 502, 503, 504]


@pytest.mark.parametrize("status", BUSY)
def test_a_store_that_cannot_tell_now_what_it_is_is_asked_again(no_minio: ThreadingHTTPServer, status: int) -> None:
    """A starting MinIO or its proxy; otherwise the service's own credential would sign URLs."""
    no_minio.RequestHandlerClass.lives = status  # type: ignore[attr-defined]

    with pytest.raises(StoreUnavailable, match=str(status)):
        signing_pair(no_minio)


@pytest.mark.parametrize("status", BUSY)
def test_a_store_that_cannot_make_accounts_now_is_asked_again(no_minio: ThreadingHTTPServer, status: int) -> None:
    """A starting MinIO accepts objects before accounts. That is no refusal, and must not end the start."""
    handler: Any = no_minio.RequestHandlerClass
    handler.lives, handler.status = 200, status
    handler.body = encrypt(json.dumps({"accounts": [AN_OLD_ACCOUNT]}).encode(), "minioadmin")
    accounts = MinioAccounts(Settings(auth_mode="open", minio_endpoint=f"http://127.0.0.1:{no_minio.server_port}"))

    for call in (
        lambda: signing_pair(no_minio),
        lambda: accounts.has("key", {}),
        lambda: accounts.ensure("moodrop-upload", Credentials("key", "s" * 40), upload_policy(("b",))),
        lambda: accounts.remove_old(("b",), {"current"}),
    ):
        with pytest.raises(StoreUnavailable, match=str(status)):
            call()


AN_OLD_ACCOUNT = {"accessKey": "old", "name": "moodrop-upload", "description": "buckets: a b"}


@pytest.mark.parametrize("listings", [9, 1])
def test_an_old_account_that_cannot_be_removed_stops_the_start(no_minio: ThreadingHTTPServer, listings: int) -> None:
    """Its key id still works, and nothing else would reveal it; also if no second check is allowed."""
    handler: Any = no_minio.RequestHandlerClass
    handler.lives, handler.status, handler.listings = 200, 403, listings
    rows = [AN_OLD_ACCOUNT]
    handler.body = encrypt(json.dumps({"accounts": rows}).encode(), "minioadmin")
    settings = Settings(auth_mode="open", minio_endpoint=f"http://127.0.0.1:{no_minio.server_port}")

    left = MinioAccounts(settings).remove_old(("b",), {"current"})

    assert left
    assert (left.name, left.must, left.ok) == ("old_accounts", True, False)
    assert "mc admin accesskey remove" in left.fix
    handler.listings = 9
    assert MinioAccounts(settings).remove_old(("c",), {"current"}) is None
    assert MinioAccounts(settings).remove_old(("b",), {"old"}) is None


def test_the_workers_account_follows_the_service_to_another_key_of_the_store(
    mongod: MongodServer, tmp_path: Path
) -> None:
    """MinIO's own key was replaced, the worker's pair was not: what belongs to the old key may do nothing."""
    pair = {"minio_worker_access_key": "a-worker-of-two-keys", "minio_worker_secret_key": "s" * 40}
    for name in ("first", "second"):
        store = Store(
            start_minio(tmp_path / "minio", access_key=f"{name}-root", secret_key="r" * 40, cors_origins=["*"])
        )
        settings = settings_for(store, mongod, minio_access_key=f"{name}-root", minio_secret_key="r" * 40, **pair)
        settings = settings.model_copy(update={"minio_bucket": "songs"})
        try:
            objects = S3ObjectStore(settings, KEYRING)
            assert objects.prepare(("songs",)) == []
            checks = {check.name: check.ok for check in objects.check("songs")}
        finally:
            store.server.stop()
        assert checks["worker_account"], name
