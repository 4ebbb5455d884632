"""Errors of tokens, sessions and the identity provider.

MoodropError
├─ Unauthenticated    401  TokenInvalid  TokenExpired  SessionEnded
└─ Unavailable        503  IdentityUnavailable
"""

from service.shared.errors import Unauthenticated, Unavailable


class TokenInvalid(Unauthenticated):
    code = "token_invalid"
    title = "The token is not valid"
    hint = "Get a new token; it must be signed for this service and carry 'exp' and 'sub'."


class TokenExpired(Unauthenticated):
    code = "token_expired"
    title = "The token has expired"
    hint = "Get a new token and send the request again."


class SessionEnded(Unauthenticated):
    code = "session_ended"
    title = "The session has ended"
    hint = "Sign in again: POST /v1/session with a token."


class IdentityUnavailable(Unavailable):
    code = "identity_unavailable"
    title = "The identity provider does not answer"
