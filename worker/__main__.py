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


def main() -> int:
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

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    process.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
