"""gunicorn's target: the app of this process's environment, checked before it serves."""

import ctypes
import gc
import logging
import sys
from contextlib import suppress
from typing import NoReturn

from flask import Flask

from service.app import create_app
from service.bounded import unbounded
from service.operations.usecases.mail_loop import MailLoop
from service.operations.usecases.sweeper import ACCOUNTS, FITS, JOBS, Sweeper, history_job
from service.ports import Ports
from service.server.metrics.port import EXTENSION as METRICS
from service.server.wsgi_settings import settings_or_exit
from service.settings import Settings
from service.shared.api.context import EXTENSION
from service.shared.errors import MoodropError
from service.shared.ports.preparation import Preparation
from service.store.errors import StoreUnsafe

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
log = logging.getLogger(__name__)
# Each HTTP connection would be a line.
logging.getLogger("urllib3").setLevel(logging.ERROR)

M_MMAP_THRESHOLD = -3  # glibc's malloc.h


def build() -> Flask:
    """Return the app, prepared if the store and the database are up already.

    Otherwise the app serves 503 and tries again by itself. A store that fails a MUST check stops the start.
    """
    settings = settings_or_exit()
    if settings.metrics_port:
        # Imported late: a service without metrics needs no prometheus_client.
        from service.operations.adapters.database_listener import listen_to_database

        listen_to_database()
    if settings.otel_exporter_otlp_endpoint:
        # Imported late: it is an extra.
        from service.operations.adapters.tracing import start_tracing

        start_tracing(settings)
    logging.getLogger().setLevel(settings.log_level.upper())
    try:
        app = create_app(settings)
    except SystemExit as wrong_setting:
        _refuse(str(wrong_setting))
    for warning in settings.warnings:
        log.warning(warning)
    shared = app.extensions[EXTENSION]
    try:
        shared.preparation.ensure()
    except StoreUnsafe as error:
        _refuse(error.detail)
    except MoodropError:
        pass  # it is in the log; the next request tries again
    if settings.metrics_port:
        from service.operations.adapters.exposition import Metrics

        app.extensions[METRICS] = Metrics(unbounded(shared.ports), settings.metrics_port)
    if settings.otel_exporter_otlp_endpoint:
        from service.operations.adapters.traced_requests import TracedRequests
        from service.operations.adapters.tracing import tracer

        app.wsgi_app = TracedRequests(app.wsgi_app, tracer(), has_proxy=settings.trusted_proxies > 0)  # type: ignore[method-assign]
    _start_threads(unbounded(shared.ports), shared.preparation, settings)
    _give_large_blocks_back()
    _keep_for_good()
    return app


def _start_threads(ports: Ports, preparation: Preparation, settings: Settings) -> None:
    Sweeper(ports, preparation, settings.sweep_interval).start()
    Sweeper(ports, preparation, settings.sweep_interval, JOBS).start()
    if ports.features.recommendations:
        Sweeper(ports, preparation, settings.sweep_interval, FITS).start()
    if settings.history_keep_days:
        Sweeper(ports, preparation, settings.sweep_interval, history_job(settings.history_keep_days)).start()
    if not ports.accounts.policy.is_on:
        return
    Sweeper(ports, preparation, settings.sweep_interval, ACCOUNTS).start()
    if not ports.accounts.policy.keeps_mail:
        MailLoop(ports, preparation).start()


def _refuse(why: str) -> NoReturn:
    log.critical("Moodrop will not start: %s", why)
    # gunicorn's "worker failed to boot". With any other code it would restart the worker for ever.
    sys.exit(3)


def _give_large_blocks_back() -> None:
    """Have glibc return freed blocks of a megabyte to the system, as it does until it has freed the first one.

    Otherwise glibc keeps such blocks in the heap of each thread, and a worker that read a few large bodies stays large.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 1024 * 1024)


def _keep_for_good() -> None:
    """Exclude the objects made at start-up from garbage collection: they live as long as the worker.

    Otherwise each full collection visits all modules and models: a third of the time of a large batch.
    """
    gc.collect()
    gc.freeze()


app = build()
