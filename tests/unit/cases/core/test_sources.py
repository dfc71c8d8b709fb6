"""What the guards cite, and the commands that they lead to."""

from typing import Any

from reclamation_core.cases import Guard
from reclamation_core.cases.guards import GUARDS as CASE_GUARDS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy.sources import CLAUSES
from reclamation_core.wording import citation

GUARDS: list[Guard[Any, Any]] = [*CASE_GUARDS, *PLAN_GUARDS]
CITED = {
    ("", "I12"): "against-the-history",
    ("", "I17"): "anonymised before-suspension not-suspended suspended",
    ("", "I23"): "before-receipt receipt-after-acts",
    ("", "I25"): "before-deadline-suspension deadline-not-suspended deadline-suspended",
    ("", "I27"): "close-before-its-reason close-not-redirected close-not-withdrawn no-reason",
    ("", "I28"): "override-unjustified",
    ("", "I3"): "before-run",
    ("M2-1 §0.1", ""): "done-without-criterion not-done",
    ("M2-1 §1.2", ""): "out-of-scope",
    ("M2-1 §1.2", "I10"): "to-be-clarified",
    ("M2-1 §1.2", "I27"): "close-in-scope close-scope-unclear",
    ("M2-1 §1.2", "I30"): "close-to-be-clarified to-be-clarified-again",
    ("M2-1 §1.3", ""): "no-call",
    ("M2-1 §1.3", "I11"): "not-transcribed",
    ("M2-1 §2.1", "I12"): "before-qualification not-qualified",
    ("M2-1 §2.2", "I24"): "risks-unjudged",
    ("M2-1 §2.3", "I15"): "role-may-not-qualify",
    ("M2-1 §3", ""): "measure-unknown no-measure",
    ("M2-1 §4.1", ""): "analysis-empty cause-judged no-cause no-follow-up not-analysed unknown-follow-up",
    ("M2-1 §4.1", "I27"): "actions-open close-unsettled no-verdict not-finished",
    ("M2-1 §4.2", "I14"): "no-method",
    ("M2-1 §4.2", "I14, I29"): "close-not-analysed no-method-yet",
    ("M2-1 §4.2", "I24"): "close-complexity-undetermined complexity-undetermined",
    ("M2-1 §5.0", ""): "never-answered",
    ("M2-1 §5.0", "I25"): "deadline-passed suspensions-not-allowed",
    ("M2-1 §5.0", "I26"): "collective-though-named individual-though-anonymous named-already",
    ("M2-1 §5.0", "I27"): "close-answered-without-answer close-not-duplicate",
    ("M2-1 §5.0", "I3"): "answered-already clock-stopped provider-missing",
    ("M2-1 §6.1", "I11"): "before-support no-support",
    ("M2-1 §6.1", "I31"): "no-document",
    ("M2-1 §6.3", "I16"): "edition-before-its-lines edition-out-of-turn no-recipient not-below",
    ("M2-1 §7", "I27"): "close-malfunction-out-of-scope close-treated-complaint",
    ("M2-1 §7", "I5"): "close-answered-malfunction no-complainant",
}
"""The guards of each clause and interpretation; the others are common sense."""
REMEDIES = {
    "add_support": "no-document no-support",
    "analyse": "close-not-analysed no-method-yet not-analysed",
    "answer": "close-answered-without-answer never-answered",
    "close": "judged-already not-closed",
    "complete_facts": "close-scope-unclear close-to-be-clarified to-be-clarified to-be-clarified-again",
    "contain": "no-measure",
    "correct_complainant": "named-already",
    "finish": "not-done not-finished",
    "follow_up": "no-follow-up",
    "identify_complainant": "individual-though-anonymous unnamed",
    "judge": "no-verdict",
    "link": "close-not-duplicate",
    "qualify": "not-qualified",
    "reopen": "cause-judged closed criterion-fixed ended",
    "resume_deadline": "deadline-suspended",
    "transcribe": "not-transcribed",
    "withdraw": "close-not-withdrawn",
    "one or another": "close-complexity-undetermined close-unsettled complexity-undetermined done-already no-criterion "
    "not-ineffective",
}
"""The guards whose refusal is mended by each command."""


def test_no_text_of_a_clause_begins_with_its_place_which_its_citation_names() -> None:
    places = {clause.id: citation(clause.id, None, "fr").removeprefix("M2-1, ") for clause in CLAUSES}
    assert {"objectif", "interactions", "titre"} < {*places.values()}
    assert [clause.id for clause in CLAUSES if clause.text.startswith(places[clause.id])] == []


def test_a_guard_cites_the_clause_and_the_interpretation_that_speak_of_its_subject() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for guard in GUARDS:
        found.setdefault((guard.clause or "", guard.interpretation or ""), set()).add(guard.id)
    del found["", ""]
    assert {sources: " ".join(sorted(names)) for sources, names in found.items()} == CITED


def test_a_guard_leads_to_the_command_that_mends_its_refusal() -> None:
    found: dict[str, set[str]] = {}
    for guard in (guard for guard in GUARDS if guard.remedy is not None):
        found.setdefault(getattr(guard.remedy, "value", "one or another"), set()).add(guard.id)
    assert {command: " ".join(sorted(names)) for command, names in found.items()} == REMEDIES
