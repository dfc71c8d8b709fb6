"""An argument of a wrong type or value is refused by the name of its parameter, and changes nothing."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import pytest

from reclamation_core.cases import NewDocument
from reclamation_core.cases.trace import Trace
from reclamation_core.desk import CasesView, Desk, DeskOptions, PlanService, Registration
from reclamation_core.desk.nightly import MaintenanceView
from reclamation_core.errors import FaultsError
from reclamation_core.plans import ActionSheet
from reclamation_core.ports import CaseSummary
from reclamation_core.vocabulary import ComplaintFacts
from tests.unit.desk import factories
from tests.unit.desk.examples import ACTION, CASE, EVENT_OF, PLAN_EVENT_OF, Arguments, of_action, of_case

OF_DESK: Final = Arguments(
    EVENT_OF,
    of_case,
    {
        "acting": {"actor": "Mme Roux"},
        "agenda": {"until": factories.at(1).date()},
        "accept_suggestion": CASE | {"fact": "theme"},
        "actions_elsewhere": {},
        "available_commands": CASE,
        "form": {"command": "answer", **CASE},
        "next_steps": CASE,
        "overview": CASE,
        "recorded_since": {"holder": "R-2026-000001", "version": 0},
        "documents": CASE,
        "document_limits": CASE,
        "upload_document": CASE | {"document": NewDocument(name="a.txt", content=b"a")},
        "open_document": CASE | {"key": "a"},
        "own_facts": {},
        "worklist": {},
        "indicators": {"since": factories.at(1).date(), "until": factories.at(2).date()},
        "indicator_series": {"since": factories.at(1).date(), "until": factories.at(2).date()},
        "indicator_page": {"since": factories.at(1).date(), "until": factories.at(2).date()},
        "rises": {},
        "traced": {"trace": Trace(request="a")},
        "checkpoint": {},
        "consumer": {"name": "courriels"},
        "examine": {},
        "execute": CASE | {"command": {"type": "acknowledge"}},
        "explain": CASE,
        "feed": {},
        "plan_consumer": {"name": "courriels"},
        "plan_feed": {},
        "forget_expired": {},
        "personal_data_of": {"person": "Mme Roux"},
        "pgaac": {"scope": "CRE"},
        "register": {"facts": factories.facts(), "site": "CRE"},
        "register_many": {"registrations": [Registration(facts=factories.facts(), site="CRE")]},
        "register_once": {"registration": Registration(facts=factories.facts(), site="CRE")},
        "register_survey_result": {"satisfaction": 3, "received_at": factories.at(1), "site": "CRE"},
        "scoped": {"site": "CRE"},
        "signals": {"since": factories.at(1).date()},
        "suggest_theme": CASE,
        "sweep": {},
    },
)
OF_PLAN: Final = Arguments(
    PLAN_EVENT_OF,
    of_action,
    {
        "available_commands": ACTION,
        "effect": {"action": "A-1"},
        "form": {"command": "finish", **ACTION},
        "execute": {"command": {"type": "progress", "reference": "A-1"}},
        "part": {"references": []},
        "timeline": {"action": "A-1"},
    },
)
EMPTY: Final[dict[str, Any]] = dict.fromkeys(field.name for field in attrs.fields(CaseSummary))
A_SUMMARY: Final = CaseSummary(**EMPTY)
OF_CASES: Final[dict[str, dict[str, Any]]] = {
    "count": {},
    "count_by": {"facet": "state"},
    "count_by_each": {"facets": ["state"]},
    "days_left": {"summary": A_SUMMARY},
    "day_of": {"now": factories.at(20)},
    "find": {},
    "get": CASE,
    "search": {"text": "salle"},
    "similar": {"text": "salle", "site": "CRE", "received_on": factories.at(1).date()},
    "sites_of": {"region": "Grand Est"},
    "summaries": {},
    "tabulate": {"facets": ["state"]},
    "with_late_actions": {},
}
NOT_ASKED: Final = {"from_connection", "open", "in_memory", "release", "verify", "to_html",
                    "published_plan_to_document"}  # fmt: skip
"""Methods that open a desk, tested below; methods without a parameter; that of a published plan, which refuses an
unknown number."""


def verbs(of: type[object]) -> dict[str, Callable[..., object]]:
    functions = inspect.getmembers(of, callable)
    return {name: verb for name, verb in functions if not name.startswith("_") and name not in NOT_ASKED}


def parameters_of(of: type[object], asked: Mapping[str, dict[str, Any]]) -> list[tuple[str, str]]:
    unasked = {"self", "texts", "lang"}
    parameters = {name: inspect.signature(verb).parameters for name, verb in verbs(of).items()}
    named = {name: [p for p in found if p not in unasked | {"facts", "changes"}] for name, found in parameters.items()}
    named["register"].append("facts") if "register" in named else None
    return [(name, parameter) for name in sorted(asked) for parameter in named[name]]


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A desk with a case that is planned for, and another one, which all refusals leave as they are."""
    desk = factories.new_desk()
    desk.plan(factories.analysed(desk).reference, factories.sheet("A-1"))
    factories.registered(desk)
    return desk


