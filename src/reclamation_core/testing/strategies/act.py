"""What may be done to a case: acts, one by one, and how each is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from reclamation_core.cases import (
    CASE_EVENTS,
    ActionsPlanned,
    Analysed,
    Closed,
    ContainmentEffectRecorded,
    Linked,
)
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.plans import ActionOrigin, ActionSheet, ActionType, PlanScope, ScopeKind
from reclamation_core.testing.strategies.around import ActionsSettled, Swept, another_case
from reclamation_core.testing.strategies.fitting import fitted
from reclamation_core.testing.strategies.happening import happenings
from reclamation_core.vocabulary import Level, Role

if TYPE_CHECKING:
    from reclamation_core.cases import Case
    from reclamation_core.desk import Desk

_LEVELS = {ScopeKind.REGION: Level.REGIONAL, ScopeKind.NATION: Level.NATIONAL}
"""The level at which an action is done that is done at no site."""
_FILLED_IN = {"verdict", "terms", "override", "facts"}
"""What a command leaves out, and facts, which verbs take by their names."""


@attrs.frozen
class Act:
    """Something asked of a case, or that happens around it.

    Args:
        data: what happened, its texts in clear, as a `Command` gives it; `ActionsSettled` or `Swept`, which no command
            is.
        role: in which role it is said.
        after: how long after the act before it.
    """

    data: Any
    role: Role = Role.RQR
    after: timedelta = timedelta(hours=1)

    @property
    def is_command(self) -> bool:
        """Whether it is asked of the case itself."""
        return not isinstance(self.data, ActionsSettled | Swept)

    def ask(self, desk: Desk, case: Case, at: datetime | None = None) -> Case:
        """Ask a desk for it, by the verb that a user would call; of causes, under the families that the desk knows.

        What is told of facts, measures and dates is made to be of the case, as `fitted` does; and another case of the
        desk is the one to be linked to.

        Args:
            desk: the desk, which may refuse it.
            case: the case as it is.
            at: when it happened; now by default.
        """
        acting = desk.acting("Mme Roux", self.role)
        if isinstance(self.data, ActionsSettled | Swept):
            self.data.ask(acting, case, at)
            return desk.cases.get(case.reference)
        verb = getattr(acting, CASE_EVENTS.commands[type(self.data)].value)
        if isinstance(self.data, ActionsPlanned):
            scope = self.data.plan if sees_all(desk) else PlanScope.site(case.handling_unit)
            sheets = [_sheet(reference, families_of(desk)[0], scope) for reference in self.data.actions]
            return verb(case.reference, *sheets, scope=scope, occurred_at=at)  # type: ignore[no-any-return]
        data = _known(fitted(self.told(at or case.events[-1].recorded_at), case), families_of(desk))
        if isinstance(data, Linked):
            data = attrs.evolve(data, to=another_case(desk, case))
        given = attrs.asdict(data, recurse=False, filter=lambda field, _: field.name not in _FILLED_IN)
        if isinstance(data, ContainmentEffectRecorded):  # an event has the event of the measure, a verb its number
            numbers = {taken.event: taken.number for taken in case.containments}
            given["measure"] = numbers.get(data.measure, data.measure)
        return verb(case.reference, **given, **_changed(case, data), occurred_at=at)  # type: ignore[no-any-return]

    def told(self, at: datetime) -> Any:
        """What happened, as it is told at an instant: whoever was redirected was told so then."""
        if isinstance(self.data, Closed) and self.data.redirected_to is not None and self.data.told_at is None:
            return attrs.evolve(self.data, told_at=at)
        return self.data


def _changed(case: Case, data: Any) -> dict[str, Any]:
    """The facts that an act tells of anew."""
    facts = getattr(data, "facts", None)
    if facts is None:
        return {}
    names = (field.name for field in attrs.fields(type(case.facts)))
    told = {name: getattr(facts, name) for name in names if hasattr(facts, name)}
    return {name: value for name, value in told.items() if value != getattr(case.facts, name)}


def families_of(desk: Desk) -> tuple[str, ...]:
    """The families of causes that a desk knows; where any code is one, those of a training body."""
    taxonomy = desk._context.taxonomy  # noqa: SLF001  a desk does not tell its families
    return TRAINING_BODY.codes if taxonomy is None else taxonomy.codes


def _known(data: Any, families: tuple[str, ...]) -> Any:
    """What happened, its causes under families that are known: one stands for each family of a training body."""
    if not isinstance(data, Analysed):
        return data
    known = dict(zip(TRAINING_BODY.codes, cycle(families), strict=False)) | {code: code for code in families}
    return attrs.evolve(data, causes=[known.get(code, code) for code in data.causes])


def sees_all(desk: Desk) -> bool:
    """Whether a desk sees the plan of the nation: one that sees a part has those of its sites."""
    return desk._context.scope is None  # noqa: SLF001  a desk does not tell its scope


def _sheet(reference: str, family: str, scope: PlanScope) -> ActionSheet:
    return ActionSheet(
        reference=reference,
        type=ActionType.CORRECTIVE,
        origin=ActionOrigin.COMPLAINT,
        site=scope.code if scope.kind is ScopeKind.SITE else None,
        level=_LEVELS.get(scope.kind),
        cause_family=family,
        cause="personne ne remplace",
        what="tenir un vivier",
        owner="M. Petit",
        criterion="aucune absence en trois mois",
    )


def acts(
    *, data: st.SearchStrategy[Any] | None = None, roles: st.SearchStrategy[Role] | None = None
) -> st.SearchStrategy[Act]:
    """Acts, an hour to a week after the one before.

    Args:
        data: what is asked; any of `happenings()` by default.
        roles: in which role; any but the library's own by default.

    Shrinks towards an acknowledgement by an RQR, an hour later.
    """
    people = st.sampled_from([Role.RQR, Role.AQ, Role.HANDLING_UNIT]) if roles is None else roles
    later = st.sampled_from([1, 5, 30, 200]).map(lambda hours: timedelta(hours=hours))
    return st.builds(Act, happenings() if data is None else data, people, later)
