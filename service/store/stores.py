"""Several object stores as one: each call goes to the store that the bucket's name says (see places.py)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from service.shared.checks import StoreCheck
from service.store.errors import StoreUnavailable
from service.store.places import split_place
from service.store.port import ObjectStore


class Stores:
    """Implements the ObjectStore port. Threads share it."""

    def __init__(self, stores: Mapping[str, ObjectStore]) -> None:
        self.stores = stores

    def each(self, wrap: Callable[[str, Any], Any]) -> "Stores":
        """Return the same with every store wrapped; `wrap` gets its name and itself."""
        return Stores({name: cast(ObjectStore, wrap(name, store)) for name, store in self.stores.items()})

    def __getattr__(self, name: str) -> Any:
        """Return a method that takes a bucket first."""
        if name.startswith("_"):
            raise AttributeError(name)

        def call(bucket: str, *args: Any, **named: Any) -> Any:
            store, own_name = split_place(bucket)
            return getattr(self._of(store), name)(own_name, *args, **named)

        # Found at once the next time.
        setattr(self, name, call)
        return call

    def _of(self, name: str) -> ObjectStore:
        try:
            return self.stores[name]
        except KeyError:
            known = ", ".join(self.stores)
            raise StoreUnavailable(f"a file is in store {name[:40]!r}; the settings name: {known}") from None

    def prepare(self, buckets: tuple[str, ...]) -> list[StoreCheck]:
        places = [split_place(bucket) for bucket in buckets]
        return [
            check
            for name in dict.fromkeys(store for store, _ in places)
            for check in self._of(name).prepare(tuple(bucket for store, bucket in places if store == name))
        ]

    # What one of the stores does not do, no upload relies on.
    @property
    def seals_puts(self) -> bool:
        return all(store.seals_puts for store in self.stores.values())

    @property
    def refuses_half_bodies(self) -> bool:
        return all(store.refuses_half_bodies for store in self.stores.values())

    @property
    def takes_forms(self) -> bool:
        return all(store.takes_forms for store in self.stores.values())

    @contextmanager
    def many(self, owner: str) -> Iterator[None]:
        with ExitStack() as stack:
            for store in self.stores.values():
                stack.enter_context(store.many(owner))
            yield


def each_store(objects: ObjectStore, wrap: Callable[[str, Any], Any]) -> ObjectStore:
    """Wrap the store, or each of several; `wrap` gets its name, "" for a store alone, and itself."""
    made = objects.each(wrap) if isinstance(objects, Stores) else wrap("", objects)
    return cast(ObjectStore, made)
