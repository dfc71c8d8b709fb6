"""The contracts of case queries: criteria and pages."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial

import attrs
import pytest

from reclamation_core.cases import Admissibility, AnswerDecision, CaseKind, CaseState, ClosingReason
from reclamation_core.cases.words import text_words
from reclamation_core.desk.privacy import PersonRelation
from reclamation_core.plans import Pgaac, PlanScope
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionAmended,
    SignalContinued,
    SignalDismissed,
    SignalRaised,
)
from reclamation_core.ports import CaseQuery, Store, StoreDamagedError
from reclamation_core.testing._plan_history import plan_after
from reclamation_core.testing.builders import (
    a_closed_case,
    a_malfunction,
    a_planned_case,
    a_qualified_case,
    an_answered_case,
)
from reclamation_core.testing.contracts.base import Capability, PortContract, rule
from reclamation_core.testing.contracts.samples import (
    FIRST,
    SECOND,
    THIRD,
    a_case,
    a_plan,
    a_sheet,
    an_edition_with_facts,
    analysed,
    at,
    desk_on,
    facts,
    insert,
    judged,
    load,
    registered,
    registered_as,
    renamed,
    signed,
    with_support,
)
from reclamation_core.vocabulary import Level


def found(store: Store, **criteria: object) -> list[str]:
    """Return the last digits of the references found, and compare their number with the count."""
    query = CaseQuery(**criteria)  # type: ignore[arg-type]
    with store.unit_of_work() as unit:
        page = unit.cases.find(query)
        assert unit.cases.count(query) == len(page.cases)
    assert page.next is None
    return [case.reference[-1] for case in page.cases]


class CaseQueryContract(PortContract):
    """Finding and counting cases by each criterion."""

    port = "CaseRepository"

    @rule("sans critère, tous les dossiers sont trouvés")
    def test_without_a_criterion_every_case_is_found(self, store: Store) -> None:
        assert found(store) == []
        insert(store, a_case(2), a_case(1))

        assert found(store) == ["1", "2"]

    @rule("on trouve les réclamations, ou les dysfonctionnements", source="M2-1 §7")
    def test_cases_are_found_by_kind(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        desk.register(a_malfunction(received_at=at(1)), site="CRE")

        assert found(store, kind=CaseKind.COMPLAINT) == ["1"]
        assert found(store, kind=CaseKind.MALFUNCTION) == ["2"]

    @rule("on trouve par état")
    def test_cases_are_found_by_states(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        a_qualified_case(desk, facts())
        a_closed_case(desk, facts())

        assert found(store, states={CaseState.REGISTERED, CaseState.CLOSED}) == ["1", "3"]
        assert found(store, states={CaseState.QUALIFIED}) == ["2"]
        assert found(store, states={CaseState.ANALYSED}) == []

    @rule("on trouve par rapport à la définition d'une réclamation", source="M2-1 §1.2")
    def test_cases_are_found_by_standings(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        desk.register(facts(nature=None), site="CRE")
        desk.register(facts(nature="general_opinion"), site="CRE")
        desk.register(a_malfunction(received_at=at(1)), site="CRE")

        assert [found(store, admissibilities={admissibility}) for admissibility in Admissibility] == [
            ["1"],
            ["2"],
            ["3"],
            ["4"],
        ]
        assert found(store, admissibilities={Admissibility.OUT_OF_SCOPE, Admissibility.MALFUNCTION}) == ["3", "4"]

    @rule("on trouve par niveau de traitement", source="M2-1 §5.1")
    def test_cases_are_found_by_levels(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        desk.register(facts(client_scope="regional"), site="CRE")
        desk.register(facts(client_scope="national"), site="CRE")

        assert found(store, levels={Level.REGIONAL}) == ["2"]
        assert found(store, levels={Level.LOCAL, Level.NATIONAL}) == ["1", "3"]

    @rule("on trouve par niveau de criticité", source="M2-1 §2.2")
    def test_cases_are_found_by_criticalities(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        judged = [facts(severity_safety=rank, likelihood=rank) for rank in (1, 4)]
        bands = [a_qualified_case(desk, one).verdict.band for one in judged]

        assert [found(store, criticalities={band}) for band in bands] == [["2"], ["3"]]
        assert found(store, criticalities=set(bands)) == ["2", "3"]

    @rule("le niveau imposé est celui qui compte")
    def test_a_level_that_was_imposed_is_the_one_that_counts(self, store: Store) -> None:
        desk = desk_on(store)
        case = registered(desk)
        desk.reroute(case.reference, handling_unit="STD", level=Level.NATIONAL, reason="enjeu")

        assert found(store, levels={Level.NATIONAL}) == ["1"]
        assert found(store, levels={Level.LOCAL}) == []

    @rule("on trouve par le site qui enregistre, qui a servi ou qui traite, et un dossier n'est compté qu'une fois")
    def test_cases_are_found_once_by_sites_that_register_serve_or_handle(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, "CRE", service_sites=("CRE", "STR"))
        registered(desk, "STD", service_sites=("STR", "CRE"))
        registered(desk, "STD", handling_unit="CRE")
        registered(desk, "STD")

        assert found(store, sites={"CRE"}) == ["1", "2", "3"]
        assert found(store, sites={"STR"}) == ["1", "2"]
        assert found(store, sites={"CRE", "STD", "STR"}) == ["1", "2", "3", "4"]
        assert found(store, sites={"FDF"}) == []

    @rule("on ne voit jamais le dossier d'un autre site, si semblable que soit son nom")
    def test_a_case_of_another_site_with_a_similar_name_is_never_found(self, store: Store) -> None:
        for number, site in enumerate(("CRE", "CREIL", "cre", "CRÉ", "ACRE", "CRE ", "%", "C_E"), start=1):
            insert(store, registered_as(a_case(number), site=site, handling_unit=site))

        assert found(store, sites={"CRE"}) == ["1"]
        assert found(store, sites={"%", "C_E"}) == ["7", "8"]
        assert found(store, owner="CRE") == ["1"]

    @rule("un accès limité à un site ne voit et ne compte que ses dossiers")
    def test_a_desk_of_one_site_sees_and_counts_its_own_cases_only(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, "CRE", verbatim="la salle")
        registered(desk, "STR", verbatim="la salle")
        strasbourg = desk.scoped(site="STR")

        assert [case.site for case in strasbourg.cases.find(CaseQuery(text="salle")).cases] == ["STR"]
        assert strasbourg.cases.count() == 1
        assert {item.event.case for item in strasbourg.feed()} == {"R-2026-000002"}

    @rule("on trouve par unité qui traite, celle d'après la réorientation")
    def test_cases_are_found_by_owner(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, "CRE")
        registered(desk, "STD", handling_unit="CRE")
        moved = registered(desk, "CRE", verbatim="la salle")
        desk.reroute(moved.reference, handling_unit="STD")

        assert found(store, owner="CRE") == ["1", "2"]
        assert found(store, owner="STD") == found(store, sites={"STD"}, text="salle") == ["3"]

    @rule("on trouve par la personne qui suit le dossier, jusqu'à la fin de l'affectation ou au transfert")
    def test_cases_are_found_by_the_person_that_they_are_assigned_to(self, store: Store) -> None:
        desk = desk_on(store)
        cases = [registered(desk, "CRE").reference for _ in range(5)]
        for case in cases:
            desk.assign(case, to="m.klein")
        desk.assign(cases[0], to="M.Klein")
        desk.unassign(cases[1])
        desk.reroute(cases[2], handling_unit="STD")
        desk.reroute(cases[3], handling_unit="CRE", level=Level.NATIONAL, reason="enjeu")

        assert found(store, assigned_to="m.klein") == ["4", "5"]
        assert found(store, assigned_to="M.Klein") == ["1"]
        assert found(store, assigned_to="m.kleine") == []
        listed = [one.assigned_to for one in desk.cases.summaries().summaries]
        assert listed == ["M.Klein", None, None, "m.klein", "m.klein"]

    @rule("on trouve par le jour jusqu'auquel une réponse est attendue", source="M2-1 §5.0")
    def test_cases_are_found_by_the_day_until_which_an_answer_is_awaited(self, store: Store) -> None:
        # Received on Monday 1 June 2026, the tenth business day is Monday 15 June; on Tuesday 2 June, Tuesday 16 June.
        desk = desk_on(store)
        registered(desk)
        registered(desk, received_at=at(2))

        assert found(store, due_until=date(2026, 6, 14)) == []
        assert found(store, due_until=date(2026, 6, 15)) == ["1"]
        assert found(store, due_until=date(2026, 6, 16)) == ["1", "2"]

    @rule("on trouve par le jour à partir duquel une réponse est attendue", source="M2-1 §5.0")
    def test_cases_are_found_by_the_day_from_which_an_answer_is_awaited(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        registered(desk, received_at=at(2))
        an_answered_case(desk, facts())

        assert found(store, due_from=date(2026, 6, 15)) == ["1", "2"]
        assert found(store, due_from=date(2026, 6, 16)) == ["2"]
        assert found(store, due_from=date(2026, 6, 14), due_until=date(2026, 6, 15)) == ["1"]
        assert found(store, due_from=date(2026, 6, 17)) == []

    @rule("on trouve les dossiers qui attendent une réponse à une question", source="I20")
    def test_cases_with_a_question_are_found(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk)
        unclear = desk.register(facts(nature=None), site="CRE")
        desk.request_information(registered(desk).reference, "theme")

        assert found(store, has_question=True) == ["2", "3"]
        assert found(store, has_question=False) == ["1", "2", "3"]
        desk.complete_facts(unclear.reference, nature="grievance")
        desk.complete_facts("R-2026-000003", theme="training")
        assert found(store, has_question=True) == []

    @rule("un dossier répondu, clos, retiré ou anonymisé n'attend aucune réponse à une question", source="I20")
    def test_closed_and_withdrawn_cases_have_no_question(self, store: Store) -> None:
        desk = desk_on(store)
        unclear, asked = (desk.register(facts(**given), site="CRE") for given in ({"nature": None}, {}))
        desk.request_information(asked.reference, question="Quel jour était-ce ?")
        assert found(store, has_question=True) == ["1", "2"]
        for case in (unclear, asked):
            desk.withdraw(case.reference)
        assert found(store, has_question=True) == []
        for case in (unclear, asked):
            desk.close(case.reference, reason=ClosingReason.WITHDRAWN)
        assert found(store, has_question=True) == []
        desk.reopen(asked.reference, reason="le client revient sur son retrait")
        assert found(store, has_question=True) == ["2"]
        desk.withdraw(
            desk.register(facts(nature=None), site="CRE").reference
        )  # the other case is reopened, not this one
        assert found(store, has_question=True) == ["2"]
        desk.anonymise(unclear.reference)
        assert found(store, has_question=True) == ["2"]
        desk.request_information(an_answered_case(desk).reference, question="Quel jour était-ce ?")
        assert found(store, has_question=True) == ["2"]

    @rule("seul ce dont le délai court est attendu, une réouverture comprise", source="I3")
    def test_only_running_clocks_are_due(self, store: Store) -> None:
        desk = desk_on(store)
        an_answered_case(desk, facts())
        desk.register(a_malfunction(received_at=at(1)), site="CRE")
        desk.register(facts(nature="initial_information_request"), site="CRE")
        desk.withdraw(registered(desk).reference)
        case = a_closed_case(desk, facts())

        assert found(store, due_until=date(2027, 1, 1)) == []
        desk.reopen(case.reference, reason="la réponse n'a pas suffi")
        assert found(store, due_until=date(2027, 1, 1)) == ["5"]

    @rule("le jour de réception est celui du fuseau du dossier", source="I2")
    def test_the_day_of_receipt_is_that_of_the_zone_of_each_case(self, store: Store) -> None:
        # 1 June 2026, 23:00 UTC is 2 June in Paris and 1 June, 19:00, in Fort-de-France.
        desk = desk_on(store)
        registered(desk, "CRE", received_at=at(1, 23))
        registered(desk, "FDF", received_at=at(1, 23))
        registered(desk, "CRE", received_at=at(5))

        assert found(store, received_until=date(2026, 6, 1)) == ["2"]
        assert found(store, received_from=date(2026, 6, 2)) == ["1", "3"]
        assert found(store, received_from=date(2026, 6, 2), received_until=date(2026, 6, 2)) == ["1"]
        assert found(store, received_from=date(2026, 6, 6)) == []

    @rule("un soir d'été en temps universel est déjà le lendemain à Paris, pour l'échéance aussi", source="I2")
    def test_a_summer_evening_in_utc_is_the_next_day_in_paris_for_the_due_date_too(self, store: Store) -> None:
        desk = desk_on(store)
        moment = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
        registered(desk, received_at=moment)
        registered(desk, received_at=moment - timedelta(hours=1))

        assert found(store, due_until=date(2026, 6, 15)) == ["2"]

    @rule("une date de réception corrigée est celle qui compte")
    def test_a_corrected_receipt_is_the_one_that_counts(self, store: Store) -> None:
        desk = desk_on(store)
        case = registered(desk, received_at=at(5))
        desk.correct(case.reference, reason="le cachet de la poste", received_at=at(1))

        assert found(store, received_until=date(2026, 6, 1)) == ["1"]
        assert found(store, received_from=date(2026, 6, 5)) == []

    @rule("on cherche dans les textes sans tenir compte de la casse, des accents et des ligatures")
    def test_texts_are_searched_without_case_and_accents(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, complainant="Mme Désiré", verbatim="Le formateur de l’œuvre est ABSENT")
        registered(desk, complainant="M. Martin", verbatim="La salle est froide")

        for text in ("DÉSIRÉ", "desire", "Mme Désiré", "de\u0301sir", "l'oeuvre", "L’ŒUVRE", "formateur", "absent"):
            assert (text, found(store, text=text)) == (text, ["1"])

    @rule("tous les mots cherchés sont trouvés, en tout ordre, le dernier par son début")
    def test_all_the_words_are_found_in_any_order_the_last_as_a_prefix(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, complainant="Mme Désiré", verbatim="La salle est froide")
        registered(desk, complainant="M. Sallé", verbatim="La froideur de l'accueil")

        for text, expected in (
            ("salle froide", ["1", "2"]),
            ("froide salle", ["1"]),
            ("froid", ["1", "2"]),
            ("salle froi", ["1", "2"]),
            ("froi salle", []),
            ("desire salle", ["1"]),
            ("roide", []),
            ("accueil froideur la", ["2"]),
        ):
            assert (text, found(store, text=text)) == (text, expected)

    @rule("ce qui est cherché est une suite de mots, jamais un motif")
    def test_what_is_searched_are_words_and_no_pattern(self, store: Store) -> None:
        insert(store, a_case(1, verbatim="remise de 100 % a_b \\ [c] not"), a_case(2, verbatim="rm axb ou 10"))

        for text in ("100 %", "a_b", "b[c", '"remise"', "NOT remise", "remise*", "a:b", "'a' & b", "~remise"):
            assert (text, found(store, text=text)) == (text, ["1"])
        for text in ("r%e", "r_m", "remise OR rm", "remise | rm", "axb*remise"):
            assert (text, found(store, text=text)) == (text, [])

    @rule("un mot est cherché dans chaque texte, jamais à cheval sur deux")
    def test_no_word_is_found_across_two_texts(self, store: Store) -> None:
        registered(desk_on(store), complainant="Mme Désiré", verbatim="La salle est froide")

        for text in ("desirela", "froidemme", "desire la", "froide mme"):
            assert (text, found(store, text=text)) == (text, ["1"] if " " in text else [])

    @rule("les noms de personnes peuvent rester hors de la recherche")
    def test_the_names_of_persons_can_be_left_out_of_a_search(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, complainant="Mme Martin", verbatim="La salle est froide")
        registered(desk, complainant="M. Salle", verbatim="Voyez avec Mme Martin")

        assert found(store, text="martin") == ["1", "2"]
        assert found(store, text="martin", in_names=False) == ["2"]
        assert found(store, text="mar", in_names=False) == ["2"]
        assert found(store, text="mme mar", in_names=False) == ["2"]
        assert found(store, text="salle", in_names=False) == ["1"]

    @rule("un dossier qui nomme une personne est trouvé par les mots de ce nom", source="I17")
    def test_every_case_that_names_a_person_is_found_by_the_words_of_the_name(self, store: Store) -> None:
        desk = desk_on(store)
        names = ("DUPONT-O’Brien, Désirée", "Mme Œdipe Ǆorđe", "l'ﬁn \u02bcAli", "123e étage " + "a" * 50)
        for name in names:
            registered(desk, complainant=name, verbatim="la salle")
            registered(desk, complainant="M. Martin", verbatim=f"Selon «{name}» : oui")

        for number, name in enumerate(names):
            expected = [str(2 * number + 1), str(2 * number + 2)]
            assert found(store, text=" ".join(text_words(name)[::-1])) == expected
            items = desk.personal_data_of(name)
            assert sorted({item.holder[-1] for item in items}) == expected

    @rule("on trouve par références, et par l'identifiant du message")
    def test_cases_are_found_by_references_and_by_source(self, store: Store) -> None:
        other = registered_as(a_case(2, source="m:1", verbatim="la salle"), site="STR", handling_unit="STR")
        insert(store, a_case(1, source="m:1"), other, a_case(3, source="m:2", verbatim="la salle"))

        assert found(store, references={FIRST, THIRD, "R-2026-000009"}) == ["1", "3"]
        assert found(store, references={FIRST, SECOND, THIRD}, sites={"CRE"}, text="salle") == ["3"]
        assert found(store, source="m:1") == ["1", "2"]
        assert found(store, source="m") == []

    @rule("le texte cherché peut être celui de tout événement")
    def test_a_text_may_be_of_any_event(self, store: Store) -> None:
        desk = desk_on(store)
        case = a_qualified_case(desk, facts())
        desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Nous avons remplacé le formateur")

        assert found(store, text="REMPLACE") == ["1"]
        assert found(store, text="licorne") == []

    @rule("on ne cherche pas dans les noms de ceux qui ont agi")
    def test_the_names_of_actors_are_not_searched(self, store: Store) -> None:
        registered(desk_on(store).acting("M. Lefort"))

        assert found(store, text="Lefort") == []

    @rule("un auteur identifié, puis rectifié, est listé, cherché, répondu et effacé", source="I26")
    def test_a_sender_identified_later_then_corrected_is_searched_answered_and_erased(self, store: Store) -> None:
        desk = desk_on(store)
        case = a_planned_case(desk, facts(), complainant=None).reference
        assert (found(store, text="desire"), found(store, is_unacknowledged=True)) == ([], [])

        desk.identify_complainant(case, complainant="Mme Martin")
        desk.answer(case, decision=AnswerDecision.FOUNDED, text="Madame, vous avez raison")
        assert [one.author for one in desk.cases.summaries().summaries] == ["Mme Martin"]
        desk.correct_complainant(case, complainant="Mme Désiré", reason="un nom mal lu")
        assert [one.author for one in desk.cases.summaries().summaries] == ["Mme Désiré"]
        relations = {"desire": PersonRelation.AUTHOR, "martin": PersonRelation.CITED}
        for name, relation in relations.items():
            assert found(store, text=name) == ["1"]
            assert relation in {item.relation for item in desk.personal_data_of(name)}

        desk.close(case, reason=ClosingReason.ANSWERED)
        desk.anonymise(case)
        assert [one.author for one in desk.cases.summaries().summaries] == [None]
        for name in relations:
            assert found(store, text=name) == []
            assert desk.personal_data_of(name) == ()

    @rule("un texte oublié n'est plus trouvé", source="I17")
    def test_forgotten_texts_are_not_found(self, store: Store) -> None:
        desk = desk_on(store)
        case = a_closed_case(desk, facts(), complainant="Mme Désiré")
        assert found(store, text="desire") == ["1"]

        desk.anonymise(case.reference)

        assert found(store, text="desire") == []
        assert found(store) == ["1"]

    @rule("on trouve par canal, par thème, ce qui n'est pas clos, et ce dont il n'est pas accusé réception")
    def test_cases_are_found_by_channel_theme_opening_and_missing_acknowledgement(self, store: Store) -> None:
        desk = desk_on(store)
        desk.register(facts(channel="centre_letter", theme="training"), site="CRE", complainant="Mme Ly")
        desk.register(facts(channel="email", theme="billing"), site="CRE", complainant="M. Ali")
        desk.acknowledge("R-2026-000002")
        a_closed_case(desk, facts(channel="email"))
        desk.register(facts(nature="general_opinion"), site="CRE")

        assert found(store, channels={"centre_letter"}) == ["1"]
        assert found(store, themes={"training", "billing"}) == ["1", "2"]
        assert found(store, themes={"train"}) == []
        assert found(store, is_open=True) == ["1", "2", "4"]
        assert found(store, is_unacknowledged=True) == ["1"]
        an_answered_case(desk, facts())
        desk.acknowledge("R-2026-000001")
        assert found(store, is_unacknowledged=True) == []

    @rule("on trouve les dossiers d'un identifiant : de leur référence, de leur message ou d'une action qui les sert")
    def test_cases_are_found_by_an_identifier_of_theirs(self, store: Store) -> None:
        other = registered_as(a_case(2, source="A-1"), site="STR", handling_unit="STR")
        insert(store, a_case(1, source="A-1"), other, a_case(3, source="m:2"))
        insert(store, a_plan("CRE", reference="A-1", cases=("R-7", THIRD)))
        insert(store, a_plan("STR", reference="A-1", cases=("R-8",)))

        with store.unit_of_work() as unit:

            def identified(identifier: str, known: Collection[str] = (), query: CaseQuery | None = None) -> list[str]:
                page = unit.cases.identify(identifier, known, query or CaseQuery())
                return [one.reference for one in page.summaries]

            assert identified("A-1") == [FIRST, SECOND, THIRD]
            assert identified("A-1", {THIRD}) == [THIRD, FIRST, SECOND]
            assert identified("A-1", {THIRD}, CaseQuery(sites={"STR"})) == [SECOND]
            assert identified("A-1", {THIRD}, CaseQuery(references={THIRD, SECOND})) == [THIRD, SECOND]
            assert identified("A", {SECOND, "R-2026-000009", "R\x00"}) == [SECOND]
            assert identified("A-1\x00", {FIRST}) == [FIRST]
            assert identified("A-1", {FIRST}, CaseQuery(text="introuvable", limit=1)) == [FIRST, SECOND, THIRD]
            assert identified("a-1") == identified("m") == []
            unit.cases.save(with_support(unit.cases.get(FIRST)), 1)
            unit.cases.add(a_case(4, at(1, month=4), source="m:2"))  # due before the others
            assert identified("A-1") == [FIRST, SECOND, THIRD]
            assert identified("m:2", {FIRST}) == [FIRST, "R-2026-000004", THIRD]

    @rule("on trouve les dossiers que sert une action, ou une action en retard")
    def test_the_cases_that_actions_serve_are_found_by_lateness(self, store: Store) -> None:
        insert(store, a_plan("CRE", reference="A-1", cases=("R-1", "R-2"), planned=date(2026, 6, 1)))
        insert(store, a_plan("STR", reference="A-1", cases=("R-3",), planned=date(2026, 6, 2)))
        insert(store, a_plan("STD", reference="A-2", cases=("R-4",)))

        with store.unit_of_work() as unit:
            plans = unit.plans
            assert plans.served_cases(late_on=date(2026, 6, 1)) == frozenset()
            assert plans.served_cases(late_on=date(2026, 6, 2)) == {"R-1", "R-2"}
            assert plans.served_cases() == {"R-1", "R-2", "R-3", "R-4"}
            unit.plans.add(a_plan("FDF", cases=("R-5",)))
            assert plans.served_cases() == {"R-1", "R-2", "R-3", "R-4", "R-5"}

    @rule("on trouve les actions qui servent les dossiers d'un centre, sur tous les plans")
    def test_the_actions_that_serve_cases_of_a_site_are_found_on_every_plan(self, store: Store) -> None:
        desk = desk_on(store)
        for site, more in (("CRE", ()), ("STD", ("CRE",)), ("STD", ())):
            desk.register(facts(), site=site, service_sites=more)
        first, second, third = (f"R-2026-00000{number}" for number in (1, 2, 3))
        insert(store, a_plan("STR", reference="A-1", cases=(second, third)))
        insert(store, a_plan("CRE", reference="A-2", cases=(first,)))
        insert(store, a_plan("FDF", reference="A-1", cases=("R-9",)))

        with store.unit_of_work() as unit:
            of_plans = [("site:CRE", "A-2", first), ("site:STR", "A-1", second)]
            assert list(unit.plans.served_lines({"CRE"})) == of_plans
            assert unit.plans.served_lines({"STD", "CRE"}) == (*of_plans, ("site:STR", "A-1", third))
            assert unit.plans.served_lines({"MTZ"}) == ()
            unit.plans.add(a_plan("MTZ", cases=(third, first)))
            assert list(unit.plans.served_lines({"CRE"})) == sorted([*of_plans, ("site:MTZ", "A-1", first)])

    @rule("on trouve les actions en retard, celles à évaluer et les signaux, sur tous les plans", source="M2-1 §6.3")
    def test_what_waits_on_plans_is_found(self, store: Store) -> None:
        june, raised = partial(date, 2026, 6), SignalRaised.event_type.example.data(None)
        led, left, away = (
            SignalRaised(sheet=attrs.evolve(raised.sheet, week=f"2026-W{week}")) for week in (20, 21, 22)
        )
        watched = plan_after(
            Pgaac(scope=PlanScope.site("STR")), *((signed(), one) for one in (raised, led, left, away))
        )
        watched = plan_after(
            watched,
            *(signed()(SignalDismissed(signal=one.signal, reason="les vacances")) for one in (left, raised)),
            signed()(SignalContinued(signal=raised.signal, until="2026-W25")),
            *(signed()(ActionAdded.of(a_sheet(f"A-{number}", origin_reference=led.signal))) for number in (2, 1)),
            signed()(ActionAdded.of(a_sheet("A-3", origin_reference=f'"{away.signal}"', check_on=None))),
            signed()(lambda plan: ActionAmended.of(plan.action("A-3"), origin_reference=away.signal)),
            signed()(lambda plan: ActionAmended.of(plan.action("A-2"), origin_reference=None)),
            signed()(ActionAbandoned(action="A-1", reason="un autre centre s'en charge")),
        )
        insert(store, a_plan("STD", planned=june(3)), watched, judged(a_plan("FDF", planned=june(1))))
        insert(store, a_plan("CRE", reference="A-9", planned=june(4), check_on=june(19)))
        lines = [
            ("site:STR", signal.signal, actions, signal is left)
            for signal, actions in ((raised, ()), (led, ("A-1", "A-2")), (left, ()), (away, ()))
        ]

        with store.unit_of_work() as unit:
            plans = unit.plans
            assert plans.late_actions(june(3)) == ([], [])
            assert plans.late_actions(june(4)) == ([(june(3), "site:STD", "A-1")], [])
            late = [(june(3), "site:STD", "A-1"), (june(4), "site:CRE", "A-9")]
            assert plans.late_actions(june(5)) == (late, [])
            assert plans.awaited_checks(june(18)) == ([], [])
            assert plans.awaited_checks(june(19)) == ([(june(19), "site:CRE", "A-9")], [])
            checks = [(june(20), "site:STD", "A-1"), (june(20), "site:STR", "A-2")]
            assert plans.awaited_checks(date.max) == ([(june(19), "site:CRE", "A-9"), *checks], [])
            assert plans.signals() == (sorted(lines), [])
            plans.add(a_plan("MTZ", planned=june(2), check_on=june(2)))
            assert plans.late_actions(june(5)) == ([(june(2), "site:MTZ", "A-1"), *late], [])
            assert plans.awaited_checks(june(2)) == ([(june(2), "site:MTZ", "A-1")], [])
            assert plans.signals() == (sorted(lines), [])

    @rule("on trouve par famille de causes, entière", source="M2-1 §4.1")
    def test_cases_are_found_by_theme(self, store: Store) -> None:
        desk = desk_on(store)
        analysed(desk, "organisation", "matériel")
        analysed(desk, "organisation")
        registered(desk)

        assert found(store, cause_family="organisation") == ["1", "2"]
        assert found(store, cause_family="matériel") == ["1"]
        assert found(store, cause_family="mat") == found(store, cause_family="mat%") == []
        registered(desk, "STR")
        with store.unit_of_work() as unit:
            for sites in ((), ("CRE",), ("STR",)):
                assert sorted(unit.cases.cause_families(CaseQuery(sites=frozenset(sites)))) == sorted(
                    (case.reference, family)
                    for case in unit.cases.find(CaseQuery(sites=frozenset(sites))).cases
                    for family in (case.analysis.causes if case.analysis else ())
                )

    @rule("on trouve par les informations propres à une version, jamais par un texte ni une donnée personnelle")
    def test_cases_are_found_by_the_facts_of_an_edition(self, store: Store) -> None:
        desk = desk_on(store, an_edition_with_facts())
        day = date(2026, 5, 4)
        desk.register(facts(own={"boolean": True, "integer": 3, "funder": "opco"}), site="CRE")
        desk.register(facts(own={"boolean": False, "number": 7.5, "day": day, "funder": "opco"}), site="CRE")
        desk.register(facts(own={"boolean": True, "text": "opco", "born": day}), site="CRE")
        registered(desk)

        assert found(store, own={"boolean": True}) == ["1", "3"]
        assert found(store, own={"boolean": True, "funder": "opco"}) == found(store, own={"integer": 3}) == ["1"]
        assert found(store, own={"funder": "opco"}) == ["1", "2"]
        assert found(store, own={"number": 7.5}) == found(store, own={"day": day}) == ["2"]
        assert found(store, own={"born": day}) == found(store, own={"text": "opco"}) == []
        assert (
            found(store, own_from={"number": 7.5}, own_until={"number": 8})
            == found(store, own_until={"day": day})
            == ["2"]
        )
        assert (
            found(store, own_from={"number": 7.6})
            == found(store, own_from={"integer": 2}, own_until={"integer": 2})
            == []
        )
        assert found(store, own_from={"integer": -1}, own_until={"integer": 10}) == ["1"]
        assert found(store, own_from={"day": date(2026, 5, 5)}) == found(store, own_from={"born": day}) == []
        assert found(store, own={"funder": "op"}) == found(store, own={"funder": "OPCO"}) == []
        desk.correct(FIRST, reason="erreur", own={"boolean": None, "funder": None})
        desk.correct(SECOND, reason="erreur", own={"boolean": True})
        assert found(store, own={"boolean": True}) == ["2", "3"]
        assert found(store, own={"funder": "opco"}) == ["2"]

        with store.unit_of_work() as unit:
            for query in (
                CaseQuery(),
                CaseQuery(own={"boolean": True}),
                CaseQuery(sites={"STR"}),
                CaseQuery(source="m"),
            ):
                for names in ({"boolean", "funder"}, {"integer", "text", "born", "unheard of"}):
                    assert sorted(unit.cases.own_values(query, names)) == sorted(
                        (case.reference, name, value)
                        for case in unit.cases.find(query).cases
                        for name, value in case.facts.own.searched().items()
                        if name in names
                    )

    @rule("tous les critères donnés sont à remplir")
    def test_every_criterion_given_is_to_be_met(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, "CRE", verbatim="la salle")
        registered(desk, "STR", verbatim="la salle")
        registered(desk, "CRE", verbatim="le bruit")

        assert found(store, sites={"CRE"}, text="salle", states={CaseState.REGISTERED}) == ["1"]

    @rule("une unité de travail trouve et compte ce qu'elle a écrit")
    def test_a_unit_finds_and_counts_what_it_wrote(self, store: Store) -> None:
        insert(store, a_case(1), a_case(3))

        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2))
            assert [case.reference[-1] for case in unit.cases.find(CaseQuery()).cases] == ["1", "2", "3"]
            assert [case.reference[-1] for case in unit.cases.find(CaseQuery(after=FIRST)).cases] == ["2", "3"]
            assert unit.cases.count(CaseQuery()) == 3
        assert found(store) == ["1", "3"]


def pages(store: Store, limit: int, between: Callable[[], None] = lambda: None) -> list[str]:
    """The references of all the pages, something happening between one and the next."""
    seen: list[str] = []
    query: CaseQuery | None = CaseQuery(limit=limit)
    while query is not None:
        with store.unit_of_work() as unit:
            page = unit.cases.find(query)
        seen += [case.reference for case in page.cases]
        query = query.following(page)
        if query is not None:
            between()
    return seen


class CasePagesContract(PortContract):
    """The order and the pages of the cases found."""

    port = "CaseRepository"

    @rule("l'ordre est celui des références, par point de code")
    def test_the_order_is_that_of_the_references_by_code_point(self, store: Store) -> None:
        names = ["R-É", "R-a", "R-10", "R-9", "R-Z", "R-\U0001f600", "R-\uff21"]
        insert(store, *(renamed(a_case(), name) for name in names))

        assert pages(store, 50) == ["R-10", "R-9", "R-Z", "R-a", "R-É", "R-\uff21", "R-\U0001f600"]
        assert pages(store, 1) == pages(store, 50)

    @rule("les pages sont complètes, sans répétition, et la dernière le dit")
    def test_pages_are_complete_without_repeats_and_the_last_is_marked(self, store: Store) -> None:
        there = [f"R-2026-00000{number}" for number in range(1, 5)]
        insert(store, *(a_case(number) for number in range(1, 5)))

        for limit in (1, 2, 3, 4, 5):
            assert (limit, pages(store, limit)) == (limit, there)

    @rule("une page est remplie de dossiers qui répondent aux critères, et le compte ne dépend pas d'elle")
    def test_a_page_is_filled_with_cases_that_meet_the_criteria(self, store: Store) -> None:
        desk = desk_on(store)
        for site in ("CRE", "STR", "CRE", "STR", "CRE"):
            registered(desk, site)

        with store.unit_of_work() as unit:
            first = unit.cases.find(CaseQuery(sites={"CRE"}, limit=2))
            second = unit.cases.find(CaseQuery(sites={"CRE"}, limit=2, after=first.next))

            assert [case.reference[-1] for case in (*first.cases, *second.cases)] == ["1", "3", "5"]
            assert second.next is None
            assert unit.cases.count(CaseQuery(sites={"CRE"}, limit=1, after=THIRD)) == 3

    @rule("la page après une référence qui n'existe pas commence à la suivante")
    def test_a_page_after_a_missing_reference_begins_with_the_next_one(self, store: Store) -> None:
        insert(store, a_case(1), a_case(3))

        with store.unit_of_work() as unit:
            assert [case.reference for case in unit.cases.find(CaseQuery(after=SECOND)).cases] == [THIRD]
            assert unit.cases.find(CaseQuery(after="S")).cases == ()

    @rule("ajouter entre deux pages ne répète ni ne perd aucun dossier")
    def test_adding_between_pages_neither_repeats_nor_loses_a_case(self, store: Store) -> None:
        desk = desk_on(store)
        before = [registered(desk).reference for _ in range(6)]
        earlier = iter([renamed(a_case(), "A-1"), renamed(a_case(), "A-2"), renamed(a_case(), "A-3")])

        def add() -> None:
            registered(desk)
            insert(store, next(earlier))

        seen = pages(store, 4, add)

        assert len(seen) == len(set(seen))
        assert set(before) <= set(seen)

    @rule("les pages lues parmi des fils qui écrivent sont complètes, sans répétition", needs=Capability.THREADS)
    def test_pages_read_among_writers_are_complete_without_repeats(self, store: Store) -> None:
        desk = desk_on(store)
        before = [registered(desk).reference for _ in range(20)]

        with ThreadPoolExecutor(3) as pool:
            writers = [pool.submit(lambda: [registered(desk) for _ in range(20)]) for _ in range(3)]
            while True:
                seen = pages(store, 7)
                assert len(seen) == len(set(seen))
                assert set(before) <= set(seen)
                if all(writer.done() for writer in writers):
                    break
            for writer in writers:
                writer.result()

        assert len(pages(store, 7)) == 80

    @rule(
        "une page finit avant un dossier illisible ; celle qui commencerait par lui le nomme, et l'on continue",
        needs=Capability.TAMPERING,
    )
    def test_a_page_ends_before_a_case_that_cannot_be_read(self, store: Store) -> None:
        insert(store, *(a_case(number) for number in (1, 2, 3)))
        self.rewrite_event(store, SECOND, 1, "{")

        with store.unit_of_work() as unit:
            page = unit.cases.find(CaseQuery())
            with pytest.raises(StoreDamagedError) as damaged:
                unit.cases.find(CaseQuery(after=page.next))
            rest = unit.cases.find(CaseQuery(after=damaged.value.holder))

        assert ([case.reference for case in page.cases], page.next) == ([FIRST], FIRST)
        assert damaged.value.holder == SECOND
        assert ([case.reference for case in rest.cases], rest.next) == ([THIRD], None)

    @rule(
        "un dossier illisible est nommé à qui le demande, et n'empêche pas de lire les autres",
        needs=Capability.TAMPERING,
    )
    def test_a_case_that_cannot_be_read_is_named_and_the_others_are_read(self, store: Store) -> None:
        first, third = a_case(1), a_case(3)
        insert(store, first, a_case(2), third)
        self.rewrite_event(store, SECOND, 1, "{")

        with store.unit_of_work() as unit, pytest.raises(StoreDamagedError) as damaged:
            unit.cases.get(SECOND)

        assert damaged.value.holder == SECOND
        assert (load(store, FIRST), load(store, THIRD)) == (first, third)


class CaseSearchContract(PortContract):
    """The rank of a search: what a text identifies, then the cases that have its words, by due date."""

    port = "CaseRepository"

    @rule("le dossier que le texte désigne vient d'abord, puis ceux qui en ont les mots, par échéance et référence")
    def test_a_search_ranks_what_it_identifies_then_words_by_due_date_and_reference(self, store: Store) -> None:
        desk = desk_on(store)
        texts = {1: "voir R-2026-000003", 2: "suite de R-2026-000003", 3: "la salle", 4: "R 2026 000003"}
        for number, day in ((1, 3), (2, 2), (3, 4), (4, 2)):
            registered(desk, received_at=at(day), verbatim=texts[number])
        desk.register(facts(nature="general_opinion"), site="CRE", verbatim="R-2026-000003 est bien")

        assert self.searched(store, "r-2026-000003") == ["3 reference", "2 words", "4 words", "1 words", "5 words"]
        assert self.searched(store, "3") == ["3 number"]
        assert self.searched(store, "000003") == ["3 number", "2 words", "4 words", "1 words", "5 words"]
        assert self.searched(store, "salle la") == ["3 words"]

    @rule("un dossier est trouvé par l'identifiant de son message et par une action qui le sert")
    def test_a_case_is_found_by_its_message_and_by_an_action(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, source="m:1")
        case = analysed(desk)
        insert(store, a_plan("CRE", reference="CRE-009", cases=(case.reference,)))
        registered(desk, verbatim="lire CRE-009")

        assert self.searched(store, "m:1") == ["1 message"]
        assert self.searched(store, "CRE-009") == [f"{case.reference[-1]} action", "3 words"]
        assert self.searched(store, "CRE-00") == ["3 words"]

    @rule("une recherche ne sort pas des centres de l'accès, et ses pages sont complètes")
    def test_the_pages_of_a_search_are_complete_within_the_scope(self, store: Store) -> None:
        desk = desk_on(store)
        for number in range(7):
            registered(desk, ("CRE", "STR")[number % 2], received_at=at(1 + number % 3), verbatim="la salle")
        strasbourg = desk.scoped(site="STR").cases
        first = strasbourg.search("salle", limit=2)
        rest = strasbourg.search("salle", limit=2, after=first.next)

        assert (first.total, rest.total, rest.next) == (3, 3, None)
        assert [hit.case.reference[-1] for hit in (*first.hits, *rest.hits)] == ["4", "2", "6"]
        assert [hit.case.site for hit in strasbourg.search("R-2026-000001").hits] == []

    @staticmethod
    def searched(store: Store, text: str) -> list[str]:
        """Return the last digit of the references found, and what they were found by."""
        hits = desk_on(store).cases.search(text).hits
        return [f"{hit.case.reference[-1]} {hit.match}" for hit in hits]
