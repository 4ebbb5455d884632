"""Files and their jobs under clients, workers, sweepers, crashes and clocks in any order that Hypothesis thinks of.

At every moment the objects of each result are there. At the end, after workers and sweepers, each file shows what its
jobs came to, and nothing else is left: no object, no job, no tombstone.
"""

import pytest
from hypothesis import settings

from tests.helpers.files_with_jobs import SHORT, FilesWithJobs, run


def test_files_and_jobs_in_any_order() -> None:
    """Whatever comes between any two steps."""
    run(FilesWithJobs)


@pytest.mark.torture("1,000 histories of 80 steps")
def test_files_and_jobs_in_any_order_for_long() -> None:
    run(FilesWithJobs, settings(SHORT, max_examples=1000, stateful_step_count=80, derandomize=False))
