"""The port of whoever knows the model: this process, or one of its own."""

from typing import Protocol

from service.listening.recommend.model import Suggestion, Taste


class RecommenderUnavailable(Exception):
    """The recommender gave no answer that can be used. Recommendations follow rules then."""


class Recommender(Protocol):
    """Finds files that suit a taste."""

    def suggest(self, taste: Taste) -> list[Suggestion]:
        """Return at most MOST_SUGGESTIONS files, best first. The caller must check that each may be shown.

        Raises RecommenderUnavailable, or DatabaseUnavailable if this process reads the model itself.
        """
