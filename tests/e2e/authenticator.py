"""Gives a page the device that Chromium's DevTools protocol simulates, which makes and uses passkeys."""

from typing import Any

from playwright.sync_api import CDPSession, Page

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Authenticator:
    """A device of the person, which signs at once."""

    def __init__(self, page: Page) -> None:
        self._tools: CDPSession = page.context.new_cdp_session(page)
        self._tools.send("WebAuthn.enable")
        added = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._named = {"authenticatorId": added["authenticatorId"]}

    def recognise(self, *, person: bool) -> None:
        """Have the device recognise the person, or not."""
        self._tools.send("WebAuthn.setUserVerified", {**self._named, "isUserVerified": person})

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        """What the device holds."""
        return list(self._tools.send("WebAuthn.getCredentials", self._named)["credentials"])


def at_localhost(url: str) -> str:
    """Return the address at which browsers have passkeys."""
    return url.replace("127.0.0.1", "localhost")
