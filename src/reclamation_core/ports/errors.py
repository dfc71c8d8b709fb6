"""What a store may answer beside what it was asked for."""

from __future__ import annotations

import attrs

from reclamation_core.errors import WordedError
from reclamation_core.wording import Wording


@attrs.define(eq=False)
class CaseNotFoundError(WordedError, LookupError):
    """No case has that reference, or none that may be seen from here: the two cannot be told apart.

    Args:
        reference: the reference asked for.
    """

    reference: str

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le dossier {self.reference!r} est introuvable ; vérifiez la référence",
            f"case {self.reference!r} is not found; check the reference",
        )


@attrs.define(eq=False)
class PlanNotFoundError(WordedError, LookupError):
    """No plan has that scope, or none that may be seen from here.

    Args:
        scope: the scope asked for.
    """

    scope: str

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le plan {self.scope!r} est introuvable ; vérifiez son périmètre",
            f"plan {self.scope!r} is not found; check its scope",
        )


@attrs.define(eq=False)
class ConcurrentChangeError(WordedError, RuntimeError):
    """Somebody else changed the same thing meanwhile; nothing was written. Load it again and decide anew.

    Args:
        reference: the case or the plan.
        expected: the version that the change was made on.
        found: the version that is stored.
    """

    reference: str
    expected: int
    found: int

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"{self.reference!r} : parti de la version {self.expected}, alors que la {self.found} est gardée ; "
            "relisez et décidez à nouveau",
            f"{self.reference!r}: the change was made on version {self.expected}, version {self.found} is stored; "
            "load it again and decide anew",
        )


@attrs.define(eq=False)
class StaleReadError(ConcurrentChangeError):
    """What a decision was based on changed meanwhile, although it is not what was written; nothing was written.

    The desk decides again by itself, a bounded number of times, before it raises this.

    Args:
        reference: the guard that was held, or the plan that was read; empty where a desk may not name it.
        expected: the version that the decision was made on.
        found: the version that is stored.
    """

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        if not self.reference:
            return Wording(
                "ce sur quoi la décision reposait a changé entre-temps ; recommencez",
                "what the decision was based on changed meanwhile; try again",
            )
        return Wording(
            f"{self.reference!r}, sur quoi la décision reposait, est passé de la version {self.expected} à la version "
            f"{self.found} entre-temps ; recommencez",
            f"{self.reference!r}, which the decision was based on, went from version {self.expected} to version "
            f"{self.found} meanwhile; try again",
        )


@attrs.define(eq=False)
class UnitOfWorkEndedError(WordedError, RuntimeError):
    """A unit of work was used after its commit or its rollback."""

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            "cette unité de travail est terminée et ne garde plus rien ; commencez-en une autre",
            "this unit of work has ended, and nothing more is kept by it; begin another one",
        )


@attrs.define(eq=False)
class RepeatedSourceError(WordedError, RuntimeError):
    """A case was registered from the same source message meanwhile; nothing was written.

    Args:
        source: what identifies the message.
        reference: the case that it gave.
    """

    source: str
    reference: str

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le message {self.source!r} est déjà le dossier {self.reference!r} ; prenez ce dossier",
            f"the message {self.source!r} is case {self.reference!r} already; use that case",
        )
