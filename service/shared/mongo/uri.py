"""Has the MongoDB driver read MONGODB_URI before anything starts, so that a bad one gives one line, not a traceback."""

import warnings

from pymongo import MongoClient
from pymongo.errors import PyMongoError

ENCODE = "percent-encode what is special in the user and the password (@ is %40, : is %3A, / is %2F, % is %25)"


def problem_with(uri: str) -> str | None:
    """Return what the driver does not accept in the URI, without a part of its password. Asks no server and no DNS."""
    query = uri.partition("?")[2]
    with warnings.catch_warnings():
        # The driver ignores an option that it does not know, and one with a bad value: journal, for example.
        warnings.simplefilter("error", UserWarning)
        try:
            MongoClient(uri, connect=False).close()
        except (PyMongoError, ValueError, UserWarning) as error:
            # A password with an unescaped '?' ends in the options, whose names the driver quotes.
            return ENCODE if "@" in query else _in_one_line(error)
        except OSError as error:  # of tlsCAFile and the like
            return f"{error.filename}: {error.strerror}"
    return None


def _in_one_line(error: Exception) -> str:
    text = str(error).partition(" Did you mean")[0]
    return ENCODE if "must be escaped" in text else text
