"""A large file, sent in parts: several at once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from moodrop.calls.signed_requests import Signed
from moodrop.http.cancellation import Stop
from moodrop.transfer.context import Line
from moodrop.transfer.digests import Digests
from moodrop.transfer.part_urls import PartUrls
from moodrop.transfer.plan import PartPlan
from moodrop.transfer.progress import Meter
from moodrop.transfer.sources import OpenSource
from moodrop.transfer.wait_all import wait_for_all


class PartSender:
    """Sends the parts of one upload. `digests` are those that are known already."""

    def __init__(
        self,
        line: Line,
        upload_path: str,
        source: OpenSource,
        digests: Digests | None,
        plan: PartPlan,
        meter: Meter,
        parallel: int,
    ) -> None:
        self._stop = Stop(parent=line.retries.stop)
        self._line = line.until(self._stop)
        self._path = f"{upload_path}/urls"
        self._source, self._digests = source, digests
        self._plan = plan
        self._meter = meter
        self._parallel = parallel

    def send(self, stored: set[int], signed: Mapping[int, Signed]) -> None:
        """Send all parts but the `stored` ones. Returns when the store has them; raises what the first failure was."""
        missing = [number for number in range(1, self._plan.part_count + 1) if number not in stored]
        urls = PartUrls(self._line, self._path, self._plan, self._source, self._digests, missing, signed)
        self._meter.restart(sum(self._plan.size_of(number) for number in stored))
        with ThreadPoolExecutor(self._parallel, thread_name_prefix="moodrop-part") as pool:
            sent = [pool.submit(self._send, urls, number) for number in missing]
            wait_for_all(sent, self._stop)

    def _send(self, urls: PartUrls, part_number: int) -> None:
        self._stop.check()
        piece = self._source.piece(self._plan.offset_of(part_number), self._plan.size_of(part_number))
        self._line.put(lambda: urls.sign(part_number), piece, self._meter)
