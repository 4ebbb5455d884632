"""The pytest plugin behind `make test-stores`: records what each store did, and writes docs/providers.md."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dev.providers.table import LONGEST, RECORD, TABLE, Seen, read, write


class Providers:
    """The pytest hooks of one run. A store that was not run keeps what an earlier run recorded."""

    def __init__(self, *, record: Path = RECORD, table: Path = TABLE) -> None:
        self._record, self._table = record, table
        self._seen = read(record)
        self._begun: set[str] = set()
        self._groups: dict[str, tuple[str, str, str]] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Learn of each test to which store and group it belongs."""
        for item in items:
            if isinstance(item, pytest.Function) and item.cls and hasattr(item.cls, "store_name"):
                group = item.function.__qualname__.partition(".")[0]
                self._groups[item.nodeid] = (item.cls.store_name, group, item.name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record the test, and what the doctor said in it."""
        was_expected = hasattr(report, "wasxfail")
        if report.nodeid not in self._groups or (report.when != "call" and report.passed):
            return
        if report.skipped and not was_expected:
            return
        store, group, name = self._groups[report.nodeid]
        seen = self._seen_of(store)
        seen.tests.setdefault(group, {})[name] = "failed" if report.skipped else report.outcome
        for what, value in report.user_properties:
            if what == "version":
                seen.version = str(value)
            elif what == "check":
                check, result, finding = str(value).split("\t")
                seen.checks[check] = (result, finding[:LONGEST])

    def _seen_of(self, store: str) -> Seen:
        if store not in self._begun:
            self._begun.add(store)
            self._seen[store] = Seen(date=f"{datetime.now(UTC):%Y-%m-%d}")
        return self._seen[store]

    def pytest_sessionfinish(self) -> None:
        """Write both, even for an interrupted run."""
        if self._begun:
            write(self._seen, self._record, self._table)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Providers(), "providers")
