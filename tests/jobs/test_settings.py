"""The setting job_broker_url: which addresses it takes, and that its password is a secret."""

import pytest
from pydantic import SecretStr, ValidationError

from service.jobs.rabbitmq.bell import RabbitBell
from service.settings import Settings
from service.uploads.derived import OutboxEvent
from service.uploads.model import UploadStatus
from service.uploads.ports.records import RecordStore
from tests.builders import a_record
from tests.conftest import prepared_ports


@pytest.mark.parametrize(
    "url",
    [
        "amqp://rabbitmq",
        "amqp://user:pass%40word@rabbitmq.example.com:5672/",
        "amqps://user:password@[::1]:5671/a%2Fb",
        " amqp://rabbitmq ",
    ],
)
def test_an_address_of_a_broker_is_taken(url: str) -> None:
    settings = Settings(auth_mode="open", job_broker_url=SecretStr(url))

    assert settings.job_broker_url.get_secret_value() == url.strip()


@pytest.mark.parametrize(
    "url", ["rabbitmq:5672", "http://rabbitmq", "amqp://", "amqp://a:b@c@rabbitmq", "amqp://rabbitmq/a/b", "amqp://a b"]
)
def test_anything_else_stops_the_start_with_an_example(url: str) -> None:
    with pytest.raises(ValidationError, match="must look like amqp://"):
        Settings(auth_mode="open", job_broker_url=SecretStr(url))


def test_the_password_is_known_as_a_secret() -> None:
    """So it is cut from every log line."""
    settings = Settings(auth_mode="open", job_broker_url=SecretStr("amqp://user:hunter2hunter2@rabbitmq"))

    assert "hunter2hunter2" in settings.secrets


@pytest.mark.real
def test_the_bell_rings_when_a_file_has_something_to_tell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """After it is written, and for nothing else."""
    rung: list[str] = []
    monkeypatch.setattr(RabbitBell, "ring", lambda _self, file_id: rung.append(file_id))
    with prepared_ports(settings.model_copy(update={"job_broker_url": SecretStr("amqp://127.0.0.1:1")})) as ports:
        _announce(ports.records)

    assert rung == ["first", "third"]


def _announce(records: RecordStore) -> None:
    records.add_many([a_record(name, object_key=name) for name in ("first", "second", "third")])
    records.change("first", {"status": UploadStatus.PENDING}, {"outbox": (OutboxEvent.READY,)})
    records.change("first", {"status": UploadStatus.READY}, {"outbox": (OutboxEvent.DELETED,)})
    records.change("second", {}, {"outbox": ()})
    records.change_many({"third": {"outbox": (OutboxEvent.READY,)}}, {"status": UploadStatus.PENDING})
