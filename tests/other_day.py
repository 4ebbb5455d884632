"""A pytest plugin that moves the clock of the tests: `pytest -p tests.other_day --day +31`. Run by `make other-days`.

Only this process's clock moves. Tests that start a server or another program would mix two days, so they are skipped.
"""

import os
import time
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
import time_machine

# Far from UTC in both directions, with and without daylight saving time.
ZONES = ("Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin")
# The day does not matter to Hypothesis, so its full number of examples runs only on the real day.
EXAMPLES = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--day", type=int, default=0, help="days from today")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.register_profile("other_day", max_examples=EXAMPLES, deadline=None)
    hypothesis.settings.load_profile("other_day")
    day = config.getoption("--day")
    os.environ["TZ"] = ZONES[day % len(ZONES)]
    time.tzset()
    traveller = time_machine.travel(datetime.now(UTC) + timedelta(days=day), tick=True)
    traveller.start()
    config.add_cleanup(traveller.stop)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests that start programs, which use the real clock."""
    config.hook.pytest_deselected(items=[item for item in items if _starts_programs(item)])
    items[:] = [item for item in items if not _starts_programs(item)]


def _starts_programs(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("real", "browser", "programs"))
