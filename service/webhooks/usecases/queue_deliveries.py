"""Queues what receivers are to be told of a file.

Called by jobs before they take an event out of a file's outbox, and whenever a job has ended: so an event may be queued
twice, if somebody is killed in between, but is never lost. Its id stays the same.
"""

from contextlib import suppress
from datetime import datetime

from service.jobs.model import Job
from service.jobs.ports import QueuePorts
from service.shared.ports.collection import Collection, Taken
from service.uploads.derived import DerivedState, OutboxEvent
from service.uploads.model import Upload, UploadStatus
from service.webhooks.events import EventType
from service.webhooks.model import RETENTION, Delivery, delivery_id_of
from service.webhooks.payload import build_payload
from service.webhooks.policy import Receivers, origin_of

_MEDIA_EVENTS: dict[DerivedState, EventType] = {
    DerivedState.READY: "media.ready",
    DerivedState.FAILED: "media.failed",
}


class WebhookSettler:
    """A Settler of jobs. It has to come after the one that has the file show its jobs."""

    def __init__(self, deliveries: Collection[Delivery], receivers: Receivers) -> None:
        self._deliveries = deliveries
        self._receivers = receivers

    def __call__(self, ports: QueuePorts, file_id: str, job: Job | None, /) -> None:
        file = ports.records.get(file_id) if self._receivers.urls and file_id else None
        if file is None:
            return
        now = ports.now()
        for event, state in _events_of(file, job):
            if event in self._receivers.events:
                self._queue(file, event, state, now)

    def _queue(self, file: Upload, event: EventType, state: str, now: datetime) -> None:
        body = build_payload(file, event, now)
        for receiver_id, url in self._receivers.urls.items():
            delivery = Delivery(
                delivery_id_of(event, file.upload_id, state, receiver_id),
                receiver_id=receiver_id,
                origin=origin_of(url),
                event=event,
                file_id=file.upload_id,
                body=body,
                state="due",
                due_at=now,
                created_at=now,
                expires_at=now + RETENTION,
            )
            with suppress(Taken):  # it waits already
                self._deliveries.add(delivery)


def _events_of(file: Upload, job: Job | None) -> list[tuple[EventType, str]]:
    """Return the events that have just happened to the file, each with what it is that the file was told apart by."""
    events: list[tuple[EventType, str]] = []
    if OutboxEvent.READY in file.outbox and file.status is UploadStatus.READY:
        events.append(("file.ready", file.source))
    if OutboxEvent.DELETED in file.outbox and file.cover_of is None:
        events.append(("file.deleted", ""))
    derived = file.current_derived
    if job is not None and derived and file.status is UploadStatus.READY and derived.state in _MEDIA_EVENTS:
        events.append((_MEDIA_EVENTS[derived.state], str(file.derived_revision)))
    return events
