"""Whatever is given to a verb in place of what it takes, the refusal names the parameter, and nothing has changed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import pytest

from reclamation_core.cases import AnswerDecision, ClosingReason, LinkKind, Reaction, SupportKind
from reclamation_core.cases.plans import Effectiveness
from reclamation_core.desk import Desk, LivingPlan, Registration
from reclamation_core.desk.looking import CasesView
from reclamation_core.errors import FaultsError
from tests.unit.desk import making

CASE: Final = {"reference": "R-2026-000001"}
ACTION: Final = {"reference": "A-1"}

OF_DESK: Final[dict[str, dict[str, Any]]] = {
    "acknowledge": CASE,
    "acting": {"by": "Mme Roux"},
    "add_support": CASE | {"kind": SupportKind.EMAIL, "title": "le courriel"},
    "agenda": {"until": making.at(1).date()},
    "analyse": CASE | {"causes": ("planning",)},
    "anonymise": CASE,
    "answer": CASE | {"decision": AnswerDecision.FOUNDED, "text": "Madame, ..."},
    "checkpoint": {},
    "close": CASE | {"reason": ClosingReason.WITHDRAWN},
    "complete_facts": CASE | {"formal": True},
    "contain": CASE | {"measure": "un formateur remplaçant"},
    "correct": CASE | {"reason": "lu trop vite", "formal": True},
    "correct_date": CASE | {"event": 1, "happened_at": making.at(2), "reason": "lu trop vite"},
    "examine": {},
    "feed": {},
    "forget_expired": {},
    "held_on": {"person": "Mme Roux"},
    "link": CASE | {"kind": LinkKind.SAME_CAUSE_AS, "to": "R-2026-000002"},
    "pgaac": {"scope": "CRE"},
    "plan": CASE | {"actions": "A-1"},
    "plan_nothing": CASE | {"reason": "le fait est isolé"},
    "qualify": CASE | {"problem": "l'absence"},
    "record_containment_effect": CASE | {"measure": 2, "effective": True, "effect": "repris le lendemain"},
    "record_reaction": CASE | {"reaction": Reaction.SATISFIED},
    "refer_to_mediation": CASE,
    "register": {"facts": making.facts(), "site": "CRE"},
    "register_many": {"registrations": [Registration(facts=making.facts(), site="CRE")]},
    "register_survey_result": {"satisfaction": 3, "received_at": making.at(1), "site": "CRE"},
    "reopen": CASE | {"reason": "un fait nouveau"},
    "reroute": CASE | {"handling_unit": "STD"},
    "resume_retention": CASE,
    "scoped": {"site": "CRE"},
    "signals": {"since": making.at(1).date()},
    "suspend_retention": CASE,
    "sweep": {},
    "transcribe": CASE | {"text": "il n'y a personne", "author": "Mme Roux"},
    "withdraw": CASE,
}
OF_PLAN: Final[dict[str, dict[str, Any]]] = {
    "abandon": ACTION | {"reason": "sans objet"},
    "add": {"sheet": making.sheet("A-2")},
    "amend": ACTION | {"owner": "M. Petit"},
    "close": ACTION,
    "finish": ACTION | {"evidence": "la liste"},
    "follow_up": ACTION | {"follow_up": "A-2"},
    "forget": ACTION,
    "judge": ACTION | {"effectiveness": Effectiveness.EFFECTIVE, "why": "aucune absence"},
    "progress": ACTION,
    "publish": {},
    "reopen": ACTION | {"reason": "un fait nouveau"},
}
OF_CASES: Final[dict[str, dict[str, Any]]] = {"count": {}, "find": {}, "get": CASE}
NOT_ASKED: Final = {"within", "open", "on", "in_memory", "release", "verify", "to_markdown", "to_html", "to_csv",
                    "edition_to_csv", "edition_to_markdown"}  # fmt: skip
"""Those that open a desk, tried below; those that take nothing, or a language alone; and those of an edition, which say
that there is none of that number."""


def verbs(of: type[object]) -> dict[str, Callable[..., object]]:
    functions = inspect.getmembers(of, callable)
    return {name: verb for name, verb in functions if not name.startswith("_") and name not in NOT_ASKED}


def doors(of: type[object], asked: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    unasked = {"self", "texts", "lang"}
    parameters = {name: inspect.signature(verb).parameters for name, verb in verbs(of).items()}
    named = {name: [p for p in found if p not in unasked | {"facts", "changes"}] for name, found in parameters.items()}
    named["register"].append("facts") if "register" in named else None
    return [(name, parameter) for name in sorted(asked) for parameter in named[name]]


@pytest.fixture
def desk() -> Desk:
    """A desk with a case that is planned for, and another one."""
    desk = making.new_desk()
    case = making.analysed(desk)
    desk.plan(case.reference, making.sheet("A-1"))
    making.registered(desk)
    return desk


def refused(desk: Desk, on: object, verb: str, parameter: str, given: dict[str, Any]) -> None:
    before = desk.feed()
    several = [given.pop("actions")] if "actions" in given else []
    with pytest.raises((TypeError, ValueError)) as error:
        list(getattr(on, verb)(*([given.pop("reference"), *several] if several else []), **given) or [])
    assert parameter in str(error.value).split(":")[0], str(error.value)
    assert "unexpected" not in str(error.value)
    assert desk.feed() == before


class Thing:
    """What no verb takes."""


def test_every_verb_is_asked() -> None:
    assert set(OF_DESK) == set(verbs(Desk)) - {"cases"}
    assert set(OF_PLAN) == set(verbs(LivingPlan))
    assert set(OF_CASES) == set(verbs(CasesView))


@pytest.mark.parametrize(("verb", "parameter"), doors(Desk, OF_DESK))
def test_a_verb_of_the_desk_names_the_parameter_that_it_refuses(desk: Desk, verb: str, parameter: str) -> None:
    refused(desk, desk, verb, parameter, OF_DESK[verb] | {parameter: Thing()})


@pytest.mark.parametrize(("verb", "parameter"), doors(LivingPlan, OF_PLAN))
def test_a_verb_of_the_plan_names_the_parameter_that_it_refuses(desk: Desk, verb: str, parameter: str) -> None:
    refused(desk, desk.pgaac("CRE"), verb, parameter, OF_PLAN[verb] | {parameter: Thing()})


@pytest.mark.parametrize(("verb", "parameter"), doors(CasesView, OF_CASES))
def test_looking_names_the_parameter_that_it_refuses(desk: Desk, verb: str, parameter: str) -> None:
    refused(desk, desk.cases, verb, parameter, OF_CASES[verb] | {parameter: Thing()})


@pytest.mark.parametrize("parameter", ["policy", "sites", "clock", "taxonomy"])
def test_opening_a_desk_names_the_parameter_that_it_refuses(parameter: str) -> None:
    given: dict[str, Any] = {parameter: Thing()}
    with pytest.raises(TypeError, match=f"^{parameter}: "):
        Desk.in_memory(**given)


def test_an_address_is_no_store_and_is_for_open() -> None:
    store: Any = "sqlite://"
    with pytest.raises(TypeError, match=r"^store: a store is expected, got a str; an address is for open"):
        Desk.on(store)


@pytest.mark.parametrize("at", ["2026-06-02", making.at(2).date(), making.at(2).replace(tzinfo=None)])
def test_an_instant_is_aware_and_the_refusal_calls_it_at(desk: Desk, at: Any) -> None:
    for act in (
        lambda: desk.acknowledge("R-2026-000001", at=at),
        lambda: desk.register(making.facts(), site="CRE", at=at),
        lambda: desk.pgaac("CRE").progress("A-1", at=at),
    ):
        with pytest.raises((TypeError, ValueError), match=r"^at: "):
            act()


def test_what_is_done_to_a_plan_is_not_to_come(desk: Desk) -> None:
    with pytest.raises(FaultsError, match=r"^at: '2027-.*the date given is in the future") as error:
        desk.pgaac("CRE").progress("A-1", at=making.at(1).replace(year=2027))
    assert "la date donnée est à venir" in error.value.in_("fr")


@pytest.mark.parametrize("verb", ["complete_facts", "correct", "qualify"])
def test_a_fact_that_there_is_not_is_refused_without_showing_its_value(desk: Desk, verb: str) -> None:
    given = OF_DESK[verb] | {"severity_foo": "Mme Martin"}
    with pytest.raises(
        TypeError, match=r"^severity_foo: ComplaintFacts has no such fact; give some of .*severity_legal"
    ) as e:
        getattr(desk, verb)(**given)
    assert "Martin" not in str(e.value)


def test_a_severity_is_given_once(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"^risks: severity_training are given too"):
        desk.qualify("R-2026-000001", problem="l'absence", risks={"training": 2}, severity_training=3)


def test_a_domain_that_is_none_is_refused_as_a_risk(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"^risks: RiskDomain: 'foo' is not one of safety, legal"):
        desk.qualify("R-2026-000001", problem="l'absence", risks={"foo": 2})


def test_a_field_that_a_sheet_has_not_is_refused_when_it_is_amended(desk: Desk) -> None:
    with pytest.raises(TypeError, match=r"^fooo: no field of an action's sheet has that name; give some of .*owner"):
        desk.pgaac("CRE").amend("A-1", fooo=1)


def test_one_that_is_no_registration_stops_none_of_the_others(desk: Desk) -> None:
    good: Any = Registration(facts=making.facts(), site="CRE")
    bad: Any = Thing()
    entered = list(desk.register_many([good, bad, good]))
    assert [one.is_new for one in entered] == [True, False, True]
    assert isinstance(entered[1].refusal, TypeError)
    assert "registration: a Registration is expected" in str(entered[1].refusal)
