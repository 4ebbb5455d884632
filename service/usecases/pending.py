"""How much one owner may have under way: MAX_PENDING_BYTES, held at each start.

What is pending is summed in the database, and what is written meanwhile by this process is added. Far from the bound a
sum allows for more than one start: see docs/design/08-finding.md for what several processes can make of that.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from service.errors import DatabaseUnavailable, TooMuchPending
from service.model import Caller, Upload
from service.ports import Ports
from service.usecases import grants

# Of what a sum found to be free, the share that may be started before the next sum.
SHARE = 16


def add_pending(ports: Ports, caller: Caller, upload: Upload) -> None:
    """Write the document of a new upload, which is there before a URL leaves, and take it from what the token has left.

    Raises TooMuchPending, GrantExhausted; then nothing is written. Raises what `RecordStore.add` does.
    """
    with room_for_all(ports, upload.owner, [upload.size_bytes]) as refused:
        if error := refused[0]:
            raise error
        grants.spend_one(ports, caller, max(upload.size_bytes, 0))
        ports.records.add(upload)


@contextmanager
def room_for_all(ports: Ports, owner: str, sizes: Sequence[int]) -> Iterator[list[TooMuchPending | None]]:
    """Room for the owner's uploads of these sizes, while they are being written; for each None, or why it has none.

    The first that fit are taken, in order.
    """
    policy = ports.policy
    limit, wanted = policy.max_pending_bytes, [policy.pending_bytes_of(size) for size in sizes]
    if not limit or not wanted:
        yield [None] * len(wanted)
        return
    allowance = ports.allowances.of(owner)
    with allowance.taken(sum(wanted), limit) as enough:
        if enough:
            yield [None] * len(wanted)
            return
    with allowance.turn() as is_alone:
        if not is_alone:
            raise DatabaseUnavailable("others wait for the sum of what is pending")
        in_flight = allowance.emptied()
        pending = in_flight + ports.records.pending_bytes(owner, ports.now(), policy.max_upload_bytes)
        refused = _refused(pending, limit, wanted)
        yield refused
        taken = sum(size for size, error in zip(wanted, refused, strict=True) if error is None)
        allowance.refill(max(0, limit - pending - taken) // SHARE, limit)


def _refused(pending: int, limit: int, wanted: Sequence[int]) -> list[TooMuchPending | None]:
    refused: list[TooMuchPending | None] = []
    for size in wanted:
        fits = pending + size <= limit
        pending += size if fits else 0
        refused.append(None if fits else _too_much(pending, limit, size))
    return refused


def _too_much(pending: int, limit: int, size: int) -> TooMuchPending:
    return TooMuchPending(f"{pending} bytes are under way, and {size} more would be over {limit}")
