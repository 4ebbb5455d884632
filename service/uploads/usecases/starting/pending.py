"""Limits how much one owner may have pending: enforces MAX_PENDING_BYTES at each start.

The database sums the pending bytes, and this process adds what it is writing meanwhile. Far from the limit, one sum
allows several starts; docs/design/08-finding.md says by how much several processes can exceed the limit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from service.shared.errors import DatabaseUnavailable
from service.shared.model import Caller
from service.uploads.errors import TooMuchPending
from service.uploads.model import Upload
from service.uploads.ports import Ports
from service.uploads.usecases.allowance import released_on_error, take

# The share of the free room that may be started before the next sum.
SHARE = 16


def add_pending(ports: Ports, caller: Caller, upload: Upload, write: Callable[[Upload], None] | None = None) -> None:
    """Write the document of a new upload, before its URL is issued, and count it on the owner's quota and the grant.

    `write` writes it, `RecordStore.add` if none is given. Raises TooMuchPending, QuotaExceeded or GrantExhausted and
    then writes nothing. Raises what `write` raises.
    """
    with room_for_all(ports, upload.owner, [upload.size_bytes]) as refused:
        if error := refused[0] or take(ports, caller, [upload])[0]:
            raise error
        with released_on_error(ports, upload.owner, [upload]):
            (write or ports.records.add)(upload)


@contextmanager
def room_for_all(ports: Ports, owner: str, sizes: Sequence[int | None]) -> Iterator[list[TooMuchPending | None]]:
    """Reserve room for the owner's uploads of these sizes while they are written; yield None or an error for each.

    Uploads get room in order, as long as they fit.
    """
    policy = ports.policy
    limit, requested = policy.max_pending_bytes, [policy.pending_bytes_of(size) for size in sizes]
    if not limit or not requested:
        yield [None] * len(requested)
        return
    allowance = ports.allowances.of(owner)
    with allowance.taken(sum(requested), limit) as enough:
        if enough:
            yield [None] * len(requested)
            return
    # Get a place at the database before waiting for the turn: waiting callers hold a thread as well.
    with ExitStack() as turn:
        turn.enter_context(ports.records.many(owner))
        if not turn.enter_context(allowance.turn()):
            raise DatabaseUnavailable("too many starts wait for the sum of the pending bytes")
        # The sum that this call waited for may allow it too. Otherwise callers that came at once would sum one after
        # another, each would find the allowance emptied by the one before, and so would all who came meanwhile.
        with allowance.taken(sum(requested), limit) as enough:
            if enough:
                turn.close()
                yield [None] * len(requested)
                return
        in_flight = allowance.emptied()
        pending = in_flight + ports.records.pending_bytes(owner, ports.now(), policy.undeclared_bytes)
        refused = _refused(pending, limit, requested)
        yield refused
        taken = sum(size for size, error in zip(requested, refused, strict=True) if error is None)
        allowance.refill(max(0, limit - pending - taken) // SHARE, limit)


def _refused(pending: int, limit: int, requested: Sequence[int]) -> list[TooMuchPending | None]:
    refused: list[TooMuchPending | None] = []
    for size in requested:
        fits = pending + size <= limit
        pending += size if fits else 0
        refused.append(None if fits else _too_much(pending, limit, size))
    return refused


def _too_much(pending: int, limit: int, size: int) -> TooMuchPending:
    return TooMuchPending(f"{pending} bytes are under way, and {size} more would be over {limit}")
