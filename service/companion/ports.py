"""All that Uppy's calls may touch of the outside world."""

from typing import Protocol

from service.shared.ports.keyring import Keyring
from service.uploads import ports as uploads


class Ports(uploads.Ports, Protocol):
    """Everything that uploads touch, and the keys that sign the addresses of single calls."""

    @property
    def keyring(self) -> Keyring: ...
