"""The addresses of this machine: which one others in its network use, and which ones no proxy may be asked for."""

import socket
from collections.abc import Iterable, Mapping

from service.addresses import is_loopback

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# Reserved for documentation (RFC 5737): a route leads there, and no machine is there.
_SOMEWHERE = ("192.0.2.1", 9)


def lan_address() -> str | None:
    """Return this machine's address in its network, or None if it is in none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_SOMEWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if is_loopback(address) else address


def names() -> list[str]:
    """Return the names by which others may know this machine: its own, and the one that mDNS gives it."""
    name = socket.gethostname().lower()
    return [name] if "." in name else [name, f"{name}.local"]


def without_proxy(environ: Mapping[str, str], hosts: Iterable[str]) -> dict[str, str]:
    """Return NO_PROXY with these hosts and this machine's own names added, in both its spellings."""
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    named = [name.strip() for name in given.split(",") if name.strip()]
    value = ",".join(dict.fromkeys([*named, *LOOPBACK, *hosts]))
    return {"NO_PROXY": value, "no_proxy": value}
