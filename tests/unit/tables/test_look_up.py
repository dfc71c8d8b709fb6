"""The cell and the decision of facts, worked by hand."""

import pickle
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import (
    Boolean,
    Day,
    DecisionTable,
    Domain,
    FactsError,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    at_least,
    below,
    is_,
)
from reclamation_core.tables import look_up as look_up_module
from reclamation_core.tables.decision import Cell
from tests.unit.tables.samples import LEVEL, Level, level_table, one_input, scope_table


class Rank(IntEnum):
    THREE = 3


class SubDay(date):
    pass


@attrs.frozen
class Facts:
    note: Any = None
    formal: Any = None


class Box(Mapping[str, Any]):
    """A mapping that is not a dict."""

    def __init__(self, **items: Any) -> None:
        self.items_ = items

    def __getitem__(self, key: str) -> Any:
        return self.items_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)


def test_facts_are_an_object_or_a_mapping_and_may_hold_more() -> None:
    for facts in [
        {"note": 5},
        Box(note=5, formal=UNKNOWN),
        Facts(note=5),
        SimpleNamespace(note=5.0, formal=None),
        {"note": Decimal("5.0"), "formal": UNKNOWN, "more": object()},
    ]:
        table = scope_table()
        for _ in range(2):
            assert table.look_up(facts).outcome is True, facts
            assert table.decide(facts).facts is facts, facts


def test_the_same_facts_fall_in_the_same_cell() -> None:
    table = scope_table()
    cell = table.look_up({"note": 5, "formal": True})
    assert table.look_up(Facts(0.5, formal=True)) is cell
    assert table.look_up(Box(note=Decimal("5.999999"), formal=True)) is cell
    assert table.decide({"note": 5, "formal": True}).cell is cell
    assert table.look_up({"note": 6, "formal": True}) is not cell


def test_a_method_of_a_mapping_is_never_taken_for_a_fact() -> None:
    table: DecisionTable[int] = DecisionTable(
        "t",
        [Input("items", LEVEL), Input("get", Boolean()), Input("keys", Integer()), Input("values", Number())],
        Integer(),
        [Row("r", {"items": "local", "get": True, "keys": at_least(3), "values": below(0.5)}, 1), Row("o", {}, 0)],
        HitPolicy.FIRST,
    )
    for _ in range(2):
        assert table.look_up({"items": "local", "get": True, "keys": 3, "values": 0.4}).outcome == 1
        assert table.look_up({"items": "local", "get": False, "keys": 3, "values": 0.4}).outcome == 0


def test_unknown_none_and_a_key_that_is_missing_are_the_same() -> None:
    table = scope_table()
    cells = {id(table.look_up(facts)) for facts in ({}, {"note": None}, {"note": UNKNOWN, "formal": None}, Facts())}
    assert len(cells) == 1


def test_absent_unknown_zero_and_false_are_four_different_things() -> None:
    table: DecisionTable[int] = DecisionTable(
        "t",
        [Input("n", Integer(), absent=True), Input("b", Boolean(), absent=True)],
        Integer(),
        [
            Row("zero", {"n": 0}, 1),
            Row("no-number", {"n": ABSENT, "b": False}, 2),
            Row("nothing", {"n": ABSENT, "b": ABSENT}, 3),
            Row("otherwise", {}, 0),
        ],
        HitPolicy.FIRST,
    )
    for _ in range(2):
        assert table.look_up({"n": 0, "b": ABSENT}).outcome == 1
        assert table.look_up({"n": ABSENT, "b": False}).outcome == 2
        assert table.look_up({"n": ABSENT, "b": ABSENT}).outcome == 3
        assert table.look_up({"n": ABSENT, "b": True}).outcome == 0
        assert table.look_up({"n": UNKNOWN, "b": False}).possible == {0, 1, 2}
        assert table.look_up({"n": ABSENT, "b": UNKNOWN}).possible == {0, 2, 3}


