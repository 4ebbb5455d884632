"""Checks where the calls go, and with which token."""

from moodrop.calls.signed_requests import is_web_address
from moodrop.errors import ServerUnknown, Unauthenticated


def address_of(base_url: str) -> str:
    """Return the address without its last slash. Raises ServerUnknown if it is none of the web."""
    address = base_url.strip().rstrip("/")
    if not is_web_address(address):
        raise ServerUnknown(f"{base_url!r:.200} is not the address of a service, such as https://moodrop.example.org")
    return address


def authorization(token: str | None) -> dict[str, str]:
    """Return the header of the token, if there is one. Raises Unauthenticated for characters that no token has."""
    if not token:
        return {}
    if not (token.isascii() and token.isprintable()):
        raise Unauthenticated("the token has characters that no token can have", code="token_invalid")
    return {"Authorization": f"Bearer {token}"}
