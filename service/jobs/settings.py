"""The settings of jobs, for the service and the worker."""

import re

from pydantic import Field, SecretStr, field_validator

from service.shared.settings import DatabaseSettings

# Special characters are percent-encoded, so that the driver and we read the same host.
_BROKER = re.compile(
    r"amqps?://([^\s/?#@:]+(:[^\s/?#@:]+)?@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?(/[^\s/?#]*)?"
)


class BrokerSettings(DatabaseSettings):
    """Where the broker is, if there is one."""

    job_broker_url: SecretStr = Field(SecretStr(""), description="amqp://user:password@host:5672/ or amqps://…")

    @field_validator("job_broker_url")
    @classmethod
    def _is_a_broker(cls, value: SecretStr) -> SecretStr:
        # A secret is not cleaned of blanks, but an address has none.
        url = value.get_secret_value().strip()
        if url and not _BROKER.fullmatch(url):
            raise ValueError(
                "must look like amqp://user:password@host:5672/vhost or amqps://…, with special characters "
                "percent-encoded (@ is %40, / is %2F)"
            )
        return SecretStr(url)
