"""What the app tells the server of a request that it has answered: for the request log and the metrics."""

from dataclasses import dataclass

# In the WSGI environment, which the server and the app share.
KEY = "moodrop.facts"


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Empty texts are unknown: requests that the server refuses never reach the app."""

    request_id: str = ""
    caller: str = ""  # whose files it may touch
    route: str = ""  # as in the OpenAPI document, never the path: /v1/files/{file_id}
    problem: str = ""  # the code of the error
    problems: tuple[str, ...] = ()  # the same, or those of the rows of a batch


UNKNOWN = RequestFacts()
