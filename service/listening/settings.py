"""The settings of listening. HISTORY itself stands among those of uploads."""

from pydantic import Field

from service.listening.recommender_settings import RecommenderSettings
from service.shared.settings import SharedSettings


class ListeningSettings(RecommenderSettings, SharedSettings):
    """How long a history is kept, and who recommends."""

    history_keep_days: int = Field(0, ge=0, le=36_500, description="0: until its owner deletes it")
