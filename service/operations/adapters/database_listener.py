"""Times the commands to MongoDB, as the driver reports them."""

from pymongo import monitoring

from service.operations.adapters.calls import name_of_command
from service.operations.adapters.metrics import DATABASE_SECONDS, FAILED, OK


class DatabaseListener(monitoring.CommandListener):
    """Hears of every command of every client in this process."""

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """The driver tells how long a command took when it has ended."""

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        _observe(event.command_name, OK, event.duration_micros)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        _observe(event.command_name, FAILED, event.duration_micros)


def _observe(command: str, outcome: str, micros: int) -> None:
    DATABASE_SECONDS.labels(name_of_command(command), outcome).observe(micros / 1e6)


def listen_to_database() -> None:
    """Time the commands of all clients that are made from now on."""
    monitoring.register(DatabaseListener())
