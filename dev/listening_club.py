"""A made-up club of listeners, the same on every machine: what they played, and what they play after that.

Everyone likes a few genres and, within each mood, plays what they like and what everyone plays. The recommender is
measured by how well it foresees the later plays.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log2
from random import Random

MOODS = ("happy", "sad", "calm", "energetic", "romantic", "focus")
GENRES = 15
BEST = 20  # of a ranking, those that count


@dataclass(frozen=True, slots=True)
class ClubSong:
    file_id: str
    mood: str
    genre: int
    artist: str
    fame: float  # how much more often it is played than others, whatever one likes


@dataclass(frozen=True, slots=True)
class Club:
    songs: tuple[ClubSong, ...]
    played: dict[str, tuple[str, ...]]  # by listener, the last one at the end
    later: dict[str, tuple[str, ...]]


def make_club(seed: int, *, listeners: int = 200, songs: int = 2000, plays: int = 200) -> Club:
    """Return a club in which everyone has played so many songs; the last fifth of them comes later."""
    chance = Random(seed)  # noqa: S311 - nothing secret
    library = tuple(_song(chance, number) for number in range(songs))
    everyone = {f"listener-{number}": _plays_of(chance, library, plays) for number in range(listeners)}
    cut = plays * 4 // 5
    return Club(
        songs=library,
        played={name: history[:cut] for name, history in everyone.items()},
        later={name: history[cut:] for name, history in everyone.items()},
    )


def _song(chance: Random, number: int) -> ClubSong:
    genre = chance.randrange(GENRES)
    return ClubSong(
        file_id=f"{number:026d}",
        mood=chance.choice(MOODS),
        genre=genre,
        artist=f"artist {genre}-{chance.randrange(12)}",
        fame=chance.paretovariate(1.6),
    )


def _plays_of(chance: Random, library: tuple[ClubSong, ...], plays: int) -> tuple[str, ...]:
    likes = {genre: 1 + 9 * chance.random() for genre in chance.sample(range(GENRES), 4)}
    own_moods = chance.sample(MOODS, 3)
    sums: dict[str, tuple[list[ClubSong], list[float]]] = {}
    for mood in own_moods:
        there = [song for song in library if song.mood == mood]
        sums[mood] = there, list(accumulate(song.fame * likes.get(song.genre, 0.25) for song in there))
    history = []
    for mood in chance.choices(own_moods, k=plays):
        there, weights = sums[mood]
        history.append(chance.choices(there, cum_weights=weights)[0].file_id)
    return tuple(history)


def ndcg(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Return how well the best 20 of a ranking meet what was relevant: 1 if nothing could stand higher, 0 if none did.

    `relevant` has at least one element.
    """
    gains = (1 / log2(place + 2) for place, item in enumerate(ranking[:BEST]) if item in relevant)
    return sum(gains) / sum(1 / log2(place + 2) for place in range(min(BEST, len(relevant))))
