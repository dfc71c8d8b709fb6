"""What stands for a text where it is not to be read: a notebook is handed on with all that it shows."""

from __future__ import annotations

from typing import Final

from reclamation_core.cases.sealed import Vault
from reclamation_core.wording import Wording

ERASED: Final = Wording("(effacé)", "(erased)")
"""What stands where a text was forgotten."""
REDACTED: Final = "[texte]"
"""What stands for a text that is kept, and not shown."""
NOTE: Final = f"{REDACTED} : un texte conservé, qui n'est pas montré ; to_html(texts=True) le montre."
"""What a reader is told of it."""


def displayed_vault(vault: Vault, *, texts: bool) -> Vault:
    """The vault as it is to be shown: with its texts, or with what stands for them."""
    return vault if texts else vault.redacted(REDACTED)
