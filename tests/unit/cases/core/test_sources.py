"""What the guards cite is in the procedure and among its interpretations."""

from typing import Any

from reclamation_core.cases import Guard
from reclamation_core.cases.guards import GUARDS as CASE_GUARDS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy.sources import CLAUSES
from reclamation_core.wording import citation

GUARDS: list[Guard[Any, Any]] = [*CASE_GUARDS, *PLAN_GUARDS]


def test_no_text_of_a_clause_begins_with_its_place_which_its_citation_names() -> None:
    places = {clause.id: citation(clause.id, None, "fr").removeprefix("M2-1, ") for clause in CLAUSES}
    assert {"objectif", "interactions", "titre"} < {*places.values()}
    assert [clause.id for clause in CLAUSES if clause.text.startswith(places[clause.id])] == []


def test_a_guard_cites_the_interpretation_that_speaks_of_its_subject() -> None:
    """I12 is about the order of the steps, I23 the receipt, I26 unknown senders, I27 the closing, I28 the level."""
    cited_by = {guard.id: guard.interpretation for guard in GUARDS}

    assert {name for name, number in cited_by.items() if number == "I12"} == {
        "against-the-history",
        "before-qualification",
        "not-qualified",
    }
    assert {name for name, number in cited_by.items() if number == "I23"} == {"before-receipt", "receipt-after-acts"}
    assert {name for name, number in cited_by.items() if number == "I26"} == {
        "collective-though-named",
        "individual-though-anonymous",
        "named-already",
    }
    assert {name for name, number in cited_by.items() if number == "I30"} == {
        "close-to-be-clarified",
        "to-be-clarified-again",
    }
    assert {name for name, number in cited_by.items() if number == "I28"} == {"override-unjustified"}
    closing = {name for name in cited_by if name.startswith("close-")}
    own = {"close-answered-malfunction": "I5", "close-complexity-undetermined": "I24"}
    own |= {"close-not-analysed": "I14, I29", "close-to-be-clarified": "I30"}
    assert {name: cited_by[name] for name in closing} == dict.fromkeys(closing, "I27") | own


def test_no_clause_is_cited_for_a_rule_that_the_text_does_not_have() -> None:
    of_the_level = [guard for guard in GUARDS if guard.clause is not None and "§5.2" in guard.clause]
    assert of_the_level == []  # M2-1 says which level, and nothing on imposing another one
