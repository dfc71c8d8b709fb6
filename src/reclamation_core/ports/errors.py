"""What a store may answer beside what it was asked for."""

from __future__ import annotations

import attrs

from reclamation_core.errors import ReclamationError


@attrs.define(eq=False)
class CaseNotFoundError(ReclamationError, LookupError):
    """No case has that reference, or none that may be seen from here: the two cannot be told apart.

    Args:
        reference: the reference asked for.
    """

    reference: str

    def __str__(self) -> str:
        return f"case {self.reference!r} is not found; check the reference"


@attrs.define(eq=False)
class PlanNotFoundError(ReclamationError, LookupError):
    """No plan has that scope, or none that may be seen from here.

    Args:
        scope: the scope asked for.
    """

    scope: str

    def __str__(self) -> str:
        return f"plan {self.scope!r} is not found; check its scope"


@attrs.define(eq=False)
class ConcurrentChangeError(ReclamationError, RuntimeError):
    """Somebody else changed the same thing meanwhile; nothing was written. Load it again and decide anew.

    Args:
        reference: the case or the plan.
        expected: the version that the change was made on.
        found: the version that is stored.
    """

    reference: str
    expected: int
    found: int

    def __str__(self) -> str:
        return (
            f"{self.reference!r}: the change was made on version {self.expected}, version {self.found} is stored; "
            f"load it again and decide anew"
        )


@attrs.define(eq=False)
class UnitOfWorkEndedError(ReclamationError, RuntimeError):
    """A unit of work was used after its commit or its rollback."""

    def __str__(self) -> str:
        return "this unit of work has ended, and nothing more is kept by it; begin another one"


@attrs.define(eq=False)
class RepeatedSourceError(ReclamationError, RuntimeError):
    """A case was registered from the same source message meanwhile; nothing was written.

    Args:
        source: what identifies the message.
        reference: the case that it gave.
    """

    source: str
    reference: str

    def __str__(self) -> str:
        return f"the message {self.source!r} is case {self.reference!r} already; use that case"
