"""Says why a request to the object store failed: who answered, at which address, and what to try.

Between a client and the store there may be a proxy, a sign-in page or nothing at all. A store answers in XML with a
`<Code>`; anything else that answers is not the store.
"""

import re
from urllib.parse import urlsplit

from moodrop.errors import FileChanged, MoodropError, StoreNoAnswer, StoreRefused
from moodrop.http.transport import Response, TransportError

OTHER_BYTES = frozenset({"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest"})
# Codes of 4xx responses that are not about the request itself.
PASSING = frozenset({"RequestTimeout", "IncompleteBody", "SlowDown", "TooManyRequests", "OperationAborted"})
_IS_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)

TOO_LARGE = (
    "Its operator has to raise the limit of the proxy before the object store, in nginx by `client_max_body_size 0;`. "
    "`flask --app service doctor` on the server checks it."
)
WRONG_PLACE = (
    "Something else answers in place of the object store: a sign-in page of this network, or a web site at the address "
    "that the service gives out (MINIO_PUBLIC_ENDPOINT)."
)
HOST_CHANGED = (
    "The operator has to check MINIO_PUBLIC_ENDPOINT, and that the proxy before the object store forwards the Host "
    "header."
)
CLOCKS = "Try again. If fresh URLs have expired too, the clocks of the service and the object store differ."
_HINTS_BY_CODE = {
    "RequestTimeTooSkewed": CLOCKS,
    "SignatureDoesNotMatch": HOST_CHANGED,
    "EntityTooLarge": "The object store itself takes no larger files.",
}
CERTIFICATE = (
    "If a private authority signed it, set SSL_CERT_FILE to its certificate; otherwise the operator has to fix it."
)
PLAIN_HTTP = "The address may speak plain HTTP: the operator has to check MINIO_PUBLIC_ENDPOINT."
UNKNOWN_NAME = "Check DNS on this machine, or have the operator set MINIO_PUBLIC_ENDPOINT to a name that you can reach."
CUT_OFF = (
    "If only large files fail, the proxy before the object store refuses their size: its operator has to raise the "
    "limit, in nginx by `client_max_body_size 0;`."
)
# Words in the system's error, and the hint for it.
_HINTS = (
    ("certificate", CERTIFICATE),
    ("WRONG_VERSION|SSL|TLS", PLAIN_HTTP),
    ("getaddrinfo|not known|name resolution|No address", UNKNOWN_NAME),
    ("reset|Broken pipe|EOF", CUT_OFF),
)
LOOPBACK = "That address is this machine. If the service is elsewhere, its operator has to set MINIO_PUBLIC_ENDPOINT."


def refusal_of(url: str, response: Response) -> MoodropError | None:
    """Return the error in a response to a PUT, or in a refusal of a GET; None if the store accepted the request."""
    if response.status < 300:
        return _no_store(url, response, "a web page") if _IS_PAGE.match(response.body) else None
    code, message = (_element(name, response.text) for name in ("Code", "Message"))
    if code in OTHER_BYTES:
        return FileChanged("the file was changed while it was sent: its checksum is different now")
    if not code and (error := _not_by_the_store(url, response)):
        return error
    reason = " ".join(filter(None, (code, message))) or "no reason given"
    hint = CLOCKS if "expired" in message else _HINTS_BY_CODE.get(code)
    return _refused(f"the object store answers {response.status}: {reason}", response.status, code, hint)


def no_answer(url: str, error: TransportError) -> StoreNoAnswer:
    """Return the error for a request that got no response."""
    parts = urlsplit(url)
    hint = next((hint for words, hint in _HINTS if re.search(words, str(error))), None)
    if hint is None and parts.hostname in ("localhost", "127.0.0.1", "::1"):
        hint = LOOPBACK
    return StoreNoAnswer(f"no answer from the object store at {parts.netloc}: {error}", hint=hint)


def _not_by_the_store(url: str, response: Response) -> StoreRefused | None:
    host = urlsplit(url).netloc
    if response.status == 413:
        detail = f"{host} answers 413: the request body is too large for the proxy before the object store"
        return _refused(detail, 413, "", TOO_LARGE)
    if 300 <= response.status < 400:
        return _no_store(url, response, f"a redirect to {urlsplit(response.location or '').netloc or 'another place'}")
    if response.status in (401, 407, 511):
        return _no_store(url, response, "a demand to sign in")
    return None


def _no_store(url: str, response: Response, what: str) -> StoreRefused:
    detail = f"{urlsplit(url).netloc} answers {response.status} with {what}, which no object store does"
    return StoreRefused(detail, status=response.status, hint=WRONG_PLACE)


def _refused(detail: str, status: int, code: str, hint: str | None) -> StoreRefused:
    # 403: the URL has expired; a fresh one may work. 409: another write to the key, or to its folder, is under way.
    retryable = status >= 500 or status in (403, 408, 409, 429) or code in PASSING
    return StoreRefused(detail, status=status, retryable=retryable, hint=hint)


def _element(name: str, xml: str) -> str:
    match = re.search(f"<{name}>([^<]*)</{name}>", xml)
    return match[1] if match else ""
