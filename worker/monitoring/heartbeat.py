"""Tells the service every 30 s that this worker is there, and what it can do."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from service.jobs.model import Worker
from service.jobs.ports.queue import JobQueue
from service.shared.errors import MoodropError

log = logging.getLogger(__name__)

EVERY_S = 30.0


class Heartbeat(threading.Thread):
    """Also ends the jobs whose last worker never came back."""

    def __init__(self, jobs: JobQueue, worker: Worker, now: Callable[[], datetime], stopping: threading.Event) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._jobs = jobs
        self._worker = worker
        self._now = now
        self._stopping = stopping

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.beat()
            except MoodropError as error:
                log.warning("%s: %s", error.code, error)
            except Exception:
                log.exception("the worker could not introduce itself")
            self._stopping.wait(EVERY_S)

    def beat(self) -> None:
        now = self._now()
        self._jobs.heartbeat(replace(self._worker, seen_at=now))
        self._jobs.abandon(now)
