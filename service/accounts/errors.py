"""Errors of accounts, tokens, sessions and identity providers.

MoodropError
├─ BadRequest         400  CodeInvalid  SignInFailed  PasskeyInvalid
├─ Unauthenticated    401  TokenInvalid  TokenExpired  SessionEnded  CredentialsInvalid  RefreshTokenInvalid
│                          SessionRevoked  ApiKeyInvalid
├─ Denied             403  AccountNeeded  AdministratorNeeded  ReauthenticationNeeded  SignUpClosed
├─ NotFound           404  AccountsOff  GuestsOff  GuestNotFound  SessionNotFound  ApiKeyNotFound
│                          ProviderNotFound  UserNotFound  DeviceNotFound  PasskeysOff  PasskeyNotFound
├─ Conflict           409  EmailTaken  IdentityTaken  LastWayIn  TooManyKeys  DevicePending  LastAdministrator
│                          UserLeaving  QuotasOff  PasskeyTaken  TooManyPasskeys
├─ Invalid            422  EmailInvalid  PasswordWeak
└─ Unavailable        503  IdentityUnavailable  PasswordsBusy
"""

from service.shared.errors import (
    BadRequest,
    Conflict,
    Denied,
    Invalid,
    NotFound,
    Unauthenticated,
    Unavailable,
)


# --- 400 -------------------------------------------------------------------------------------
class CodeInvalid(BadRequest):
    code = "code_invalid"
    title = "The code or link is not valid"
    hint = "It may be mistyped, used already or too old. Ask for a new one."


class SignInFailed(BadRequest):
    code = "sign_in_failed"
    title = "The sign-in did not succeed"
    hint = "Start again. If the address has an account already, sign in first, then link the provider."


class PasskeyInvalid(BadRequest):
    code = "passkey_invalid"
    title = "The passkey was not accepted"
    hint = "Try again, or sign in another way: the passkey may have been removed, or the page may have waited too long."


# --- 401 -------------------------------------------------------------------------------------
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
    hint = "Sign in again."


class CredentialsInvalid(Unauthenticated):
    code = "credentials_invalid"
    title = "The e-mail address or the password is wrong"
    hint = "Check both, or sign in with a code by mail: POST /api/auth/otp/send."


class RefreshTokenInvalid(Unauthenticated):
    code = "refresh_token_invalid"
    title = "The refresh token is not valid"
    hint = "Sign in again for a new pair of tokens."


class SessionRevoked(Unauthenticated):
    code = "session_revoked"
    title = "The sign-in behind this token has ended"
    hint = "Sign in again for a new pair of tokens."


class ApiKeyInvalid(Unauthenticated):
    code = "api_key_invalid"
    title = "The API key is not valid"
    hint = "It may be mistyped, revoked or expired. Make a new one under Account, or run `moodrop login`."


# --- 403 -------------------------------------------------------------------------------------
class AccountNeeded(Denied):
    code = "account_needed"
    title = "Only the page of a signed-in account can do this"
    hint = "Sign in on the page. API keys, tokens and guests cannot do this."


class AdministratorNeeded(Denied):
    code = "administrator_needed"
    title = "Only administrators can do this"
    hint = "Ask an administrator of this service."


class ReauthenticationNeeded(Denied):
    code = "reauthentication_needed"
    title = "Confirm that it is you"
    hint = "POST /api/auth/reauthenticate with your password, a mailed code or a passkey, then try again."


class SignUpClosed(Denied):
    code = "sign_up_closed"
    title = "New accounts are not open to everyone here"
    hint = "Ask whoever runs this service for an account."


# --- 404 -------------------------------------------------------------------------------------
class AccountsOff(NotFound):
    code = "accounts_off"
    title = "This service has no accounts"
    hint = "AUTH_MODE=accounts turns accounts on."


class GuestsOff(NotFound):
    code = "guests_off"
    title = "Nobody can be a guest here"
    hint = "Sign in or create an account. GUESTS=own lets anyone be a guest."


class GuestNotFound(NotFound):
    code = "guest_not_found"
    title = "This browser was not a guest before it signed in"
    hint = "The files may already have been moved, or the guest may have registered since: sign in to that account."


class SessionNotFound(NotFound):
    code = "session_not_found"
    title = "No such session"


class ApiKeyNotFound(NotFound):
    code = "api_key_not_found"
    title = "No such API key"


class ProviderNotFound(NotFound):
    code = "provider_not_found"
    title = "No such identity provider is set up here"
    hint = "GET /api/auth/session lists the providers."


class UserNotFound(NotFound):
    code = "user_not_found"
    title = "No such user"


class DeviceNotFound(NotFound):
    code = "device_not_found"
    title = "No terminal waits with this code"
    hint = "It may be mistyped, used or too old. Run `moodrop login` again."


class PasskeysOff(NotFound):
    code = "passkeys_off"
    title = "Passkeys do not work here"
    hint = "They need the extra `passkeys`, and PUBLIC_URL with https:// and a host name."


class PasskeyNotFound(NotFound):
    code = "passkey_not_found"
    title = "No such passkey"


# --- 409 -------------------------------------------------------------------------------------
class EmailTaken(Conflict):
    code = "email_taken"
    title = "Another account has this e-mail address"
    hint = "Sign in to that account instead, or use another address."


class IdentityTaken(Conflict):
    code = "identity_taken"
    title = "Another account is linked to this identity"
    hint = "Sign in with it and unlink it there first."


class LastWayIn(Conflict):
    code = "last_way_in"
    title = "This is your only way to sign in"
    hint = "Set a password, link another provider or add another passkey first."


class TooManyKeys(Conflict):
    code = "too_many_keys"
    title = "You have as many API keys as one account may have"
    hint = "Revoke one that you no longer need."


class DevicePending(Conflict):
    code = "device_pending"
    title = "Nobody has allowed this terminal yet"
    hint = "Open the address that the terminal printed and allow it there."
    retryable = True
    retry_after = 3


class LastAdministrator(Conflict):
    code = "last_administrator"
    title = "This is the only administrator"
    hint = "Make another user an administrator first."


class UserLeaving(Conflict):
    code = "user_leaving"
    title = "This account is being deleted"
    hint = "It can no longer be changed. Everything is gone about an hour after the deletion began."


class QuotasOff(Conflict):
    code = "quotas_off"
    title = "This service has no quotas"
    hint = "QUOTA_BYTES, QUOTA_FILES and QUOTA_PENDING set them."


class PasskeyTaken(Conflict):
    code = "passkey_taken"
    title = "This passkey is in use already"
    hint = "Your device has a passkey for this account, or for another one. Sign in with it."


class TooManyPasskeys(Conflict):
    code = "too_many_passkeys"
    title = "You have as many passkeys as one account may have"
    hint = "Remove one that you no longer need."


# --- 422 -------------------------------------------------------------------------------------
class EmailInvalid(Invalid):
    code = "email_invalid"
    title = "This is not a usable e-mail address"


class PasswordWeak(Invalid):
    code = "password_weak"
    title = "The password is too easy to guess"
    hint = "Use 10 characters or more: a few unrelated words are strong and easy to remember."


# --- 503 -------------------------------------------------------------------------------------
class IdentityUnavailable(Unavailable):
    code = "identity_unavailable"
    title = "The identity provider does not answer"


class PasswordsBusy(Unavailable):
    code = "passwords_busy"
    title = "Too many people are signing in at once"
    retry_after = 1
