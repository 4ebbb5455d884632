"""All settings of the service, joined from the houses."""

from service.accounts.settings import AccountsSettings
from service.jobs.settings import BrokerSettings
from service.listening.settings import ListeningSettings
from service.media.settings import MediaSettings
from service.operations.settings import OperationsSettings
from service.uploads.settings import UploadsSettings
from service.webhooks.settings import WebhookSettings


# A validator sees the fields before its own, and those of the last base come first. The secrets of the store and of
# uploads precede SECRET_KEY, which must differ from them; it precedes JWT_SECRET, which must differ from it.
class Settings(
    OperationsSettings,
    AccountsSettings,
    BrokerSettings,
    ListeningSettings,
    MediaSettings,
    WebhookSettings,
    UploadsSettings,
):
    """Every setting of the service."""
