from itertools import product
from typing import Any

import attrs
import pytest

from reclamation_core.cases import Admissibility, Case, CaseKind, ClosingReason, CommandType, guard_table
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.events import Closed, FactsCorrected
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    DUPLICATE,
    HOUR,
    NO_ACTION,
    OUT_OF_SCOPE,
    PLANNED,
    QUALIFIED,
    SUPPORT,
    WITHDRAWN,
    after,
    failing,
    line,
    opened,
    refused,
)
from tests.unit.policy.cases import RECEIVED, complaint

FOLLOW_UPS: dict[str, list[Any]] = {"nothing": [], "reason": [NO_ACTION], "settled": [PLANNED], "unsettled": [PLANNED]}
FLAGS = ("answered", "withdrawn", "duplicate", "settled", "redirected")


def oracle(reason: str, admissibility: str, told: dict[str, bool]) -> bool:
    """The closing table of the interpretations, row by row."""
    malfunction = admissibility == "malfunction"
    if reason == "answered":
        return admissibility in {"in_scope", "out_of_scope"} and told["answered"] and told["settled"]
    if reason == "treated":
        return malfunction and told["settled"]
    if reason == "out_of_scope":
        return admissibility == "out_of_scope" and told["redirected"]
    return told["withdrawn"] if reason == "withdrawn" else told["duplicate"]


@pytest.mark.parametrize("reason", list(ClosingReason))
@pytest.mark.parametrize("admissibility", list(Admissibility))
def test_the_closing_table_is_that_of_the_interpretations_in_every_combination(reason: str, admissibility: str) -> None:
    possible = {
        "state": "planned",
        "anonymised": False,
        "role_allowed": True,
        "in_future": False,
        "before_receipt": False,
        "before_run": False,
        "before_ground": False,
        "complexity_undetermined": False,
        "complex": False,
        "analysed_by_method": False,
        "method_exempt": False,
    }
    for values in product((True, False), repeat=len(FLAGS)):
        told = dict(zip(FLAGS, values, strict=True))
        facts: dict[str, Any] = {**possible, **told, "reason": reason, "admissibility": admissibility}

        allowed = guard_table(CommandType.CLOSE).decide(facts).outcome is Permission.ALLOWED

        assert allowed == oracle(reason, admissibility, told), told


# Everything that bears on the closing, done or not in cases that live: what the table decides, the cases obey.
@pytest.mark.parametrize("kind", list(CaseKind))
@pytest.mark.parametrize("follow_up", ["nothing", "reason", "settled", "unsettled"])
def test_a_case_closes_for_the_reasons_that_the_closing_table_allows(kind: CaseKind, follow_up: str) -> None:
    for answered, withdrawn, duplicate, outside in product((True, False), repeat=4):
        closes_as_the_table_allows(
            kind=kind, follow_up=follow_up, answered=answered, withdrawn=withdrawn, duplicate=duplicate, outside=outside
        )


def closes_as_the_table_allows(
    *, kind: CaseKind, answered: bool, withdrawn: bool, duplicate: bool, follow_up: str, outside: bool
) -> None:
    malfunction = kind is CaseKind.MALFUNCTION
    done: list[Any] = [SUPPORT, QUALIFIED, ANALYSED]
    done += FOLLOW_UPS[follow_up]
    done += [ANSWERED] * (answered and not malfunction)
    done += [WITHDRAWN] * (withdrawn and not malfunction)
    done += [DUPLICATE] * duplicate
    case = after(failing() if malfunction else opened(), *done)
    if outside and not malfunction:
        beside: dict[str, Any] = {**OUT_OF_SCOPE}
        case = after(case, FactsCorrected(facts=attrs.evolve(case.facts, **beside), reason="relu"))
    admissibility = "malfunction" if malfunction else "out_of_scope" if outside else "in_scope"
    unsettled = {line("A-1")} if follow_up == "unsettled" else set()
    told = {
        "answered": answered and not malfunction,
        "withdrawn": withdrawn and not malfunction,
        "duplicate": duplicate,
        "settled": follow_up in {"reason", "settled"},
        "redirected": True,
    }

    for reason in ClosingReason:
        closing = Closed(reason=reason, redirected_to="le service des inscriptions", told_at=RECEIVED + HOUR)
        if oracle(reason, admissibility, told):
            closed = after(case, closing, unsettled=unsettled)
            assert closed.closure is not None
            assert (closed.closure.reason, closed.closed_at) == (reason, closed.events[-1].occurred_at)
        else:
            refused(case, closing, unsettled=unsettled)


def test_the_redirection_takes_both_where_and_when() -> None:
    case: Case = opened(complaint(**OUT_OF_SCOPE), complainant="Mme Roux")
    whole = Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to="l'accueil", told_at=RECEIVED + HOUR)
    assert after(case, whole).closed_at is not None
    for partial in (attrs.evolve(whole, redirected_to=None), attrs.evolve(whole, told_at=None)):
        assert refused(case, partial).guards[0].id == "close-not-redirected"
    # Nobody can be told: the sender is unknown, or gave a note and asked for nothing.
    silent = attrs.evolve(whole, told_at=None)
    note = {"channel": "survey", "nature": "general_opinion", "satisfaction": 9}
    assert after(opened(complaint(**OUT_OF_SCOPE), complainant=None), silent).closed_at is not None
    assert after(opened(complaint(**note), complainant="Mme Roux"), silent).closed_at is not None


def test_a_reason_why_no_action_is_needed_does_not_settle_actions_that_are_planned() -> None:
    case = after(opened(), SUPPORT, QUALIFIED, ANALYSED, NO_ACTION, PLANNED, ANSWERED)
    closing = Closed(reason=ClosingReason.ANSWERED)
    assert refused(case, closing, unsettled={line("A-1")}).guards[0].id == "close-unsettled"
    assert after(case, closing, unsettled={line("A-9")}).closed_at is not None
