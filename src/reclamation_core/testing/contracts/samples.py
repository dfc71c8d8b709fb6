"""Cases, plans and values that the contracts store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

import attrs

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import Case, CaseCommand, DecisionContext, Method, SupportKind, apply, handle_command
from reclamation_core.cases.aggregate import with_event
from reclamation_core.cases.events import SupportAdded
from reclamation_core.desk import Desk
from reclamation_core.plans import ActionSheet, Effectiveness, Pgaac, PlanPart, PlanScope
from reclamation_core.plans.events import ActionAdded, ActionDone, ActionJudged, ActionProgressed
from reclamation_core.policy import Policy, m2_1, parse_policy
from reclamation_core.ports import Store
from reclamation_core.testing._plan_history import Signer, plan_after
from reclamation_core.testing.builders import FakeClock, a_complaint, a_qualified_case, an_action
from reclamation_core.vocabulary import ComplaintFacts, Role, Site, Sites

SITES: Final = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        Site(code="FDF", name="Fort-de-France", region="Martinique", territory="martinique"),
    )
)
FIRST, SECOND, THIRD = (f"R-2026-00000{number}" for number in (1, 2, 3))


def at(day: int, hour: int = 9, month: int = 6) -> datetime:
    """Return an instant of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def desk_on(store: Store, policy: Policy | None = None) -> Desk:
    """Return a desk on a store, on 1 July 2026, acting as an RQR: the guards of roles accept it."""
    return Desk(store, sites=SITES, policy=policy, clock=FakeClock(at(1, month=7))).acting("Mme Roux", Role.RQR)


def an_edition_with_facts() -> Policy:
    """Return an edition that declares facts of its own: one of each type, and a personal one."""
    declared = [_a_fact(name, name) for name in ("boolean", "integer", "number", "day", "text")]
    funder = _a_fact("funder", "codes", codes=[{"code": "opco", "label": {"fr": "OPCO", "en": "skills operator"}}])
    declared += [funder, _a_fact("born", "day", personal=True)]
    return parse_policy({"starts_from": "M2-1", "edition": "own", "facts": declared})


def _a_fact(name: str, type_: str, **more: object) -> dict[str, object]:
    return {"name": name, "label": {"fr": name, "en": name}, "type": type_, **more}


def facts(received_at: datetime | None = None, **changes: object) -> ComplaintFacts:
    """Return facts of a complaint in scope, of one site."""
    return a_complaint(received_at=received_at or at(1), **changes)


def registered(desk: Desk, site: str = "CRE", received_at: datetime | None = None, **more: Any) -> Case:
    """Register a complaint on a desk."""
    when = received_at or at(1)
    return desk.register(facts(when), site=site, occurred_at=when, **more)


def analysed(desk: Desk, *causes: str) -> Case:
    """Analyse a complaint on a desk."""
    return desk.analyse(
        a_qualified_case(desk, facts()).reference, method=Method.ISHIKAWA, causes=causes, report="la réserve est vide"
    )


def a_case(number: int = 1, received_at: datetime | None = None, **more: Any) -> Case:
    """Return a registered case of another store; `number` is that of its reference."""
    return renamed(registered(desk_on(InMemoryStore()), received_at=received_at, **more), f"R-2026-{number:06}")


def renamed(case: Case, reference: str) -> Case:
    """Return a case with another reference."""
    return Case.from_events([attrs.evolve(event, case=reference) for event in case.events], case.vault)


def registered_as(case: Case, **changes: Any) -> Case:
    """Return a registered case with other fields of its registration."""
    event = attrs.evolve(case.events[0], data=attrs.evolve(case.registration, **changes))
    return Case.from_events([event], case.vault)


def with_support(case: Case, title: str = "le courriel", occurred_at: datetime | None = None) -> Case:
    """Return a case with one more event."""
    data = SupportAdded(kind=SupportKind.EMAIL, title=title)
    command = CaseCommand(data=data, actor="x", role=Role.AQ, occurred_at=occurred_at or at(1, 10))
    return with_event(apply, case, handle_command(case, command, DecisionContext(policy=m2_1(), now=at(1, 10, 7))))


def without_texts(case: Case) -> Case:
    """Return a case without its texts."""
    return attrs.evolve(case, vault=case.vault.without([secret.commitment for secret in case.vault]))


def a_sheet(reference: str = "A-1", **changes: object) -> ActionSheet:
    """Return an action sheet of CRE."""
    given = {"cause_family": "organisation", "what": "tenir un vivier", "check_on": date(2026, 6, 20)}
    return an_action(reference=reference, **{**given, **changes})


def signed(day: int = 2) -> Signer:
    """Return who gives commands on plans, and on which day of June."""
    return Signer(occurred_at=at(day))


def a_plan(site: str = "CRE", reference: str = "A-1", **changes: object) -> Pgaac:
    """Return a plan with one action."""
    return plan_after(Pgaac(scope=PlanScope.site(site)), signed()(ActionAdded.of(a_sheet(reference, **changes))))


def judged(plan: Pgaac, effectiveness: Effectiveness = Effectiveness.EFFECTIVE) -> Pgaac:
    """Return a plan with its action done and judged."""
    done = plan_after(
        plan, signed()(ActionProgressed(action="A-1")), signed()(ActionDone(action="A-1", evidence="la liste"))
    )
    return plan_after(done, signed()(ActionJudged(action="A-1", effectiveness=effectiveness, why="on a regardé")))


def insert(store: Store, *things: Case | Pgaac) -> None:
    """Add cases and plans, each in its own unit of work."""
    for thing in things:
        with store.unit_of_work() as unit:
            if isinstance(thing, Case):
                unit.cases.add(thing)
            else:
                unit.plans.add(thing)
            unit.commit()


def save(store: Store, thing: Case | Pgaac, expected: int) -> None:
    """Save a case or a plan in its own unit of work."""
    with store.unit_of_work() as unit:
        if isinstance(thing, Case):
            unit.cases.save(thing, expected)
        else:
            unit.plans.save(thing, expected)
        unit.commit()


def extended(store: Store, actions: Iterable[str] | None, change: Callable[[PlanPart], PlanPart]) -> PlanPart:
    """Change actions of the plan of CRE in one unit of work and return the changed part."""
    with store.unit_of_work() as unit:
        part = unit.plans.part("site:CRE", actions)
        changed = change(part)
        unit.plans.extend(changed, part.version)
        unit.commit()
        return changed


def load(store: Store, reference: str) -> Case:
    """Return the stored case."""
    with store.unit_of_work() as unit:
        return unit.cases.get(reference)


def load_plan(store: Store, scope: str = "site:CRE") -> Pgaac:
    """Return the stored plan."""
    with store.unit_of_work() as unit:
        return unit.plans.get(scope)


def texts(thing: Case | Pgaac) -> list[str]:
    """Return the texts of a case or a plan."""
    return [secret.text for secret in thing.vault]
