"""Refuses a move before it changes anything: to a bucket that is another's, or that takes nothing.

A move marks the buckets that it fills with the name of the deployment. So no other deployment fills them too, and a
bucket that both settings name is noticed under whatever addresses.
"""

import json
import secrets

from service.shared.errors import Conflict
from service.store.errors import StoreDenied
from service.store.prefixes import DERIVED_PREFIX, FINAL_PREFIX, MARK, STAGING_PREFIX
from service.uploads.model import AT_REST
from service.uploads.object_keys import parse_derived, staged_id
from service.uploads.ports import Ports
from service.uploads.usecases.moving.move import sources_of
from service.uploads.usecases.upkeep.reconcile import buckets_of

MOST_CHECKED = 1000


def require_target(ports: Ports, to: str) -> None:
    """Mark the buckets of that store as ours.

    Raises Conflict if they are another deployment's, hold objects that nobody knows, take nothing, or are those that
    the files are in; Invalid for an unknown store.
    """
    sources = sources_of(ports, to)
    targets = [bucket for bucket in ports.policy.buckets if bucket not in sources]
    for source in sources:
        _require_own_source(ports, source)
    for target in targets:
        mark = _mark_of(ports, target)
        if mark and mark.get("deployment") != ports.keyring.deployment_id:
            raise Conflict(f"target_of_another: the bucket {target!r} belongs to another deployment of this service")
        if not mark:
            _require_empty(ports, target)
        _write_mark(ports, target, sources)


def _mark_of(ports: Ports, bucket: str) -> dict[str, str]:
    there = ports.objects.head(bucket, MARK)
    opened = ports.objects.read(bucket, MARK, there.version_id, if_match=there.etag) if there else None
    if opened is None:
        return {}
    try:
        mark = json.loads(b"".join(opened.chunks))
    except ValueError:
        return {"deployment": ""}
    return mark if isinstance(mark, dict) else {"deployment": ""}


def _require_empty(ports: Ports, bucket: str) -> None:
    """Raise Conflict if the first objects of the bucket are not those of our documents."""
    for prefix in (DERIVED_PREFIX, STAGING_PREFIX, FINAL_PREFIX):
        for number, entry in enumerate(ports.objects.iter_objects(bucket, f"{prefix}/")):
            if number == MOST_CHECKED:
                break
            if not (_is_probe(entry.object_key) or _is_named(ports, bucket, entry.object_key)):
                raise Conflict(
                    f"target_not_empty: no document names {entry.object_key[:200]!r} in the bucket {bucket!r}: give "
                    "the move a bucket of its own, or rebuild, adopt or remove what is there"
                )


def _is_probe(object_key: str) -> bool:
    """Return whether a start-up check has put it there: of a service that starts right now, or that was killed."""
    return object_key.split("/")[1] == ".probe"


def _is_named(ports: Ports, bucket: str, object_key: str) -> bool:
    derived = parse_derived(object_key)
    by_id = ports.records.get(derived.file_id if derived else staged_id(object_key))
    named = [*ports.records.at_key(object_key), *([by_id] if by_id else [])]
    return any(bucket in buckets_of(upload) for upload in named)


def _write_mark(ports: Ports, target: str, sources: list[str]) -> None:
    """Raise Conflict if the bucket takes nothing, or if what it took shows in a bucket that the files are in."""
    nonce = secrets.token_hex(16)
    mark = {"deployment": ports.keyring.deployment_id, "nonce": nonce}
    try:
        ports.objects.put_small(target, MARK, json.dumps(mark).encode())
    except StoreDenied as error:
        raise Conflict(f"target_not_writable: {error.detail}") from error
    if any(_mark_of(ports, source).get("nonce") == nonce for source in sources):
        ports.objects.purge(target, MARK)
        raise Conflict(f"same_store: the bucket {target!r} is the one that the files are in, under another address")
    # Only the newest is of use.
    there = ports.objects.head(target, MARK)
    if there:
        ports.objects.purge(target, MARK, keep={there.version_id})


def _require_own_source(ports: Ports, source: str) -> None:
    """Raise Conflict if none of the first files is in the bucket: the database is another deployment's."""
    checked = 0
    for row in ports.records.iter_recorded(source):
        if row.status not in AT_REST:
            continue
        if ports.objects.head(source, row.object_key, row.version_id) is not None:
            return
        checked += 1
        if checked == MOST_CHECKED:
            break
    if checked > 1:
        raise Conflict(
            f"source_of_another: none of the first {checked} files is in the bucket {source!r}: are this database "
            "and this bucket of one deployment?"
        )
