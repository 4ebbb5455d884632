"""Tokens that limit what they may start: checked for each upload, counted over all uploads."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from service.shared.errors import MoodropError
from service.shared.model import Caller, Grant, Spent
from service.uploads.errors import (
    GrantExhausted,
    GrantNeedsDeclaration,
    GrantTooLarge,
    GrantTypeNotAllowed,
)
from service.uploads.ports import Ports

# How often others may be faster before the rest of a batch is refused.
MOST_TRIES = 20


def check_declared(caller: Caller, content_type: str, size_bytes: int) -> None:
    """Raise GrantTypeNotAllowed or GrantTooLarge if the token could never start this upload."""
    grant = caller.grant
    if grant is None:
        return
    if grant.content_types and not any(fnmatchcase(content_type, pattern) for pattern in grant.content_types):
        accepted = ", ".join(grant.content_types)
        raise GrantTypeNotAllowed(f"{content_type!r} is not among the token's types: {accepted}")
    if grant.max_bytes is not None and size_bytes > grant.max_bytes:
        raise GrantTooLarge(f"{size_bytes} bytes; the token allows {grant.max_bytes} in all")


def require_undeclared(caller: Caller) -> None:
    """Raise GrantNeedsDeclaration if the token limits what this kind of upload does not declare."""
    grant = caller.grant
    if grant and (grant.content_types or grant.max_bytes is not None):
        raise GrantNeedsDeclaration


def is_counted(caller: Caller) -> bool:
    """Return whether the uploads of this token are counted."""
    return caller.grant is not None and bool(caller.grant.usage_id)


class Remaining(NamedTuple):
    """The files and bytes that a token may still upload; None if it does not limit them."""

    files: int | None
    size_bytes: int | None


def left(ports: Ports, grant: Grant) -> Remaining:
    """Return how much the token may still upload."""
    spent = ports.grants.spent(grant) if grant.usage_id else Spent()
    files = None if grant.max_files is None else max(0, grant.max_files - spent.files)
    size_bytes = None if grant.max_bytes is None else max(0, grant.max_bytes - spent.size_bytes)
    return Remaining(files, size_bytes)


def spend(ports: Ports, caller: Caller, sizes: Sequence[int]) -> list[MoodropError | None]:
    """Take uploads of these sizes from what the token has left; return None or an error for each.

    The first that fit are taken, in order. Nothing is ever given back: see ports/grants.py.
    """
    grant, chosen = caller.grant, list(range(len(sizes)))
    if grant is None or not is_counted(caller) or not sizes:
        return [None] * len(sizes)
    spent = Spent()
    for _ in range(MOST_TRIES):
        if not chosen or ports.grants.spend(grant, len(chosen), sum(sizes[index] for index in chosen)):
            break
        # Too little was left for all; what others have taken only grows.
        spent = ports.grants.spent(grant)
        chosen = _fitting(grant, spent, sizes)
    else:
        chosen = []
    refused = GrantExhausted(f"the token has started {spent.files} uploads of {spent.size_bytes} bytes already")
    taken = frozenset(chosen)
    return [None if index in taken else refused for index in range(len(sizes))]


def _fitting(grant: Grant, spent: Spent, sizes: Sequence[int]) -> list[int]:
    files, size_bytes, fitting = spent.files, spent.size_bytes, []
    for index, size in enumerate(sizes):
        many = grant.max_files is not None and files + 1 > grant.max_files
        much = grant.max_bytes is not None and size_bytes + size > grant.max_bytes
        if not many and not much:
            files, size_bytes = files + 1, size_bytes + size
            fitting.append(index)
    return fitting
