"""Who is told what. Pure; made once from the settings."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from service.webhooks.events import EVENT_TYPES, EventType
from service.webhooks.settings import WebhookSettings


@dataclass(frozen=True, slots=True)
class Receivers:
    """The receivers of one deployment."""

    urls: Mapping[str, str]  # of each receiver, by its id
    events: Collection[EventType] = EVENT_TYPES

    @classmethod
    def from_settings(cls, settings: WebhookSettings) -> "Receivers":
        events = [event for event in EVENT_TYPES if event in settings.webhook_events]
        return cls({receiver_id_of(url): url for url in settings.webhook_addresses}, events)


def receiver_id_of(url: str) -> str:
    """Return the id of the receiver at that address: the same in all processes, whatever the order of the setting."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def origin_of(url: str) -> str:
    """Return what may be shown of a receiver's address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
