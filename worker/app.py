"""Composes the worker: the only place that builds its real adapters."""

import os
import secrets
import socket
import threading
from functools import partial

from service.jobs.model import Worker
from service.jobs.mongo.queue import MongoJobQueue
from service.listening.collections import LISTENERS
from service.listening.mongo.listens import MongoListens
from service.listening.mongo.neighbours import MongoNeighbours
from service.media.plan import Rules, plan_event
from service.media.usecases.settle import make_settler
from service.shared.clock import utc_now
from service.shared.mongo.collection import MongoCollection
from service.shared.version import VERSION
from service.uploads.mongo.records import MongoRecordStore
from service.webhooks.collections import DELIVERIES
from service.webhooks.policy import Receivers
from service.webhooks.usecases.queue_deliveries import WebhookSettler
from worker.checks import check_clock, check_sandbox
from worker.doorbell import Doorbell
from worker.find_programs import find_programs, offered_fileless_kinds, offered_kinds
from worker.job.job_tools import Programs
from worker.job.scratch import Scratch
from worker.job.store import WorkerStore
from worker.monitoring.metrics import WorkerMetrics
from worker.monitoring.metrics_server import serve_metrics
from worker.ports import WorkerPorts
from worker.process import WorkerProcess
from worker.renewer import Renewer
from worker.runner import Runner
from worker.settings import WorkerSettings
from worker.webhooks.deliverer import Deliverer, Outlet
from worker.webhooks.sender import HttpWebhookSender


def build(settings: WorkerSettings) -> WorkerProcess:
    """Return the worker, which has checked its sandbox and its clock. Raises SystemExit if it must not run."""
    records = MongoRecordStore(settings)
    if wrong := check_clock(records.database):
        raise SystemExit(f"The worker cannot start: {wrong}")
    escape = check_sandbox(settings)
    programs = find_programs(settings)
    # Nothing reads the bytes of a stranger outside the sandbox.
    of_files = offered_kinds(settings, programs) if settings.media and not escape else ()
    kinds = (*of_files, *offered_fileless_kinds(settings))
    rules = Rules(scan=bool(settings.scanner_url), video=settings.media_video)
    deliveries, receivers = MongoCollection(records.database, DELIVERIES), Receivers.from_settings(settings)
    ports = WorkerPorts(
        records=records,
        jobs=MongoJobQueue(records.database),
        now=utc_now,
        planners=(partial(plan_event, rules=rules),) if settings.media else (),
        settlers=(make_settler(rules, fills_tags=settings.media_fill_tags), WebhookSettler(deliveries, receivers)),
        deliveries=deliveries,
        listens=MongoListens(records.database),
        listeners=MongoCollection(records.database, LISTENERS),
        neighbours=MongoNeighbours(records.database),
    )
    stopping, metrics = threading.Event(), WorkerMetrics(ports.jobs, utc_now)
    runner = Runner(
        settings=settings,
        ports=ports,
        store=WorkerStore(settings),
        scratch=Scratch(settings.worker_scratch, settings.worker_scratch_bytes),
        renewer=Renewer(ports.jobs, utc_now),
        programs=programs,
        metrics=metrics,
        stopping=stopping,
    )
    _serve(metrics, settings)
    return WorkerProcess(
        runner,
        _introduce(settings, kinds, programs, is_confined=escape is None),
        kinds,
        note_on(programs, escape, settings),
        _doorbell(settings, stopping),
        _deliverers(settings, ports, receivers, stopping),
    )


def _serve(metrics: WorkerMetrics, settings: WorkerSettings) -> None:
    host, port = settings.worker_metrics_host, settings.worker_metrics_port
    if not port:
        return
    try:
        serve_metrics(metrics.registry, host, port)
    except OSError as error:
        raise SystemExit(f"The worker cannot start: no metrics on {host}, port {port}: {error.strerror}") from error


def _doorbell(settings: WorkerSettings, stopping: threading.Event) -> Doorbell | None:
    url = settings.job_broker_url.get_secret_value()
    return Doorbell(url, settings.slots, stopping) if url else None


def _deliverers(
    settings: WorkerSettings, ports: WorkerPorts, receivers: Receivers, stopping: threading.Event
) -> tuple[Deliverer, ...]:
    sender = HttpWebhookSender(settings.webhook_secrets)
    outlets = (Outlet(ports, sender, receiver_id, url) for receiver_id, url in receivers.urls.items())
    return tuple(Deliverer(outlet, stopping) for outlet in outlets)


def _introduce(
    settings: WorkerSettings, kinds: tuple[str, ...], programs: Programs | None, *, is_confined: bool
) -> Worker:
    host = socket.gethostname()[:100]
    return Worker(
        worker_id=f"{host}-{os.getpid()}-{secrets.token_hex(4)}",
        host=host,
        version=VERSION,
        kinds=kinds,
        ffmpeg=programs.version if programs else None,
        sandbox=settings.media_sandbox if is_confined else "missing",
        seen_at=utc_now(),
    )


def note_on(programs: Programs | None, escape: str | None, settings: WorkerSettings) -> str:
    """Say in a few words what this worker can do; `make run` shows them."""
    if not settings.media:
        return "no jobs on files: MEDIA=0"
    if escape:
        return f"off: {escape.removeprefix('confine: ')}"
    if programs is None:
        return "no ffmpeg: images and PDFs only (connect once, or set FFMPEG_BIN)"
    confined = "sandboxed" if settings.media_sandbox == "landlock" else "NOT sandboxed (MEDIA_SANDBOX=none)"
    return f"ffmpeg {programs.version}, {confined}"
