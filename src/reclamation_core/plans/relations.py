"""Relations of plans: lines gathered from other plans, and actions that a recurrent cause reopens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.events import Analysed, Reopened
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.plans.action import Action
from reclamation_core.plans.codes import Effectiveness
from reclamation_core.plans.errors import UnknownActionError
from reclamation_core.plans.events import ActionReopened
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.published import PlanLine, in_order
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple, at_offset, each_a_label, each_a_name, each_once, instant, label
from reclamation_core.vocabulary import Sites


def gather(scope: PlanScope, plans: Iterable[BasePlan], sites: Sites) -> tuple[LineReference, ...]:
    """The lines that a plan gathers from those below it: a region from its sites', the nation from all.

    Args:
        scope: whose plan gathers; its own lines are not among the result.
        plans: the plans there are, in any order; what is not below is left out.
        sites: the regions of sites; a site without a region is gathered by the nation alone.

    Returns:
        The references by plan, regions first, then by action; the order of the plans does not matter.

    Raises:
        ValueError: two different histories are given for one plan.
    """
    return tuple(line.reference for line in gathered_lines(scope, plans, sites))


def resolve(references: Iterable[LineReference], plans: Iterable[BasePlan]) -> tuple[PlanLine, ...]:
    """The lines as they stand now, in order, each once.

    Raises:
        UnknownActionError: a reference is to a plan that is not given, or to an action that is not on it.
        ValueError: two different histories are given for one plan.
    """
    by_scope = _by_scope(plans)
    lines = {}
    for reference in references:
        plan = by_scope.get(reference.scope)
        if plan is None:
            raise UnknownActionError(reference.scope, reference.action)
        lines[reference] = PlanLine(reference.scope, plan.action(reference.action))
    return in_order(lines.values())


def gathered_lines(scope: PlanScope, plans: Iterable[BasePlan], sites: Sites) -> tuple[PlanLine, ...]:
    """What `Pgaac.publish` takes: the lines that a plan gathers, as they stand now. Raises what `gather` does."""
    below = (plan for own, plan in _by_scope(plans).items() if is_below(scope, own, sites))
    return in_order(line for plan in below for line in plan.lines)


def unsettled(references: Iterable[LineReference], plans: Iterable[BasePlan]) -> frozenset[LineReference]:
    """Return the actions that are not settled, not on their plan, or of a missing plan: their case stays open."""
    settled = ((plan, action) for plan in plans for action in plan.actions if action.settled_at is not None)
    done = {LineReference(plan.scope, action.reference) for plan, action in settled}
    return frozenset(references) - done


def is_below(scope: PlanScope, other: PlanScope, sites: Sites) -> bool:
    """Whether a plan gathers the lines of another: a region those of its sites, the nation all."""
    if not scope.above(other):
        return False
    if scope.kind is ScopeKind.NATION:
        return True
    return sites.region_of(str(other.code)) == scope.code


def _by_scope(plans: Iterable[BasePlan]) -> dict[PlanScope, BasePlan]:
    """Each plan once: of two versions of one history, the later."""
    known: dict[PlanScope, BasePlan] = {}
    for plan in plans:
        other = known.get(plan.scope, plan)
        shorter, longer = sorted((other, plan), key=lambda one: one.version)
        if longer.events[: len(shorter.events)] != shorter.events:
            raise ValueError(f"plans: two histories are given for {plan.scope}; give the one that is kept")
        known[plan.scope] = longer
    return known


def _families(families: object) -> Any:
    several = as_tuple(families)
    return frozenset(several) if isinstance(several, tuple) else several


@attrs.frozen(kw_only=True)
class Occurrence(SharedRepr):
    """The causes of a case: their families, their sites, their date.

    Args:
        case: the reference of the case.
        families: the families of its causes.
        sites: where it happened.
        received_at: since when it shows them: when it was received, or opened again; aware. A letter that is entered
            late is about earlier events.

    Raises:
        TypeError, ValueError: a field is refused.
    """

    case: str = attrs.field(validator=label)
    families: frozenset[str] = attrs.field(converter=_families, validator=each_a_label)
    sites: tuple[str, ...] = attrs.field(converter=each_once, validator=each_a_name)  # as events may have them
    received_at: datetime = attrs.field(converter=at_offset, validator=instant)

    @classmethod
    def of_case(cls, case: Case) -> Occurrence:
        """Return the causes of a case, none before its analysis, at the sites that delivered the service.

        The latest recorded analysis counts. A case that was reopened, and analysed since, shows its causes since the
        reopening, no longer since its receipt.
        """
        return cls(
            case=case.reference,
            families=frozenset() if case.analysis is None else frozenset(case.analysis.causes),
            sites=case.service_sites or (case.site,),
            received_at=_shown_since(case),
        )


def recurrences(plan: BasePlan, occurrence: Occurrence, sites: Sites) -> tuple[ActionReopened, ...]:
    """The reopenings that a case calls for: of each action on its cause, where it happened, judged effective before.

    Args:
        plan: the plan.
        occurrence: the causes of the case.
        sites: the regions of sites.

    Returns:
        One for each line, in the plan's order; empty once they are reopened, so that asking again changes nothing.
    """
    return tuple(
        ActionReopened(action=action.reference, case=occurrence.case, cause_family=action.cause_family)
        for action in plan.actions
        if _was_effective_before(action, occurrence) and _reaches(plan.scope, action, occurrence.sites, sites)
    )


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
