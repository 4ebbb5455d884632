"""Claims jobs and works on them, one at a time in each slot."""

import logging
import threading
from collections.abc import Collection, Sequence

from service.jobs.model import Lane
from service.jobs.usecases.relay import relay
from service.shared.errors import MoodropError
from service.shared.log_quota import LogQuota
from worker.doorbell import Doorbell
from worker.runner import NO_ROOM_PAUSE, Runner

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 2.0
LISTENING_PAUSE_S = 5.0  # where a broker rings for new jobs
FAILED_PAUSE_S = 2.0


def lanes_of(number: int, slots: int) -> Sequence[Lane]:
    """Return the lanes that a slot (from 0) looks through, in order.

    The last one takes heavy jobs first and the others none: a film keeps no thumbnail waiting, nor the other way round.
    """
    if slots == 1:
        return (Lane.LIGHT, Lane.HEAVY)
    return (Lane.HEAVY, Lane.LIGHT) if number == slots - 1 else (Lane.LIGHT,)


class Slot(threading.Thread):
    """Polls after 250 ms where there was something, and after up to 2 s where there was nothing."""

    def __init__(
        self,
        number: int,
        runner: Runner,
        kinds: Collection[str],
        worker_id: str,
        stopping: threading.Event,
        doorbell: Doorbell | None = None,
    ) -> None:
        super().__init__(name=f"slot-{number}", daemon=True)
        self._runner = runner
        self._lanes = lanes_of(number, runner.settings.slots)
        self._kinds = kinds
        self._worker_id = worker_id
        self._stopping = stopping
        self._doorbell = doorbell
        self._failures = LogQuota()

    def run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            try:
                was_busy = self._do_one()
            except MoodropError as error:
                self._log(error)
                pause_s = FAILED_PAUSE_S
            except Exception:
                log.exception("a slot failed")
                pause_s = FAILED_PAUSE_S
            else:
                pause_s = FIRST_PAUSE_S if was_busy else min(2 * pause_s, self._longest_pause_s())
                if was_busy:
                    continue
            self._wait(pause_s)

    def _longest_pause_s(self) -> float:
        return LISTENING_PAUSE_S if self._doorbell and self._doorbell.listens else LONGEST_PAUSE_S

    def _wait(self, seconds: float) -> None:
        if self._doorbell:
            self._doorbell.wait(seconds)
        else:
            self._stopping.wait(seconds)

    def _do_one(self) -> bool:
        """Queue what has become due, then do one job. Returns whether there was one."""
        runner = self._runner
        relay(runner.ports)
        if not runner.scratch.has_room():
            log.warning("scratch is full, so nothing is claimed")
            self._stopping.wait(NO_ROOM_PAUSE.total_seconds())
            return False
        lease = runner.ports.jobs.claim(self._kinds, self._lanes, self._worker_id, runner.ports.now())
        if lease is None:
            return False
        if self._stopping.is_set():
            runner.ports.jobs.give_back(lease, runner.ports.now())
            return False
        if not runner.work(lease):
            self._stopping.wait(FIRST_PAUSE_S)
        return True

    def _log(self, error: MoodropError) -> None:
        if (left_out := self._failures.take()) is not None:
            log.warning("%s: %s%s", error.code, error, left_out)
