"""The settings of operations: the page, the sweeper, the logs and the metrics."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from service.shared.settings import host_of
from service.store.settings import StoreSettings


class OperationsSettings(StoreSettings):
    """The settings of operations, which stand on those of the store."""

    web_root: str = Field("web/dist", description="folder of the built page; no page where it is missing")
    sweep_interval: int = Field(60, ge=0, le=86_400, description="s; 0: no sweeper in the service")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    request_log: bool = Field(True, description="a line of JSON on standard output for each request")
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(0, ge=0, le=65535, description="where /metrics is; 0: nothing is counted")

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
