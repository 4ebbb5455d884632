"""gunicorn's log, as safe as the service's own: see safe_logging.py."""

from typing import Any

from gunicorn import glogging

from service.server.wsgi_settings import settings_or_exit
from service.shared.safe_logging import keep_logs_safe, log_what_is_printed


class Logger(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    def setup(self, cfg: Any) -> None:
        # This runs before the first worker starts, so that each has it, and again at a reload.
        keep_logs_safe(settings_or_exit())
        log_what_is_printed()
        super().setup(cfg)
