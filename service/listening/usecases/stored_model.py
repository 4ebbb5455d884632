"""Suggests files by the model in the database."""

from service.listening.ports.neighbours import NeighbourStore
from service.listening.recommend.model import MOST_SUGGESTIONS, Suggestion, Taste
from service.listening.recommend.suggest import items_of, suggest


class StoredModel:
    """The Recommender port on the documents of the last fit."""

    def __init__(self, neighbours: NeighbourStore) -> None:
        self._neighbours = neighbours

    def suggest(self, taste: Taste, limit: int = MOST_SUGGESTIONS) -> list[Suggestion]:
        return suggest(taste, self._neighbours.get_many(items_of(taste)), limit)
