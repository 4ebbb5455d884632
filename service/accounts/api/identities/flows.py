"""What a sign-in at a provider is for, as the browser remembers it between leaving and coming back."""

from dataclasses import dataclass
from typing import Literal

from service.shared.addresses import is_plain

HOME = "/"


@dataclass(frozen=True, slots=True)
class ProviderFlow:
    """One way to a provider and back."""

    purpose: Literal["sign_in", "link"]
    next: str = HOME  # the page to go to afterwards
    session: str | None = None  # digest of the session that began it, whose cookie does not come back with the person
    guest_id: str | None = None  # the guest that began it


def own_path(asked: str | None) -> str:
    """Return the path if it is one of ours, else that of the page. Browsers read //host and /\\host as other sites."""
    text = asked or HOME
    is_ours = text.startswith("/") and text[1:2] not in ("/", "\\")
    # Browsers drop tabs and line ends, which would make one of those of another path.
    return text if is_ours and is_plain(text) else HOME
