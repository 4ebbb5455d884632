"""Challenges that passkeys sign: each is good for one purpose, one browser or session, one use and ten minutes.

A challenge is signed, so none is stored until it is used: whoever asks for many fills no database.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from service.accounts.errors import PasskeyInvalid, PasskeysOff
from service.accounts.model import UsedChallenge
from service.accounts.ports import Ports
from service.accounts.ports.passkeys import Passkeys
from service.accounts.secrets import matches_any, mint_challenge, new_nonce, read_challenge
from service.shared.ports.collection import Taken

LASTS = timedelta(minutes=10)
# A challenge signed to sign in confirms no change, and the reverse.
ChallengePurpose = Literal["add", "sign_in", "recent"]


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge that was made here, and has not expired."""

    text: str
    nonce: str
    expires_at: datetime
    key: str  # that signed it


def passkeys_of(ports: Ports) -> Passkeys:
    """Return what verifies passkeys. Raises PasskeysOff."""
    if ports.accounts.passkeys is None:
        raise PasskeysOff
    return ports.accounts.passkeys


def new_challenge(ports: Ports, purpose: ChallengePurpose, asker: str) -> Challenge:
    """Return a challenge for the browser or the session that asks."""
    key, nonce, expires_at = _keys(ports)[0], new_nonce(), ports.now() + LASTS
    return Challenge(mint_challenge(key, purpose, asker, nonce, _ms(expires_at)), nonce, expires_at, key)


def challenge_in(ports: Ports, purpose: ChallengePurpose, asker: str, client_data: str) -> Challenge:
    """Return the challenge that was signed. Raises PasskeyInvalid if it has expired or was made for another asker.

    Does not use it up.
    """
    text = passkeys_of(ports).challenge_in(client_data)
    read = read_challenge(text)
    if read is None or read.expires_ms <= _ms(ports.now()):
        raise PasskeyInvalid("the challenge has expired")
    for key in _keys(ports):
        if matches_any(text, (mint_challenge(key, purpose, asker, read.nonce, read.expires_ms),)):
            return Challenge(text, read.nonce, datetime.fromtimestamp(read.expires_ms / 1000, UTC), key)
    raise PasskeyInvalid("the challenge was not made for this browser")


def use_up_challenge(ports: Ports, challenge: Challenge) -> None:
    """Use the challenge up. Raises PasskeyInvalid for all but the first, however many come at once."""
    try:
        ports.accounts.used_challenges.add(UsedChallenge(challenge.nonce, challenge.expires_at))
    except Taken as error:
        raise PasskeyInvalid("the challenge was used before") from error


def _keys(ports: Ports) -> tuple[str, ...]:
    return ports.keyring.derive("passkeys")


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
