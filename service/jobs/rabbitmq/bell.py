"""Rings by RabbitMQ, from a thread of its own: no request ever waits for the broker."""

import logging
import threading
import time
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING

from service.jobs.rabbitmq.connecting import HEARTBEAT_S, QUEUE, stay_connected
from service.shared.log_quota import LogQuota

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

log = logging.getLogger(__name__)

LONGEST_LINE = 1000  # rings that wait for the broker; more are dropped


class RabbitBell:
    """The Bell port. The thread begins with the first ring, so after gunicorn has forked."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._rings: Queue[str] = Queue(LONGEST_LINE)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._log = LogQuota(lines=1, seconds=60)

    def ring(self, file_id: str) -> None:
        try:
            self._rings.put_nowait(file_id)
        except Full:
            return
        if self._thread is None:
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        stay_connected(self._url, self._publish, self._warn, self._pause)

    def _publish(self, channel: "BlockingChannel") -> None:
        while True:
            try:
                file_id = self._rings.get(timeout=HEARTBEAT_S / 3)
            except Empty:
                channel.connection.process_data_events(0)  # heartbeats
            else:
                channel.basic_publish("", QUEUE, file_id.encode())

    def _pause(self, seconds: float) -> bool:
        time.sleep(seconds)
        self._drop()
        return False

    def _drop(self) -> None:
        # By now polling has found what they told of; one is kept, in case it came a moment ago.
        while self._rings.qsize() > 1:
            try:
                self._rings.get_nowait()
            except Empty:
                return

    def _warn(self, error: Exception) -> None:
        if (left_out := self._log.take()) is not None:
            log.warning("RabbitMQ is out of reach (%s); workers find jobs by polling%s", type(error).__name__, left_out)
