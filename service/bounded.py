"""Builds the ports twice: with a gate before every call, for requests, and without gates, for background work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from service.accounts.ports.accounts import Accounts
from service.ports import Ports
from service.shared.adapters.gate import Gate, Gated
from service.shared.errors import DatabaseUnavailable
from service.shared.ports.collection import Collection
from service.store.errors import StoreUnavailable

# Threads of a worker that never wait for the store or the database.
OTHER_THREADS = 3
# Nearly all calls need the database, so waiting for it keeps no thread from other work. A disk may pause this long.
DATABASE_STALL_TIMEOUT_S = 2.0
# These use no network.
FREE = frozenset(("presign_put", "presign_post", "presign_get", "presign_part", "iter_objects", "close"))
# These may take a minute for a large file: see COPY_TIMEOUT_S in service/store/s3/store.py.
LONG = frozenset(("copy", "complete_multipart"))

Port = TypeVar("Port")


def bounded(ports: Ports, threads: int) -> Ports:
    """Return the gated ports for a worker with this number of threads."""
    places = max(1, threads - OTHER_THREADS)
    share, long_places = max(1, places // 2 + 1), max(1, places // 2)
    bucket = ports.policy.bucket
    store = Gate(
        StoreUnavailable,
        lambda: ports.objects.ping(bucket),
        places=places,
        places_of_one=share,
        long_places=long_places,
    )
    database = Gate(
        DatabaseUnavailable,
        ports.records.ping,
        # One less than the threads of one caller, so that one thread is left to answer that the database is busy.
        places=max(1, places - 1),
        places_of_one=places,
        long_places=places,
        stall_timeout_s=DATABASE_STALL_TIMEOUT_S,
    )
    objects = cast(Any, Gated(ports.objects, store, free=FREE, long=LONG, owner_of=_owner_of_key))
    return replace(
        ports,
        objects=objects,
        records=_gated(ports.records, database),
        grants=_gated(ports.grants, database),
        quotas=_gated(ports.quotas, database),
        sessions=_gated(ports.sessions, database),
        accounts=_of_collections(ports.accounts, lambda collection: _gated(collection, database)),
    )


def unbounded(ports: Ports) -> Ports:
    """Return the ports without gates, for start-up and the sweeper, which hold no request's thread."""
    return replace(
        ports,
        objects=_bare(ports.objects),
        records=_bare(ports.records),
        grants=_bare(ports.grants),
        quotas=_bare(ports.quotas),
        sessions=_bare(ports.sessions),
        accounts=_of_collections(ports.accounts, _bare),
    )


def _of_collections(accounts: Accounts, wrap: Callable[[Collection[Any]], Collection[Any]]) -> Accounts:
    # mypy cannot see that the names are those of collections.
    wrapped: dict[str, Any] = {name: wrap(collection) for name, collection in accounts.collections}
    return replace(accounts, **wrapped)


def _gated(port: Port, gate: Gate) -> Port:
    # The proxy has every method of its target; mypy cannot see that.
    return cast(Port, Gated(port, gate, free=FREE, long=frozenset(), owner_of=_nobody))


def _bare(port: Port) -> Port:
    return cast(Port, port.port) if isinstance(port, Gated) else port


def _owner_of_key(bucket: str, object_key: str = "", *rest: object, **named: object) -> str:
    """Return the owner in the call's key (uploads/<owner>/…, incoming/<owner>/…), or "" if the call names no key."""
    return object_key.partition("/")[2].partition("/")[0]


def _nobody(*args: object, **named: object) -> str:
    return ""
