"""Where granian's own log goes: to standard error, in the format of ours. Standard output has the request log alone."""

import logging
import sys
from typing import Any


class NoAdvice(logging.Filter):
    """Drops granian's advice to have fewer threads and workers than this service wants: they wait for the database."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith(("Configuration allows", "Configured number of workers"))


FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# What granian merges into its own configuration; it adds the level.
GRANIAN_LOGS: dict[str, Any] = {
    "formatters": {"ours": {"format": FORMAT}},
    "filters": {"no_advice": {"()": NoAdvice}},
    "handlers": {
        "errors": {
            "class": "logging.StreamHandler",
            "formatter": "ours",
            "filters": ["no_advice"],
            "stream": "ext://sys.stderr",
        }
    },
    "loggers": {"_granian": {"handlers": ["errors"], "propagate": False}},
}


def configure_logs(level: str) -> None:
    """Have the log of this process written as service/wsgi.py has it in a worker."""
    logging.basicConfig(level=level.upper(), format=FORMAT, stream=sys.stderr)
