"""Ending: reaction, mediation, withdrawal, closing, reopening, links, retention, forgetting."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases import (
    Anonymised,
    Case,
    Closed,
    ClosingReason,
    DeadlineResumed,
    DeadlineSuspended,
    Linked,
    LinkKind,
    Reaction,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    RetentionResumed,
    RetentionSuspended,
    TextKind,
    Withdrawn,
)
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import a_text, require
from reclamation_core.desk.errors import CircularLinkError
from reclamation_core.desk.plans import follow_up
from reclamation_core.ports import UnitOfWork


class Ending:
    """The verbs that end a case. Each gives the case as it is after.

    They raise CommandRefusedError where guards are not met, CaseNotFoundError where the case is not there or not within
    the desk's scope, ClockError where the clock, or the one that dated an act of the case, is wrong,
    UnknownEditionError where the desk does not know the edition of the case, ChangedEditionError where it knows another
    text under that name. Forgetting and the suspension of retention
    need no edition.
    """

    _context: DeskContext

    def record_reaction(
        self, reference: str, *, reaction: Reaction, words: str | None = None, occurred_at: datetime | None = None
    ) -> Case:
        """Record how the complainant took the answer (réaction)."""
        return self._context.execute(reference, ReactionRecorded(reaction=reaction, words=words), occurred_at)

    def refer_to_mediation(
        self, reference: str, *, reason: str | None = None, occurred_at: datetime | None = None
    ) -> Case:
        """Record that the dispute went to the mediator (médiation)."""
        return self._context.execute(reference, ReferredToMediation(reason=reason), occurred_at)

    def withdraw(self, reference: str, *, words: str | None = None, occurred_at: datetime | None = None) -> Case:
        """Record that the complainant took the complaint back (retrait); actions already open stay on the PGAAC."""
        return self._context.execute(reference, Withdrawn(words=words), occurred_at)

    def close(
        self,
        reference: str,
        *,
        reason: ClosingReason,
        redirected_to: str | None = None,
        told_at: datetime | None = None,
        comment: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Close the case (clore); what each reason asks for is in the closing table of the documentation."""
        data = Closed(reason=reason, redirected_to=redirected_to, told_at=told_at, comment=comment)
        decided = self._context.apply
        return self._context.update(
            reference, lambda unit, case: decided(case, data, occurred_at, follow_up(self._context, unit, case))
        )

    def reopen(self, reference: str, *, reason: str, occurred_at: datetime | None = None) -> Case:
        """Open the case again (rouvrir): a new answer clock starts, as long as the first, whose result is kept."""
        return self._context.execute(reference, Reopened(reason=reason), occurred_at)

    def link(self, reference: str, *, kind: LinkKind, to: str, occurred_at: datetime | None = None) -> Case:
        """Link the case to another one, which must be there and within the desk's scope (lier).

        Raises:
            CircularLinkError: the other is the same case, or, of a duplicate, a duplicate of it in its turn.
        """
        require(a_text, to=to)
        context = self._context

        def linked(unit: UnitOfWork, case: Case) -> Case:
            context.load(unit, to)
            if reference == to or (kind is LinkKind.DUPLICATE_OF and _is_duplicate(context, unit, to, reference)):
                raise CircularLinkError(reference, to)
            return context.apply(case, Linked(kind=kind, to=to), occurred_at)

        return context.update(reference, linked)

    def suspend_deadline(self, reference: str, *, reason: str, occurred_at: datetime | None = None) -> Case:
        """Suspend the answer clock (suspendre le délai), where the edition of the case allows it (I25).

        The day of it no longer counts, nor do the days until the day on which the clock is resumed; meanwhile no answer
        is awaited by a day and no alert is raised. The ledger shows the days. A suspension ends with the answer, the
        withdrawal or the closing; reopening starts a clock without any. `correct_date` corrects its dates.

        Source: M2-1 §5.0.
        """
        return self._context.execute(reference, DeadlineSuspended(reason=reason), occurred_at)

    def resume_deadline(
        self, reference: str, *, reason: str | None = None, occurred_at: datetime | None = None
    ) -> Case:
        """Resume the answer clock (reprendre le délai): the day of it counts again (I25)."""
        return self._context.execute(reference, DeadlineResumed(reason=reason), occurred_at)

    def suspend_retention(
        self, reference: str, *, reason: str | None = None, occurred_at: datetime | None = None
    ) -> Case:
        """Suspend the end of retention, for litigation (contentieux, I17): until it resumes, nothing is forgotten."""
        return self._context.execute(reference, RetentionSuspended(reason=reason), occurred_at)

    def resume_retention(
        self, reference: str, *, reason: str | None = None, occurred_at: datetime | None = None
    ) -> Case:
        """Resume retention: it ends as many days later as it was suspended after the closing (I17)."""
        return self._context.execute(reference, RetentionResumed(reason=reason), occurred_at)

    def anonymise(
        self, reference: str, *, kinds: tuple[TextKind, ...] = tuple(TextKind), occurred_at: datetime | None = None
    ) -> Case:
        """Forget the personal and free texts of a closed case (anonymiser); the event of it is kept, and its trace.

        It is allowed although the edition of the case is missing or has changed.

        An SQLite file then takes in its write-ahead log, where the texts are left otherwise. Who reads the file at that
        moment may prevent it: that is logged as a warning, and `forget_expired` makes up for it.
        """
        changed = self._context.update(reference, lambda _, case: anonymised(self._context, case, kinds, occurred_at))
        self._context.store.erase_traces()
        return changed


def anonymised(context: DeskContext, case: Case, kinds: tuple[TextKind, ...], occurred_at: datetime | None) -> Case:
    """A case whose texts of some kinds are forgotten, or a refusal."""
    told = context.apply(case, Anonymised(kinds=kinds), occurred_at)
    return attrs.evolve(told, vault=told.vault.without(told.texts_of(kinds)))


def _is_duplicate(context: DeskContext, unit: UnitOfWork, case: str, of: str) -> bool:
    """Whether a case is a duplicate of another one, by one link or by several, as far as they can be read.

    Holds the guards of both and of every case on the way, so that none is linked before the commit.
    """
    unit.guards.hold(_duplicate_guard(of))
    found: set[str] = set()
    nearest = {case}
    while nearest:
        if of in nearest:
            return True
        found |= nearest
        unit.guards.hold(*map(_duplicate_guard, nearest))
        cases = [context.passing(unit, reference) for reference in nearest]
        links = [link for case_ in cases if case_ is not None for link in case_.links]
        nearest = {link.to for link in links if link.kind is LinkKind.DUPLICATE_OF} - found
    return False


def _duplicate_guard(case: str) -> str:
    """The guard of decisions on what a case is a duplicate of."""
    return f"duplicate:{case}"
