"""The small documents of listening."""

from service.listening.model import Listener
from service.shared.ports.collection import Kind

# Only of those who changed a setting or cleared their history.
LISTENERS = Kind("listeners", Listener, "owner")
