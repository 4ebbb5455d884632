"""Says why a request to the object store failed: who answered, at which address, and what to try.

Between a client and the store there may be a proxy, a sign-in page or nothing at all. A store answers in XML with a
`<Code>`; whatever else answers is not the store.
"""

import re
from urllib.parse import urlsplit

from moodrop.errors import FileChanged, MoodropError, StoreNoAnswer, StoreRefused
from moodrop.http.transport import Answer, Broken

OTHER_BYTES = frozenset({"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest"})
# Of 4xx answers, those that say nothing about the request itself.
PASSING = frozenset({"RequestTimeout", "IncompleteBody", "SlowDown", "TooManyRequests", "OperationAborted"})
_IS_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)

TOO_LARGE = (
    "Its operator raises the limit of the proxy before the object store, in nginx by `client_max_body_size 0;`. "
    "`flask --app service doctor` on the server tries it."
)
WRONG_PLACE = (
    "Something between here and the object store answers instead: a sign-in page of this network, or a web site at the "
    "address that the service gives out (MINIO_PUBLIC_ENDPOINT)."
)
HOST_CHANGED = (
    "The operator checks MINIO_PUBLIC_ENDPOINT, and that the proxy before the object store passes the Host header on."
)
CLOCKS = "Try again. If fresh URLs have expired too, the clocks of the service and the object store differ."
_HINTS_BY_CODE = {
    "RequestTimeTooSkewed": CLOCKS,
    "SignatureDoesNotMatch": HOST_CHANGED,
    "EntityTooLarge": "The object store itself takes no larger files.",
}
CERTIFICATE = (
    "If a private authority signed it, set SSL_CERT_FILE to the authority's certificate; else the operator mends it."
)
PLAIN_HTTP = "The address may speak plain HTTP: the operator checks MINIO_PUBLIC_ENDPOINT."
UNKNOWN_NAME = "Check DNS here; or the operator sets MINIO_PUBLIC_ENDPOINT to a name that you can reach."
CUT_OFF = (
    "If only large files fail, the proxy before the object store takes none of that size: its operator raises the "
    "limit, in nginx by `client_max_body_size 0;`."
)
# What the system says, and what helps.
_HINTS = (
    ("certificate", CERTIFICATE),
    ("WRONG_VERSION|SSL|TLS", PLAIN_HTTP),
    ("getaddrinfo|not known|name resolution|No address", UNKNOWN_NAME),
    ("reset|Broken pipe|EOF", CUT_OFF),
)
LOOPBACK = "That address is this very machine: if the service is elsewhere, its operator sets MINIO_PUBLIC_ENDPOINT."


def refusal_of(url: str, answer: Answer) -> MoodropError | None:
    """Return the error of an answer to a PUT, or of a refusal to a GET; None if the store did what it was asked."""
    if answer.status < 300:
        return _no_store(url, answer, "a web page") if _IS_PAGE.match(answer.body) else None
    code, message = (_element(name, answer.text) for name in ("Code", "Message"))
    if code in OTHER_BYTES:
        return FileChanged("the file was changed while it was sent: its checksum is another now")
    if not code and (error := _not_by_the_store(url, answer)):
        return error
    said = " ".join(filter(None, (code, message))) or "no reason given"
    hint = CLOCKS if "expired" in message else _HINTS_BY_CODE.get(code)
    return _refused(f"the object store answers {answer.status}: {said}", answer.status, code, hint)


def no_answer(url: str, error: Broken) -> StoreNoAnswer:
    """Return the error of a request that got no answer."""
    parts = urlsplit(url)
    hint = next((hint for words, hint in _HINTS if re.search(words, str(error))), None)
    if hint is None and parts.hostname in ("localhost", "127.0.0.1", "::1"):
        hint = LOOPBACK
    return StoreNoAnswer(f"no answer from the object store at {parts.netloc}: {error}", hint=hint)


def _not_by_the_store(url: str, answer: Answer) -> StoreRefused | None:
    host = urlsplit(url).netloc
    if answer.status == 413:
        detail = f"{host} answers 413: the request body is too large for the proxy before the object store"
        return _refused(detail, 413, "", TOO_LARGE)
    if 300 <= answer.status < 400:
        return _no_store(url, answer, f"a redirect to {urlsplit(answer.location or '').netloc or 'another place'}")
    if answer.status in (401, 407, 511):
        return _no_store(url, answer, "a demand to sign in")
    return None


def _no_store(url: str, answer: Answer, what: str) -> StoreRefused:
    detail = f"{urlsplit(url).netloc} answers {answer.status} with {what}, which no object store does"
    return StoreRefused(detail, status=answer.status, hint=WRONG_PLACE)


def _refused(detail: str, status: int, code: str, hint: str | None) -> StoreRefused:
    # 403: the URL has died; a fresh one may do.
    retryable = status >= 500 or status in (403, 408, 429) or code in PASSING
    return StoreRefused(detail, status=status, retryable=retryable, hint=hint)


def _element(name: str, xml: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", xml)
    return found[1] if found else ""
