"""The contracts of lists of cases: summaries in an order, their pages, counts by facet, groups, and due jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import attrs

from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseFacet, CaseJob, CaseOrder, CaseOrdering, CaseQuery, CaseSummary, Store
from reclamation_core.ports.periods import ChangeSelection, PeriodSelection
from reclamation_core.ports.query import sites_of
from reclamation_core.testing.builders import (
    FakeClock,
    a_closed_case,
    a_malfunction,
    a_qualified_case,
    an_answered_case,
)
from reclamation_core.testing.contracts.base import PortContract, rule
from reclamation_core.testing.contracts.samples import (
    FIRST,
    SECOND,
    SITES,
    THIRD,
    a_case,
    at,
    desk_on,
    facts,
    insert,
    load,
    registered,
    renamed,
    with_support,
)
from reclamation_core.vocabulary import Channel, Level, Nature, Role

_DAY = date(2026, 6, 15)
_PAGES = 100
"""More pages than any list here has."""
_VALUES: dict[CaseOrder, Callable[[Case], Any]] = {
    CaseOrder.REFERENCE: lambda case: case.reference,
    CaseOrder.RECEIVED: lambda case: case.received_at,
    CaseOrder.DUE: lambda case: None if case.deadline is None else case.deadline.due,
    CaseOrder.AWAITED: lambda case: case.awaited_on,
    CaseOrder.LEVEL: lambda case: None if case.level is None else list(type(case.level)).index(case.level),
    CaseOrder.CRITICALITY: lambda case: (
        None if case.verdict.band is None else list(type(case.verdict.band)).index(case.verdict.band)
    ),
}


def expected_order(cases: list[Case], by: CaseOrder, *, descending: bool) -> list[str]:
    """Return references in an order: by value, then by reference; reversed as a whole, cases without a value last."""
    value = _VALUES[by]
    present = sorted((value(case), case.reference) for case in cases if value(case) is not None)
    missing = sorted(case.reference for case in cases if value(case) is None)
    if descending:
        present, missing = present[::-1], missing[::-1]
    return [*(reference for _, reference in present), *missing]


def listed(
    store: Store, ordering: CaseOrdering, limit: int = 2, between: Callable[[], object] = lambda: None
) -> list[str]:
    """Return the references of all pages of a list; a list without an end fails."""
    found: list[str] = []
    for _ in range(_PAGES):
        with store.unit_of_work() as unit:
            page = unit.cases.summaries(CaseQuery(limit=limit), ordering)
        assert page.damaged == ()
        assert len(page.summaries) <= limit
        found += [one.reference for one in page.summaries]
        if page.next is None:
            return found
        ordering = CaseOrdering(by=ordering.by, descending=ordering.descending, after=page.next)
        between()
    raise AssertionError(f"the list has no end after {_PAGES} pages: {found[:5]}...")


def adding(desk: Desk, count: int) -> Callable[[], object]:
    """Return what registers a case at each of its first calls: a list that grew at each page would grow for long."""
    left = iter(range(count))
    return lambda: [registered(desk) for _ in islice(left, 1)]


def a_caseload(store: Store) -> list[Case]:
    """Store cases with equal and missing values of each order, and return them."""
    desk = desk_on(store)
    for day in (3, 1, 2, 1):
        registered(desk, received_at=at(day))
    desk.register(facts(at(2), nature=None, requirement=None), site="STR", service_sites=("STD", "CRE"))
    desk.register(a_malfunction(received_at=at(4)), site="CRE")
    a_qualified_case(desk, facts(at(1)))
    an_answered_case(desk, facts(at(3), channel=Channel.PHONE))
    a_closed_case(desk, facts(at(1)))
    national = registered(desk, received_at=at(2), site="STR")
    desk.reroute(national.reference, handling_unit="CRE", level="national", reason="plusieurs régions")
    desk.request_information(national.reference, question="Quel jour ?")
    with store.unit_of_work() as unit:
        return list(unit.cases.find(CaseQuery(limit=500)).cases)


class CaseListsContract(PortContract):
    """Lists of cases for screens, and the cases that a job examines."""

    port = "CaseRepository"

    @rule("un résumé a les valeurs du dossier")
    def test_a_summary_has_the_values_of_its_case(self, store: Store) -> None:
        cases = a_caseload(store)

        with store.unit_of_work() as unit:
            page = unit.cases.summaries(CaseQuery(limit=500), CaseOrdering())

        assert list(page.summaries) == [CaseSummary.of(case) for case in cases]
        assert page.next is None

    @rule("une liste suit chaque ordre dans les deux sens, à valeurs égales par référence, sans valeur à la fin")
    def test_a_list_is_in_each_order_ties_by_reference_missing_last(self, store: Store) -> None:
        cases = a_caseload(store)

        for by in CaseOrder:
            for descending in (False, True):
                ordering = CaseOrdering(by=by, descending=descending)
                for limit in (1, 3, 500):
                    assert listed(store, ordering, limit) == expected_order(cases, by, descending=descending), by

    @rule("ajouter entre deux pages d'une liste ne répète ni ne perd aucun dossier")
    def test_adding_between_pages_of_a_list_neither_repeats_nor_loses_a_case(self, store: Store) -> None:
        before = {case.reference for case in a_caseload(store)}
        desk = desk_on(store)

        for by in CaseOrder:
            for descending in (False, True):
                found = listed(store, CaseOrdering(by=by, descending=descending), 3, adding(desk, 2))
                assert len(found) == len(set(found))
                assert before <= set(found)

    @rule("une liste respecte les critères, et une unité y voit ce qu'elle écrit")
    def test_a_list_meets_the_criteria_and_shows_what_the_unit_wrote(self, store: Store) -> None:
        a_caseload(store)
        query = CaseQuery(sites={"STR"}, due_until=date(2026, 6, 30))

        with store.unit_of_work() as unit:
            expected = [case for case in unit.cases.find(CaseQuery(sites={"STR"}, limit=500)).cases if case.awaited_on]
            unit.cases.add(*(renamed(a_case(site="STR", received_at=at(day)), f"A-{day}") for day in (1, 20)))
            changed = with_support(load(store, FIRST), occurred_at=at(30))
            unit.cases.save(changed, changed.version - 1)
            page = unit.cases.summaries(attrs.evolve(query, limit=1), CaseOrdering(by=CaseOrder.DUE))
            following = CaseOrdering(by=CaseOrder.DUE, after=page.next)
            rest = unit.cases.summaries(query, following)
            every = unit.cases.summaries(CaseQuery(limit=500), CaseOrdering()).summaries
            assert "A-1" not in [case.reference for case in unit.cases.find(CaseQuery(after="A-1")).cases]

        assert [one.reference for one in page.summaries] == ["A-1"]
        assert [one.reference for one in rest.summaries] == expected_order(expected, CaseOrder.DUE, descending=False)
        assert {one.reference: one.version for one in every}[FIRST] == changed.version

    @rule("les dossiers se comptent par état, niveau, centre, canal, thème, échéance et autres valeurs")
    def test_cases_are_counted_by_each_facet(self, store: Store) -> None:
        cases = a_caseload(store)

        def due(case: Case) -> str | None:
            if case.awaited_on is None:
                return None
            return "overdue" if case.awaited_on < _DAY else "due_today" if case.awaited_on == _DAY else "running"

        def fact(name: str) -> Callable[[Case], Any]:
            return lambda case: value if isinstance(value := case.facts.get(name), str) else None

        values: dict[CaseFacet, Callable[[Case], Any]] = {
            CaseFacet.STATE: lambda case: case.state.value,
            CaseFacet.ADMISSIBILITY: lambda case: case.admissibility.value,
            CaseFacet.LEVEL: lambda case: None if case.level is None else case.level.value,
            CaseFacet.SITE: lambda case: case.site,
            CaseFacet.UNIT: lambda case: case.handling_unit,
            CaseFacet.CHANNEL: fact("channel"),
            CaseFacet.NATURE: fact("nature"),
            CaseFacet.THEME: fact("theme"),
            CaseFacet.CRITICALITY: lambda case: None if case.verdict.band is None else case.verdict.band.value,
            CaseFacet.DUE: due,
        }
        with store.unit_of_work() as unit:
            for facet in CaseFacet:
                counted = unit.cases.tabulate(CaseQuery(limit=1), [facet], _DAY)
                assert counted == Counter((values[facet](case),) for case in cases), facet
            of_strasbourg = [case for case in cases if "STR" in sites_of(case)]
            for facet, value in values.items():
                counted = unit.cases.tabulate(CaseQuery(sites={"STR"}), [facet], _DAY)
                assert counted == Counter((value(case),) for case in of_strasbourg), facet
            together = unit.cases.tabulate(CaseQuery(), list(values), _DAY)
            assert together == Counter(tuple(value(case) for value in values.values()) for case in cases)
            unit.cases.add(renamed(a_case(), "A-1"))
            assert unit.cases.tabulate(CaseQuery(sites={"CRE"}), [CaseFacet.UNIT], _DAY)["CRE",] == 1 + sum(
                case.handling_unit == "CRE" for case in cases
            )

    @rule("le total d'une liste compte tous ses dossiers, quelle que soit la page")
    def test_the_total_of_a_list_counts_all_its_cases_whatever_the_page(self, store: Store) -> None:
        cases = a_caseload(store)
        of_strasbourg = [case for case in cases if "STR" in sites_of(case)]

        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery(limit=1)) == len(cases)
            assert unit.cases.count(CaseQuery(limit=1, sites={"STR"})) == len(of_strasbourg) > 1

    @rule("les messages de même nature se groupent par centre concerné, à partir d'un nombre", source="M2-1 §0.3")
    def test_messages_of_one_nature_are_grouped_by_site(self, store: Store) -> None:
        desk = desk_on(store)
        opinion = {"nature": Nature.GENERAL_OPINION, "formal": False}
        for day, site, sites in ((3, "STR", ("STR", "STD")), (1, "STR", ("STR",)), (2, "STR", ()), (4, "CRE", ())):
            desk.register(facts(at(day), **opinion), site=site, service_sites=sites)
        registered(desk, site="STR")

        with store.unit_of_work() as unit:
            query = CaseQuery(received_until=date(2026, 6, 30), sites={"STR"}, admissibilities={"out_of_scope"})
            groups, damaged = unit.cases.group(query, 3)
            every, _ = unit.cases.group(query, 1)
            assert unit.cases.group(query, 4) == ([], ())

        assert damaged == ()
        assert [(one.site, one.nature, one.cases) for one in groups] == [
            ("STR", Nature.GENERAL_OPINION, (FIRST, SECOND, THIRD))
        ]
        assert (groups[0].first, groups[0].last) == (date(2026, 6, 1), date(2026, 6, 3))
        assert sorted((one.site, len(one.cases)) for one in every) == [("STD", 1), ("STR", 3)]

    @rule("une tâche examine chaque dossier qu'elle n'a pas reporté, et chaque dossier reporté qui a changé depuis")
    def test_a_job_examines_every_case_but_those_postponed_and_unchanged(self, store: Store) -> None:
        insert(store, a_case(1), a_case(2), a_case(3))
        until = date(2026, 6, 10)

        def due(job: CaseJob = CaseJob.SWEEP, sites: tuple[str, ...] = ()) -> set[str]:
            with store.unit_of_work() as unit:
                found = unit.cases.due_references(job, until, sites)
                every = {case.reference for case in unit.cases.find(CaseQuery(limit=500)).cases}
            return every if found is None else set(found)

        assert due() == {FIRST, SECOND, THIRD}
        with store.unit_of_work() as unit:
            days = {FIRST: (1, date(2026, 6, 11)), SECOND: (1, None), THIRD: (1, until), "R-0": (1, None)}
            unit.cases.postpone(CaseJob.SWEEP, days)
        assert THIRD in due()
        assert due(sites=("CRE",)) >= {THIRD}

        changed = with_support(load(store, SECOND))
        with store.unit_of_work() as unit:
            unit.cases.save(changed, 1)
            unit.commit()
            unit_of_a_late_job = store.unit_of_work()
        with unit_of_a_late_job as unit:
            unit.cases.postpone(CaseJob.SWEEP, {SECOND: (1, None)})  # it examined the version before
        assert {SECOND, THIRD} <= due()

    @rule("ce qui était connu d'un dossier à un instant se relit, quoi qu'on ait enregistré depuis")
    def test_what_was_known_of_a_case_at_an_instant_is_what_was_recorded_before_it(self, store: Store) -> None:
        clock = FakeClock(at(1))
        desk = Desk(store, sites=SITES, clock=clock).acting("Mme Roux", Role.RQR)
        case = registered(desk)
        instants = [clock.advance(days=2)]
        desk.acknowledge(case.reference, occurred_at=at(1, 10))  # recorded two days later
        instants.append(clock.advance(days=2))
        desk.reroute(case.reference, handling_unit="STD", level=Level.NATIONAL, reason="enjeu")
        instants.append(clock.advance(days=2))
        fields = ("reference", "unit", "acknowledged_on")

        last = instants[-1]
        known = [PeriodSelection(fields=fields, known_before=last, holds_at=one) for one in (at(1), *instants)]
        runs = PeriodSelection(fields=fields, known_before=instants[1])
        moved = ChangeSelection(fields=fields, since=instants[1], until=instants[2], units=frozenset({"STD"}))
        with store.unit_of_work() as unit:
            found = [[(row.unit, row.acknowledged_on) for row in rows] for rows in unit.cases.periods([*known, runs])]
            before = unit.cases.changes(moved)
            unit.cases.add(renamed(a_case(), "A-1"))
            with_added = unit.cases.periods([PeriodSelection(fields=("unit",), known_before=at(1, month=12))])
            unit.cases.save(with_support(unit.cases.get(case.reference)), 3)
            changes = [*before, *unit.cases.changes(moved)]

        first_day = at(1).date()
        assert found == [[], [("CRE", None)], [("CRE", first_day)], [("STD", first_day)], [("CRE", first_day)]]
        moves = [(one.before and one.before.unit, one.after.unit, one.after.reference) for one in changes]
        assert moves == [("CRE", "STD", case.reference)] * 2
        assert sum(row.count for rows in with_added for row in rows) == 2

    @rule("des dossiers se lisent ensemble par leurs références, ceux qui manquent étant omis")
    def test_cases_are_loaded_together_by_their_references(self, store: Store) -> None:
        desk = desk_on(store)
        answered = an_answered_case(desk, facts())
        other = registered(desk, received_at=datetime(2026, 6, 1, tzinfo=UTC))

        with store.unit_of_work() as unit:
            cases, corrupt = unit.cases.load([answered.reference, "R-0", other.reference])
            added = renamed(a_case(), "A-1")
            unit.cases.add(added)
            with_added, _ = unit.cases.load(["A-1", other.reference])

        assert (cases, corrupt) == ([answered, other], [])
        assert with_added == [added, other]
