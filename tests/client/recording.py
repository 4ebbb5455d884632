"""A transport that records every request, and breaks those that a test chooses."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

MIB = 1024 * 1024
Break = Callable[[httpx.Request], httpx.Response | None]


@dataclass
class RecordingTransport(httpx.BaseTransport):
    """Real HTTP, recorded. Each function in `breaks` sees a request first, and may raise or answer it."""

    service_url: str
    sent: list[httpx.Request] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    lost: list[Break] = field(default_factory=list)
    real: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        for break_request in self.breaks:
            if response := break_request(request):
                return response
        response = self.real.handle_request(request)
        for is_lost in self.lost:
            # The request arrived, but its response is lost.
            if is_lost(request):
                response.close()
        return response

    def close(self) -> None:
        self.real.close()

    def is_to_store(self, request: httpx.Request) -> bool:
        return not str(request.url).startswith(self.service_url)

    @property
    def puts(self) -> list[httpx.Request]:
        return [request for request in self.sent if request.method == "PUT"]

    @property
    def calls(self) -> list[str]:
        """Return the method and path of each call to the service."""
        ours = [request for request in self.sent if not self.is_to_store(request)]
        return [f"{request.method} {request.url.path}" for request in ours]

    def part_numbers(self) -> list[int]:
        """Return the number of each part that was sent, repeats included."""
        return sorted(int(number) for put in self.puts if (number := put.url.params.get("partNumber")))
