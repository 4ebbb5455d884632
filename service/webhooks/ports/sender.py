"""The port that sends a delivery."""

from datetime import datetime
from typing import Protocol

from service.webhooks.model import Delivery


class NotTaken(Exception):
    """The receiver did not take it. Says why, in a few words without its address."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final  # the receiver wants nothing more (410)


class WebhookSender(Protocol):
    """Signs and sends."""

    def send(self, delivery: Delivery, url: str, at: datetime) -> None:
        """Return once the receiver has taken it (any 2xx). Raises NotTaken; gives up after some 10 s."""
