"""All settings of the service, joined from the houses."""

from service.accounts.settings import AccountsSettings
from service.operations.settings import OperationsSettings
from service.uploads.settings import UploadsSettings


# A validator sees the fields before its own, and those of the last base come first. The secrets of the store and of
# uploads precede SECRET_KEY, which must differ from them; it precedes JWT_SECRET, which must differ from it.
class Settings(OperationsSettings, AccountsSettings, UploadsSettings):
    """Every setting of the service."""
