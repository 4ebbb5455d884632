"""No log record contains a secret or can imitate another record, whoever makes it."""

import io
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest

from service.settings import Settings
from service.shared import redaction, safe_logging
from service.shared.safe_logging import (
    MAX_MESSAGE,
    MAX_TRACEBACK,
    cause_of,
    keep_logs_safe,
)
from service.store.errors import StoreUnavailable

ADDRESS = "http://127.0.0.1:9000/b/k?X-Amz-Credential=AKIDROOT%2F2026&X-Amz-Signature=" + "ab" * 32
SECRETS = ("AKIDROOT", "abab")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Return what a handler added by other code has written."""
    monkeypatch.setattr(redaction, "_secrets", ())
    monkeypatch.setattr(redaction, "_short_secrets", None)
    before, level = logging.getLogRecordFactory(), logging.getLogger().level
    keep_logs_safe(Settings(auth_mode="open"))
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)
    logging.setLogRecordFactory(before)


def fail(text: str) -> None:
    raise ValueError(text)


@pytest.mark.parametrize(
    "name", ["service.api", "urllib3.connectionpool", "botocore.endpoint", "pymongo", "gunicorn.x"]
)
def test_every_logger_is_safe(written: Callable[[], str], name: str) -> None:
    """A library's and our own; in the message, its arguments, and arguments that are no text."""
    log = logging.getLogger(name)

    log.error(ADDRESS)
    log.warning("asked %s and %r", ADDRESS, {"url": ADDRESS})
    log.info("%(url)s", {"url": ADDRESS})
    log.debug("%s%s", "X-Amz-Signature=", "ab" * 32)
    log.error(ValueError(ADDRESS))
    log.error(ADDRESS.encode())
    log.error(None)
    log.error(12)

    assert len(written().splitlines()) == 8
    assert [] == [secret for secret in SECRETS if secret in written()]


def test_what_is_thrown_is_safe(written: Callable[[], str]) -> None:
    """The text of an exception, its causes and the stack."""
    log = logging.getLogger("service")
    try:
        try:
            fail(ADDRESS)
        except ValueError as error:
            raise RuntimeError(f"because of {ADDRESS}") from error
    except RuntimeError as error:
        log.exception("defect", stack_info=True)
        log.error("defect", exc_info=error)

    assert written().count("RuntimeError: because of http://127.0.0.1:9000/b/k") == 2
    assert "Stack (most recent call last)" in written()
    assert [] == [secret for secret in SECRETS if secret in written()]


def test_a_record_that_cannot_be_made_is_safe(written: Callable[[], str], capsys: pytest.CaptureFixture[str]) -> None:
    """logging itself would print its arguments to stderr."""
    logging.getLogger("service").error("%d files of %s", "many", ADDRESS)

    assert "a message that cannot be made (TypeError): %d files of %s" in written()
    assert capsys.readouterr().err == ""


def test_a_record_that_is_filled_in_later_is_safe(written: Callable[[], str]) -> None:
    """Such as one from a queue or a socket."""
    for values in ({"msg": "to %s", "args": (ADDRESS,)}, {"msg": ADDRESS}):
        record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "levelno": logging.INFO, **values})
        logging.getLogger("service").handle(record)

    assert len(written().splitlines()) == 2
    assert [] == [secret for secret in SECRETS if secret in written()]


@pytest.mark.parametrize(
    "end", ["\n", "\r\n", "\r", "\v", "\f", "\x1b[2K", "\x85", "\u2028", "\u2029", "\u202e", "\udcff"]
)
def test_no_text_begins_a_line_of_its_own(written: Callable[[], str], end: str) -> None:
    """No file name, path or header can start a line that looks like a log entry."""
    forged = f"a.mp3{end}CRITICAL service: all files deleted"
    logging.getLogger("service").warning("no file %s", forged)
    try:
        fail(forged)
    except ValueError:
        logging.getLogger("service").exception("defect")

    assert end not in written().replace("\n", "") or end == "\n"
    assert [] == [line for line in written().splitlines() if line.startswith("CRITICAL")]
    assert "all files deleted" in written()


def test_a_record_is_bounded(written: Callable[[], str]) -> None:
    """And the cut never leaves the beginning of a secret."""
    for fill in range(MAX_MESSAGE - 80, MAX_MESSAGE + 700, 20):
        logging.getLogger("service").warning("%s%s%s", "x" * fill, ADDRESS, "\n" * 20)
    try:
        fail("y" * 100_000)
    except ValueError:
        logging.getLogger("service").exception("z")

    lines = written().splitlines()
    assert max(map(len, lines)) < MAX_TRACEBACK + 100
    assert max(len(line) for line in lines if "x" * 80 in line) < MAX_MESSAGE + 30
    assert [] == [secret for secret in SECRETS if secret in written()]


@pytest.mark.filterwarnings("default")
def test_what_nobody_catches_goes_to_the_log(written: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings and uncaught exceptions would otherwise be printed unredacted."""
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    with warnings.catch_warnings():
        safe_logging.log_what_is_printed()
        warnings.warn(f"slow: {ADDRESS}", stacklevel=1)
        logging.captureWarnings(capture=False)
    thread = threading.Thread(target=fail, args=(f"in a thread: {ADDRESS}",))
    thread.start()
    thread.join()
    try:
        fail(f"at the top: {ADDRESS}")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    for line in ("slow: http", "in a thread: http", "at the top: http"):
        assert line in written()
    assert [] == [secret for secret in SECRETS if secret in written()]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f'Could not connect to the endpoint URL: "{ADDRESS}"', "ValueError at 127.0.0.1:9000"),
        (
            "HTTPConnectionPool(host='store', port=9000): Max retries with url: /b?X-Amz-Signature=ab",
            "ValueError at store",
        ),
        ("db-1.example:27017: [Errno 111] Connection refused", "ValueError at db-1.example:27017"),
        ("http://root:secret@store:9000/x", "ValueError at store:9000"),
        ("nothing at all", "ValueError"),
    ],
)
def test_a_cause_is_told_by_type_and_host(text: str, named: str) -> None:
    """Its own text may contain the whole request."""
    error = StoreUnavailable("x")
    error.__cause__ = ValueError(text)

    assert cause_of(error) == named


def test_the_secrets_of_the_settings_are_hidden(written: Callable[[], str]) -> None:
    """Every secret, every key id, and passwords in addresses, encoded and decoded."""
    values = {
        "minio_access_key": "root-of-the-store",
        "minio_secret_key": "secret-of-the-store",
        "minio_upload_access_key": "id-for-uploads",
        "minio_upload_secret_key": "secret-for-uploads",
        "minio_download_access_key": "id-for-downloads",
        "minio_download_secret_key": "secret-for-downloads",
        "events_secret": "secret-of-the-events",
        "jwt_secret": "secret-of-the-tokens-of-32-bytes",
        "mongodb_uri": "mongodb://moodrop:pass%2Fword-of-mongo@db/",
    }
    keep_logs_safe(Settings(auth_mode="jwt", **values))

    for value in (*values.values(), "pass/word-of-mongo"):
        logging.getLogger("service").warning("'%s'", value)

    assert [] == [value for value in (*values.values(), "word-of-mongo") if value in written()]
