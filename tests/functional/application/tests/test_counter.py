"""Le guichet laisse passer tout cas de la procédure, et ne dit rien d'autre que ce qu'elle décide."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from guichet.counter import Counter

from reclamation_core import m2_1
from reclamation_core.cases import facts_document
from reclamation_core.testing.boundaries import BoundaryCase, boundary_cases
from reclamation_core.testing.builders import FakeClock, a_complaint, a_qualified_case

STANDINGS = {"complaint": "in_scope", "out_of_scope": "out_of_scope"}


def registered(counter: Counter, facts: Any, site: str = "CRE") -> dict[str, Any]:
    reply = counter.register(json.dumps(facts_document(facts)), site)
    assert reply.status == 201, reply.text
    told: dict[str, Any] = reply.told
    return told


@pytest.mark.parametrize("case", boundary_cases(m2_1(), "eligibility"))
def test_eligibility_is_carried(counter: Counter, case: BoundaryCase) -> None:
    assert registered(counter, case.facts)["standing"] == STANDINGS[case.outcome]


@pytest.mark.parametrize("case", boundary_cases(m2_1(), "level"))
def test_level_is_carried(counter: Counter, case: BoundaryCase) -> None:
    assert registered(counter, case.facts)["level"] == case.outcome


def test_what_is_due_is_listed(counter: Counter, clock: FakeClock) -> None:
    registered(counter, a_complaint())
    registered(counter, a_complaint(received_at=clock.now()), site="STR")
    clock.advance(business_days=11)
    assert counter.due(date(2025, 6, 16)).told == []
    assert len(counter.due(clock.today).told) == 2


def test_an_answer_is_refused_in_french_or_given(counter: Counter) -> None:
    refused = counter.answer(registered(counter, a_complaint())["reference"], "Madame, ...")
    assert (refused.status, "qualifiez-le" in refused.told) == (409, True)
    given = counter.answer(a_qualified_case(counter.desk).reference, "Madame, ...")
    assert (given.status, given.told["state"]) == (200, "answered")


def test_bad_facts_and_strange_references_are_refused_in_french(counter: Counter) -> None:
    refused = counter.register(json.dumps(facts_document(a_complaint()) | {"channel": "pigeon"}), "CRE")
    assert (refused.status, "$.channel" in refused.told) == (422, True)
    assert counter.look("R-1").status == 404


def test_facts_come_back_as_they_were_sent(counter: Counter) -> None:
    facts = a_complaint(satisfaction=5)
    assert counter.look(registered(counter, facts)["reference"]).told["facts"] == facts_document(facts)
