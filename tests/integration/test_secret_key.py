"""SECRET_KEY on real servers: what a new key invalidates, and what workers share without one."""

from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from dev.servers import MongodServer
from service.app import build_ports
from service.ports import Ports
from service.settings import Settings
from service.shared.memory.keyring import MemoryKeyring
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import derived_credentials, download_policy, upload_policy
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.starting.start import start_upload
from tests.builders import ALICE, SONG, a_declaration, a_file, send
from tests.conftest import Service, Store, settings_for

pytestmark = pytest.mark.real
Serve = Callable[..., Service]
OLD, NEW = "a3f1c07be95d2486013bd7fa6e28c594", "0c9b7e24d1f85a63b2e0947cd6a1385f"


@pytest.fixture
def settings(minio: Store, mongod: MongodServer) -> Settings:
    """Settings with which the service makes the credentials behind URLs itself."""
    return settings_for(minio, mongod)


def started(settings: Settings, *keys: str) -> Ports:
    """Return a prepared worker with these keys."""
    ports = build_ports(Settings(**{**settings.model_dump(exclude_unset=True), "secret_key": ",".join(keys)}))
    ports.records.prepare()
    assert ports.objects.prepare(ports.policy.buckets) == []
    return ports


def key_id(url: str) -> str:
    return url.partition("X-Amz-Credential=")[2].partition("%2F")[0]


def test_another_key_ends_the_old_signing_secrets_at_once(settings: Settings) -> None:
    """The account gets a new secret, so a holder of the old key can sign nothing more."""
    old = started(settings, OLD)
    file, (_, put) = a_file(old), start_upload(old, ALICE, a_declaration())
    get = presign_download(old, ALICE, file, DownloadOptions())

    both = started(settings, NEW, OLD)
    new_get = presign_download(both, ALICE, file, DownloadOptions())
    refused = [send(old, put, SONG).status, send(old, get).status]
    _, late_put = start_upload(old, ALICE, a_declaration())

    assert refused == [403, 403]
    assert [worker.objects.knows_signers(settings.minio_bucket) for worker in (old, both)] == [False, True]
    assert send(old, late_put, SONG).status == 403
    assert send(both, new_get).body == SONG
    assert key_id(new_get.url) == key_id(get.url)
    alone = started(settings, NEW)
    assert send(both, new_get).body == SONG, "leaving the old key out changes no account"
    for ports in (old, both, alone):
        ports.records.close()


def test_a_key_id_tells_nothing_of_a_secret(settings: Settings) -> None:
    """Every URL shows the key id: if it came from a secret, anyone could test guesses of it."""
    policy = upload_policy(("songs",))

    def pair(*keys: str, deployment_id: str = "one", **changed: Any) -> Any:
        keyring = MemoryKeyring(*keys, deployment_id=deployment_id)
        return derived_credentials(settings.model_copy(update=changed), keyring, "upload", policy)

    one = pair(OLD)
    others = [pair(NEW), pair(NEW, OLD), pair(OLD, minio_secret_key="another"), pair(OLD, jwt_secret="another")]

    assert {other.access_key for other in others} == {one.access_key}
    assert pair(OLD, NEW) == pair(OLD) == others[2] == others[3]
    assert len({one.secret_key, pair(NEW).secret_key, pair(OLD, deployment_id="two").secret_key}) == 3
    # Nor may it be computable from public facts, such as bucket names and our source.
    assert pair(OLD, deployment_id="two").access_key != one.access_key


def test_each_purpose_and_policy_has_its_own_account(settings: Settings) -> None:
    """With ids and secrets as long as MinIO allows."""
    keyring = MemoryKeyring(OLD)
    credentials = [
        derived_credentials(settings, keyring, purpose, policy)
        for purpose, policy in (
            ("upload", upload_policy(("songs",))),
            ("upload", upload_policy(("songs", "papers"))),
            ("download", download_policy(("songs",))),
        )
    ]

    assert len({pair.access_key for pair in credentials}) == len({pair.secret_key for pair in credentials}) == 3
    assert all(3 <= len(pair.access_key) <= 20 and 8 <= len(pair.secret_key) <= 40 for pair in credentials)


def test_an_account_that_the_stores_secret_gave_is_not_taken_up(settings: Settings) -> None:
    """An earlier version or somebody who guessed MINIO_SECRET_KEY may know it, so another account signs."""
    policy = upload_policy((settings.minio_bucket,))
    guessed = MemoryKeyring(settings.minio_secret_key.get_secret_value(), deployment_id="")
    theirs = derived_credentials(settings, guessed, "upload", policy)
    assert MinioAccounts(settings).ensure("moodrop-upload", theirs, policy) is None

    ports = started(settings, NEW)
    _, put = start_upload(ports, ALICE, a_declaration())

    assert key_id(put.url) != theirs.access_key
    ports.records.close()


def call(service: Service, method: str, path: str) -> Any:
    return urllib3.request(method, service.url + path, retries=False, timeout=20)


def test_without_a_key_all_workers_share_one_that_the_database_keeps(settings: Settings, serve: Serve) -> None:
    """Three workers that start together, and the next start; each warns in one line."""
    without = Settings(**settings.model_dump(exclude_unset=True, exclude={"secret_key"}))
    first = serve(without, workers=3)
    tokens = [call(first, "POST", "/v1/upload-tokens").json()["upload_token"] for _ in range(4)]
    params = "s3/params?filename=a.mp3&type=audio/mpeg"
    answers = [call(first, "GET", f"/u/{token}/{params}").status for token in tokens * 4]
    first.stop()
    second = serve(without)
    answers += [call(second, "GET", f"/u/{token}/{params}").status for token in tokens]

    assert set(answers) == {200}
    assert "WARNING service.shared.mongo.keyring: SECRET_KEY is not set" in second.log.read_text()


@pytest.mark.parametrize("bad", ["minioadmin", "changeme" * 5, f"{NEW},short"])
def test_a_weak_key_stops_the_start(settings: Settings, serve: Serve, bad: str) -> None:
    """The message has the fix but not the key."""
    service = serve(settings, wait="", SECRET_KEY=bad)

    assert service.process.wait(60) != 0
    log = service.log.read_text()
    assert "SECRET_KEY: key" in log
    assert "openssl rand -hex 32" in log
    assert bad not in log
    assert NEW not in log
