"""Listens to the broker's bell, and wakes a slot for each ring."""

import logging
import threading
import time
from typing import TYPE_CHECKING

from service.jobs.rabbitmq.connecting import QUEUE, stay_connected

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

log = logging.getLogger(__name__)

LISTEN_S = 1.0  # after which it looks whether the worker is ending


class Doorbell(threading.Thread):
    """What a ring says is never read: it means no more than "look". `slots` rings at most are kept."""

    def __init__(self, url: str, slots: int, stopping: threading.Event) -> None:
        super().__init__(name="doorbell", daemon=True)
        self._url = url
        self._slots = slots
        self._stopping = stopping
        self._changed = threading.Condition()
        self._rings = 0
        self.listens = False  # slots poll rarely while it does

    def wait(self, seconds: float) -> None:
        """Return at a ring, which no other slot gets; without one after so many seconds, or when the worker ends."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not self._rings and not self._stopping.is_set():
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(min(left, LISTEN_S))
            self._rings = max(0, self._rings - 1)

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        stay_connected(self._url, self._listen, _warn, self._pause)

    def _pause(self, seconds: float) -> bool:
        self.listens = False
        return self._stopping.wait(seconds)

    def _listen(self, channel: "BlockingChannel") -> None:
        # Acknowledged at once: RabbitMQ closes the channel of a message that is held for half an hour.
        channel.basic_qos(prefetch_count=self._slots)
        self.listens = True
        for method, _, _ in channel.consume(QUEUE, inactivity_timeout=LISTEN_S):
            if self._stopping.is_set():
                channel.connection.close()
                return
            if method is not None:
                channel.basic_ack(method.delivery_tag)
                self._ring()

    def _ring(self) -> None:
        with self._changed:
            self._rings = min(self._rings + 1, self._slots)
            self._changed.notify()


def _warn(error: Exception) -> None:
    log.warning("RabbitMQ is out of reach (%s); polling goes on", type(error).__name__)
