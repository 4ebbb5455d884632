"""What granian is told, from the settings, and which variables of gunicorn's it cannot honour."""

import socket
from collections.abc import Iterator, Mapping
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.server.granian.logs import GRANIAN_LOGS
from service.server.limits import MAX_HEAD_BYTES, connection_limit
from service.settings import Settings
from service.shared.addresses import is_ip
from service.shared.settings import THREADS

# As gunicorn's, see gunicorn_conf.py. To granian the time for the headers and the time between two requests are one.
KEEP_ALIVE_S = 75
GRACE_S = 20
BACKLOG = 2048
# How long old and new workers serve together at a reload, one pair after the other. A worker is ready after some 2 s.
RELOAD_OVERLAP_S = 10.0
# granian counts a worker that ends sooner after its start as one that never will.
IDLE_THREAD_S = 600


def options_of(settings: Settings, workers: int) -> dict[str, Any]:
    """Return the arguments of granian's constructor but for the target."""
    return {
        "address": ip_of(settings.host),
        "port": settings.port,
        "interface": Interfaces.WSGI,
        "workers": workers,
        "blocking_threads": THREADS,
        "blocking_threads_idle_timeout": IDLE_THREAD_S,
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=KEEP_ALIVE_S * 1000, max_buffer_size=MAX_HEAD_BYTES),
        "websockets": False,
        "backlog": BACKLOG,
        # The connections of a worker: beyond them, others wait in the backlog.
        "backpressure": connection_limit(),
        "log_level": LogLevels(settings.log_level),
        "log_dictconfig": GRANIAN_LOGS,
        "respawn_failed_workers": True,
        "respawn_interval": RELOAD_OVERLAP_S,
        "workers_kill_timeout": GRACE_S,
    }


def ip_of(host: str) -> str:
    """Return the address to listen on: granian takes no names."""
    bare = host.strip("[]")
    if is_ip(bare):
        return bare
    try:
        return socket.gethostbyname(bare)
    except OSError as error:
        raise SystemExit(f"Moodrop cannot start: HOST={bare} has no address ({error})") from error


def workers_in(environment: Mapping[str, str]) -> int:
    """Return the number of WEB_CONCURRENCY, which is gunicorn's name for it. Raises SystemExit if it is no number."""
    given = environment.get("WEB_CONCURRENCY", "").strip() or "1"
    if not (given.isascii() and given.isdigit() and int(given) > 0):
        raise SystemExit("Moodrop cannot start: WEB_CONCURRENCY must be a whole number, at least 1")
    return int(given)


def not_honoured(environment: Mapping[str, str], settings: Settings) -> Iterator[str]:
    """Yield a sentence for each thing that is set and means nothing here, or means something else than to gunicorn."""
    if environment.get("GUNICORN_CMD_ARGS"):
        yield "GUNICORN_CMD_ARGS is gunicorn's, and SERVER=granian ignores it"
    if environment.get("FORWARDED_ALLOW_IPS"):
        yield "FORWARDED_ALLOW_IPS is gunicorn's, and SERVER=granian ignores it: set TRUSTED_PROXIES"
    if own := sorted(name for name in environment if name.startswith("GRANIAN_")):
        yield f"{', '.join(own)}: read by granian's own command, and ignored here"
    if settings.trusted_proxies:
        yield (
            "TRUSTED_PROXIES is believed with SERVER=granian only if the proxy removes headers whose names have an "
            "underscore, as nginx does: granian takes X_Forwarded_For for X-Forwarded-For"
        )
