"""The start of many uploads at once: each taken or refused by itself, all written by one insert."""

from collections.abc import Sequence

from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.uploads.errors import IdempotencyKeyReused
from service.uploads.model import Upload
from service.uploads.ports import Ports
from service.uploads.usecases.starting import grants
from service.uploads.usecases.starting.declare import (
    NewUpload,
    declared,
    same_request,
    with_key,
)
from service.uploads.usecases.starting.pending import room_for_all
from service.uploads.usecases.starting.renew import Started, kept_alive
from service.uploads.usecases.starting.signed_requests import transfer_of


def start_uploads(
    ports: Ports, caller: Caller, many: Sequence[NewUpload | MoodropError], idempotency_key: str | None = None
) -> list[Started | MoodropError]:
    """What `start_upload` does, for many by one insert; in their order, each with its URL or what is wrong with it.

    What comes in as an error (a row that was refused before) goes out as it is. What goes in parts gets none of
    its URLs yet, and is opened in the store when the first are asked for: a thousand would take seconds.
    """
    require(caller, UPLOADS_WRITE)
    keys = [idempotency_key and f"{idempotency_key}\n{index}" for index in range(len(many))]
    rows = [
        new if isinstance(new, MoodropError) else _begun(ports, caller, new, key)
        for new, key in zip(many, keys, strict=True)
    ]
    return _inserted(ports, caller, rows) if idempotency_key is None else _inserted_once(ports, caller, rows)


def _inserted(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Started | MoodropError]:
    sizes = [row.size_bytes for row in rows if not isinstance(row, MoodropError)]
    with room_for_all(ports, caller.owner, sizes) as found:
        refused = iter(found)
        fitting = [row if isinstance(row, MoodropError) else next(refused) or row for row in rows]
        granted = _granted(ports, caller, fitting)
        started = [
            row if isinstance(row, MoodropError) else (row, transfer_of(ports, row, (), row.created_at))
            for row in granted
        ]
        ports.records.add_many([row for row in granted if not isinstance(row, MoodropError)])
    return started


def _inserted_once(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Started | MoodropError]:
    """Those rows inserted that the same request has not started before; the others as it started them."""
    keys = [row.idempotency_key or "" for row in rows if not isinstance(row, MoodropError)]
    earlier = {upload.idempotency_key: upload for upload in ports.records.started_by_many(caller.owner, keys)}
    new = [row for row in rows if isinstance(row, MoodropError) or row.idempotency_key not in earlier]
    try:
        inserted = iter(_inserted(ports, caller, new))
    except IdempotencyKeyReused:
        # The same request came twice at once: now the other one's are there.
        return _inserted_once(ports, caller, rows)
    return [
        next(inserted)
        if isinstance(row, MoodropError) or row.idempotency_key not in earlier
        else _again(ports, row, earlier[row.idempotency_key])
        for row in rows
    ]


def _again(ports: Ports, row: Upload, earlier: Upload) -> Started | MoodropError:
    now = ports.now()
    try:
        upload = kept_alive(ports, same_request(earlier, row), (), now)
    except MoodropError as error:
        return error
    return upload, transfer_of(ports, upload, (), now)


def _begun(ports: Ports, caller: Caller, new: NewUpload, idempotency_key: str | None) -> Upload | MoodropError:
    try:
        upload = declared(ports, caller, new)
        return upload if idempotency_key is None else with_key(upload, idempotency_key, new)
    except MoodropError as error:
        return error


def _granted(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Upload | MoodropError]:
    sizes = [row.size_bytes or 0 for row in rows if not isinstance(row, MoodropError)]
    refused = iter(grants.spend(ports, caller, sizes))
    return [row if isinstance(row, MoodropError) else next(refused) or row for row in rows]