def test_none_is_short_for_absent_if_the_input_is_so_declared() -> None:
    table = one_input(Number(0, 10), (is_(ABSENT), 1), (below(6), 2), absent=True, none=ABSENT)
    for _ in range(2):
        assert table.look_up({}).outcome == table.look_up({"x": None}).outcome == 1
        assert table.look_up({"x": UNKNOWN}).possible == {1, 2, -1}


REFUSED: list[tuple[Domain, Any]] = [
    (Boolean(), 0),
    (Boolean(), 1),
    (Boolean(), 0.0),
    (Boolean(), "oui"),
    (Boolean(), []),
    (LEVEL, "Local"),
    (LEVEL, True),
    (LEVEL, ["local"]),
    (LEVEL, "local\0"),
    (LEVEL, "\ud800"),
    (LEVEL, "x" * 100_000),
    (Integer(), True),
    (Integer(), 3.0),
    (Integer(), "3"),
    (Integer(), 10**400),
    (Integer(), {}),
    (Integer(2, 4), 1),
    (Integer(2, 4), 5),
    (Number(), False),
    (Number(), float("nan")),
    (Number(), float("inf")),
    (Number(), Decimal("-Infinity")),
    (Number(), Decimal("NaN")),
    (Number(), Decimal("sNaN")),
    (Number(), Decimal("1E+400")),
    (Number(), 10**400),
    (Number(), Fraction(7, 2)),
    (Number(), 3 + 0j),
    (Number(), "3,5"),
    (Number(0, 3.1), 3.2),
    (Number(0, 3.1), -1),
    (Day(), datetime(2024, 2, 29, tzinfo=UTC)),
    (Day(), "2024-02-29"),
    (Day(), 738_000),
    (Day(date(2024, 1, 1), date(2024, 12, 31)), date(2025, 1, 1)),
    (Day(date(2024, 1, 1), date(2024, 12, 31)), date(2023, 12, 31)),
]
ORDINARY = {Boolean: (True, False), Integer: (2, 3, 4), Number: (0, 3, 3.1), Day: (date(2024, 2, 29),)}


@pytest.mark.parametrize(("domain", "value"), REFUSED)
def test_a_value_outside_its_domain_is_refused_before_and_after_the_tree_has_grown(domain: Domain, value: Any) -> None:
    ordinary = ORDINARY.get(type(domain), tuple(Level))
    table = one_input(domain, (is_(ordinary[0]), 1), absent=True)
    for _ in range(2):
        for facts in ({"x": value}, SimpleNamespace(x=value)):
            for ask in (table.look_up, table.decide):
                with pytest.raises(FactsError, match="is expected") as caught:
                    ask(facts)
                (fault,) = caught.value.faults
                assert fault.path == "x"
                assert fault.value is value
                assert fault.expected.en == f"{domain.expected.en} is expected"
                assert fault.expected.fr == f"attendu : {domain.expected.fr}"
        for usual in (*ordinary, None, ABSENT):
            assert table.look_up({"x": usual}).possible <= {1, -1}


def test_a_value_of_an_unusual_type_is_judged_as_a_usual_one() -> None:
    for domain, condition, value in [
        (Integer(), at_least(3), Rank.THREE),
        (Number(), at_least(3), Rank.THREE),
        (Number(), below(0.2), Decimal("0.1")),
        (Day(), at_least(date(2024, 2, 29)), SubDay(2024, 2, 29)),
    ]:
        table = one_input(domain, (condition, 1))
        for _ in range(2):
            assert table.look_up({"x": value}).outcome == 1, (domain, condition, value)
            assert table.look_up(SimpleNamespace(x=value)).outcome == 1, (domain, condition, value)


def test_all_faults_of_the_facts_are_reported_at_once() -> None:
    with pytest.raises(FactsError, match=r"client: 'x'; .*\nservice: 3; .*\nmobilisation: absent; ") as caught:
        level_table().decide({"client": "x", "service": 3, "mobilisation": ABSENT})
    assert [fault.path for fault in caught.value.faults] == ["client", "service", "mobilisation"]


