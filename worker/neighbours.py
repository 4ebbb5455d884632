"""Finds which files are played by the same listeners: item-item products of BM25-weighted plays.

Two files are neighbours only if at least three listeners played both, so that no answer shows what one person, or a
couple, plays.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from service.listening.recommend.model import Neighbours, mood_item

LEAST_LISTENERS = 3
MOST_NEIGHBOURS = 32
MOST_POPULAR = 200
# How fast further plays of a file by the same listener count less, and how much less the plays of those who play many.
K1, B = 1.2, 0.75
# Rows of products held at once.
BLOCK = 256
DIGITS = 5


@dataclass(frozen=True, slots=True)
class Play:
    """How often a listener heard a public file."""

    listener: str
    file_id: str
    count: int


def fit(plays: Iterable[Play], moods: Mapping[str, str], name: str) -> Iterator[Neighbours]:
    """Yield the neighbours of each file that has any, then the popular files of each mood.

    `moods` has the mood of each file that has one; `name` is the fit's own. A listener's plays of a file come once.
    """
    known = sorted(plays, key=lambda play: (play.file_id, play.listener))
    if known:
        yield from _neighbours(known, name)
    yield from _popular(known, moods, name)


def _neighbours(plays: Sequence[Play], name: str) -> Iterator[Neighbours]:
    files = sorted({play.file_id for play in plays})
    counts = _matrix(plays, files)
    weights, played = _bm25(counts), counts.sign()
    for start in range(0, len(files), BLOCK):
        block = slice(start, start + BLOCK)
        products = (weights[:, block].T @ weights).tocsr()
        both_played = (played[:, block].T @ played).tocsr()
        both_played.data = (both_played.data >= LEAST_LISTENERS).astype(np.float64)
        allowed = products.multiply(both_played).tocsr()
        for row in range(allowed.shape[0]):
            yield from _best(files, start + row, allowed[[row]], name)


def _best(files: Sequence[str], index: int, row: Any, name: str) -> Iterator[Neighbours]:
    pairs = [
        (round(float(weight), DIGITS), files[column])
        for column, weight in zip(row.indices, row.data, strict=True)
        if column != index
    ]
    best = sorted((pair for pair in pairs if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))[:MOST_NEIGHBOURS]
    if best:
        yield Neighbours(files[index], tuple(one for _, one in best), tuple(weight for weight, _ in best), name)


def _matrix(plays: Sequence[Play], files: Sequence[str]) -> Any:
    """Return the counts, a row for each listener and a column for each file."""
    columns = {file_id: number for number, file_id in enumerate(files)}
    rows = {listener: number for number, listener in enumerate(sorted({play.listener for play in plays}))}
    shape = (len(rows), len(columns))
    where = ([rows[play.listener] for play in plays], [columns[play.file_id] for play in plays])
    return sparse.csr_matrix((np.array([play.count for play in plays], dtype=np.float64), where), shape=shape)


def _bm25(counts: Any) -> Any:
    """Weight the counts: a file that many play says little, nor does one play of somebody who plays everything."""
    listeners = counts.shape[0]
    played_by = np.asarray(counts.sign().sum(axis=0)).ravel()
    rarity = np.log1p(listeners / played_by)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    slowness = K1 * (1 - B + B * lengths / lengths.mean())
    cells = counts.tocoo()
    weighted = cells.data * (K1 + 1) / (cells.data + slowness[cells.row]) * rarity[cells.col]
    return sparse.csr_matrix((weighted, (cells.row, cells.col)), shape=counts.shape)


def _popular(plays: Sequence[Play], moods: Mapping[str, str], name: str) -> Iterator[Neighbours]:
    """Yield the files of each mood with the most listeners, at least three."""
    listeners = Counter(play.file_id for play in plays)
    by_mood: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for file_id, count in listeners.items():
        if count >= LEAST_LISTENERS and file_id in moods:
            by_mood[moods[file_id]].append((count, file_id))
    for mood, counted in sorted(by_mood.items()):
        best = sorted(counted, key=lambda pair: (-pair[0], pair[1]))[:MOST_POPULAR]
        yield Neighbours(mood_item(mood), tuple(one for _, one in best), tuple(float(many) for many, _ in best), name)
