"""What you may want to hear next, and why."""

from collections.abc import Sequence

from moodrop.calls.parsing import parse
from moodrop.calls.service import Service
from moodrop.listening import Recommendations

MOST_REMEMBERED = 200  # of what a radio played, and of what was refused


class Recommender:
    """Recommends files that you may read. Every method raises what those of Client do."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def recommend(self, mood: str | None = None, *, strict: bool = False, limit: int = 12) -> Recommendations:
        """Return at most `limit` files (50 at most) for a mood, or for any; only files in that mood if `strict`.

        Raises Invalid if the service has no such mood.
        """
        params = {"mood": mood, "strict": "1" if strict else None, "limit": limit}
        return parse(Recommendations, self._service.call("GET", "/v1/recommendations", params=params))

    def continue_radio(
        self,
        *,
        mood: str | None = None,
        file_id: str | None = None,
        strict: bool = False,
        played: Sequence[str] = (),
        refused: Sequence[str] = (),
        limit: int = 5,
    ) -> Recommendations:
        """Return the next files of a radio that starts from a mood, from a file, or from both.

        `played` are the ids of what it has played, in that order, and `refused` of what was answered with "not this":
        of each the last 200 are sent. Raises NotFound if you cannot read the file, and Invalid.
        """
        body = {
            "mood": mood,
            "file_id": file_id,
            "strict": strict,
            "played": list(played)[-MOST_REMEMBERED:],
            "refused": list(refused)[-MOST_REMEMBERED:],
            "limit": limit,
        }
        return parse(Recommendations, self._service.call("POST", "/v1/radio", body=body))
