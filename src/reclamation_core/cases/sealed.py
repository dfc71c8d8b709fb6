"""Text that may have to be forgotten: events keep a commitment to it, the text itself is kept apart with its salt.

Without text and salt a commitment says nothing: it cannot be guessed by trying likely texts. With them it proves that
the text is the one that the event was about.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

SaltSource: TypeAlias = Callable[[], bytes]
_SALT_BYTES: Final = 16


def fresh_salt() -> bytes:
    """Sixteen bytes that nobody can foresee."""
    return secrets.token_bytes(_SALT_BYTES)


@attrs.frozen
class Commitment:
    """What an event keeps of a text: its HMAC-SHA-256 under its salt, in hexadecimal."""

    digest: str


@attrs.frozen
class Secret:
    """A text and its salt; its representation shows neither.

    Raises:
        ValueError: the salt is shorter than sixteen bytes: likely texts could be tried.

    >>> Secret("Madame Durand", b"0" * 16)
    Secret(...)
    """

    text: str = attrs.field(repr=False)
    salt: bytes = attrs.field(repr=False)

    @salt.validator
    def _long_enough(self, _: object, salt: bytes) -> None:
        if len(salt) < _SALT_BYTES:
            raise ValueError(f"salt: {len(salt)} bytes; give {_SALT_BYTES} that nobody can foresee, as fresh_salt does")

    def __repr__(self) -> str:
        return "Secret(...)"

    @property
    def commitment(self) -> Commitment:
        """The commitment to this text under this salt."""
        # Keyed, not prefixed: of "ab" and "c" joined nobody could tell where the salt ends and the text begins.
        return Commitment(hmac.new(self.salt, self.text.encode(), hashlib.sha256).hexdigest())

    def proves(self, commitment: Commitment) -> bool:
        """Whether this is the text that the commitment was made to."""
        return hmac.compare_digest(self.commitment.digest, commitment.digest)


def _by_digest(kept: Mapping[str, Secret] | Iterable[Secret]) -> dict[str, Secret]:
    return dict(kept) if isinstance(kept, Mapping) else {secret.commitment.digest: secret for secret in kept}


@attrs.frozen
class Vault:
    """The texts of one case, by the digest of their commitment. A value: adding and erasing give another vault."""

    _kept: dict[str, Secret] = attrs.field(factory=dict, converter=_by_digest, repr=False)

    def read(self, commitment: Commitment | None) -> str | None:
        """The text that a commitment was made to; None where it was erased, or where there was none."""
        secret = None if commitment is None else self._kept.get(commitment.digest)
        return None if secret is None else secret.text

    def with_(self, more: Iterable[Secret]) -> Vault:
        """The vault with more texts."""
        return Vault({**self._kept, **_by_digest(more)})

    def without(self, commitments: Iterable[Commitment]) -> Vault:
        """The vault after these texts and their salts were erased."""
        gone = {commitment.digest for commitment in commitments}
        return Vault({digest: secret for digest, secret in self._kept.items() if digest not in gone})

    def redacted(self, word: str) -> Vault:
        """The vault with a word in place of each text: it tells that there is a text, and not which one.

        It is to be shown, never to be kept: what it holds proves no commitment.
        """
        return Vault({digest: Secret(word, secret.salt) for digest, secret in self._kept.items()})

    def by_digest(self) -> Mapping[str, Secret]:
        """The texts by the digests of their commitments, in the order in which they came."""
        return MappingProxyType(self._kept)

    def __iter__(self) -> Iterator[Secret]:
        return iter(self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)
