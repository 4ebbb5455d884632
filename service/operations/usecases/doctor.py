"""The doctor: runs every check by real requests, and says how to fix what fails."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass

from service.accounts.usecases.mails import MAIL_PAGE
from service.media.model import RESULTS
from service.operations.ports import Ports
from service.operations.usecases.preparation import clock_check, is_waived, store_checks
from service.shared.checks import WAIVE_ALL, StoreCheck
from service.shared.errors import DatabaseUnavailable, MoodropError
from service.store.places import one_of_each_store
from service.uploads.part_plan import plan_parts
from service.uploads.policy import Policy

OK, FAILED, WAIVED, NOTE = "ok", "failed", "waived", "note"
DATABASE = "Check that MongoDB runs, and that MONGODB_URI leads to it with a user that may write there."
# The check that a small upload passes on the public address.
PUBLIC_ENDPOINT = "public_endpoint"
STORE = (
    "Check that the store runs, that MINIO_ENDPOINT leads to it, and that MINIO_ACCESS_KEY and MINIO_SECRET_KEY are a "
    "credential with full access to the buckets."
)

WORKERS = (
    "Start a worker (python -m worker) that has ffmpeg and Landlock. Until then files play as they are, without "
    "thumbnails, waveforms and renditions. Set MEDIA=0 if you want none."
)

# The report of `flask doctor --json` has names of its own.
_JSON_NAMES = {"finding": "found", "fix": "mend"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A check and its result: ok, failed, waived or note."""

    check: StoreCheck
    result: str

    def as_dict(self) -> dict[str, object]:
        facts = asdict(self.check) | {"result": self.result}
        return {_JSON_NAMES.get(name, name): value for name, value in facts.items()}


def examine(ports: Ports, waived: Collection[str]) -> list[Finding]:
    """Prepare as a start does, and check everything. Raises nothing: no answer is a finding."""
    checks = _attempt("database", DATABASE, lambda: _database(ports))
    for authenticator in ports.authenticators:
        checks += authenticator.check()
    checks += _attempt("store", STORE, lambda: _store(ports))
    if ports.accounts.policy.is_on:
        checks += _mail(ports)
    if ports.features.media:
        checks += _attempt("workers", DATABASE, lambda: [_workers(ports)])
    known = {check.name for check in checks} | {WAIVE_ALL}
    checks += [_unknown(name) for name in waived if name not in known]
    return [Finding(check, _result(check, waived)) for check in checks]


def table(findings: Collection[Finding]) -> str:
    """Return a table for a terminal: one line for each check, and below each that is not ok what to do or know."""
    width = max(len(finding.check.name) for finding in findings)
    lines = [f"{'check':{width}}  result  found"]
    for finding in findings:
        lines.append(f"{finding.check.name:{width}}  {finding.result:6}  {finding.check.finding}")
        if finding.result != OK:
            label = "Note" if finding.result == NOTE else "Fix"
            lines.append(f"{'':{width}}          {label}: {finding.check.fix}")
    return "\n".join(lines)


def _attempt(name: str, fix: str, run: Callable[[], list[StoreCheck]]) -> list[StoreCheck]:
    try:
        return run()
    except MoodropError as error:
        # The names of the store's signing accounts depend on an id in the database.
        fix = DATABASE if isinstance(error, DatabaseUnavailable) else fix
        return [StoreCheck(name, False, True, f"{error.detail} ({error.code})", fix)]


def _database(ports: Ports) -> list[StoreCheck]:
    ports.records.prepare()
    ports.grants.prepare()
    ports.quotas.prepare()
    ports.jobs.prepare()
    ports.deliveries.prepare()
    ports.keyring.prepare()
    ports.records.ping()
    return [StoreCheck("database", True, True, "answers, and has its indexes", DATABASE)]


def _mail(ports: Ports) -> list[StoreCheck]:
    policy = ports.accounts.policy
    if not policy.keeps_mail:
        return ports.accounts.mailer.check()
    return [StoreCheck("mail", True, True, f"all are shown at {policy.page_url}{MAIL_PAGE}, and none is sent", "")]


def _workers(ports: Ports) -> StoreCheck:
    """Return how many workers were seen lately. None is no failure: files wait, and play as they are."""
    workers = ports.jobs.workers(ports.now())
    missing = sorted(set(RESULTS) - {"scan"} - {kind for worker in workers for kind in worker.kinds})
    bare = sum(worker.sandbox == "none" for worker in workers)
    finding = f"{len(workers)} seen in two minutes"
    if workers and missing:
        finding += f"; nobody does {', '.join(missing)}"
    if bare:
        finding += f"; {bare} without a sandbox"
    is_complete = bool(workers) and not missing and not bare
    return StoreCheck("workers", is_complete, False, finding, WORKERS, note=True)


def _store(ports: Ports) -> list[StoreCheck]:
    refused = ports.objects.prepare(ports.policy.buckets)
    buckets = ports.policy.buckets
    checks = [StoreCheck("store", True, True, f"answers, and has {', '.join(buckets)}", STORE), *refused]
    main_buckets = one_of_each_store(buckets)
    checks += [clock_check(ports, bucket) for bucket in main_buckets]
    checks += store_checks(ports)
    # If nothing gets through, neither does a large body.
    if all(check.ok for check in checks if check.name == PUBLIC_ENDPOINT):
        for bucket in main_buckets:
            checks += ports.objects.check_bodies(bucket, sizes=largest_bodies(ports.policy))
    return checks


def largest_bodies(policy: Policy) -> set[int]:
    """Return the sizes of the largest requests that clients send: one PUT, and one part."""
    part = plan_parts(policy.max_upload_bytes).part_size_bytes
    return {min(size, policy.max_upload_bytes) for size in (policy.put_max_bytes, part)} - {0}


def _unknown(name: str) -> StoreCheck:
    finding = f"WAIVED_CHECKS names {name!r}, but no such check ran"
    return StoreCheck("waived_checks", False, False, finding, "Correct or remove the name.")


def _result(check: StoreCheck, waived: Collection[str]) -> str:
    if check.ok:
        return OK
    if check.note:
        return NOTE
    return WAIVED if is_waived(check, waived) else FAILED
