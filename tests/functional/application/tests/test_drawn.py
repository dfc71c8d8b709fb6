"""Le guichet, sur tout ce que la procédure admet : tiré au sort, et réduit à ce qui le montre."""

from __future__ import annotations

import json

from guichet.agency import SITES
from guichet.counter import Counter
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Case, Desk
from reclamation_core.cases import facts_document, read_facts
from reclamation_core.testing import strategies
from reclamation_core.vocabulary import ComplaintFacts


@given(st.from_type(Case))
def test_the_facts_of_any_case_go_through_json(case: Case) -> None:
    assert read_facts(json.loads(json.dumps(facts_document(case.facts)))) == case.facts


@given(strategies.complaint_facts(), strategies.texts(hostile=True))
def test_any_complaint_is_registered_and_any_reference_is_looked_for(facts: ComplaintFacts, reference: str) -> None:
    counter = Counter(Desk.in_memory(sites=SITES))
    assert counter.register(json.dumps(facts_document(facts)), "CRE").status == 201
    assert counter.look(reference).status == 404
