"""A region's plan gathers its sites' lines, the nation's the regions': by reference, resolved when an edition is made.

Nothing is copied: a line lives on one plan, and those above refer to it. Source: M2-1 §6.3, reading I16.
"""

from __future__ import annotations

from collections.abc import Iterable

from reclamation_core.cases.codes import ScopeKind
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.cases.sealed import Secret, Vault
from reclamation_core.plans.action import settled
from reclamation_core.plans.errors import UnknownActionError
from reclamation_core.plans.plan import Pgaac
from reclamation_core.plans.published import PlanLine, in_order
from reclamation_core.vocabulary import Sites


def gather(scope: PlanScope, plans: Iterable[Pgaac], sites: Sites) -> tuple[LineReference, ...]:
    """The lines that a plan gathers from those below it: a region from its sites', the nation from all.

    Args:
        scope: whose plan gathers; its own lines are not among the result.
        plans: the plans there are, in any order; what is not below is left out.
        sites: what says which region a site is in; one that is not there is of none, and only the nation gathers it.

    Returns:
        The references by plan, regions first, then by action; the same whatever the order of the plans.

    Raises:
        ValueError: two different stories are given for one plan.
    """
    below = (plan for own, plan in _by_scope(plans).items() if is_below(scope, own, sites))
    return tuple(line.reference for line in in_order(line for plan in below for line in plan.lines))


def resolve(references: Iterable[LineReference], plans: Iterable[Pgaac]) -> tuple[PlanLine, ...]:
    """The lines as they stand now, in order, each once.

    Raises:
        UnknownActionError: a reference is to a plan that is not given, or to an action that is not on it.
        ValueError: two different stories are given for one plan.
    """
    by_scope = _by_scope(plans)
    lines = {}
    for reference in references:
        plan = by_scope.get(reference.scope)
        if plan is None:
            raise UnknownActionError(reference.scope, reference.action)
        lines[reference] = PlanLine(reference.scope, plan.action(reference.action))
    return in_order(lines.values())


def gathered_lines(scope: PlanScope, plans: Iterable[Pgaac], sites: Sites) -> tuple[PlanLine, ...]:
    """What `Pgaac.publish` takes: the lines that a plan gathers, as they stand now. Raises what `gather` does."""
    plans = tuple(plans)
    return resolve(gather(scope, plans, sites), plans)


def texts_of_plans(plans: Iterable[Pgaac]) -> Vault:
    """The texts of several plans together, to read an edition that gathers them."""
    secrets: list[Secret] = [secret for plan in plans for secret in plan.vault]
    return Vault(secrets)


def unsettled(references: Iterable[LineReference], plans: Iterable[Pgaac]) -> frozenset[LineReference]:
    """Of these actions, those that keep a case open: not settled, or not on their plan, or their plan not given."""
    done = {line.reference for plan in plans for line in plan.lines if settled(line.action)}
    return frozenset(references) - done


def is_below(scope: PlanScope, other: PlanScope, sites: Sites) -> bool:
    """Whether a plan gathers the lines of another: a region those of its sites, the nation all."""
    if not scope.above(other):
        return False
    if scope.kind is ScopeKind.NATION:
        return True
    return sites.region_of(str(other.code)) == scope.code


def _by_scope(plans: Iterable[Pgaac]) -> dict[PlanScope, Pgaac]:
    """Each plan once: of two versions of one story, the later."""
    known: dict[PlanScope, Pgaac] = {}
    for plan in plans:
        other = known.get(plan.scope, plan)
        shorter, longer = sorted((other, plan), key=lambda one: one.version)
        if longer.events[: shorter.version] != shorter.events:
            raise ValueError(f"plans: two stories are given for {plan.scope}; give the one that is kept")
        known[plan.scope] = longer
    return known
