"""What the OpenAPI document says of the calls of accounts."""

from service.shared.api.contract import BODY, SECURED, problems
from service.shared.errors import BadRequest, Denied, NotFound, TooMany

# Needs no credential.
NOBODY: list[dict[str, list[str]]] = [{}]
# Only the page's session reaches these calls.
SESSION_ONLY = [SECURED[1]]
# Any call of accounts may meet these.
OF_ACCOUNTS = problems(NotFound, Denied)
# A call that makes a session.
WAY_IN = OF_ACCOUNTS | BODY | problems(BadRequest, TooMany)
