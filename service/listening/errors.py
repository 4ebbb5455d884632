"""Errors of listening.

MoodropError
├─ NotFound           404  ListenNotFound
└─ Conflict           409  HistoryOff
"""

from service.shared.errors import Conflict, NotFound


class ListenNotFound(NotFound):
    code = "listen_not_found"
    title = "Your history has no such listen"
    hint = "It may be deleted already; load your history again."


class HistoryOff(Conflict):
    code = "history_off"
    title = "This server keeps no history"
    hint = "The operator has set HISTORY=0. Listens recorded earlier can still be read and deleted."