def refused(desk: Desk, on: object, verb: str, parameter: str, given: dict[str, Any]) -> None:
    before = desk.feed()
    several = [given.pop("actions")] if "actions" in given else []
    with pytest.raises((TypeError, ValueError)) as error:
        list(getattr(on, verb)(*([given.pop("reference"), *several] if several else []), **given) or [])
    # What is no Registration is read as a command.
    name = "command" if parameter == "registration" else parameter
    assert name in str(error.value).split(":")[0], str(error.value)
    assert "unexpected" not in str(error.value)
    assert desk.feed() == before


class Thing:
    """A value that no method takes."""


class Remembered:
    """A value that no method takes, with a personal text in its representation."""

    def __repr__(self) -> str:
        return "Remembered(Mme Roy)"


HELD: Final[dict[str, Any]] = {
    "a dict": {"complainant": "Mme Roy"},
    "lists": [["Mme Roy"]],
    "bytes": b"Mme Roy",
    "an object": Remembered(),
    "a text": "Mme Roy est déçue",
}
"""Values with a personal text; a text is not a wrong type for a text parameter, and an error may show a reference."""


def told_by(ask: Callable[[], Any]) -> str:
    """Return the messages of the error of a method, or of its refusals; empty without a refusal."""
    try:
        given = ask()
        refusals = [getattr(one, "refusal", None) for one in (given if inspect.isgenerator(given) else ())]
    except Exception as error:  # noqa: BLE001  whichever it is
        refusals = [error]
    return " ".join(f"{error} {error!r}" for error in refusals if error is not None)


def told_of(on: object, verb: str, parameter: str, given: dict[str, Any], value: object) -> str:
    if parameter == "actions":
        return told_by(lambda: getattr(on, verb)(given["reference"], value))
    several = [given.pop("actions")] if "actions" in given else []
    placed = [given.pop("reference"), *several] if several else []
    return told_by(lambda: getattr(on, verb)(*placed, **(given | {parameter: value})))


def wrong_for(of: type[object], verb: str, parameter: str) -> list[Any]:
    takes_text = "str" in str(inspect.signature(verbs(of)[verb]).parameters[parameter].annotation)
    return [value for name, value in HELD.items() if not (takes_text and name == "a text")]


OBJECTS: Final[dict[str, tuple[type[object], Mapping[str, dict[str, Any]], Callable[[Desk], object]]]] = {
    "desk": (Desk, OF_DESK, lambda desk: desk),
    "plan": (PlanService, OF_PLAN, lambda desk: desk.pgaac("CRE")),
    "cases": (CasesView, OF_CASES, lambda desk: desk.cases),
    "maintenance": (MaintenanceView, {"nightly": {}, "free": {"job": "nightly"}}, lambda desk: desk.maintenance),
}
EVERY_PARAMETER: Final = [
    (name, verb, parameter)
    for name, (of, examples, _) in OBJECTS.items()
    for verb, parameter in parameters_of(of, examples)
]


@pytest.mark.parametrize(("name", "verb", "parameter"), EVERY_PARAMETER)
def test_no_error_shows_a_personal_text(desk: Desk, name: str, verb: str, parameter: str) -> None:
    of, examples, on = OBJECTS[name]
    for value in wrong_for(of, verb, parameter):
        assert "Roy" not in told_of(on(desk), verb, parameter, dict(examples[verb]), value)


@pytest.mark.parametrize("fact", [field.name for field in attrs.fields(ComplaintFacts)])
def test_no_error_of_a_fact_shows_a_personal_text(desk: Desk, fact: str) -> None:
    for value in HELD.values():
        told = told_of(desk, "complete_facts", fact, {"reference": "R-2026-000001"}, value)
        assert (fact in told, "Roy" in told) == (True, False)


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(ActionSheet) if field.name != "reference"])
def test_no_error_of_an_action_sheet_shows_a_personal_text(desk: Desk, field: str) -> None:
    for value in (value for name, value in HELD.items() if name != "a text"):
        told = told_of(desk.pgaac("CRE"), "amend", field, dict(ACTION), value)
        assert "Roy" not in told.replace("'Mme Roy' is not the code of a site", "")  # the message shows a code


