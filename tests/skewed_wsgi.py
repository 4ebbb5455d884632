"""The service on a machine whose clock is wrong by CLOCK_OFF_BY seconds, for gunicorn to serve."""

import os
import time
from datetime import timedelta

import time_machine

time_machine.travel(timedelta(seconds=int(os.environ["CLOCK_OFF_BY"])), tick=True).start()
time.time()  # its clock starts when it is first read

from service.wsgi import app  # noqa: E402 - it reads the clock as soon as it is there

__all__ = ["app"]
