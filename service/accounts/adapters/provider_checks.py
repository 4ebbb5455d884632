"""Asks each identity provider that is set up how it describes itself, for the doctor."""

import json

import urllib3

from service.accounts.provider_settings import IdentityProvider
from service.shared.adapters.outgoing import new_pool
from service.shared.checks import StoreCheck

TIMEOUT_S = 4
MAX_BYTES = 1024 * 1024
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_FAILURES = (urllib3.exceptions.HTTPError, OSError, ValueError, RecursionError)


def check_provider(provider: IdentityProvider) -> StoreCheck:
    """Return whether people can be sent to the provider. Raises nothing: no answer is a failed check."""
    name, url = f"identity_{provider.name}", provider.discovery_url if provider.is_openid else provider.issuer
    fix = f"Check that this machine can reach {url}, and the provider's settings in docs/settings.md."
    try:
        finding = _finding(provider, _get(url))
    except _FAILURES as error:
        return StoreCheck(name, False, False, f"no answer from {url} ({type(error).__name__})", fix)
    return StoreCheck(name, not finding, False, finding or f"{url} answers", fix)


def _finding(provider: IdentityProvider, body: bytes) -> str:
    """Return what is wrong with the provider's description of itself."""
    if not provider.is_openid:
        return ""
    described = json.loads(body)
    if not isinstance(described, dict):
        return "the description is no JSON object"
    issuer = described.get("issuer")
    if str(issuer).rstrip("/") != provider.issuer.rstrip("/"):
        return f"it describes the issuer {issuer!r}, and {provider.issuer!r} is set"
    missing = [name for name in _NEEDED if not described.get(name)]
    return f"the description lacks {', '.join(missing)}" if missing else ""


def _get(url: str) -> bytes:
    with new_pool(url, urllib3.Timeout(TIMEOUT_S)) as http:
        answer = http.request("GET", url, redirect=False, preload_content=False)
        if answer.status != 200:
            raise ValueError(f"the provider answered {answer.status}")
        return answer.read(MAX_BYTES)
