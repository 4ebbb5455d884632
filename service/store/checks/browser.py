"""Checks the store as a browser would: on the public address, with an Origin, and seeing only what CORS allows."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import urllib3

from service.shared.adapters.outgoing import store_pool
from service.shared.addresses import is_loopback
from service.shared.checks import StoreCheck
from service.store.addresses import locate, store_of
from service.store.checks.probe import (
    BODY,
    SigningPair,
    probe_headers,
    signer,
)
from service.store.model import LABEL_HEADER
from service.store.settings import StoreSettings

# The headers of a page's PUT, in the order in which browsers ask for them.
ASKED_HEADERS = ("content-type", "if-none-match", "x-amz-checksum-sha256", LABEL_HEADER)
# A page that cannot read this header cannot tell what was stored.
EXPOSED = "etag"
# Reserved by RFC 2606: no real page has this origin.
FOREIGN_ORIGIN = "https://probe.invalid"

REACH = (
    "Set MINIO_PUBLIC_ENDPOINT to the address that browsers use. Where they reach it and only this machine "
    "does not, name the check in WAIVED_CHECKS."
)
HOST_HEADER = "Let what stands before the store (proxy, load balancer) pass the Host header and the path unchanged."
NO_STORE = (
    "What answers there is no store, but a web site, a sign-in page or the service itself. Set MINIO_PUBLIC_ENDPOINT "
    "to an address that leads to the store alone, without a path or a redirect."
)
CLOCKS = "Set the clocks of this machine and of the store by NTP."
ALLOW = (
    "Let the store answer these origins: MINIO_API_CORS_ALLOW_ORIGIN={origins} on MinIO, the bucket's CORS rules "
    "elsewhere (methods GET, HEAD, PUT, POST; all headers)."
)
EXPOSE = "Add ETag to the exposed headers of the bucket's CORS rules (MinIO exposes it by itself)."
ONLY_OURS = (
    "List your origins in place of '*': MINIO_API_CORS_ALLOW_ORIGIN={origins} on MinIO, the bucket's CORS rules "
    "elsewhere."
)


def browser_checks(settings: StoreSettings, signing: SigningPair, bucket: str, object_key: str) -> list[StoreCheck]:
    """Return what a page meets. Stores one object under the key. No finding stops a start: scripts may still work."""
    try:
        return _run_checks(settings, signing, bucket, object_key)
    except urllib3.exceptions.HTTPError as error:
        finding = f"no answer from {settings.public_endpoint} ({type(error).__name__})"
        unreachable = _check("public_endpoint", False, finding, REACH)
    try:
        sent, *others = _run_checks(settings, signing, bucket, object_key, through=settings.minio_endpoint)
    except urllib3.exceptions.HTTPError:
        return [unreachable]
    return [replace(unreachable, note=sent.ok and _is_only_here(settings)), *others]


def _is_only_here(settings: StoreSettings) -> bool:
    """Return whether the public address is `localhost` but the store is elsewhere, as in a container: no fault."""
    public, inner = (urlsplit(url).hostname or "" for url in (settings.public_endpoint, settings.minio_endpoint))
    return is_loopback(public) and not is_loopback(inner)


def _run_checks(
    settings: StoreSettings, signing: SigningPair, bucket: str, object_key: str, *, through: str | None = None
) -> list[StoreCheck]:
    """Check the public address. Requests sent `through` another one still name it in Host, which the store obeys."""
    origins = settings.browser_origins
    with store_pool(through or settings.public_endpoint) as http:
        page = _Page(http, settings, bucket, object_key, through)
        return [
            *page.sends(signing, origins[0] if origins else FOREIGN_ORIGIN, exposed=bool(origins)),
            *(page.may_send(origin) for origin in origins),
            page.keeps_out(FOREIGN_ORIGIN),
        ]


class _Page:
    """A page of some origin that talks to one store."""

    def __init__(
        self, http: urllib3.PoolManager, settings: StoreSettings, bucket: str, object_key: str, through: str | None
    ) -> None:
        self._http, self._settings, self._through = http, settings, through
        self._bucket, self._object_key = bucket, object_key
        self._public = store_of(settings, settings.public_endpoint)
        self._origins = ",".join(settings.browser_origins) or "https://your.page"

    def sends(self, signing: SigningPair, origin: str, *, exposed: bool) -> list[StoreCheck]:
        """Check a real PUT, signed as for clients."""
        headers, public = probe_headers(), signer(self._settings, signing.upload, self._settings.public_endpoint)
        url = public.presign(
            "PUT", self._bucket, self._object_key, at=datetime.now(UTC), expires_in=60, headers=headers
        )
        sent = {name: value for name, value in headers.items() if name != "content-length"}
        answer = self._ask("PUT", url, {**sent, "Origin": origin}, BODY)
        # Any web site may answer 200; only a store sends an ETag.
        stored = answer.status == 200 and EXPOSED in answer.headers
        finding = f"{self._settings.public_endpoint} {_describe(answer)}"
        checks = [_check("public_endpoint", stored, finding, _fix_for(answer))]
        if exposed:
            shown = _words(answer.headers, "Access-Control-Expose-Headers")
            readable = bool(shown & {EXPOSED, "*"}) and _allowed_origin(answer.headers) in (origin, "*")
            checks.append(_check("cors_exposed", readable, f"{origin} may read: {_listed(shown)}", EXPOSE))
        return checks

    def may_send(self, origin: str) -> StoreCheck:
        """Check the preflight of such a PUT by the rules of the Fetch standard."""
        status, headers = self._preflight(origin)
        allowed = _allowed_origin(headers)
        methods, names = (_words(headers, f"Access-Control-Allow-{what}") for what in ("Methods", "Headers"))
        missing = [name for name in ASKED_HEADERS if not names & {name, "*"}]
        ok = 200 <= status < 300 and allowed in (origin, "*") and bool(methods & {"put", "*"}) and not missing
        finding = f"{origin}: {status}, origin {allowed or 'not allowed'}, methods {_listed(methods)}"
        finding += f", without {', '.join(missing)}" if missing else ""
        return _check("cors", ok, finding, ALLOW.format(origins=self._origins))

    def keeps_out(self, origin: str) -> StoreCheck:
        """Check that pages of other origins are refused."""
        allowed = _allowed_origin(self._preflight(origin)[1])
        finding = f"{origin}: {'origin ' + allowed if allowed else 'not allowed'}"
        return _check("cors_foreign", allowed not in (origin, "*"), finding, ONLY_OURS.format(origins=self._origins))

    def _preflight(self, origin: str) -> tuple[int, Mapping[str, str]]:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": ",".join(ASKED_HEADERS),
        }
        _, origin_of_store, path = locate(self._public, self._bucket)
        url = f"{origin_of_store}{path}{self._object_key}"
        answer = self._ask("OPTIONS", url, asked)
        return answer.status, answer.headers

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> urllib3.BaseHTTPResponse:
        if self._through:
            inner = urlsplit(self._through)
            headers = {**headers, "Host": locate(self._public, self._bucket)[0]}
            url = urlsplit(url)._replace(scheme=inner.scheme, netloc=inner.netloc).geturl()
        return self._http.request(method, url, body=body, headers=headers, redirect=False)


def _code(answer: urllib3.BaseHTTPResponse) -> str:
    """Return the store's error code, or "" if the answer is not a store's."""
    code = re.search(rb"<Code>(\w+)</Code>", answer.data)
    return code[1].decode() if code else ""


def _describe(answer: urllib3.BaseHTTPResponse) -> str:
    summary = " ".join(filter(None, (str(answer.status), _code(answer))))
    moved = urlsplit(answer.headers.get("Location", "")).netloc
    return f"answered {summary}" + (f", a redirect to {moved[:100]}" if moved else "")


def _fix_for(answer: urllib3.BaseHTTPResponse) -> str:
    code = _code(answer)
    if code == "RequestTimeTooSkewed":
        return CLOCKS
    return HOST_HEADER if code else NO_STORE


def _allowed_origin(headers: Mapping[str, str]) -> str:
    return headers.get("Access-Control-Allow-Origin", "")


def _words(headers: Mapping[str, str], name: str) -> set[str]:
    return {word.strip().lower() for word in headers.get(name, "").split(",") if word.strip()}


def _listed(words: set[str]) -> str:
    return ", ".join(sorted(words)) or "none"


def _check(name: str, ok: bool, finding: str, fix: str) -> StoreCheck:
    return StoreCheck(name=name, ok=ok, must=False, finding=finding, fix=fix)
