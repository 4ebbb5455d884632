"""The request log: one line of JSON on standard output for each request, answered or refused.

It has the route in place of the path, and nothing of queries, headers and bodies, where credentials are. Callers name
themselves, so what they chose is redacted.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from functools import lru_cache

from service.server.finished import FinishedRequest
from service.server.logs.line_writer import LineWriter
from service.shared.redaction import redacted

log = logging.getLogger("moodrop.requests")

# Asked every few seconds by those who watch the service.
PROBES = ("/healthz", "/readyz", "/metrics")
# Of a caller's name, and of an address.
MOST_CHARACTERS = 200
# An id that the service made itself, because the client sent none.
_OWN_ID = re.compile(r"[0-9a-f]{32}")


def start_request_log(level: str) -> None:
    """Write the lines of that level and above. Safe to repeat."""
    log.propagate = False
    log.handlers = [LineWriter(sys.stdout, _line_about_dropped)]
    log.setLevel(level.upper())


def log_request(done: FinishedRequest) -> None:
    """Write the line of a request, unless too many like it were refused just before."""
    level = level_of(done)
    if done.in_log and log.isEnabledFor(level):
        # Not made by the factory of safe_logging.py, which would redact the quotes of JSON as well.
        log.handle(logging.LogRecord(log.name, level, __file__, 0, line_of(done, level), None, None))


def level_of(done: FinishedRequest) -> int:
    """Return ERROR for failures, WARNING for refusals, DEBUG for probes of a healthy service, INFO for the rest."""
    if done.status >= 500:
        return logging.ERROR
    if done.status >= 400:
        return logging.WARNING
    return logging.DEBUG if done.facts.route in PROBES else logging.INFO


def line_of(done: FinishedRequest, level: int) -> str:
    """Return the request as one line of JSON, without what is unknown."""
    facts = done.facts
    fields = {
        "time": _now(),
        "level": logging.getLevelName(level).lower(),
        "request_id": _safe_id(facts.request_id),
        "caller": _safe(facts.caller),
        "address": _safe(done.address),
        "method": done.method,
        "route": facts.route,
        "status": done.status,
        "code": facts.problem,
        "ms": round(done.seconds * 1000, 1),
        "bytes": done.body_bytes,
    }
    return json.dumps({name: value for name, value in fields.items() if value != ""})


def _line_about_dropped(lines: int) -> str:
    return json.dumps({"time": _now(), "level": "warning", "dropped_lines": lines})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _safe_id(request_id: str) -> str:
    return request_id if _OWN_ID.fullmatch(request_id) else _safe(request_id)


# Redacting takes as long as all the rest, and the same callers ask again and again.
@lru_cache(4096)
def _safe(text: str) -> str:
    return redacted(text[:MOST_CHARACTERS])
