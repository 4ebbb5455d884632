"""gunicorn's settings in a worker, where they no longer change."""

from typing import Any


class SettledConfig:
    """Reads each setting once. gunicorn's own searches for it at each of some thirty uses of a request."""

    def __init__(self, config: Any) -> None:
        self._config = config

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._config, name)
        setattr(self, name, value)
        return value
