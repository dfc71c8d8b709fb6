"""Searches: each case that a request for access finds; within sites, the same cases in every store."""

from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import CommandRefusedError
from reclamation_core.cases.words import site_entries, text_words
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery
from reclamation_core.testing.builders import FakeClock, a_complaint
from tests.databases import memory_store, postgresql_store
from tests.properties.desk.differential import DifferentialProxy, a_desk
from tests.unit.desk.factories import SITES, at

PIECES = st.sampled_from(
    ["Durand", "DÉSIRÉ", "o’Brien", "Mme", "l\u02bcœuvre", "ﬁn", "123e", "a" * 60, "_", "-", "İ", "ß"]
)
NAMES = st.lists(PIECES | st.text(max_size=4), min_size=1, max_size=5).map(" ".join)


@given(texts=st.lists(NAMES, min_size=1, max_size=4), person=NAMES)
def test_a_search_finds_each_case_that_a_request_for_access_finds(texts: list[str], person: str) -> None:
    desk = Desk.in_memory(sites=SITES, clock=FakeClock(at(18)))
    for number, text in enumerate(texts):
        named, said = (text, "la salle") if number % 2 else ("M. Petit", text)
        if text.strip() and text.isprintable():
            desk.register(a_complaint(received_at=at(2)), site="CRE", complainant=named, verbatim=said)
    if not person.isprintable() or not text_words(person):
        return
    accessed = {item.holder for item in desk.personal_data_of(person)}
    assert accessed <= {hit.case.reference for hit in desk.cases.search(person).hits}


CODES = st.sampled_from(["CRE", "cre", "~", *site_entries(["CRE"]), "a' | (c & d):*"]) | st.text(max_size=200)


@pytest.mark.postgresql
@given(
    codes=st.lists(CODES.map(str.strip).filter(lambda code: code and code.isprintable()), min_size=1, max_size=4),
    moves=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=4),
)
def test_a_search_within_sites_finds_the_same_in_every_store(codes: list[str], moves: list[list[int]]) -> None:
    with closing(memory_store()) as sqlite, closing(postgresql_store()) as postgresql:
        stores = InMemoryStore(), sqlite, postgresql
        desk = DifferentialProxy(*(a_desk(store, FakeClock(at(18)), None) for store in stores))
        for site, *units in ([codes[number % len(codes)] for number in some] for some in moves):
            reference = desk.register(a_complaint(received_at=at(2)), site=site, verbatim=f"la {site}").reference
            for unit in units:
                with suppress(CommandRefusedError):  # it has that unit already
                    desk.reroute(reference, handling_unit=unit)
        for text in ("l", "435245", *filter(text_words, codes)):
            for sites in ({codes[0]}, {"ailleurs", *codes[1:]}):
                desk.cases.search(text, CaseQuery(sites=sites))
                desk.cases.count(CaseQuery(text=text, sites=sites))
