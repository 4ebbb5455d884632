"""The settings of operations: the page, the sweeper, the logs, the metrics and the traces."""

import re
from typing import Literal
from urllib.parse import unquote

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import as_web_origin, is_plain, require_web_host, shown
from service.shared.settings import CommaList, differ_from_keys, host_of
from service.store.settings import StoreSettings

COLLECTOR = "http://collector:4318"
# As OpenTelemetry reads them: percent-encoded.
_HEADER = re.compile(r"[A-Za-z0-9._-]+=[^\s,;\"\\]+")


class OperationsSettings(StoreSettings):
    """The settings of operations, which stand on those of the store."""

    server: Literal["gunicorn", "granian"] = "gunicorn"
    web_root: str = Field("web/dist", description="folder of the built page; no page where it is missing")
    frame_ancestors: CommaList = Field((), description="sites that may show the page in a frame; default: none")
    page_worker: bool = Field(True, description="0: browsers remove the page's service worker")
    sweep_interval: int = Field(60, ge=0, le=86_400, description="s; 0: no sweeper in the service")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    request_log: bool = Field(True, description="a line of JSON on standard output for each request")
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(0, ge=0, le=65535, description="where /metrics is; 0: nothing is counted")
    # The names that OpenTelemetry gives them.
    otel_exporter_otlp_endpoint: str = Field("", description=f"where spans go, such as {COLLECTOR}; default: nowhere")
    otel_exporter_otlp_headers: SecretStr = Field(SecretStr(""), description="what the collector wants to see there")

    @field_validator("frame_ancestors")
    @classmethod
    def _are_sites(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # No '*': any site could lay its own buttons over the page's.
        try:
            return tuple(dict.fromkeys(site if (site := text) == "self" else as_web_origin(text) for text in value))
        except ValueError as error:
            raise ValueError(
                f"{shown(site)} {error}; a site looks like https://app.example.com, or is 'self'"
            ) from error

    @field_validator("metrics_host")
    @classmethod
    def _is_a_host_for_metrics(cls, value: str) -> str:
        return host_of(value, "METRICS_PORT")

    @field_validator("metrics_port")
    @classmethod
    def _is_a_port_of_its_own(cls, value: int, info: ValidationInfo) -> int:
        if value and value == info.data.get("port"):
            raise ValueError("must differ from PORT, which strangers may reach")
        return value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _is_of_a_collector(cls, value: str) -> str:
        if not value:
            return value
        require_web_host(value, COLLECTOR)
        if not is_plain(value) or any(mark in value.partition("://")[2] for mark in "?#@"):
            raise ValueError(f"must look like {COLLECTOR}, without a user, a query or a fragment")
        return value

    @field_validator("otel_exporter_otlp_headers")
    @classmethod
    def _are_headers(cls, value: SecretStr) -> SecretStr:
        # The SDK would write one that it cannot read into the log.
        if not all(_HEADER.fullmatch(header) for header in _headers_in(value)):
            raise ValueError("must look like authorization=Bearer%20abc,x-team=music, percent-encoded")
        return value

    _headers_differ_from_keys = field_validator("otel_exporter_otlp_headers")(differ_from_keys)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every credential in the settings, and the value of each header for the collector."""
        values = [header.partition("=")[2] for header in _headers_in(self.otel_exporter_otlp_headers)]
        return (*super().secrets, *values, *map(unquote, values))


def _headers_in(headers: SecretStr) -> list[str]:
    return [part.strip() for part in headers.get_secret_value().split(",") if part.strip()]
