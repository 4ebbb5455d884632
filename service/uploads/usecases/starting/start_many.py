"""Starts many uploads at once: each is accepted or refused by itself, and all are written by one insert."""

from collections.abc import Sequence

from service.shared.errors import MoodropError
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE, require
from service.uploads.errors import IdempotencyKeyReused
from service.uploads.model import Upload
from service.uploads.ports import Ports
from service.uploads.usecases import allowance
from service.uploads.usecases.starting.declare import (
    NewUpload,
    build_upload,
    same_request,
    with_key,
)
from service.uploads.usecases.starting.pending import room_for_all
from service.uploads.usecases.starting.renew import extend_deadlines
from service.uploads.usecases.starting.signed_requests import StartedUpload, sign_transfer


def start_uploads(
    ports: Ports, caller: Caller, many: Sequence[NewUpload | MoodropError], idempotency_key: str | None = None
) -> list[StartedUpload | MoodropError]:
    """Do what `start_upload` does, for many by one insert; return each upload with its URL, or its error, in order.

    A row that comes as an error is returned as it is. An upload in parts gets no URLs yet; it is opened in the store
    when the first are requested, because opening a thousand would take seconds.
    """
    require(caller, UPLOADS_WRITE)
    keys = [idempotency_key and f"{idempotency_key}\n{index}" for index in range(len(many))]
    rows = [
        new if isinstance(new, MoodropError) else _build(ports, caller, new, key)
        for new, key in zip(many, keys, strict=True)
    ]
    return _insert(ports, caller, rows) if idempotency_key is None else _insert_once(ports, caller, rows)


def _insert(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[StartedUpload | MoodropError]:
    sizes = [row.size_bytes for row in rows if not isinstance(row, MoodropError)]
    with room_for_all(ports, caller.owner, sizes) as refusals:
        refused = iter(refusals)
        fitting = [row if isinstance(row, MoodropError) else next(refused) or row for row in rows]
        granted = _take(ports, caller, fitting)
        started = [
            row if isinstance(row, MoodropError) else StartedUpload(row, sign_transfer(ports, row, (), row.created_at))
            for row in granted
        ]
        new = [row for row in granted if not isinstance(row, MoodropError)]
        with allowance.released_on_error(ports, caller.owner, new):
            ports.records.add_many(new)
    return started


def _insert_once(
    ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]
) -> list[StartedUpload | MoodropError]:
    """Insert the rows that this request has not started yet; reuse the rest."""
    keys = [row.idempotency_key or "" for row in rows if not isinstance(row, MoodropError)]
    earlier = {upload.idempotency_key: upload for upload in ports.records.started_by_many(caller.owner, keys)}
    new = [row for row in rows if isinstance(row, MoodropError) or row.idempotency_key not in earlier]
    try:
        inserted = iter(_insert(ports, caller, new))
    except IdempotencyKeyReused:
        # The same request came twice at once: by now the rows of the other one are there.
        return _insert_once(ports, caller, rows)
    return [
        next(inserted)
        if isinstance(row, MoodropError) or row.idempotency_key not in earlier
        else _start_again(ports, row, earlier[row.idempotency_key])
        for row in rows
    ]


def _start_again(ports: Ports, row: Upload, earlier: Upload) -> StartedUpload | MoodropError:
    now = ports.now()
    try:
        upload = extend_deadlines(ports, same_request(earlier, row), (), now)
    except MoodropError as error:
        return error
    return StartedUpload(upload, sign_transfer(ports, upload, (), now))


def _build(ports: Ports, caller: Caller, new: NewUpload, idempotency_key: str | None) -> Upload | MoodropError:
    try:
        upload = build_upload(ports, caller, new)
        return upload if idempotency_key is None else with_key(upload, idempotency_key, new)
    except MoodropError as error:
        return error


def _take(ports: Ports, caller: Caller, rows: Sequence[Upload | MoodropError]) -> list[Upload | MoodropError]:
    refused = iter(allowance.take(ports, caller, [row for row in rows if not isinstance(row, MoodropError)]))
    return [row if isinstance(row, MoodropError) else next(refused) or row for row in rows]
