"""Prepares indexes, buckets and signing credentials, and proves that the store enforces what we rely on.

A worker tries at its start, and again whenever a request finds the service not ready, so it recovers by itself if the
store or the database starts late.
"""

import logging
import threading
import time
from collections.abc import Collection
from dataclasses import replace

from service.accounts.usecases.guests import prepare_accounts
from service.operations.ports import Ports
from service.shared.checks import StoreCheck
from service.shared.errors import MoodropError, NotReady
from service.store.errors import StoreUnsafe
from service.store.places import one_of_each_store

log = logging.getLogger(__name__)

# Between two tries, requests get the last try's error at once.
RETRY_AFTER_S = 1.0
LONGEST_WAIT_S = 3.0
# At most this many requests wait for an attempt, because each holds a thread.
MOST_WAITING = 3
# SigV4 tolerates 15 minutes; a minute off already shortens every URL's life by a minute.
MAX_CLOCK_SKEW_S = 60.0
# Uploads still work if the clock is off by more than this; the log and the doctor mention it.
NOTED_CLOCK_SKEW_S = 5.0
# Nothing works if one of these fails.
NEVER_WAIVED = ("database", "store", "clock")


class Preparation:
    """Knows whether the service may issue URLs yet. Threads may share it."""

    def __init__(self, ports: Ports, waived_checks: tuple[str, ...], *, retry_after_s: float = RETRY_AFTER_S) -> None:
        self._ports = ports
        self._waived = frozenset(waived_checks)
        self._retry_after_s = retry_after_s
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._done = False
        self._tried_at = float("-inf")
        self._problem: MoodropError = NotReady("the service is starting")

    def ensure(self) -> None:
        """Return if everything is prepared, after a try now if one is due. Raises what the last try raised."""
        if self._done:
            return
        if self._waiting.acquire(blocking=False):
            try:
                self._await_try()
            finally:
                self._waiting.release()
        if not self._done:
            raise self._problem

    def _await_try(self) -> None:
        # A request that arrives during a try waits for its result, which is usually "ready".
        if self._lock.acquire(timeout=LONGEST_WAIT_S):
            try:
                self._try()
            finally:
                self._lock.release()

    def _try(self) -> None:
        if self._done or time.monotonic() - self._tried_at < self._retry_after_s:
            return
        try:
            self._prepare()
            self._done = True
            log.info("ready: buckets %s", ", ".join(self._ports.policy.buckets))
        except MoodropError as problem:
            self._problem = problem
            log.error("not ready: %s (%s). %s", problem.detail, problem.code, problem.hint)
        finally:
            self._tried_at = time.monotonic()

    def _prepare(self) -> None:
        self._ports.records.prepare()
        self._ports.grants.prepare()
        self._ports.quotas.prepare()
        self._ports.sessions.prepare()
        self._ports.jobs.prepare()
        self._ports.deliveries.prepare()
        self._ports.listens.prepare()
        self._ports.positions.prepare()
        self._ports.listeners.prepare()
        self._ports.neighbours.prepare()
        self._ports.keyring.prepare()
        prepare_accounts(self._ports)
        refused = self._ports.objects.prepare(self._ports.policy.buckets)
        main_buckets = one_of_each_store(self._ports.policy.buckets)
        for bucket in main_buckets:
            self._require_clock(bucket)
        checks = [*refused, *store_checks(self._ports)]
        failed = [check for check in checks if not (check.ok or check.note)]
        for check in failed:
            self._log_failure(check)
        musts = [check.name for check in failed if check.must and not is_waived(check, self._waived)]
        standing = list(dict.fromkeys(musts))
        if standing:
            # If it has stopped answering in the middle, that is all there is to say, and a retry may help.
            for bucket in main_buckets:
                self._ports.objects.ping(bucket)
            raise StoreUnsafe(
                f"failed store checks: {', '.join(standing)}. To go on in spite of one, name it in WAIVED_CHECKS"
            )

    def _require_clock(self, bucket: str) -> None:
        clock = clock_check(self._ports, bucket)
        if clock.must and not clock.ok:
            raise StoreUnsafe(f"{clock.finding}. {clock.fix}")
        if not clock.ok:
            log.warning("%s. %s", clock.finding, clock.fix)

    def _log_failure(self, check: StoreCheck) -> None:
        waived = " (waived)" if is_waived(check, self._waived) else ""
        log.warning("store check %s failed%s: %s. Fix: %s", check.name, waived, check.finding, check.fix)


def clock_check(ports: Ports, bucket: str) -> StoreCheck:
    """Check that the store's clock and ours agree."""
    skew = ports.objects.ping(bucket)
    finding = f"the store's clock is {skew:+.0f} s from ours"
    is_far = abs(skew) > MAX_CLOCK_SKEW_S
    fix = "Set both clocks by NTP."
    return StoreCheck("clock", abs(skew) <= NOTED_CLOCK_SKEW_S, must=is_far, finding=finding, fix=fix, note=not is_far)


def store_checks(ports: Ports) -> list[StoreCheck]:
    """Check what the store enforces in each bucket: their policies may differ."""
    buckets = ports.policy.buckets
    return [
        replace(check, finding=f"{bucket}: {check.finding}") if len(buckets) > 1 else check
        for bucket in buckets
        for check in ports.objects.check(bucket)
    ]


def is_waived(check: StoreCheck, waived: Collection[str]) -> bool:
    """Return whether the operator allows the check to fail."""
    return check.name not in NEVER_WAIVED and check.is_named_in(waived)
