"""Texts that may have to be forgotten: events have a commitment to each, the vault has the text with its salt.

Without text and salt a commitment reveals nothing: it cannot be guessed by trying likely texts. With them it proves
that the text is that of the event.
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
    """Return sixteen unpredictable bytes."""
    return secrets.token_bytes(_SALT_BYTES)


@attrs.frozen
class Commitment:
    """The HMAC-SHA-256 of a text under its salt, in hexadecimal: events have it in place of the text."""

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
        # Keyed, not prefixed: in "ab" + "c" the limit between salt and text would be lost.
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
        """Return the vault with a word in place of each text.

        It is for display, never for a store: its texts do not match their commitments.
        """
        return Vault({digest: Secret(word, secret.salt) for digest, secret in self._kept.items()})

    def by_digest(self) -> Mapping[str, Secret]:
        """The texts by the digests of their commitments, in the order in which they came."""
        return MappingProxyType(self._kept)

    def __iter__(self) -> Iterator[Secret]:
        return iter(self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)
