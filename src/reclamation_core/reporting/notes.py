"""Signed notes (C2SP `signed-note`): a text, and the Ed25519 signatures of named keys after it."""

from __future__ import annotations

import base64
from typing import Any, Final

import attrs

from reclamation_core.errors import REDACTED, Fault, FaultsError, MissingExtraError
from reclamation_core.reporting import verifier
from reclamation_core.validators import of_class
from reclamation_core.wording import Wording

_KEY: Final = Wording(
    "une clé privée Ed25519 sans mot de passe est attendue, au format OpenSSH ou PEM, comme "
    "« ssh-keygen -t ed25519 -N '' -f cle » l'écrit",
    "an Ed25519 private key without passphrase is expected, in OpenSSH or PEM format, as ssh-keygen -t ed25519 -N '' "
    "-f key writes it",
)


def private_key(key: bytes) -> Any:
    """Return a private key.

    Raises:
        FaultsError: it is not an Ed25519 key, or it has a passphrase.
        MissingExtraError: `cryptography` is not installed.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key
    except ImportError as error:
        raise MissingExtraError("cryptography", "sign") from error
    load: Any = load_ssh_private_key if b"OPENSSH" in key else load_pem_private_key
    try:
        found = load(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise FaultsError((Fault("key", REDACTED, _KEY),)) from None
    return found


def signs(_: object, attribute: attrs.Attribute[bytes], value: bytes) -> None:
    """Validate a field that is a private key; raises what `private_key` does."""
    of_class(bytes)(_, attribute, value)
    private_key(value)


def signed_note(text: str, name: str, key: bytes) -> str:
    """Return a note of a text, signed under a name.

    Args:
        text: the text, whose last character is a line feed.
        name: the name of the key: the origin of a checkpoint.
        key: the Ed25519 private key, in OpenSSH or PEM format.

    Raises what `private_key` does.
    """
    signer = private_key(key)
    blob = verifier.note_key(name, signer.public_key().public_bytes_raw()) + signer.sign(text.encode())
    return f"{text}\n\u2014 {name} {base64.b64encode(blob).decode()}\n"


def verifier_key(name: str, public: bytes) -> str:
    """Return a public key as verifiers of notes take it (`vkey`): name, hash and key, with plus signs between.

    >>> verifier_key("example.org", bytes(32))
    'example.org+0e68fa12+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return f"{name}+{verifier.note_key(name, public).hex()}+{base64.b64encode(bytes([1]) + public).decode()}"
