"""/v1/recommendations and /v1/radio: what to hear next, and why."""

from flask import Response

from service.listening.api.ports import ready_ports
from service.listening.api.recommendation_schemas import (
    RadioOrder,
    RecommendationsAnswer,
    RecommendationsQuery,
)
from service.listening.usecases.radio import continue_radio
from service.listening.usecases.recommend import Occasion, Recommendations, recommend
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import answer, caller
from service.shared.api.contract import BODY, problems
from service.shared.errors import NotFound
from service.shared.scopes import FILES_READ
from service.uploads.api.rendering import file_answer

blueprint = secured_blueprint("recommendations", "/v1", tag="listening", scopes=(FILES_READ,))


@blueprint.get("/recommendations", responses={200: RecommendationsAnswer})
def index(query: RecommendationsQuery) -> Response:
    """List what you may want to hear now, with the reason for each."""
    occasion = Occasion(query.limit, query.mood, strict=query.strict == "1")
    return _answer(recommend(ready_ports(), caller(), occasion))


@blueprint.post("/radio", responses={200: RecommendationsAnswer} | BODY | problems(NotFound))
def radio(body: RadioOrder) -> Response:
    """Get the next files of a radio that starts from a mood or a song. Ask again, with what was played, to go on."""
    occasion = Occasion(
        body.limit,
        body.mood,
        strict=body.strict,
        start_id=body.file_id,
        played=tuple(body.played),
        refused=tuple(body.refused),
    )
    return _answer(continue_radio(ready_ports(), caller(), occasion))


def _answer(recommendations: Recommendations) -> Response:
    who = caller()
    # As a RecommendationsAnswer says, in plain values.
    rows = [{"file": file_answer(row.file, who), "why": row.why} for row in recommendations.rows]
    return answer({"recommendations": rows, "how": recommendations.how})
