"""Delivers webhooks: a thread for each receiver, because a slow one must not hold up the others, or any job."""

import logging
import threading
from dataclasses import dataclass

from service.shared.errors import MoodropError
from service.shared.log_quota import LogQuota
from service.webhooks.ports import Ports
from service.webhooks.ports.sender import WebhookSender
from service.webhooks.usecases.deliver import deliver_due

log = logging.getLogger(__name__)

PAUSE_S = 2.0


@dataclass(frozen=True)
class Outlet:
    """A receiver, and how to reach it."""

    ports: Ports
    sender: WebhookSender
    receiver_id: str
    url: str


class Deliverer(threading.Thread):
    """Looks every two seconds for what its receiver is to be told."""

    def __init__(self, outlet: Outlet, stopping: threading.Event) -> None:
        super().__init__(name=f"webhooks-{outlet.receiver_id[:6]}", daemon=True)
        self._outlet = outlet
        self._stopping = stopping
        self._failures = LogQuota(lines=1, seconds=60)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._deliver()
            except MoodropError as error:
                if (left_out := self._failures.take()) is not None:
                    log.warning("%s: %s%s", error.code, error, left_out)
            except Exception:
                log.exception("a delivery failed: a defect")
            self._stopping.wait(PAUSE_S)

    def _deliver(self) -> None:
        outlet = self._outlet
        deliver_due(
            outlet.ports, outlet.sender, outlet.receiver_id, outlet.url, may_go_on=lambda: not self._stopping.is_set()
        )
