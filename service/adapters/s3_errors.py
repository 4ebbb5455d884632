"""What boto3 raises, in the catalogue's words: absent, forbidden and unreachable stay apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from service.errors import StoreDenied, StoreUnavailable


def status_of(error: ClientError) -> int:
    """The HTTP status that the store answered with."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code_of(error: ClientError) -> str:
    """The store's own error code, such as NoSuchKey."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise StoreDenied for 401 and 403, StoreUnavailable for all else that goes wrong.

    Methods catch the answers that mean something to them (404, 412) themselves, inside.
    """
    try:
        yield
    except ClientError as error:
        if status_of(error) in (401, 403):
            raise StoreDenied(f"the store refused {doing} ({code_of(error)})") from error
        raise StoreUnavailable(f"the store answered {status_of(error)} {code_of(error)} to {doing}") from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"no answer from the store to {doing} ({type(error).__name__})") from error
