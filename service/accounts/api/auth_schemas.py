"""Requests and answers about accounts and signing in."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, RootModel, model_validator

from service.shared.api.schemas import Body
from service.shared.model import LINE

# No address is longer; what an address may look like is decided in service/accounts/emails.py.
EmailText = Annotated[str, Field(min_length=1, max_length=320, pattern=LINE, examples=["ada@example.com"])]
# Longer than any accepted password; the rules are in service/accounts/password_rules.py.
PasswordText = Annotated[str, Field(min_length=1, max_length=1024, pattern=LINE)]
NameText = Annotated[str, Field(min_length=1, max_length=100, pattern=LINE)]
CodeText = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="The six digits of the mail.")]
LinkToken = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE, description="The mailed link's token.")]
WantsTokens = Annotated[bool, Field(description="Return tokens for a script instead of setting a cookie.")]
RefreshToken = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="The language of mails: en, de, fr, es or ar.")]


ProviderName = Annotated[
    str, Field(min_length=1, max_length=20, pattern=LINE, description="One of `providers` of GET /api/auth/session.")
]
NextPath = Annotated[
    str,
    Field(
        max_length=300,
        pattern=LINE,
        description="The path of ours to go to afterwards; anything else counts as /.",
        examples=["/account"],
    ),
]


class RegisterRequest(Body):
    """A new account."""

    email: EmailText
    password: PasswordText = Field(description="10 to 128 characters, not easy to guess.")
    name: NameText | None = None
    language: Language | None = None
    keep_guest: bool = Field(True, description="Whether the account takes over the files that you have as a guest.")


class RegisterAnswer(BaseModel):
    """A code is on its way. The answer is the same if the address already has an account; the mail says so."""

    email: str
    expires_at: datetime = Field(description="When the code and the link in the mail expire.")
    verification_token: str = Field(
        description="Keep it in memory: with the mailed code it replaces the password in POST /api/auth/verify-email."
    )


class VerifyEmailRequest(Body):
    """The address and the mailed code, or the link's token; also the password or the verification token."""

    email: EmailText | None = None
    code: CodeText | None = None
    token: LinkToken | None = None
    password: PasswordText | None = None
    verification_token: Annotated[str, Field(max_length=200, pattern=LINE)] | None = None


class LoginRequest(Body):
    """An address and its password; or the provider to sign in with."""

    email: EmailText | None = None
    password: PasswordText | None = None
    tokens: WantsTokens = False
    provider: ProviderName | None = None
    next: NextPath | None = None
    keep_guest: bool = Field(
        True, description="With a provider: whether a new account takes over the files that you have as a guest."
    )

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if self.provider is None and (self.email is None or self.password is None):
            raise ValueError("needs email and password, or provider")
        if self.provider is not None and (self.email or self.password):
            raise ValueError("takes email and password, or provider, not both")
        return self


class ProviderAddressAnswer(BaseModel):
    """Where the browser goes next; it comes back to GET /api/auth/callback/{provider}."""

    url: str


class SendCodeRequest(Body):
    """The address that a code is mailed to."""

    email: EmailText
    language: Language | None = None


class CodeSentAnswer(BaseModel):
    """A code is on its way if the address has an account; the answer does not reveal whether it has one."""

    email: str
    expires_at: datetime


class VerifyCodeRequest(Body):
    """The address and the mailed code, or the token in the mailed link."""

    email: EmailText | None = None
    code: CodeText | None = None
    token: LinkToken | None = None
    tokens: WantsTokens = False


class LogoutRequest(Body):
    """A script's refresh token. A page sends no body, and its session ends."""

    refresh_token: RefreshToken | None = None


class RefreshRequest(Body):
    """The newest refresh token."""

    refresh_token: RefreshToken


class TokensAnswer(BaseModel):
    """A script's tokens. Store the refresh token: it works once, and the answer to it contains the next one."""

    access_token: str = Field(description="Send it as `Authorization: Bearer`.")
    refresh_token: str = Field(description="For POST /api/auth/refresh. If no answer comes, send it again at once.")
    expires_in: int = Field(description="Lifetime of the access token in seconds.")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the word of RFC 6749


class LoginAnswer(RootModel[TokensAnswer | ProviderAddressAnswer]):
    """A script's tokens, or the address of the provider to go to."""


class UserAnswer(BaseModel):
    """An account. `user_id` is the owner of its files."""

    user_id: str
    kind: str = Field(description="`user` or `guest`, an account without an e-mail address.")
    email: str | None
    name: str | None
    language: str | None
    has_password: bool
    has_passkeys: bool
    avatar_id: str | None
    cover_id: str | None
    roles: list[str]
    created_at: datetime


class AccountSessionAnswer(BaseModel):
    """The session behind the cookie."""

    session_id: str
    how: str = Field(description="`password`, `code`, `passkey`, `guest`, or the provider that signed the person in.")
    auth_at: datetime = Field(description="When the person last proved who they are.")
    expires_at: datetime


class AuthSessionAnswer(BaseModel):
    """Who is signed in, if anybody, and how to sign in."""

    user: UserAnswer | None
    session: AccountSessionAnswer | None = Field(description="Null for the guest of this machine, who has no cookie.")
    providers: list[str]
    provider_labels: dict[str, str] = Field(description="How people know each provider.")
    sign_up: str = Field(description="`open` or `closed`.")
    guests: str = Field(description="`off`, `own` or `local`.")
    passkeys: bool = Field(description="Whether one can sign in with a passkey here.")
    mail_page: bool = Field(description="Whether mails are shown at /dev/mail instead of being sent.")
    guest_files: int | None = Field(
        None, description="How many files this browser has as a guest, after signing in to another account."
    )
    server_time: datetime
