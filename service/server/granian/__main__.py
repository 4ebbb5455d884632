"""Runs the service on granian: `python -m service.server.granian [MODULE:APP]`."""

import logging
import os
import sys

from service.server.granian.logs import configure_logs
from service.server.granian.master import Master
from service.server.granian.options import not_honoured
from service.server.wsgi_settings import settings_or_exit
from service.shared.safe_logging import keep_logs_safe, log_what_is_printed

log = logging.getLogger("service.server.granian")


def main(target: str) -> int:
    settings = settings_or_exit()
    keep_logs_safe(settings)
    log_what_is_printed()
    configure_logs(settings.log_level)
    for why in not_honoured(os.environ, settings):
        log.warning(why)
    return Master(settings, target).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "service.wsgi:app"))
