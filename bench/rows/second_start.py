"""How long `make run` takes until it is ready, if everything is installed and built already.

Runs in this checkout with its `.moodrop`, so no other `make run` may run in it.
"""

import os
import signal
import subprocess
import sys
import time

from bench.row import Reach, Row, Samples
from dev.ports import free_port
from dev.project import ROOT

ROUNDS = 3
PROMISED_S = 5.0
ACCOUNTS_S = 0.2


def _start(**settings: str) -> float:
    """Return the seconds until the address is printed; stop the run then."""
    environment = {**os.environ, "PORT": str(free_port()), **settings}
    began = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-u", "-m", "dev.run"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    if running.stdout is None:
        raise RuntimeError("Popen gave no pipe")
    shown = []
    for line in running.stdout:
        shown.append(line)
        if "ready:" in line:
            break
    took = time.monotonic() - began
    running.send_signal(signal.SIGTERM)
    running.stdout.read()
    if running.wait() != 0 or "ready:" not in shown[-1]:
        raise RuntimeError("make run did not come up: " + "".join(shown))
    return took


def _measure() -> Samples:
    _start()  # the first start: installs and builds what is missing
    return Samples("s", [PROMISED_S] * ROUNDS, [_start() for _ in range(ROUNDS)])


def _measure_accounts() -> Samples:
    """In turns: with accounts, as `make run` starts, and without."""
    _start()
    samples = Samples("s", [], [])
    for _ in range(ROUNDS):
        samples.baseline.append(_start(AUTH_MODE="open") + ACCOUNTS_S)
        samples.ours.append(_start())
    return samples


ROWS = (
    Row("second start of make run", "the five seconds promised", Reach.at_most(1), _measure),
    Row("second start of make run with accounts", "one without, and 0.2 s", Reach.at_most(1), _measure_accounts),
)
