"""Sends a large file in parts, several at once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from moodrop.calls.signed_requests import SignedRequest
from moodrop.http.cancellation import CancelToken
from moodrop.transfer.context import ClientContext
from moodrop.transfer.digests import Digests
from moodrop.transfer.part_urls import PartUrls
from moodrop.transfer.plan import PartPlan
from moodrop.transfer.progress import ProgressMeter
from moodrop.transfer.sources import OpenSource
from moodrop.transfer.wait_all import wait_all


class PartSender:
    """Sends the parts of one upload. `digests` are those that are known already."""

    def __init__(
        self,
        context: ClientContext,
        upload_path: str,
        source: OpenSource,
        digests: Digests | None,
        plan: PartPlan,
        meter: ProgressMeter,
        parallel: int,
    ) -> None:
        self._cancel = CancelToken(parent=context.cancel)
        self._context = context.with_cancel(self._cancel)
        self._path = f"{upload_path}/urls"
        self._source = source
        self._digests = digests
        self._plan = plan
        self._meter = meter
        self._parallel = parallel

    def send(self, stored: set[int], signed: Mapping[int, SignedRequest]) -> None:
        """Send all parts but the `stored` ones; return when the store has them. Raises the first failure."""
        missing = [number for number in range(1, self._plan.part_count + 1) if number not in stored]
        urls = PartUrls(self._context, self._path, self._plan, self._source, self._digests, missing, signed)
        self._meter.restart(sum(self._plan.size_of(number) for number in stored))
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="moodrop-part") as pool:
            futures = [pool.submit(self._send, urls, number) for number in missing]
            wait_all(futures, self._cancel)

    def _send(self, urls: PartUrls, part_number: int) -> None:
        self._cancel.raise_if_cancelled()
        piece = self._source.piece(self._plan.offset_of(part_number), self._plan.size_of(part_number))
        self._context.put(lambda: urls.sign(part_number), piece, self._meter)