def test_an_object_without_the_attribute_is_refused() -> None:
    with pytest.raises(FactsError, match="formal: nothing; the facts must have an attribute of that name"):
        scope_table().look_up(SimpleNamespace(note=5))
    with pytest.raises(FactsError, match="NoneType has none"):
        scope_table().look_up(None)


def test_an_error_of_the_facts_themselves_is_not_swallowed() -> None:
    class Broken:
        formal = True

        @property
        def note(self) -> int:
            raise RuntimeError("no connection")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="no connection"):
            scope_table().look_up(Broken())


@pytest.mark.parametrize("thresholds", [15, 16, 17, 300])
def test_an_input_may_have_many_thresholds(thresholds: int) -> None:
    rows = [Row(f"r{number}", {"x": at_least(number + 0.5)}, number) for number in reversed(range(thresholds))]
    table: DecisionTable[int] = DecisionTable(
        "t", [Input("x", Number(-5, 5000), absent=True)], Integer(), [*rows, Row("o", {}, -1)], HitPolicy.FIRST
    )
    for number in [*range(0, thresholds, 7), thresholds - 1]:
        for _ in range(2):
            assert table.look_up({"x": number + 0.5}).outcome == number
            assert table.look_up({"x": Decimal(number) + Decimal("0.49")}).outcome == number - 1
    for odd in (-5.1, 5001, float("nan"), "x", True):
        with pytest.raises(FactsError, match="a number from -5 to 5000 is expected"):
            table.look_up({"x": odd})
    assert table.look_up({"x": ABSENT}).outcome == -1


def _leaves(tree: Any) -> int:
    return 1 if isinstance(tree, Cell) else sum(map(_leaves, tree.values()))


def test_a_full_tree_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    table, other = level_table(), level_table()
    tree = table.look_up.__globals__["root"]
    monkeypatch.setattr(look_up_module, "LARGEST_TREE", 5)
    sizes = []
    for client in Level:
        for service in ("one_centre", "several_centres"):
            for effort in (Level.LOCAL, Level.NATIONAL):
                facts = {"client": client, "service": service, "mobilisation": effort}
                assert table.look_up(facts).outcome == table.look_up(facts).outcome == other.look_up(facts).outcome
                sizes.append(_leaves(tree))
    assert sizes == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]


class Recorder:
    """An observer that records its notifications."""

    def __init__(self) -> None:
        self.cells: list[Cell[Any]] = []
        self.frames = 0

    def on_cell(self, cell: Cell[Any]) -> None:
        self.cells.append(cell)

    def on_columns(self) -> None:
        self.frames += 1


def test_observers_are_notified_of_every_look_up_of_their_block_only() -> None:
    before, recorder, inner = level_table(), Recorder(), Recorder()
    facts = {"client": Level.LOCAL, "service": "one_centre", "mobilisation": Level.LOCAL}
    look_up = before.look_up
    known = look_up(facts)
    with look_up_module.observing(recorder):
        after = level_table()
        cells = [look_up(facts), before.decide(facts).cell, after.look_up(SimpleNamespace(**facts))]
        with look_up_module.observing(inner), look_up_module.observing(recorder):
            cells += [after.look_up(facts), after.look_up(facts)]
            look_up_module.notify_columns()
        with pytest.raises(FactsError):
            look_up({"client": "nobody"})
    look_up(facts)
    after.look_up(facts)
    look_up_module.notify_columns()

    assert [*map(id, recorder.cells)] == [*map(id, [*cells[:3], cells[3], cells[3], cells[4], cells[4]])]
    assert [*map(id, inner.cells)] == [*map(id, cells[3:])]
    assert cells[0] is cells[1] is known
    assert (recorder.frames, inner.frames) == (2, 1)


