"""Stories of commands, and the cases that they make."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import (
    Case,
    Command,
    CommandRefusedError,
    DecisionContext,
    FollowUp,
    NewEvent,
    RecordedEvent,
    RegistrationCommand,
    alerts_due,
    apply,
    decide,
    open_case,
)
from reclamation_core.cases.decisions import record
from reclamation_core.desk import CircularLinkError, Desk
from reclamation_core.plans import PlanRefusedError, UnknownActionError
from reclamation_core.policy import NoEditionError, Policy, m2_1
from reclamation_core.ports import CaseNotFoundError, PlanNotFoundError
from reclamation_core.testing.strategies.act import Act
from reclamation_core.testing.strategies.around import ActionsSettled, Swept
from reclamation_core.testing.strategies.fitting import fitted
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, Role

_HOUR: Final = timedelta(hours=1)
REFUSALS: Final = (
    CommandRefusedError,
    PlanRefusedError,
    UnknownActionError,
    CircularLinkError,
    CaseNotFoundError,
    PlanNotFoundError,  # a desk that sees a part has no plan of the nation
    NoEditionError,
    TypeError,  # facts of the other kind are no act of this case
    ValueError,
)
"""How a desk refuses what is asked; a store that fails is no refusal."""


def _acts(acts: Iterable[Act]) -> tuple[Act, ...]:
    return tuple(acts)


@attrs.frozen(kw_only=True)
class Story:
    """What was registered, and what was asked afterwards, in order; some of it may be refused.

    Args:
        facts: what was known at the registration, an hour after the receipt.
        acts: what was asked.
        site: the site that registered.
        complainant: who complains.
        verbatim: what was said.

    >>> from datetime import UTC, datetime
    >>> from reclamation_core.cases import Acknowledged
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, tzinfo=UTC), satisfaction=4)
    >>> story = Story(facts=facts, acts=(Act(Acknowledged()),))
    >>> story.case().acknowledged_at.isoformat()
    '2026-05-02T11:00:00+00:00'
    """

    facts: ComplaintFacts | MalfunctionFacts
    acts: tuple[Act, ...] = attrs.field(default=(), converter=_acts)
    site: str = "CRE"
    complainant: str | None = None
    verbatim: str | None = None

    def case(self, policy: Policy | None = None, calendar: BusinessCalendar | None = None) -> Case:
        """The case that it makes under an edition, `m2_1()` by default: what is refused is left out.

        Salts are numbers: the same story gives the same case.
        """
        edition = policy or m2_1()
        at = self.facts.received_at + _HOUR
        command = RegistrationCommand(
            facts=self.facts,
            site=self.site,
            calendar=calendar or BusinessCalendar.france(),
            actor="Mme Roux",
            role=Role.HANDLING_UNIT,
            occurred_at=at,
            complainant=self.complainant,
            verbatim=self.verbatim,
        )
        opened = _kept(None, open_case("R-2026-000007", command, _around(edition, at)))
        return after(opened, self.acts, edition)

    def on(self, desk: Desk) -> Case:
        """The case that it makes on a desk, acts an hour to a week apart and never in the future; refusals left out.

        Raises what `desk.register` does.
        """
        case = desk.register(
            self.facts,
            site=self.site,
            complainant=self.complainant,
            verbatim=self.verbatim,
            occurred_at=self.facts.received_at,
        )
        now, at = case.events[0].recorded_at, self.facts.received_at
        for act in self.acts:
            at = min(at + act.after, now)
            try:
                case = act.ask(desk, case, at)
            except REFUSALS:
                continue
        return desk.cases.get(case.reference)


def after(case: Case, done: Iterable[Act], policy: Policy | None = None) -> Case:
    """A case after those of the acts that its guards allow; its actions are unsettled until they are settled by one.

    Args:
        case: the case.
        done: what is asked, in order.
        policy: the edition that it is judged under; `m2_1()` by default.
    """
    edition = policy or m2_1()
    follow_up = FollowUp(unsettled=frozenset(case.actions))
    for act in done:
        at = case.events[-1].recorded_at + act.after
        if isinstance(act.data, ActionsSettled):
            follow_up = FollowUp(settled=dict.fromkeys(case.actions, ((case.events[-1].recorded_at, None),)))
        elif isinstance(act.data, Swept):
            case = _alerted(case, edition, at)
        else:
            before, case = case, _asked(case, act, at, attrs.evolve(_around(edition, at), follow_up=follow_up))
            new = frozenset(case.actions) - frozenset(before.actions)
            follow_up = attrs.evolve(follow_up, unsettled=follow_up.unsettled | new)
    return case


def _asked(case: Case, act: Act, at: datetime, around: DecisionContext) -> Case:
    """The case after an act, or as it was where its guards refuse it."""
    try:
        command = Command(data=fitted(act.told(at), case), actor="Mme Roux", role=act.role, occurred_at=at)
        return _kept(case, decide(case, command, around))
    except (CommandRefusedError, TypeError):  # facts of the other kind are no act of this case
        return case


def _alerted(case: Case, policy: Policy, at: datetime) -> Case:
    """The case with the alerts that are due."""
    around = _around(policy, at)
    for alert in alerts_due(case, policy, at):
        command = Command(data=alert, actor="sweep", role=Role.SYSTEM, occurred_at=at)
        case = _kept(case, record(case, case.reference, alert, command, around))
    return case


def _around(policy: Policy, now: datetime) -> DecisionContext:
    numbers = count(round(now.timestamp()) * 1000)
    return DecisionContext(policy=policy, now=now, salt=lambda: next(numbers).to_bytes(16, "big"))


def _kept(case: Case | None, decided: NewEvent[RecordedEvent]) -> Case:
    folded = apply(case, decided.event)
    return attrs.evolve(folded, vault=folded.vault.with_(decided.secrets))
