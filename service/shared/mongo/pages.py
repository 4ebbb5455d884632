"""Lists that begin with the newest, page by page: each page starts at a place in an index, however deep it lies."""

from typing import Any

from pymongo import DESCENDING

from service.shared.ports.collection import Place


def newest_first(field: str) -> list[tuple[str, int]]:
    """Return the order of a list that begins with the largest value; ties go by the id."""
    return [(field, DESCENDING), ("_id", DESCENDING)]


def beyond(field: str, place: Place) -> dict[str, Any]:
    """Return the filter of what follows a place in that order."""
    # The first condition alone says where to start in the index; $or then breaks the ties.
    return {field: {"$lte": place.moment}, "$or": [{field: {"$lt": place.moment}}, {"_id": {"$lt": place.item_id}}]}
