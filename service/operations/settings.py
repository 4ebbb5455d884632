"""The settings of operations: the page and the sweeper."""

from pydantic import Field

from service.store.settings import StoreSettings


class OperationsSettings(StoreSettings):
    """The settings of operations, which stand on those of the store."""

    web_root: str = Field("web/dist", description="folder of the built page; no page where it is missing")
    sweep_interval: int = Field(60, ge=0, le=86_400, description="s; 0: no sweeper in the service")
