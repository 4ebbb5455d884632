"""Whether a store is a MinIO. Without its library, which takes a while to import and which only its accounts need."""

import urllib3

from service.shared.adapters.outgoing import store_pool
from service.store.errors import PASSING_STATUSES, StoreUnavailable
from service.store.settings import StoreSettings

ANSWER_TIMEOUT_S = 10


def speaks_minio(settings: StoreSettings) -> bool:
    """Return whether the store is a MinIO. Another store would take "make an account" for a write to a bucket `minio`.

    Raises StoreUnavailable if it does not answer, or cannot tell now.
    """
    try:
        url = f"{settings.minio_endpoint}/minio/health/live"
        with store_pool(url, read_s=ANSWER_TIMEOUT_S) as http:
            status = http.request("GET", url, redirect=False).status
    except urllib3.exceptions.HTTPError as error:
        raise StoreUnavailable(f"no answer from the store ({type(error).__name__})") from error
    if status in PASSING_STATUSES:
        raise StoreUnavailable(f"the store answered {status} when it was asked whether it lives")
    return status == 200