def test_no_error_of_a_batch_shows_a_personal_text(desk: Desk) -> None:
    for value in HELD.values():
        (entered,) = desk.register_many([value])
        assert "registration: a Registration is expected" in str(entered.refusal)
        assert "Roy" not in str(entered.refusal)


def test_every_method_has_an_example() -> None:
    assert set(OF_DESK) == set(verbs(Desk)) - {"cases"}
    assert set(OF_PLAN) == set(verbs(PlanService))
    assert set(OF_CASES) == set(verbs(CasesView))


@pytest.mark.parametrize(("name", "verb", "parameter"), EVERY_PARAMETER)
def test_a_method_names_the_refused_parameter(desk: Desk, name: str, verb: str, parameter: str) -> None:
    of, examples, on = OBJECTS[name]
    takes_none = "None" in str(inspect.signature(verbs(of)[verb]).parameters[parameter].annotation)
    for value in (Thing(), None) if name == "cases" and not takes_none else (Thing(),):
        refused(desk, on(desk), verb, parameter, examples[verb] | {parameter: value})


@pytest.mark.parametrize("parameter", DeskOptions.__annotations__)
def test_the_constructor_names_the_refused_parameter(parameter: str) -> None:
    given: dict[str, Any] = {parameter: Thing()}
    with pytest.raises(TypeError, match=f"^{parameter}: "):
        Desk.in_memory(**given)


def test_unknown_options_and_arguments_of_another_class_are_refused() -> None:
    given: dict[str, Any] = {"site": None}
    with pytest.raises(TypeError, match=r"^site: unknown option of a desk; use policy, sites, clock, taxonomy"):
        Desk.in_memory(**given)
    store: Any = "sqlite://"
    with pytest.raises(TypeError, match=r"^store: a store is expected, got a str; Desk.open takes the address of one"):
        Desk(store)
    case: Any = factories.registered(desk := Desk.in_memory())
    with pytest.raises(TypeError, match=r"^reference: a text is expected, got a Case; pass case.reference$"):
        desk.acknowledge(case)


@pytest.mark.parametrize("at", ["2026-06-02", factories.at(2).date(), factories.at(2).replace(tzinfo=None)])
def test_a_naive_occurred_at_is_refused_by_name(desk: Desk, at: Any) -> None:
    for act in (
        lambda: desk.acknowledge("R-2026-000001", occurred_at=at),
        lambda: desk.register(factories.facts(), site="CRE", occurred_at=at),
        lambda: desk.pgaac("CRE").progress("A-1", occurred_at=at),
    ):
        with pytest.raises((TypeError, ValueError), match=r"^occurred_at: "):
            act()


def test_an_event_of_a_plan_in_the_future_is_refused(desk: Desk) -> None:
    with pytest.raises(FaultsError, match=r"^occurred_at: 2027-.*the date given is in the future"):
        desk.pgaac("CRE").progress("A-1", occurred_at=factories.at(1).replace(year=2027))


@pytest.mark.parametrize("verb", ["complete_facts", "correct", "qualify"])
def test_an_unknown_fact_is_refused_without_its_value(desk: Desk, verb: str) -> None:
    given = OF_DESK[verb] | {"severity_foo": "Mme Martin"}
    with pytest.raises(TypeError, match=r"^severity_foo: ComplaintFacts has no such fact; use .*severity_legal") as e:
        getattr(desk, verb)(**given)
    assert "Martin" not in str(e.value)


def test_severities_that_are_twice_or_unknown_and_unknown_fields_are_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"^risks: \['severity_training'\]; each severity is expected once"):
        desk.qualify("R-2026-000001", problem="l'absence", risks={"training": 2}, severity_training=3)
    with pytest.raises(ValueError, match=r"^risks: 'foo'; a risk domain is expected: safety, legal"):
        desk.qualify("R-2026-000001", problem="l'absence", risks={"foo": 2})
    with pytest.raises(FaultsError, match=r"risks\.training"):
        desk.qualify("R-2026-000001", problem="l'absence", risks={"training": 5})
    with pytest.raises(TypeError, match=r"^fooo: no field of an action's sheet has that name; use .*owner"):
        desk.pgaac("CRE").amend("A-1", fooo=1)


def test_an_item_that_is_not_a_registration_is_a_refusal(desk: Desk) -> None:
    good: Any = Registration(facts=factories.facts(), site="CRE")
    bad: Any = Thing()
    entered = list(desk.register_many([good, bad, good]))
    assert [one.is_new for one in entered] == [True, False, True]
    assert isinstance(entered[1].refusal, TypeError)
    assert "registration: a Registration is expected" in str(entered[1].refusal)
