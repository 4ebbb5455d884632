"""Makes every log record safe: redacted, bounded and one line long, whoever writes it.

The record itself is made safe, not a handler's view of it: no later handler, formatter or library can show what the
record does not contain.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from service.shared.redaction import CUT, hide, redacted
from service.shared.settings import DatabaseSettings

log = logging.getLogger(__name__)

MAX_MESSAGE = 4000
MAX_TRACEBACK = 20_000
# A secret cut in two at the limit could not be recognized, so this many characters before the limit are dropped too.
_MARGIN = 600
# Characters that end a line, move the cursor, or change the direction of text.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://(?:[^/\s@]+@)?([^/\s'\"@]+)|host='([^']+)'|\b([\w.-]+:[0-9]{2,5})\b")


class SafeRecord(logging.LogRecord):
    """A record whose text is safe for any reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.msg = one_line(_message(self))
        self.args = None
        if self.exc_info:
            # Kept as text only: another formatter would print the exception unredacted.
            self.exc_text = safe_traceback(self.exc_info)
            self.exc_info = None
        if self.stack_info:
            self.stack_info = _lines(self.stack_info, MAX_TRACEBACK)
        self._safe = self.msg

    def getMessage(self) -> str:  # noqa: N802  logging's name
        """Return the text, made safe again if the record was filled in later, as makeLogRecord does."""
        if self.args or self.__dict__.get("_safe") is not self.msg:
            return one_line(super().getMessage())
        return str(self.msg)


def keep_logs_safe(settings: DatabaseSettings) -> None:
    """Make every record of this process safe, and register the secrets of these settings."""
    hide(*settings.secrets)
    logging.setLogRecordFactory(SafeRecord)


def log_what_is_printed() -> None:
    """Send warnings and uncaught exceptions to the log, so that they are redacted too; for our own processes."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_exception
    threading.excepthook = _log_thread
    sys.unraisablehook = _log_unraisable


def one_line(text: str, limit: int = MAX_MESSAGE) -> str:
    """Return the text redacted, within the limit, and on one line."""
    return _cut_off(_CONTROL.sub(_escaped, _bounded(text, limit)), limit)


def safe_traceback(exc_info: Any) -> str:
    """Return the traceback with each line indented, so that no exception's text can pose as a line of the log."""
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    try:
        text = "".join(traceback.format_exception(*exc_info)) if exc_info[0] else "no exception"
    except Exception as error:  # noqa: BLE001  an exception that cannot be printed must not break the log
        text = f"a traceback that cannot be shown ({type(error).__name__})"
    return _lines(text.rstrip("\n"), MAX_TRACEBACK)


def cause_of(error: BaseException) -> str:
    """Describe the cause of an error by type and host, because its text may contain a whole request."""
    cause = error.__cause__
    if cause is None:
        return "no other error"
    match = _ADDRESS.search(one_line(str(cause)))
    host = next((part for part in match.groups() if part), "") if match else ""
    return f"{type(cause).__name__} at {host}" if host else type(cause).__name__


def _message(record: logging.LogRecord) -> str:
    try:
        return logging.LogRecord.getMessage(record)
    except Exception as error:  # noqa: BLE001  logging itself would print the arguments as they are
        return f"a message that cannot be made ({type(error).__name__}): {str(record.msg)[:200]}"


def _bounded(text: str, limit: int) -> str:
    if len(text) <= limit:
        return redacted(text)
    return _cut_off(redacted(text[: limit + _MARGIN])[:-_MARGIN] + CUT, limit)


def _cut_off(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + CUT


def _lines(text: str, limit: int) -> str:
    lines = _bounded(text, limit).split("\n")
    return "\n".join(f"    {_CONTROL.sub(_escaped, line)}" for line in lines)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _log_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("uncaught exception", exc_info=(kind, error, trace))


def _log_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_type is not SystemExit and failure.exc_value is not None:
        _log_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)


def _log_unraisable(failure: Any) -> None:
    if failure.exc_value is not None:
        _log_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)
