"""Searches again for what a person probably meant, where nothing has the words that they typed."""

from dataclasses import replace

from service.uploads.ports import Ports
from service.uploads.queries import UploadQuery
from service.uploads.spelling import beginnings_near, nearest


def corrected(ports: Ports, query: UploadQuery) -> UploadQuery | None:
    """Return the query with each word that no file of its owner has replaced by the nearest; None if none is near.

    Public files are not searched for other words: they belong to too many people.
    """
    if query.owner is None or not query.prefixes:
        return None
    words = tuple(_corrected(ports, query.owner, prefix) for prefix in query.prefixes)
    return None if words == query.prefixes else replace(query, prefixes=words)


def _corrected(ports: Ports, owner: str, prefix: str) -> str:
    beginnings = beginnings_near(prefix)
    if not beginnings or ports.records.words_of(owner, [prefix], limit=1):
        return prefix
    words = ports.records.words_of(owner, beginnings)
    return nearest(prefix, words) or prefix
