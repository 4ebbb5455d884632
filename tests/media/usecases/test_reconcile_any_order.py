"""Reconcile after any history: it takes nothing for unknown or lost that is not, and finds all that a test has planted.

Clients, workers, sweepers and crashes do what they do in `tests/jobs`. Besides, objects appear that no attempt made,
objects of results vanish, files lose what they show, and the operator reconciles at any moment.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from service.media.usecases.reconcile import reconcile_derived
from service.media.usecases.redo import BackfillReport, backfill
from service.uploads.model import Upload
from service.uploads.object_keys import derived_key, parse_derived
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.upkeep.reconcile import GRACE, Difference, Problem, Tally
from tests.builders import ALICE, NO_METADATA
from tests.helpers.any_order import faults, pick
from tests.helpers.faults import Fault
from tests.helpers.files_with_jobs import SHORT, FilesWithJobs, run
from tests.helpers.jobs import a_sent_picture, derived_keys, put_derived

DAY_S = 90_000  # more than the time for which reconcile leaves objects alone
STRAY = "stray.webp"
NOBODYS = "01K000000000000000000000"  # the beginning of an id that no file has


class ReconciledFiles(FilesWithJobs):
    """Their files and jobs, where things appear and vanish, and somebody reconciles."""

    def __init__(self) -> None:
        super().__init__()
        self.planted: set[str] = set()
        self.removed: set[str] = set()  # objects of results

    # --- what happens to the store and to the database ---------------------------------------------
    @rule(number=pick, is_known=st.booleans(), kind=st.sampled_from(["image", "pdf", "poster"]), is_old=st.booleans())
    def plant(self, number: int, is_known: bool, kind: str, is_old: bool) -> None:
        """Write an object under a token that no attempt ever gets, of a file or of none."""
        if file := self.one_file(number):
            place = file if is_known else replace(file, upload_id=f"{NOBODYS}{number}X")
            key = derived_key(place, kind, 0 if is_old else 900, STRAY)
            if key not in derived_keys(self.ports):
                put_derived(self.ports, place, kind, 0 if is_old else 900, STRAY)
                self.planted.add(key)

    @rule(number=pick)
    def lose_an_object(self, number: int) -> None:
        if (file := self.one_file(number)) and (keys := sorted(self.result_of(file))):
            key = keys[number % len(keys)]
            self.objects.purge(file.bucket, key)
            self.removed.add(key)

    @rule(number=pick)
    def lose_what_a_file_shows(self, number: int) -> None:
        if file := self.one_file(number):
            self.ports.records.change(file.upload_id, {}, {"derived": None})

    @rule()
    def wait_for_a_day(self) -> None:
        self.clock.pass_(DAY_S)

    # --- the operator --------------------------------------------------------------------------------
    @rule(fault=faults, fix=st.booleans())
    def reconcile(self, fault: Fault | None, fix: bool) -> None:
        self.do(fault, lambda ports: list(reconcile_derived(ports, Tally(), fix=fix)))

    @precondition(lambda self: self.made)
    @invariant()
    def nothing_is_mistaken(self) -> None:
        reported = self.differences(grace=timedelta(0))
        assert {one.object_key for one in reported if one.problem is Problem.UNKNOWN_DERIVED} <= self.planted
        assert {one.object_key for one in reported if one.problem is Problem.LOST_DERIVED} <= self.removed

    # --- what holds ----------------------------------------------------------------------------------
    @precondition(lambda self: self.made)
    @invariant()
    def the_objects_of_a_result_are_there(self) -> None:
        for file in self.files():
            assert self.result_of(file) - self.removed <= set(derived_keys(self.ports))

    def teardown(self) -> None:
        if not self.made:
            return
        # So that the objects are not taken for another deployment's.
        confirm_upload(self.ports, ALICE, a_sent_picture(self.ports).upload_id, NO_METADATA)
        self.come_to_rest()
        self.assert_all_differences_are_reported()
        list(reconcile_derived(self.ports, Tally(), fix=True))
        list(backfill(self.ports, BackfillReport()))
        super().teardown()
        assert self.differences() == []

    def assert_all_differences_are_reported(self) -> None:
        stored, reported = set(derived_keys(self.ports)), self.differences()
        unknown = [one.object_key for one in reported if one.problem is Problem.UNKNOWN_DERIVED]
        lost = [_job_of(one.object_key) for one in reported if one.problem is Problem.LOST_DERIVED]
        missing = {_job_of(key) for file in self.files() for key in self.result_of(file) - stored}
        assert sorted(unknown) == sorted(self.planted & stored)
        assert sorted(lost) == sorted(missing)

    def differences(self, grace: timedelta = GRACE) -> list[Difference]:
        return list(reconcile_derived(self.ports, Tally(), grace=grace))

    def result_of(self, file: Upload) -> set[str]:
        """Return the keys of all results of the file's present bytes."""
        jobs = self.ports.jobs.list_by_files([file.upload_id])
        return self.objects_of(file, [job for job in jobs if job.source == file.source])


def _job_of(object_key: str) -> str:
    key = parse_derived(object_key)
    assert key
    return f"{key.file_id}.{key.kind}"


def test_reconcile_finds_what_was_planted_in_any_order() -> None:
    """And leaves everything else."""
    run(ReconciledFiles)


@pytest.mark.torture("1,000 histories of 80 steps")
def test_reconcile_finds_what_was_planted_in_any_order_for_long() -> None:
    run(ReconciledFiles, settings(SHORT, max_examples=1000, stateful_step_count=80, derandomize=False))
