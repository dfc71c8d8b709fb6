"""Tables written as DMN and read back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.tables import Boolean, DecisionTable, Input, Row, from_dmn, to_dmn
from reclamation_core.wording import Wording
from tests.properties.tables.oracle import Spec
from tests.properties.tables.specs import build, chained_specs, specs


def without_any(spec: Spec) -> Spec:
    """The table without the conditions that ask nothing, which DMN writes as it writes their absence."""
    rules = tuple(
        replace(rule, when={name: test for name, test in rule.when.items() if test[0] != "any"}) for rule in spec.rules
    )
    inputs = tuple(without_any(input_) if isinstance(input_, Spec) else input_ for input_ in spec.inputs)
    return replace(spec, inputs=inputs, rules=rules)


@given(st.one_of(specs(), chained_specs()).map(without_any))
def test_a_table_read_back_is_equal(spec: Spec) -> None:
    table = build(spec)
    read = from_dmn(to_dmn(table))
    assert read[table.name] == table
    assert {source.name for source in table.sources} < set(read)
    assert to_dmn(read[table.name]) == to_dmn(table)


_TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")).filter(
    str.strip
)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_texts_of_any_letters_are_read_back(french: str, english: str, clause: str) -> None:
    told = Wording(french, english)
    table: DecisionTable[bool] = DecisionTable(
        "t",
        [Input("x", Boolean(), told, question=told)],
        Boolean(),
        [Row(clause, {}, True, clause, told, interpretation=clause)],
        title=told,
        statements={True: told},
    )
    assert from_dmn(to_dmn(table))["t"] == table