def test_a_table_owned_by_something_is_equal_and_has_look_ups_of_its_own() -> None:
    table, owner = level_table(), object()
    facts = {"client": Level.LOCAL, "service": "one_centre", "mobilisation": Level.LOCAL}
    table.look_up(facts)
    owned = table.owned_by(owner)
    assert (owned, owned.owner, table.owner) == (table, owner, None)
    assert owned.look_up(facts).table is owned
    assert owned.decide(facts).cell.outcome == table.decide(facts).cell.outcome
    assert owned.cells is table.cells
    assert (owned.without(owned.rows[0].id).owner, pickle.loads(pickle.dumps(owned)).owner) == (None, None)


@pytest.mark.parametrize("threshold", [6, 10**23, 0.1, Decimal("0.1"), Decimal("0.30"), Decimal("1E+300"), -(10**23)])
def test_values_on_either_side_of_a_threshold_never_share_a_place_in_the_tree(threshold: Any) -> None:
    bound = Decimal(str(threshold))
    near: list[Any] = [bound, float(bound), *(bound + step * abs(bound) / 1000 for step in (-1, 1))]
    values = [*near, *map(float, near), 0, 0.0, 10**300, -1e300]
    for order in (values, values[::-1]):
        table = one_input(Number(), (at_least(threshold), 1))
        for value in order * 2:
            assert (table.look_up({"x": value}).outcome == 1) == (Decimal(str(value)) >= bound)


def test_threads_that_ask_the_same_table_while_it_grows_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_up_module, "LARGEST_TREE", 7)
    table = level_table()
    services = ("one_centre", "several_centres", "several_regions")
    options: tuple[Any, ...] = (*Level, None)
    facts = [
        {"client": client, "service": service, "mobilisation": effort}
        for client in options
        for service in (*services, None)
        for effort in options
    ]
    expected = [(cell.possible, cell.rows) for cell in map(level_table().look_up, facts)]
    start = threading.Barrier(8)

    def ask(step: int) -> list[Any]:
        start.wait()
        found: list[Any] = [None] * len(facts)
        for turn in range(3 * len(facts)):
            place = turn * step % len(facts)
            cell = table.look_up(facts[place]) if turn % 2 else table.decide(SimpleNamespace(**facts[place]))
            found[place] = (cell.possible, cell.rows)
        return found

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, (1, 3, 5, 7, 9, 11, 13, 15)))
    assert answers == [expected] * 8


def test_the_question_is_the_fact_that_settles_the_outcome_most_often() -> None:
    shades = ["local", "regional", "national"]
    table: DecisionTable[int] = DecisionTable(
        "t",
        [Input("shade", LEVEL), Input("sure", Boolean())],
        Integer(),
        [
            Row("sure", {"sure": True}, 9),
            *(Row(one, {"sure": False, "shade": one}, shades.index(one)) for one in shades),
        ],
    )
    # Either leaves two outcomes on average; `sure` settles the outcome for one of its two values, `shade` never does.
    question = table.decide({}).question
    assert question is not None
    assert question.name == "sure"


def test_a_tie_of_questions_goes_to_the_fact_that_leaves_fewer_outcomes() -> None:
    rows = [
        Row("w", {"wide": False, "shade": "local"}, 0),
        Row("x", {"wide": False, "shade": ["regional", "national"]}, 1),
        Row("y", {"wide": True, "shade": "local"}, 2),
        Row("z", {"wide": True, "shade": "regional"}, 3),
        Row("v", {"wide": True, "shade": "national"}, 4),
    ]
    table: DecisionTable[int] = DecisionTable("t", [Input("wide", Boolean()), Input("shade", LEVEL)], Integer(), rows)
    # No value settles anything alone; `wide` leaves 2 or 3 outcomes, 2.5 on average, `shade` always 2.
    question = table.decide({}).question
    assert question is not None
    assert question.name == "shade"
