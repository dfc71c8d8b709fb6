"""The numbers of cases by several facets: those of each facet alone, from two reads at most."""

import pytest

from reclamation_core import FaultsError
from reclamation_core.ports import CaseFacet, CaseQuery
from tests.unit.desk import factories


def test_the_counts_of_several_facets_are_those_of_each() -> None:
    desk = factories.new_desk()
    factories.qualified(desk)
    factories.registered(desk, "STR")
    factories.analysed(desk)

    for query in (None, CaseQuery(sites={"CRE"}), CaseQuery(sites={"unknown"})):
        together = desk.cases.count_by_each(CaseFacet, query)
        assert {facet: dict(counts) for facet, counts in together.items()} == {
            facet: dict(desk.cases.count_by(facet, query)) for facet in CaseFacet
        }
    assert list(desk.cases.count_by_each(["level", "state", "level"])) == [CaseFacet.LEVEL, CaseFacet.STATE]
    assert desk.cases.count_by_each([]) == {}
    with pytest.raises(FaultsError, match="facets"):
        desk.cases.count_by_each(["unknown"])
