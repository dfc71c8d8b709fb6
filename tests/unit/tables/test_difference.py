from datetime import date
from itertools import product
from typing import Any

import attrs
import pytest

from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    Condition,
    Day,
    Decision,
    DecisionTable,
    Domain,
    Enumeration,
    FactsError,
    HitPolicy,
    Input,
    Integer,
    Number,
    Row,
    RowEdits,
    TableDefinitionError,
    TableDifference,
    above,
    absent,
    all_but,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_in,
    is_not,
)
from reclamation_core.tables.comparison import OutcomeChange, Pairs, RowChangeKind
from reclamation_core.wording import Wording
from tests.unit.tables.samples import LEVEL, Level, both, level_table, one_input, scope_table

OPEN: Any = {"low_included": False, "high_included": False}


def told(difference: TableDifference, lang: Any = "en") -> list[str]:
    return [
        f"{change.before} → {change.after}: "
        + ", ".join(f"{input_.name} {condition.in_(lang, input_.domain)}" for input_, condition in change.conditions)
        for change in difference.changes
    ]


def asked(domain: Domain, before: Condition, after: Condition, **options: Any) -> Condition:
    """The condition of the only change between two tables with one condition each."""
    plain, anew = one_input(domain, **options), one_input(domain, (before, -1), (after, 1), **options)
    (change,) = plain.diff(anew).changes
    ((_, found),) = change.conditions
    assert not change.exceptions
    return found


def applies(change: OutcomeChange, facts: dict[str, Any]) -> bool:
    conditions, *exceptions = (
        all(condition.holds(facts[input_.name]) for input_, condition in asked)
        for asked in (change.conditions, *change.exceptions)
    )
    return conditions and not any(exceptions)


def reworded(table: DecisionTable[Any]) -> DecisionTable[Any]:
    return RowEdits(replace=[attrs.evolve(row, interpretation="I99") for row in table.rows]).apply(table)


def test_a_threshold_that_moves_changes_what_lies_between() -> None:
    table = scope_table()
    row = table.row("low-note")
    moved = RowEdits(replace=[Row(row.id, {"note": below(7)}, True, row.clause, row.wording)]).apply(table)
    difference = table.diff(moved)

    assert told(difference) == ["False → True: note at least 6 and below 7"]
    (change,) = {*difference.changes, *reworded(table).diff(reworded(moved)).changes}
    assert (change.witness, change.cells) == ({"note": 6, "formal": False}, 1)
    assert [input_.name for input_ in change.inputs] == ["note", "formal"]
    assert [input_.name for input_ in change.read] == ["note"]
    assert isinstance(change.decided_after, Decision)
    assert change.decided_after.explain("en").startswith("This is a complaint.\nReasons:\n- A note below 6")
    assert [row.kind for row in difference.rows] == [RowChangeKind.CHANGED]
    assert RowChangeKind.ADDED not in {row.kind for row in difference.rows}


def test_changed_wording_is_no_changed_decision() -> None:
    table = scope_table()
    other = Row("formal", {"formal": True}, True, "M2-1 §1.3", Wording("un autre texte", "another text"))
    difference = table.diff(RowEdits(replace=[other]).apply(table))
    assert not difference
    assert [(row.id, row.kind) for row in difference.rows] == [("formal", RowChangeKind.REWORDED)]


def test_a_change_has_the_condition_that_a_person_would_write() -> None:
    for domain, before, after, expected in [
        (Number(0, 10), below(6), at_most(6), is_(6)),
        (Number(0, 10), below(6), below(7), between(6, 7, high_included=False)),
        (Number(0, 10), at_most(6), at_most(7), between(6, 7, low_included=False)),
        (Number(0, 10), at_most(6), below(7), between(6, 7, low_included=False, high_included=False)),
        (Number(0, 10), below(6), between(0, 10), at_least(6)),
        (Number(0, 10), at_most(6), between(0, 10), above(6)),
        (Number(0, 10), above(6), between(0, 10), at_most(6)),
        (Number(0, 10), at_least(6), between(0, 10), below(6)),
        (Number(0, 10), between(3, 5), below(8), is_in(below(3), between(5, 8, **OPEN))),
        (Integer(0, 4), at_most(2), at_most(3), is_(3)),
        (Integer(0, 4), at_most(1), at_most(3), between(2, 3)),
        (Integer(0, 4), at_most(3), at_most(4), is_(4)),
        (Integer(0, 4), at_least(1), at_least(0), is_(0)),
        (Integer(0), below(3), is_in(below(3), above(5)), at_least(6)),
        (Day(), below(date(2024, 2, 29)), at_most(date(2024, 2, 29)), is_(date(2024, 2, 29))),
        (LEVEL, is_("local"), is_in("local", "national"), is_("national")),
        (LEVEL, is_("local"), is_in("regional", "national", "local"), is_not("local")),
        (Boolean(), is_(True), is_in(True, False), is_(False)),
    ]:
        assert asked(domain, before, after) == expected, (domain, before, after, expected)


