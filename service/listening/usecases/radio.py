"""A radio that goes on by itself: from a mood or a song, as long as there is anything to play."""

from dataclasses import replace

from service.listening.ports import Ports
from service.listening.recommend.model import Why
from service.listening.usecases.recommend import Occasion, Recommendation, Recommendations, playable_files, recommend
from service.shared.model import Caller


def continue_radio(ports: Ports, caller: Caller, occasion: Occasion) -> Recommendations:
    """Return the next files. Once nothing else is left, those come again that were heard the longest ago.

    Raises MoodNotAllowed, FileNotFound.
    """
    next_ones = recommend(ports, caller, occasion)
    missing = occasion.limit - len(next_ones.rows)
    if missing <= 0:
        return next_ones
    again = _played_before(ports, caller, occasion, next_ones)
    return replace(next_ones, rows=(*next_ones.rows, *again[:missing]))


def _played_before(
    ports: Ports, caller: Caller, occasion: Occasion, next_ones: Recommendations
) -> list[Recommendation]:
    """Return what was heard before, the longest ago first, and what this radio played at the end."""
    days = {one.file_id: max(0, (ports.now() - one.last_at).days) for one in reversed(next_ones.heard)}
    played = list(dict.fromkeys(reversed(occasion.played)))  # each once, at the place of its last time
    order = [*(one for one in days if one not in occasion.played), *reversed(played)]
    just_played = set(played[:1]) if len(order) > 1 else set()
    coming = {row.file.upload_id for row in next_ones.rows}
    left_out = {*occasion.refused, *coming, *just_played}
    files = playable_files(ports, caller, [one for one in order if one not in left_out])
    return [
        Recommendation(files[one], Why("not_heard_lately", days=days.get(one, 0)))
        for one in order
        if one in files and not (occasion.strict and occasion.mood and files[one].metadata.mood != occasion.mood)
    ]
