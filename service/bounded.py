"""Builds the ports twice: with a gate before every call, for requests, and without gates, for background work.

Both may be measured and traced.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from service.accounts.ports.accounts import Accounts
from service.operations.settings import OperationsSettings
from service.ports import Ports
from service.shared.adapters.gate import Gate, Gated
from service.shared.errors import DatabaseUnavailable
from service.store.errors import StoreUnavailable
from service.store.places import bucket_name, split_place
from service.store.stores import each_store

# Threads of a worker that never wait for the store or the database.
OTHER_THREADS = 3
# Nearly all calls need the database, so waiting for it keeps no thread from other work. A disk may pause this long.
DATABASE_STALL_TIMEOUT_S = 2.0
# These use no network, or only an operator's command calls them, in a process without requests.
FREE = frozenset(
    (
        *("presign_put", "presign_post", "presign_get", "presign_part", "iter_objects", "close"),
        *("read", "write", "put_small"),
    )
)
# These may take a minute for a large file: see COPY_TIMEOUT_S in service/store/s3/store.py.
LONG = frozenset(("copy", "complete_multipart", "digest"))

Port = TypeVar("Port")


def bounded(ports: Ports, threads: int) -> Ports:
    """Return the gated ports for a worker with this number of threads."""
    places = max(1, threads - OTHER_THREADS)
    database = Gate(
        DatabaseUnavailable,
        ports.records.ping,
        # One less than the threads of one caller, so that one thread is left to answer that the database is busy.
        places=max(1, places - 1),
        places_of_one=places,
        long_places=places,
        stall_timeout_s=DATABASE_STALL_TIMEOUT_S,
    )
    buckets = {split_place(place)[0]: place for place in reversed(ports.policy.buckets)}

    def gated_store(name: str, store: Any) -> Gated:
        bucket = buckets.get(name, ports.policy.bucket)
        gate = Gate(
            StoreUnavailable,
            lambda: store.ping(bucket_name(bucket)),
            places=places,
            places_of_one=max(1, places // 2 + 1),
            long_places=max(1, places // 2),
        )
        return Gated(store, gate, free=FREE, long=LONG, owner_of=_owner_of_key)

    return replace(
        ports,
        objects=each_store(ports.objects, gated_store),
        records=_gated(ports.records, database),
        grants=_gated(ports.grants, database),
        quotas=_gated(ports.quotas, database),
        sessions=_gated(ports.sessions, database),
        jobs=_gated(ports.jobs, database),
        deliveries=_gated(ports.deliveries, database),
        listens=_gated(ports.listens, database),
        positions=_gated(ports.positions, database),
        listeners=_gated(ports.listeners, database),
        call_limiter=ports.call_limiter and _gated(ports.call_limiter, database),
        neighbours=_gated(ports.neighbours, database),
        accounts=_of_accounts(ports.accounts, lambda port: _gated(port, database)),
    )


def observed(ports: Ports, settings: OperationsSettings) -> Ports:
    """Return the ports as the settings want them: measured, traced, both or neither."""
    if settings.metrics_port:
        ports = measured(ports)
    if settings.otel_exporter_otlp_endpoint:
        ports = traced(ports)
    return ports


def measured(ports: Ports) -> Ports:
    """Return the ports with a store, records and listens that count for the metrics."""
    # Imported late: a service without metrics needs no prometheus_client.
    from service.operations.adapters.measured_ports import MeasuredListens, MeasuredRecords, MeasuredStore

    objects, records = each_store(ports.objects, lambda _, store: MeasuredStore(store)), MeasuredRecords(ports.records)
    listens = cast(Any, MeasuredListens(ports.listens))
    return replace(ports, objects=objects, records=cast(Any, records), listens=listens)


def traced(ports: Ports) -> Ports:
    """Return the ports with a store whose calls are spans."""
    # Imported late: OpenTelemetry is an extra.
    from service.operations.adapters.traced_store import TracedStore
    from service.operations.adapters.tracing import tracer

    return replace(ports, objects=each_store(ports.objects, lambda _, store: TracedStore(store, tracer())))


def unbounded(ports: Ports) -> Ports:
    """Return the ports without gates, for start-up and the sweeper, which hold no request's thread."""
    return replace(
        ports,
        objects=each_store(ports.objects, lambda _, store: _bare(store)),
        records=_bare(ports.records),
        grants=_bare(ports.grants),
        quotas=_bare(ports.quotas),
        sessions=_bare(ports.sessions),
        jobs=_bare(ports.jobs),
        deliveries=_bare(ports.deliveries),
        listens=_bare(ports.listens),
        positions=_bare(ports.positions),
        listeners=_bare(ports.listeners),
        neighbours=_bare(ports.neighbours),
        accounts=_of_accounts(ports.accounts, _bare),
    )


def _of_accounts(accounts: Accounts, wrap: Callable[[Any], Any]) -> Accounts:
    """Wrap the collections, and the counts of tries, which have a connection of their own to the same database."""
    # mypy cannot see that the names are those of collections.
    wrapped: dict[str, Any] = {name: wrap(collection) for name, collection in accounts.collections}
    return replace(accounts, attempts=wrap(accounts.attempts), **wrapped)


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
