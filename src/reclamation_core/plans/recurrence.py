"""Effectiveness by recurrence: a cause that comes back after an action was judged effective reopens the line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from reclamation_core.cases.checks import each_a_label, each_a_name, each_once, instant, label, listed
from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.events import Analysed, Reopened
from reclamation_core.cases.references import PlanScope
from reclamation_core.plans.action import Action
from reclamation_core.plans.codes import Effectiveness
from reclamation_core.plans.decisions import Signature
from reclamation_core.plans.events import ActionReopened
from reclamation_core.plans.plan import ActionCommands
from reclamation_core.vocabulary import Sites
from reclamation_core.vocabulary.conversions import at_offset

if TYPE_CHECKING:
    from reclamation_core.cases.case import Case

V = TypeVar("V", bound=ActionCommands)


def _families(families: Any) -> Any:
    several = listed(families)
    return frozenset(several) if isinstance(several, tuple) else several


@attrs.frozen(kw_only=True)
class Occurrence:
    """What a case says of its causes: which families, where, since when.

    Args:
        case: the reference of the case.
        families: the families of its causes.
        sites: where it happened.
        received_at: since when it shows them: when it was received, or opened again; aware. A letter that is entered
            late tells of what was before.

    Raises:
        TypeError, ValueError: a field is refused.
    """

    case: str = attrs.field(validator=label)
    families: frozenset[str] = attrs.field(converter=_families, validator=each_a_label)
    sites: tuple[str, ...] = attrs.field(converter=each_once, validator=each_a_name)  # as events may have kept them
    received_at: datetime = attrs.field(converter=at_offset, validator=instant)

    @classmethod
    def of_case(cls, case: Case) -> Occurrence:
        """What a case says of its causes, none before its analysis; it happened where the service was delivered.

        The analysis that was told last speaks. A case that was opened again, and analysed since, shows its causes again
        since it was opened again, and no more since its receipt.
        """
        return cls(
            case=case.reference,
            families=frozenset() if case.analysis is None else frozenset(case.analysis.causes),
            sites=case.service_sites or (case.site,),
            received_at=_shown_since(case),
        )


def recurrences(plan: ActionCommands, occurrence: Occurrence, sites: Sites) -> tuple[ActionReopened, ...]:
    """The reopenings that a case calls for: of each action on its cause, where it happened, judged effective before.

    Args:
        plan: the plan.
        occurrence: what the case says of its causes.
        sites: what says which region a site is in; one that is not there is of none.

    Returns:
        One for each line, in the plan's order; empty once they are reopened, so that asking again changes nothing.
    """
    return tuple(
        ActionReopened(action=action.reference, case=occurrence.case, cause_family=action.cause_family)
        for action in plan.actions
        if _was_effective_before(action, occurrence) and _reaches(plan.scope, action, occurrence.sites, sites)
    )


def reopened_by(plan: V, occurrence: Occurrence, sites: Sites, signature: Signature) -> V:
    """The plan with the lines reopened that a case calls for; the same plan where there are none.

    Raises:
        PlanRefusedError: the signature is from before a verdict or a closing that it would undo.
    """
    for reopening in recurrences(plan, occurrence, sites):
        plan = plan.do(reopening, signature)
    return plan


def _shown_since(case: Case) -> datetime:
    """When the run began in which a case was analysed last: at its receipt, or when it was opened again."""
    began = [event.occurred_at for event in case.history if isinstance(event.data, Reopened)]
    analysed = [event.occurred_at for event in case.history if isinstance(event.data, Analysed)]
    return max((start for start in began if analysed and start <= analysed[-1]), default=case.received_at)


def _was_effective_before(action: Action, occurrence: Occurrence) -> bool:
    judgement = action.judgement
    return (
        action.cause_family in occurrence.families
        and judgement is not None
        and judgement.effectiveness is Effectiveness.EFFECTIVE
        and judgement.at < occurrence.received_at
    )


def _reaches(scope: PlanScope, action: Action, happened: tuple[str, ...], sites: Sites) -> bool:
    """Whether an action covers one of the sites: its own and those it was spread to, or all of its plan's."""
    if not {action.site, *action.spread}.isdisjoint(happened):
        return True
    if action.site is not None:
        return False
    if scope.kind is ScopeKind.SITE:
        return scope.code in happened
    return scope.kind is ScopeKind.NATION or any(sites.region_of(site) == scope.code for site in happened)
