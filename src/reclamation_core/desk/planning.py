"""Planning: the actions of a case, and the PGAAC that they go on."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases import ActionsPlanned, Case, NoActionNeeded
from reclamation_core.cases.checks import of_class, optional
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.living_plan import PlanService, refuse_cases
from reclamation_core.desk.plans import follow_up, keep_plan, part_asked, part_of, require_named
from reclamation_core.plans import ActionSheet, PlanPart, PlanScope, Signature
from reclamation_core.ports import UnitOfWork
from reclamation_core.wording import safe_repr


class Planning:
    """The verbs that plan. They raise CommandRefusedError or PlanRefusedError where guards are not met."""

    _context: DeskContext

    def plan(
        self,
        reference: str,
        *actions: ActionSheet | str,
        scope: PlanScope | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Put actions on a plan for a case (plan d'actions), case and plan both or neither.

        Args:
            reference: the case; each action serves it from now on.
            actions: what is decided of each; of one that is on the plan already, its reference.
            scope: whose plan; that of the handling unit by default.
            occurred_at: when; now by default.

        Raises:
            ValueError: no action is given.
            FaultsError: a sheet names other cases: each is planned for itself, within the scope; or the families of
                causes are known, and it acts on what is none of them.
            PlanNotFoundError: the plan is not within the desk's scope.
            UnknownActionError: no action of the plan has that reference.
            UnknownSiteError: the sites are known, and an action is done at, or spread to, what is none of them.

        Source: M2-1 §4.1, §6.3.
        """
        if not actions:
            raise ValueError("actions: none is given; give one, or say with plan_nothing why none is needed")
        for place, action in enumerate(actions):
            if not isinstance(action, ActionSheet | str):
                raise TypeError(f"actions[{place}]: an ActionSheet or a reference is expected, got {safe_repr(action)}")
        require(optional(of_class(PlanScope)), scope=scope)
        context = self._context

        def planned(unit: UnitOfWork) -> Case:
            case = context.load(unit, reference)
            wanted = scope or PlanScope.site(case.handling_unit)
            context.require_own_plan(wanted)
            # The unit was a site when it was named, and may be none any more.
            names = tuple(action if isinstance(action, str) else action.reference for action in actions)
            plan = part_of(unit, wanted, names) if scope is None else part_asked(context, unit, wanted, names)
            changed = context.apply(case, ActionsPlanned(plan=wanted, actions=names), occurred_at)
            grown = plan
            for action in actions:
                grown = _serving(grown, action, reference, context.signature(plan, occurred_at, changed))
            require_named(context, unit, grown, plan)
            keep_plan(unit, grown, plan.version)
            unit.cases.save(changed, case.version)
            return changed

        return context.transact(planned, reference)

    def plan_nothing(self, reference: str, *, reason: str, occurred_at: datetime | None = None) -> Case:
        """State why the case needs no action, or no other than those that it has settled."""
        data, decided = NoActionNeeded(reason=reason), self._context.apply
        return self._context.update(
            reference, lambda unit, case: decided(case, data, occurred_at, follow_up(self._context, unit, case))
        )

    def pgaac(self, scope: PlanScope | str) -> PlanService:
        """The living plan of a site, given by its code, of a region or of the nation; empty where nothing is on it."""
        if not isinstance(scope, PlanScope | str):
            raise TypeError(f"scope: the code of a site or a PlanScope is expected, got {safe_repr(scope)}")
        wanted = PlanScope.site(scope) if isinstance(scope, str) else scope
        return PlanService(self._context, wanted)


def _serving(plan: PlanPart, action: ActionSheet | str, reference: str, signature: Signature) -> PlanPart:
    """The plan with an action on it that serves a case."""
    if not isinstance(action, str):
        if set(action.cases) - {reference}:
            refuse_cases(action.cases)
        return plan.add(attrs.evolve(action, cases=(reference,)), signature)
    served = plan.action(action).cases
    return plan if reference in served else plan.amend(action, signature, cases=(*served, reference))
