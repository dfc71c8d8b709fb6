"""What to install when an optional package is missing."""

from __future__ import annotations

import attrs

from reclamation_core.errors import ReclamationError
from reclamation_core.wording import Wording


@attrs.define(eq=False)
class MissingExtraError(ReclamationError, ImportError):
    """A package that this use needs is not installed.

    Args:
        package: the package.
        extra: the extra of this library that brings it.
    """

    package: str
    extra: str

    @property
    def wording(self) -> Wording:
        """What to do, in both languages."""
        command = f"pip install 'reclamation-core[{self.extra}]'"
        return Wording(
            f"{self.package} n'est pas installé ; installez l'extra « {self.extra} » : {command}",
            f"{self.package} is not installed; install the extra '{self.extra}': {command}",
        )

    def __str__(self) -> str:
        return self.wording.en
