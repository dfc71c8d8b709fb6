"""Evidence: what shows that the events of cases and plans were not tampered with."""

from __future__ import annotations

from reclamation_core.cases.checks import of_class, optional
from reclamation_core.cases.journal import Checkpoint, Finding, examine
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require


class Evidence:
    """The verbs that vouch for the stories of a whole store, which a desk with a scope does not see."""

    _context: DeskContext

    def checkpoint(self, key: bytes | None = None) -> Checkpoint:
        """How far each case and each plan has come now, to be kept elsewhere; with a key, sealed.

        Raises:
            ValueError: the key is shorter than sixteen bytes.
            WholeStoreError: the desk has a scope.
        """
        require(optional(of_class(bytes)), key=key)
        context = self._context
        journal = context.unscoped_store("checkpoint").journal
        taken = Checkpoint.of(journal.stories(), context.clock.now(), journal.plan_stories())
        return taken if key is None else taken.sealed(key)

    def examine(self, checkpoint: Checkpoint | None = None) -> tuple[Finding, ...]:
        """What is wrong with the events of cases and plans as they are written, the first fault of each.

        See `reclamation_core.cases.journal.examine` for what is found with a checkpoint and what without.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        require(optional(of_class(Checkpoint)), checkpoint=checkpoint)
        journal = self._context.unscoped_store("examine").journal
        return tuple(examine(journal.stories(), checkpoint, journal.plan_stories()))
