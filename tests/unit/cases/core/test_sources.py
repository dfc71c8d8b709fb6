"""What the guards cite, and the commands that they lead to."""

from pathlib import Path
from typing import Any

from reclamation_core.cases import Guard
from reclamation_core.cases.guards import GUARDS as CASE_GUARDS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy.sources import CLAUSES
from reclamation_core.wording import citation

GUARDS: list[Guard[Any, Any]] = [*CASE_GUARDS, *PLAN_GUARDS]
SOURCES = (Path(__file__).parent / "sources.tsv").read_text(encoding="utf-8").splitlines()
"""Of each guard, the clause, the interpretation and the command that mends its refusal; without any, common sense."""


def test_no_text_of_a_clause_begins_with_its_place_which_its_citation_names() -> None:
    places = {clause.id: citation(clause.id, None, "fr").removeprefix("M2-1, ") for clause in CLAUSES}
    assert {"objectif", "interactions", "titre"} < {*places.values()}
    assert [clause.id for clause in CLAUSES if clause.text.startswith(places[clause.id])] == []


def test_a_guard_cites_its_sources_and_leads_to_what_mends_its_refusal() -> None:
    remedies = {
        id(one): "-" if one.remedy is None else getattr(one.remedy, "value", "one or another") for one in GUARDS
    }
    found = {(one.id, one.clause or "-", one.interpretation or "-", remedies[id(one)]) for one in GUARDS}
    assert ["\t".join(one) for one in sorted(found)] == SOURCES[1:]
