"""One connection to RabbitMQ. Imports pika late: most deployments have no broker."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

QUEUE = "moodrop.jobs"
# So many uploads may wait without a worker; of more, the oldest rings are dropped, for one ring tells as much as many.
LONGEST_QUEUE = 10_000
HEARTBEAT_S = 30
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0  # before it connects again
ANSWER_S = 5.0  # for each step of connecting: name, TCP, TLS, AMQP


def connect(url: str) -> "BlockingChannel":
    """Return an open channel, on a connection of its own, on which QUEUE exists.

    Raises whatever pika raises: of a broker that sends garbage that may be anything. Without an answer it gives up
    after some 10 s.
    """
    import pika

    # It writes seven lines for each try; ours says it once a minute.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    parameters = pika.URLParameters(url)
    parameters.heartbeat = HEARTBEAT_S
    parameters.connection_attempts = 1
    parameters.socket_timeout = ANSWER_S
    parameters.stack_timeout = 2 * ANSWER_S
    # A broker that is short of memory or disk stops reading; better no bell than a thread that waits for it.
    parameters.blocked_connection_timeout = 2 * ANSWER_S
    connection = pika.BlockingConnection(parameters)
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, arguments={"x-max-length": LONGEST_QUEUE, "x-overflow": "drop-head"})
    return channel


def stay_connected(
    url: str,
    use: "Callable[[BlockingChannel], None]",
    on_error: Callable[[Exception], None],
    pause: Callable[[float], bool],
) -> None:
    """Connect and `use` the channel; when it breaks or ends, `pause` for ever longer, and connect again.

    Ends once `pause`, which gets the seconds, returns True.
    """
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            channel = connect(url)
            pause_s = FIRST_PAUSE_S
            use(channel)
        except Exception as error:  # noqa: BLE001 - a broker's garbage raises anything in pika
            on_error(error)
        if pause(pause_s):
            return
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
