"""`python -m worker`: reads originals and writes what it derives from them, until SIGTERM or Ctrl-C."""

import logging
import os
import signal
import sys
from types import FrameType

from service.shared.safe_logging import keep_logs_safe, log_what_is_printed
from worker.app import build
from worker.settings import WorkerSettings

# Whoever waits for an answer of the service goes first.
NICE = 10
# As long as a supervisor waits before it kills.
LONGEST_END_S = 10


def main() -> None:
    settings = WorkerSettings.from_environment()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # Each HTTP connection would be a line.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    keep_logs_safe(settings)
    log_what_is_printed()
    os.nice(NICE)
    process = build(settings)

    def stop(_number: int, _frame: FrameType | None) -> None:
        process.stop()
        if not signal.getitimer(signal.ITIMER_REAL)[0]:
            # The kernel ends this process then, whatever holds it up: a log that nobody reads, for instance.
            signal.alarm(LONGEST_END_S)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    process.run()
    process.end()
    # Not through the interpreter's own end: it waits seconds for threads of the database's driver, and for locks of
    # threads that it has already ended.
    os._exit(0)


if __name__ == "__main__":
    main()
