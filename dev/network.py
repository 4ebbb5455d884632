"""The addresses of this machine, and the NO_PROXY that keeps local traffic away from a proxy."""

import socket
from collections.abc import Iterable, Mapping

from service.shared.addresses import is_loopback

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# Reserved for documentation (RFC 5737): routed, but never in use.
_SOMEWHERE = ("192.0.2.1", 9)


def lan_address() -> str | None:
    """Return this machine's address in its network, or None without a network. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if is_loopback(address) else address


def names() -> list[str]:
    """Return the names under which others may reach this machine: its own, and its name in mDNS."""
    name = socket.gethostname().lower()
    return [name] if "." in name else [name, f"{name}.local"]


def without_proxy(environ: Mapping[str, str], hosts: Iterable[str]) -> dict[str, str]:
    """Return NO_PROXY with these hosts and this machine's own names added, in both spellings."""
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    named = [name.strip() for name in given.split(",") if name.strip()]
    value = ",".join(dict.fromkeys([*named, *LOOPBACK, *hosts]))
    return {"NO_PROXY": value, "no_proxy": value}
