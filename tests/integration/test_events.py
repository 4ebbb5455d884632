"""MinIO's own webhook notifies the service of new objects: no client confirms anything here."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3
from pydantic import SecretStr

from dev.minio import EVENTS_ARN
from dev.ports import free_port
from dev.servers import Webhook
from service.settings import Settings
from service.store.s3.store import S3ObjectStore, s3_client
from tests.builders import KEYRING, SONG
from tests.conftest import Service, services
from tests.integration.frail import Frail, frail_pair, frozen

pytestmark = pytest.mark.real
SECRET = "the-secret-of-the-webhook"
SONG_TO_COME = {"filename": "song.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
# MinIO checks its queue every three seconds.
NOTIFIED_WITHIN_S = 30


@pytest.fixture(scope="module")
def port() -> int:
    """The port of the service, chosen before it starts."""
    return free_port()


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Frail]:
    """A MinIO with the webhook, started before the service."""
    folder = tmp_path_factory.mktemp("frail")
    with frail_pair(folder, Webhook(f"http://127.0.0.1:{port}/v1/events/store", SECRET, folder / "events")) as servers:
        yield servers


@pytest.fixture
def settings(frail: Frail) -> Settings:
    """Settings without a sweeper, so only events can find uploads."""
    return frail.settings(minio_events_arn=EVENTS_ARN, events_secret=SECRET, sweep_interval=0)


@pytest.fixture
def start(tmp_path: Path, settings: Settings, port: int) -> Iterator[Callable[..., Service]]:
    """Start the service, with the webhook's secret or with another one."""

    def start_with(secret: str = SECRET) -> Service:
        return running(settings.model_copy(update={"events_secret": SecretStr(secret)}), port=port)

    with services(tmp_path) as running:
        yield start_with


def call(service: Service, method: str, path: str, **options: Any) -> Any:
    answer = urllib3.request(method, service.url + path, retries=False, timeout=30, **options)
    assert answer.status < 300, answer.data
    return answer.json()


def put(url: str, headers: dict[str, str]) -> None:
    sent = {name: value for name, value in headers.items() if name != "content-length"}
    assert urllib3.request("PUT", url, body=SONG, headers=sent, retries=False).status == 200


def appears(service: Service, upload_id: str) -> Any:
    """Return the file once MinIO has sent its event."""
    until = monotonic() + NOTIFIED_WITHIN_S
    while (answer := urllib3.request("GET", f"{service.url}/v1/files/{upload_id}", retries=False)).status != 200:
        assert monotonic() < until, f"{answer.data!r}\n{service.log.read_text()[-2000:]}"
        sleep(0.1)
    return answer.json()


def test_what_was_put_appears_by_itself(start: Callable[[], Service], settings: Settings) -> None:
    """A sealed PUT, and a bare one to a key of the client's choice; its mood is added later."""
    service = start()
    sealed = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)
    put(sealed["transfer"]["url"], sealed["transfer"]["headers"])
    key = "uploads/u1/été à +1.mp3"
    bare = call(service, "GET", "/s3/upload-url", fields={"key": key})
    put(bare["url"], {"content-type": "audio/mpeg"})

    appears(service, sealed["upload_id"])
    file = appears(service, bare["upload_id"])

    assert file["object_key"] == key
    confirmed = call(service, "POST", f"/v1/uploads/{sealed['upload_id']}/confirm", json={"mood": "sad"})
    assert confirmed["mood"] == "sad"


def test_what_was_put_while_the_service_was_down_appears_when_it_is_back(start: Callable[[], Service]) -> None:
    """MinIO queues the event."""
    service = start()
    started = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)
    service.stop()
    put(started["transfer"]["url"], started["transfer"]["headers"])

    service = start()

    appears(service, started["upload_id"])


def test_what_the_service_could_not_take_is_told_again(start: Callable[[], Service], frail: Frail) -> None:
    """The database does not answer, so MinIO gets 503 and sends the event again."""
    service = start()
    started = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)
    with frozen(frail.database):
        put(started["transfer"]["url"], started["transfer"]["headers"])
        until = monotonic() + NOTIFIED_WITHIN_S
        while "database_unavailable" not in service.log.read_text():
            assert monotonic() < until, service.log.read_text()[-2000:]
            sleep(0.1)

    appears(service, started["upload_id"])


def test_an_event_that_was_refused_comes_again_with_the_right_secret(start: Callable[..., Service]) -> None:
    """While EVENTS_SECRET is replaced, only one of the two may have the new one: nothing is lost."""
    service = start("another-secret-of-the-webhook")
    started = call(service, "POST", "/v1/uploads", json=SONG_TO_COME)
    put(started["transfer"]["url"], started["transfer"]["headers"])
    until = monotonic() + NOTIFIED_WITHIN_S
    while '"route": "/v1/events/store", "status": 40' not in service.log.read_text():
        assert monotonic() < until, service.log.read_text()[-2000:]
        sleep(0.1)
    service.stop()

    service = start()

    appears(service, started["upload_id"])


def rules(settings: Settings) -> list[str]:
    configuration = s3_client(settings).get_bucket_notification_configuration(Bucket=settings.minio_bucket)
    return sorted(rule["Id"] for rule in configuration.get("QueueConfigurations", []))


def test_the_rules_of_others_stay(frail: Frail, settings: Settings) -> None:
    """Ours are added once beside them, and repaired if they were changed."""
    client, bucket = s3_client(settings), "rules-of-others"
    settings = settings.model_copy(update={"minio_bucket": bucket})
    client.create_bucket(Bucket=bucket)
    theirs: Any = [
        {"Id": "theirs", "QueueArn": EVENTS_ARN, "Events": ["s3:ObjectRemoved:Delete"]},
        {"Id": "moodrop-uploads", "QueueArn": EVENTS_ARN, "Events": ["s3:ObjectAccessed:Get"]},
    ]
    client.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": theirs}
    )

    for _ in range(2):
        assert S3ObjectStore(settings, KEYRING).prepare((bucket,)) == []

    assert rules(settings) == ["moodrop-incoming", "moodrop-uploads", "theirs"]
    queues = client.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert {rule["Id"]: rule["Events"] for rule in queues} == {
        "theirs": ["s3:ObjectRemoved:Delete"],
        "moodrop-uploads": ["s3:ObjectCreated:Put"],
        "moodrop-incoming": ["s3:ObjectCreated:Put", "s3:ObjectCreated:Post"],
    }


def test_an_unknown_webhook_is_told_with_its_mend(settings: Settings) -> None:
    """The start continues, because the sweeper finds what events would."""
    elsewhere = settings.model_copy(update={"minio_events_arn": "arn:minio:sqs::moodrop:webhook"})

    refused = S3ObjectStore(elsewhere, KEYRING).prepare((settings.minio_bucket,))

    assert [(check.name, check.must) for check in refused] == [("events", False)]
    assert "capitals" in refused[0].fix


def test_minio_is_asked_nothing_where_no_webhook_is_named(frail: Frail) -> None:
    """Nor are stores without notifications."""
    settings = frail.settings(minio_bucket="no-rules")
    S3ObjectStore(settings, KEYRING).prepare(("no-rules",))

    assert rules(settings) == []
