"""gunicorn's target: the app of this process's environment."""

from recommender.app import RecommenderApp
from recommender.settings import RecommenderProcessSettings
from service.listening.mongo.neighbours import MongoNeighbours
from service.listening.usecases.stored_model import StoredModel
from service.shared.mongo.client import open_database
from service.shared.safe_logging import keep_logs_safe


def build() -> RecommenderApp:
    """Return the app. It connects with the first question, and answers 503 while there is no database."""
    settings = RecommenderProcessSettings.from_environment()
    keep_logs_safe(settings)
    neighbours = MongoNeighbours(open_database(settings))
    return RecommenderApp(StoredModel(neighbours), settings.recommender_token.get_secret_value())


app = build()
