"""The settings of the recommender, which come from the environment as those of the service do."""

from typing import ClassVar

from pydantic import SecretStr, field_validator

from service.listening.recommender_settings import RecommenderTokenSettings
from service.shared.mongo.process_settings import ProcessSettings


class RecommenderProcessSettings(ProcessSettings, RecommenderTokenSettings):
    """Every setting of the recommender: where the model is, and who may ask."""

    process_name: ClassVar[str] = "The recommender"

    @field_validator("recommender_token")
    @classmethod
    def _is_set(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("must be set, to the same value as in the service")
        return value
