"""Sends mails in a thread of each worker: at once those of its own process, the others' within two seconds."""

from service.accounts.usecases.send_mails import send_due_mails
from service.operations.ports import Ports
from service.operations.usecases.background import Background
from service.shared.ports.preparation import Preparation

INTERVAL_S = 2
LONGEST_PAUSE_S = 60


class MailLoop(Background):
    """Sends what is due from `start` to `stop`. Make it after the worker forks."""

    def __init__(self, ports: Ports, preparation: Preparation) -> None:
        super().__init__("mail", preparation, INTERVAL_S, LONGEST_PAUSE_S, wake=ports.accounts.mail_queued)
        self._ports = ports

    def _work(self) -> None:
        send_due_mails(self._ports, lambda: not self._stopping.is_set())