def test_a_change_may_ask_for_absence() -> None:
    for domain, before, after, expected in [
        (LEVEL, is_("local"), is_not("national"), is_("regional")),
        (LEVEL, is_("local"), is_in("local", ABSENT), absent()),
        (LEVEL, is_("local"), is_in("local", "regional", "national", ABSENT), all_but("local")),
        (Number(0, 10), below(6), is_in(below(6), absent()), absent()),
        (Number(0, 10), absent(), is_in(absent(), between(0, 10)), is_not(ABSENT)),
        (Number(0, 10), is_(3), is_in(3, at_least(6), absent()), is_in(at_least(6), ABSENT)),
    ]:
        assert asked(domain, before, after, absent=True) == expected, after


def test_a_change_of_a_whole_outcome_has_no_condition() -> None:
    difference = one_input(Number(0, 10), (below(6), 1)).diff(one_input(Number(0, 10), (below(4), 1)))
    everything = one_input(Number(0, 10), (below(6), 1)).diff(one_input(Number(0, 10), (between(0, 10), 1)))
    assert told(difference) == ["1 → -1: x at least 4 and below 6"]
    assert told(everything) == ["-1 → 1: "]


def test_a_range_spans_other_outcomes_and_ends_with_the_changes() -> None:
    before = one_input(Number(0, 10), (between(2, 6), 1), (at_least(9), 3), absent=True)
    after = one_input(Number(0, 10), (below(8), 2), (at_least(9), 3), absent=True)
    assert told(before.diff(after)) == ["1 → 2: ", "-1 → 2: x below 8"]


def test_a_change_has_exceptions_where_these_are_shorter() -> None:
    inputs = [Input(name, Boolean()) for name in ("a", "b", "c", "d")]
    keeps = Row("keeps", {"a": True, "b": True, "c": True}, 1)
    before: DecisionTable[int] = DecisionTable(
        "t", inputs, Integer(), [Row("d", {"d": True}, 1), Row("r", {}, 0)], HitPolicy.FIRST
    )
    after: DecisionTable[int] = DecisionTable("t", inputs, Integer(), [keeps, Row("r", {}, 0)], HitPolicy.FIRST)
    back = next(change for change in before.diff(after).changes if change.before == 1)
    assert back.conditions == ((inputs[3], is_(True)),)
    assert back.exceptions == (((inputs[0], is_(True)), (inputs[1], is_(True)), (inputs[2], is_(True))),)
    assert (back.cells, [input_.name for input_ in back.read]) == (7, ["d"])


@pytest.mark.parametrize("first", [[], [Row("high", {"a": True, "b": True}, 2)]])
def test_every_set_of_cases_of_three_facts_is_described_exactly(first: list[Row]) -> None:
    inputs = [Input(name, Boolean()) for name in ("a", "b", "c")]
    cases = [dict(zip("abc", values, strict=True)) for values in product((False, True), repeat=3)]
    rest = [*first, Row("otherwise", {}, 0)]
    plain: DecisionTable[int] = DecisionTable("t", inputs, Integer(), rest, HitPolicy.FIRST)

    for chosen in product((False, True), repeat=len(cases)):
        anew = [case for case, changed in zip(cases, chosen, strict=True) if changed]
        rows = [Row(f"r{place}", case, 1) for place, case in enumerate(anew)]
        changes = plain.diff(attrs.evolve(plain, rows=[*rows, *rest])).changes
        for before in (0, 2):
            among = [case for case in cases if plain.decide(case).outcome == before]
            told = [change for change in changes if change.before == before]
            counts = [sum(applies(change, case) for change in told) for case in among]
            assert [count > 0 for count in counts] == [case in anew for case in among]
            for change in told:
                assert any(count == 1 and applies(change, case) for case, count in zip(among, counts, strict=True))


def test_the_example_is_a_case_in_which_few_rows_fire() -> None:
    rows = [Row("a", {"a": False}, 1), Row("b", {"b": False}, 1), Row("both", {"a": True, "b": True}, 2)]
    inputs = [Input(name, Boolean()) for name in ("a", "b")]
    before: DecisionTable[int] = DecisionTable("t", inputs, Integer(), rows, HitPolicy.COLLECT_MAX)
    (change,) = before.diff(attrs.evolve(before, rows=[Row(row.id, row.when, 2) for row in rows])).changes
    assert change.witness == {"a": True, "b": False}


