import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Boolean, Input, Integer, Row, absent, at_least, is_in
from reclamation_core.wording import Wording
from tests.unit.tables.samples import Level, level_table


def test_label_and_question_of_an_input_default_to_its_name() -> None:
    assert Input("age", Integer()).label == Wording("age", "age")
    assert Input("age", Integer()).question == Wording("age ?", "age?")
    labelled = Input("age", Integer(), Wording("âge", "age of the trainee"))
    assert labelled.question == Wording("âge ?", "age of the trainee?")


@pytest.mark.parametrize(
    "name", ["", "two words", "1st", "class", "None", "a.", ".b", "a.b.c", "a.class", "a\n", "x=1", 3, None]
)
def test_a_name_that_is_no_identifier_is_refused(name: Any) -> None:
    with pytest.raises(ValueError, match=r"name: .* a Python identifier is expected"):
        Input(name, Boolean())


def test_a_name_that_python_normalises_is_refused() -> None:
    assert Input("gravité", Integer()).name == "gravité"
    with pytest.raises(ValueError, match="a Python identifier is expected"):
        Input("gravite\N{COMBINING ACUTE ACCENT}", Integer())


def test_none_as_absent_and_never_unknown_need_an_input_that_may_be_absent() -> None:
    with pytest.raises(ValueError, match=r"note\.none: absent; None cannot mean ABSENT where no absence is allowed"):
        Input("note", Integer(), none=ABSENT)
    assert Input("note", Integer(), absent=True, none=ABSENT).none is ABSENT
    with pytest.raises(ValueError, match=r"note\.unknown: false; an input that is never unknown needs absent=True"):
        Input("note", Integer(), unknown=False)


def test_the_outcome_of_a_table_is_an_input_under_its_name_and_title() -> None:
    table = level_table()
    input_ = Input.outcome_of(table)
    assert (input_.name, input_.domain, input_.label, input_.source) == ("level", table.output, table.title, table)
    assert Input.outcome_of(table, Wording("niveau", "level")).label == Wording("niveau", "level")


def test_plain_values_in_a_row_are_short_for_conditions() -> None:
    row = Row("r", {"a": Level.LOCAL, "b": ("x", "y"), "c": ["x"], "d": at_least(3), "e": ABSENT, "f": False}, 1)
    assert dict(row.when) == {
        "a": is_in(Level.LOCAL),
        "b": is_in("x", "y"),
        "c": is_in("x"),
        "d": at_least(3),
        "e": absent(),
        "f": is_in(False),
    }


def test_a_set_in_a_row_is_listed_in_an_order_that_does_not_change() -> None:
    names = [f"code{number}" for number in range(20)]
    for values in (set(names), frozenset(names)):
        assert Row("r", {"a": values}, 1).when["a"] == is_in(*sorted(names))


def test_the_conditions_of_a_row_cannot_be_changed_behind_its_back() -> None:
    when = {"a": True}
    row = Row("r", when, 1)
    when["b"] = False
    assert list(row.when) == ["a"]
    with pytest.raises(TypeError, match="does not support item assignment"):
        row.when["b"] = False  # type: ignore[index]


def test_an_outcome_is_stored_as_the_number_it_is_written_as() -> None:
    assert Row("r", {}, 0.1).then == Decimal("0.1")
    assert Row("r", {}, Level.LOCAL).then is Level.LOCAL


def test_a_row_cites_its_clause_and_its_interpretation() -> None:
    for row, fr, en in [
        (
            Row("r", {}, 1, "M2-1 §6.2", interpretation="I4"),
            "M2-1, interactions ; interprétation n° 4",
            "M2-1, interactions; interpretation 4",
        ),
        (Row("r", {}, 1, "M2-1 §6.2"), "M2-1, interactions", "M2-1, interactions"),
        (Row("r", {}, 1, interpretation="I4"), "interprétation n° 4", "interpretation 4"),
        (Row("r", {}, 1), "", ""),
    ]:
        assert (row.source("fr"), row.source("en")) == (fr, en), row


def test_rows_compare_copy_and_travel() -> None:
    row = Row("r", {"a": at_least(0.1), "b": ABSENT}, Level.LOCAL, "§1", Wording("a", "b"), interpretation="I1")
    for other in (copy.copy(row), copy.deepcopy(row), pickle.loads(pickle.dumps(row))):
        assert other == row
        assert hash(other) == hash(row)
        assert other.when["b"].values[0] is ABSENT
    assert row != Row("r", {"a": at_least(0.2), "b": ABSENT}, Level.LOCAL, "§1", Wording("a", "b"), interpretation="I1")


def test_unknown_is_not_a_value_that_a_row_can_ask_for() -> None:
    with pytest.raises(ValueError, match="unknown is refused"):
        level_table(rows=[Row("r", {"client": UNKNOWN}, Level.LOCAL)])
