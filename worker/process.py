"""The threads of a worker: its slots, the renewer and the heartbeat; how they start and how they end."""

import logging
import time
from collections.abc import Collection

from service.jobs.model import Worker
from worker.doorbell import Doorbell
from worker.monitoring.heartbeat import Heartbeat
from worker.runner import Runner
from worker.slots import Slot
from worker.webhooks.deliverer import Deliverer

log = logging.getLogger(__name__)

END_S = 6.0  # of the ten seconds that a supervisor grants
READY = "The worker is ready: "


class WorkerProcess:
    """Runs until `stop`, which any thread or signal handler may call."""

    def __init__(
        self,
        runner: Runner,
        worker: Worker,
        kinds: Collection[str],
        note: str,
        doorbell: Doorbell | None = None,
        deliverers: Collection[Deliverer] = (),
    ) -> None:
        self.kinds = tuple(kinds)
        self._runner = runner
        self._note = note
        self._stopping = runner.stopping
        self._heartbeat = Heartbeat(runner.ports.jobs, worker, runner.ports.now, self._stopping)
        self._others = (*((doorbell,) if doorbell else ()), *deliverers)
        self._slots = [
            Slot(number, runner, kinds, worker.worker_id, self._stopping, doorbell)
            for number in range(runner.settings.slots)
        ]

    def run(self) -> None:
        for thread in (self._runner.renewer, self._heartbeat, *self._others, *self._slots):
            thread.start()
        log.info("%s%s", READY, self._note)
        self._stopping.wait()
        self._end()

    def stop(self) -> None:
        self._stopping.set()

    def _end(self) -> None:
        """Kill what runs and give its jobs back, so that another worker takes them at once."""
        for active in self._runner.renewer.active():
            active.lose()
        deadline = time.monotonic() + END_S
        for slot in self._slots:
            slot.join(max(0.0, deadline - time.monotonic()))
        for active in self._runner.renewer.active():  # of slots that a peer holds up
            self._runner.give_back(active.lease)
        self._runner.renewer.stop()
        self._runner.scratch.close()
        log.info("The worker has ended")
