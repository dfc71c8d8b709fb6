"""Forms of commands: what guards need is marked before anything is entered, and what is known is filled in."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from reclamation_core.cases import Case, CommandRefusedError, CommandType
from reclamation_core.cases.aggregate import GivenFields, GuardInput, NotGivenError
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.events.base import DecisionContext, PartialCaseCommand, example_policy
from reclamation_core.cases.guards import GUARDS
from reclamation_core.desk import Desk
from reclamation_core.desk.command_help import SourceView
from reclamation_core.desk.forms import CommandForm, FormField
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.board import Board
from reclamation_core.plans import ActionSheet, PlanCommandType, PlanRefusedError
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.plans.guards import PartialPlanCommand
from reclamation_core.testing.builders import a_qualified_case, a_registered_case, an_analysed_case
from reclamation_core.vocabulary import FACTS, SEVERITIES, ComplaintFacts
from reclamation_core.wording import Wording, verbatim
from tests.schemas import valid
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser


@pytest.fixture
def desk() -> Desk:
    return factories.new_desk(taxonomy=TRAINING_BODY)


def fields(form: CommandForm) -> Mapping[str, FormField]:
    return {field.name: field for field in form.fields}


def required(form: CommandForm) -> set[str]:
    return {field.name for field in form.fields if field.is_required}


def test_what_a_guard_needs_is_in_no_closed_group(desk: Desk) -> None:
    case, plan = a_registered_case(desk), desk.pgaac("CRE")
    forms = [*(desk.form(one, case.reference) for one in CommandType), *map(plan.form, PlanCommandType)]
    checked = [field for form in forms for field in form.fields if "Vérifié" in str(field.hint)]
    assert {field.name for field in checked} >= {"cause_family", "provider", "reason", "severity_safety"}
    assert [field.name for field in checked if field.group is not None] == []


def test_a_qualification_has_to_judge_every_severity_and_says_why(desk: Desk) -> None:
    case = factories.registered(desk)
    form = desk.form("qualify", case.reference)
    assert required(form) == {"problem", *SEVERITIES.values()}
    first = fields(form)["severity_safety"]
    assert first.hint is not None
    assert first.hint.fr.endswith("et la vraisemblance ou le nombre de récurrences.")
    desk.add_support(case.reference, kind="email", title="courriel")
    severities = dict.fromkeys(SEVERITIES.values(), 0)
    document = {"type": "qualify", "problem": "x", "facts": {**severities, "likelihood": 1}}
    for name in SEVERITIES.values():
        left = {key: value for key, value in document["facts"].items() if key != name}  # type: ignore[attr-defined]
        with pytest.raises(CommandRefusedError, match="risks are not all judged"):
            desk.execute(case.reference, {**document, "facts": left})
    assert desk.execute(case.reference, document).qualification is not None


def test_a_form_offers_no_choice_that_guards_refuse(desk: Desk) -> None:
    case = factories.answered(desk)
    desk.plan_nothing(case.reference, reason="isolé")
    field = fields(desk.form("close", case.reference))["reason"]
    assert [code for code, _ in field.choices] == ["answered"]
    assert (field.values, field.is_suggested) == (("answered",), True)
    assert {one.label.en for one in field.refused} == {
        "malfunction treated", "out of scope", "withdrawn by the client", "duplicate",
    }  # fmt: skip
    assert "collective" not in fields(desk.form("answer", case.reference)), "the sender is known"
    assert not {"redirected_to", "redirection", "told_at"} & {*fields(desk.form("close", case.reference))}, "in scope"
    desk.withdraw(case.reference)
    assert fields(desk.form("close", case.reference))["reason"].values == ("withdrawn",)
    case = factories.qualified(desk, complainant=None)
    field = fields(desk.form("answer", case.reference))["collective"]
    assert (field.values, field.is_suggested) == (("true",), True)


def test_a_closing_that_nothing_allows_says_why_for_each_reason(desk: Desk) -> None:
    case = factories.registered(desk).reference
    field, *others = desk.form("close", case).fields
    assert [one.name for one in others if one.group is None] == []
    assert len(field.refused) == len(field.choices) == 5
    assert field.values == ()
    found = {one.label.fr: one.view("fr") for one in field.refused}
    assert found["retrait par le client"].remedies == ("withdraw",)
    assert found["retrait par le client"].reason.endswith("enregistrez d'abord celui du client.")
    browser = Browser(Board(), desk)
    browser.get(f"/dossiers/{case}/actes/close")
    once = ("Aucun choix n'est possible", "répondez d'abord au client", "Les suites ne sont pas réglées")
    assert [browser.text.count(one) for one in once] == [1, 1, 1]


def test_a_complex_case_needs_a_method_that_finds_causes(desk: Desk) -> None:
    case = a_qualified_case(desk, factories.facts(severity_safety=4, likelihood=4))
    form = fields(desk.form("analyse", case.reference))
    assert [form[name].is_required for name in ("method", "causes", "report")] == [True, True, False]
    assert [code for code, _ in form["method"].choices] == ["five_whys", "ishikawa", "eight_d", "cause_tree"]


def test_a_new_action_begins_with_what_the_case_says(desk: Desk) -> None:
    case = an_analysed_case(desk, factories.facts())
    form = desk.form("plan", case.reference)
    shown = [field.name for field in form.fields if field.group is None]
    assert shown == ["what", "owner", "planned", "criterion", "type", "cause_family", "cause"]
    known = {name: field.values[0] for name, field in fields(form).items() if field.values}
    family = case.analysis.causes[0] if case.analysis else ""
    assert known == {
        "type": "corrective", "cause_family": family, "cause": TRAINING_BODY.named(family),
        "reference": "CRE-001", "origin": "complaint", "site": case.handling_unit,
    }  # fmt: skip
    assert {"planned", "criterion"} <= required(form)
    assert fields(form)["cause"].kind.value == "line"  # by keyboard, what is typed replaces what is suggested
    desk.reroute(case.reference, level="regional", handling_unit="STD", reason="un client connu")
    raised = fields(desk.form("plan", case.reference))
    assert (raised["level"].values, raised["site"].values) == (("regional",), ())


def test_finishing_asks_for_a_criterion_that_is_missing_and_for_no_other() -> None:
    service = factories.new_desk().pgaac("CRE")
    service.add(factories.sheet("A-1", criterion=None, check_on=None))
    service.add(factories.sheet("A-2"))
    assert required(service.form("finish", "A-1")) == {"evidence", "criterion"}
    assert "criterion" not in fields(service.form("finish", "A-2"))
    with pytest.raises(PlanRefusedError, match="No effectiveness criterion is set"):
        service.finish("A-1", evidence="facture")
    service.finish("A-1", evidence="facture", criterion="aucune absence")
    assert required(service.form("judge", "A-1")) == {"effectiveness", "why"}
    assert required(service.form("abandon", "A-2")) == {"reason"}


def test_the_first_support_is_of_the_kind_of_the_channel(desk: Desk) -> None:
    case = a_registered_case(desk, factories.facts(channel="centre_letter"))
    assert fields(desk.form("add_support", case.reference))["kind"].values == ("letter",)
    desk.add_support(case.reference, kind="letter", title="la lettre")
    assert fields(desk.form("add_support", case.reference))["kind"].values == ()


@pytest.mark.slow
def test_a_form_is_plain_data_as_its_schema_says(desk: Desk) -> None:
    case = factories.answered(desk)
    for command in CommandType:
        for lang in ("fr", "en"):
            document = desk.form(command, case.reference).to_document(lang)
            assert valid("view.command_form", document)
    for plan_command in (PlanCommandType.ADD, PlanCommandType.PUBLISH):
        document = desk.pgaac("CRE").form(plan_command).to_document("en")
        assert valid("view.command_form", document)


def test_an_unknown_command_has_no_form(desk: Desk) -> None:
    with pytest.raises(FaultsError, match="command"):
        desk.form("dance", factories.registered(desk).reference)
    with pytest.raises(FaultsError, match="command"):
        desk.pgaac("CRE").form("dance")


# What guard inputs declare that they read


class _Read(dict[str, object]):
    """Values that note which of them are read."""

    def __init__(self, values: Mapping[str, object]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.names.add(name)
        return super().__getitem__(name)


def _values(data: Any) -> dict[str, object]:
    return {field.name: getattr(data, field.name) for field in attrs.fields(type(data))}


def _evaluate(input_: GuardInput[Any], partial: Any) -> None:
    try:
        input_.of(partial, partial.given)
    except (NotGivenError, AttributeError, TypeError, ValueError):
        return  # it reads what a value without its class does not have


def _case_inputs() -> Iterator[tuple[GuardInput[Any], set[str]]]:
    desk = factories.new_desk()
    case: Case = factories.answered(desk)
    context = DecisionContext(policy=example_policy(), now=datetime(2026, 7, 1, tzinfo=UTC))
    for event in CASE_EVENTS.commands:
        for input_ in GUARDS.inputs.values():
            seen = _Read(_values(event.event_type.example.data(case)))
            partial = PartialCaseCommand(event=event, given_data=GivenFields(event, seen), case=case, context=context)
            _evaluate(input_, partial)
            yield input_, seen.names - {"verdict", "occurred_at"}


def _plan_inputs() -> Iterator[tuple[GuardInput[Any], set[str]]]:
    service = factories.new_desk().pgaac("CRE")
    service.add(factories.sheet("A-1"))
    plan = service.current
    for event in PLAN_EVENTS.commands:
        for input_ in PLAN_GUARDS.inputs.values():
            values = _values(event.event_type.example.data(plan))
            sheet = _Read(_values(values["sheet"])) if isinstance(values.get("sheet"), ActionSheet) else _Read({})
            seen = _Read({**values, **({"sheet": GivenFields(ActionSheet, sheet)} if sheet else {})})
            partial = PartialPlanCommand(
                event=event, given_data=GivenFields(event, seen), plan=plan, action=plan.action("A-1")
            )
            _evaluate(input_, partial)
            yield input_, (seen.names | sheet.names) - {"sheet", "action", "gathered", "number"}


@pytest.mark.parametrize("inputs", [_case_inputs, _plan_inputs], ids=["cases", "plans"])
def test_a_guard_input_declares_the_fields_that_it_reads(inputs: Any) -> None:
    read: dict[str, set[str]] = {}
    declared: dict[str, set[str]] = {}
    for input_, names in inputs():
        read.setdefault(input_.name, set()).update(names)
        declared[input_.name] = set(input_.fields)
    known = {
        name: names | ({"facts"} if names & {"received_at", *FACTS} else set()) for name, names in declared.items()
    }
    assert {name: names - known[name] for name, names in read.items() if names - known[name]} == {}
    assert sum(map(bool, read.values())) > 5, "what is read is seen"


# Help


def test_every_command_has_help_with_what_its_guards_cite_and_an_example(desk: Desk) -> None:
    cases = [factories.answered(desk), desk.register(factories.malfunction(), site="CRE")]
    helps = {command: desk.form(command, case.reference).help for case in cases for command in CommandType}
    of_qualification = helps[CommandType.QUALIFY].view("en")
    titles = [one.title for one in helps[CommandType.ANALYSE].view("fr").clauses]
    assert titles[:3] == ["M2-1, point 4", "M2-1, point 4", "M2-1, point 2"]
    assert "identification des risques" in " ".join(one.text for one in of_qualification.clauses)
    assert of_qualification.example[0] == SourceView("problem restated", "le formateur n'était pas remplacé")
    assert [one.title for one in desk.form("register").help.view("fr").clauses] == ["M2-1, point 1", "M2-1, point 1"]
    malfunction = desk.form("register", kind="malfunction")
    assert [one.title for one in malfunction.help.view("fr").clauses] == ["M2-1, titre"]
    assert [one.number for one in malfunction.help.interpretations] == ["I5"]
    assert {label for label, _ in malfunction.help.example} <= {one.label for one in malfunction.fields}
    action = desk.pgaac("CRE").form("add").help.view("fr")
    assert ("Critère d'efficacité".lower(), "aucune absence sans remplaçant") in {
        (one.title, one.text) for one in action.example
    }


def test_the_message_of_a_malfunction_is_a_finding() -> None:
    desk = factories.new_desk()
    labels = [fields(desk.form("register", kind=kind))["verbatim"].label for kind in ("complaint", "malfunction")]
    assert labels[0].fr == "demande, dans les mots de son auteur"
    assert labels[1] == Wording("constat", "finding")


def test_a_long_history_offers_neither_events_nor_measures(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = factories.registered(desk).reference
    for number in (1, 2):
        desk.contain(case, measure=f"salle {number}")
    for most, shown in ((3, (3, 2)), (2, (0, 2)), (1, (0, 0))):
        monkeypatch.setattr("reclamation_core.desk.forms.MOST_NUMBERED", most)
        asked = (
            fields(desk.form("correct_date", case))["event"],
            fields(desk.form("record_containment_effect", case))["measure"],
        )
        assert tuple(len(one.choices) for one in asked) == shown


def test_a_choice_named_by_a_text_has_it_in_both_languages_until_it_is_erased(desk: Desk) -> None:
    case = factories.answered(desk).reference
    desk.contain(case, measure="salle fermée")
    desk.close(case, reason="answered")
    [(_, known)] = fields(desk.form("record_containment_effect", case))["measure"].choices
    desk.anonymise(case)
    [(_, erased)] = fields(desk.form("record_containment_effect", case))["measure"].choices
    room = f"n° 1 – {verbatim('salle fermée')}"
    assert known == Wording(f"{room}, 01/07/2026 11:00", f"{room}, 1 July 2026 11:00")
    assert erased == Wording("n° 1 – (effacé), 01/07/2026 11:00", "n° 1 – (erased), 1 July 2026 11:00")


@pytest.mark.parametrize(("most", "shown"), [(20, 10), (400, 80)])
def test_the_texts_of_many_choices_are_cut_shorter(most: int, shown: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.desk.forms._MOST_OF_TEXTS", most)
    case = factories.analysed(desk := factories.new_desk()).reference
    for number in (1, 2):
        desk.contain(case, measure="x" * 99)
        desk.plan(case, factories.sheet(f"A-{number}", what="x" * 99))
    asked = [fields(desk.form("record_containment_effect", case))["measure"], desk.form("plan", case).linked[0]]
    assert [label.fr.count("x") for field in asked for _, label in field.choices] == [shown] * 4


def test_actions_are_offered_to_a_desk_that_sees_the_plan_of_the_unit() -> None:
    case = factories.analysed(desk := factories.new_desk(), service_sites=("STD",)).reference
    desk.plan(case, factories.sheet())
    assert [bool(desk.scoped(site=site).form("plan", case).linked) for site in ("CRE", "STD")] == [True, False]


def test_the_fact_that_a_case_waits_for_is_the_first_field(desk: Desk) -> None:
    letter = ComplaintFacts(received_at=factories.at(1), nature="grievance", channel="centre_letter", formal=True)
    unclear = desk.register(letter, site="CRE", complainant="Mme Durand").reference
    first = desk.form("complete_facts", unclear).fields[0]
    assert (first.name, first.group) == ("sold_service", None)
    (asked,) = (one for one in desk.form("request_information", unclear).fields if one.name == "facts")
    assert {"complainant", "sold_service"} <= dict(asked.choices).keys()
    assert not {"severity_safety", "recurrences", "causes"} & dict(asked.choices).keys()
