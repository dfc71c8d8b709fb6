"""What happens around a case, and is asked of none: its actions are settled, the desk is swept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from reclamation_core.cases import Case
from reclamation_core.plans import Effectiveness
from reclamation_core.ports import CaseQuery

if TYPE_CHECKING:
    from reclamation_core.desk import Desk


@attrs.frozen
class ActionsSettled:
    """The actions of a case are done, judged effective and closed, on the plan that each is on."""

    def ask(self, desk: Desk, case: Case, at: datetime | None) -> None:
        """Do it on a desk, which may refuse it."""
        for line in case.actions:
            plan = desk.pgaac(line.scope)
            plan.finish(line.action, evidence="la liste signée", occurred_at=at)
            plan.judge(line.action, Effectiveness.EFFECTIVE, why="rien depuis", occurred_at=at)
            plan.close(line.action, occurred_at=at)


@attrs.frozen
class Swept:
    """The alerts that are due are raised."""

    def ask(self, desk: Desk, case: Case, at: datetime | None) -> None:  # noqa: ARG002  it is about every case
        """Do it on a desk."""
        desk.sweep(at)


def another_case(desk: Desk, case: Case) -> str:
    """The reference of another case on a desk, to be linked to: one is registered where there is none."""
    others = [found.reference for found in desk.cases.find(CaseQuery(limit=2)).cases if found != case]
    return others[0] if others else desk.register(case.registration.facts, site=case.site).reference
