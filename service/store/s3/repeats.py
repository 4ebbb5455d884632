"""Sends again what a store was too busy to take."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from botocore.exceptions import ClientError

from service.store.s3.errors import status_of

T = TypeVar("T")

PAUSES_S = (0.1, 0.3, 0.9)
# 409: another write is under way. VersityGW gives it (ExistingObjectIsDirectory) to a write of any key in a folder that
# another request makes or removes at this moment.
_BUSY = (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)


def repeated(send: Callable[[], T]) -> T:
    """Return the store's answer; raise botocore's error of the last try.

    Only for requests that may be carried out twice.
    """
    for pause_s in PAUSES_S:
        try:
            return send()
        except ClientError as error:
            if status_of(error) not in _BUSY:
                raise
        time.sleep(pause_s)
    return send()
