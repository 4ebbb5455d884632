"""What receivers are told of a file, and how often it is tried."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from service.jobs.usecases.relay import relay
from service.jobs.usecases.settle import settle_job
from service.jobs.usecases.sweep import sweep_jobs
from service.ports import Ports
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.delete import delete_file
from service.webhooks.events import EVENT_TYPES, EventType
from service.webhooks.model import Delivery
from service.webhooks.policy import Receivers, receiver_id_of
from service.webhooks.ports.sender import NotTaken
from service.webhooks.usecases.deliver import PAUSES, deliver_due
from service.webhooks.usecases.queue_deliveries import WebhookSettler
from service.webhooks.usecases.replay import list_deliveries, replay, replay_failed
from tests.builders import ALICE, NO_METADATA, a_file, a_sent_upload
from tests.conftest import Clock
from tests.helpers.jobs import KINDS, LANES, SETTLE, a_sent_picture, make, with_media, work

URL = "https://app.example/hooks/secret-of-the-path"
OTHER_URL = "https://other.example/hooks"
RECEIVER = receiver_id_of(URL)


@dataclass
class Receiver:
    """A sender that notes what it is given; the receiver answers as a test says."""

    taken: list[Delivery] = field(default_factory=list)
    refused: list[Delivery] = field(default_factory=list)
    answer: NotTaken | None = None

    def send(self, delivery: Delivery, url: str, at: datetime) -> None:
        assert receiver_id_of(url) == delivery.receiver_id
        if self.answer:
            self.refused.append(delivery)
            raise self.answer
        self.taken.append(delivery)


class Killed(Receiver):
    """The worker ends while it sends."""

    def send(self, delivery: Delivery, url: str, at: datetime) -> None:
        raise KeyboardInterrupt


def telling(ports: Ports, *urls: str, events: tuple[EventType, ...] = EVENT_TYPES) -> Ports:
    """The same, with receivers and media."""
    announcing = with_media(ports)
    settler = WebhookSettler(ports.deliveries, Receivers({receiver_id_of(url): url for url in urls}, events))
    return replace(announcing, settlers=(SETTLE, settler))


def contents(deliveries: list[Delivery]) -> list[Mapping[str, object]]:
    return [json.loads(delivery.body) for delivery in deliveries]


def types(ports: Ports) -> list[str]:
    return sorted(delivery.event for delivery in list_deliveries(ports))


def test_a_new_file_is_told_of_once_to_each_receiver(ports: Ports, clock: Clock) -> None:
    """With what it is, and no address that lets anybody fetch it."""
    ports = telling(ports, URL, OTHER_URL, events=("file.ready",))
    file = confirm_upload(ports, ALICE, a_sent_upload(ports).upload_id, FileMetadata(mood="happy", title="Tönë"))

    relay(ports)
    relay(ports)

    queued = list_deliveries(ports)
    assert {delivery.receiver_id for delivery in queued} == {RECEIVER, receiver_id_of(OTHER_URL)}
    assert len({delivery.delivery_id for delivery in queued}) == len(queued) == 2
    assert contents(queued)[0] == {
        "type": "file.ready",
        "timestamp": "2026-11-21T12:00:00.000Z",
        "data": {
            "file_id": file.upload_id,
            "owner": "alice",
            "filename": file.filename,
            "content_type": file.content_type,
            "size_bytes": file.size_bytes,
            "mood": "happy",
            "title": "Tönë",
            "media": None,
        },
    }
    assert "http" not in queued[0].body


def test_an_event_that_is_queued_again_keeps_its_id(ports: Ports) -> None:
    """Somebody may be killed in between; the receiver knows by the id that it has seen it."""
    ports = telling(ports, URL, events=("file.ready",))
    file = confirm_upload(ports, ALICE, a_sent_upload(ports).upload_id, NO_METADATA)
    receiver = Receiver()
    for settle in ports.settlers:
        settle(ports, file.upload_id, None)
    deliver_due(ports, receiver, RECEIVER, URL)

    relay(ports)
    deliver_due(ports, receiver, RECEIVER, URL)

    first, second = receiver.taken
    assert first.delivery_id == second.delivery_id


def test_the_end_of_a_file_and_of_its_jobs_is_told(ports: Ports) -> None:
    ports = telling(ports, URL)
    file = confirm_upload(ports, ALICE, a_sent_picture(ports).upload_id, NO_METADATA)
    list(work(ports))
    assert types(ports) == ["file.ready", "media.ready"]

    delete_file(ports, ALICE, file.upload_id)
    sweep_jobs(ports)

    assert types(ports) == ["file.deleted", "file.ready", "media.ready"]
    media = next(content for content in contents(list_deliveries(ports)) if content["type"] == "media.ready")
    assert media["data"]["media"]["state"] == "ready"  # type: ignore[index]


def test_jobs_that_failed_are_told_with_their_kinds(ports: Ports) -> None:
    ports = telling(ports, URL, events=("media.failed",))
    confirm_upload(ports, ALICE, a_sent_picture(ports).upload_id, NO_METADATA)
    relay(ports)

    while lease := ports.jobs.claim(KINDS, LANES, "w", ports.now()):
        if lease.job.kind == "image":
            ended = ports.jobs.fail(lease, "not_media", "", ports.now())
        else:
            ended = ports.jobs.finish(lease, make(ports, lease), ports.now())
        assert ended
        settle_job(ports, ended)

    (content,) = contents(list_deliveries(ports))
    assert content["data"]["media"]["failed"] == ["image"]  # type: ignore[index]


def test_only_chosen_events_are_told(ports: Ports) -> None:
    ports = telling(ports, URL, events=("file.deleted",))
    file = a_file(ports)
    relay(ports)
    assert types(ports) == []

    delete_file(ports, ALICE, file.upload_id)
    sweep_jobs(ports)

    assert types(ports) == ["file.deleted"]


def test_a_receiver_that_is_down_is_tried_again_ever_more_rarely(ports: Ports, clock: Clock) -> None:
    """For more than a day, always with the same id and body; then it is kept for `flask webhook replay`."""
    ports = telling(ports, URL, events=("file.ready",))
    a_file(ports)
    relay(ports)
    receiver = Receiver(answer=NotTaken("status 500"))

    for pause in PAUSES:
        deliver_due(ports, receiver, RECEIVER, URL)
        clock.pass_(pause.total_seconds() - 1)
        deliver_due(ports, receiver, RECEIVER, URL)  # too soon
        clock.pass_(1)
    deliver_due(ports, receiver, RECEIVER, URL)
    clock.pass_(100_000)
    deliver_due(ports, receiver, RECEIVER, URL)

    assert len(receiver.refused) == len(PAUSES) + 1 == 8
    assert len({(delivery.delivery_id, delivery.body) for delivery in receiver.refused}) == 1
    (failed,) = list_deliveries(ports)
    assert (failed.state, failed.reason, failed.tries) == ("failed", "status 500", 8)

    receiver.answer = None
    assert replay_failed(ports) == 1
    assert deliver_due(ports, receiver, RECEIVER, URL) == 1
    assert list_deliveries(ports) == []


def test_a_receiver_that_is_gone_is_not_tried_again(ports: Ports, clock: Clock) -> None:
    ports = telling(ports, URL, events=("file.ready",))
    a_file(ports)
    relay(ports)
    receiver = Receiver(answer=NotTaken("status 410", is_final=True))

    deliver_due(ports, receiver, RECEIVER, URL)
    clock.pass_(100_000)
    deliver_due(ports, receiver, RECEIVER, URL)

    assert len(receiver.refused) == 1
    assert list_deliveries(ports)[0].state == "failed"


def test_a_receiver_that_is_down_holds_up_no_other(ports: Ports) -> None:
    ports = telling(ports, URL, OTHER_URL, events=("file.ready",))
    a_file(ports)
    relay(ports)
    down, up = Receiver(answer=NotTaken("no answer")), Receiver()

    deliver_due(ports, down, RECEIVER, URL)

    assert deliver_due(ports, up, receiver_id_of(OTHER_URL), OTHER_URL) == 1


def test_a_delivery_whose_worker_died_is_sent_again_after_its_lease(ports: Ports, clock: Clock) -> None:
    ports = telling(ports, URL, events=("file.ready",))
    a_file(ports)
    relay(ports)

    with pytest.raises(KeyboardInterrupt):
        deliver_due(ports, Killed(), RECEIVER, URL)
    receiver = Receiver()
    assert deliver_due(ports, receiver, RECEIVER, URL) == 0
    clock.pass_(61)

    assert deliver_due(ports, receiver, RECEIVER, URL) == 1


def test_killed_workers_do_not_make_a_receiver_wait_longer_for_its_next_try(ports: Ports, clock: Clock) -> None:
    """It refuses once, after two workers died: the next try comes after 5 seconds, not after half an hour."""
    ports = telling(ports, URL, events=("file.ready",))
    a_file(ports)
    relay(ports)
    receiver = Receiver(answer=NotTaken("status 500"))
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            deliver_due(ports, Killed(), RECEIVER, URL)
        clock.pass_(61)
    deliver_due(ports, receiver, RECEIVER, URL)
    receiver.answer = None
    clock.pass_(PAUSES[0].total_seconds())

    assert deliver_due(ports, receiver, RECEIVER, URL) == 1


def test_only_what_is_there_can_be_replayed(ports: Ports) -> None:
    assert not replay(ports, "msg_0")
