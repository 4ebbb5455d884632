"""Names a bucket of one of several stores: `mybucket` is in store 1, and `2:mybucket` in store 2.

The code passes such a name around wherever it says `bucket`; no bucket has a colon in its own name. Only `Stores` and
the documents of the database take it apart.
"""

FIRST = "1"


def place_in(store: str | None, bucket: str) -> str:
    """Return the name of a bucket in that store; None is the first."""
    return bucket if store in (None, FIRST) else f"{store}:{bucket}"


def split_place(place: str) -> tuple[str, str]:
    """Return the store and the bucket's own name."""
    store, colon, bucket = place.partition(":")
    return (store, bucket) if colon else (FIRST, place)


def bucket_name(place: str) -> str:
    """Return the bucket's own name, as the store knows it."""
    return place.rpartition(":")[2]


def one_of_each_store(places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first bucket of each store."""
    firsts: dict[str, str] = {}
    for place in places:
        firsts.setdefault(split_place(place)[0], place)
    return tuple(firsts.values())
