"""Scans every log that a test run writes, and fails the run if one contains a secret.

The log of a separate service process is scanned when the process stops, each record of this process when it is made.
The findings are reported at the end, by the controller if tests run in parallel. This module defines leaks itself and
does not reuse the code that should prevent them.
"""

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from service.shared.safe_logging import keep_logs_safe

# Redacted values do not count: they end with '…'.
LEAKS = {
    "a signature": r"signature['\"]?\s{0,2}(?:=|%3D|:)\s{0,2}['\"]?[0-9A-Za-z+/%]{8,}",
    "a key id": r"credential['\"]?\s{0,2}(?:=|%3D|:)\s{0,2}['\"]?[0-9A-Za-z]{4,}(?:/|%2F)|AWSAccessKeyId\W{1,6}\w{4,}",
    # Case counts, because upper-case ids contain EYJ by chance.
    "a token": (
        r"(?-i:\beyJ[\w-]{8,})|bearer\s+[\w.~+/-]{12,}|/u/[\w.-]{16,}|/s3/calls/[\w.-]{16,}"
        r"|security-token\W{1,6}\w{8,}"
    ),
    "a cookie": r"moodrop_(?:session|passkey|oauth)['\"]?\s{0,2}[=:,]\s{0,2}['\"]?[\w.-]{8,}",
    # As people paste them: cut short, they are no longer good.
    "an API key": r"(?-i:mdk_[0-9A-Za-z]{10}_[0-9A-Za-z]{8,})",
    "a refresh token": r"(?-i:rt_[0-9A-Za-z-]{10,}\.\d{1,9}\.[\w-]{8,})",
    "a device code": r"device_code['\"]?\s{0,2}[=:]\s{0,2}['\"]?[\w-]{8,}",
    "a webhook secret": r"(?-i:whsec_[0-9A-Za-z+/=]{16,})",
    # What the database has of a code, then the MAC that makes it a link.
    "a mailed link": r"(?<![\w-])[\w-]{43}\.[\w-]{43}(?![\w-])",
    "a password": r"://[^/\s:@…]+:[^/\s@…]+@",
    "an e-mail address": r"[\w.+-]+@[\w-]+\.[a-z]{2,}\b",
}
# What the servers and the tokens of the tests are opened with, beside the settings of each service.
SECRETS = (
    "test-root-secret-of-minio",
    "frail-root-secret",
    "the shared secret of the tests: 32+",
)
_LEAKS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in LEAKS.items()}
# What one of them holds for certain, in lower case: most lines hold none.
_SIGNS = (
    *("signature", "credential", "accesskeyid", "eyj", "bearer", "/u/", "/calls/", "token", "@"),
    *("moodrop_", "mdk_", "rt_", "device_code", "whsec_", "#"),
)


def leaks_of(text: str, secrets: Iterable[str] = ()) -> list[str]:
    """Return the kinds of leaks in the text, but never the leaked values, because the result is printed."""
    leaks = ["a secret of the run" for secret in (*SECRETS, *secrets) if len(secret) >= 6 and secret in text]
    folded = text.lower()
    if any(sign in folded for sign in _SIGNS):
        leaks += [kind for kind, pattern in _LEAKS.items() if pattern.search(text)]
    return sorted(set(leaks))


class LogScan(logging.Handler):
    """The plugin, and the handler that sees each record of this process."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self._config = config
        self._test = "before the first test"
        self.leaks: list[str] = []
        self.scanned = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.look_at(self.format(record), f"a record of {record.name} in {self._test}")

    def scan_file(self, log: Path, settings: Settings) -> None:
        """Scan the log of a service for the secrets that it was given."""
        text = log.read_text(errors="replace")
        for line in text.splitlines():
            self.look_at(line, f"{log.name} of {self._test}", settings.secrets)

    def look_at(self, text: str, where: str, secrets: Iterable[str] = ()) -> None:
        self.scanned += 1
        self.leaks += [f"{kind} in {where}" for kind in leaks_of(text, secrets)]

    # --- pytest's hooks -----------------------------------------------------------------------
    def pytest_sessionstart(self) -> None:
        # As a service does at its start, for tests that start none.
        keep_logs_safe(Settings(auth_mode="open"))
        logging.getLogger().addHandler(self)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._test = item.nodeid

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Collect what an xdist worker found when it ends."""
        output = getattr(node, "workeroutput", {})
        self.leaks += output.get("leaks", [])
        self.scanned += output.get("scanned", 0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        logging.getLogger().removeHandler(self)
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput |= {"leaks": self.leaks, "scanned": self.scanned}
        elif self.leaks and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.leaks:
            terminalreporter.section("LOGS HOLD WHAT NOBODY MAY READ", red=True)
            for leak in sorted(set(self.leaks)):
                terminalreporter.line(leak)
