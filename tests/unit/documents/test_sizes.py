"""The largest documents that are read, wherever one comes from outside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.cases import facts_document, read_facts
from reclamation_core.cases.causes import read_analysis, write_analysis
from reclamation_core.cases.documents import CODEC
from reclamation_core.cases.events.base import RecordedEvent
from reclamation_core.desk.commands import Command, PlanCommand
from reclamation_core.documents.sizes import OF_COMMANDS, OF_FILES, MostItems
from reclamation_core.errors import FaultsError
from reclamation_core.intake import ColumnMapping
from reclamation_core.policy import Policy
from reclamation_core.policy.policy_file import parse_policy
from reclamation_core.tables import DecisionTable
from reclamation_core.vocabulary import Sites
from tests.unit.cases.causes.samples import analyses
from tests.unit.cases.documents.stored import stored
from tests.unit.desk import factories
from tests.unit.policy.cases import complaint

MANY = ["planning"] * (OF_COMMANDS.each + 1)
ROWS = [0] * (OF_FILES.each + 1)


def toml(text: str, folder: Path) -> Path:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    return path


READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "command": ("causes", lambda _: Command.from_document({"type": "analyse", "causes": MANY})),
    "command on a plan": ("recipients", lambda _: PlanCommand.from_document({"type": "publish", "recipients": MANY})),
    "facts of a command": (
        "facts",
        lambda _: Command.from_document({"type": "register", "facts": dict.fromkeys(map(str, range(1001)))}),
    ),
    "facts": ("$", lambda _: read_facts({**facts_document(complaint()), **dict.fromkeys(map(str, range(1001)))})),
    "analysis": ("$.possible", lambda _: read_analysis({**write_analysis(next(iter(analyses()))), "possible": MANY})),
    "policy": ("$.tables.risk.remove", lambda _: parse_policy({"tables": {"risk": {"remove": ROWS}}})),
    "policy as JSON": ("$.parameters", lambda _: Policy.from_json(json.dumps({"parameters": ROWS}))),
    "table": ("$.rows", lambda _: DecisionTable.from_json(json.dumps({"rows": ROWS}))),
    "mapping": ("$.ignored", lambda folder: ColumnMapping.from_toml(toml(f"ignored = {ROWS}", folder))),
    "sites": ("$.sites", lambda folder: Sites.from_toml(toml(f"sites = {ROWS}", folder))),
}


@pytest.mark.parametrize("name", READERS)
def test_a_list_beyond_the_maximum_is_refused_with_its_path(name: str, tmp_path: Path) -> None:
    path, read = READERS[name]
    with pytest.raises(FaultsError) as refused:
        read(tmp_path)
    (fault,) = refused.value.faults
    assert fault.path == path
    assert "au plus sont attendus ; il y en a" in fault.in_("fr")
    assert "items are expected; there are" in fault.in_("en")


def test_a_command_of_too_many_parts_in_all_is_refused_as_a_whole() -> None:
    with pytest.raises(FaultsError) as refused:
        Command.from_document({"type": "analyse", "causes": [["x"] * 900] * 900})
    assert [fault.path for fault in refused.value.faults] == ["command"]
    assert "20000" in str(refused.value)


def test_a_list_of_the_greatest_length_is_read() -> None:
    assert len(Command.from_document({"type": "analyse", "causes": MANY[1:]}).arguments["causes"]) == 1000
    MostItems(each=2, total=5).require({"a": [1, 2], "b": 3})


def test_arguments_of_a_verb_have_the_same_maximum() -> None:
    desk = factories.new_desk()
    case = desk.register(complaint(received_at=factories.at(1)), site="CRE")
    with pytest.raises(FaultsError, match=r"^causes: \.\.\.; at most 1000 items are expected; there are 1001$"):
        desk.analyse(case.reference, causes=tuple(MANY))
    with pytest.raises(FaultsError, match=r"^recipients: .* there are 1001$"):
        desk.pgaac("CRE").publish(recipients=[f"service {number}" for number in range(1001)])


def test_a_stored_list_beyond_the_maximum_is_read() -> None:
    (document,) = [event for event in stored()["event"] if event["data"]["type"] == "analysed"][:1]
    event = CODEC.read({**document, "data": {**document["data"], "causes": MANY}}, RecordedEvent)
    assert len(event.data.causes) == 1001  # type: ignore[attr-defined]
