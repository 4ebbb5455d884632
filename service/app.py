"""Composes the service: the only place that builds real adapters and the Flask app around them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, TypeVar, cast

from flask_cors import CORS
from limits.storage.base import Storage
from pymongo.database import Database
from ulid import ULID

from service import cli
from service.accounts.adapters.argon2_passwords import Argon2Passwords
from service.accounts.adapters.jwt.access_tokens import LocalAccessTokens
from service.accounts.adapters.limits_attempts import LimitsAttempts, UncountedAttempts
from service.accounts.adapters.local_guest_auth import LocalGuestAuthenticator
from service.accounts.adapters.session_auth import SessionAuthenticator
from service.accounts.adapters.smtp_mailer import SmtpMailer
from service.accounts.adapters.upload_tokens import JwtUploadTokens
from service.accounts.adapters.webauthn_passkeys import passkeys_at
from service.accounts.api import auth, guests, mail_page, sessions, upload_tokens
from service.accounts.api.account import credentials, profile, recovery
from service.accounts.api.account import sessions as account_sessions
from service.accounts.api.admin import views as admin
from service.accounts.api.identities import views as identities
from service.accounts.api.identities.oauth_sessions import register_oauth_sessions
from service.accounts.api.passkeys import views as passkeys
from service.accounts.api.scripts import api_keys, devices, well_known
from service.accounts.collections import SESSIONS
from service.accounts.policy import AccountPolicy
from service.accounts.ports.accounts import Accounts
from service.bounded import bounded, observed, unbounded
from service.companion.api import s3_calls as companion_calls
from service.companion.api import seed
from service.companion.api import views as companion
from service.jobs.api import jobs
from service.jobs.memory.bell import SilentBell
from service.jobs.mongo.queue import MongoJobQueue
from service.jobs.ports import Planner, Settler
from service.jobs.ports.bell import Bell
from service.jobs.rabbitmq.bell import RabbitBell
from service.listening.adapters.http_recommender import recommender_of
from service.listening.api import history, listens, recommendations
from service.listening.collections import LISTENERS
from service.listening.mongo.listens import MongoListens
from service.listening.mongo.neighbours import MongoNeighbours
from service.listening.mongo.positions import MongoPositions
from service.listening.usecases.personal_data import ListeningData
from service.media.api import media, thumbnails
from service.media.plan import Rules, plan_event
from service.media.usecases.settle import make_settler
from service.operations.api import health, page
from service.operations.usecases.preparation import Preparation
from service.ports import Ports
from service.registry import AUTH_METHODS, OBJECT_STORES
from service.settings import Settings
from service.shared.adapters.rate_counters import counted_calls, mongo_counters
from service.shared.api import documents
from service.shared.api.app.api import Api
from service.shared.api.call_limits.headers import POLICY, STANDING, register_call_limits
from service.shared.api.compression import register_compression
from service.shared.api.context import EXTENSION, Context
from service.shared.api.contract import SECURITY_SCHEMES
from service.shared.api.guards import register_guards
from service.shared.api.problem import Problem
from service.shared.api.problems import refuse_invalid, register_errors
from service.shared.api.proxies import trust_proxies
from service.shared.api.requests import register_requests
from service.shared.clock import utc_now
from service.shared.model import Features
from service.shared.mongo.collection import MongoCollection
from service.shared.mongo.keyring import MongoKeyring
from service.shared.mongo.leases import MongoLeases
from service.shared.ports.collection import Collection, Kind
from service.shared.ports.keyring import Keyring
from service.shared.safe_logging import keep_logs_safe
from service.shared.settings import THREADS
from service.store.port import ObjectStore
from service.store.stores import Stores
from service.uploads.api import batches, covers, events, files, uploads
from service.uploads.mongo.grants import MongoGrantLedger
from service.uploads.mongo.quotas import MongoQuotas
from service.uploads.mongo.records import MongoRecordStore
from service.uploads.policy import Policy
from service.uploads.usecases import allowance
from service.webhooks.collections import DELIVERIES
from service.webhooks.model import Delivery
from service.webhooks.policy import Receivers
from service.webhooks.usecases.queue_deliveries import WebhookSettler

T = TypeVar("T")

# The headers that pages of CORS_ORIGINS may send and read.
CORS_REQUEST = [
    *("Authorization", "Content-Type", "Accept", "X-Request-ID"),
    *("If-Match", "If-None-Match", "Idempotency-Key"),
    # A player that seeks asks for a range of the stable address.
    "Range",
    # Uppy's.
    *("Origin", "Uppy-Auth-Token", "Uppy-Credentials-Params"),
]
CORS_ANSWER = ["X-Request-ID", "Retry-After", "ETag", POLICY, STANDING]


def build_ports(settings: Settings) -> Ports:
    """Return the real adapters. They open no connection yet; call this after the worker forks."""
    records = MongoRecordStore(settings)
    keyring = MongoKeyring(records.database, settings.secret_keys)
    # One connection counts tries and calls; it is made when the first is counted.
    counters = cache(partial(mongo_counters, settings.mongodb_uri, settings.mongodb_database))
    tokens, policy = JwtUploadTokens(keyring, utc_now), _policy(settings)
    quotas = MongoQuotas(records.database, policy.quota)
    if policy.quota:
        records.before_restoring(partial(allowance.restore, quotas, policy))
    records.after_announcing(_bell(settings.job_broker_url.get_secret_value()).ring)
    deliveries = MongoCollection(records.database, DELIVERIES)
    listen_store, positions = MongoListens(records.database), MongoPositions(records.database)
    listeners = MongoCollection(records.database, LISTENERS)
    neighbours = MongoNeighbours(records.database)
    listening = ListeningData(listen_store, positions, listeners, neighbours)
    ports = Ports(
        objects=_object_store(settings, keyring),
        records=records,
        authenticators=(),
        policy=policy,
        now=utc_now,
        new_id=new_ulid,
        grants=MongoGrantLedger(records.database),
        quotas=quotas,
        keyring=keyring,
        leases=MongoLeases(records.database),
        sessions=MongoCollection(records.database, SESSIONS),
        upload_tokens=tokens,
        access_tokens=LocalAccessTokens(settings, keyring),
        accounts=_accounts(settings, records.database, counters),
        jobs=MongoJobQueue(records.database),
        deliveries=deliveries,
        planners=planners_of(settings),
        listens=listen_store,
        positions=positions,
        listeners=listeners,
        neighbours=neighbours,
        recommender=recommender_of(settings),
        settlers=(*settlers_of(settings, deliveries), listening),
        personal_data=(listening,),
        features=features_of(settings),
        call_limiter=counted_calls(settings, counters) if settings.rate_limits else None,
    )
    ports = bounded(observed(ports, settings), THREADS)
    chosen = _chosen(AUTH_METHODS, "AUTH_MODE", settings.auth_mode)(settings, ports)
    accounts = ports.accounts
    session = SessionAuthenticator(ports.sessions, accounts.users, accounts.policy, utc_now)
    guest = (LocalGuestAuthenticator(accounts.users),) if accounts.policy.guests == "local" else ()
    # A token in the path takes precedence over the header, and the header over the cookie.
    return replace(ports, authenticators=(tokens, chosen, session, *guest))


def planners_of(settings: Settings) -> tuple[Planner, ...]:
    """Return who says which jobs a file needs."""
    return (partial(plan_event, rules=_rules(settings)),) if settings.media else ()


def settlers_of(settings: Settings, deliveries: Collection[Delivery]) -> tuple[Settler, ...]:
    """Return who shows what became of the jobs: those of older files too, if nothing more is made."""
    shows: Settler = make_settler(_rules(settings), fills_tags=settings.media_fill_tags)
    return (shows, WebhookSettler(deliveries, Receivers.from_settings(settings)))


def features_of(settings: Settings) -> Features:
    """Return what this deployment offers."""
    return Features(media=settings.media, history=settings.history, recommendations=settings.history)


def _rules(settings: Settings) -> Rules:
    return Rules(scan=bool(settings.scanner_url), video=settings.media_video)


def _policy(settings: Settings) -> Policy:
    policy = Policy.from_settings(settings)
    return replace(policy, announces=policy.announces or bool(settings.webhook_addresses))


def _accounts(settings: Settings, database: Database[dict[str, Any]], counters: Callable[[], Storage]) -> Accounts:
    def collection_of(kind: Kind[T]) -> MongoCollection[T]:
        return MongoCollection(database, kind)

    policy = AccountPolicy.from_settings(settings)
    return Accounts.on(
        collection_of,
        policy=policy,
        passwords=Argon2Passwords(settings.password_memory_kib),
        attempts=LimitsAttempts(counters) if settings.rate_limits else UncountedAttempts(),
        mailer=SmtpMailer(settings),
        passkeys=passkeys_at(policy.passkey_site),
    )


def _bell(url: str) -> Bell:
    return RabbitBell(url) if url else SilentBell()


def _object_store(settings: Settings, keyring: Keyring) -> ObjectStore:
    make = _chosen(OBJECT_STORES, "OBJECT_STORE", settings.object_store)
    return cast(ObjectStore, Stores({name: make(each, keyring) for name, each in settings.stores.items()}))


def _chosen(registry: Mapping[str, T], setting: str, name: str) -> T:
    """Return the entry that the setting names. Raises SystemExit if there is none of that name."""
    if name not in registry:
        raise SystemExit(f"{setting}={name} is not one of: {', '.join(registry)}")
    return registry[name]


def _patterns(origins: tuple[str, ...]) -> list[re.Pattern[str]]:
    # flask-cors takes the brackets of http://[::1]:5173 for a pattern of its own.
    return [re.compile(rf"{re.escape(origin)}\Z") for origin in origins]


def new_ulid() -> str:
    """Return a new id: the time and then 80 random bits, counted up within a millisecond. Ids sort by time."""
    return str(ULID())


BLUEPRINTS = (
    batches.blueprint,
    uploads.blueprint,
    files.blueprint,
    covers.blueprint,
    jobs.blueprint,
    media.blueprint,
    thumbnails.blueprint,
    listens.blueprint,
    history.blueprint,
    recommendations.blueprint,
    seed.blueprint,
    companion.blueprint,
    health.blueprint,
    sessions.blueprint,
    auth.blueprint,
    auth.state_blueprint,
    guests.blueprint,
    guests.own_blueprint,
    recovery.blueprint,
    credentials.blueprint,
    profile.blueprint,
    account_sessions.blueprint,
    api_keys.blueprint,
    api_keys.own_blueprint,
    devices.terminal_blueprint,
    devices.blueprint,
    well_known.blueprint,
    identities.blueprint,
    identities.callback_blueprint,
    admin.blueprint,
    passkeys.blueprint,
    passkeys.way_in_blueprint,
    passkeys.recent_blueprint,
    upload_tokens.blueprint,
    events.blueprint,
)


def create_app(settings: Settings, ports: Ports | None = None) -> Api:
    """Return the app. Uses no network: `Preparation` does, at the first request or in wsgi.py."""
    keep_logs_safe(settings)
    ports = ports or build_ports(settings)
    app = Api(
        "service",
        info=documents.INFO,
        security_schemes=SECURITY_SCHEMES,
        validation_error_model=Problem,
        validation_error_callback=refuse_invalid,
        doc_ui=False,
        static_folder=None,
    )
    app.extensions[EXTENSION] = Context(settings, ports, Preparation(unbounded(ports), settings.waived_checks))
    register_requests(app)
    if ports.accounts.policy.providers:
        register_oauth_sessions(app)
    register_compression(app)
    if ports.call_limiter:
        register_call_limits(app)
    if settings.auth_mode == "open" or settings.guests == "local":
        register_guards(app)
    register_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    companion.register_aliases(app)
    app.register_blueprint(companion_calls.blueprint)
    app.register_blueprint(documents.blueprint)
    if settings.auth_mode == "accounts" and settings.mail_page:
        app.register_blueprint(mail_page.blueprint)
    page.register_page(app, settings)
    if settings.cors_origins:
        CORS(app, origins=_patterns(settings.cors_origins), allow_headers=CORS_REQUEST, expose_headers=CORS_ANSWER)
    cli.register_commands(app)
    trust_proxies(app, settings.trusted_proxies)
    return app
