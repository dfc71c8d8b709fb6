"""Short lives of cases for the tests: a complaint of 2 May 2026 and what is done to it, an hour after another."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import attrs

from reclamation_core import cases
from reclamation_core.cases import events
from reclamation_core.cases.aggregate import with_event
from reclamation_core.cases.events.base import FollowUp
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.desk import Registration
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import LineReference, PlanScope
from reclamation_core.policy import Policy, m2_1
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, RiskDomain, Role
from tests.unit.policy.cases import CALENDAR, complaint, malfunction

HOUR = timedelta(hours=1)
OUT_OF_SCOPE = {"nature": "initial_information_request"}
TO_BE_CLARIFIED = {"requirement": None}
SUPPORT = events.SupportAdded(kind=cases.SupportKind.EMAIL, title="le courriel du 2 mai")
DOCUMENT = SupportDocument(
    key=f"register-1/{'0f' * 16}", size=12, media_type="application/pdf", name="CV de Mme Durand.pdf", sha256="ab" * 32
)
QUALIFIED = events.Qualified(problem="aucun poste ne fonctionnait")
ANALYSED = events.Analysed(causes=("matériel",))
PLAN = PlanScope.site("CRE")
PLANNED = events.ActionsPlanned(plan=PLAN, actions=("A-1",))
NO_ACTION = events.NoActionNeeded(reason="un cas isolé, déjà réparé")
ANSWERED = events.Answered(decision=cases.AnswerDecision.FOUNDED, text="vous aviez raison")
WITHDRAWN = events.Withdrawn()
DUPLICATE = events.Linked(kind=cases.LinkKind.DUPLICATE_OF, to="R-2026-000001")
CLOSED = events.Closed(reason=cases.ClosingReason.ANSWERED)
HANDLED = (SUPPORT, QUALIFIED, ANALYSED, NO_ACTION)
LIVED = (*HANDLED, ANSWERED, CLOSED)


def line(action: str) -> LineReference:
    """An action of the plan that cases are planned on here."""
    return LineReference(PLAN, action)


def around(
    now: datetime, *, policy: Policy | None = None, unsettled: Iterable[LineReference] = (), salted: bool = False
) -> cases.DecisionContext:
    """The default edition at an instant; salts are foreseeable where two lives are to be compared."""
    numbers = count(round(now.timestamp()) * 1000)
    given: dict[str, Any] = {"salt": lambda: next(numbers).to_bytes(16, "big")} if salted else {}
    return cases.DecisionContext(policy=policy or m2_1(), now=now, follow_up=FollowUp(frozenset(unsettled)), **given)


def kept(case: cases.Case | None, decided: cases.NewEvent[cases.RecordedEvent]) -> cases.Case:
    return with_event(cases.apply, case, decided)


def registration(facts: ComplaintFacts | MalfunctionFacts, **changes: Any) -> cases.RegistrationCommand:
    given: dict[str, Any] = {
        "calendar": CALENDAR,
        "actor": "Mme Roux",
        "role": Role.HANDLING_UNIT,
        "occurred_at": facts.received_at + HOUR,
    }
    given |= {name: changes.pop(name) for name in tuple(given) if name in changes}
    complainant = "Mme Durand" if isinstance(facts, ComplaintFacts) else None
    registered = Registration(**{"facts": facts, "site": "CRE", "complainant": complainant, **changes})
    return cases.RegistrationCommand(registration=registered, **given)


def opened(
    facts: ComplaintFacts | MalfunctionFacts | None = None,
    *,
    policy: Policy | None = None,
    salted: bool = False,
    **changes: Any,
) -> cases.Case:
    command = registration(facts or complaint(), **changes)
    return kept(
        None, cases.open_case("R-2026-000007", command, around(command.occurred_at, policy=policy, salted=salted))
    )


def failing(**changes: Any) -> cases.Case:
    """A registered malfunction of one centre."""
    return opened(malfunction(service_reach="one_centre", mobilisation="local", **changes))


def judged(case: cases.Case, data: Any) -> Any:
    """A qualification that states no facts, as one that judges each unknown risk: no domain touched, no recurrence.

    It also states that there are no causes so far, so that the complexity is determined (I24).
    """
    if not isinstance(data, events.Qualified) or data.facts is not None:
        return data
    risks = {f"severity_{domain.value}": 0 for domain in RiskDomain} | {"likelihood": 1, "recurrences": 0, "causes": 0}
    unknown: dict[str, Any] = {name: value for name, value in risks.items() if getattr(case.facts, name) is UNKNOWN}
    return attrs.evolve(data, facts=attrs.evolve(case.facts, **unknown))


def next_hour(case: cases.Case) -> datetime:
    return case.events[-1].recorded_at + HOUR


def command_of(
    case: cases.Case, data: Any, *, role: Role = Role.HANDLING_UNIT, at: datetime | None = None
) -> cases.CaseCommand:
    return cases.CaseCommand(data=data, actor="Mme Roux", role=role, occurred_at=at or next_hour(case))


def after(
    case: cases.Case,
    *done: Any,
    role: Role = Role.HANDLING_UNIT,
    at: datetime | None = None,
    now: datetime | None = None,
    policy: Policy | None = None,
    unsettled: Iterable[LineReference] = (),
    salted: bool = False,
) -> cases.Case:
    """The case after these were done to it, an hour after another, or at an instant; qualified as in `judged`."""
    for data in done:
        moment = at or next_hour(case)
        recorded = now or max(moment, case.events[-1].recorded_at)
        where = around(recorded, policy=policy, unsettled=unsettled, salted=salted)
        case = kept(case, cases.handle_command(case, command_of(case, judged(case, data), role=role, at=moment), where))
    return case


def refused(case: cases.Case, data: Any, **options: Any) -> cases.CommandRefusedError:
    """The refusal of a command; fails if it is allowed."""
    try:
        after(case, data, **options)
    except cases.CommandRefusedError as refusal:
        return refusal
    raise AssertionError(f"{data!r} is allowed")


def guards_of(refusal: cases.CommandRefusedError) -> list[str]:
    return [row.id for row in refusal.guards]


def utc(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
