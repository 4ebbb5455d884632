"""The settings by which the service and a recommender process find and trust each other."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.shared.addresses import is_plain, require_web_host
from service.shared.secret_keys import weakness_of
from service.shared.settings import MAKE_ONE, DatabaseSettings

EXAMPLE = "http://recommender:5001"


class RecommenderTokenSettings(DatabaseSettings):
    """What both sides know."""

    recommender_token: SecretStr = Field(SecretStr(""), description="who may ask the recommender: 32 bytes or more")

    @field_validator("recommender_token")
    @classmethod
    def _has_a_strong_token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        # It travels in a header.
        weakness = (
            ("has characters that no header takes" if not is_plain(token) else weakness_of(token)) if token else ""
        )
        if weakness:
            raise ValueError(f"{weakness}: {MAKE_ONE}")
        return value


class RecommenderSettings(RecommenderTokenSettings):
    """Where the service asks."""

    recommender_url: str = Field("", description=f"{EXAMPLE}; default: the service reads the model itself")

    @field_validator("recommender_url")
    @classmethod
    def _is_of_a_recommender(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return value
        require_web_host(value, EXAMPLE)
        if not is_plain(value) or any(mark in value.partition("://")[2] for mark in "?#@"):
            raise ValueError(f"must look like {EXAMPLE}, without a user, a query or a fragment")
        if "recommender_token" in info.data and not info.data["recommender_token"].get_secret_value():
            raise ValueError("needs RECOMMENDER_TOKEN, by which the recommender knows the service")
        return value
