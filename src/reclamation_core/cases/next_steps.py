"""The next steps of a case (prochaines étapes): the commands that its closing waits for.

They follow from the guards. Those of the closing name what is missing; the remedy of each is a command, which guards of
its own may refuse in turn. The commands that no guard with a remedy refuses are the next steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import Any, Final

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import Admissibility, CaseKind, ClosingReason
from reclamation_core.cases.events import CASE_EVENTS, Closed, Reopened
from reclamation_core.cases.events.base import DecisionContext, PartialCaseCommand
from reclamation_core.cases.events.closing import is_duplicate
from reclamation_core.cases.guard_inputs import open_actions
from reclamation_core.cases.guards import GUARDS
from reclamation_core.cases.plain import plain
from reclamation_core.cases.references import LineReference
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import Lang, Wording

_ORDER: Final = list(CommandType)
_NOT_ACKNOWLEDGED: Final = Wording("aucun accusé de réception n'a été envoyé", "receipt has not been acknowledged")
_NOTHING_MISSING: Final = Wording("rien ne manque : le dossier peut être clos", "nothing is missing: it can be closed")


@attrs.frozen(kw_only=True)
class NextStep(SharedRepr):
    """A command that a case waits for.

    Attributes:
        command: the command.
        reason: what is missing, as a sentence without its full stop.
        before: the command that waits for this one; None for the closing and for the acknowledgement.
        due: the last day for the command; None if it has none.
        requested_on: the day of the request for information whose answer it waits for; None if there is none.
        closing_reason: for the closing, the reason for which the case would be closed, as it is known now.
        actions: for the closing, the actions to settle on their plans first.
        roles: the roles that may give the command; empty if the reader's role may.
    """

    command: CommandType
    reason: Wording
    before: CommandType | None = None
    due: date | None = None
    requested_on: date | None = None
    closing_reason: ClosingReason | None = None
    actions: tuple[LineReference, ...] = ()
    roles: tuple[Role, ...] = ()

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the step as plain data; `document_schema("view.next_step")` describes it."""
        view = NextStepView(
            command=self.command,
            label=self.command.label(lang),
            reason=self.reason.in_(lang),
            before=self.before,
            due=self.due,
            requested_on=self.requested_on,
            closing_reason=self.closing_reason,
            actions=tuple(map(str, self.actions)),
            roles=self.roles,
        )
        return plain(view)


@attrs.frozen(kw_only=True)
class NextStepView(SharedRepr):
    """A next step of a case as plain data: its label and its reason in one language, its actions as `plan/action`."""

    command: CommandType
    label: str
    reason: str
    before: CommandType | None
    due: date | None
    requested_on: date | None
    closing_reason: ClosingReason | None
    actions: tuple[str, ...]
    roles: tuple[Role, ...]


def next_steps(case: Case, role: Role, context: DecisionContext) -> tuple[NextStep, ...]:
    """Return the commands that the closing of a case waits for, in the order of the procedure; none once it is closed.

    Args:
        case: the case.
        role: the role of the reader.
        context: the context of a decision now, with how far the actions of the case are settled.
    """
    if case.closed_at is not None:
        return ()
    steps = list(_Steps(case, context).before(NextStep(command=CommandType.CLOSE, reason=_NOTHING_MISSING)))
    if case.is_unacknowledged:
        steps.append(NextStep(command=CommandType.ACKNOWLEDGE, reason=_NOT_ACKNOWLEDGED))
    steps.sort(key=lambda step: _ORDER.index(step.command))
    return tuple(attrs.evolve(step, roles=_roles(step.command, case, role, context)) for step in steps)


@attrs.frozen
class _Steps(SharedRepr):
    """The search for the steps of a case, each command once."""

    case: Case
    context: DecisionContext
    seen: set[CommandType] = attrs.field(factory=set)

    def before(self, step: NextStep) -> Iterator[NextStep]:
        """Yield the steps that a command waits for; the command itself if it waits for none."""
        case = self.case
        partial = _partial(step.command, case, self.context)
        refusing = GUARDS.against(partial)
        remedies = [(guard, remedy) for guard in refusing if (remedy := guard.remedy_of(partial)) is not None]
        for guard, remedy in remedies:
            if remedy not in self.seen:
                self.seen.add(remedy)
                reason = guard.details(partial, case.zone).wording
                request = case.open_request if remedy is CommandType.COMPLETE_FACTS else None
                yield from self.before(
                    NextStep(
                        command=remedy,
                        reason=reason,
                        before=step.command,
                        due=case.awaited_on if remedy is CommandType.ANSWER else None,
                        requested_on=None if request is None else case.day_of(request.occurred_at),
                    )
                )
        if not remedies:
            reasons = [guard.details(partial, case.zone).wording for guard in refusing]
            is_closing = step.command is CommandType.CLOSE
            yield attrs.evolve(
                step,
                reason=reasons[0] if reasons else step.reason,
                closing_reason=partial.data.reason if is_closing else None,
                actions=open_actions(partial) if is_closing and reasons else (),
            )


def _partial(
    command: CommandType, case: Case, context: DecisionContext, role: Role | None = None
) -> PartialCaseCommand:
    return PartialCaseCommand(
        event=CASE_EVENTS.event_of(command),
        given_role=role,
        given_data=Closed(reason=closing_reason(case, context)) if command is CommandType.CLOSE else None,
        case=case,
        context=context,
    )


def closing_reason(case: Case, context: DecisionContext) -> ClosingReason:
    """Return the reason for which the case would be closed, as it is known now."""
    if case.withdrawn_at is not None:
        return ClosingReason.WITHDRAWN
    if _is_linked_as_duplicate(case) and not context.another_author:
        return ClosingReason.DUPLICATE
    if case.kind is CaseKind.MALFUNCTION:
        return ClosingReason.TREATED
    return ClosingReason.OUT_OF_SCOPE if case.admissibility is Admissibility.OUT_OF_SCOPE else ClosingReason.ANSWERED


def _is_linked_as_duplicate(case: Case) -> bool:
    """Return True for a duplicate; one that was reopened since awaits an answer of its own (I3)."""
    since = takewhile(lambda event: not isinstance(event.data, Reopened), reversed(case.events))
    return any(is_duplicate(event.data) for event in since)


def _roles(command: CommandType, case: Case, role: Role, context: DecisionContext) -> tuple[Role, ...]:
    """Return the roles that may give a command; none where a role may."""
    refused = {guard.id for guard in GUARDS.against(_partial(command, case, context))}

    def may(one: Role) -> bool:
        return {guard.id for guard in GUARDS.against(_partial(command, case, context, one))} <= refused

    return () if may(role) else tuple(one for one in Role if one is not Role.SYSTEM and may(one))
