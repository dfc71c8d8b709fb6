"""Documents of commands: the reader and the JSON Schema accept and refuse the same, with every fault at once."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CommandRefusedError, describe
from reclamation_core.cases.causes.documents import write_analysis
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.desk import Command, Desk, PlanCommand
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import PublishedPlan
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.schemas import document_schema
from reclamation_core.vocabulary import Channel
from tests.properties.cases.documents.spoiling import places, put, without
from tests.properties.desk.command_documents import AT, CASES, PLANS, SHEET, documents
from tests.properties.test_messages import PYTHON
from tests.schemas import validator
from tests.unit.cases.causes import samples
from tests.unit.desk import factories

EXAMPLES: Final = [
    *((Command, f"command.{verb}", document) for verb, document in documents(CASES).items()),
    *((PlanCommand, f"plan_command.{verb}", document) for verb, document in documents(PLANS).items()),
]
IDS: Final = [name for _, name, _ in EXAMPLES]
WRONG: Final = [{"?": 0}, [[]], [3], -0.5, True, None, "", " ", "M", 7, 99, "zz", "x" * 201, "a\nb", "2026-05-02"]


def faults(of: type[Command], document: Any) -> dict[str, Any]:
    """The faults of a document by their paths; empty if it is read."""
    try:
        of.from_document(document)
    except FaultsError as error:
        return {fault.path: fault for fault in error.faults}
    return {}


def is_left_to_the_reader(document: Any, path: tuple[Any, ...], wrong: Any) -> bool:
    """What a schema does not describe: two fields that agree, and the other forms of moments and numbers."""
    agree = {"site", "level", "check_on", "planned", "code", "kind"} & set(path)
    moments = {"occurred_at", "received_at", "happened_at", "told_at", "planned", "check_on"} & set(path)
    empty = document["type"] == "request_information" and path[-1] in {"facts", "question"}
    by_name = {"request_information": "facts", "suggest": "fact"}
    unnamed = path[-1:] == ("facts",) or by_name.get(document["type"]) in path
    return bool(agree or moments or empty or (unnamed and isinstance(wrong, str | list)) or path[-1] == "satisfaction")


@pytest.mark.parametrize(("of", "name", "document"), EXAMPLES, ids=IDS)
def test_a_document_with_every_key_is_valid_and_read(of: type[Command], name: str, document: dict[str, Any]) -> None:
    assert [error.message for error in validator(name).iter_errors(document)] == []
    assert [error.message for error in validator(name.partition(".")[0]).iter_errors(document)] == []
    command = of.from_document(document)
    assert command.type == document["type"]
    assert command.arguments.keys() == document.keys() - {"type"}
    assert set(document) == set(document_schema(name)["properties"]) - {"analysis"}
    assert "Madame" not in repr(command)


@pytest.mark.parametrize(("of", "name", "document"), EXAMPLES, ids=IDS)
def test_the_reader_and_the_schema_refuse_the_same(of: type[Command], name: str, document: dict[str, Any]) -> None:
    spoilt: list[tuple[Any, Any, Any]] = [("?", put(document, ("colour",), 1), 1)]
    for path, _ in places(document):
        if path:
            spoilt.append((path, without(document, path) if isinstance(path[-1], str) else document, None))
            spoilt += [(path, put(document, path, wrong), wrong) for wrong in WRONG]
    for where, changed, wrong in spoilt:
        valid, found = validator(name).is_valid(changed), faults(of, changed)
        assert valid or found, (where, wrong)
        if not is_left_to_the_reader(document, tuple(where), wrong):
            assert valid == (not found), (where, wrong, found)


@given(example=st.sampled_from(EXAMPLES), data=st.data())
def test_every_wrong_key_is_a_fault_at_its_path(example: Any, data: st.DataObject) -> None:
    of, _, document = example
    names = data.draw(st.lists(st.sampled_from(sorted(document.keys() - {"type"})), min_size=1, unique=True))
    changed = document | dict.fromkeys(names, -0.5)
    keys = [name for name in names if name != "satisfaction"]
    found = faults(of, changed | {"colour": "Mme Roy est déçue"})
    assert set(found) == {*keys, "colour"}
    for fault in found.values():
        for lang in ("fr", "en"):
            assert "Roy" not in fault.in_(lang)
            assert PYTHON.search(fault.expected.in_(lang)) is None


def test_every_command_has_a_document() -> None:
    assert set(CASES) == {*map(str, CASE_EVENTS.commands.values()), "register", "register_survey_result"}
    assert set(PLANS) == set(map(str, PLAN_EVENTS.commands.values()))


@pytest.mark.parametrize("document", [None, [], "answer", {}, {"type": "dance"}, {"type": ["answer"]}, {3: 4}, b"Roy"])
def test_what_is_no_command_is_refused(document: Any) -> None:
    with pytest.raises(FaultsError) as error:
        Command.from_document(document)
    assert error.value.faults[0].path in {"command", "type"}
    assert "Roy" not in error.value.in_("fr")


def test_texts_have_the_limit_that_is_passed() -> None:
    document = {"type": "answer", "decision": "nul", "text": "x" * 11, "remedies": "y" * 10}
    with pytest.raises(FaultsError) as error:
        Command.from_document(document, longest_text=10)
    assert {fault.path for fault in error.value.faults} == {"decision", "text"}
    assert "11" in error.value.in_("fr")
    with pytest.raises(FaultsError) as error:
        Command.from_document("x" * 11, longest_text=10)
    assert [fault.path for fault in error.value.faults] == ["command"]


def executed(desk: Desk, reference: str | None, verb: str, **document: Any) -> Case:
    return desk.execute(reference, {"type": verb, **document})


def test_a_whole_life_is_lived_by_documents(desk: Desk) -> None:
    complaint = {"type": "complaint", "received_at": AT}
    registered = executed(desk, None, "register", facts=complaint, site="CRE", complainant="M. Durand")
    reference = registered.reference
    facts = {"channel": "email", "formal": True, "complainant": "trainee", "nature": "grievance"}
    facts |= {
        "requirement": "contractual",
        "sold_service": True,
        "client_scope": "local",
        "service_reach": "one_centre",
    }
    executed(desk, reference, "complete_facts", facts={**facts, "mobilisation": "local"})
    executed(desk, reference, "add_support", kind="email", title="le courriel")
    judged = {"likelihood": 2, "recurrences": 0, "causes": 0}
    executed(desk, reference, "qualify", problem="l'absence", risks={"training": 2}, facts=judged)
    executed(desk, reference, "analyse", analysis=write_analysis(samples.five_whys()))
    executed(desk, reference, "plan", actions=[SHEET])
    answered = executed(desk, reference, "answer", decision="founded", text="Madame", recourse=True, expected_version=6)

    assert getattr(answered.facts, "channel", None) is Channel.EMAIL
    assert [event.type for event in answered.events][-1] == "answered"
    plan = desk.pgaac("CRE")
    for document in (
        {"type": "amend", "reference": "A-1", "changes": {"priority": "low", "resources": None}},
        {"type": "progress", "reference": "A-1"},
        {"type": "finish", "reference": "A-1", "evidence": "la liste"},
    ):
        plan.execute(document)
    published = plan.execute(PlanCommand.from_document({"type": "publish", "expected_version": '"v4"'}))
    assert isinstance(published, PublishedPlan)
    assert describe(answered, answered.events[-1]).startswith("répondu")


def test_null_makes_a_fact_unknown(desk: Desk, case: Case) -> None:
    corrected = executed(desk, case.reference, "correct", reason="relu", facts={"mobilisation": None})
    assert corrected.facts.mobilisation is UNKNOWN


def test_the_expected_version_of_the_call_is_that_of_the_command(desk: Desk, case: Case) -> None:
    command = Command.from_document({"type": "acknowledge"})
    desk.execute(case.reference, command, expected_version=1)
    with pytest.raises(ReclamationError) as error:
        desk.execute(case.reference, command, expected_version='"v1"')
    assert error.value.to_document()["status"] in {409, 412}
    desk.pgaac("CRE").execute({"type": "publish"}, expected_version=0)


def test_only_a_command_that_opens_a_case_takes_no_reference(desk: Desk) -> None:
    for reference, verb in (("R-2026-000001", "register"), (None, "acknowledge")):
        with pytest.raises(FaultsError, match=r"^reference: "):
            desk.execute(reference, documents(CASES)[verb])


def test_guards_refuse_a_command_of_a_document(desk: Desk, case: Case) -> None:
    with pytest.raises(CommandRefusedError):
        executed(desk, case.reference, "reopen", reason="encore")


def test_a_fact_of_complaints_is_refused_for_a_malfunction(desk: Desk) -> None:
    case = desk.register(factories.malfunction(), site="CRE", occurred_at=factories.at(1))
    with pytest.raises(FaultsError, match=r"^facts\.channel: \.\.\.; nothing is expected here"):
        executed(desk, case.reference, "complete_facts", facts={"channel": "email"})


def test_an_analysis_is_alone(desk: Desk) -> None:
    case = factories.qualified(desk)
    analysis: Mapping[str, Any] = write_analysis(samples.five_whys())
    with pytest.raises(FaultsError, match=r"^analysis: \.\.\.; it has its own method"):
        executed(desk, case.reference, "analyse", analysis=analysis, causes=["organisation"])
