"""Guards: named versions that make decisions exclude each other which write to different cases and plans.

The desk holds these:

- `cause:FAMILY`: a verdict on an action, which looks for cases that show its cause since; an analysis and a corrected
  receipt or date, which look for actions judged effective on their causes.
- `duplicate:CASE`: a link from a duplicate, for both cases and all that the chain of links goes by.
- `action:SCOPE/REFERENCE`: a closing, a statement that nothing is needed and a corrected date, which ask whether the
  actions of the case are settled; whatever opens an action again.
- `plans`: an edition of a region or of the nation, which gathers the plans there are; the first event of a plan.
"""

from __future__ import annotations

from abc import ABC, abstractmethod


class Guards(ABC):
    """The guards of a unit of work: optimistic locking of what a decision reads and does not write.

    The version of a case or a plan protects what is written. It does not prevent write skew: of two decisions each may
    read what the other writes, and write something else. Such decisions hold one guard, by a name on which both agree.
    """

    @abstractmethod
    def hold(self, *keys: str) -> None:
        """Hold guards from now on. Call it before reading what the decision depends on.

        The unit of work notes the committed version of each guard the first time that it holds it. A commit that writes
        something compares these versions and advances each by one, atomically with what it writes. So of two units that
        hold one guard, the second to commit is refused unless it held the guard after the first had committed. A commit
        that writes nothing, and a rollback, neither compare nor advance.

        Args:
            keys: the names, each any text that a store can keep. None need be created; its version is 0 at first.

        Raises:
            UnitOfWorkEndedError: the unit of work has ended.
        """
