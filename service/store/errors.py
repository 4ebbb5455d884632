"""Why the object store cannot be used.

MoodropError
└─ Unavailable        503  StoreUnsafe  StoreUnavailable  StoreDenied
"""

from service.shared.errors import Unavailable

# From a store that is starting or overloaded, or from a proxy before it. It may answer in a moment.
PASSING_STATUSES = (429, 500, 502, 503, 504)


class StoreUnsafe(Unavailable):
    code = "store_unsafe"
    title = "The object store does not enforce what uploads need"
    hint = "The log lists the failed checks and how to fix each."
    retryable = False


class StoreUnavailable(Unavailable):
    code = "store_unavailable"
    title = "The object store does not answer"
    is_answered = False  # True if it did answer, with a failure: it is no longer at work on the request


class StoreDenied(Unavailable):
    code = "store_denied"
    title = "The object store refused the service's credentials"
    hint = "The operator should check MINIO_ACCESS_KEY, MINIO_SECRET_KEY, their permissions and both clocks."
