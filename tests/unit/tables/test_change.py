import dataclasses
from types import SimpleNamespace
from typing import Any, ClassVar

import attrs
import pytest

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Boolean, DecisionTable, HitPolicy, Input, Integer, OutcomeError, Row, at_least, is_
from tests.unit.tables.samples import Level, level_table


@attrs.frozen
class AttrsFacts:
    client: Any
    service: Any
    mobilisation: Any
    note: str = "kept"


@dataclasses.dataclass(frozen=True)
class DataFacts:
    client: Any
    service: Any
    mobilisation: Any
    note: str = "kept"


LOCAL = {"client": "local", "service": "one_centre", "mobilisation": "local"}


@pytest.mark.parametrize(
    "facts", [AttrsFacts(**LOCAL), DataFacts(**LOCAL), SimpleNamespace(**LOCAL, note="kept"), {**LOCAL, "note": "kept"}]
)
def test_the_change_is_made_on_a_copy_of_the_facts(facts: Any) -> None:
    answer = level_table().decide(facts).why_not(Level.NATIONAL)
    changed = answer.apply()
    assert type(changed) is type(facts)
    assert changed != facts
    assert level_table().decide(changed).outcome is Level.NATIONAL
    assert level_table().decide(facts).outcome is Level.LOCAL
    assert (changed["note"] if isinstance(changed, dict) else changed.note) == "kept"
    assert answer.changes is not None
    (change,) = answer.changes
    assert (change.input.name, change.before, change.after) == ("client", "local", "national")


@attrs.frozen
class AttrsOfOneClient:
    service: Any
    mobilisation: Any
    client: ClassVar[str] = "local"


@dataclasses.dataclass
class DataOfOneClient:
    service: Any
    mobilisation: Any
    client: ClassVar[str] = "local"


@pytest.mark.parametrize("facts", [AttrsOfOneClient("one_centre", "local"), DataOfOneClient("one_centre", "local")])
def test_what_the_class_of_the_facts_holds_once_for_all_is_not_to_be_changed(facts: Any) -> None:
    answer = level_table().decide(facts).why_not(Level.NATIONAL)
    assert answer.changes is not None
    assert [(change.input.name, change.after) for change in answer.changes] == [("mobilisation", "national")]
    assert level_table().decide(answer.apply()).outcome is Level.NATIONAL


def test_an_outcome_that_no_facts_reach_has_no_change() -> None:
    first: DecisionTable[int] = DecisionTable(
        "first", [Input("a", Boolean())], Integer(), [Row("y", {"a": True}, 1), Row("n", {"a": False}, 0)]
    )
    impossible: DecisionTable[int] = DecisionTable(
        "third", [Input("a", Boolean())], Integer(), [Row("y", {"a": True}, 0), Row("n", {}, 1)], HitPolicy.FIRST
    )
    top: DecisionTable[int] = DecisionTable(
        "top",
        [Input.outcome_of(first), Input.outcome_of(impossible)],
        Integer(),
        [Row("both", {"first": 1, "third": 1}, 7), Row("otherwise", {}, 0)],
        HitPolicy.FIRST,
    )
    answer = top.decide({"a": True}).why_not(7)
    assert answer.changes is None
    assert "changes:" not in answer.explain("en", audience="developer")
    with pytest.raises(ValueError, match="no facts give the outcome 7"):
        answer.apply()


@pytest.mark.parametrize("outcome", ["regionale", None, UNKNOWN, [], 0, True])
def test_why_not_refuses_an_outcome_without_a_row(outcome: Any) -> None:
    with pytest.raises(
        OutcomeError, match="is never its outcome; the outcomes are local, regional, national"
    ) as caught:
        level_table().decide(LOCAL).why_not(outcome)
    assert (caught.value.table, caught.value.outcome) == ("level", outcome)
    assert set(caught.value.known) == set(Level)


def test_an_outcome_is_named_as_its_domain_names_it() -> None:
    assert level_table().decide(LOCAL).why_not("national").outcome == Level.NATIONAL
    with pytest.raises(OutcomeError, match="true is never its outcome"):
        DecisionTable("t", [Input("a", Boolean())], Integer(), [Row("r", {}, 1)]).decide({}).why_not(True)


@attrs.frozen
class Noted:
    note: Any


@attrs.frozen
class AlwaysNoted:
    note: int = attrs.field(validator=attrs.validators.instance_of(int))


def test_a_row_that_requires_absence_is_listed_if_absence_is_possible() -> None:
    for facts, rows in [(Noted(4), ["none"]), ({"note": 4}, ["none"]), (AlwaysNoted(4), []), (Noted(None), [])]:
        table: DecisionTable[bool] = DecisionTable(
            "silent",
            [Input("note", Integer(0, 10), absent=True, none=ABSENT)],
            Boolean(),
            [Row("none", {"note": is_(ABSENT)}, True), Row("some", {"note": at_least(0)}, False)],
        )
        assert [miss.row.id for miss in table.decide(facts).why_not(True).misses if miss.failed] == rows, facts
