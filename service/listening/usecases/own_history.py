"""What a person's own history says of each file, for their own recommendations."""

from datetime import timedelta

from service.listening.ports import Ports
from service.listening.recommend.heard import sum_up
from service.listening.recommend.model import Heard
from service.listening.usecases.preferences import is_history_on
from service.shared.model import Caller

AGE = timedelta(days=365)
MOST_LISTENS = 300


def heard_by(ports: Ports, caller: Caller) -> list[Heard]:
    """Return what the caller heard lately, the last file first; nothing if their history is off."""
    if not is_history_on(ports, caller):
        return []
    return sum_up(ports.listens.list_counted(caller.owner, ports.now() - AGE, MOST_LISTENS))
