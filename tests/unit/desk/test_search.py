"""Search: what a text stands for, for whom, and how many cases have its words; cases counted by several facets."""

from datetime import date

import pytest

from reclamation_core.desk import Desk, queries
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.ports import CaseFacet, CaseQuery, repositories
from reclamation_core.vocabulary import Role
from tests.unit.desk import factories


def searched(desk: Desk, text: str, query: CaseQuery | None = None) -> list[str]:
    """The last digit of the references found, and what they were found by."""
    return [f"{hit.case.reference[-1]} {hit.match}" for hit in desk.cases.search(text, query).hits]


def test_a_reference_is_found_however_it_is_typed(desk: Desk) -> None:
    for _ in range(2):
        factories.registered(desk)
    typed = ("R-2026-000002", " r-2026-000002\n", "R2026000002", "2026-2", "r 2026 2", "2", "002", "R‑2026–000002")
    for text in (*typed, *(f"{sign}{one.strip()}" for one in typed for sign in ("n° ", "N°", "nº\N{NO-BREAK SPACE}"))):
        assert [hit.case.reference for hit in desk.cases.search(text).hits] == ["R-2026-000002"], text
    assert not any(searched(desk, text) for text in ("R-2026-000003", "2025-2", "20260", "R-2026", "x" * 600))


def test_a_case_is_listed_once_though_it_is_found_in_several_ways(desk: Desk) -> None:
    factories.registered(desk, source="1", verbatim="le 1 juin, m:1")
    assert searched(desk, "1") == ["1 number"]


def test_further_criteria_limit_all_that_is_found(desk: Desk) -> None:
    for _ in range(2):
        factories.registered(desk, verbatim="2 salles")
    assert searched(desk, "2") == ["2 number", "1 words"]
    assert searched(desk, "2", CaseQuery(references={"R-2026-000001"})) == ["1 words"]
    assert searched(desk, "2", CaseQuery(sites={"FDF"})) == []
    assert searched(desk.scoped(site="CRE"), "2", CaseQuery(sites={"FDF"})) == []


def test_the_case_of_a_message_comes_before_that_of_an_action(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    first, _ = (factories.registered(desk, source=source) for source in (None, "A-1"))
    factories.add_as_stored(desk.pgaac("CRE"), factories.sheet(cases=[first.reference]))
    assert searched(desk, "A-1") == ["2 message", "1 action"]
    monkeypatch.setattr(repositories, "MOST_IDENTIFIED", 1)
    assert len(searched(desk, "A-1")) == 1


def test_more_cases_than_are_counted_have_no_total(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    for _ in range(3):
        factories.registered(desk, verbatim="la salle")
    assert desk.cases.search("salle").total == 3
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    found = desk.cases.search("salle", limit=1)
    assert (found.total, len(found.hits), found.next is None) == (None, 1, False)


def test_a_role_that_reads_no_names_neither_sees_nor_searches_nor_counts_them() -> None:
    roles = RoleParameters(reads_names=[Role.RQR])
    desk = factories.new_desk(policy=Policy(edition="2027", parameters=Parameters(roles=roles)))
    factories.registered(desk, complainant="Mme Durand", verbatim="la salle")
    unit, rqr = (desk.acting("M. Petit", role) for role in (Role.HANDLING_UNIT, Role.RQR))
    assert [searched(one, "durand") for one in (rqr, unit)] == [["1 words"], []]
    assert [one.cases.count(CaseQuery(text="durand")) for one in (rqr, unit)] == [1, 0]
    assert [one.cases.search("salle").hits[0].case.author for one in (rqr, unit)] == ["Mme Durand", None]
    assert [one.cases.summaries().summaries[0].author for one in (rqr, unit)] == ["Mme Durand", None]
    assert {item.text for item in rqr.personal_data_of("Durand")} == {"Mme Durand", "la salle"}
    with pytest.raises(FaultsError, match=r"^person: \.\.\.; your role reads no names"):
        unit.personal_data_of("Durand")


def test_a_role_without_names_does_not_learn_which_cases_another_person_follows() -> None:
    roles = RoleParameters(reads_names=[Role.RQR])
    desk = factories.new_desk(policy=Policy(edition="2027", parameters=Parameters(roles=roles)))
    case = factories.registered(desk).reference
    desk.acting("Mme Roux", Role.RQR).assign(case, to="M. Klein")
    people = {"Mme Roux": (Role.RQR, 1), "M. Klein": (Role.HANDLING_UNIT, 1), "M. Petit": (Role.HANDLING_UNIT, 0)}
    for name, (role, shown) in people.items():
        acting = desk.acting(name, role)
        query = CaseQuery(assigned_to="M. Klein")
        found = [
            len(acting.cases.find(query).cases),
            acting.cases.count(query),
            len(acting.cases.summaries(query).summaries),
            len(acting.agenda(date(2030, 1, 1), query=query).answers),
            sum(1 for _ in acting.reports.register(query).tables[0].rows()),
            acting.worklist(assigned_to="M. Klein").cases[2].count,
        ]
        assert found == [shown] * len(found), (name, found)


def test_a_text_without_a_word_and_a_page_that_is_none_are_refused(desk: Desk) -> None:
    for arguments in ({"text": "~"}, {"text": "a", "limit": 0}, {"text": "a", "after": "b"}):
        with pytest.raises(FaultsError):
            desk.scoped(site="CRE").cases.search(query=CaseQuery(sites={"FDF"}), **arguments)


def test_the_first_words_of_a_case_are_cut_at_a_word(desk: Desk) -> None:
    texts = {
        "La salle\n est   froide": "La salle est froide",
        "mot " * 40: ("mot " * 20)[:-1] + "…",
        "a" * 100: "a" * 79 + "…",
        "b" * 80: "b" * 80,
        "mot " + "c" * 90: "mot " + "c" * 75 + "…",
    }
    for text, expected in texts.items():
        case = factories.registered(desk, verbatim=text, complainant=text)
        summary = desk.cases.summaries(CaseQuery(references={case.reference})).summaries[0]
        assert (summary.excerpt, summary.author) == (expected, expected)


def test_the_counts_of_several_facets_are_those_of_each() -> None:
    desk = factories.new_desk()
    factories.qualified(desk)
    factories.registered(desk, "STR")
    factories.analysed(desk)
    for query in (None, CaseQuery(sites={"CRE"}), CaseQuery(sites={"unknown"})):
        together = desk.cases.count_by_each(CaseFacet, query)
        alone = {facet: dict(desk.cases.count_by(facet, query)) for facet in CaseFacet}
        assert {facet: dict(counts) for facet, counts in together.items()} == alone
    assert list(desk.cases.count_by_each(["level", "state", "level"])) == [CaseFacet.LEVEL, CaseFacet.STATE]
    assert desk.cases.count_by_each([]) == {}
    with pytest.raises(FaultsError, match="facets"):
        desk.cases.count_by_each(["unknown"])
