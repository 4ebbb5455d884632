"""Checks whether the store and the database answer now."""

from dataclasses import dataclass

from service.operations.ports import Ports
from service.operations.usecases.preparation import MAX_CLOCK_SKEW_S
from service.shared.errors import MoodropError
from service.shared.ports.preparation import Preparation
from service.store.places import one_of_each_store

REPLACED = "another start has changed the accounts that sign URLs, with other settings than these: start this one again"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """The state of one thing that the service depends on."""

    name: str
    ok: bool
    detail: str


def readiness(ports: Ports, preparation: Preparation) -> list[HealthCheck]:
    """Ask each of them. Takes no longer than their time-outs."""
    checks = [_prepared(preparation), _database(ports), *(_bucket(ports, bucket) for bucket in ports.policy.buckets)]
    return [_signing(ports), *checks[1:]] if all(check.ok for check in checks) else checks


def _prepared(preparation: Preparation) -> HealthCheck:
    try:
        preparation.ensure()
    except MoodropError as problem:
        return HealthCheck("startup", False, problem.detail)
    return HealthCheck("startup", True, "done")


def _signing(ports: Ports) -> HealthCheck:
    """Check that the signing accounts of this start are still valid: otherwise the store refuses the worker's URLs."""
    try:
        is_good = all(ports.objects.knows_signers(bucket) for bucket in one_of_each_store(ports.policy.buckets))
    except MoodropError as problem:
        return HealthCheck("startup", False, problem.detail)
    return HealthCheck("startup", is_good, "done" if is_good else REPLACED)


def _database(ports: Ports) -> HealthCheck:
    try:
        ports.records.ping()
    except MoodropError as problem:
        return HealthCheck("database", False, problem.detail)
    return HealthCheck("database", True, "answers")


def _bucket(ports: Ports, bucket: str) -> HealthCheck:
    name = f"bucket {bucket}"
    try:
        skew = ports.objects.ping(bucket)
    except MoodropError as problem:
        return HealthCheck(name, False, problem.detail)
    return HealthCheck(name, abs(skew) <= MAX_CLOCK_SKEW_S, f"answers; its clock is {skew:+.1f} s from ours")
