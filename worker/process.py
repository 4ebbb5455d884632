"""The threads of a worker: its slots, the renewer and the heartbeat; how they start, and how a signal ends them."""

import logging
import time
from collections.abc import Collection
from queue import Empty, SimpleQueue

from service.jobs.model import Worker
from worker.doorbell import Doorbell
from worker.monitoring.heartbeat import Heartbeat
from worker.runner import Runner
from worker.slots import Slot
from worker.webhooks.deliverer import Deliverer

log = logging.getLogger(__name__)

# A supervisor kills after ten seconds. Slots get the first five to give their jobs back. The main thread then does it
# for those that are held up, but starts no call after six seconds, because each may take the database three.
SLOTS_END_S = 5.0
BEGIN_UNTIL_S = 6.0
# The kernel may hand a signal to any thread that forks or starts a thread at that moment. Python then leaves it to the
# main thread, but does not wake it.
TICK_S = 0.5
READY = "The worker is ready: "


class EndRequest:
    """Not a `threading.Event`: a handler that interrupts the `set` of another one would wait for its lock for ever."""

    def __init__(self) -> None:
        self._requests: SimpleQueue[None] = SimpleQueue()

    def make(self) -> None:
        """Ask for the end; any thread or signal handler may, also in the middle of another one."""
        self._requests.put(None)

    def wait(self) -> None:
        """Return once somebody has asked for the end."""
        while True:
            try:
                return self._requests.get(timeout=TICK_S)
            except Empty:
                continue


class WorkerProcess:
    """Runs until `stop`, which any thread or signal handler may call; then `end` takes at most some nine seconds."""

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
        self._end_request = EndRequest()
        self._stopping = runner.stopping
        self._heartbeat = Heartbeat(runner.ports.jobs, worker, runner.ports.now, self._stopping)
        self._others = (*((doorbell,) if doorbell else ()), *deliverers)
        self._slots = [
            Slot(number, runner, kinds, worker.worker_id, self._stopping, doorbell)
            for number in range(runner.settings.slots)
        ]

    def run(self) -> None:
        """Start the threads; return when they are asked to end."""
        for thread in (self._runner.renewer, self._heartbeat, *self._others, *self._slots):
            thread.start()
        log.info("%s%s", READY, self._note)
        self._end_request.wait()
        self._stopping.set()

    def stop(self) -> None:
        self._end_request.make()

    def end(self) -> None:
        """Kill what runs and give its jobs back, so that another worker takes them at once."""
        began = time.monotonic()
        for active in self._runner.renewer.active():
            active.lose()
        for slot in self._slots:
            slot.join(max(0.0, began + SLOTS_END_S - time.monotonic()))
        for active in self._runner.renewer.active():  # of slots that a peer holds up
            if time.monotonic() < began + BEGIN_UNTIL_S:
                self._runner.give_back(active.lease)
        self._runner.renewer.stop()
        self._runner.scratch.close()
        log.info("The worker has ended")