def test_tables_may_ask_for_different_facts() -> None:
    one, other = both("t", "a", "b"), both("t", "a", "c")
    difference = one.diff(other)
    assert [input_.name for input_ in difference.changes[0].inputs] == ["a", "b", "c"]
    for change in difference.changes:
        assert one.decide(change.witness).outcome is change.before
        assert other.decide(change.witness).outcome is change.after
    assert sorted(told(difference)) == [
        "False → True: b no, c yes",
        "False → True: b yes, c no",
        "True → False: b no, c yes",
        "True → False: b yes, c no",
    ]


def table_of(domain: Domain, **options: Any) -> DecisionTable[bool]:
    return DecisionTable("t", [Input("x", domain, **options)], Boolean(), [Row("r", {}, True)])


def test_facts_that_only_one_table_accepts_are_a_difference() -> None:
    narrow, wide = table_of(Number(0, 10)), table_of(Number(0, 20))
    assert told(narrow.diff(wide)) == ["None → True: x above 10"]
    (change,) = narrow.diff(wide).changes
    assert isinstance(change.decided_before, FactsError)
    assert change.decided_before.in_("fr") == "x : 11 ; attendu : un nombre entre 0 et 10"
    assert [input_.name for input_ in change.read] == ["x"]
    assert told(wide.diff(narrow)) == ["True → None: x above 10"]
    assert told(table_of(Number(0)).diff(table_of(Number(None, 5)))) == [
        "None → True: x below 0",
        "True → None: x above 5",
    ]
    assert told(table_of(LEVEL).diff(table_of(LEVEL, absent=True))) == ["None → True: x none"]
    more = Enumeration("Level", ("local", "regional", "national", "world"), (*LEVEL.labels, Wording("monde", "world")))
    assert told(table_of(LEVEL).diff(table_of(more))) == ["None → True: x world"]


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TableDefinitionError, match="is not of one kind in both; such tables cannot be compared"):
        table_of(Number()).diff(table_of(Boolean()))
    with pytest.raises(ValueError, match="was not proved, and may decide nothing"):
        level_table().diff(level_table().without("local-client"))


def chained(source: DecisionTable[Any]) -> DecisionTable[bool]:
    return DecisionTable(
        "top",
        [Input.outcome_of(source), Input("urgent", Boolean())],
        Boolean(),
        [
            Row("high", {"level": "national"}, True),
            Row("urgent", {"level": is_not("national"), "urgent": True}, True),
            Row("other", {"level": is_not("national"), "urgent": False}, False),
        ],
    )


def test_a_change_from_a_source_table_shows_its_outcomes_before_and_after() -> None:
    before = level_table()
    after = RowEdits(replace=[Row("regional-client", {"client": "regional"}, Level.NATIONAL)]).apply(before)
    difference = chained(before).diff(chained(after))
    assert told(difference, "fr") == ["False → True: level Régional → National"]
    assert [input_.name for input_ in difference.changes[0].read] == ["client", "urgent"]
    assert difference.changes[0].witness == {
        "client": "regional", "service": "one_centre", "mobilisation": "local", "urgent": False,
    }  # fmt: skip


def test_facts_refused_by_a_source_are_refused_by_the_table() -> None:
    def graded(limit: int) -> DecisionTable[Any]:
        rows = [Row("low", {"note": below(5)}, Level.LOCAL), Row("high", {"note": at_least(5)}, Level.NATIONAL)]
        return DecisionTable("level", [Input("note", Integer(0, limit))], LEVEL, rows)

    assert told(chained(graded(10)).diff(chained(graded(20))), "fr") == ["None → True: level faits refusés → National"]
    assert told(chained(graded(20)).diff(chained(graded(10))), "fr") == ["True → None: level National → faits refusés"]


def test_a_fact_that_becomes_the_outcome_of_a_table_cannot_be_compared() -> None:
    fact: DecisionTable[Any] = DecisionTable("top", [Input("level", LEVEL)], Boolean(), [Row("r", {}, True)])
    asking: DecisionTable[Any] = DecisionTable(
        "top", [Input.outcome_of(level_table())], Boolean(), [Row("r", {}, True)]
    )
    for one, other in ((fact, asking), (asking, fact)):
        with pytest.raises(TableDefinitionError, match="such tables cannot be compared") as caught:
            one.diff(other)
        assert (caught.value.table, caught.value.part) == ("top", "inputs.level")


def test_an_input_with_another_label_is_the_same_input() -> None:
    assert not table_of(Boolean()).diff(
        DecisionTable("t", [Input("x", Boolean(), Wording("autre", "other"))], Boolean(), [Row("r", {}, True)])
    )


def test_a_pair_of_equal_outcomes_is_one_outcome() -> None:
    pairs = Pairs(LEVEL, LEVEL)
    assert pairs.check(("local", "national")) == ("local", "national")
    assert pairs.expected == Wording("un résultat de chaque table", "an outcome of each table")
    assert pairs.label(("local", "local"), "fr") == "Local"
    assert pairs.label((None, "local"), "en") == "facts refused → Local"
