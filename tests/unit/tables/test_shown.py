"""What a reader of a table sees, to the letter."""

import pytest

from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Row,
    TableProofError,
    below,
)
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording

A, B = Input("a", Boolean()), Input("b", Boolean())


def two_rows(policy: HitPolicy = HitPolicy.FIRST) -> DecisionTable[str]:
    rows = (Row("one", {"a": True}, Level.LOCAL, "M2-1 §5.1", Wording("un", "one")), Row("two", {}, Level.REGIONAL))
    return DecisionTable("t", (A, B), Enumeration.of(Level), rows, policy, Wording("titre", "title"))


def test_every_remark_is_a_sentence_in_both_languages() -> None:
    rows = (Row("all", {}, 1), Row("masked", {"a": True}, 1), Row("never", {"n": below(0)}, 2))
    table: DecisionTable[int] = DecisionTable("t", (A, Input("n", Integer(0, 3))), Integer(), rows, HitPolicy.FIRST)
    told = {(finding.kind.value, finding.subject): str(finding.message.en) for finding in table.check()}

    assert told == {
        (
            "always_masked",
            "masked",
        ): "row masked fires but never changes the outcome, which others override or give already",
        ("never_fires", "never"): "row never never fires: no facts meet all its conditions",
        ("outcome_never_given", "2"): "the outcome 2 is never given",
        ("input_never_matters", "a"): "the input a never changes the outcome",
        ("input_never_matters", "n"): "the input n never changes the outcome",
    }
    assert all(finding.in_("fr").strip() for finding in table.check())


def test_a_refusal_lists_its_findings_one_a_line() -> None:
    with pytest.raises(TableProofError) as refused:
        DecisionTable("t", (A,), Integer(), (Row("x", {"a": True}, 1), Row("y", {"a": True}, 2)), HitPolicy.UNIQUE)
    lines = str(refused.value).split("\n")
    assert (lines[0], [line[:2] for line in lines[1:]]) == ("table 't' is refused:", ["- ", "- "])


def test_decisions_of_the_same_facts_are_one_in_a_set() -> None:
    table = two_rows()
    decisions = {table.decide({"a": True}), table.decide({"a": True}), table.decide({"a": False})}
    assert len(decisions) == 2
    assert len({hash(decision) for decision in decisions}) == 2
