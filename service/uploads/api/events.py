"""POST /v1/events/store: notifications from the store, in the format of MinIO and S3."""

import hmac
from urllib.parse import unquote_plus

from flask import Response, request
from pydantic import BaseModel, Field

from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, settings_of
from service.shared.api.contract import (
    BODY,
    STORE_SECURED,
    problems,
)
from service.shared.errors import NotFound, RouteNotFound
from service.uploads.api.ports import ready_ports
from service.uploads.errors import EventSecretInvalid
from service.uploads.settings import UploadsSettings
from service.uploads.usecases.upkeep.store_events import handle_object_created


def _require_secret() -> None:
    secret = settings_of(UploadsSettings).events_secret.get_secret_value()
    if not secret:
        raise RouteNotFound("there is no '/v1/events/store': EVENTS_SECRET is not set")
    if not hmac.compare_digest(_sent_secret().encode(), secret.encode()):
        raise EventSecretInvalid


def _sent_secret() -> str:
    # VersityGW sends what its webhook's address contains: the secret is the password there.
    if (sent := request.authorization) and sent.type == "basic":
        return sent.password or ""
    # MinIO puts 'Bearer' before a token that is one word.
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


blueprint = guarded_blueprint("events", "", tag="service", guard=_require_secret, security=STORE_SECURED)

MAX_RECORDS = 1000


class EventBucket(BaseModel):
    """The object's bucket."""

    name: str


class EventObject(BaseModel):
    """The object. Its size and ETag are ignored: the service asks the store for them."""

    key: str = Field(description="Encoded as in a form: a space is '+', other bytes are %XX.")


class EventSubject(BaseModel):
    """What the event is about."""

    bucket: EventBucket
    object: EventObject


class EventRecord(BaseModel):
    """One event. Fields that are not listed here are ignored."""

    event_name: str = Field(alias="eventName", description="Only ObjectCreated events count, with or without 's3:'.")
    s3: EventSubject


class StoreEvents(BaseModel):
    """A notification. S3's test message has no records."""

    records: list[EventRecord] = Field([], alias="Records", max_length=MAX_RECORDS)


class EventsTaken(BaseModel):
    """The notification was read. Its outcome is not reported."""

    records: int


@blueprint.post("/v1/events/store", responses={200: EventsTaken} | BODY | problems(NotFound))
def store_event(body: StoreEvents) -> Response:
    """Confirm the uploads that have arrived. For the store's webhook, with EVENTS_SECRET as its token."""
    ports = ready_ports()
    for record in body.records:
        if record.event_name.removeprefix("s3:").startswith("ObjectCreated:"):
            handle_object_created(ports, record.s3.bucket.name, unquote_plus(record.s3.object.key))
    return answer(EventsTaken(records=len(body.records)))
