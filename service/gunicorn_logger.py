"""gunicorn's log, without the tokens that stand in addresses, at every level and whatever is turned on."""

import logging
from typing import Any

from gunicorn import glogging

from service.redaction import redacted


class Logger(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.addFilter(hide_tokens)


def hide_tokens(record: logging.LogRecord) -> bool:
    """A filter for logs that lets every record pass, redacted."""
    record.msg, record.args = redacted(record.getMessage()), ()
    return True
