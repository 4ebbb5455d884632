"""Lists that begin with the newest, page by page. A page starts at its place in an index, however far down."""

from typing import Any

from pymongo import DESCENDING

from service.shared.ports.collection import Place


def newest_first(field: str) -> list[tuple[str, int]]:
    """Return the order of a list that begins with the largest value; ties go by the id."""
    return [(field, DESCENDING), ("_id", DESCENDING)]


def beyond(field: str, place: Place) -> dict[str, Any]:
    """Return the filter for documents that follow a place in that order."""
    # The first condition alone says where to start in the index; $or then breaks the ties.
    return {field: {"$lte": place.moment}, "$or": [{field: {"$lt": place.moment}}, {"_id": {"$lt": place.item_id}}]}
