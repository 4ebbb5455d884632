"""Finds the word that somebody meant who mistyped it: 'galsshouse' for 'glasshouse'."""

from collections.abc import Iterable

# A shorter word is near too many others.
SHORTEST = 4
# From this length on, two mistakes are allowed.
LONG = 8


def beginnings_near(typed: str) -> list[str]:
    """Return the two first letters of the words that may be meant: one letter is missing, doubled or in another place.

    A wrong letter among the first two is not looked for: half of all words would have to be read.
    """
    if len(typed) < SHORTEST:
        return []
    first, second, third = typed[0], typed[1], typed[2]
    return sorted({first + second, first + third, second + first, second + third})


def nearest(typed: str, words: Iterable[str]) -> str | None:
    """Return the word whose beginning is nearest to what was typed; the shortest of several. None if none is near."""
    most = 2 if len(typed) >= LONG else 1
    near = [(distance, len(word), word) for word in set(words) if (distance := _distance(typed, word, most)) <= most]
    return min(near)[2] if near else None


def _distance(typed: str, word: str, most: int) -> int:
    """Return how many letters to insert, remove, replace or swap with the next, to make `typed` a beginning of `word`.

    Ends early where it is more than `most`.
    """
    word = word[: len(typed) + most]
    before: list[int] = []
    row = list(range(len(word) + 1))
    for index, letter in enumerate(typed):
        older, before, row = before, row, [index + 1]
        for place, other in enumerate(word):
            cost = min(before[place + 1] + 1, row[place] + 1, before[place] + (letter != other))
            if index and place and (letter, typed[index - 1]) == (word[place - 1], other):
                cost = min(cost, older[place - 1] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row)
