"""Signs webhooks as Standard Webhooks says, and posts them."""

import http.client
import ssl
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from service.shared.adapters.timed_connection import timed_connection
from service.shared.version import VERSION
from service.webhooks.model import Delivery
from service.webhooks.ports.sender import NotTaken

TIMEOUT_S = 10  # for all of it, also with a receiver that answers a byte at a time
GONE = 410


class HttpWebhookSender:
    """The WebhookSender port. Opens a connection for each delivery, follows no redirect, and reads no answer."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._signers = [Webhook(secret) for secret in secrets]
        self._tls = ssl.create_default_context()

    def send(self, delivery: Delivery, url: str, at: datetime) -> None:
        status = self._post(url, self._headers(delivery, at), delivery.body.encode())
        if not 200 <= status < 300:
            raise NotTaken(f"status {status}", is_final=status == GONE)

    def _headers(self, delivery: Delivery, at: datetime) -> dict[str, str]:
        signed = (signer.sign(delivery.delivery_id, at, delivery.body) for signer in self._signers)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"moodrop/{VERSION}",
            "webhook-id": delivery.delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signed),
        }

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """Return the status of the answer. Raises NotTaken without one."""
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            with timed_connection(parts, TIMEOUT_S, self._tls) as connection:
                connection.request("POST", target, body, headers)
                status = connection.getresponse().status
        except ssl.SSLCertVerificationError as error:
            raise NotTaken(f"its certificate is not valid: {error.verify_message}") from error
        # The kind of the error alone: its text may hold the address.
        except TimeoutError as error:
            raise NotTaken(f"no answer within {TIMEOUT_S} s") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotTaken(f"no answer ({type(error).__name__})") from error
        return status
