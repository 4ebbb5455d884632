"""One worker of granian's: loads the app into a fresh process, with all that gunicorn's hooks do for theirs."""

import atexit
import ctypes
import logging
import os
import signal
import socket
import sys
from importlib import import_module
from multiprocessing import util
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from service.server.finished import Observer
from service.server.granian.places import take_place
from service.server.granian.requests import Requests
from service.server.granian.scrapes import answer_scrapes
from service.server.logs.request_log import log_request, start_request_log
from service.server.metrics.files import FOLDER, count_at_place
from service.server.metrics.port import EXTENSION as METRICS
from service.server.one_cpu import keep_on_one_cpu
from service.server.wsgi_settings import settings_or_exit
from service.shared.safe_logging import keep_logs_safe, log_what_is_printed

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def load_app(target: str, fails: "Connection[bytes, bytes]", metrics: socket.socket | None) -> Requests:
    """Return what granian calls for each request. If there is none, tell the parent and end the process."""
    _behave()
    try:
        return _loaded(target, metrics)
    except SystemExit as refused:  # service/wsgi.py has said why
        _fail(fails, refused)
    except Exception as error:
        log.critical("the worker cannot start", exc_info=True)
        _fail(fails, error)


def _fail(fails: "Connection[bytes, bytes]", why: BaseException) -> NoReturn:
    fails.send_bytes(b"!")
    # Otherwise the parent would start another worker, for ever.
    os.kill(os.getppid(), signal.SIGTERM)
    raise SystemExit(3) from why


def _behave() -> None:
    """End at a signal while the app loads, end with the parent, and run what others want to run at the end."""
    # The handlers of the parent, which this process has inherited, would only make a note of the signal.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # it is for the parent
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
    # multiprocessing ends a process without them.
    util.Finalize(None, atexit._run_exitfuncs, exitpriority=0)  # noqa: SLF001


def _loaded(target: str, metrics: socket.socket | None) -> Requests:
    settings = settings_or_exit()
    keep_logs_safe(settings)
    log_what_is_printed()
    observers: list[Observer] = []
    if settings.request_log:
        start_request_log(settings.log_level)
        observers.append(log_request)
    if FOLDER in os.environ:
        count_at_place(take_place(Path(os.environ[FOLDER])))
    keep_on_one_cpu(os.getpid())
    module, _, name = target.partition(":")
    app = getattr(import_module(module), name)
    counted = getattr(app, "extensions", {}).get(METRICS)
    if counted and metrics:
        observers.append(lambda done: counted.observe(done.method, done.status, done.seconds, done.facts))
        answer_scrapes(metrics, counted.text)
    return Requests(app, observers, dict(os.environ))
