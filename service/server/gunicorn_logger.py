"""gunicorn's log, as safe as the service's own (see safe_logging.py), and whom it tells of each finished request."""

from typing import Any

from gunicorn import glogging

from service.server.finished import FinishedRequest, Observer, answered
from service.server.logs.request_log import log_request, start_request_log
from service.server.wsgi_settings import settings_or_exit
from service.shared.safe_logging import keep_logs_safe, log_what_is_printed


class Logger(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """Observers run in the request's thread, or in the poller if the server refused the request."""

    observers: tuple[Observer, ...] = ()

    def setup(self, cfg: Any) -> None:
        # This runs before the first worker starts, so that each has it, and again at a reload.
        settings = settings_or_exit()
        keep_logs_safe(settings)
        log_what_is_printed()
        super().setup(cfg)
        if settings.request_log:
            start_request_log(settings.log_level)
            self.observers = (log_request,)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Note a request that the app has answered; gunicorn calls this."""
        super().access(resp, req, environ, request_time)
        if self.observers:
            self.finish(answered(resp, req, environ))

    def finish(self, done: FinishedRequest) -> None:
        """Tell the observers of the request."""
        for observe in self.observers:
            observe(done)
