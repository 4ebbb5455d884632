"""Sums a history up by file."""

from collections import defaultdict
from collections.abc import Iterable

from service.listening.model import CountedListen
from service.listening.recommend.model import Heard


def sum_up(listens: Iterable[CountedListen]) -> list[Heard]:
    """Return what was heard of each file, that which was heard last first. The listens come newest first."""
    by_file: dict[str, list[CountedListen]] = defaultdict(list)
    for listen in listens:
        by_file[listen.file_id].append(listen)
    return [
        Heard(file_id, len(of_one), of_one[0].heard_at, sum(map(_share, of_one)) / len(of_one))
        for file_id, of_one in by_file.items()
    ]


def _share(listen: CountedListen) -> float:
    """Return how much of its file was heard; all of it if nobody knows how long that is."""
    if not listen.duration_seconds:
        return 1.0
    return min(1.0, listen.listened_seconds / listen.duration_seconds)
