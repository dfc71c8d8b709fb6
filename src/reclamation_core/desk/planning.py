"""Planning: the actions of a case, and the PGAAC that they go on."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases import ActionsPlanned, Case, NoActionNeeded
from reclamation_core.cases.plans import ActionSheet, Pgaac, PlanScope, Signature
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.living_plan import LivingPlan, keep_plan, plan_of


class Planning:
    """The verbs that plan. They raise CommandRefusedError or PlanRefusedError where guards are not met."""

    _acting: Acting

    def plan(
        self, reference: str, *actions: ActionSheet, scope: PlanScope | None = None, at: datetime | None = None
    ) -> Case:
        """Put actions on a plan for a case (plan d'actions), both or neither.

        Args:
            reference: the case; each action serves it from now on.
            actions: what is decided of each.
            scope: whose plan; that of the handling unit by default.
            at: when; now by default.

        Source: M2-1 §4.1, §6.3.
        """
        acting = self._acting
        with acting.store.unit_of_work() as unit:
            case = acting.load(unit, reference)
            names = tuple(sheet.reference for sheet in actions)
            changed = acting.decided(case, ActionsPlanned(actions=names), at)
            plan = plan_of(unit, scope or PlanScope.site(case.handling_unit))
            grown = self._with(plan, reference, actions, acting.signature(at))
            keep_plan(unit, grown, plan.version)
            unit.cases.save(changed, case.version)
            unit.commit()
            return changed

    @staticmethod
    def _with(plan: Pgaac, reference: str, actions: tuple[ActionSheet, ...], signature: Signature) -> Pgaac:
        for sheet in actions:
            serving = attrs.evolve(sheet, cases=tuple(dict.fromkeys((*sheet.cases, reference))))
            plan = plan.add(serving, signature)
        return plan

    def plan_nothing(self, reference: str, *, reason: str, at: datetime | None = None) -> Case:
        """State why the case needs no action."""
        return self._acting.do(reference, NoActionNeeded(reason=reason), at)

    def pgaac(self, scope: PlanScope | str) -> LivingPlan:
        """The living plan of a site, given by its code, of a region or of the nation; empty where nothing is on it."""
        wanted = PlanScope.site(scope) if isinstance(scope, str) else scope
        return LivingPlan(self._acting, wanted)
