"""A store and a database that fail at their n-th call: before it takes effect, or after it with the answer lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from service.ports import Ports
from service.shared.errors import DatabaseUnavailable


@dataclass
class Fault:
    """Fails once, at call number `at`, counted over all ports. It counts on, to report how many calls there were."""

    at: int
    applied: bool  # the call had its effect, and only the answer was lost
    error: type[Exception] = DatabaseUnavailable
    calls: int = 0

    def call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls != self.at:
            return method(*args, **named)
        if self.applied:
            method(*args, **named)
        raise self.error("cut off by the test")


@dataclass
class Interruption:
    """Lets somebody else act once, before call number `at`."""

    at: int
    act: Callable[[], object]
    calls: int = 0

    def call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            self.act()
        return method(*args, **named)


class Faulty:
    """A port whose every method goes through the fault."""

    def __init__(self, port: Any, fault: Fault | Interruption) -> None:
        self._port = port
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._port, name)
        return partial(self._fault.call, attribute) if callable(attribute) else attribute


def with_fault(ports: Ports, fault: Fault | Interruption) -> Ports:
    """Return the same ports, except that one call fails or comes too late."""
    collections: dict[str, Any] = {name: Faulty(port, fault) for name, port in ports.accounts.collections}
    return replace(
        ports,
        objects=Faulty(ports.objects, fault),
        records=Faulty(ports.records, fault),
        sessions=Faulty(ports.sessions, fault),
        accounts=replace(ports.accounts, **collections),
        quotas=Faulty(ports.quotas, fault),
        jobs=Faulty(ports.jobs, fault),
        listens=Faulty(ports.listens, fault),
        positions=Faulty(ports.positions, fault),
        listeners=Faulty(ports.listeners, fault),
        neighbours=Faulty(ports.neighbours, fault),
    )


def each_fault(most: int = 40) -> Iterator[Fault]:
    """Yield both kinds of fault at each call in turn, until the step makes no more calls."""
    for applied in (False, True):
        for at in range(1, most):
            fault = Fault(at, applied)
            yield fault
            if fault.calls < at:
                break


class _Interrupted:
    """A port with a method before which somebody else acts."""

    def __init__(self, port: Any, name: str, act: Callable[[], object], of: str | None) -> None:
        self._port = port
        self._name = name
        self._act = act
        self._of = of
        self._has_acted = False

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._port, name)
        return partial(self._call, attribute) if name == self._name else attribute

    def _call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if not self._has_acted and self._of in (None, args[0]):
            self._has_acted = True
            self._act()
        return method(*args, **named)


def before_call(ports: Ports, name: str, act: Callable[[], object], *, of: str | None = None) -> Ports:
    """Return the same ports, but somebody acts once before the call of that name; `of` is its first argument."""
    objects = _Interrupted(ports.objects, name, act, of)
    records = _Interrupted(ports.records, name, act, of)
    quotas = _Interrupted(ports.quotas, name, act, of)
    jobs = _Interrupted(ports.jobs, name, act, of)
    listens = _Interrupted(ports.listens, name, act, of)
    return replace(ports, objects=objects, records=records, quotas=quotas, jobs=jobs, listens=listens)
