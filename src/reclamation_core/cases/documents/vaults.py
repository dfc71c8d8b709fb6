"""The texts of a case or a plan as a document, kept apart from its events: what an export or a backup needs.

It holds personal data in clear, with the salts; erasing a text is leaving it out, in every copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from reclamation_core.cases.sealed import Secret, Vault
from reclamation_core.documents import REDACTED, Codec, Variants, redact_all_text
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording

_NOT_COMMITTED = Wording(
    "le texte et son sel ne sont pas ceux de cette empreinte ; reprenez une copie saine",
    "the text and its salt are not those of this digest; take a sound copy",
)


def _each_under_its_digest(_: object, __: object, texts: Mapping[str, Secret]) -> None:
    wrong = [digest for digest, secret in texts.items() if secret.commitment.digest != digest]
    if wrong:
        raise FaultsError(Fault(f"texts.{digest}", REDACTED, _NOT_COMMITTED) for digest in wrong)


@attrs.frozen(kw_only=True)
class VaultDocument:
    """Texts in clear, each with its salt, by the digest of the commitment to it."""

    texts: Mapping[str, Secret] = attrs.field(repr=False, validator=_each_under_its_digest)


VAULTS = Variants(annotation=VaultDocument, classes={"vault": VaultDocument})
CODEC = Codec((VAULTS,), redact=redact_all_text)


def vault_document(vault: Vault) -> dict[str, Any]:
    """The texts of a vault as plain data, in clear, each with its salt in hexadecimal."""
    texts = {secret.commitment.digest: secret for secret in vault}
    document: dict[str, Any] = CODEC.write(VaultDocument(texts=texts))
    return document


def read_vault(document: Any) -> Vault:
    """The vault that a document holds.

    Raises:
        FaultsError: with every fault of the document at once, each with its path and none with its text; a text that is
            not the one of its digest is one.
    """
    return Vault(CODEC.read(document, VaultDocument).texts)
