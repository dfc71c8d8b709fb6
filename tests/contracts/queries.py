"""The contract of `CaseRepository.find` and `count`: each criterion, the order, the pages."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from reclamation_core.cases import AnswerDecision, Case, CaseKind, CaseState, Standing
from reclamation_core.ports import CaseQuery, Store
from reclamation_core.vocabulary import Level
from tests.contracts.stores import StoreContract, a_case, desk_on, keep
from tests.unit.desk import making
from tests.unit.desk.making import at


def found(store: Store, **criteria: object) -> list[str]:
    """The last digits of the references found; the count says as many."""
    query = CaseQuery(**criteria)  # type: ignore[arg-type]
    with store.unit_of_work() as unit:
        page = unit.cases.find(query)
        assert unit.cases.count(query) == len(page.cases)
    assert page.next is None
    return [case.reference[-1] for case in page.cases]


def pages(store: Store, limit: int, between: Callable[[], None] = lambda: None) -> list[str]:
    """The references of all the pages, something happening between one and the next."""
    seen: list[str] = []
    after: str | None = None
    while True:
        with store.unit_of_work() as unit:
            page = unit.cases.find(CaseQuery(limit=limit, after=after))
        seen += [case.reference for case in page.cases]
        if page.next is None:
            return seen
        after = page.next
        between()


class CaseQueryContract(StoreContract):
    """What finding and counting promise."""

    def test_without_a_criterion_every_case_is_found(self, store: Store) -> None:
        assert found(store) == []
        keep(store, a_case(2), a_case(1))

        assert found(store) == ["1", "2"]

    def test_by_kind(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk)
        desk.register(making.malfunction(), site="CRE")

        assert found(store, kind=CaseKind.COMPLAINT) == ["1"]
        assert found(store, kind=CaseKind.MALFUNCTION) == ["2"]

    def test_by_states(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk)
        making.qualified(desk)
        making.closed(desk)

        assert found(store, states={CaseState.REGISTERED, CaseState.CLOSED}) == ["1", "3"]
        assert found(store, states={CaseState.QUALIFIED}) == ["2"]
        assert found(store, states={CaseState.ANALYSED}) == []

    def test_by_standings(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk)
        desk.register(making.facts(nature=None), site="CRE")
        desk.register(making.facts(nature="general_opinion"), site="CRE")
        desk.register(making.malfunction(), site="CRE")

        assert [found(store, standings={standing}) for standing in Standing] == [["1"], ["2"], ["3"], ["4"]]
        assert found(store, standings={Standing.OUT_OF_SCOPE, Standing.MALFUNCTION}) == ["3", "4"]

    def test_by_levels(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk)
        desk.register(making.facts(client_scope="regional"), site="CRE")
        desk.register(making.facts(client_scope="national"), site="CRE")

        assert found(store, levels={Level.REGIONAL}) == ["2"]
        assert found(store, levels={Level.LOCAL, Level.NATIONAL}) == ["1", "3"]

    def test_by_a_level_that_was_imposed(self, store: Store) -> None:
        desk = desk_on(store)
        case = making.registered(desk)
        desk.reroute(case.reference, handling_unit="STD", level=Level.NATIONAL, reason="enjeu")

        assert found(store, levels={Level.NATIONAL}) == ["1"]
        assert found(store, levels={Level.LOCAL}) == []

    def test_by_sites_that_register_serve_or_handle(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk, "CRE")
        making.registered(desk, "STD", service_sites=("STR", "CRE"))
        making.registered(desk, "STD", handling_unit="CRE")
        making.registered(desk, "STD")

        assert found(store, sites={"CRE"}) == ["1", "2", "3"]
        assert found(store, sites={"STR"}) == ["2"]
        assert found(store, sites={"CRE", "STD"}) == ["1", "2", "3", "4"]
        assert found(store, sites={"FDF"}) == []

    def test_by_owner(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk, "CRE")
        making.registered(desk, "STD", handling_unit="CRE")
        moved = making.registered(desk, "CRE")
        desk.reroute(moved.reference, handling_unit="STD")

        assert found(store, owner="CRE") == ["1", "2"]
        assert found(store, owner="STD") == ["3"]

    def test_by_the_day_until_which_an_answer_is_awaited(self, store: Store) -> None:
        # Received on Monday 1 June 2026, the tenth business day is Monday 15 June; on Tuesday 2 June, Tuesday 16 June.
        desk = desk_on(store)
        making.registered(desk)
        making.registered(desk, received_at=at(2))

        assert found(store, due_until=date(2026, 6, 14)) == []
        assert found(store, due_until=date(2026, 6, 15)) == ["1"]
        assert found(store, due_until=date(2026, 6, 16)) == ["1", "2"]

    def test_only_running_clocks_are_due(self, store: Store) -> None:
        desk = desk_on(store)
        making.answered(desk)
        desk.register(making.malfunction(), site="CRE")
        desk.register(making.facts(nature="initial_information_request"), site="CRE")
        desk.withdraw(making.registered(desk).reference)
        case = making.closed(desk)

        assert found(store, due_until=date(2027, 1, 1)) == []
        desk.reopen(case.reference, reason="la réponse n'a pas suffi")
        assert found(store, due_until=date(2027, 1, 1)) == ["5"]

    def test_by_period_in_the_zone_of_each_case(self, store: Store) -> None:
        # 1 June 2026, 23:00 UTC is 2 June in Paris and 1 June, 19:00, in Fort-de-France.
        desk = desk_on(store)
        making.registered(desk, "CRE", received_at=at(1, 23))
        making.registered(desk, "FDF", received_at=at(1, 23))
        making.registered(desk, "CRE", received_at=at(5))

        assert found(store, received_until=date(2026, 6, 1)) == ["2"]
        assert found(store, received_from=date(2026, 6, 2)) == ["1", "3"]
        assert found(store, received_from=date(2026, 6, 2), received_until=date(2026, 6, 2)) == ["1"]
        assert found(store, received_from=date(2026, 6, 6)) == []

    def test_a_corrected_receipt_is_the_one_that_counts(self, store: Store) -> None:
        desk = desk_on(store)
        case = making.registered(desk, received_at=at(5))
        desk.correct(case.reference, reason="le cachet de la poste", received_at=at(1))

        assert found(store, received_until=date(2026, 6, 1)) == ["1"]
        assert found(store, received_from=date(2026, 6, 5)) == []

    @pytest.mark.parametrize(
        "text", ["DÉSIRÉ", "desire", "Mme Désiré", "e\u0301sir", "l'oeuvre", "L’ŒUVRE", "formateur", "ABSENT"]
    )
    def test_by_text_whatever_the_case_and_the_accents(self, store: Store, text: str) -> None:
        desk = desk_on(store)
        making.registered(desk, complainant="Mme Désiré", verbatim="Le formateur de l’œuvre est ABSENT")
        making.registered(desk, complainant="M. Martin", verbatim="La salle est froide")

        assert found(store, text=text) == ["1"]

    def test_a_text_may_be_of_any_event(self, store: Store) -> None:
        desk = desk_on(store)
        case = making.qualified(desk)
        desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Nous avons remplacé le formateur")

        assert found(store, text="REMPLACE") == ["1"]
        assert found(store, text="licorne") == []

    def test_who_acted_is_not_looked_at(self, store: Store) -> None:
        making.registered(desk_on(store).acting("M. Lefort"))

        assert found(store, text="Lefort") == []

    def test_forgotten_texts_are_not_found(self, store: Store) -> None:
        desk = desk_on(store)
        case = making.closed(desk, complainant="Mme Désiré")
        assert found(store, text="desire") == ["1"]

        desk.anonymise(case.reference)

        assert found(store, text="desire") == []
        assert found(store) == ["1"]

    def test_by_theme(self, store: Store) -> None:
        desk = desk_on(store)
        making.analysed(desk, "organisation", "matériel")
        making.analysed(desk, "organisation")
        making.registered(desk)

        assert found(store, theme="organisation") == ["1", "2"]
        assert found(store, theme="matériel") == ["1"]
        assert found(store, theme="mat") == []

    def test_every_criterion_given_is_to_be_met(self, store: Store) -> None:
        desk = desk_on(store)
        making.registered(desk, "CRE", verbatim="la salle")
        making.registered(desk, "STR", verbatim="la salle")
        making.registered(desk, "CRE", verbatim="le bruit")

        assert found(store, sites={"CRE"}, text="salle", states={CaseState.REGISTERED}) == ["1"]

    def test_a_unit_finds_and_counts_what_it_wrote(self, store: Store) -> None:
        keep(store, a_case(1), a_case(3))

        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2))
            assert [case.reference[-1] for case in unit.cases.find(CaseQuery()).cases] == ["1", "2", "3"]
            assert [case.reference[-1] for case in unit.cases.find(CaseQuery(after="R-2026-000002")).cases] == ["3"]
            assert unit.cases.count(CaseQuery()) == 3
        assert found(store) == ["1", "3"]

    def test_the_order_is_that_of_the_references_by_code_point(self, store: Store) -> None:
        names = ["R-É", "R-a", "R-10", "R-9", "R-Z", "R-\U0001f600", "R-\uff21"]
        for name in names:
            keep(store, self.renamed(name))

        assert pages(store, 50) == ["R-10", "R-9", "R-Z", "R-a", "R-É", "R-\uff21", "R-\U0001f600"]
        assert pages(store, 1) == pages(store, 50)

    @staticmethod
    def renamed(reference: str) -> Case:
        from attrs import evolve

        return Case.from_events([evolve(event, case=reference) for event in a_case().events])

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
    def test_pages_are_complete_without_repeats_and_the_last_says_so(self, store: Store, limit: int) -> None:
        keep(store, *(a_case(number) for number in range(1, 5)))

        assert pages(store, limit) == [f"R-2026-00000{number}" for number in range(1, 5)]

    def test_a_page_is_filled_with_cases_that_meet_the_criteria(self, store: Store) -> None:
        desk = desk_on(store)
        for site in ("CRE", "STR", "CRE", "STR", "CRE"):
            making.registered(desk, site)

        with store.unit_of_work() as unit:
            first = unit.cases.find(CaseQuery(sites={"CRE"}, limit=2))
            second = unit.cases.find(CaseQuery(sites={"CRE"}, limit=2, after=first.next))

            assert [case.reference[-1] for case in (*first.cases, *second.cases)] == ["1", "3", "5"]
            assert (first.next, second.next) == ("R-2026-000003", None)
            assert unit.cases.count(CaseQuery(sites={"CRE"}, limit=1, after="R-2026-000003")) == 3

    def test_adding_between_pages_neither_repeats_nor_loses_a_case(self, store: Store) -> None:
        desk = desk_on(store)
        before = [making.registered(desk).reference for _ in range(6)]
        earlier = self.renamed("A-1")

        def add() -> None:
            making.registered(desk)
            if "A-1" not in pages(store, 50):
                keep(store, earlier)

        seen = pages(store, 4, add)

        assert len(seen) == len(set(seen))
        assert set(before) <= set(seen)

    def test_pages_read_among_writers_are_complete_without_repeats(self, store: Store) -> None:
        desk = desk_on(store)
        before = [making.registered(desk).reference for _ in range(20)]

        with ThreadPoolExecutor(3) as pool:
            writers = [pool.submit(lambda: [making.registered(desk) for _ in range(20)]) for _ in range(3)]
            while True:
                seen = pages(store, 7)
                assert len(seen) == len(set(seen))
                assert set(before) <= set(seen)
                if all(writer.done() for writer in writers):
                    break
            for writer in writers:
                writer.result()

        assert len(pages(store, 7)) == 80

    def test_a_summer_evening_in_utc_is_the_next_day_in_paris_for_the_due_date_too(self, store: Store) -> None:
        desk = desk_on(store)
        moment = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
        making.registered(desk, received_at=moment)
        making.registered(desk, received_at=moment - timedelta(hours=1))

        assert found(store, due_until=date(2026, 6, 15)) == ["2"]
