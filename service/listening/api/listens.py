"""/v1/listens, where players report, and how often a file was played."""

from flask import Response

from service.listening.api.ports import ready_ports
from service.listening.api.schemas import FilePath, ListensAnswer, ListensBody, PlaysAnswer
from service.listening.model import ListenReport
from service.listening.usecases.history import count_plays
from service.listening.usecases.listens import keep_listens
from service.shared.api.blueprints import secured_blueprint
from service.shared.api.context import answer, caller
from service.shared.api.contract import BODY, problems
from service.shared.errors import NotFound
from service.shared.scopes import FILES_READ

blueprint = secured_blueprint("listens", "/v1", tag="listening", scopes=(FILES_READ,))


@blueprint.post("/listens", responses={200: ListensAnswer} | BODY)
def report(body: ListensBody) -> Response:
    """Report what a player played. A report may be repeated, late or out of order."""
    reports = [ListenReport(**one.model_dump()) for one in body.listens]
    return answer(ListensAnswer(accepted=keep_listens(ready_ports(), caller(), body.session_id, reports)))


@blueprint.get("/files/<id:file_id>/plays", responses={200: PlaysAnswer} | problems(NotFound))
def plays(path: FilePath) -> Response:
    """Show how often your file was played."""
    return answer(PlaysAnswer(file_id=path.file_id, plays=count_plays(ready_ports(), caller(), path.file_id)))
